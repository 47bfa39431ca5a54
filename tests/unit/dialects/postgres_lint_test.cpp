// The rules over raw SQL on PostgreSQL: each has a text that it finds and one that it leaves alone
// (postgres_lint.cases), and the examples of another project, where its corpus is at hand.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/dialects/postgres/lint/lint.hpp"
#include "compiler/dialects/postgres/lint/raw.hpp"
#include "compiler/lint/hazard_ids.hpp"

namespace {

namespace fs = std::filesystem;
using namespace dmc::dialects::postgres::lint;

std::string contents(const fs::path& path) {
  std::ifstream in(path);
  REQUIRE_MESSAGE(in, path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Cuts at lines `-- next`, each script one transaction; `-- autocommit` at the head of one makes it none.
std::vector<Script> scripts_of(const std::string& text, const std::string& separator) {
  std::vector<Script> scripts(1);
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line == separator || (separator == "-- N.sql" && line.starts_with("-- ") && line.ends_with(".sql"))) {
      if (scripts.back().sql.find_first_not_of(" \n") != std::string::npos) scripts.emplace_back();
      continue;
    }
    if (line == "-- autocommit") scripts.back().in_transaction = false;
    scripts.back().sql += line + "\n";
  }
  return scripts;
}

std::string told(const std::vector<Finding>& findings, const std::string& hazard) {
  std::string text;
  for (const auto& finding : findings)
    if (finding.hazard == hazard) text += "    " + finding.object + ": " + finding.evidence + "\n";
  return text;
}

struct Case {
  std::string hazard, bad, good, says;
};

std::vector<Case> read_cases(const std::string& text) {
  std::vector<Case> cases;
  std::string* part = nullptr;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("== ")) {
      cases.push_back({line.substr(3), "", "", ""});
      part = nullptr;
    } else if (line == "bad") {
      part = &cases.back().bad;
    } else if (line == "says") {
      part = &cases.back().says;
    } else if (line == "good") {
      part = &cases.back().good;
    } else if (part && !line.empty()) {
      *part += line + "\n";
    }
  }
  return cases;
}

Facts facts_for(const std::string& hazard) {
  Facts facts;
  facts.oldest_version = hazard == "lock.cic_corruption_14" ? "14.2" : "14";
  return facts;
}

/// Another project's rule and ours.
const std::map<std::string, std::string> corpus_rules{
    {"E1", "lock.constraint_not_valid"},
    {"E2", "lock.not_null_scan"},
    {"E3", "type.json"},
    {"E4", "lock.after_ax"},
    {"E5", "rewrite.type_change"},
    {"E6", "lock.index_not_concurrent"},
    {"E7", "lock.unique_constraint"},
    {"E8", "lock.exclusion"},
    {"E9", "lock.no_timeout"},
    {"E10", "rewrite.under_lock"},
    {"E11", "rewrite.serial"},
    {"E15", "perf.fk_unindexed"},
    {"W12", "lock.multiple_alter"},
    {"W13", "type.enum"},
    {"W14", "lock.pk_nullable"},
};

bool lints(const fs::path& file, const std::string& hazard) {
  auto scripts = scripts_of(contents(file), "-- N.sql");
  for (auto& script : scripts)
    if (script.sql.find("concurrently") != std::string::npos) script.in_transaction = false;
  const auto findings = lint(scripts, {});
  CHECK_MESSAGE(told(findings, "raw.unparsed").empty(), file.string());
  return !told(findings, hazard).empty();
}

}  // namespace

TEST_CASE("every rule finds its bad text and leaves the good one alone") {
  const auto path = fs::path(DMC_SOURCE_DIR) / "tests/unit/dialects/postgres_lint.cases";
  auto cases = read_cases(contents(path));
  std::set<std::string> seen;
  std::string accepted;
  for (auto& one : cases) {
    CAPTURE(one.hazard);
    CHECK(seen.insert(one.hazard).second);
    const auto facts = facts_for(one.hazard);
    const auto says = told(lint(scripts_of(one.bad, "-- next"), facts), one.hazard);
    CHECK_MESSAGE(!says.empty(), one.bad);
    CHECK_MESSAGE(told(lint(scripts_of(one.good, "-- next"), facts), one.hazard) == "", one.good);
    if (one.hazard != "raw.unparsed") CHECK(told(lint(scripts_of(one.good, "-- next"), facts), "raw.unparsed") == "");
    accepted += "== " + one.hazard + "\nbad\n" + one.bad + "says\n" + says + "good\n" + one.good + "\n";
    if (!std::getenv("DMC_ACCEPT")) CHECK(says == one.says);
  }
  if (std::getenv("DMC_ACCEPT")) std::ofstream(path) << accepted;
  for (const auto hazard : hazards()) {
    CHECK_MESSAGE(seen.contains(std::string(hazard)), hazard << " has no case");
    CHECK_MESSAGE(dmc::lint::find_hazard(hazard), hazard << " is no hazard that a policy can name");
  }
}

