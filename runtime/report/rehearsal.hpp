// Rehearsals, proofs and preflights as texts.
#pragma once

#include <string>

#include "runtime/executor/preflight.hpp"
#include "runtime/rehearse/rehearse.hpp"
#include "runtime/report/report.hpp"
#include "runtime/trust/proof.hpp"

namespace dmc::report {

/// As `report.hpp`: all end with a line break, foreign texts are escaped. Where there is no Markdown, it is the text.
std::string render(const rehearse::Result& result, Format format);
std::string render(const trust::Proof& proof, Format format);
std::string render(const executor::PreflightResult& result, Format format);

}  // namespace dmc::report
