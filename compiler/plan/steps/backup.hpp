// Writes a restorable copy of what a later step drops, and reads it back equal. An earlier step has fenced the source
// (renamed it to a tombstone), so nothing is written to it any more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/query_check.hpp"

namespace dmc::plan {

struct Backup {
  static constexpr std::string_view kind = "backup";
  static constexpr int version = 1;
  std::string source;                 ///< "table sessions", for people and for the artifact's header
  std::string tombstone;              ///< the fenced source's name
  std::string artifact;               ///< derived name: _dmc_backup_<hash12>
  std::vector<std::string> write;     ///< creates and fills the artifact
  std::vector<std::string> columns;   ///< with types, as they were: the artifact's header holds them
  std::string rows;                   ///< → number of rows in the artifact
  std::vector<QueryCheck> read_back;  ///< artifact and tombstone are equal, row by row

  static void fields(auto& self, auto&& visit) {
    visit("source", self.source);
    visit("tombstone", self.tombstone);
    visit("artifact", self.artifact);
    visit("write", self.write);
    visit("columns", self.columns);
    visit("rows", self.rows);
    visit("read_back", self.read_back);
  }
  bool operator==(const Backup&) const = default;
};

}  // namespace dmc::plan
