// Hazards of raw SQL on PostgreSQL: the rules of `reference/lint-rules.md` that are about this engine, over scripts.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres::lint {

/// Statements that run together.
struct Script {
  std::string sql;
  bool in_transaction = true;  ///< runs as one transaction; otherwise each statement is one of its own
};

/// What is known before the first script.
struct Facts {
  const model::Database* before = nullptr;  ///< none: nothing is there
  std::string oldest_version;               ///< "14.2"; "" when it is not known
  bool guarded = false;                     ///< whoever runs the scripts sets lock_timeout and statement_timeout itself
};

struct Finding {
  std::string_view hazard;  ///< an id of `compiler/lint/hazard_ids.hpp`; static text
  std::string object;       ///< "users", "audit.log.at"; the statement's own words when it has no object
  std::string evidence;
  std::size_t script = 0;  ///< index of the script
  std::size_t begin = 0;   ///< of the statement, in its script
  std::size_t end = 0;
};

/// In the order of the statements. A script that the grammar of 15 cannot read has one finding, `raw.unparsed`.
std::vector<Finding> lint(const std::vector<Script>& scripts, const Facts& facts);

/// The hazards that rules of this folder can find, by id.
std::vector<std::string_view> hazards();

}  // namespace dmc::dialects::postgres::lint
