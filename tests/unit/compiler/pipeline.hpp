// The door of the compiler with the fake engine: sources as texts, the version before as its catalog.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/compile.hpp"

namespace dmc::tests {

struct Pipeline {
  dialects::Dialects dialects;
  std::vector<std::pair<std::int64_t, std::string>> catalogs;

  Pipeline();
  struct Outcome {
    Compiled compiled;
    std::string findings;
    bool refused = false;
  };
  /// Compiles; what compiles becomes the next catalog when `keep` says so.
  Outcome compile(const std::vector<check::SourceText>& sources, bool keep = true);
  /// The text of the draft, or what was reported.
  std::string draft(const std::vector<check::SourceText>& sources, bool accept_all);
};

/// project.mig, the schema, and a change where there is one.
std::vector<check::SourceText> sources(const std::string& schema, const std::string& change = {});

}  // namespace dmc::tests
