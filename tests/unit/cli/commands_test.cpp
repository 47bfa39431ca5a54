// Commands as a person meets them: what they print, how they end, what they leave alone.
#include <algorithm>

#include <doctest/doctest.h>

#include "compiler/dialects/dialect.hpp"
#include "runtime/session/url.hpp"
#include "tests/unit/cli/shop.hpp"

using dmc::tests::Answer;
using dmc::tests::Folder;
using dmc::tests::holds;
using dmc::tests::in;
using dmc::tests::Shop;
namespace fs = std::filesystem;

TEST_CASE("no words show the way, on standard error, as a usage mistake") {
  const Folder folder;
  const auto answer = in(folder, {});
  CHECK(answer.exit == 2);
  CHECK(answer.out.empty());
  CHECK(holds(answer.err, "\nCommands\n  new"));
}

TEST_CASE("without a command, and by every word for help, one sees the same") {
  const Folder folder;
  const auto overview = in(folder, {"help"});
  CHECK(overview.exit == 0);
  CHECK(holds(overview.out, "\nusage: dmc COMMAND [OPTION…]\n"));
  CHECK(in(folder, {"--help"}).out == overview.out);
  CHECK(in(folder, {}).err == overview.out);
  CHECK(holds(in(folder, {"--project", "x", "compile"}).err, "'--project' is no command; options stand behind one"));
}

TEST_CASE("an unknown command offers the nearest") {
  const Folder folder;
  CHECK(in(folder, {"complie"}).exit == 2);
  CHECK(in(folder, {"complie"}).err ==
        "dmc: there is no command 'complie'\n  did you mean  dmc compile ?\n  dmc help    lists every command\n");
  CHECK(in(folder, {"help", "complie"}).err == in(folder, {"complie"}).err);
}

TEST_CASE("help is the same by either way, and needs nothing else to be right") {
  const Folder folder;
  const auto help = in(folder, {"help", "run"});
  CHECK(help.exit == 0);
  CHECK(help.out.starts_with("dmc run: execute a plan and verify it"));
  CHECK(in(folder, {"run", "--help"}).out == help.out);
  CHECK(in(folder, {"run", "--nonsense", "-h"}).out == help.out);
  CHECK(in(folder, {"--version"}).out == in(folder, {"version"}).out);
}

TEST_CASE("help writes a manual page for every command") {
  const Folder folder;
  CHECK(in(folder, {"help", "--man", "man"}).exit == 0);
  CHECK(folder.read("man/dmc-run.1").starts_with(".TH DMC\\-RUN 1"));
  CHECK(folder.has("man/dmc.1"));
}

TEST_CASE("every command that needs a project says how to come to one") {
  const Folder folder;
  for (const auto* command : {"check", "fmt", "draft", "compile", "seal"}) {
    const auto answer = in(folder, {command});
    CHECK_MESSAGE(answer.exit == 2, command);
    CHECK(holds(answer.err, "there is no project here"));
    CHECK(holds(answer.err, "dmc new shop"));
    CHECK(holds(answer.err, "dmc adopt shop --from sqlite:shop.db"));
  }
}

TEST_CASE("a new project is laid out, compiles, runs, and is not written over") {
  const Folder folder;
  CHECK(in(folder, {"new", "shop"}).exit == 0);
  const auto root = folder.path() / "shop";
  CHECK(dmc::tests::dmc(root, {"fmt", "--check"}).out.empty());
  CHECK(dmc::tests::dmc(root, {"check"}).out == "no findings in 1 database, 2 tables, 1 change\n");
  CHECK(dmc::tests::dmc(root, {"compile"}).exit == 0);
  CHECK(dmc::tests::dmc(root, {"compile", "--check"}).exit == 0);
  const auto on = "shop=sqlite:" + (root / "shop.db").string();
  CHECK(dmc::tests::dmc(root, {"run", "plans/0001.plan.json", "--on", on}).exit == 0);
  CHECK(dmc::tests::dmc(root, {"status", "--on", on}).exit == 0);
  const auto again = in(folder, {"new", "shop"});
  CHECK(again.exit == 1);
  CHECK(holds(again.err, "what a person edited is not overwritten"));
}

