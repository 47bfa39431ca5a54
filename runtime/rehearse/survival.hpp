// Whether rows came through: what the plan says nothing about must be as it was.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/plan/plan.hpp"
#include "runtime/rehearse/rows.hpp"

namespace dmc::rehearse {

/// What a table of the base and its columns are called behind the plan.
struct Followed {
  std::string table;                           ///< path
  std::map<std::string, std::string> columns;  ///< by the base's name
};
Followed follow(const plan::Plan& plan, const std::string& database, const model::Table& table);

/// One database before the plan and behind it.
struct Passage {
  const plan::Plan& plan;
  const model::Database& before;  ///< as inspected
  const model::Database& after;
  const Contents& rows_before;
  const Contents& rows_after;
};

struct Survival {
  std::int64_t tables = 0;           ///< that keep every row
  std::int64_t columns = 0;          ///< of them that keep every value
  std::vector<std::string> changed;  ///< "users.age", "carts (rows)": declared to change, and changed
  std::vector<std::string> lost;     ///< changed, and nothing says so
};
Survival survival(const Passage& passage);

struct Return {
  std::int64_t tables = 0;  ///< that are as they were, row by row
  /// As a lossy step declares: "carts: 3 of 20 rows are as they were"; "old of users: …" where only values of that
  /// column went.
  std::vector<std::string> lost;
  std::vector<std::string> wrong;  ///< the same where nothing declares it
};
/// `base` and `back`: a database before the plan and after undoing it. `fired`: see below.
Return came_back(const plan::Plan& plan, const std::string& database, const Contents& base, const Contents& back,
                 const std::vector<std::string>& fired = {});

/// Texts of the triggers that steps of the plan set off and say so: what those do is not taken back.
std::vector<std::string> fired(const plan::Plan& plan, const model::Database& before, const model::Database& after);

/// Columns whose values come from the clock or from chance: `table.column`, or `table.*` for all of them. Two runs
/// give them other values.
std::set<std::string> drifting(const plan::Plan& plan, const model::Database& before, const model::Database& after);

/// Columns of the base that get another type: table, column and what it becomes.
std::map<std::string, std::map<std::string, std::string>> retyped(const plan::Plan& plan, const model::Database& before,
                                                                  const model::Database& after);

/// Equal but for those columns.
bool same(const Contents& left, const Contents& right, const std::set<std::string>& drifting);

}  // namespace dmc::rehearse
