// Where a statement stands: what it may look at and change. Every statement is met twice: in the survey, which finds
// out what it means, and on the walk, on which everything else has found its place too.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diff/order.hpp"
#include "compiler/diff/survey.hpp"

namespace dmc::diff {

struct Place {
  const Ground& ground;
  std::vector<State>& states;
  const model::Statement& statement;
  std::size_t number = 0;    ///< of the statement, from 0
  Survey* survey = nullptr;  ///< on the survey; then there is no order yet
  Order* order = nullptr;    ///< on the walk

  bool surveying() const { return survey != nullptr; }
  State& state(std::size_t site) const { return states[site]; }
  const State& wanted(std::size_t site) const { return ground.wanted()[site]; }
  /// Adds a change of this statement and does it.
  void add(std::size_t site, std::string object, change::ChangeKind kind) const;
  grammar::Diagnostic& error(std::string_view code, std::string message, std::string label = {}) const;
  grammar::Diagnostic& error(std::string_view code, const model::Origin& where, std::string message,
                             std::string label = {}) const;
};

/// Each does what its statement says, at its place. False when it could not, which is then reported.
bool perform(const model::RenameStatement& statement, const Place& place);
bool perform(const model::DropStatement& statement, const Place& place);
bool perform(const model::DropRowsStatement& statement, const Place& place);
bool perform(const model::RetypeStatement& statement, const Place& place);
bool perform(const model::RebuildStatement& statement, const Place& place);
bool perform(const model::BackfillStatement& statement, const Place& place);
bool perform(const model::VerifyStatement& statement, const Place& place);
bool perform(const model::GateStatement& statement, const Place& place);
bool perform(const model::RunStatement& statement, const Place& place);
bool perform(const model::ApplyStatement& statement, const Place& place);
bool perform(const model::AcceptStatement& statement, const Place& place);
bool perform(const model::AdoptStatement& statement, const Place& place);
bool perform(const model::ForgetStatement& statement, const Place& place);

/// The same of `rename value`.
bool rename_value(const model::RenameStatement& statement, const Place& place);

inline bool perform_statement(const Place& place) {
  return std::visit([&](const auto& kind) { return perform(kind, place); }, place.statement.kind);
}

/// The kind that a statement names, or an error that this version does not know it.
std::optional<Kind> kind_at(std::string_view words, const Place& place);
/// The database of that name, or an error with the nearest.
std::optional<std::size_t> site_at(std::string_view database, const model::Origin& where, const Place& place);
/// What the path means there; of what only the desired state has, what it will be.
std::optional<Subject> resolve_coming(const model::Path& path, Kind kind, const Place& place);

}  // namespace dmc::diff
