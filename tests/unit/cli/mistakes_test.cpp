// What people type wrong and what stands in the way: each has its sentence, its exit code, and changes nothing.
#include <sys/stat.h>

#include "tests/unit/cli/shop.hpp"

using dmc::tests::Answer;
using dmc::tests::Folder;
using dmc::tests::holds;
using dmc::tests::in;
using dmc::tests::Shop;

TEST_CASE("what cannot be read is advised on by the command that read it") {
  const Folder folder;
  folder.write("text.db", "this is no database, and it is long enough to be taken for one");
  for (const auto& words : {std::vector<std::string>{"inspect"}, {"adopt", "shop", "--from"}}) {
    auto missing = words, garbage = words;
    missing.push_back("sqlite:" + (folder.path() / "none.db").string());
    garbage.push_back("sqlite:" + (folder.path() / "text.db").string());
    CHECK(in(folder, missing).exit == 3);
    CHECK(holds(in(folder, missing).err, "nothing was created; check the path"));
    CHECK(!holds(in(folder, missing).err, "status"));
    CHECK(holds(in(folder, garbage).err, "the file is not an SQLite database: /"));
    CHECK(!holds(in(folder, garbage).err, "select"));
  }
}

TEST_CASE("the usual journal may fail, the one that was named may not") {
  const auto run = [](const Shop& shop, std::vector<std::string> more) {
    std::vector<std::string> words{"run", "plans/0001.plan.json", "--on", shop.on};
    words.insert(words.end(), more.begin(), more.end());
    return shop(words);
  };
  SUBCASE("its folder is a file") {
    const Shop shop;
    shop.folder.write(".dmc", "");
    const auto answer = run(shop, {});
    CHECK(answer.exit == 0);
    CHECK(holds(answer.err, "note: this run keeps no journal, and needs none: cannot create the folder /"));
    CHECK(holds(answer.err, "/.dmc: Not a directory\n"));
    CHECK(shop({"undo", "--on", shop.on, "--lossy", "all"}).exit == 0);
  }
  SUBCASE("it is no journal") {
    const Shop shop;
    shop.folder.write(".dmc/0001.journal.jsonl", "garbage\n");
    CHECK(run(shop, {}).exit == 0);
    CHECK(holds(run(shop, {}).err, "0001.journal.jsonl is not a journal of dmc"));
    CHECK(shop.folder.read(".dmc/0001.journal.jsonl") == "garbage\n");
  }
  SUBCASE("a folder was named") {
    const Shop shop;
    const auto answer = run(shop, {"--journal", "plans"});
    CHECK(answer.exit == 1);
    CHECK(holds(answer.err, "'--journal plans': "));
    CHECK(holds(answer.err, "plans is a folder, not a journal"));
    CHECK(!shop.folder.has("shop.db"));
  }
}

TEST_CASE("targets that do not fit are a usage mistake for every command") {
  const Shop shop;
  REQUIRE(shop({"run", "plans/0001.plan.json", "--on", shop.on}).exit == 0);
  const std::vector<std::string> wrong{"wrong=" + shop.url}, twice{shop.on, "--on", shop.on}, nameless{"=" + shop.url};
  for (const auto& command : {std::vector<std::string>{"run", "plans/0001.plan.json", "--on"},
                              {"undo", "plans/0001.plan.json", "--on"},
                              {"undo", "--on"},
                              {"status", "--on"}})
    for (const auto& typed : {wrong, twice, nameless}) {
      if (command.front() == "status" && typed == wrong) continue;  // whose ledger says otherwise: a note
      auto words = command;
      words.insert(words.end(), typed.begin(), typed.end());
      const auto answer = shop(words);
      CHECK_MESSAGE(answer.exit == 2, command.front() << " " << answer.out << answer.err);
    }
}

