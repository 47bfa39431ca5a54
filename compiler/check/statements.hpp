// One statement of a change from syntax to model.
#pragma once

#include <optional>

#include "compiler/check/changes.hpp"

namespace dmc::check {

/// Nothing after an error. A use is none of them: it is expanded before.
std::optional<model::StatementKind> read_statement(Context& context, const StatementPlace& place,
                                                   const ast::Statement& statement);

/// A query and its answer; `means` says what holds when it is right. `database` decides how a truth value is written.
plan::QueryCheck read_expectation(Context& context, const KnownDatabase* database, const ast::Expectation& expectation,
                                  std::string means);

/// The database of that name, or null after an error with the nearest.
const KnownDatabase* find_database(Context& context, const StatementPlace& place, const ast::Name& name);

plan::Pace read_pace(Context& context, const ast::Pace& pace);
model::Path read_path(const ast::Path& path);
/// `run … { … }`, the escape hatch; its rules fill a file of their own.
std::optional<model::StatementKind> read_run(Context& context, const StatementPlace& place, const ast::Run& run);

/// Checks that the model knows the kind and that the path can name one of it; nothing after an error.
std::optional<model::Path> read_subject(Context& context, const StatementPlace& place, const ast::Subject& subject);

}  // namespace dmc::check
