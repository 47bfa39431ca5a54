// The three ways to write each result; `render` chooses.
#pragma once

#include <string>

#include "runtime/executor/result.hpp"

namespace dmc::report {

std::string as_text(const executor::RunResult& result);
std::string as_text(const executor::StatusResult& result);
std::string as_text(const executor::DriftResult& result);
std::string as_text(const executor::VerifyResult& result);
std::string as_text(const executor::PurgeResult& result);

std::string as_json(const executor::RunResult& result);
std::string as_json(const executor::StatusResult& result);
std::string as_json(const executor::DriftResult& result);
std::string as_json(const executor::VerifyResult& result);
std::string as_json(const executor::PurgeResult& result);

std::string as_markdown(const executor::RunResult& result);
std::string as_markdown(const executor::StatusResult& result);
std::string as_markdown(const executor::DriftResult& result);
std::string as_markdown(const executor::VerifyResult& result);

}  // namespace dmc::report