TEST_CASE("a new project of every engine is laid out as dmc fmt would, and compiles") {
  const dmc::dialects::Dialects dialects;
  for (const auto& dialect : dialects.all()) {
    const Folder folder;
    const auto& engine = dialect->description().name;
    const auto begun = in(folder, {"new", "shop", "--engine", engine});
    CHECK_MESSAGE(begun.exit == 0, engine);
    const auto root = folder.path() / "shop";
    CHECK_MESSAGE(dmc::tests::dmc(root, {"fmt", "--check"}).out.empty(), engine);
    const auto compiled = dmc::tests::dmc(root, {"compile"});
    CHECK_MESSAGE(compiled.exit == 0, engine << "\n" << compiled.err);
    // What it says to type next names an address of that engine.
    const auto where = begun.out.find("--on shop=");
    REQUIRE(where != std::string::npos);
    auto address = begun.out.substr(where + 10);
    address = address.substr(0, address.find('\n'));
    std::string reason;
    const auto url = dmc::session::parse_url(address, reason);
    CHECK_MESSAGE((url && url->engine == engine), address << ": " << reason);
  }
}

TEST_CASE("compile writes three files, and --check names the one that is not as compiled") {
  const Shop shop;
  CHECK(shop.folder.has("catalog/0001.json"));
  CHECK(shop.folder.has("plans/0001.plan.json"));
  CHECK(shop.folder.has("plans/0001.undo.plan.json"));
  CHECK(shop({"compile", "--check"}).exit == 0);
  const auto bytes = shop.folder.read("plans/0001.plan.json");
  shop.folder.write("plans/0001.plan.json", bytes + " ");
  const auto different = shop({"compile", "--check"});
  CHECK(different.exit == 1);
  CHECK(holds(different.out, "plans/0001.plan.json differs"));
  CHECK(!holds(different.out, "catalog/0001.json"));
  CHECK(shop.folder.read("plans/0001.plan.json") == bytes + " ");
  CHECK(shop({"compile"}).exit == 0);
  CHECK(shop.folder.read("plans/0001.plan.json") == bytes);
}

TEST_CASE("a version that was compiled before and comes out otherwise is written anew with a note") {
  const Shop shop;
  const std::string_view note = "note: catalog/0001.json and its plan were written before and are written anew;";
  CHECK(!holds(shop({"compile"}).out, note));
  shop.folder.write("schema/shop.mig",
                    "database shop on sqlite 3.35 {\n  table users {\n    id  integer  primary key;\n  }\n}\n");
  CHECK(holds(shop({"compile", "--check", "--format", "json"}).out, R"("name":"catalog/0001.json","state":"differs")"));
  const auto again = shop({"compile"});
  CHECK(holds(again.out, "  wrote anew catalog/0001.json\n"));
  CHECK(holds(again.out, note));
  CHECK(holds(again.out, "take change 2 instead (dmc seal 1 freezes a version)"));
}

TEST_CASE("compile says of each file in JSON what became of it") {
  const Shop shop;
  const auto state = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "json"});
    const auto out = shop(arguments).out;
    const std::string before = R"("name":"catalog/0001.json","state":")";
    const auto at = out.find(before) + before.size();
    return out.substr(at, out.find('"', at) - at);
  };
  CHECK(state({"compile"}) == "unchanged");
  CHECK(state({"compile", "--check"}) == "up to date");
  fs::remove(shop.folder.path() / "catalog/0001.json");
  CHECK(state({"compile", "--check"}) == "missing");
  CHECK(state({"compile"}) == "written");
  shop.edit("schema/shop.mig", "not null", "");
  CHECK(state({"compile"}) == "written anew");
}

TEST_CASE("a refused compile writes nothing and ends with 1 in every format") {
  const Shop shop;
  shop.folder.write("changes/0002.mig", "change 2 'x';\n");
  shop.folder.write("schema/shop.mig",
                    "database shop on sqlite 3.35 {\n  table users {\n    id  integer  primary key;\n  }\n}\n");
  for (const auto* format : {"text", "json", "sarif", "markdown"}) {
    const auto answer = shop({"compile", "--format", format});
    CHECK_MESSAGE(answer.exit == 1, format);
    CHECK_MESSAGE(holds(answer.out, "drop column users.name"), answer.out);
  }
  CHECK(!shop.folder.has("catalog/0002.json"));
  CHECK(!shop.folder.has("plans/0002.plan.json"));
}

