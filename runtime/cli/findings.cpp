// Diagnostics as text, JSON and Markdown.
#include "runtime/cli/findings.hpp"

#include <functional>
#include <optional>

#include <fmt/format.h>

#include "compiler/explain/explain.hpp"
#include "compiler/plan/canonical.hpp"
#include "runtime/cli/words.hpp"
#include "runtime/report/text.hpp"

namespace dmc::cli {
namespace {

struct Found {
  std::vector<Finding> findings;
  static void fields(auto& self, auto&& visit) { visit("findings", self.findings); }
};

FoundPlace place_of(grammar::Span span, const grammar::Sources& sources) {
  const auto real = sources.origin(span);
  const auto begin = sources.position(real);
  const auto end = sources.position({real.file, real.end, real.end});
  return {sources.file(real.file).name, begin.line, begin.column, end.line, end.column};
}

Finding finding_of(const grammar::Diagnostic& diagnostic, const grammar::Sources& sources) {
  Finding finding;
  finding.code = diagnostic.code;
  finding.severity = grammar::word_of(diagnostic.severity);
  finding.message = diagnostic.message;
  finding.label = diagnostic.label;
  if (diagnostic.span) finding.place = place_of(*diagnostic.span, sources);
  for (const auto& note : diagnostic.notes) finding.notes.push_back({place_of(note.span, sources), note.text});
  finding.help = diagnostic.help;
  return finding;
}

/// The first line's "error[…]:" or "warning[…]:" stands out on a terminal.
std::string painted(std::string text, bool error, Paint paint) {
  const auto end = text.find(": ");
  if (!paint.on || end == text.npos) return text;
  const auto head = text.substr(0, end);
  return (error ? paint.red(head) : paint.yellow(head)) + text.substr(end);
}

/// With the folder in front of the path in each line that says a place: "  --> schema/shop.mig:3:5".
std::string in_folder(std::string_view text, const std::string& folder) {
  constexpr std::string_view arrow = "--> ";
  std::string out;
  while (!text.empty()) {
    const auto line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    const auto begin = std::min(line.find_first_not_of(' '), line.size());
    const bool is_place = line.substr(begin).starts_with(arrow);
    const auto path = is_place ? begin + arrow.size() : 0;
    out.append(line.substr(0, path)).append(is_place ? grammar::escaped(folder) : "").append(line.substr(path));
    text.remove_prefix(line.size());
  }
  return out;
}

/// Draws what a person can read: of one file the first hundred, then `say` how many more there are.
void for_people(const grammar::Diagnostics& diagnostics, const std::function<void(const grammar::Diagnostic&)>& draw,
                const std::function<void(const std::string&)>& say) {
  constexpr std::size_t most = 100;
  std::optional<grammar::FileId> file;
  std::size_t drawn = 0, left = 0;
  const auto say_left = [&] {
    if (left > 0) say(fmt::format("… and {} more in this file", left));
    drawn = left = 0;
  };
  for (const auto& diagnostic : diagnostics.sorted()) {
    const auto its_file = diagnostic.span ? std::optional(diagnostic.span->file) : std::nullopt;
    if (its_file != file) say_left();
    file = its_file;
    if (file && drawn == most) {
      ++left;
      continue;
    }
    ++drawn;
    draw(diagnostic);
  }
  say_left();
}

}  // namespace

Option findings_option() {
  return {"--format", "FORMAT", "how findings are written", {"text", "json", "sarif", "markdown", "github", "gitlab"}};
}

FindingsFormat findings_format(const Arguments& arguments) {
  const auto word = arguments.value("--format").value_or("text");
  if (word == "json") return FindingsFormat::json;
  if (word == "sarif") return FindingsFormat::sarif;
  if (word == "markdown") return FindingsFormat::markdown;
  if (word == "github") return FindingsFormat::github;
  if (word == "gitlab") return FindingsFormat::gitlab;
  return FindingsFormat::text;
}

Option text_or_json_option() { return {"--format", "FORMAT", "for people or for programs", {"text", "json"}}; }

bool as_json(const Arguments& arguments) { return arguments.value("--format") == "json"; }

std::string findings_count(const grammar::Diagnostics& diagnostics) {
  std::string out;
  const auto sorted = diagnostics.sorted();
  for (const auto severity : {grammar::Severity::error, grammar::Severity::warning, grammar::Severity::note}) {
    const auto count = static_cast<std::size_t>(std::ranges::count(sorted, severity, &grammar::Diagnostic::severity));
    if (count > 0) out += (out.empty() ? "" : ", ") + counted(count, grammar::word_of(severity));
  }
  return out;
}

std::string findings_text(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources, Paint paint,
                          const std::string& folder) {
  std::string out;
  const auto draw = [&](const grammar::Diagnostic& diagnostic) {
    out += painted(in_folder(grammar::render(diagnostic, sources), folder),
                   diagnostic.severity == grammar::Severity::error, paint);
    if (!out.ends_with('\n')) out += '\n';
    out += '\n';
  };
  for_people(diagnostics, draw, [&](const std::string& more) { out += more + "\n\n"; });
  return out;
}

std::vector<Finding> findings_of(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources) {
  std::vector<Finding> found;
  for (const auto& diagnostic : diagnostics.sorted()) found.push_back(finding_of(diagnostic, sources));
  return found;
}

std::string findings_json(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources) {
  return grammar::escaped_json(plan::canonical(Found{findings_of(diagnostics, sources)})) + "\n";
}

std::string findings_markdown(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources) {
  // Half of what a comment may be long: the page of the plan has the rest.
  constexpr std::size_t most = explain::longest_page / 2;
  if (diagnostics.empty()) return "";
  std::string out = fmt::format("### {}\n\n", findings_count(diagnostics));
  bool is_whole = true;
  const auto add = [&](const std::string& block) {
    const bool fits = out.size() + block.size() <= most;
    if (fits) out += block;
    is_whole &= fits;
  };
  for_people(
      diagnostics,
      [&](const grammar::Diagnostic& diagnostic) {
        auto text = grammar::render(diagnostic, sources);
        while (text.ends_with('\n')) text.pop_back();
        add(report::fenced(text, "") + "\n");
      },
      [&](const std::string& more) { add(more + "\n\n"); });
  return is_whole ? out : out + "… and others, for which there is no room here: say `--format text`\n\n";
}

std::string findings(FindingsFormat format, const grammar::Diagnostics& diagnostics, const grammar::Sources& sources,
                     Paint paint, const std::string& folder, const std::vector<FileFinding>& files) {
  switch (format) {
    case FindingsFormat::text:
      return findings_text(diagnostics, sources, paint, folder);
    case FindingsFormat::json:
      return findings_json(diagnostics, sources);
    case FindingsFormat::sarif:
      return findings_sarif(diagnostics, sources, DMC_VERSION, folder, files);
    case FindingsFormat::github:
      return findings_github(diagnostics, sources, folder, files);
    case FindingsFormat::gitlab:
      return findings_gitlab(diagnostics, sources, folder, files);
    case FindingsFormat::markdown:
      return findings_markdown(diagnostics, sources);
  }
  return {};
}

}  // namespace dmc::cli
