// Writes refusals for programs.
#include "runtime/cli/refusal.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/plan/canonical.hpp"

namespace dmc::cli {
namespace {

struct RefusedJson {
  std::int64_t exit_code = 0;
  std::string text;
  std::vector<Finding> findings;
  static void fields(auto& self, auto&& visit) {
    visit("exit_code", self.exit_code);
    visit("text", self.text);
    visit("findings", self.findings);
  }
};

/// Sentences name their code as "[E0513]"; empty when this one has none.
std::string code_in(const std::string& text) {
  constexpr std::size_t length = 7;
  for (auto at = text.find("[E"); at != std::string::npos; at = text.find("[E", at + 1))
    if (text.size() >= at + length && text[at + length - 1] == ']' &&
        std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at) + 2,
                    text.begin() + static_cast<std::ptrdiff_t>(at + length) - 1,
                    [](char c) { return c >= '0' && c <= '9'; }))
      return text.substr(at + 1, length - 2);
  return {};
}

Finding error(std::string code, std::string message, std::vector<std::string> help) {
  Finding finding;
  finding.code = std::move(code);
  finding.severity = "error";
  finding.message = std::move(message);
  finding.help = std::move(help);
  return finding;
}

std::vector<Finding> findings_in(const Refusal& refusal) {
  if (const auto* found = dynamic_cast<const FoundRefusal*>(&refusal); found && !found->findings.empty())
    return found->findings;
  std::vector<Finding> findings;
  for (const auto& reason : refusal.reasons) findings.push_back(error(reason.code, reason.text, reason.help));
  if (findings.empty()) findings.push_back(error(code_in(refusal.what()), refusal.what(), refusal.next));
  return findings;
}

}  // namespace

FoundRefusal::FoundRefusal(Exit exit, const std::string& happened, const grammar::Diagnostics& diagnostics,
                           const grammar::Sources& sources, std::vector<std::string> next)
    : Refusal(exit, happened, std::move(next)),
      findings(findings_of(diagnostics, sources)),
      shown(findings_text(diagnostics, sources, {})) {}

std::vector<std::string> lines_below(const Refusal& refusal) {
  std::vector<std::string> lines, help;
  for (const auto& reason : refusal.reasons) {
    lines.push_back(fmt::format("[{}] {}", reason.code, reason.text));
    for (const auto& line : reason.help)
      if (std::find(help.begin(), help.end(), line) == help.end()) help.push_back(line);
  }
  lines.insert(lines.end(), help.begin(), help.end());
  lines.insert(lines.end(), refusal.next.begin(), refusal.next.end());
  return lines;
}

std::string refusal_json(const Refusal& refusal) {
  return grammar::escaped_json(
             plan::canonical(RefusedJson{static_cast<int>(refusal.exit), refusal.what(), findings_in(refusal)})) +
         "\n";
}

}  // namespace dmc::cli
