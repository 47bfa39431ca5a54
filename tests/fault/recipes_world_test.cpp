// What others do to a run: rows that do not fit, a lock that nobody gives back, a disk without room.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "tests/fault/recipe_world.hpp"
#include "tests/support/skip.hpp"

using namespace dmc;
using namespace dmc::tests;
using Way = RecipeWorld::Way;

namespace {

void tells_what_is_left(const Answer& answer) {
  CHECK_MESSAGE(answer.text.find("next: ") != std::string::npos, answer.text);
  const bool untouched = answer.text.find("nothing was changed") != std::string::npos;
  CHECK_MESSAGE((untouched || answer.text.find("undo") != std::string::npos), answer.text);
}

void reaches(RecipeWorld& world, Way way) {
  const auto answer = world.go(way);
  REQUIRE_MESSAGE(answer.exit == 0, answer.text);
  REQUIRE(world.wrong(way) == "");
}

}  // namespace

TEST_CASE("SRV: rows that do not fit stop a recipe, which ends once they are mended, or goes back") {
  auto* worlds = recipe_worlds("recipes, rows that do not fit");
  if (!worlds) return;
  for (auto& world : *worlds) {
    if (world->recipe.spoil.empty()) continue;
    CAPTURE(world->recipe.name);
    for (const bool back : {false, true}) {
      world->server.script(world->database, {world->recipe.spoil});
      auto answer = world->go(Way::forth);
      CHECK_MESSAGE(answer.exit == 3, answer.text);
      tells_what_is_left(answer);
      // Nobody is told what stands in the rows.
      CHECK_MESSAGE(answer.text.find("999999") == std::string::npos, answer.text);
      answer = world->go(Way::forth);
      CHECK_MESSAGE(answer.exit == 3, answer.text);
      if (back) {
        answer = world->go(Way::back);
        CHECK_MESSAGE(answer.exit == 0, answer.text);
        world->server.script(world->database, {world->recipe.mend});
        CHECK(world->wrong(Way::back) == "");
      } else {
        world->server.script(world->database, {world->recipe.mend});
        reaches(*world, Way::forth);
        reaches(*world, Way::back);
      }
    }
  }
}

TEST_CASE("SRV: rows that come in the middle of a recipe are kept out, or stop it") {
  auto* worlds = recipe_worlds("recipes, rows in the middle");
  if (!worlds) return;
  long came = 0, stopped = 0;
  for (auto& world : *worlds) {
    if (world->recipe.spoil.empty()) continue;
    CAPTURE(world->recipe.name);
    const auto events = world->events(Way::forth).acting();
    for (std::size_t i = 0; i < events.size(); i += 1 + events.size() / 6) {
      FaultPoint point;
      point.kind = FaultKind::meanwhile;
      point.at = events[i];
      bool spoilt = false;
      point.meanwhile = [&](bool) {
        try {
          world->server.script(world->database, {"set lock_timeout = '200ms'", world->recipe.spoil});
          spoilt = true;
        } catch (const session::SessionError&) {  // it is kept out
        }
      };
      const auto real = session::connector();
      FaultConnector connector(*real, point);
      CAPTURE(point.where);
      const auto answer = world->go(Way::forth, &connector);
      CHECK_MESSAGE((answer.exit == 0 || answer.exit == 3), answer.text);
      came += spoilt ? 1 : 0;
      stopped += answer.exit == 3 ? 1 : 0;
      if (answer.exit == 3) {
        CHECK(spoilt);
        tells_what_is_left(answer);
      }
      if (spoilt) world->server.script(world->database, {world->recipe.mend});
      reaches(*world, Way::forth);
      reaches(*world, Way::back);
    }
  }
  MESSAGE(came << " came in, and " << stopped << " stopped a run");
}

namespace {

/// A file system of its own for this process and the servers that it starts from here on.
class SmallDisk {
 public:
  SmallDisk() {
    mounted_ = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
               ::mount("tmpfs", folder_.at("").c_str(), "tmpfs", 0, "size=48m") == 0;
    if (!mounted_) return;
    std::filesystem::create_directory(space());
    const auto* user = ::getpwnam("postgres");
    mounted_ = !user || ::chown(space().c_str(), user->pw_uid, user->pw_gid) == 0;
  }
  ~SmallDisk() { ::umount2(folder_.at("").c_str(), MNT_DETACH); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }
  std::string space() const { return folder_.at("space"); }
  /// Nothing more has room.
  void fill() const {
    std::ofstream file(folder_.at("filler"), std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) continue;
  }
  void empty() const { std::filesystem::remove(folder_.at("filler")); }

 private:
  Folder folder_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("SRV: a disk without room stops a recipe, which ends once there is room") {
  const char* name = "recipes, a full disk";
  if (!postgres_or_skip(name)) return;
  const SmallDisk disk;
  if (!disk.mounted()) return skip(name, "nothing can be mounted here");
  PostgresServer server;
  build_recipe_base(server);
  server.script("postgres", {"create tablespace small location '" + disk.space() + "'"});
  long stopped = 0;
  for (const auto& recipe : recipes()) {
    CAPTURE(recipe.name);
    RecipeWorld world(server, recipe);
    server.script("postgres", {"alter database " + world.database + " set tablespace small"});
    REQUIRE(world.wrong(Way::back) == "");
    for (const auto way : {Way::forth, Way::back}) {
      disk.fill();
      const auto answer = world.go(way);
      CHECK_MESSAGE((answer.exit == 0 || answer.exit == 3), answer.text);
      if (answer.exit == 3) {
        ++stopped;
        // The second is what a server says to somebody who comes while it has no room for its own notes.
        CHECK_MESSAGE((answer.text.find("No space left on device") != std::string::npos ||
                       answer.text.find("could not write init file") != std::string::npos),
                      answer.text);
        CHECK_MESSAGE(answer.text.find("next: ") != std::string::npos, answer.text);
      }
      disk.empty();
      reaches(world, way);
    }
    server.drop(world.database);
  }
  CHECK(stopped > 20);
  MESSAGE(stopped << " runs met the full disk");
}
