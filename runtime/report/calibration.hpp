// What a server does, beside what dmc plans by.
#pragma once

#include <string>

#include "runtime/calibrate/calibrate.hpp"
#include "runtime/report/report.hpp"

namespace dmc::report {

/// As `report.hpp`. Every operation is named, those that differ first.
std::string render(const calibrate::Result& result, Format format, int exit_code);

}  // namespace dmc::report
