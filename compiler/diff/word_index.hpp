// Which texts have a word, in whatever case: what is quick to ask of many names, where reading each text for each of
// them is not.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diff/state.hpp"
#include "compiler/diff/subject.hpp"

namespace dmc::diff {

class Words {
 public:
  /// Of all that was there when the change begins, and of all that is desired.
  Words(const State& before, const State& desired);

  /// Null: no text has it. What is no word itself may be in any.
  const std::vector<Subject>* of_any(std::string_view word) const;
  bool desired_have(std::string_view word) const;

 private:
  void add(const State& state, bool desired);
  /// `whose`: null where only the desired texts are asked about.
  void note_word(std::string_view word, const Subject* whose, bool desired);

  std::map<std::string, std::vector<Subject>> any_;
  std::set<std::string> desired_;
};

}  // namespace dmc::diff
