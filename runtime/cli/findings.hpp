// Diagnostics on their way out: as text with carets, JSON, SARIF 2.1.0, Markdown or annotations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/paint.hpp"

namespace dmc::cli {

struct FoundPlace {
  std::string file;
  std::int64_t line = 0;
  std::int64_t column = 0;
  std::int64_t end_line = 0;
  std::int64_t end_column = 0;
  static void fields(auto& self, auto&& visit) {
    visit("file", self.file);
    visit("line", self.line);
    visit("column", self.column);
    visit("end_line", self.end_line);
    visit("end_column", self.end_column);
  }
};

struct FoundNote {
  FoundPlace place;
  std::string text;
  static void fields(auto& self, auto&& visit) {
    visit("place", self.place);
    visit("text", self.text);
  }
};

/// Stands where a code would, of a file that is not what the sources compile to.
inline constexpr std::string_view file_rule = "compile.check";

/// A diagnostic for programs: places as lines and columns, in the pattern's own file where an expansion is meant.
struct Finding {
  std::string code;
  std::string severity;
  std::string message;
  std::string label;
  std::optional<FoundPlace> place;
  std::vector<FoundNote> notes;
  std::vector<std::string> help;
  static void fields(auto& self, auto&& visit) {
    visit("code", self.code);
    visit("severity", self.severity);
    visit("message", self.message);
    visit("label", self.label);
    visit("place", self.place);
    visit("notes", self.notes);
    visit("help", self.help);
  }
};

/// As they are written to JSON, in the order of `Diagnostics::sorted`.
std::vector<Finding> findings_of(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources);

/// What is wrong with a file as a whole.
struct FileFinding {
  std::string file;  ///< from the folder of the project
  std::string error;
};

enum class FindingsFormat { text, json, sarif, markdown, github, gitlab };

/// `--format` with these words, of the commands that report findings.
Option findings_option();
FindingsFormat findings_format(const Arguments& arguments);

/// `folder` is `Project::from`: people click on paths, and editors open them, where the command was typed.
std::string findings_text(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources, Paint paint,
                          const std::string& folder = {});
std::string findings_json(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources);
std::string findings_sarif(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources,
                           std::string_view version, const std::string& folder,
                           const std::vector<FileFinding>& files = {});
/// Annotations of a pull request: for the log of a workflow, and as a report of code quality. `folder` is
/// `Project::in_repository`, here and in SARIF, because the forges go by the path from the root of the repository.
std::string findings_github(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources,
                            const std::string& folder, const std::vector<FileFinding>& files = {});
std::string findings_gitlab(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources,
                            const std::string& folder, const std::vector<FileFinding>& files = {});
std::string findings_markdown(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources);
/// `folder` is `Project::from` of text, and `Project::in_repository` of what a forge reads.
std::string findings(FindingsFormat format, const grammar::Diagnostics& diagnostics, const grammar::Sources& sources,
                     Paint paint, const std::string& folder, const std::vector<FileFinding>& files = {});

/// "2 errors, 1 warning"; empty when there is nothing.
std::string findings_count(const grammar::Diagnostics& diagnostics);

/// The format names of the options that only know text and JSON.
Option text_or_json_option();
bool as_json(const Arguments& arguments);

}  // namespace dmc::cli
