// Chooses the format.
#include "runtime/report/report.hpp"

#include "runtime/report/formats.hpp"

namespace dmc::report {

namespace {

template <class Result>
std::string render_as(const Result& result, Format format) {
  switch (format) {
    case Format::text:
      return as_text(result);
    case Format::json:
      return as_json(result);
    case Format::markdown:
      return as_markdown(result);
  }
  return as_text(result);
}

}  // namespace

std::string render(const executor::RunResult& result, Format format) { return render_as(result, format); }
std::string render(const executor::StatusResult& result, Format format) { return render_as(result, format); }
std::string render(const executor::DriftResult& result, Format format) { return render_as(result, format); }
std::string render(const executor::VerifyResult& result, Format format) { return render_as(result, format); }
std::string render(const executor::PurgeResult& result, Format format) {
  return format == Format::json ? as_json(result) : as_text(result);
}

}  // namespace dmc::report