TEST_CASE("one URL is enough where the ledger, or the project, knows its name") {
  const Shop shop;
  const auto before = shop({"status", "--on", shop.url});
  CHECK(before.exit == 6);
  CHECK(holds(before.out, "shop (sqlite:"));
  REQUIRE(shop({"run", "plans/0001.plan.json", "--on", shop.url}).exit == 0);
  const Folder elsewhere;
  for (const auto* command : {"status", "drift", "verify"}) {
    const auto answer = in(elsewhere, {command, "--on", shop.url});
    CHECK_MESSAGE(answer.exit == 0, answer.err);
    CHECK(holds(answer.out, "shop (sqlite:"));
  }
  CHECK(in(elsewhere, {"status", "--on", "sqlite:none.db"}).exit == 2);
  CHECK(in(elsewhere, {"undo", "--on", shop.url, "--lossy", "all"}).exit == 0);
}

TEST_CASE("a source is told from what is compiled") {
  const Shop shop;
  for (const auto& words : {std::vector<std::string>{"run", "schema/shop.mig", "--on", shop.on},
                            {"show", "project.mig"},
                            {"hash", "changes/0001_first_tables.mig"}}) {
    const auto answer = shop(words);
    CHECK(answer.exit == 2);
    CHECK(holds(answer.err, ".mig is a source; what is compiled from it lies in plans/ and catalog/"));
    CHECK(holds(answer.err, "compiled plans:  plans/0001.plan.json"));
  }
  for (const auto* command : {"show", "hash", "run"}) {
    const auto answer = shop({command, "plans/0009.plan.json"});
    CHECK(answer.exit == 2);
    CHECK(holds(answer.err, "there is no file plans/0009.plan.json\n  compiled plans:  plans/0001.plan.json"));
  }
  CHECK(holds(shop({"run", "catalog/0001.json", "--on", shop.on}).err, "catalog/0001.json is not named like a plan"));
  shop.folder.write("notes.txt", "no JSON");
  CHECK(shop({"show", "notes.txt"}).exit == 2);
  shop.folder.write("plans/0001.plan.json", "no JSON");
  CHECK(shop({"show", "plans/0001.plan.json"}).exit == 1);
}

TEST_CASE("sealing again finds the edit that was made since") {
  const Shop shop;
  REQUIRE(shop({"seal"}).exit == 0);
  CHECK(shop({"seal"}).out == "version 1 is sealed already\n");
  shop.edit("changes/0001_first_tables.mig", "first tables", "other tables");
  const auto edited = shop({"seal"});
  CHECK(edited.exit == 1);
  CHECK(holds(edited.err, "changes/0001_first_tables.mig"));
  shop.edit("changes/0001_first_tables.mig", "other tables", "first tables");
  CHECK(shop({"seal"}).exit == 0);
}

TEST_CASE("another plan than the sealed one is found by hash, and does not run") {
  const Shop shop;
  const auto hash = [&](const std::string& file) { return shop({"hash", file}); };
  const auto run = [&] { return shop({"run", "plans/0001.plan.json", "--on", shop.on, "--dry-run"}); };
  shop.edit("plans/0001.plan.json", "first tables", "other tables");
  CHECK(hash("plans/0001.plan.json").exit == 0);  // another file, and nobody has written down which was meant
  shop.edit("plans/0001.plan.json", "other tables", "first tables");
  REQUIRE(shop({"seal"}).exit == 0);
  CHECK(holds(hash("plans/0001.plan.json").out, "and plans/0001.undo.plan.json is the one it names"));
  CHECK(run().exit == 0);
  shop.edit("plans/0001.plan.json", "first tables", "other tables");
  CHECK(hash("plans/0001.plan.json").exit == 1);
  CHECK(run().exit == 1);
  CHECK(holds(run().err, "version 1 is sealed, and plans/0001.plan.json is not the plan that was sealed"));
}

TEST_CASE("hash goes along the chain of catalogs in both directions") {
  const Shop shop;
  shop.second_version();
  CHECK(holds(shop({"hash", "catalog/0001.json"}).out, "as catalog/0002.json says"));
  CHECK(holds(shop({"hash", "catalog/0002.json"}).out, "and catalog/0001.json is the one it names"));
  shop.edit("catalog/0001.json", "first tables", "other tables");
  for (const auto* file : {"catalog/0001.json", "catalog/0002.json"}) {
    const auto answer = shop({"hash", file});
    CHECK(answer.exit == 1);
    CHECK(holds(answer.err, "take both files from version control"));
    CHECK(!holds(answer.err, "compile"));
  }
  shop.edit("catalog/0001.json", "users", "losers");
  CHECK(holds(shop({"hash", "catalog/0001.json"}).err, "take it back from version control"));
}

