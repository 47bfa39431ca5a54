// Patterns stay text; what they expand to is built where it is used.
#include "built.hpp"

namespace dmc::ast::test {

namespace {

template <typename Result>
Result expanded(const std::string& text, grammar::Context context,
                Result (*build_items)(const grammar::Tree&, const grammar::Sources&, grammar::Diagnostics&),
                grammar::Sources& sources) {
  grammar::Diagnostics diagnostics;
  const auto id = sources.add("expansion", text);
  const auto tree = grammar::parse_items(sources, id, context, diagnostics);
  Result result = build_items(tree, sources, diagnostics);
  CHECK(diagnostics.empty());
  return result;
}

}  // namespace

TEST_CASE("a pattern has typed parameters, a place, an engine and a body") {
  const Built built(
      "pattern p(t: table, c: column, s: sql, x: text, n: number, d: duration, b: database) in change on postgres 14 "
      "{ rename table ${t} to ${t}_old; }  pattern q() in table { a int; } ");
  const auto& pattern = built.item<Pattern>(0);
  CHECK(pattern.name.text == "p");
  REQUIRE(pattern.parameters.size() == 7);
  const std::vector<ParameterKind> kinds = {ParameterKind::table,   ParameterKind::column, ParameterKind::sql,
                                            ParameterKind::text,    ParameterKind::number, ParameterKind::duration,
                                            ParameterKind::database};
  for (std::size_t index = 0; index < kinds.size(); ++index) CHECK(pattern.parameters[index].kind == kinds[index]);
  CHECK(pattern.scope == PatternScope::change);
  CHECK(pattern.engine->text == "postgres");
  CHECK(pattern.body == " rename table ${t} to ${t}_old; ");
  CHECK(built.sources.text(pattern.body_span) == pattern.body);
  REQUIRE(pattern.splices.size() == 2);
  CHECK(built.sources.text(pattern.splices[0].span) == "${t}");
  CHECK(built.sources.text(pattern.splices[1].name) == "t");
  CHECK(built.item<Pattern>(1).parameters.empty());
  CHECK(built.item<Pattern>(1).splices.empty());
  CHECK(built.item<Pattern>(1).scope == PatternScope::table);
}

TEST_CASE("a pattern has only the splices of its own body") {
  const Built built(
      "pattern a(x: table) in database { table ${x} { i int; } } pattern b(y: table) in project { database ${y} { } }");
  CHECK(built.item<Pattern>(0).splices.size() == 1);
  REQUIRE(built.item<Pattern>(1).splices.size() == 1);
  CHECK(built.sources.text(built.item<Pattern>(1).splices[0].span) == "${y}");
  CHECK(built.item<Pattern>(1).scope == PatternScope::project);
  CHECK(built.file.splices.size() == 2);
}

TEST_CASE("secrets of the environment are splices of the file") {
  const Built built("database d on sqlite 3 { view v as (select '${env SECRET}'); }");
  REQUIRE(built.report() == "");
  REQUIRE(built.file.splices.size() == 1);
  CHECK(built.file.splices[0].environment);
  CHECK(built.sources.text(built.file.splices[0].name) == "SECRET");
}

TEST_CASE("expansions are built for each place") {
  grammar::Sources sources;
  const auto table =
      expanded<ExpandedTable>("a int; index (a); use p();", grammar::Context::in_table, build_table, sources);
  CHECK(table.body.columns.size() == 1);
  CHECK(table.body.clauses.size() == 1);
  CHECK(table.body.uses.size() == 1);
  const auto database = expanded<ExpandedDatabase>("table t { a int; } view v as (select 1);",
                                                   grammar::Context::database, build_database, sources);
  CHECK(database.body.size() == 2);
  const auto change =
      expanded<ExpandedChange>("drop view v; gate 'g';", grammar::Context::change, build_change, sources);
  CHECK(change.body.size() == 2);
  const auto project = expanded<ExpandedProject>("database \"a\"\"b\" { } policy { warn perf; }",
                                                 grammar::Context::project, build_project, sources);
  REQUIRE(project.body.size() == 2);
  CHECK(std::get<Database>(project.body[0]).name.text == "a\"b");
}

}  // namespace dmc::ast::test
