// Rows filled, overwritten and deleted on PostgreSQL; what only looks; what the author wrote himself.
#include <doctest/doctest.h>

#include "tests/unit/dialects/postgres_story.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

model::Table account() {
  auto made = table("account", {column("region", "text", true), column("id", "integer", true), column("first", "text"),
                                column("last", "text"), column("full name", "text")});
  made.primary_key = key("account_pkey", {"region", "id"});
  return made;
}

model::Database bank(bool with_trigger = false) {
  auto made = database({account()});
  made.objects.push_back(object("function", "function note()",
                                "create function note() returns trigger language plpgsql as $$ begin new.last := "
                                "upper(new.last); return new; end $$",
                                "drop function note()"));
  model::Trigger trigger;
  trigger.name = "account_note";
  trigger.table = "account";
  trigger.of_table = true;
  trigger.timing = "before";
  trigger.events = {"update"};
  trigger.execute = "note()";
  if (with_trigger) made.triggers.push_back(trigger);
  return made;
}

constexpr const char* rows =
    "insert into account select case when n % 2 = 0 then 'eu' else 'us' end, n, 'f' || n, 'L' || n from "
    "generate_series(1, 20) n;";

model::BackfillStatement names() {
  model::BackfillStatement statement;
  statement.set = {{"full name", model::Sql{"first || ' ' || last"}, {}}};
  statement.where = model::Sql{"\"full name\" is null"};
  return statement;
}

}  // namespace

TEST_CASE("PostgreSQL: rows are filled") {
  auto statement = names();
  tell({"backfill", bank(), change::BackfillRows{account(), statement, true}, "table account", rows});
  statement.follow = true;
  tell({"backfill_follow", bank(), change::BackfillRows{account(), statement, true}, "table account", rows});
  auto again = names();
  again.where.reset();
  again.set[0].column = "first";
  again.set[0].value.text = "upper(first)";
  again.backup = model::Backup::with;
  tell({"backfill_with_backup",
        bank(true),
        change::BackfillRows{account(), again, false},
        "table account",
        rows,
        {},
        false});
  auto always = bank(true);
  always.triggers[0].enabled = "always";
  tell({"backfill_and_a_trigger_that_always_fires",
        always,
        change::BackfillRows{account(), again, false},
        "table account",
        rows,
        {},
        false});
  tell({"backfill_kept_exactly", bank(), change::BackfillRows{account(), again, false}, "table account", rows});
  auto keyless = account();
  keyless.primary_key.reset();
  auto plain = bank();
  plain.tables = {keyless};
  tell({"backfill_keyless", plain, change::BackfillRows{keyless, names(), true}, "table account", rows});
}

TEST_CASE("PostgreSQL: rows are dropped") {
  model::DropRowsStatement statement;
  statement.where = model::Sql{"id > 7"};
  statement.backup = model::Backup::with;
  tell({"drop_rows", bank(), change::DropRows{account(), statement}, "table account", rows});
  statement.backup = model::Backup::without;
  tell({"drop_rows_for_good", bank(), change::DropRows{account(), statement}, "table account", rows, {}, false});
}

TEST_CASE("PostgreSQL: questions and statements of the author") {
  model::VerifyStatement verify;
  verify.name = "everybody has a name";
  verify.check = {"", "select 1 from account where last is null limit 1", plan::Comparison::is_empty, std::nullopt, ""};
  tell({"verify", bank(), change::VerifyQuery{verify}, "verify", rows});
  model::RunStatement run;
  run.name = "sort";
  run.statements = {model::Sql{"analyze account"}, model::Sql{"update account set last = lower(last)"}};
  run.undo = {model::Sql{"update account set last = upper(last)"}};
  tell({"run", bank(), change::RunStatements{run, {}}, "run", rows});
}

TEST_CASE("PostgreSQL: what dmc itself fills sets off no trigger") {
  for (const std::string enabled : {"", "always"}) {
    const std::string firing = enabled.empty() ? "" : "_that_always_fire";
    auto touched = bank();
    touched.objects[0].create.text =
        "create function note() returns trigger language plpgsql as $$ begin new.last := 'touched'; return new; end $$";
    touched.triggers = bank(true).triggers;
    touched.triggers[0].enabled = enabled;
    auto after = account();
    after.columns.push_back(column("token", "uuid", true, "gen_random_uuid()"));
    touched.oldest_version = "13";
    tell({"add_volatile_beside_triggers" + firing, touched, change::AlterTable{account(), after, {}, {}},
          "table account", rows});
    after = account();
    after.columns[3].type = "character varying(30)";
    tell({"retype_beside_triggers" + firing, touched, change::AlterTable{account(), after, {}, {}}, "table account",
          rows});
  }
}