TEST_CASE("the examples of another project are found by the matching rule, and its safe forms are not") {
  const auto* from = std::getenv("DMC_CORPUS");
  const auto corpus = (from ? fs::path(from) : fs::path(DMC_SOURCE_DIR) / "../shared/corpus") / "postgres_lint";
  if (!fs::exists(corpus)) {
    MESSAGE("SKIPPED: no corpus at " << corpus.string() << " (DMC_CORPUS says where it is)");
    return;
  }
  std::size_t bad = 0;
  std::size_t good = 0;
  for (const auto& [theirs, ours] : corpus_rules) {
    CHECK_MESSAGE(lints(corpus / theirs / "bad.sql", ours), theirs << " bad: " << ours << " says nothing");
    ++bad;
    if (!fs::exists(corpus / theirs / "good.sql")) continue;
    CHECK_MESSAGE(!lints(corpus / theirs / "good.sql", ours), theirs << " good: " << ours);
    ++good;
  }
  MESSAGE(bad << " bad examples found, " << good << " good ones left alone");
  CHECK(bad == 15);
}

TEST_CASE("what the grammar cannot read is one finding with its place") {
  const auto findings = lint({{"alter tabel t drop column c", true}}, {});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].hazard == "raw.unparsed");
  CHECK(findings[0].begin == 6);
}

TEST_CASE("what is known of the database makes findings certain") {
  dmc::model::Database before;
  dmc::model::Table table;
  table.name = "people";
  table.columns.resize(2);
  table.columns[0].name = "name";
  table.columns[0].type = "character varying(20)";
  table.columns[1].name = "age";
  table.columns[1].type = "integer";
  table.columns[1].not_null = true;
  before.tables.push_back(table);
  Facts facts;
  facts.before = &before;
  const auto found = [&](const std::string& sql, const std::string& hazard) {
    return told(lint({{sql, true}}, facts), hazard);
  };
  CHECK(found("alter table people alter name type varchar(40)", "rewrite.type_change").empty());
  CHECK(!found("alter table people alter name type varchar(10)", "rewrite.type_change").empty());
  CHECK(!found("alter table people alter name type varchar(10)", "rewrite.type_narrowing").empty());
  CHECK(found("alter table people alter name type text", "rewrite.type_change").empty());
  CHECK(found("alter table people alter age set not null", "lock.not_null_scan").empty());
  CHECK(!found("alter table people alter name set not null", "lock.not_null_scan").empty());
  CHECK(found("alter table strangers alter name type text", "rewrite.type_change").find("unverified") !=
        std::string::npos);
}

TEST_CASE("the SQL of a run and of an object has its hazards, about the object or else about itself") {
  const auto run = [](std::vector<std::string> statements, bool in_transaction) {
    dmc::change::RunStatements kind;
    kind.statement.name = "tidy";
    kind.statement.in_transaction = in_transaction;
    for (auto& text : statements) kind.statement.statements.push_back({std::move(text)});
    dmc::change::Change change;
    change.kind = kind;
    std::string told;
    const auto raw = raw_hazards(change, {});
    for (const auto& hazard : raw.hazards) told += hazard.id + " on " + hazard.object + "\n";
    for (const auto& place : raw.places) {
      const auto& text = kind.statement.statements.at(place.statement).text;
      told += place.hazard + " at " + text.substr(place.begin, place.end - place.begin) + "\n";
    }
    return told;
  };
  CHECK(run({"drop table users", "do $$ begin null; end $$"}, true) ==
        "data.drop_table on users\nlock.after_ax on users\ncompat.untrackable_deps on tidy\n"
        "data.drop_table at drop table users\nlock.after_ax at do $$ begin null; end $$\n"
        "compat.untrackable_deps at do $$ begin null; end $$\n");
  CHECK(run({"create index concurrently users_idx on users (id)"}, false) ==
        "perf.index_build on users\nperf.index_build at create index concurrently users_idx on users (id)\n");
  CHECK(run({"analyze users", "analyze users"}, true) == "perf.analyze on users\nperf.analyze at analyze users\n");
  CHECK(run({"something of a newer server"}, true).empty());
  CHECK(run({"update users set a = 1"}, true).empty());
}
