// The chain of versions: what is compiled, on what, and what people are told when the chain is broken.
#include "compiler/catalog/versions.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "compiler/plan/digest.hpp"
#include "tests/unit/model/shop.hpp"

using namespace dmc;
using namespace dmc::catalog;

namespace {

std::string digest_of_change(std::int64_t number) { return plan::digest("change " + std::to_string(number)); }

/// A project with the changes 1…n of which the first n−1 were compiled.
struct World {
  model::Project project;
  std::vector<std::pair<std::int64_t, std::string>> catalogs;
  std::optional<std::string> index;
  grammar::Diagnostics diagnostics;

  explicit World(std::int64_t changes) {
    project.name = "shop";
    for (std::int64_t number = 1; number <= changes; ++number) write_change(number);
    for (std::int64_t number = 1; number < changes; ++number) commit(number);
  }

  void write_change(std::int64_t number) {
    model::Intent change;
    change.number = number;
    change.title = "title";
    change.digest = digest_of_change(number);
    change.origin.span = {0, 1, 2};
    project.changes.push_back(change);
  }

  Catalog catalog(std::int64_t number) const {
    Catalog made;
    made.project = project.name;
    made.number = number;
    made.change_digest = digest_of_change(number);
    if (number > 1) made.parent = plan::digest(bytes(number - 1));
    made.databases = {{model::state_hash(tests::shop()), tests::shop()}};
    return made;
  }

  void commit(std::int64_t number) { catalogs.emplace_back(number, write_catalog(catalog(number))); }
  const std::string& bytes(std::int64_t number) const {
    return std::find_if(catalogs.begin(), catalogs.end(), [&](const auto& each) { return each.first == number; })
        ->second;
  }
  std::string& bytes(std::int64_t number) { return const_cast<std::string&>(std::as_const(*this).bytes(number)); }
  void remove(std::int64_t number) {
    std::erase_if(catalogs, [&](const auto& each) { return each.first == number; });
  }
  void seal(std::int64_t number) {
    Index made;
    made.sequence = 1;
    made.sealed = {{number, plan::digest(bytes(number)), "plan", "reverse", digest_of_change(number)}};
    index = write_index(made);
  }

  /// Version N ended at its first gate.
  void settle(std::int64_t number) {
    StageCatalog stage(catalog(number));
    stage.stage = 1;
    stage.kept = {{"shop", "table users", "fill users.full_name", "2", {"create trigger t"}, {}}};
    stages.push_back({number, 1, write_stage_catalog(stage)});
    Settled note{.project = project.name, .number = number, .stage = 1, .plan = "plan", .catalog = {}};
    note.catalog = plan::digest(stages.back().bytes);
    settled.push_back({number, write_settled(note)});
  }

  std::vector<StageFile> stages;
  std::vector<SettledFile> settled;

  std::optional<Ground> compile() { return ground({catalogs, index, stages, settled}, project, diagnostics); }
  std::optional<Ground> draft() { return next_ground({catalogs, index, stages, settled}, project, diagnostics); }

  /// All findings as text: code, message, label, help.
  std::string findings() const {
    std::string text;
    for (const auto& each : diagnostics.all()) {
      text += each.code + " " + each.message + "\n";
      if (!each.label.empty()) text += "  ^ " + each.label + "\n";
      for (const auto& line : each.help) text += "  = " + line + "\n";
    }
    return text;
  }
  std::string refused() {
    CHECK_FALSE(compile());
    return findings();
  }
};

}  // namespace

TEST_CASE("change 1 stands on nothing") {
  World world(1);
  const auto ground = world.compile();
  REQUIRE_MESSAGE(ground, world.findings());
  CHECK(ground->number == 1);
  CHECK_FALSE(ground->base);
  CHECK_FALSE(ground->base_hash);
}

TEST_CASE("the highest change stands on the catalog before it") {
  World world(3);
  auto ground = world.compile();
  REQUIRE_MESSAGE(ground, world.findings());
  CHECK(ground->number == 3);
  CHECK(ground->base->number == 2);
  CHECK(ground->base_hash == plan::digest(world.bytes(2)));
  CHECK(ground->take_models() == std::vector<model::Database>{tests::shop()});
  CHECK(ground->base->databases.empty());
}

TEST_CASE("compiling again takes no notice of the catalog that it writes") {
  World world(2);
  world.catalogs.emplace_back(2, "half written");
  CHECK_MESSAGE(world.compile(), world.findings());
}

TEST_CASE("old changes and old catalogs may be given up") {
  World world(4);
  world.project.changes.erase(world.project.changes.begin(), world.project.changes.begin() + 3);
  world.remove(1);
  CHECK_MESSAGE(world.compile(), world.findings());
}

TEST_CASE("a draft stands on the newest catalog, whether its change is written or not") {
  World world(2);
  CHECK(world.draft()->number == 2);
  world.commit(2);
  CHECK(world.draft()->number == 3);
  // The newest change is not frozen by a draft.
  world.project.changes.back().digest = plan::digest("edited");
  CHECK(world.draft()->number == 3);
  world.project.changes.front().digest = plan::digest("edited");
  CHECK_FALSE(world.draft());
}

