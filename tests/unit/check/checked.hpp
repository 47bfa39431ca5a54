// Runs a check on texts in memory, for tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "compiler/check/check.hpp"
#include "compiler/dialects/dialect.hpp"

namespace dmc::tests {

struct Checked {
  model::Project project;
  std::string findings;  ///< every diagnostic as a person reads it, a blank line between two
};

/// Checks the files with the dialects of this build. A project.mig is added when no file declares a project.
Checked checked(std::vector<check::SourceText> files);
Checked checked(std::vector<check::SourceText> files, const dialects::Dialects& dialects);

/// One file, schema/shop.mig.
Checked checked(std::string text);

/// Engines that are none: they take the rules of names and schemas from their description, and any of a few types. One
/// folds names as SQLite does, the other is like PostgreSQL: lower case, 63 bytes, schemas.
dialects::Dialects pretended_dialects();

}  // namespace dmc::tests
