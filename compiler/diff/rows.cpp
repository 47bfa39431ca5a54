// backfill T set …, drop rows of T, verify, gate
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diff/place.hpp"
#include "compiler/model/print.hpp"

namespace dmc::diff {

namespace {

const model::Table* find_either(const Subject& table, const Place& place) {
  if (const auto* here = place.state(table.site).tables.find(table.path)) return here;
  return place.wanted(table.site).tables.find(table.path);
}

bool is_key(const model::Table& table, const std::string& column) {
  return table.primary_key && std::ranges::find(table.primary_key->elements, column, &model::Element::column) !=
                                  table.primary_key->elements.end();
}

/// The later statement that renames the table, when the column comes to it under its new name.
const model::Statement* later_rename(const Subject& table, const std::string& column, const Place& place) {
  const auto& statements = place.ground.intent().statements;
  for (std::size_t at = place.number + 1; at < statements.size(); ++at) {
    const auto* rename = std::get_if<model::RenameStatement>(&statements[at].kind);
    if (!rename || rename->object_kind != "table" || rename->from.parts.back() != table.path) continue;
    const auto* desired = place.wanted(table.site).tables.find(rename->to.text());
    if (desired && desired->column(column)) return &statements[at];
  }
  return nullptr;
}

/// The table's spelling of a column that a backfill sets: one that is there, or that the desired state adds.
std::optional<std::string> column_to_fill(const Subject& table, const model::Assignment& assignment,
                                          const Place& place) {
  const auto* here = place.state(table.site).tables.find(table.path);
  const auto* desired = place.wanted(table.site).tables.find(table.path);
  const model::Column* column = here ? here->column(assignment.column) : nullptr;
  const bool coming = !column && desired && desired->column(assignment.column);
  if (coming && (place.surveying() || !here)) column = desired->column(assignment.column);
  if (!column && coming) {
    place
        .error("E0298", assignment.origin,
               fmt::format("the column '{}' is not there yet",
                           place.ground.shown(table.site, table.path, assignment.column)),
               "at this place of the change")
        .help.push_back("it comes once every name in it exists: move this statement behind the one that brings them");
    return std::nullopt;
  }
  if (!column) {
    auto& diagnostic = place.error(
        "E0291", assignment.origin,
        fmt::format("there is no column '{}'", place.ground.shown(table.site, table.path, assignment.column)),
        "neither at this place of the change nor in the desired state");
    if (const auto* rename = later_rename(table, assignment.column, place)) {
      diagnostic.help.push_back(
          fmt::format("it comes once the table bears its new name: move this behind  {};", rename->words));
      return std::nullopt;
    }
    std::vector<std::string_view> names;
    for (const auto* side : {here, desired})
      if (side)
        for (const auto& candidate : side->columns) names.push_back(candidate.name);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    for (const auto& near : grammar::nearest(assignment.column, names))
      diagnostic.help.push_back(fmt::format("did you mean '{}'?", near));
    return std::nullopt;
  }
  if (here && is_key(*here, column->name)) {
    auto& diagnostic =
        place.error("E0290", assignment.origin,
                    fmt::format("'{}' is in the primary key", place.ground.shown(table.site, table.path, column->name)),
                    "a backfill goes from row to row by the key, and would meet a row again that it moved");
    diagnostic.help.push_back(fmt::format("set all of them at once:  run '…' on {} {{ do (update {} set {} = …); … }}",
                                          model::quoted(place.state(table.site).name), model::quoted(table.path),
                                          model::quoted(column->name)));
    return std::nullopt;
  }
  if (column->generated) {
    place.error("E0294", assignment.origin,
                fmt::format("'{}' is generated", place.ground.shown(table.site, table.path, assignment.column)),
                "its values follow from its expression and cannot be set");
    return std::nullopt;
  }
  return column->name;
}

/// Values that are overwritten are kept, or the statement says that they are not.
bool check_backup(const model::BackfillStatement& statement, const Subject& table, const std::vector<std::string>& old,
                  const Place& place) {
  if (old.empty() || statement.backup != model::Backup::unsaid) return true;
  auto& diagnostic = place.error(
      "E0297",
      fmt::format("this overwrites the values of '{}'", place.ground.shown(table.site, table.path, old.front())),
      "say whether they are kept");
  diagnostic.help.push_back("add 'with backup', or 'without backup', before the pace");
  return false;
}

}  // namespace

bool perform(const model::BackfillStatement& statement, const Place& place) {
  if (statement.set.empty()) {
    place.error("E0290", "the backfill of a view is not supported by this version",
                "a table, with 'set column = (…)', is");
    return false;
  }
  const auto table = resolve_coming(statement.table, Kind::table, place);
  if (!table) return false;
  model::BackfillStatement resolved = statement;
  std::vector<std::string> old;
  bool all_known = true;
  for (auto& assignment : resolved.set) {
    const auto column = column_to_fill(*table, assignment, place);
    all_known &= column.has_value();
    if (!column) continue;
    assignment.column = *column;
    const Subject filled{table->site, Kind::column, table->path, *column};
    if (place.survey) {
      const auto* here = place.state(table->site).tables.find(table->path);
      if (here && here->column(*column)) old.push_back(*column);
      place.survey->fills.emplace(filled, place.number);
    } else if (!place.order->is_new(filled) && !place.order->is_new({table->site, Kind::table, table->path, {}})) {
      old.push_back(*column);
    }
  }
  if (!all_known || !check_backup(statement, *table, old, place)) return false;
  if (place.surveying()) return true;
  place.add(table->site, "table " + table->path,
            change::BackfillRows{*find_either(*table, place), std::move(resolved), old.empty()});
  return true;
}

bool perform(const model::DropRowsStatement& statement, const Place& place) {
  const auto table = resolve_coming(statement.table, Kind::table, place);
  if (!table) return false;
  if (statement.backup == model::Backup::unsaid) {
    place
        .error("E0297", fmt::format("this deletes rows of '{}'", place.ground.shown(table->site, table->path)),
               "say whether they are kept")
        .help.push_back("add 'with backup', or 'without backup', before the pace");
    return false;
  }
  if (place.order)
    place.add(table->site, "table " + table->path, change::DropRows{*find_either(*table, place), statement});
  return true;
}

bool perform(const model::VerifyStatement& statement, const Place& place) {
  const auto site = site_at(statement.database, statement.database_origin, place);
  if (site && place.order) place.add(*site, fmt::format("verify '{}'", statement.name), change::VerifyQuery{statement});
  return site.has_value();
}

bool perform(const model::GateStatement& statement, const Place& place) {
  change::Change change{
      change::WaitAtGate{statement}, {},  fmt::format("gate '{}'", statement.text), place.ground.words(place.statement),
      place.statement.origin,        true};
  if (!statement.database) {
    if (place.ground.sites().empty()) {
      place.error("E0291", "there is no database that could wait at this gate", "the project declares none");
      return false;
    }
    if (place.order) place.order->add_gate(std::move(change));
    return true;
  }
  const auto site = site_at(*statement.database, place.statement.origin, place);
  if (!site) return false;
  change.database = place.state(*site).name;
  if (place.order) place.order->add_gate(std::move(change));
  return true;
}

}  // namespace dmc::diff
