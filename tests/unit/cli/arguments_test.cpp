// What was typed against what a command takes: every way to get it wrong has its own sentence.
#include <doctest/doctest.h>

#include "runtime/cli/command.hpp"

namespace {

using namespace dmc::cli;

Command example() {
  return {"mend",
          "mend things",
          {{"FILE", true, false}, {"MORE", false, true}},
          {{"--check", "", "only look"},
           {"--format", "FORMAT", "how", {"text", "json"}},
           {"--on", "NAME=URL", "where", {}, true},
           {"--from", "URL", "whence", {}, false, Completes::nothing, true}},
          nullptr};
}

Arguments read(std::vector<std::string> typed) { return read_arguments(example(), typed); }

std::string refusal(std::vector<std::string> typed) {
  try {
    read(std::move(typed));
  } catch (const Refusal& refused) {
    CHECK(refused.exit == Exit::usage);
    REQUIRE(refused.next.size() >= 2);
    CHECK(refused.next[refused.next.size() - 2].starts_with("usage: dmc mend FILE [MORE…]"));
    CHECK(refused.next.back() == "dmc mend --help    shows all of it");
    return refused.what() + (refused.next.size() > 2 ? "\n" + refused.next.front() : std::string());
  }
  return "accepted";
}

}  // namespace

TEST_CASE("operands, switches, values and repeated values arrive") {
  const auto arguments =
      read({"a.mig", "--on", "shop=sqlite:a b.db", "--check", "--on=x=y", "b.mig", "--format", "json", "-"});
  CHECK(arguments.operands == std::vector<std::string>{"a.mig", "b.mig", "-"});
  CHECK(arguments.given("--check"));
  CHECK(arguments.value("--format") == "json");
  CHECK(arguments.values("--on") == std::vector<std::string>{"shop=sqlite:a b.db", "x=y"});
  CHECK(!read({"a.mig"}).given("--check"));
  CHECK(!read({"a.mig"}).value("--format"));
}

TEST_CASE("behind -- everything is an operand") {
  CHECK(read({"--check", "--", "--format", "x"}).operands == std::vector<std::string>{"--format", "x"});
}

TEST_CASE("what does not fit is said in words, with what was meant") {
  CHECK(refusal({"a", "--chekc"}) == "'dmc mend' has no option '--chekc'\ndid you mean --check?");
  CHECK(refusal({"a", "--fo"}) == "'dmc mend' has no option '--fo'\ndid you mean --format?");
  CHECK(refusal({"a", "--zzz"}) == "'dmc mend' has no option '--zzz'");
  CHECK(refusal({"a", "--format", "jsn"}) == "'--format' cannot be 'jsn'; there is text, json\ndid you mean json?");
  CHECK(refusal({"a", "--format"}) == "'--format' needs a value: --format FORMAT");
  CHECK(refusal({"a", "--format", "json", "--format", "text"}) == "'--format' is given 2 times, but can be given once");
  CHECK(refusal({"--check"}) == "'dmc mend' lacks FILE");
  CHECK(refusal({"a", "--on", "--check"}) == "'--on' needs a value: --on NAME=URL");
}

TEST_CASE("an option behind -- is no option, and that is said") {
  const auto help = Command{"help", "", {{"COMMAND", false}}, {{"--man", "FOLDER", ""}}, nullptr};
  try {
    read_arguments(help, {"--", "run", "--man", "x"});
    CHECK(false);
  } catch (const Refusal& refused) {
    CHECK(std::string(refused.what()) == "behind '--' nothing is an option any more, but there is '--man'");
  }
}

TEST_CASE("hostile words are shown escaped") {
  CHECK(refusal({"a", "--\x1b[31mred"}).find('\x1b') == std::string::npos);
}

TEST_CASE("the usage line shows choices and what repeats") {
  CHECK(usage_line(example()) == "dmc mend FILE [MORE…] [--check] [--format text|json] [--on NAME=URL]… --from URL");
}
