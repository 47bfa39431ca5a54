// Findings as the two large forges show them beside a line: commands in a workflow's log (GitHub's "workflow
// commands"), and a Code Quality report (GitLab's, after Code Climate).
#include <map>

#include <fmt/format.h>

#include "compiler/plan/canonical.hpp"
#include "compiler/plan/digest.hpp"
#include "runtime/cli/findings.hpp"

namespace dmc::cli {
namespace {

/// What ends a command or one of its properties is written as its number.
std::string in_command(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text)
    if (c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ',')))
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      out += c;
  return out;
}

/// What is wrong, what was expected, how to mend it, and where else to look.
std::string whole_text(const Finding& finding) {
  std::string text = grammar::escaped(finding.message);
  if (!finding.label.empty()) text += "\n" + grammar::escaped(finding.label);
  for (const auto& line : finding.help) text += "\n" + grammar::escaped(line);
  for (const auto& note : finding.notes)
    text += fmt::format("\n{}: {}, line {}", grammar::escaped(note.text), grammar::escaped(note.place.file),
                        note.place.line);
  return text;
}

struct Lines {
  std::int64_t begin = 1, end = 1;
  static void fields(auto& self, auto&& visit) {
    visit("begin", self.begin);
    visit("end", self.end);
  }
};
struct Location {
  std::string path;
  Lines lines;
  static void fields(auto& self, auto&& visit) {
    visit("path", self.path);
    visit("lines", self.lines);
  }
};
struct Issue {
  std::string description, check, fingerprint, severity;
  Location location;
  static void fields(auto& self, auto&& visit) {
    visit("description", self.description);
    visit("check_name", self.check);
    visit("fingerprint", self.fingerprint);
    visit("severity", self.severity);
    visit("location", self.location);
  }
};

/// As a forge wants it: from the root of the repository.
std::string file_of(const Finding& finding, const std::string& folder) {
  return folder + (finding.place ? finding.place->file : "project.mig");
}

std::string fingerprint_of(const std::string& what) {
  const auto digest = plan::digest(what);
  return digest.substr(digest.find(':') + 1);
}

std::string severity_of(const Finding& finding) {
  if (finding.severity == "error") return "critical";
  return finding.severity == "warning" ? "minor" : "info";
}

}  // namespace

std::string findings_github(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources,
                            const std::string& folder, const std::vector<FileFinding>& files) {
  std::string out;
  for (const auto& finding : findings_of(diagnostics, sources)) {
    out += "::" + (finding.severity == "note" ? "notice" : finding.severity) + " ";
    if (finding.place) {
      out += fmt::format("file={},line={},endLine={},", in_command(file_of(finding, folder), true), finding.place->line,
                         finding.place->end_line);
      // Columns are only shown within one line.
      if (finding.place->line == finding.place->end_line)
        out += fmt::format("col={},endColumn={},", finding.place->column, finding.place->end_column);
    }
    out += "title=" + in_command(finding.code, true) + "::" + in_command(whole_text(finding), false) + "\n";
  }
  for (const auto& each : files)
    out += fmt::format("::error file={}::{}\n", in_command(folder + each.file, true), in_command(each.error, false));
  return out;
}

std::string findings_gitlab(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources,
                            const std::string& folder, const std::vector<FileFinding>& files) {
  std::vector<Issue> issues;
  std::map<std::string, int> met;
  for (const auto& finding : findings_of(diagnostics, sources)) {
    const auto file = file_of(finding, folder);
    // Without its line: what moves with the text around it is the same finding.
    const auto what = finding.code + "\n" + file + "\n" + finding.message;
    const auto fingerprint = fingerprint_of(fmt::format("{}\n{}", what, met[what]++));
    const Lines lines = finding.place ? Lines{finding.place->line, finding.place->end_line} : Lines{};
    issues.push_back({whole_text(finding), finding.code, fingerprint, severity_of(finding), {file, lines}});
  }
  for (const auto& each : files) {
    const auto file = folder + each.file;
    issues.push_back(
        {each.error, std::string(file_rule), fingerprint_of(file + "\n" + each.error), "critical", {file, {}}});
  }
  return grammar::escaped_json(plan::canonical(issues)) + "\n";
}

}  // namespace dmc::cli
