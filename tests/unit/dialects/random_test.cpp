// Random pairs of tables with random rows: where nothing was written since, everything comes back, unasked.
#include <random>

#include <doctest/doctest.h>

#include "tests/unit/dialects/runner.hpp"

using namespace dmc;
using tests::Live;
using tests::live;
using tests::Refused;
using tests::Runner;

namespace {

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  bool one_in(unsigned n) { return engine_() % n == 0; }
  std::string any_of(const std::vector<std::string>& list) { return list[engine_() % list.size()]; }

 private:
  std::mt19937 engine_;
};

const std::vector<std::string> names{"a", "b", "c", "d", "e"};

std::string column(Dice& dice, const std::string& name, bool strict) {
  std::string text = name + " ";
  text += strict
              ? dice.any_of({"int", "integer", "text", "real", "blob", "any"})
              : dice.any_of({"", "int", "bigint", "text", "varchar(9)", "real", "numeric", "blob", "any", "boolean"});
  if (!strict && dice.one_in(5)) text += " default " + dice.any_of({"7", "'x'", "1.5"});
  if (dice.one_in(8)) text += " not null";
  if (dice.one_in(6)) text += " collate nocase";
  if (dice.one_in(8)) text += " unique";
  if (dice.one_in(8)) text += " check (" + name + " is not 'never')";
  return text;
}

std::string schema(Dice& dice) {
  const bool strict = dice.one_in(3);
  std::string columns, keys, first;
  for (const auto& name : names) {
    if (dice.one_in(3)) continue;
    columns += (columns.empty() ? "" : ", ") + column(dice, name, strict);
    if (first.empty()) first = name;
  }
  if (first.empty()) columns = column(dice, first = "a", strict);
  if (dice.one_in(2))
    columns = dice.any_of({"id integer primary key, ", "id integer primary key autoincrement, ",
                           "id int primary key not null, ", "id text primary key not null, "}) +
              columns;
  const bool keyed = columns.starts_with("id");
  const bool rowless = keyed && columns.find("autoincrement") == std::string::npos && dice.one_in(4);
  std::string options = strict && rowless ? " strict, without rowid"
                        : strict          ? " strict"
                        : rowless         ? " without rowid"
                                          : "";
  std::string sql = "create table t (" + columns + ")" + options + ";";
  if (dice.one_in(3)) sql += "create index i on t (" + first + ");";
  return sql + "create table log (x);";
}

void fill(Dice& dice, Live& database) {
  const auto columns = database.query("select name from pragma_table_xinfo('t')");
  for (int row = 0; row < 12; ++row) {
    std::string into, values;
    for (const auto& column : columns) {
      into += (into.empty() ? "" : ", ") + *column[0];
      values += (values.empty() ? "" : ", ") +
                (*column[0] == "id"
                     ? std::to_string(row * 3 % 17)
                     : dice.any_of({"null", "1", "2.5", "3.0", "'4'", "'x'", "' 5 '", "x'00'", "'X'", "'7.0'"}));
    }
    try {
      database.execute("insert into t (" + into + ") values (" + values + ")");
    } catch (const std::runtime_error&) {
      continue;  // a row that the table does not take
    }
  }
  if (dice.one_in(3)) database.execute("delete from t where rowid % 2 = 0");
}

change::Change alteration(const model::Database& before, const model::Database& after) {
  change::AlterTable alter{*before.table("t"), *after.table("t"), {}, {}, false};
  for (const auto& column : alter.before.columns)
    if (!alter.after.column(column.name)) alter.losses.push_back({column.name, model::Backup::with});
  return {alter, "d", "table t", "change 2, line 1: alter", {}, true};
}

std::string states(const model::Database& database) {
  std::string out;
  for (const auto& state : model::states_of(database)) out += state.object + " " + state.state + "\n";
  return out;
}

/// Whether the rows fitted.
bool there_and_back(unsigned seed) {
  Dice dice(seed);
  const auto from = schema(dice), to = schema(dice);
  CAPTURE(from);
  CAPTURE(to);
  auto database = live(from);
  if (from.find("without rowid") == std::string::npos) fill(dice, database);
  auto before = database.inspect().database;
  auto wanted = live(to).inspect().database;
  before.oldest_version = wanted.oldest_version = dice.any_of({"3.37", "3.40"});
  const auto rows = database.contents();
  const auto pairs = dialects::sqlite::lower(alteration(before, wanted), before);
  try {
    Runner(database).forward(pairs);
  } catch (const Refused&) {
    return false;
  }
  CHECK(states(database.inspect().database) == states(wanted));
  const bool lossy = std::ranges::any_of(pairs, [](const auto& pair) {
    return pair.forward.reverse.grade == plan::ReverseClass::lossy;  // an AUTOINCREMENT counter, which no row shows
  });
  Runner(database).back(pairs, pairs.size(), lossy);
  auto again = database.inspect().database;
  again.oldest_version = before.oldest_version;
  CHECK(again == before);
  CHECK(database.contents() == rows);
  return true;
}

}  // namespace

TEST_CASE("random tables and rows come back as they were") {
  if (sqlite3_libversion_number() < 3037000) return;
  int fitted = 0;
  for (unsigned seed = 0; seed < 600; ++seed) try {
      fitted += there_and_back(seed) ? 1 : 0;
    } catch (const std::exception& error) {
      const std::string what = error.what();
      FAIL_CHECK("seed " << seed << ": " << what);
    }
  CHECK(fitted > 100);
}
