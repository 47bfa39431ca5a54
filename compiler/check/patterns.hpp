// Patterns: what is declared, and which variant a use means.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/context.hpp"

namespace dmc::check {

/// Patterns by their full name. The standard library joins at the first use of one of its names.
class Patterns {
 public:
  /// Enters a pattern and checks what can be checked without a use: parameters, splices, engine.
  void declare(Context& context, const ast::Pattern& pattern);

  /// The variants of the pattern that the path names, or null after an error with the nearest names.
  const std::vector<const ast::Pattern*>* find(Context& context, const ast::Path& path);

 private:
  void load_standard_library(Context& context);
  void enter(Context& context, std::string name, const ast::Pattern& pattern);

  std::map<std::string, std::vector<const ast::Pattern*>, std::less<>> by_name_;
  bool has_standard_library_ = false;
};

/// `(t: table, key: column)`.
std::string signature_of(const ast::Pattern& pattern);

/// "a table", "a column", … for people.
std::string_view phrase_of(ast::ParameterKind kind);

/// "table", "database", "change", "project".
std::string_view word_of(ast::PatternScope scope);

}  // namespace dmc::check
