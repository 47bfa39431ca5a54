// Runs statements as they stand, together in one transaction or one by one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/field_list.hpp"

namespace dmc::plan {

/// A property of the session that must hold while the statements run and cannot be set inside a transaction:
/// it is set, read back, compared, and given its old value afterwards.
struct SessionSetting {
  std::string set;      ///< "pragma foreign_keys = 0"
  std::string read;     ///< "pragma foreign_keys"
  std::string value;    ///< "0": what `read` must answer
  std::string restore;  ///< "pragma foreign_keys = {}": `{}` is what `read` answered before

  static void fields(auto& self, auto&& visit) {
    visit("set", self.set);
    visit("read", self.read);
    visit("value", self.value);
    visit("restore", self.restore);
  }
  bool operator==(const SessionSetting&) const = default;
};

struct RunSql {
  static constexpr std::string_view kind = "run_sql";
  static constexpr int version = 1;
  std::vector<std::string> statements;
  bool in_transaction = true;
  std::vector<SessionSetting> settings;
  std::vector<std::string> secrets{};  ///< names whose values the runner puts in the place of '${env NAME}'

  static void fields(auto& self, auto&& visit) {
    visit("statements", self.statements);
    visit("in_transaction", self.in_transaction);
    visit("settings", self.settings);
    visit(rare("secrets"), self.secrets);
  }
  bool operator==(const RunSql&) const = default;
};

}  // namespace dmc::plan
