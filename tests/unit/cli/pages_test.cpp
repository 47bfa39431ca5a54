// The words of a command and its page agree: options, operands, exit codes, man, completion.
#include <set>

#include <doctest/doctest.h>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/completion.hpp"
#include "runtime/cli/explanations.hpp"
#include "runtime/cli/help.hpp"
#include "runtime/cli/markdown.hpp"

namespace {

using namespace dmc::cli;

/// Terms of the items below the heading.
std::vector<std::string> terms(std::string_view text, std::string_view below) {
  std::vector<std::string> found;
  bool inside = false;
  for (const auto& block : markdown::read(text)) {
    if (const auto* heading = std::get_if<markdown::Heading>(&block)) inside = heading->text == below;
    if (const auto* item = std::get_if<markdown::Item>(&block); item != nullptr && inside) found.push_back(item->term);
  }
  return found;
}

std::string expected_term(const Option& option) {
  std::string term(option.name);
  if (option.choices.empty()) return option.value.empty() ? term : term + " " + std::string(option.value);
  term += " ";
  for (const auto choice : option.choices) term += (term.back() == ' ' ? "" : "|") + std::string(choice);
  return term;
}

}  // namespace

TEST_CASE("every option stands in the page of its command, and no other") {
  for (const auto& command : all_commands()) {
    CAPTURE(command.name);
    std::set<std::string> documented;
    for (const auto& term : terms(page(command.name), "Options"))
      if (term.starts_with("--")) documented.insert(term);
    std::set<std::string> known;
    for (const auto& option : command.options) known.insert(expected_term(option));
    CHECK(documented == known);
  }
}

TEST_CASE("every page begins with its name, has an example, and speaks of exit codes that exist") {
  for (const auto& command : all_commands()) {
    CAPTURE(command.name);
    const auto text = std::string(page(command.name));
    CHECK(text.starts_with("# dmc " + std::string(command.name) + "\n"));
    const auto example = text.find("\n## Example\n");
    REQUIRE(example != std::string::npos);
    CHECK(text.find("dmc " + std::string(command.name), example) != std::string::npos);
    static const std::set<std::string> known{"0", "1", "2", "3", "4", "5", "6", "130"};
    for (const auto& term : terms(text, "Exit codes")) CHECK_MESSAGE(known.contains(term), term);
  }
}

TEST_CASE("the overview lists the same exit codes as dmc explain") {
  std::set<std::string> explained;
  for (const auto& explanation : all_explanations())
    if (explanation.code.find_first_not_of("0123456789") == std::string_view::npos)
      explained.insert(std::string(explanation.code));
  const auto listed = terms(page("dmc"), "Exit codes");
  CHECK(std::set<std::string>(listed.begin(), listed.end()) == explained);
}

TEST_CASE("no code is explained twice, and every explanation says something") {
  std::set<std::string_view> seen;
  for (const auto& explanation : all_explanations()) {
    CAPTURE(explanation.code);
    CHECK(seen.insert(explanation.code).second);
    CHECK(!explanation.title.empty());
    CHECK(explanation.text.size() > 20);
  }
}

TEST_CASE("manual pages hold the page and no line that troff would take for a request") {
  const auto text = manual_page(run_command(), "1.2.3");
  CHECK(text.starts_with(".TH DMC\\-RUN 1 \"\" \"dmc 1.2.3\""));
  for (const auto* piece : {".SH NAME\n", ".SH SYNOPSIS\n", ".SH DESCRIPTION\n", ".SH OPTIONS\n", ".SH EXIT CODES\n",
                            "\\fB\\-\\-dry\\-run\\fP"})
    CHECK_MESSAGE(text.find(piece) != std::string::npos, piece);
  CHECK(manual_overview(all_commands(), "1.2.3").find("\\fBdmc\\-compile\\fP(1)") != std::string::npos);
}

TEST_CASE("completion knows every command and every option in every shell") {
  const auto commands = all_commands();
  const auto bash = bash_completion(commands);
  const auto zsh = zsh_completion(commands);
  const auto fish = fish_completion(commands);
  for (const auto& command : commands) {
    CHECK(bash.find("    " + std::string(command.name) + ")\n") != std::string::npos);
    CHECK(zsh.find("    " + std::string(command.name) + ")\n") != std::string::npos);
    for (const auto& option : command.options) {
      CHECK(bash.find(option.name) != std::string::npos);
      CHECK(zsh.find(option.name) != std::string::npos);
      CHECK(fish.find("__fish_seen_subcommand_from " + std::string(command.name) + "' -l " +
                      std::string(option.name.substr(2))) != std::string::npos);
    }
  }
}
