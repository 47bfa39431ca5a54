// Diagnostics on their way out: as text with carets, JSON, SARIF 2.1.0 or Markdown.
#pragma once

#include <string>
#include <string_view>

#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/paint.hpp"

namespace dmc::cli {

enum class FindingsFormat { text, json, sarif, markdown };

/// `--format` with these four words, of the commands that report findings.
Option findings_option();
FindingsFormat findings_format(const Arguments& arguments);

std::string findings_text(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources, Paint paint);
std::string findings_json(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources);
std::string findings_sarif(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources, std::string_view version);
std::string findings_markdown(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources);
std::string findings(FindingsFormat format, const grammar::Diagnostics& diagnostics, const grammar::Sources& sources, Paint paint);

/// "2 errors, 1 warning"; empty when there is nothing.
std::string findings_count(const grammar::Diagnostics& diagnostics);

/// The format names of the options that only know text and JSON.
Option text_or_json_option();
bool as_json(const Arguments& arguments);

}  // namespace dmc::cli
