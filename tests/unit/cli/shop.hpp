// A small project for tests of commands: made by `dmc new`, compiled.
#pragma once

#include <doctest/doctest.h>

#include "tests/unit/cli/test_world.hpp"

namespace dmc::tests {

inline bool holds(const std::string& text, std::string_view piece) { return text.find(piece) != std::string::npos; }

inline Answer in(const Folder& folder, std::vector<std::string> words) { return dmc(folder.path(), words); }

/// A new project `shop`, compiled.
struct Shop {
  Folder folder;
  std::string on = "shop=sqlite:" + (folder.path() / "shop.db").string();
  std::string url = on.substr(5);
  Shop() {
    REQUIRE(in(folder, {"new", "."}).exit == 0);
    // The folder's name is random, so the project in it is given a fixed one.
    folder.write("project.mig", "project shop {\n  edition 1;\n}\n");
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "schema"))
      std::filesystem::remove(entry.path());
    folder.write("schema/shop.mig",
                 "database shop on sqlite 3.35 {\n  table users {\n    id    integer  primary key;\n    name  text     "
                 "not null;\n  }\n}\n");
    REQUIRE(in(folder, {"compile"}).exit == 0);
  }
  Answer operator()(std::vector<std::string> words) const { return in(folder, std::move(words)); }

  /// Puts `now` for the first `then` in a file.
  void edit(const std::string& name, std::string_view then, std::string_view now) const {
    auto bytes = folder.read(name);
    const auto place = bytes.find(then);
    REQUIRE(place != std::string::npos);
    bytes.replace(place, then.size(), now);
    folder.write(name, bytes);
  }

  /// Version 2, with one column more.
  void second_version() const {
    edit("schema/shop.mig", "not null;\n", "not null;\n    mail  text;\n");
    folder.write("changes/0002_mail.mig", "change 2 'mail';\n");
    REQUIRE(in(folder, {"compile"}).exit == 0);
  }
};

}  // namespace dmc::tests
