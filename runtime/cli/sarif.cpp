// Diagnostics as SARIF 2.1.0, which code review shows beside the line. The format is OASIS's; only what it requires and
// what a reviewer reads is written, and a member without a value is an empty list, because SARIF knows no null.
#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/plan/canonical.hpp"
#include "runtime/cli/findings.hpp"

namespace dmc::cli {
namespace {

struct Message {
  std::string text;
  static void fields(auto& self, auto&& visit) { visit("text", self.text); }
};
struct Rule {
  std::string id;
  static void fields(auto& self, auto&& visit) { visit("id", self.id); }
};
struct Driver {
  std::string name;
  std::string version;
  std::vector<Rule> rules;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("version", self.version);
    visit("rules", self.rules);
  }
};
struct Tool {
  Driver driver;
  static void fields(auto& self, auto&& visit) { visit("driver", self.driver); }
};
struct Artifact {
  std::string uri;
  std::string base = "%SRCROOT%";
  static void fields(auto& self, auto&& visit) {
    visit("uri", self.uri);
    visit("uriBaseId", self.base);
  }
};
struct Region {
  std::int64_t start_line = 1, start_column = 1, end_line = 1, end_column = 1;
  static void fields(auto& self, auto&& visit) {
    visit("startLine", self.start_line);
    visit("startColumn", self.start_column);
    visit("endLine", self.end_line);
    visit("endColumn", self.end_column);
  }
};
struct Physical {
  Artifact artifact;
  Region region;
  static void fields(auto& self, auto&& visit) {
    visit("artifactLocation", self.artifact);
    visit("region", self.region);
  }
};
struct Location {
  Physical physical;
  Message message;
  static void fields(auto& self, auto&& visit) {
    visit("physicalLocation", self.physical);
    visit("message", self.message);
  }
};
struct Result {
  std::string rule;
  std::string level;
  Message message;
  std::vector<Location> locations;
  std::vector<Location> related;
  static void fields(auto& self, auto&& visit) {
    visit("ruleId", self.rule);
    visit("level", self.level);
    visit("message", self.message);
    visit("locations", self.locations);
    visit("relatedLocations", self.related);
  }
};
struct Run {
  Tool tool;
  std::vector<Result> results;
  std::string columns = "unicodeCodePoints";
  static void fields(auto& self, auto&& visit) {
    visit("tool", self.tool);
    visit("results", self.results);
    visit("columnKind", self.columns);
  }
};
struct Log {
  std::string schema = "https://json.schemastore.org/sarif-2.1.0.json";
  std::string version = "2.1.0";
  std::vector<Run> runs;
  static void fields(auto& self, auto&& visit) {
    visit("$schema", self.schema);
    visit("version", self.version);
    visit("runs", self.runs);
  }
};

std::string uri_of(std::string_view name) {
  std::string uri;
  for (const char c : name) {
    const bool plain =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

Location location_of(grammar::Span span, const grammar::Sources& sources, const std::string& folder,
                     const std::string& text) {
  const auto real = sources.origin(span);
  const auto begin = sources.position(real);
  const auto end = sources.position({real.file, real.end, real.end});
  return {{{uri_of(folder + sources.file(real.file).name)}, {begin.line, begin.column, end.line, end.column}}, {text}};
}

/// A reviewer sees one text: what is wrong, what was expected, how to mend it.
std::string whole_text(const grammar::Diagnostic& diagnostic) {
  std::string text = grammar::escaped(diagnostic.message);
  if (!diagnostic.label.empty()) text += "\n" + grammar::escaped(diagnostic.label);
  for (const auto& line : diagnostic.help) text += "\n" + grammar::escaped(line);
  return text;
}

}  // namespace

std::string findings_sarif(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources,
                           std::string_view version, const std::string& folder, const std::vector<FileFinding>& files) {
  Run run;
  run.tool.driver.name = "dmc";
  run.tool.driver.version = version;
  for (const auto& diagnostic : diagnostics.sorted()) {
    Result result;
    result.rule = diagnostic.code;
    result.level = grammar::word_of(diagnostic.severity);
    result.message.text = whole_text(diagnostic);
    if (diagnostic.span)
      result.locations.push_back(location_of(*diagnostic.span, sources, folder, grammar::escaped(diagnostic.label)));
    for (const auto& note : diagnostic.notes)
      result.related.push_back(location_of(note.span, sources, folder, grammar::escaped(note.text)));
    run.results.push_back(std::move(result));
  }
  for (const auto& each : files)
    run.results.push_back(
        {std::string(file_rule), "error", {each.error}, {{{{uri_of(folder + each.file)}, {}}, {each.error}}}, {}});
  for (const auto& result : run.results) run.tool.driver.rules.push_back({result.rule});
  auto& rules = run.tool.driver.rules;
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
  rules.erase(std::unique(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) { return a.id == b.id; }),
              rules.end());
  Log log;
  log.runs.push_back(std::move(run));
  return grammar::escaped_json(plan::canonical(log)) + "\n";
}

}  // namespace dmc::cli
