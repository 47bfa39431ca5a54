// Pages: read into blocks, drawn for a terminal and for man.
#include "runtime/cli/markdown.hpp"

#include <doctest/doctest.h>

#include "runtime/cli/help.hpp"

using namespace dmc::cli;

TEST_CASE("blocks keep their kinds and join their lines") {
  const auto blocks = markdown::read(
      "# Title\n\nOne line\nand another.\n\n* `--on NAME`: where\n  it lies\n* plain\n\n    $ code\n\n    "
      "more\n\nend\n");
  REQUIRE(blocks.size() == 6);
  CHECK(std::get<markdown::Heading>(blocks[0]).text == "Title");
  CHECK(std::get<markdown::Paragraph>(blocks[1]).text == "One line and another.");
  CHECK(std::get<markdown::Item>(blocks[2]).term == "--on NAME");
  CHECK(std::get<markdown::Item>(blocks[2]).text == "where it lies");
  CHECK(std::get<markdown::Item>(blocks[3]).term.empty());
  CHECK(std::get<markdown::Code>(blocks[4]).lines == std::vector<std::string>{"$ code", "", "more"});
  CHECK(std::get<markdown::Paragraph>(blocks[5]).text == "end");
}

TEST_CASE("a terminal page wraps, aligns its terms and stays plain without a terminal") {
  const std::string page =
      "Some words that are long enough to wrap at forty columns, I hope.\n\n* `-a`: first\n* `--longer`: second thing "
      "that also has to wrap somewhere\n";
  CHECK(draw(page, 40, {}) ==
        "Some words that are long enough to wrap\n"
        "at forty columns, I hope.\n"
        "\n"
        "  -a        first\n"
        "  --longer  second thing that also has\n"
        "            to wrap somewhere\n");
  CHECK(draw(page, 40, {true}).find("\x1b[1m-a\x1b[0m") != std::string::npos);
}

TEST_CASE("wrapping counts characters, not bytes or emphasis") {
  CHECK(draw("ääää öööö `üüüü`", 14, {}) == "ääää öööö üüüü\n");
  CHECK(draw("ääää öööö `üüüü`", 14, {true}) == "ääää öööö \x1b[1müüüü\x1b[0m\n");
  CHECK(draw("ääää öööö `üüüü`", 13, {}) == "ääää öööö\nüüüü\n");
}

TEST_CASE("every page is within the width of a narrow terminal, save for code") {
  for (const auto& name : {"dmc", "run", "undo", "compile"}) {
    std::string text = draw(page(name), 60, {});
    REQUIRE(!text.empty());
    while (!text.empty()) {
      const auto end = text.find('\n');
      const auto line = text.substr(0, end);
      if (!line.starts_with("    ")) CHECK_MESSAGE(line.size() <= 64, line);
      text.erase(0, end + 1);
    }
  }
}
