// All that the compiler says about a project, made beside the keystrokes: a value in, a value out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/compile.hpp"
#include "editors/lsp/json.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::lsp {

/// A diagnostic with bytes of a named file.
struct Finding {
  std::string file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  grammar::Diagnostic what;  ///< its spans mean nothing any more
  bool of_check = false;     ///< from the sources alone; else from what is in the catalog, and from the plan
  struct Related {
    std::string file;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string text;
  };
  std::vector<Related> related;
};

struct CheckInput {
  std::string root;
  std::int64_t revision = 0;  ///< of the project's texts
  CompileInput project;
};

struct CheckResult {
  std::string root;
  std::int64_t revision = 0;
  std::vector<Finding> findings;
  model::Project model;
  plan::Plan plan;  ///< no steps when there are errors
};

/// Compiles, and checks what a compile does not read. Never throws for what an author wrote.
CheckResult check(const CheckInput& input, const dialects::Dialects& dialects);

/// The desired state alone, whatever is wrong elsewhere; nothing where that is too much.
model::Project desired_state(const CheckInput& input, const dialects::Dialects& dialects);

/// The places of a diagnostic as bytes of named files, in the pattern's own file where an expansion is meant.
Finding finding_of(const grammar::Diagnostic& diagnostic, const grammar::Sources& sources);

}  // namespace dmc::lsp
