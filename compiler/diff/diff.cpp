// Survey, comparison, walk: what the statements mean, what is left to do, and in which order all of it runs.
#include "compiler/diff/diff.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/diff/compare.hpp"
#include "compiler/diff/going.hpp"
#include "compiler/diff/join.hpp"
#include "compiler/diff/place.hpp"

namespace dmc::diff {

namespace {

/// What the path of a statement names. An index may stand by itself, or behind its database.
void note(const model::Path& path, std::string_view kind, const std::vector<State>& states, std::vector<Named>& names) {
  const auto known = kind_of(kind);
  if (path.parts.empty() || !known) return;
  const bool unknown = candidates(path, *known, states).empty();
  if (!is_member(*known))
    names.push_back({path.parts.back(), {}, unknown});
  else if (path.parts.size() == 1 || *known == Kind::index)
    names.push_back({{}, path.parts.back(), unknown});
  else
    names.push_back({path.parts[path.parts.size() - 2], path.parts.back(), unknown});
}

/// The new name as a path of its own: a member's stands in its table.
model::Path target_path(const model::RenameStatement& rename) {
  model::Path to = rename.to;
  if (to.parts.size() == 1 && rename.from.parts.size() > 1) {
    to = rename.from;
    to.parts.back() = rename.to.parts.back();
  }
  return to;
}

/// What a statement that failed names: that looks undeclared for no other reason.
void note_names(const model::Statement& statement, const std::vector<State>& states, std::vector<Named>& names) {
  if (const auto* rename = std::get_if<model::RenameStatement>(&statement.kind)) {
    note(rename->from, rename->object_kind, states, names);
    note(target_path(*rename), rename->object_kind, states, names);
  }
  if (const auto* drop = std::get_if<model::DropStatement>(&statement.kind))
    note(drop->path, drop->object_kind, states, names);
  if (const auto* retype = std::get_if<model::RetypeStatement>(&statement.kind))
    note(retype->column, "column", states, names);
  if (const auto* rebuild = std::get_if<model::RebuildStatement>(&statement.kind))
    note(rebuild->table, "table", states, names);
  if (const auto* backfill = std::get_if<model::BackfillStatement>(&statement.kind))
    for (const auto& assignment : backfill->set) {
      model::Path column = backfill->table;
      column.parts.push_back(assignment.column);
      note(column, "column", states, names);
    }
  if (const auto* forget = std::get_if<model::ForgetStatement>(&statement.kind))
    note(forget->path, forget->object_kind, states, names);
  if (const auto* run = std::get_if<model::RunStatement>(&statement.kind); run && run->for_object)
    note(run->for_object->second, run->for_object->first, states, names);
}

/// What a failed statement was about may bear another name by the end of the change.
void follow_rename(const model::Statement& statement, std::vector<Named>& names) {
  const auto* rename = std::get_if<model::RenameStatement>(&statement.kind);
  if (!rename) return;
  const bool member = kind_of(rename->object_kind) && is_member(*kind_of(rename->object_kind));
  const std::string &from = rename->from.parts.back(), &to = rename->to.parts.back();
  std::vector<Named> followed;
  for (const Named& named : names) {
    if (member && named.member == from) followed.push_back({named.object, to, false});
    if (!member && named.object == from) followed.push_back({to, named.member, named.unknown});
  }
  names.insert(names.end(), followed.begin(), followed.end());
}

std::vector<change::Change> walk(const Ground& ground, const Survey& survey, std::vector<std::vector<Delta>> deltas) {
  std::vector<State> states = ground.before();
  std::vector<change::Change> changes;
  Order order(ground, survey, states, std::move(deltas), changes);
  const auto& statements = ground.intent().statements;
  for (std::size_t number = 0; number < statements.size(); ++number) {
    order.settle(number);
    perform_statement({ground, states, statements[number], number, nullptr, &order});
  }
  if (!ground.diagnostics().has_errors()) order.finish();
  return join_rebuilds(std::move(changes));
}

}  // namespace

Survey survey(const Ground& ground) {
  Survey found;
  found.after = ground.before();
  const auto& statements = ground.intent().statements;
  for (std::size_t number = 0; number < statements.size(); ++number)
    if (perform_statement({ground, found.after, statements[number], number, &found, nullptr}))
      follow_rename(statements[number], found.failed);
    else
      note_names(statements[number], found.after, found.failed);
  return found;
}

Difference diff(const std::vector<model::Database>& base, std::vector<model::Database>& desired,
                const model::Intent& intent, const dialects::Dialects& dialects, const grammar::Sources& sources,
                grammar::Diagnostics& diagnostics) {
  const Ground ground(base, desired, intent, dialects, sources, diagnostics);
  const Survey found = survey(ground);
  Difference difference;
  auto deltas = compare(ground, found, difference.undeclared);
  in_order(ground, found, difference.undeclared);
  // The walk needs statements that all mean something: with one missing, it would only repeat that in other words.
  if (!diagnostics.has_errors()) difference.changes = walk(ground, found, std::move(deltas));
  return difference;
}

}  // namespace dmc::diff
