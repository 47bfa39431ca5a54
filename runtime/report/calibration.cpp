#include "runtime/report/calibration.hpp"

#include <algorithm>
#include <array>

#include "compiler/plan/canonical.hpp"
#include "runtime/report/text.hpp"

namespace dmc::report {

namespace {

using calibrate::Finding;
using calibrate::Result;
using calibrate::Verdict;

std::vector<const Finding*> of(const Result& result, Verdict verdict) {
  std::vector<const Finding*> found;
  for (const auto& finding : result.findings)
    if (finding.verdict == verdict) found.push_back(&finding);
  return found;
}

std::string summary(const Result& result) {
  const auto count = [&](Verdict verdict) { return std::to_string(of(result, verdict).size()); };
  return count(Verdict::same) + " operations as dmc plans them, " + count(Verdict::differs) +
         (of(result, Verdict::differs).size() == 1 ? " differs, " : " differ, ") + count(Verdict::not_measured) +
         " could not be measured";
}

struct Cells {
  std::string operation, about, known, here;
};

std::string differences_table(const std::vector<const Finding*>& findings) {
  std::vector<Cells> rows{{"operation", "about", "dmc plans by", "this server"}};
  for (const auto* finding : findings)
    for (const auto& difference : finding->differences)
      rows.push_back({finding->operation, shown(difference.about), shown(difference.known), shown(difference.here)});
  Cells* const begin = rows.data();
  const auto width = [&](std::string Cells::*cell) {
    return (std::max_element(begin, begin + rows.size(),
                             [&](const auto& a, const auto& b) { return (a.*cell).size() < (b.*cell).size(); })
                ->*cell)
        .size();
  };
  const auto first = width(&Cells::operation), second = width(&Cells::about), third = width(&Cells::known);
  std::string text;
  for (const auto& row : rows)
    text += "  " + padded(row.operation, first) + "  " + padded(row.about, second) + "  " + padded(row.known, third) +
            "  " + row.here + "\n";
  return text;
}

/// An operation a line, and what there is to tell of it.
std::string lines(const std::vector<const Finding*>& findings, std::string Finding::*told) {
  std::size_t width = 0;
  for (const auto* finding : findings) width = std::max(width, finding->operation.size());
  std::string text;
  for (const auto* finding : findings)
    text += "  " + padded(finding->operation, width) + "  " + shown(finding->*told) + "\n";
  return text;
}

std::string as_text(const Result& result) {
  std::string text = shown(result.version) + " at " + shown(result.url) + ": " + summary(result) + "\n";
  for (const auto& note : result.notes) text += "note: " + shown(note) + "\n";
  if (const auto found = of(result, Verdict::differs); !found.empty())
    text += "\ndiffer: what a plan claims of them is not so here\n" + differences_table(found);
  if (const auto found = of(result, Verdict::not_measured); !found.empty())
    text += "\nnot measured: nothing is known of them here\n" + lines(found, &Finding::reason);
  if (const auto found = of(result, Verdict::same); !found.empty())
    text += "\nsame\n" + lines(found, &Finding::statement);
  return text;
}

std::string as_markdown(const Result& result) {
  std::string text = "# Calibration\n\n" + in_markdown(result.version) + " (" + in_markdown(result.url) +
                     "): " + summary(result) + ".\n\n";
  for (const auto& note : result.notes) text += "* " + in_markdown(note) + "\n";
  if (!result.notes.empty()) text += "\n";
  text += "| operation | verdict | | dmc plans by | this server |\n|---|---|---|---|---|\n";
  for (const auto verdict : {Verdict::differs, Verdict::not_measured, Verdict::same})
    for (const auto* finding : of(result, verdict)) {
      const auto head = "| " + in_markdown(finding->operation) + " | " + std::string(word_of(verdict)) + " | ";
      for (const auto& difference : finding->differences)
        text += head + in_markdown(difference.about) + " | " + in_markdown(difference.known) + " | " +
                in_markdown(difference.here) + " |\n";
      if (finding->differences.empty()) text += head + in_markdown(finding->reason) + " | | |\n";
    }
  return text;
}

struct FindingJson {
  const Finding& finding;
  std::string verdict{word_of(finding.verdict)};
  static void fields(auto& self, auto&& visit) {
    visit("operation", self.finding.operation);
    visit("statement", self.finding.statement);
    visit("verdict", self.verdict);
    visit("reason", self.finding.reason);
    visit("differences", self.finding.differences);
  }
};

struct CalibrationJson {
  const Result& result;
  std::int64_t exit_code;
  std::string text;
  std::vector<FindingJson> operations = {};
  static void fields(auto& self, auto&& visit) {
    visit("exit_code", self.exit_code);
    visit("text", self.text);
    visit("url", self.result.url);
    visit("version", self.result.version);
    visit("notes", self.result.notes);
    visit("operations", self.operations);
  }
};

std::string as_json(const Result& result, int exit_code) {
  CalibrationJson json{result, exit_code, summary(result)};
  for (const auto& finding : result.findings) json.operations.push_back({finding});
  return grammar::escaped_json(plan::canonical(json)) + "\n";
}

}  // namespace

std::string render(const Result& result, Format format, int exit_code) {
  if (format == Format::json) return as_json(result, exit_code);
  return format == Format::markdown ? as_markdown(result) : as_text(result);
}

}  // namespace dmc::report
