// Names, paths, texts and SQL: quotes off, escapes undone, spans exact.
#include "built.hpp"

namespace dmc::ast::test {

TEST_CASE("a name is unquoted and unescaped, and says whether it was quoted") {
  const InTable table(R"(plain int; "Quoted" int; "two ""words""" int;)");
  CHECK(words(std::vector{table.column(0).name, table.column(1).name}) == "plain \"Quoted\"");
  CHECK(table.column(2).name.text == "two \"words\"");
  CHECK(table.sources.text(table.column(2).name.span) == R"("two ""words""")");
}

TEST_CASE("unescaped names live as long as the file, also after it moved") {
  Built built(R"(database shop on sqlite 3.35 { table "a""b" { x int; } })");
  const File moved = std::move(built.file);
  CHECK(std::get<Table>(std::get<Database>(moved.items.at(0)).items.at(0).value).name.parts.at(0).text == "a\"b");
}

TEST_CASE("a text is unescaped") {
  const InTable table("x int comment 'it''s'; y int comment ''; z int comment '''';");
  CHECK(std::get<Comment>(table.column(0).options.at(0)).text.value == "it's");
  CHECK(std::get<Comment>(table.column(1).options.at(0)).text.value == "");
  CHECK(std::get<Comment>(table.column(2).options.at(0)).text.value == "'");
}

TEST_CASE("a long text is taken as it stands") {
  const InTable table("comment $$it's\ntwo lines$$;");
  CHECK(table.clause<Comment>().text.value == "it's\ntwo lines");
}

TEST_CASE("a path keeps its parts and the arguments of a function") {
  const InChange change("drop function audit.tax(numeric(10, 2), text[]); drop function now_utc(); drop view v;");
  const auto path = [&](std::size_t index) {
    return std::get<Path>(std::get<Subject>(change.statement<Drop>(index).subject).name);
  };
  CHECK(words(path(0)) == "audit tax");
  REQUIRE(path(0).arguments.size() == 2);
  CHECK(path(0).arguments[0].text == "numeric(10, 2)");
  CHECK(path(0).arguments[1].array_depth == 1);
  CHECK(path(0).has_arguments);
  CHECK(path(1).has_arguments);
  CHECK(path(1).arguments.empty());
  CHECK_FALSE(path(2).has_arguments);
}

TEST_CASE("SQL loses its delimiters and nothing else") {
  const InTable table("a int default ( 1 + (2) ); b int default $$ 3 $$; c int default $x$ $$ $x$;");
  const auto sql = [&](std::size_t index) {
    return std::get<Sql>(std::get<Default>(table.column(index).options.at(0)).value);
  };
  CHECK(sql(0).text == " 1 + (2) ");
  CHECK(sql(0).form == SqlForm::parenthesised);
  CHECK(table.sources.text(sql(0).span) == sql(0).text);
  CHECK(sql(1).text == " 3 ");
  CHECK(sql(1).form == SqlForm::dollar);
  CHECK(sql(2).text == " $$ ");
  CHECK(table.sources.text(sql(2).span) == sql(2).text);
}

TEST_CASE("arguments are split at their outermost commas") {
  const InTable table(
      "x int codec (Delta(4, 2), ZSTD , T64); engine = E('a,b', f(1, 2), \"x,y\"); y Enum8('a''b' = 1, 'c' = 2);");
  CHECK(words(table.option<Codec>().codecs) == "[Delta(4, 2)][ZSTD][T64]");
  CHECK(words(table.clause<TableEngine>().engine.arguments) == "['a,b'][f(1, 2)][\"x,y\"]");
  CHECK(words(table.column(1).type.arguments) == "['a''b' = 1]['c' = 2]");
}

TEST_CASE("empty parentheses are no argument, but are remembered") {
  const InTable table("x int; engine = Memory(); ");
  CHECK(table.clause<TableEngine>().engine.has_arguments);
  CHECK(table.clause<TableEngine>().engine.arguments.empty());
}

TEST_CASE("arguments have the span of their own text") {
  const InTable table("x Map( String , Array(Int8) );");
  const auto& argument = table.column().type.arguments.at(1);
  CHECK(table.sources.text(argument.span) == "Array(Int8)");
}

}  // namespace dmc::ast::test
