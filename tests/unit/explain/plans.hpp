// Plans to draw: one as it comes, one whose every text is hostile.
#pragma once

#include "compiler/plan/digest.hpp"
#include "compiler/plan/plan.hpp"

namespace dmc::tests {

inline plan::Step step(std::string summary, plan::Action action, std::string source, std::int64_t stage = 1) {
  plan::Step made;
  made.action = std::move(action);
  made.database = "shop";
  made.object = "table users";
  made.stage = stage;
  made.summary = std::move(summary);
  made.source = std::move(source);
  return made;
}

inline plan::RunSql run(std::vector<std::string> statements) {
  plan::RunSql made;
  made.statements = std::move(statements);
  return made;
}

inline plan::QueryCheck none(std::string means, std::string query) {
  return {std::move(means), std::move(query), plan::Comparison::is_empty, std::nullopt, ""};
}

inline void give_ids(plan::Plan& plan) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (i > 0) plan.steps[i].requires_steps = {plan.steps[i - 1].id};
    plan.steps[i].id = plan::step_id(plan.steps[i], plan.databases.front().from);
  }
}

inline plan::DatabaseInput shop_input() {
  plan::DatabaseInput shop;
  shop.name = "shop";
  shop.engine = "sqlite";
  shop.oldest_version = "3.40";
  shop.from = plan::digest("6");
  shop.from_name = "6";
  shop.to = plan::digest("7");
  shop.to_name = "7";
  shop.stages = {plan::digest("7.1"), shop.to};
  return shop;
}

inline plan::Plan full_name() {
  plan::Plan plan;
  plan.compiler_version = "0.1.0";
  plan.project = "shop";
  plan.number = 7;
  plan.title = "one name per user";
  plan.reverse = plan::digest("undo");
  plan.databases = {shop_input()};
  plan.renames = {{"shop", "people", "users"}};

  auto rename = step("rename table people to users", run({"alter table people rename to users"}),
                     "change 7, line 2: rename table people to users");
  rename.pre = {none("no table or other object is called users yet", "select 1")};
  rename.post = {none("table users exists", "select 1")};
  rename.locks = {{"database", "reserved", "catalog"}};

  auto add = step("add users.full_name", run({"alter table users add column full_name text"}),
                  "schema/shop.mig:5: table users");
  add.locks = {{"database", "reserved", "catalog"}};
  add.reverse = {plan::ReverseClass::exact_until_written, "values that were written to users.full_name"};

  plan::Backfill backfill;
  backfill.table = "users";
  backfill.key = {"id"};
  backfill.change_next =
      "update users set full_name = first || ' ' || last\n  where id > ?1 and id <= ?2 and full_name is null";
  backfill.pace.batch = 5000;
  backfill.pace.pause_ms = 200;
  auto fill = step("fill users.full_name", backfill, "change 7, line 3: backfill users set full_name = …");
  fill.locks = {{"database", "reserved", "rows"}};
  fill.post = {none("every row of users has a full_name", "select 1")};

  plan::Verify verify;
  verify.check = none("every user has a name", "select id from users where full_name = ''");
  auto look =
      step("verify 'every user has a name'", verify, "change 7, line 4: verify 'every user has a name' on shop …");

  auto gate =
      step("wait: app 4.2 is deployed everywhere", plan::Gate{"app 4.2 is deployed everywhere", std::nullopt, 0, 0},
           "change 7, line 6: gate 'app 4.2 is deployed everywhere'");
  gate.reverse = {};

  plan::Backup backup;
  backup.source = "table sessions";
  backup.tombstone = "_dmc_gone_1";
  backup.artifact = "_dmc_backup_1";
  backup.write = {"create table _dmc_backup_1 as select * from _dmc_gone_1"};
  backup.read_back = {none("the backup holds every row of sessions, and no other", "select 1")};
  auto save = step("back up sessions", backup, "change 7, line 8: drop table sessions with backup", 2);
  save.locks = {{"database", "reserved", "rewrite"}};

  auto drop = step("drop table sessions", run({"drop table _dmc_gone_1"}),
                   "change 7, line 8: drop table sessions with backup", 2);
  drop.reverse = {plan::ReverseClass::lossy, "rows that were written to sessions after the backup"};
  drop.hazards = {{"data.drop_table", "sessions", "every row of it goes; the backup keeps them", "change 7, line 8"},
                  {"perf.index_dropped", "sessions_user_idx", "reads that used it become slow", std::nullopt}};
  drop.locks = {{"database", "reserved", "catalog"}};

  plan.steps = {rename, add, fill, look, gate, save, drop};
  give_ids(plan);
  return plan;
}

/// Escape sequences, bidirectional overrides, zero widths, Markdown and fences wherever a text can stand.
inline plan::Plan hostile() {
  const std::string evil =
      "x\x1b[2J\xE2\x80\xAE"
      "evil\xE2\x80\x8B ![a](http://b) <script>\n# h `c` |";
  plan::Plan plan;
  plan.compiler_version = "0.1.0";
  plan.project = evil;
  plan.number = 1;
  plan.title = evil;
  auto input = shop_input();
  input.name = evil;
  input.stages = {input.to};
  input.adopted = {"table " + evil};
  plan.databases = {input};
  plan.renames = {{evil, evil, evil}};
  plan.filtered = {evil};
  plan.complete = false;
  plan.reasons = {evil};
  auto made = step(evil, run({"select '```` " + evil + "'\r\n\tfrom \"" + evil + "\""}), evil);
  made.database = evil;
  made.pre = {none(evil, evil)};
  made.invariants = {{evil, "", ""}};
  made.reverse = {plan::ReverseClass::none, evil};
  made.hazards = {{"data.drop_table", evil, evil, evil}};
  made.locks = {{evil, evil, evil}};
  plan.steps = {made};
  give_ids(plan);
  return plan;
}

}  // namespace dmc::tests
