// Databases that other people made: read, built from nothing by the steps of a plan, and read the same again.
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "compiler/dialects/sqlite/check.hpp"
#include "tests/support/skip.hpp"
#include "tests/unit/dialects/runner.hpp"

using namespace dmc;
using tests::Live;
using tests::Runner;

namespace {

namespace fs = std::filesystem;

const fs::path corpus = fs::path(DMC_SOURCE_DIR).parent_path() / "shared/corpus/sqlite_schemas";

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Every object by its own change, in an order in which names exist.
std::vector<dialects::StepPair> steps_to(const model::Database& wanted) {
  std::vector<dialects::StepPair> all;
  model::Database before;
  before.engine = "sqlite";
  before.oldest_version = "3.26";
  const auto add = [&](change::ChangeKind kind, const std::string& object) {
    for (auto& pair :
         dialects::sqlite::lower({std::move(kind), "d", object, "schema/d.mig:1: " + object, {}, false}, before))
      all.push_back(std::move(pair));
  };
  for (const auto& table : wanted.tables) add(change::CreateTable{table}, "table " + table.name);
  for (const auto& view : wanted.views) add(change::CreateView{view}, "view " + view.name);
  for (const auto& trigger : wanted.triggers) add(change::CreateTrigger{trigger}, "trigger " + trigger.name);
  return all;
}

}  // namespace

TEST_CASE("the corpus, inspected and built from nothing") {
  if (!fs::exists(corpus))
    return tests::skip("the corpus, inspected and built from nothing", "no corpus beside the checkout");
  std::size_t schemas = 0;
  for (const auto& folder : fs::directory_iterator(corpus)) {
    const auto name = folder.path().filename().string();
    CAPTURE(name);
    Live database;
    database.execute(text_of(folder.path() / "schema.sql"));
    auto inspected = database.inspect();
    CHECK(inspected.unmodelled.empty());
    CHECK(!inspected.database.tables.empty());
    auto checked = inspected.database;
    grammar::Diagnostics diagnostics;
    dialects::sqlite::check(checked, diagnostics);
    CHECK(diagnostics.empty());
    CHECK(checked == inspected.database);

    Live fresh;
    const auto steps = steps_to(inspected.database);
    Runner(fresh).forward(steps);
    CHECK(fresh.inspect().database == inspected.database);
    CHECK(model::state_hash(fresh.inspect().database) == model::state_hash(inspected.database));
    Runner(fresh).back(steps);
    CHECK(fresh.value("select count(*) from sqlite_master where name not like 'sqlite%'") == "0");
    ++schemas;
  }
  CHECK(schemas >= 3);
}

TEST_CASE("Chinook with its data through a change of every kind, and back") {
  const auto folder = corpus / "chinook_autoincrement";
  if (!fs::exists(folder / "data.sql")) return tests::skip("Chinook with its data", "no corpus beside the checkout");
  Live database;
  database.execute(text_of(folder / "schema.sql"));
  database.execute("begin; " + text_of(folder / "data.sql") + "; commit");
  database.execute(
      "pragma foreign_keys = 1; create view long_tracks as select Name, Milliseconds from Track where Milliseconds > "
      "300000");
  const auto rows = database.contents();
  auto before = database.inspect().database;
  before.oldest_version = "3.35";
  const auto lower = [&](change::ChangeKind kind, const std::string& object) {
    auto state = database.inspect().database;
    state.oldest_version = "3.35";
    return dialects::sqlite::lower({std::move(kind), "d", object, "change 2, line 1: " + object, {}, true}, state);
  };
  // A column renamed and one retyped, another not null, in a table that others reference.
  change::AlterTable alter{*before.table("Track"), *before.table("Track"), {{"Name", "Title", {}, {}}}, {}, false};
  for (auto& column : alter.after.columns) {
    if (column.name == "Name") column.name = "Title";
    if (column.name == "Title") column.type = "TEXT";
  }
  const auto first = lower(alter, "table Track");
  Runner(database).forward(first);
  CHECK(database.value("select sql from sqlite_master where name = 'long_tracks'").find("select Title, Milliseconds") !=
        std::string::npos);
  const auto second =
      lower(change::DropTable{*before.table("PlaylistTrack"), model::Backup::with}, "table PlaylistTrack");
  Runner(database).forward(second);
  CHECK(database.value("select count(*) from sqlite_master where name = 'PlaylistTrack'") == "0");
  Runner(database).back(second);
  Runner(database).back(first);
  auto again = database.inspect().database;
  again.oldest_version = "3.35";
  CHECK(again == before);
  CHECK(database.contents() == rows);
}
