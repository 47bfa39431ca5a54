// Each construct of the language and the nodes that it makes, read from shapes/*.txt; how a tree is walked.
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/grammar/support.hpp"

namespace dmc::grammar {
namespace {

struct Example {
  std::string text;
  std::string shape;
};

/// A file of examples: the statement, its shape behind `> `, an empty line.
std::vector<Example> examples(const std::string& content) {
  std::vector<Example> found;
  Example example;
  std::size_t at = 0;
  while (at <= content.size()) {
    const std::size_t end = std::min(content.find('\n', at), content.size());
    const std::string line = content.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("> "))
      example.shape = line.substr(2);
    else if (!line.empty())
      example.text += (example.text.empty() ? "" : "\n") + line;
    else if (!example.text.empty())
      found.push_back(std::exchange(example, {}));
  }
  if (!example.text.empty()) found.push_back(example);
  return found;
}

void check_shapes(const std::string& name, Context context) {
  const std::string path = std::string(DMC_SOURCE_DIR) + "/tests/unit/grammar/shapes/" + name + ".txt";
  std::vector<Example> all = examples(tests::read_file(path));
  REQUIRE(all.size() > 10);
  for (Example& example : all) {
    CAPTURE(example.text);
    const std::string actual = tests::shape(example.text, context);
    if (std::getenv("DMC_ACCEPT") != nullptr) example.shape = actual;
    CHECK(actual == example.shape);
  }
  if (std::getenv("DMC_ACCEPT") == nullptr) return;
  std::ofstream out(path, std::ios::binary);
  for (std::size_t index = 0; index < all.size(); ++index) {
    out << (index == 0 ? "" : "\n") << all[index].text << "\n> " << all[index].shape << "\n";
  }
}

TEST_CASE("columns and clauses of a table") { check_shapes("table", Context::in_table); }
TEST_CASE("objects of a database") { check_shapes("database", Context::database); }
TEST_CASE("statements of a change") { check_shapes("change", Context::change); }
TEST_CASE("declarations of a project") { check_shapes("project", Context::project); }

TEST_CASE("a node knows its span, its children and what it stands for") {
  tests::Parsed parsed;
  tests::parse_into(parsed, "table \"we \"\"x\" { a text default 'it''s'; b int; }", Context::database);
  REQUIRE(parsed.errors() == "");
  const Node table = *parsed.tree.root().first();
  CHECK(table.is(Kind::table));
  CHECK(table.text() == "table \"we \"\"x\" { a text default 'it''s'; b int; }");
  const Node name = *table.child(Kind::path)->first();
  CHECK(name.quoted());
  CHECK(name.unquoted() == "we \"x");
  CHECK(name.inner() == "we \"\"x");
  const Node block = *table.child(Kind::block);
  CHECK(block.count() == 2);
  CHECK(block.at(1)->child(Kind::name)->text() == "b");
  CHECK(block.at(1)->text() == "b int");
  CHECK_FALSE(block.at(2).has_value());
  CHECK_FALSE(block.has(Kind::index));
  const Node value = *block.first()->child(Kind::default_value)->first();
  CHECK(value.unquoted() == "it's");
  CHECK(parsed.sources.text(value.inner_span()) == "it''s");
}

TEST_CASE("SQL keeps its delimiters, inner() takes them off") {
  tests::Parsed parsed;
  tests::parse_into(parsed, "check (a > (1)); check $x$ a > ')' $x$; a numeric ( 3 , 2 ); comment $$$$;",
                    Context::in_table);
  REQUIRE(parsed.errors() == "");
  const Node root = parsed.tree.root();
  CHECK(root.at(0)->first()->inner() == "a > (1)");
  CHECK(root.at(1)->first()->inner() == " a > ')' ");
  CHECK(root.at(2)->child(Kind::type)->child(Kind::arguments)->inner() == " 3 , 2 ");
  CHECK(root.at(3)->first()->inner() == "");
}

TEST_CASE("comments are kept beside the tree, those inside SQL belong to the SQL") {
  tests::Parsed parsed;
  tests::parse_into(
      parsed, "-- first\r\n/* second /* nested */ */ a int -- third\n  not null; check (a > 0 -- in SQL\n);\n-- last",
      Context::in_table);
  REQUIRE(parsed.errors() == "");
  std::vector<std::string> comments;
  for (const Span span : parsed.tree.comments) comments.emplace_back(parsed.sources.text(span));
  CHECK(comments == std::vector<std::string>{"-- first", "/* second /* nested */ */", "-- third", "-- last"});
}

TEST_CASE("splices are listed with the place they stand in") {
  tests::Parsed parsed;
  tests::parse_into(
      parsed,
      "pattern p(t: table) in database {\n"
      "  table ${t}_log { \"${t} x\" text default ${v} check (${t} > '${t}' and \"${t}\" = ${env SECRET});"
      " comment 'of ${t}'; }\n"
      "  function f() as $$ ${t} '$t' $$;\n"
      "}\n");
  REQUIRE(parsed.errors() == "");
  using enum SpliceContext;
  std::vector<std::pair<std::string, SpliceContext>> found;
  for (const Splice& splice : parsed.tree.splices) {
    CHECK(parsed.sources.text(splice.span).starts_with("${"));
    found.emplace_back(parsed.sources.text(splice.name), splice.context);
    CHECK(splice.environment == (found.back().first == "SECRET"));
  }
  CHECK(found == std::vector<std::pair<std::string, SpliceContext>>{{"t", name},
                                                                    {"t", quoted_name},
                                                                    {"v", value},
                                                                    {"t", sql},
                                                                    {"t", sql_text},
                                                                    {"t", sql_name},
                                                                    {"SECRET", sql},
                                                                    {"t", text},
                                                                    {"t", body}});
}

TEST_CASE("outside a pattern only ${env NAME} is a splice, and other text like one is text") {
  tests::Parsed parsed;
  tests::parse_into(parsed, "view v as (select '${x}', ${env A}); procedure p() as $$ echo ${x} ${env B} $$;",
                    Context::database);
  CHECK(parsed.errors() == "");
  REQUIRE(parsed.tree.splices.size() == 2);
  CHECK(parsed.sources.text(parsed.tree.splices[0].name) == "A");
  CHECK(parsed.sources.text(parsed.tree.splices[1].name) == "B");
}

TEST_CASE("the dump shows offsets and leaves") {
  tests::Parsed parsed;
  tests::parse_into(parsed, "a int;", Context::in_table);
  CHECK(dump(parsed.tree) ==
        "file 0..6\n"
        "  column 0..5\n"
        "    name 0..1 a\n"
        "    type 2..5\n"
        "      type_name 2..5\n"
        "        name 2..5 int\n");
}

TEST_CASE("every kind has its enumerator's name") {
  const std::string header = tests::read_file(std::string(DMC_SOURCE_DIR) + "/grammar/kind.hpp");
  std::size_t number = 0;
  std::size_t at = header.find("enum class Kind");
  REQUIRE(at != std::string::npos);
  for (at = header.find('\n', at); header[at + 1] != '}'; at = header.find('\n', at + 1)) {
    std::size_t end = at + 3;
    while (std::isalpha(static_cast<unsigned char>(header[end])) != 0 || header[end] == '_') ++end;
    if (header[at + 1] != ' ' || header[at + 3] == ' ' || header[at + 3] == '/' || end == at + 3) continue;
    CHECK(kind_name(static_cast<Kind>(number)) == header.substr(at + 3, end - at - 3));
    ++number;
  }
  CHECK(number == static_cast<std::size_t>(Kind::halt) + 1);
}

TEST_CASE("the same text makes the same tree") {
  tests::Parsed first;
  tests::Parsed second;
  const std::string text = tests::read_file(std::string(DMC_SOURCE_DIR) + "/grammar/reference.md");
  for (const std::string& block : tests::blocks(text)) {
    tests::parse_into(first, block);
    tests::parse_into(second, block);
    CHECK(first.tree.records == second.tree.records);
  }
}

}  // namespace
}  // namespace dmc::grammar
