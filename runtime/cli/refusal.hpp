// A refusal on its way out: for programs one JSON document, as where findings or a report would have stood.
#pragma once

#include <string>
#include <vector>

#include "runtime/cli/exit.hpp"
#include "runtime/cli/findings.hpp"

namespace dmc::cli {

/// A file was read and cannot be used: what is wrong with it goes before the sentence, place by place.
class FoundRefusal : public Refusal {
 public:
  FoundRefusal(Exit exit, const std::string& happened, const grammar::Diagnostics& diagnostics,
               const grammar::Sources& sources, std::vector<std::string> next = {});
  std::vector<Finding> findings;  ///< for programs
  std::string shown;              ///< for people
};

/// What to type or to know next, line by line, as it stands below the sentence for people.
std::vector<std::string> lines_below(const Refusal& refusal);

/// `{"exit_code":…,"findings":[…],"text":…}` and a line feed: every reason is a finding with its code, or the sentence
/// itself is the only one. A finding that has no code leaves it empty.
std::string refusal_json(const Refusal& refusal);

}  // namespace dmc::cli
