// Results as text for a person, as JSON for a program, as Markdown for a page. The door of the folder.
#pragma once

#include <string>

#include "runtime/executor/result.hpp"

namespace dmc::report {

enum class Format { text, json, markdown };

/// All end with a line break. Names and texts that came from elsewhere are escaped.
std::string render(const executor::RunResult& result, Format format);
std::string render(const executor::StatusResult& result, Format format);
std::string render(const executor::DriftResult& result, Format format);
std::string render(const executor::VerifyResult& result, Format format);
/// As text or JSON: there is no page of it.
std::string render(const executor::PurgeResult& result, Format format);

}  // namespace dmc::report
