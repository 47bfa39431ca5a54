// What a draft writes, and that it always leads to where the sources point.
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/compiler/pipeline.hpp"

using namespace dmc;
using tests::Pipeline;
using tests::sources;

namespace {

const std::string before = R"(database shop on fake {
  table people { id int primary key; nickname text; age text; old bigint; email text; joined text; }
  table sessions { token text primary key; }
  table keys { a int primary key; b int; }
  view old_view as (select id from people);
}
)";
const std::string after = R"(database shop on fake {
  table users { id int primary key; full_name text; age int; slug int not null; email text; joined text; }
  table keys { a int; b int; primary key (a, b); }
}
)";

std::vector<check::SourceText> desired(const std::string& schema, const std::string& change = {}) {
  auto files = sources(schema, "change 1 'first';\n");
  if (!change.empty()) files.push_back({"changes/0002.mig", change});
  return files;
}

}  // namespace

TEST_CASE("a draft declares what needs a statement, destroys nothing by itself, and follows its own renames") {
  Pipeline pipeline;
  pipeline.compile(sources(before, "change 1 'first';\n"));
  CHECK(pipeline.draft(desired(after), false) == R"(change 2 'draft' {
  -- 'people' is in catalog 1 and no longer here
  rename table people to users;
  -- or, if it is lost:
  -- drop table people with backup;

  -- 'nickname' is in catalog 1 and no longer here
  rename column users.nickname to full_name;
  -- or, if it is lost:
  -- drop column users.nickname with backup;

  -- it is text in catalog 1
  -- retype users.age using (cast(age as int));

  -- 'users.slug' is new and not null, and the rows that exist have no value for it
  -- backfill users set slug = (…) follow;

  -- 'old_view' is in catalog 1 and no longer here
  -- drop view old_view;

  -- 'old' is in catalog 1 and no longer here
  -- drop column users.old with backup;

  -- 'sessions' is in catalog 1 and no longer here
  -- drop table sessions with backup;

  -- it has the key (a) in catalog 1 and the key (a, b) here
  rebuild table keys;
}
)");
}

TEST_CASE("a draft that accepts all leaves commented out only what its author must fill in") {
  Pipeline pipeline;
  pipeline.compile(sources(before, "change 1 'first';\n"));
  const auto text = pipeline.draft(desired(after), true);
  CHECK(text.find("\n  drop table sessions with backup;") != std::string::npos);
  CHECK(text.find("\n  retype users.age using (cast(age as int));") != std::string::npos);
  CHECK(text.find("\n  -- backfill users set slug") != std::string::npos);
}

TEST_CASE("what needs no statement drafts an empty change, and what is the same drafts nothing") {
  Pipeline pipeline;
  pipeline.compile(sources(before, "change 1 'first';\n"));
  CHECK(pipeline.draft(desired(before), false) == "");
  CHECK(pipeline.draft(desired(before + "database shop on fake { table more { id int primary key; } }\n"), false) ==
        "change 2 'draft';\n");
}

TEST_CASE("the first draft of a project") {
  Pipeline pipeline;
  CHECK(pipeline.draft(sources(before), false) == "change 1 'draft';\n");
}

TEST_CASE("a change that is written already is not drafted again") {
  Pipeline pipeline;
  pipeline.compile(sources(before, "change 1 'first';\n"));
  CHECK(pipeline.draft(desired(after, "change 2 'mine';\n"), false) == R"(error[E0351]: change 2 is written already
 --> changes/0002.mig:1:1
  |
1 | change 2 'mine';
  | ^^^^^^^^^^^^^^^ a draft would be a second one of this number
  |
  = what it lacks is printed, statement by statement, by:  dmc compile --check
)");
}

namespace {

/// A random schema over a few names, so that two of them share much and differ in much.
class RandomSchema {
 public:
  explicit RandomSchema(std::uint32_t seed) : random_(seed) {}

  std::string text() {
    std::string text = "database shop on fake {\n";
    std::vector<std::string> tables;
    for (const char* name : {"alpha", "beta", "gamma", "delta"})
      if (chance(70)) tables.push_back(name);
    for (const auto& name : tables) text += table(name, tables);
    if (!tables.empty()) {
      if (chance(60)) text += "  view v as (select id from " + pick(tables) + ");\n";
      if (chance(40)) text += "  view w as (select * from " + pick(tables) + ");\n";
      if (chance(50))
        text += "  trigger t after insert on " + pick(tables) + " for each row as $$ select id from " + pick(tables) +
                "; $$;\n";
    }
    return text + "}\n";
  }

 private:
  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& list) {
    return list[random_() % list.size()];
  }

  std::string table(const std::string& name, const std::vector<std::string>& tables) {
    const std::vector<std::string> types{"int", "bigint", "text"};
    std::string text = "  table " + name + " { id int primary key;";
    std::vector<std::string> columns{"id"};
    for (const char* column : {"a", "b", "c", "d"}) {
      if (!chance(60)) continue;
      columns.push_back(column);
      text += std::string(" ") + column + " " + pick(types);
      if (chance(30)) text += " not null default 0";
      if (chance(20)) text += std::string(" check (") + column + " <> id)";
      if (chance(15)) text += " unique";
      text += ";";
    }
    if (chance(40) && columns.size() > 1) text += " index " + name + "_first (" + columns.back() + ", id);";
    if (chance(30)) text += " constraint " + name + "_up foreign key (id) references " + pick(tables) + " (id);";
    return text + " }\n";
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("from any schema to any other: the draft that accepts all compiles, and its plan leads there") {
  int drafted = 0;
  for (std::uint32_t seed = 1; seed <= 400; ++seed) {
    const auto old_schema = RandomSchema(seed).text();
    const auto new_schema = RandomSchema(seed + 100000).text();
    Pipeline pipeline;
    const auto first = pipeline.compile(sources(old_schema, "change 1 'first';\n"));
    REQUIRE_MESSAGE(!first.refused, old_schema << first.findings);
    const auto text = pipeline.draft(desired(new_schema), true);
    if (text.empty()) continue;
    ++drafted;
    const auto outcome = pipeline.compile(desired(new_schema, text));
    CHECK_MESSAGE(!outcome.refused, "seed " << seed << "\n" << old_schema << new_schema << text << outcome.findings);
    if (outcome.refused) continue;
    CHECK(pipeline.draft(desired(new_schema, text), false) == "");
  }
  CHECK(drafted > 300);
}

TEST_CASE("what has to be accepted is drafted with it") {
  const auto database = [](const std::string& columns) {
    return "database shop on fake {\n  table users { " + columns + " }\n}\n";
  };
  const std::string policy = "policy { deny data.drop_column; }\n";
  Pipeline pipeline;
  REQUIRE(!pipeline.compile(sources(database("id int primary key; email text;"), "change 1 'first';\n")).refused);
  const auto lacking = [&](const std::string& change) {
    auto texts = desired(database("id int primary key;"), change);
    texts.push_back({"schema/policy.mig", policy});
    return texts;
  };
  const auto text = pipeline.draft(lacking(""), false);
  CHECK_MESSAGE(text.find("  -- accept data.drop_column on users.email because '…';\n") != std::string::npos, text);
  const auto all = pipeline.draft(lacking(""), true);
  CHECK_MESSAGE(
      all.find("  accept data.drop_column on users.email because 'drafted, not yet read';\n") != std::string::npos,
      all);
  const auto outcome = pipeline.compile(lacking(all));
  CHECK_MESSAGE(!outcome.refused, outcome.findings);
}
