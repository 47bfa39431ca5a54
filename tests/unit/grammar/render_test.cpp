// How a finding is drawn: carets under wide, hidden and clipped text, notes, expansions; ordering; nearest names.
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "grammar/diagnostic.hpp"

namespace dmc::grammar {
namespace {

struct Page {
  Sources sources;
  Diagnostics diagnostics;

  FileId add(std::string text, std::string name = "schema/shop.mig") {
    return sources.add(std::move(name), std::move(text));
  }

  /// The span of the first `part` in a file.
  Span find(FileId file, std::string_view part) const {
    const auto at = static_cast<std::uint32_t>(sources.file(file).text.find(part));
    return {file, at, static_cast<std::uint32_t>(at + part.size())};
  }
  std::string drawn() const {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics.sorted()) text += render(diagnostic, sources);
    return text;
  }
};

TEST_CASE("the whole shape") {
  Page page;
  const FileId file = page.add(std::string(11, '\n') + "  table users {\n");
  Diagnostic& diagnostic = page.diagnostics.error("E0207", page.find(file, "table users"),
                                                  "this change drops 'users.nickname', but nothing declares it",
                                                  "'nickname' is in catalog 6 and no longer here");
  diagnostic.help = {"declare it in change 7:  drop column users.nickname with backup;",
                     "or, if it became 'full_name':  rename column users.nickname to full_name;"};
  CHECK(page.drawn() ==
        "error[E0207]: this change drops 'users.nickname', but nothing declares it\n"
        "  --> schema/shop.mig:12:3\n"
        "   |\n"
        "12 |   table users {\n"
        "   |   ^^^^^^^^^^^ 'nickname' is in catalog 6 and no longer here\n"
        "   |\n"
        "   = declare it in change 7:  drop column users.nickname with backup;\n"
        "   = or, if it became 'full_name':  rename column users.nickname to full_name;\n");
}

TEST_CASE("about the project and not a place in it") {
  Page page;
  page.diagnostics.warning("E0300", std::nullopt, "nothing to do").help = {"write something"};
  CHECK(page.drawn() == "warning[E0300]: nothing to do\n  = write something\n");
}

TEST_CASE("tabs are four wide, wide characters two, combining ones none") {
  Page page;
  const FileId file = page.add("\ta\tb 日本 e\xCC\x81 x\n");
  page.diagnostics.error("E1", page.find(file, "x"), "here");
  CHECK(page.drawn() ==
        "error[E1]: here\n"
        " --> schema/shop.mig:1:12\n"
        "  |\n"
        "1 |     a   b 日本 e\xCC\x81 x\n"
        "  |                  ^\n");
}

TEST_CASE("hostile characters are escapes, also in messages and file names") {
  Page page;
  const FileId file = page.add("a \x1B[31m\xE2\x80\xAE b\xFF z\n", "x\x1By.mig");
  page.diagnostics.error("E1", page.find(file, "z"), "it's \x1B here", "\xE2\x80\xAE label").help = {"\x07"};
  CHECK(page.drawn() ==
        "error[E1]: it's \\u{1b} here\n"
        " --> x\\u{1b}y.mig:1:13\n"
        "  |\n"
        "1 | a \\u{1b}[31m\\u{202e} b\\xFF z\n"
        "  |                            ^ \\u{202e} label\n"
        "  |\n"
        "  = \\u{7}\n");
}

TEST_CASE("look-alikes within a word, and words of nothing else, are escapes; honest words of any script are not") {
  CHECK(escaped("users_\xD0\xB0") == "users_\\u{430}");
  CHECK(escaped("\xD1\x81\xD0\xBE") == "\\u{441}\\u{43e}");
  CHECK(escaped("\xD0\xBA\xD0\xBE\xD1\x82 \xCE\xBB\xCF\x8C\xCE\xB3\xCE\xBF\xCF\x82 größe") ==
        "\xD0\xBA\xD0\xBE\xD1\x82 \xCE\xBB\xCF\x8C\xCE\xB3\xCE\xBF\xCF\x82 größe");
  CHECK(escaped("\xEF\xBD\x81") == "\\u{ff41}");
  CHECK(escaped("plain") == "plain");
  CHECK(escaped("two\nlines") == "two\\u{a}lines");
}

TEST_CASE(
    "a span of several lines is marked on its first, an empty one by one caret, one in the line break at its end") {
  Page page;
  const FileId file = page.add("one (\n  two\n) three\n");
  const auto caret = [&](Span span) {
    Page one;
    one.add(page.sources.file(file).text);
    one.diagnostics.error("E1", span, "x");
    const std::string text = one.drawn();
    return text.substr(text.find("1 | one"));
  };
  CHECK(caret({file, 4, 12}) == "1 | one (\n  |     ^\n");
  CHECK(caret({file, 0, 0}) == "1 | one (\n  | ^\n");
  CHECK(caret({file, 5, 5}) == "1 | one (\n  |      ^\n");
}

TEST_CASE("a long line is clipped around its caret") {
  Page page;
  const FileId file = page.add(std::string(5'000'000, 'a') + " needle " + std::string(5'000'000, 'b'));
  page.diagnostics.error("E1", page.find(file, "needle"), "here", "found");
  const std::string text = page.drawn();
  CHECK(text.size() < 500);
  CHECK(text.find(" needle ") != std::string::npos);
  CHECK(text.find("^^^^^^ found") != std::string::npos);
  const std::size_t line = text.find("1 | ") + 4;
  const std::size_t marks = text.find("  | ", text.find('\n', line)) + 4;
  // The two ellipses take three bytes each, and the first stands in front of the needle.
  CHECK(text.find("needle") - line - 2 == text.find('^') - marks);
}

TEST_CASE("a note has its own place and caret, before the help") {
  Page page;
  const FileId file = page.add("first\nsecond\n");
  Diagnostic& diagnostic = page.diagnostics.error("E1", page.find(file, "second"), "twice", "again");
  diagnostic.notes.push_back({page.find(file, "first"), "the first one"});
  diagnostic.help = {"remove one"};
  CHECK(page.drawn() ==
        "error[E1]: twice\n"
        " --> schema/shop.mig:2:1\n"
        "  |\n"
        "2 | second\n"
        "  | ^^^^^^ again\n"
        "note: the first one\n"
        " --> schema/shop.mig:1:1\n"
        "  |\n"
        "1 | first\n"
        "  | ^^^^^\n"
        "  |\n"
        "  = remove one\n");
}

TEST_CASE("a place in an expansion shows the pattern's line, and the use") {
  Page page;
  const FileId pattern = page.add("pattern p(t: table) in database { table ${t}_log { } }\n", "std/p.mig");
  const FileId shop = page.add("database shop { use p(users); }\n");
  Expansion expansion;
  expansion.use = page.find(shop, "use p(users);");
  expansion.pattern = "p";
  const Span body = page.find(pattern, "table ${t}_log");
  expansion.pieces = {{0, {pattern, body.begin, body.begin + 6}},
                      {6, page.find(pattern, "${t}")},
                      {11, {pattern, body.begin + 10, body.end}}};
  const FileId expanded = page.sources.add_expansion("p(users)", "table users_log", expansion);
  CHECK(page.sources.origin({expanded, 0, 5}) == Span{pattern, body.begin, body.begin + 5});
  CHECK(page.sources.origin({expanded, 6, 15}) == Span{pattern, body.begin + 6, body.end});
  CHECK(page.sources.origin({expanded, 7, 8}) == page.find(pattern, "${t}"));
  CHECK(page.sources.origin({expanded, 15, 15}).begin == body.end);
  page.diagnostics.error("E1", Span{expanded, 6, 15}, "too long");
  CHECK(page.drawn() ==
        "error[E1]: too long\n"
        " --> std/p.mig:1:41\n"
        "  |\n"
        "1 | pattern p(t: table) in database { table ${t}_log { } }\n"
        "  |                                         ^^^^^^^^\n"
        "note: pattern 'p' is used here\n"
        " --> schema/shop.mig:1:17\n"
        "  |\n"
        "1 | database shop { use p(users); }\n"
        "  |                 ^^^^^^^^^^^^^\n");
}

TEST_CASE("sorted by file, place and code, repeated ones once") {
  Page page;
  const FileId one = page.add("a b c\n");
  const FileId two = page.add("a b c\n");
  page.diagnostics.error("E2", page.find(two, "a"), "4");
  page.diagnostics.error("E2", page.find(one, "b"), "3");
  page.diagnostics.error("E1", page.find(one, "b"), "2");
  page.diagnostics.error("E9", page.find(one, "a"), "1");
  page.diagnostics.error("E9", page.find(one, "a"), "1");
  page.diagnostics.error("E9", std::nullopt, "0");
  std::string order;
  for (const Diagnostic& diagnostic : page.diagnostics.sorted()) order += diagnostic.message;
  CHECK(order == "01234");
}

TEST_CASE("warnings alone are no errors") {
  Diagnostics diagnostics;
  diagnostics.warning("E1", std::nullopt, "x");
  CHECK_FALSE(diagnostics.has_errors());
  diagnostics.add(
      {.code = "E2", .severity = Severity::error, .span = {}, .message = "y", .label = {}, .notes = {}, .help = {}});
  CHECK(diagnostics.has_errors());
}

TEST_CASE("the nearest names, best first, at most three, none that are far") {
  using Names = std::vector<std::string>;
  CHECK(nearest("tabel", {"view", "table", "label", "tables"}) == Names{"table", "label"});
  CHECK(nearest("Users", {"users", "orders"}) == Names{"users"});
  CHECK(nearest("id", {"it", "in"}) == Names{});
  CHECK(nearest("name", {"name"}) == Names{});
  CHECK(nearest("abcdef", {"abcdeg", "abcdeh", "abcdei", "abcdej"}).size() == 3);
  CHECK(nearest(std::string(100'000, 'x'), {"x"}).empty());
}

TEST_CASE("lines and columns count from one, columns in characters") {
  Page page;
  const FileId file = page.add("äb\r\nc");
  CHECK(page.sources.position({file, 0, 0}).column == 1);
  CHECK(page.sources.position({file, 2, 2}).column == 2);
  CHECK(page.sources.position({file, 5, 5}).line == 2);
  CHECK(page.sources.position({file, 6, 6}).column == 2);
  const LineTable table("a\r\nb\n");
  CHECK(table.line(1, "a\r\nb\n") == "a");
  CHECK(table.line(3, "a\r\nb\n") == "");
  CHECK(table.line_of(3) == 2);
}

}  // namespace
}  // namespace dmc::grammar
