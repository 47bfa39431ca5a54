// dmc explain: the long form of a diagnostic, a hazard or an exit code.
#include <algorithm>
#include <cctype>
#include <ostream>

#include <fmt/format.h>

#include "compiler/plan/canonical.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/explanations.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/help.hpp"

namespace dmc::cli {
namespace {

struct ExplanationJson {
  std::string code;
  std::string title;
  std::string text;
  static void fields(auto& self, auto&& visit) {
    visit("code", self.code);
    visit("title", self.title);
    visit("text", self.text);
  }
};

ExplanationJson json_of(const grammar::Explanation& explanation) {
  return {std::string(explanation.code), std::string(explanation.title), std::string(explanation.text)};
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

Exit list_all(const std::vector<grammar::Explanation>& all, bool json, World& world) {
  std::vector<ExplanationJson> records;
  std::size_t widest = 0;
  for (const auto& explanation : all) {
    records.push_back(json_of(explanation));
    widest = std::max(widest, explanation.code.size());
  }
  if (json) {
    world.out << plan::canonical(records) << "\n";
    return Exit::done;
  }
  for (const auto& explanation : all)
    world.out << world.terminal.paint.bold(explanation.code) << std::string(widest + 2 - explanation.code.size(), ' ')
              << explanation.title << "\n";
  return Exit::done;
}

Exit run(const Arguments& arguments, World& world) {
  const auto all = all_explanations();
  const auto wanted = arguments.operand();
  if (!wanted) return list_all(all, as_json(arguments), world);
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& candidate) { return same_letters(candidate.code, *wanted); });
  if (found == all.end()) {
    std::vector<std::string_view> codes;
    for (const auto& explanation : all) codes.push_back(explanation.code);
    std::vector<std::string> next;
    if (const auto near = grammar::nearest(*wanted, codes); !near.empty())
      next.push_back(fmt::format("did you mean {}?", fmt::join(near, " or ")));
    next.push_back("dmc explain    lists every code");
    throw Refusal(Exit::usage, fmt::format("there is no code '{}'", grammar::escaped(*wanted)), std::move(next));
  }
  if (as_json(arguments)) {
    world.out << plan::canonical(json_of(*found)) << "\n";
    return Exit::done;
  }
  const auto& paint = world.terminal.paint;
  world.out << paint.bold(found->code) << "  " << found->title << "\n\n"
            << draw(found->text, world.terminal.width, paint);
  return Exit::done;
}

}  // namespace

Command explain_command() {
  return {"explain",
          "the long form of a diagnostic, a hazard or an exit code",
          {{"CODE", false, false, Completes::nothing}},
          {text_or_json_option()},
          run};
}

}  // namespace dmc::cli