TEST_CASE("invisible characters reach no terminal, also not inside JSON") {
  const Shop shop;
  shop.edit("changes/0001_first_tables.mig", "first tables", "first\u202etables");
  const auto compiled = shop({"compile", "--format", "json"});
  CHECK(holds(compiled.out, "\\u202e"));
  for (const auto& words : {std::vector<std::string>{"show", "plans/0001.plan.json", "--format", "json"},
                            {"run", "plans/0001.plan.json", "--on", shop.on, "--format", "json"},
                            {"status", "--on", shop.on, "--format", "json"}}) {
    const auto answer = shop(words);
    CHECK(!holds(answer.out + answer.err, "\u202e"));
    CHECK(holds(answer.out, "first\\u202etables"));
  }
  CHECK(!holds(shop.folder.read(".dmc/0001.journal.jsonl"), "\u202e"));
}

TEST_CASE("a gate is passed by the text that was shown") {
  const Shop shop;
  shop.second_version();
  shop.edit("changes/0002_mail.mig", ";", " {\n  gate 'go\u200bon';\n}");
  REQUIRE(shop({"compile"}).exit == 0);
  REQUIRE(shop({"run", "plans/0001.plan.json", "--on", shop.on}).exit == 0);
  const auto waiting = shop({"run", "plans/0002.plan.json", "--on", shop.on});
  CHECK(waiting.exit == 4);
  CHECK(holds(waiting.out, "--through 'go\\u{200b}on'"));
  CHECK(holds(shop({"show", "plans/0002.plan.json"}).out, "dmc run … --through 'go\\u{200b}on'"));
  const auto unknown = shop({"run", "plans/0002.plan.json", "--on", shop.on, "--through", "go on"});
  CHECK(unknown.exit == 2);
  CHECK(holds(unknown.err, "the plan has no gate 'go on'\n  --through 'go\\u{200b}on'\n"));
  CHECK(shop({"run", "plans/0002.plan.json", "--on", shop.on, "--through", "go\\u{200b}on"}).exit == 0);
}

TEST_CASE("new says what it wrote when it is written, and quotes what is to be typed") {
  const Folder folder;
  CHECK(holds(in(folder, {"new", "my shop"}).out, "  cd 'my shop'\n"));
  folder.write("file", "");
  const auto failed = in(folder, {"new", "file/x"});
  CHECK(failed.exit == 1);
  CHECK(failed.out.empty());
  CHECK(holds(failed.err, "file/x: Not a directory"));
}

TEST_CASE("a database in no known state is not adopted, and one learns what can be done") {
  const Shop shop;
  REQUIRE(shop({"run", "plans/0001.plan.json", "--on", shop.on}).exit == 0);
  REQUIRE(shop({"undo", "--on", shop.on, "--lossy", "all"}).exit == 0);
  CHECK(holds(shop({"adopt", "shop", "--from", shop.url}).err, "it has a ledger already, as database 'shop'"));
  const auto other = "sqlite:" + (shop.folder.path() / "other.db").string();
  shop.folder.write("other.db", "");
  const auto answer = shop({"adopt", "shop", "--from", other});
  CHECK(answer.exit == 6);
  CHECK(holds(answer.err, "dmc inspect " + other + " --name shop"));
  CHECK(holds(answer.err, "dmc adopt OTHER_NAME --from " + other));
}

TEST_CASE("a path without its engine is taken for what was meant") {
  const Shop shop;
  CHECK(holds(shop({"inspect", "shop.db"}).err, "did you mean  sqlite:shop.db ?"));
  CHECK(holds(shop({"status", "--on", "shop=shop.db"}).err, "did you mean  sqlite:shop.db ?"));
  CHECK(holds(shop({"status"}).err, "  dmc status --on shop=sqlite:shop.db\n"));
  CHECK(holds(shop({"run", "plans/0001.plan.json"}).err, "  dmc run plans/0001.plan.json --on shop=sqlite:shop.db\n"));
}
