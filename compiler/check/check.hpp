// Texts to the checked model: parse, names, types, patterns. The door of the folder.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "compiler/model/project.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"

namespace dmc::check {

/// A project file as found on disk: path relative to the project, with '/', and its bytes.
struct SourceText {
  std::string name;
  std::string text;
};

/// Reads and checks every file, in the order of their names whatever order they come in. Always answers a project: what
/// is wrong is in `diagnostics`, and what was wrong is left out of the answer. Files are added to `sources`, so spans
/// stay good.
model::Project check(const std::vector<SourceText>& files, grammar::Sources& sources,
                     const dialects::Dialects& dialects, grammar::Diagnostics& diagnostics);

}  // namespace dmc::check
