// Files and projects on disk.
#include "runtime/cli/files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "runtime/cli/project.hpp"
#include "tests/unit/cli/test_world.hpp"

using namespace dmc::cli;
using dmc::tests::Folder;

TEST_CASE("a written file is whole, replaces the old one and leaves nothing beside it") {
  const Folder folder;
  write_file(folder.path() / "deep/er/a.txt", "one", "a.txt");
  write_file(folder.path() / "deep/er/a.txt", "two", "a.txt");
  CHECK(folder.read("deep/er/a.txt") == "two");
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "deep/er"))
    files += entry.exists() ? 1 : 0;
  CHECK(files == 1);
}

TEST_CASE("what cannot be read or written is said with its name and its reason") {
  const Folder folder;
  folder.write("folder/inside", "x");
  const auto refusal = [](auto&& act) -> std::string {
    try {
      act();
    } catch (const Refusal& refused) {
      return refused.what();
    }
    return "no refusal";
  };
  CHECK(refusal([&] { read_file(folder.path() / "missing", "missing"); }) ==
        "cannot read missing: No such file or directory");
  CHECK(refusal([&] { read_file(folder.path() / "folder", "folder"); }) == "cannot read folder: Is a directory");
  CHECK(refusal([&] { write_file(folder.path() / "folder", "x", "folder"); }).starts_with("cannot write folder: "));
  CHECK(refusal([&] {
          write_file(folder.path() / "folder/inside/a", "x", "inside/a");
        }).starts_with("cannot create the folder " + (folder.path() / "folder").string()));
  CHECK(!read_file_if_there(folder.path() / "missing", "missing"));
}

TEST_CASE(
    "a project is found from any folder below it, and reads exactly its own .mig files in the order of their names") {
  const Folder folder;
  folder.write("project.mig", "p");
  folder.write("schema/b.mig", "b");
  folder.write("schema/a/deep.mig", "a");
  folder.write("schema/.hidden.mig", "no");
  folder.write("changes/0001_x.mig", "1");
  folder.write("clusters/prod.mig", "c");
  folder.write("notes/other.mig", "no");
  folder.write("schema/readme.txt", "no");
  folder.write("catalog/0001.json", "{}");
  folder.write("catalog/0002.json", "{ }");
  folder.write("catalog/index.json", "i");
  folder.write("catalog/draft.json", "no");
  const auto project = find_project_if_there(folder.path() / "schema/a");
  REQUIRE(project);
  CHECK(project->root() == folder.path());
  std::vector<std::string> names;
  for (const auto& source : project->sources()) names.push_back(source.name);
  CHECK(names == std::vector<std::string>{"changes/0001_x.mig", "clusters/prod.mig", "project.mig", "schema/a/deep.mig",
                                          "schema/b.mig"});
  const auto input = project->compile_input();
  CHECK(input.sources.size() == 4);
  CHECK(input.catalogs == std::vector<std::pair<std::int64_t, std::string>>{{1, "{}"}, {2, "{ }"}});
  CHECK(input.index == "i");
  CHECK(!find_project_if_there("/"));
}

TEST_CASE("names of files follow the number and the title") {
  CHECK(catalog_name(7) == "catalog/0007.json");
  CHECK(undo_plan_name(12345) == "plans/12345.undo.plan.json");
  CHECK(change_name(2, "one name, per user!") == "changes/0002_one_name_per_user.mig");
  CHECK(change_name(3, "") == "changes/0003.mig");
}
