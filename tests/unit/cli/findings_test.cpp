// Diagnostics in the four formats.
#include "runtime/cli/findings.hpp"

#include <doctest/doctest.h>

#include "compiler/plan/json.hpp"
#include "tests/unit/cli/test_world.hpp"

namespace {

using namespace dmc;

struct Example {
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  Example() {
    const auto file = sources.add("schema/a b.mig", "table users {\n  name txet;\n}\n");
    auto& error =
        diagnostics.error("E0201", grammar::Span{file, 21, 25}, "there is no type 'txet'", "a type was expected");
    error.help.push_back("did you mean 'text'?");
    error.notes.push_back({grammar::Span{file, 0, 11}, "in this table"});
    diagnostics.warning("name.case", std::nullopt, "a warning \xE2\x80\xAE without a place");
  }
};

/// The member of an object, or of the first item of a list.
const plan::Json& at(const plan::Json& json, std::string_view key) {
  const auto* list = std::get_if<plan::JsonArray>(&json.value);
  const auto& object = std::get<plan::JsonObject>(list != nullptr ? list->at(0).value : json.value);
  for (const auto& [name, value] : object)
    if (name == key) return value;
  FAIL("no member " << key);
  return json;
}

const std::string& text(const plan::Json& json) { return std::get<std::string>(json.value); }
std::int64_t number(const plan::Json& json) { return std::get<std::int64_t>(json.value); }

}  // namespace

TEST_CASE("the count names errors and warnings") {
  Example example;
  CHECK(cli::findings_count(example.diagnostics) == "1 error, 1 warning");
  CHECK(cli::findings_count({}).empty());
}

TEST_CASE("text holds the caret, and colour only where a terminal shows it") {
  Example example;
  const auto plain = cli::findings_text(example.diagnostics, example.sources, {});
  CHECK(plain.find("error[E0201]: there is no type 'txet'") != std::string::npos);
  CHECK(plain.find("^^^^") != std::string::npos);
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(cli::findings_text(example.diagnostics, example.sources, {true}).find("\x1b[1;31merror[E0201]\x1b[0m") !=
        std::string::npos);
}

