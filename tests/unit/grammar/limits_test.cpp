// Bytes that are no text, and sizes beyond what anybody writes: a diagnostic each, in time that grows with the size.
#include <chrono>
#include <string>
#include <sys/resource.h>

#include <doctest/doctest.h>

#include "grammar/scan.hpp"
#include "tests/unit/grammar/support.hpp"

namespace dmc::grammar {
namespace {

using namespace std::string_literals;

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t time = 0; time < times; ++time) text += part;
  return text;
}

TEST_CASE("nothing, white space, comments: an empty file") {
  for (const std::string_view text : {"", " ", "\n\n\t \r\n", "-- only a comment", "/* only */", "\xEF\xBB\xBF"}) {
    tests::Parsed parsed;
    tests::parse_into(parsed, text);
    CHECK(parsed.errors() == "");
    CHECK(parsed.tree.root().children().empty());
  }
}

TEST_CASE("a byte order mark is passed over, and columns do not count it") {
  tests::Parsed parsed;
  tests::parse_into(parsed, "\xEF\xBB\xBFproject shop");
  CHECK(parsed.errors() ==
        "error[E0101]: missing ';'\n"
        " --> shop.mig:1:13\n"
        "  |\n"
        "1 | project shop\n"
        "  |             ^ expected ';' here\n\n");
  CHECK(parsed.tree.root().first()->span().begin == 3);
}

TEST_CASE("line breaks of Windows") {
  tests::Parsed parsed;
  tests::parse_into(parsed, "database shop {\r\n  table t {\r\n    id int\r\n    email text;\r\n  }\r\n}\r\n");
  CHECK(parsed.errors() ==
        "error[E0101]: missing ';'\n"
        " --> shop.mig:3:11\n"
        "  |\n"
        "3 |     id int\n"
        "  |           ^ expected ';' here\n\n");
}

TEST_CASE("invalid UTF-8 is told with its byte, and the rest is read") {
  tests::Parsed parsed;
  tests::parse_into(parsed, "database shop { table t { a text default 'x\xFFy'; b int nto null; } }");
  CHECK(parsed.codes() == "E0113 E0100");
  CHECK(parsed.errors().starts_with(
      "error[E0113]: this is not UTF-8\n"
      " --> shop.mig:1:44\n"
      "  |\n"
      "1 | database shop { table t { a text default 'x\\xFFy'; b int nto null; } }\n"
      "  |                                            ^^^^ byte 43 of the file does not belong to any character\n"));
  CHECK(tests::codes("project sh\xC3(op;") == "E0113");
  CHECK(tests::codes("project \"\xED\xA0\x80\";") == "E0113");
  CHECK(tests::codes("project \"\xC0\xAF\";") == "E0113");
  CHECK(tests::codes("project \"\xF0\x9F\x98\x80\";") == "");
}

TEST_CASE("a NUL byte ends the matter") {
  tests::Parsed parsed;
  tests::parse_into(parsed, "d\0a\0t\0a\0"s);
  CHECK(parsed.codes() == "E0114");
  CHECK(parsed.errors().find("byte 1 of the file is 0") != std::string::npos);
  CHECK(parsed.errors().find("UTF-16") != std::string::npos);
  CHECK(parsed.tree.root().first()->is(Kind::unknown));
}

TEST_CASE("blocks and brackets 64 deep, and one more") {
  const auto schemas = [](std::size_t depth) { return repeated("schema a { ", depth) + repeated("} ", depth); };
  CHECK(tests::codes(schemas(nesting_limit), Context::database) == "");
  CHECK(tests::codes(schemas(nesting_limit + 1), Context::database) == "E0118");
  CHECK(tests::codes(schemas(200'000), Context::database) == "E0118");
  const auto brackets = [](std::size_t depth) {
    return "check " + repeated("(", depth) + "1" + repeated(")", depth) + ";";
  };
  CHECK(tests::codes(brackets(nesting_limit), Context::in_table) == "");
  CHECK(tests::codes(brackets(nesting_limit + 1), Context::in_table) == "E0118");
  CHECK(tests::codes(brackets(200'000), Context::in_table) == "E0118");
}

TEST_CASE("a token of 16 MiB, and one that is longer") {
  const std::string most(token_limit - 2, 'x');
  CHECK(tests::codes("comment '" + most + "';", Context::in_table) == "");
  for (const std::string& text : {"comment '" + most + "x';", "comment $$" + most + "$$;", "check (" + most + "x);",
                                  "a" + most + "xx int;", "\"" + most + "x\" int;"}) {
    CHECK(tests::codes(text, Context::in_table) == "E0119");
  }
}

TEST_CASE("hostile texts take time that grows with their size") {
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string_view part :
       {"/*\n", "$$\n", "$a$ ", "x {\n", "}\n", "(\n", "'\n", "table t {", "a b (\n", "\"", "a ", "-- x\n", "/* */ ",
        ";", "table t { } ", "view v as (select 'a\n", "index (((", "${", "${a} "}) {
    tests::Parsed parsed;
    tests::parse_into(parsed, "database shop {\n" + repeated(part, 100'000 / part.size()) + "\n");
    CHECK(!parsed.diagnostics.empty());
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}

#if !defined(__SANITIZE_ADDRESS__)
TEST_CASE("hostile texts take little memory, however many mistakes are in them") {
  for (const std::string_view part : {";", "{", "}", "a ", "(", "[", "table t { a b; ", "schema a {", "'\n", "\"\n",
                                      "$$", "$a$\n", "/*", "${", "change 1 {", "#", "\xEF\xBB\xBF"}) {
    tests::Parsed parsed;
    tests::parse_into(parsed, "database shop {\n" + repeated(part, (4U << 20U) / part.size()));
    CHECK(!parsed.diagnostics.empty());
    CHECK(parsed.diagnostics.all().size() < 400);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  MESSAGE("at most " << usage.ru_maxrss / 1024 << " MiB");
  CHECK(usage.ru_maxrss / 1024 < 512);
}
#endif

}  // namespace
}  // namespace dmc::grammar