TEST_CASE("without a change nothing is compiled") {
  World world(0);
  CHECK(world.refused() ==
        "E0330 the project has no change, and every version has exactly one\n"
        "  = write changes/0001_….mig:  change 1 'first version';\n");
}

TEST_CASE("a number that was left out") {
  World world(3);
  world.project.changes.back().number = 5;
  CHECK(world.refused() ==
        "E0331 change 5 follows version 4, which has no catalog\n"
        "  ^ the newest catalog is catalog/0002.json\n"
        "  = the next number is 3:  change 3 'title';\n"
        "  = or, if version 4 exists elsewhere, take its files from version control\n");
}

TEST_CASE("two changes that were not compiled") {
  World world(3);
  world.write_change(4);
  CHECK(world.refused() ==
        "E0331 change 4 follows version 3, which has no catalog\n"
        "  ^ the newest catalog is catalog/0002.json\n"
        "  = compile change 3 first: put change 4 aside until then\n"
        "  = or make the two one change, if they ship together\n");
}

TEST_CASE("a change that is gone") {
  World world(3);
  world.project.changes.pop_back();
  world.project.changes.pop_back();
  CHECK(world.refused() ==
        "E0332 catalog/0002.json is here, but change 2 is not in the sources\n"
        "  ^ the highest change is 1\n"
        "  = take changes/0002_….mig back from version control\n"
        "  = or, if version 2 never ran anywhere, delete catalog/0002.json and plans/0002.*\n");
}

TEST_CASE("a catalog that is missing") {
  World world(4);
  world.remove(2);
  CHECK(world.refused() ==
        "E0333 catalog/0002.json is missing, and version 3 stands on it\n"
        "  = take the committed file back from version control\n");
}

TEST_CASE("catalogs of another number or another project") {
  World world(3);
  world.bytes(2) = write_catalog(world.catalog(3));
  CHECK(world.refused().find("E0334 catalog/0002.json is the catalog of version 3\n") == 0);
  World other(2);
  other.project.name = "store";
  CHECK(other.refused() ==
        "E0334 catalog/0001.json belongs to the project 'shop'\n"
        "  ^ this project is 'store'\n"
        "  = keep the name:  project shop { edition 1; }\n");
}

TEST_CASE("two branches that met") {
  World world(4);
  Catalog replaced = world.catalog(2);
  replaced.title = "of the other branch";
  world.bytes(2) = write_catalog(replaced);
  CHECK(world.refused() ==
        "E0335 version 3 was compiled on another version 2 than the one that is here\n"
        "  = two branches have met, or catalog/0002.json was replaced\n"
        "  = if version 3 ran nowhere yet: give its change the next free number, delete catalog/0003.json, "
        "plans/0003.*,\n"
        "  = and compile it again:  dmc compile\n"
        "  = if it ran: take back the catalog/0002.json that it was compiled on\n");
}

TEST_CASE("marks of a merge conflict are called that") {
  World world(2);
  world.bytes(1) = "<<<<<<< HEAD\n" + world.bytes(1) + "\n=======\n{}\n>>>>>>> theirs\n";
  CHECK(world.refused() ==
        "E0335 catalog/0001.json holds the marks of a merge conflict\n"
        "  = take the file of the version that has shipped; the other change takes the next number\n"
        "  = and is compiled again:  dmc compile\n");
}

TEST_CASE("an edited change that the next one froze") {
  World world(3);
  world.project.changes[1].digest = plan::digest("edited");
  CHECK(world.refused() ==
        "E0336 change 2 is frozen, and was edited\n"
        "  ^ version 3 stands on it as it was\n"
        "  = take changes/0002_….mig back from version control\n"
        "  = and say in change 3 what is still wanted\n");
}

TEST_CASE("an edited change that was sealed, though no other follows it") {
  World world(2);
  world.commit(2);
  world.seal(2);
  REQUIRE(world.compile());
  world.project.changes[1].digest = plan::digest("edited");
  CHECK(world.refused() ==
        "E0336 change 2 is frozen, and was edited\n"
        "  ^ version 2 is sealed\n"
        "  = take changes/0002_….mig back from version control\n"
        "  = and say in change 3 what is still wanted\n");
}

TEST_CASE("a catalog that is not the sealed one, or gone") {
  World world(2);
  world.commit(2);
  world.seal(2);
  world.bytes(2) += " ";
  CHECK(world.refused().find("E0337 catalog/0002.json is not the catalog that was sealed\n") == 0);
  World gone(2);
  gone.commit(2);
  gone.seal(2);
  gone.remove(2);
  CHECK(gone.refused().find("E0337 version 2 is sealed, and catalog/0002.json is missing\n") == 0);
}