TEST_CASE("of one file people are told the first hundred, and how many more there are") {
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto file = sources.add("schema/a.mig", std::string(20'000, ';'));
  for (std::uint32_t at = 0; at < 20'000; ++at)
    diagnostics.error("E0131", grammar::Span{file, at, at + 1}, "this ';' ends nothing");
  const auto text = cli::findings_text(diagnostics, sources, {});
  CHECK(text.find("a.mig:1:100\n") != std::string::npos);
  CHECK(text.find("a.mig:1:101\n") == std::string::npos);
  CHECK(text.ends_with("… and 19900 more in this file\n\n"));
  CHECK(cli::findings_count(diagnostics) == "20000 errors");
}

TEST_CASE("JSON holds every field, and places as lines and columns") {
  Example example;
  plan::JsonError error;
  const auto json = plan::read_json(cli::findings_json(example.diagnostics, example.sources), error);
  REQUIRE(json);
  const auto& list = std::get<plan::JsonArray>(at(*json, "findings").value);
  REQUIRE(list.size() == 2);
  const auto& placed = text(at(list[0], "code")) == "E0201" ? list[0] : list[1];
  const auto& other = &placed == &list[0] ? list[1] : list[0];
  CHECK(text(at(at(placed, "place"), "file")) == "schema/a b.mig");
  CHECK(number(at(at(placed, "place"), "line")) == 2);
  CHECK(number(at(at(placed, "place"), "column")) == 8);
  CHECK(number(at(at(placed, "place"), "end_column")) == 12);
  CHECK(text(at(at(placed, "notes"), "text")) == "in this table");
  CHECK(std::holds_alternative<std::nullptr_t>(at(other, "place").value));
}

TEST_CASE("SARIF has what 2.1.0 asks for and a reviewer reads") {
  Example example;
  plan::JsonError error;
  const auto json = plan::read_json(cli::findings_sarif(example.diagnostics, example.sources, "1.2.3", ""), error);
  REQUIRE(json);
  CHECK(text(at(*json, "version")) == "2.1.0");
  const auto& run = at(*json, "runs");
  CHECK(text(at(at(at(run, "tool"), "driver"), "name")) == "dmc");
  CHECK(text(at(at(at(at(run, "tool"), "driver"), "rules"), "id")) == "E0201");
  for (const auto& result : std::get<plan::JsonArray>(at(run, "results").value)) {
    const bool placed = text(at(result, "ruleId")) == "E0201";
    CHECK(text(at(result, "level")) == (placed ? "error" : "warning"));
    CHECK(text(at(at(result, "message"), "text")).find("\xE2\x80\xAE") == std::string::npos);
    CHECK(std::get<plan::JsonArray>(at(result, "locations").value).size() == (placed ? 1 : 0));
    if (!placed) continue;
    const auto& physical = at(at(result, "locations"), "physicalLocation");
    CHECK(text(at(at(physical, "artifactLocation"), "uri")) == "schema/a%20b.mig");
    CHECK(number(at(at(physical, "region"), "startLine")) == 2);
    CHECK(text(at(at(result, "message"), "text")).find("did you mean 'text'?") != std::string::npos);
  }
}

TEST_CASE("a forge is told the path from the root of the repository") {
  const dmc::tests::Folder folder;
  folder.write("shop, old/db/project.mig", "project shop { edition 1; }\n");
  folder.write("shop, old/db/changes/0001_first.mig", "change 1 'first';\n");
  const auto schema = "shop, old/db/schema/shop.mig";
  folder.write(schema, "database shop on sqlite 3.40 { table users { id integer primary key; name txet; } }\n");
  const auto project = folder.path() / "shop, old/db";
  const auto said = [&](std::vector<std::string> words, const std::string& format) {
    words.insert(words.end(), {"--format", format});
    return dmc::tests::dmc(project, words).out;
  };
  const auto holds = [](const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  };
  const std::vector<std::vector<std::string>> commands = {{"check"}, {"lint"}, {"compile", "--check"}};
  for (const auto& words : commands) {
    holds(said(words, "github"), "file=schema/shop.mig,");
    holds(said(words, "gitlab"), R"("path":"schema/shop.mig")");
    holds(said(words, "sarif"), R"("uri":"schema/shop.mig")");
  }
  folder.write(".git", "gitdir: elsewhere\n");
  for (const auto& words : commands) {
    holds(said(words, "github"), "file=shop%2C old/db/schema/shop.mig,");
    holds(said(words, "gitlab"), R"("path":"shop, old/db/schema/shop.mig")");
    holds(said(words, "sarif"), R"("uri":"shop%2C%20old/db/schema/shop.mig")");
  }
  folder.write(schema, "database shop on sqlite 3.40 { table users { id integer; id text default '```'; } }\n");
  holds(said({"check"}, "github"), "%0Athe first one: schema/shop.mig, line 1");
  holds(said({"check"}, "markdown"), "\n````\nerror[E0210]");
  folder.write(schema, "database shop on sqlite 3.40 { table users { id integer primary key; } }\n");
  holds(said({"compile", "--check"}, "github"), "::error file=shop%2C old/db/plans/0001.plan.json::it is not what");
  holds(said({"compile", "--check"}, "gitlab"), R"("path":"shop, old/db/plans/0001.plan.json")");
  holds(said({"compile", "--check"}, "sarif"), R"("uri":"shop%2C%20old/db/plans/0001.plan.json")");
  holds(said({"compile", "--check"}, "markdown"), "> - `plans/0001.plan.json` is missing\n");
  holds(said({"lint"}, "markdown"), "No hazards.");
  holds(said({"check"}, "markdown"), "No findings in 1 database, 1 table, 1 change.");
  holds(dmc::tests::dmc(folder.path(), {"compile", "--check", "--project", "shop, old/db/", "--format", "github"}).out,
        "::error file=shop%2C old/db/plans/0001.plan.json::it is not what");
}

TEST_CASE("people are told the path from where they are") {
  const dmc::tests::Folder folder;
  folder.write("db/project.mig", "project shop { edition 1; }\n");
  folder.write("db/changes/0001_first.mig", "change 1 'first';\n");
  folder.write("db/schema/shop.mig", "database shop on sqlite 3.40 { table users { id integer; id text; } }\n");
  const auto said = [&](const std::string& from, const std::vector<std::string>& words) {
    return dmc::tests::dmc(folder.path() / from, words).out;
  };
  for (const std::string command : {"check", "lint", "compile"}) {
    CHECK(said("db", {command}).find(" --> schema/shop.mig:1:58\n") != std::string::npos);
    CHECK(said("db/schema", {command}).find(" --> ../schema/shop.mig:1:58\n") != std::string::npos);
    const auto named = said("", {command, "--project", "db/"});
    CHECK(named.find(" --> db/schema/shop.mig:1:58\n") != std::string::npos);
    CHECK(named.find("note: the first one\n --> db/schema/shop.mig:1:46\n") != std::string::npos);
  }
  folder.write("db/schema/shop.mig", "database shop on sqlite 3.40 { table users { id integer; } }\n");
  const auto written = said("db/schema", {"compile"});
  CHECK(written.find("wrote      ../plans/0001.plan.json\n") != std::string::npos);
  CHECK(written.find("dmc show ../plans/0001.plan.json ") != std::string::npos);
}

TEST_CASE("findings and a plan fit into one comment, however many they are") {
  const dmc::tests::Folder folder;
  folder.write("project.mig", "project shop { edition 1; }\n");
  folder.write("changes/0001_first.mig", "change 1 'first';\n");
  const auto page = [&](const std::string& type) {
    for (int file = 0; file < 9; ++file) {
      std::string tables;
      for (int i = 0; i < 99; ++i)
        tables += "table t" + std::to_string(file) + "_" + std::to_string(i) + " { id integer; note " + type + "; }\n";
      folder.write("schema/" + std::to_string(file) + ".mig", "database shop on sqlite 3.40 {\n" + tables + "}\n");
    }
    return dmc::tests::dmc(folder.path(), {"compile", "--check", "--format", "markdown"}).out;
  };
  const auto refused = page("txet");
  CHECK(refused.starts_with("### 891 errors\n"));
  CHECK(refused.size() <= 31'000);
  CHECK(refused.ends_with("\n… and others, for which there is no room here: say `--format text`\n\n"));
  const auto planned = page("text");
  CHECK(planned.find("> - `plans/0001.plan.json` is missing\n") != std::string::npos);
  CHECK(planned.find("## Steps\n") != std::string::npos);
  CHECK(planned.size() <= 60'000);
  CHECK(planned.size() >= 50'000);
}

TEST_CASE("nothing found is an empty list for programs and nothing for people") {
  const grammar::Sources sources;
  CHECK(cli::findings_json({}, sources) == "{\"findings\":[]}\n");
  CHECK(cli::findings_markdown({}, sources).empty());
  CHECK(cli::findings_text({}, sources, {}).empty());
}
