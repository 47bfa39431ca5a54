// Whether the facts that dmc plans by are so on a given server: every operation that was once measured is tried out
// there again, on a database made for it. The door of the folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/session/stop.hpp"
#include "runtime/session/target.hpp"

namespace dmc::calibrate {

struct Difference {
  std::string about;  ///< "lock on t", "work", "statement"
  std::string known;  ///< what dmc plans by: "share update exclusive"
  std::string here;   ///< what this server does

  static void fields(auto& self, auto&& visit) {
    visit("about", self.about);
    visit("known", self.known);
    visit("here", self.here);
  }
};

enum class Verdict { same, differs, not_measured };
/// "same", "differs", "not measured"
std::string_view word_of(Verdict verdict);

struct Finding {
  std::string operation;  ///< "add_fk_not_valid"
  std::string statement;
  Verdict verdict = Verdict::same;
  std::string reason = {};  ///< why it could not be measured
  std::vector<Difference> differences = {};
};

struct Result {
  enum class End { compared, interrupted, refused };
  End end = End::compared;
  std::string code = {};  ///< of a refusal
  std::string text = {};  ///< what ended it before everything was compared
  std::string url = {};   ///< without a password
  std::string version = {};
  std::vector<std::string> notes = {};
  std::vector<Finding> findings = {};  ///< one for each operation
};

/// Tries everything out on the server of that address, in a database of its own which is gone at the end. Throws
/// session::SessionError when the server cannot be reached, or breaks off.
using Calibrate = Result (*)(const session::Url& server, session::Connector& connector, session::Stop& stop);

/// Null for an engine of which nothing was measured.
Calibrate calibration_of(std::string_view engine);

}  // namespace dmc::calibrate