TEST_CASE("a sealed version compiles to what was sealed, or not at all") {
  World world(2);
  world.commit(2);
  world.seal(2);
  const auto ground = world.compile();
  REQUIRE(ground);
  const auto& change = world.project.changes.back();
  const auto sealed = plan::digest(world.bytes(2));
  check_outcome(*ground, change, sealed, "plan", "reverse", world.diagnostics);
  CHECK(world.findings().empty());
  check_outcome(*ground, change, "other", "plan", "reverse", world.diagnostics);
  CHECK(world.findings() ==
        "E0338 version 2 is sealed, and the sources say something else now\n"
        "  ^ a sealed version stays as it is\n"
        "  = what is new is version 3: write changes/0003_….mig:  change 3 '…';\n");
  World again(2);
  check_outcome(*ground, change, sealed, "plan", "other", again.diagnostics);
  CHECK(again.findings().find("E0338 version 2 is sealed, and this dmc would carry it out in other steps\n") == 0);
}

TEST_CASE("a file that cannot be read is named, with the place") {
  World world(2);
  auto& bytes = world.bytes(1);
  bytes.replace(bytes.find("\"type\":\"bigint\""), 15, "\"type\":\"bigins\"");
  CHECK(world.refused() ==
        "E0320 catalog/0001.json cannot be used: the database is not the one that this hash was given to (at "
        "databases[0].hash)\n"
        "  = files that dmc writes are never edited: take the committed file back from version control\n");
  World index(2);
  index.index = "{}";
  CHECK(index.refused().find("E0307 catalog/index.json cannot be used: this is no index of dmc (at format)\n") == 0);
}

TEST_CASE("hashes over another version of the model are said to be that, not drift") {
  World world(2);
  Catalog old = world.catalog(1);
  old.schema_version = 2;
  world.bytes(1) = write_catalog(old);
  CHECK(world.refused().find("E0321 catalog/0001.json cannot be used: its hashes were taken over version 2") == 0);
}

TEST_CASE("what was settled at a gate is what the next version stands on") {
  World world(3);
  world.settle(2);
  auto ground = world.compile();
  REQUIRE_MESSAGE(ground, world.findings());
  CHECK(ground->base_name == "2.1");
  CHECK(ground->base_hash == plan::digest(world.stages.front().bytes));
  CHECK(ground->kept.size() == 1);
  CHECK(ground->take_models() == std::vector<model::Database>{tests::shop()});
  CHECK_FALSE(ground->settled);
  CHECK(World(3).compile()->base_name == "2");
}

TEST_CASE("the stage of a settled version must be the one it was settled at") {
  World missing(3);
  missing.settle(2);
  missing.stages.clear();
  CHECK(missing.refused() ==
        "E0340 version 2 was settled at 2.1, and catalog/0002.1.json is missing\n"
        "  = take the committed file back from version control\n");
  World edited(3);
  edited.settle(2);
  edited.stages.front().bytes += " ";
  CHECK(edited.refused().find("E0340 version 2 was settled at 2.1, and catalog/0002.1.json is another than then") == 0);
  World renamed(3);
  renamed.settle(2);
  renamed.settled.front().number = 1;
  CHECK(renamed.refused().find("E0334 catalog/0001.settled.json is about version 2 of 'shop'") == 0);
  World torn(3);
  torn.settle(2);
  torn.settled.front().bytes.resize(20);
  CHECK(torn.refused().find("E0301 catalog/0002.settled.json cannot be used") == 0);
}

TEST_CASE("a version that was compiled before the one below it was settled is compiled again") {
  World world(4);
  world.settle(2);
  CHECK(world.refused().find("E0335 version 3 was compiled on another version 2") == 0);
}

TEST_CASE("a settled version stays as it is") {
  World world(2);
  world.settle(2);
  const auto ground = world.compile();
  REQUIRE_MESSAGE(ground, world.findings());
  REQUIRE(ground->settled);
  check_outcome(*ground, world.project.changes.back(), "catalog", "plan", "reverse", world.diagnostics);
  CHECK(world.findings().empty());
  check_outcome(*ground, world.project.changes.back(), "catalog", "another", "reverse", world.diagnostics);
  CHECK(world.findings().find("E0341 version 2 was settled at 2.1, and would become another plan now") == 0);
}

TEST_CASE("the catalog of a stage is read as it was written, and not otherwise") {
  World world(3);
  world.settle(2);
  plan::JsonError error;
  const auto& bytes = world.stages.front().bytes;
  const auto read = read_stage_catalog(bytes, error);
  REQUIRE_MESSAGE(read, error.message);
  CHECK(read->name() == "2.1");
  CHECK(write_stage_catalog(*read) == bytes);
  CHECK_FALSE(read_catalog(bytes, error));
  CHECK(error.code == "E0307");
  CHECK_FALSE(read_stage_catalog(world.bytes(2), error));
  CHECK(error.code == "E0307");
  auto none = *read;
  none.stage = 0;
  CHECK_FALSE(read_stage_catalog(write_stage_catalog(none), error));
  CHECK(error.code == "E0322");
  auto other = *read;
  other.databases.front().hash = plan::digest("x");
  CHECK_FALSE(read_stage_catalog(write_stage_catalog(other), error));
  CHECK(error.code == "E0320");
}
