// One line per engine.
#include "runtime/calibrate/engines.hpp"

namespace dmc::calibrate {

Calibrate calibration_of(std::string_view engine) {
  if (engine == "postgres") return calibrate_postgres;
  return nullptr;
}

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::same:
      return "same";
    case Verdict::differs:
      return "differs";
    case Verdict::not_measured:
      return "not measured";
  }
  return "";
}

}  // namespace dmc::calibrate
