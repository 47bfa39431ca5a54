// An engine that is none: it lowers each change to one statement that a person can read, so that what is tested is not
// the SQL.
#pragma once

#include <string>

#include "compiler/change/change.hpp"
#include "compiler/dialects/dialect.hpp"

namespace dmc::tests {

/// "alter table users: add column slug text; drop column first with backup"
std::string described(const change::ChangeKind& kind);

/// The dialects of a build that knows the engine `fake` alone: it has schemas (`main` is the default one), needs a
/// table before a foreign key on it, folds no names, renames in views, triggers and expressions, and widens int to
/// bigint and either to text.
dialects::Dialects fake_dialects();

}  // namespace dmc::tests
