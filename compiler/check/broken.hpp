// What could not be read. One mistake is one error: whatever depends on what is broken stays silent.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/diagnostic.hpp"
#include "grammar/tree.hpp"

namespace dmc::check {

class Broken {
 public:
  /// Takes in the items of a tree that did not parse, and the errors that were added from number `first` on.
  void learn(const grammar::Tree& tree, const grammar::Diagnostics& diagnostics, std::size_t first);
  /// A place that already has its error.
  void learn(grammar::Span span) { spans_.push_back(span); }
  /// A name that may be declared by what could not be read.
  void learn_name(std::string_view name);
  /// A name from which other names may be made: `T_log`, `old_T`, and itself.
  void learn_stem(std::string_view name);

  /// Whether anything inside the span could not be read, so that what it declares is not known in full.
  bool within(grammar::Span span) const;
  /// Whether something unreadable may declare that name; letter case does not count.
  bool may_declare(std::string_view name) const;

 private:
  std::vector<grammar::Span> spans_;
  std::set<std::string, std::less<>> names_;  ///< in lower case
  std::set<std::string, std::less<>> stems_;
};

}  // namespace dmc::check
