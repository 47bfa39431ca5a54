// What a step left in a database until its change ends, though no model knows it: the triggers of `follow`.
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/step.hpp"

namespace dmc::plan {

struct Kept {
  std::string database;
  std::string object;   ///< what it sits on: "table users"
  std::string summary;  ///< what it does: "fill users.full_name of rows that are written from now on"
  std::string until;    ///< the version that finds it gone: "7.2", or "7" when the end of the change takes it away
  std::vector<std::string> statements;  ///< that make it
  std::vector<Leftover> leftovers;      ///< by name
  static void fields(auto& self, auto&& visit) {
    visit("database", self.database);
    visit("object", self.object);
    visit("summary", self.summary);
    visit("until", self.until);
    visit("statements", self.statements);
    visit("leftovers", self.leftovers);
  }
  bool operator==(const Kept&) const = default;
};

}  // namespace dmc::plan