TEST_CASE("draft writes what the difference needs, once") {
  const Shop shop;
  shop.folder.write("schema/shop.mig",
                    "database shop on sqlite 3.35 {\n  table users {\n    id  integer  primary key;\n  }\n}\n");
  const auto drafted = shop({"draft"});
  CHECK(drafted.exit == 0);
  CHECK(holds(shop.folder.read("changes/0002_draft.mig"), "drop column users.name"));
  CHECK(shop({"check"}).exit == 0);
  CHECK(shop({"compile"}).exit == 1);
  fs::remove(shop.folder.path() / "changes/0002_draft.mig");
  CHECK(shop({"draft", "--accept-all"}).exit == 0);
  CHECK(shop({"compile"}).exit == 0);
}

TEST_CASE("an edited plan does not run, and is not shown") {
  const Shop shop;
  auto bytes = shop.folder.read("plans/0001.plan.json");
  const auto place = bytes.find("users");
  REQUIRE(place != std::string::npos);
  bytes.replace(place, 5, "losers");
  shop.folder.write("plans/0001.plan.json", bytes);
  for (const auto& words : {std::vector<std::string>{"run", "plans/0001.plan.json", "--on", shop.on},
                            std::vector<std::string>{"show", "plans/0001.plan.json"},
                            std::vector<std::string>{"hash", "plans/0001.plan.json"}}) {
    const auto answer = shop(words);
    CHECK(answer.exit == 1);
    CHECK(holds(answer.err, "plans/0001.plan.json is refused [E03"));
    CHECK(holds(answer.err, "dmc explain E03"));
  }
  CHECK(!shop.folder.has("shop.db"));
}

TEST_CASE("a plan without its way back, with another one, and the way back itself do not run") {
  const Shop shop;
  const auto run = [&](const std::string& plan) { return shop({"run", plan, "--on", shop.on}); };
  CHECK(run("plans/0001.undo.plan.json").exit == 2);
  CHECK(holds(run("plans/0001.undo.plan.json").err, "dmc undo plans/0001.plan.json"));
  CHECK(run("plans/0009.plan.json").exit == 2);
  CHECK(holds(run("plans/0009.plan.json").err, "compiled plans:  plans/0001.plan.json"));
  shop.folder.write("plans/0001.undo.plan.json", shop.folder.read("plans/0001.plan.json"));
  CHECK(run("plans/0001.plan.json").exit == 1);
  CHECK(holds(run("plans/0001.plan.json").err, "is not the way back"));
  fs::remove(shop.folder.path() / "plans/0001.undo.plan.json");
  CHECK(run("plans/0001.plan.json").exit == 1);
  CHECK(!shop.folder.has("shop.db"));
}

TEST_CASE("--expect takes the hash whole or its beginning, and nothing else") {
  const Shop shop;
  const auto line = shop({"hash", "plans/0001.plan.json"}).out;
  const auto hash = line.substr(0, line.find(' '));
  REQUIRE(hash.starts_with("sha256:"));
  const auto run = [&](const std::string& expected) {
    return shop({"run", "plans/0001.plan.json", "--on", shop.on, "--dry-run", "--expect", expected});
  };
  CHECK(run(hash).exit == 0);
  CHECK(run(hash.substr(7)).exit == 0);
  CHECK(run(hash.substr(7, 12)).exit == 0);
  CHECK(run(hash.substr(7, 11)).exit == 1);
  CHECK(run(std::string(64, '0')).exit == 1);
}

TEST_CASE("run, status, drift, verify, undo: the way of a change, in text and in JSON") {
  const Shop shop;
  CHECK(shop({"run", "plans/0001.plan.json", "--on", shop.on, "--dry-run"}).exit == 0);
  CHECK(!shop.folder.has("shop.db"));
  CHECK(shop({"run", "plans/0001.plan.json", "--on", shop.on}).exit == 0);
  CHECK(shop({"run", "plans/0001.plan.json", "--on", shop.on, "--format", "json"}).exit == 0);
  for (const auto* command : {"status", "drift", "verify"})
    for (const auto* format : {"text", "json", "markdown"}) {
      const auto answer = shop({command, "--on", shop.on, "--format", format});
      CHECK_MESSAGE(answer.exit == 0, command << " " << answer.out << answer.err);
      CHECK(!answer.out.empty());
    }
  CHECK(shop({"undo", "--on", shop.on, "--lossy", "all"}).exit == 0);
  CHECK(shop({"status", "--on", shop.on}).exit == 0);
}

TEST_CASE("inspect prints what compiles back to the same state") {
  const Shop shop;
  REQUIRE(shop({"run", "plans/0001.plan.json", "--on", shop.on}).exit == 0);
  const auto url = shop.on.substr(5);
  const auto text = shop({"inspect", url, "--name", "shop"});
  CHECK(text.exit == 0);
  CHECK(text.err.empty());
  // The first line names the version of the live engine, which may be newer than the oldest one to support.
  const auto behind_first_line = [](const std::string& whole) { return whole.substr(whole.find('\n')); };
  CHECK(behind_first_line(text.out) == behind_first_line(shop.folder.read("schema/shop.mig")));
  CHECK(holds(shop({"inspect", url, "--format", "mermaid"}).out, "erDiagram"));
  CHECK(shop({"inspect", "sqlite:" + (shop.folder.path() / "none.db").string()}).exit == 3);
  CHECK(!shop.folder.has("none.db"));
}

TEST_CASE("adopt makes a project of a database, and marks further copies of it") {
  const Shop shop;
  REQUIRE(shop({"run", "plans/0001.plan.json", "--on", shop.on}).exit == 0);
  const Folder other;
  const auto adopted = in(other, {"adopt", "people", "--from", shop.on.substr(5)});
  CHECK(adopted.exit == 6);  // it has a ledger, of another project
  CHECK(!other.has("project.mig"));
  CHECK(!other.has("schema/people.mig"));
}

TEST_CASE("seal enters a version once and refuses one that is not as compiled") {
  const Shop shop;
  CHECK(shop({"seal", "7"}).exit == 2);
  CHECK(shop({"seal", "one"}).exit == 2);
  const auto sealed = shop({"seal"});
  CHECK(sealed.exit == 0);
  CHECK(holds(shop.folder.read("catalog/index.json"), "\"sequence\":1"));
  CHECK(shop({"seal", "1"}).out == "version 1 is sealed already\n");
  CHECK(holds(shop({"hash", "plans/0001.plan.json"}).out, "as catalog/index.json says"));
  CHECK(shop({"compile", "--check"}).exit == 0);
}

TEST_CASE("explain knows exit codes and refuses what it does not know") {
  const Folder folder;
  CHECK(holds(in(folder, {"explain", "6"}).out, "exit code 6"));
  CHECK(in(folder, {"explain", "e0150"}).out == in(folder, {"explain", "E0150"}).out);
  CHECK(in(folder, {"explain", "E9999"}).exit == 2);
  CHECK(holds(in(folder, {"explain"}).out, "E0150"));
}

TEST_CASE("fmt lays out what it is given and leaves alone what does not parse") {
  const Folder folder;
  folder.write("a.mig", "project   x {edition 1;}\n");
  folder.write("bad.mig", "tabel x {\n");
  CHECK(in(folder, {"fmt", "--check", "a.mig"}).exit == 1);
  CHECK(in(folder, {"fmt", "a.mig", "none.mig"}).exit == 2);
  CHECK(in(folder, {"fmt", "a.mig", "bad.mig"}).exit == 1);
  CHECK(folder.read("a.mig") == "project x {\n  edition 1;\n}\n");
  CHECK(folder.read("bad.mig") == "tabel x {\n");
  const auto piped = dmc::tests::dmc(folder.path(), {"fmt", "-"}, "project   y {edition 1;}\n");
  CHECK(piped.out == "project y {\n  edition 1;\n}\n");
}
