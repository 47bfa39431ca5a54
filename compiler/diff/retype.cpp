// retype A, rebuild table T, apply KIND A
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diff/keeping.hpp"
#include "compiler/diff/place.hpp"
#include "compiler/model/print.hpp"

namespace dmc::diff {

namespace {

/// What `retype` changes of a column, and nothing else.
bool same_values(const model::Column& one, const model::Column& other) {
  return one.type == other.type && one.collation == other.collation && one.generated == other.generated &&
         one.ephemeral.has_value() == other.ephemeral.has_value();
}

const model::Column* desired_column(const model::Table* table, const Subject& subject, const Place& place) {
  const auto* column = table ? table->column(subject.member) : nullptr;
  if (!column && place.surveying())
    place
        .error("E0294", fmt::format("{} is retyped, but the desired state has none such", shown(place.ground, subject)),
               "its new type is what the desired state says")
        .help.push_back("if this change renames it, put this statement behind the rename");
  return column;
}

bool check_retype(const model::RetypeStatement& statement, const Subject& subject, const model::Column& before,
                  const model::Column& after, const model::Table& wanted, const Place& place) {
  if (same_values(before, after)) {
    auto& diagnostic =
        place.error("E0294",
                    fmt::format("{} is {} already, in {} and in the desired state", shown(place.ground, subject),
                                before.type.empty() ? "without a type" : before.type, place.ground.base_name()),
                    "nothing changes its type");
    if (after.origin.span) diagnostic.notes.push_back({*after.origin.span, "declared here"});
    return false;
  }
  if (after.generated && !before.generated) {
    place
        .error("E0294",
               fmt::format("{} becomes generated, and the values that it holds do not", shown(place.ground, subject)),
               "its expression takes the place of every value")
        .help.push_back(
            fmt::format("say what becomes of them:  drop column {} with backup;", written(place.ground, subject)));
    return false;
  }
  const auto& dialect = *place.state(subject.site).dialect;
  const bool widens = before.type == after.type || dialect.widens(before.type, after.type, wanted);
  if (widens || statement.using_expression || dialect.description().converts_types) return true;
  place
      .error("E0208",
             fmt::format("not every {} survives as {}: say how it is to be read",
                         before.type.empty() ? "value of a column without a type" : before.type, after.type),
             "'using' is missing")
      .help.push_back(fmt::format("write:  retype {} using (cast({} as {}));", written(place.ground, subject),
                                  model::quoted(subject.member), after.type));
  return false;
}

/// A table that is written anew has its columns in the order of the source; those that are not declared lie last.
void lie_as_declared(model::Table& table, const model::Table* desired) {
  if (!desired) return;
  const auto place = [&](const model::Column& column) {
    return std::ranges::find(desired->columns, column.name, &model::Column::name) - desired->columns.begin();
  };
  std::ranges::stable_sort(table.columns, {}, place);
}

}  // namespace

bool perform(const model::RetypeStatement& statement, const Place& place) {
  const auto subject = resolve(statement.column, Kind::column, place.ground, place.states);
  if (!subject || is_bound(*subject, place, false)) return false;
  if (statement.keeping_both && !can_keep_both(*subject, place)) return false;
  const auto* wanted = place.wanted(subject->site).tables.find(subject->path);
  const auto* desired = desired_column(wanted, *subject, place);
  if (!desired) return false;
  const auto* table = place.state(subject->site).tables.find(subject->path);
  if (place.surveying() &&
      !check_retype(statement, *subject, *table->column(subject->member), *desired, *wanted, place))
    return false;

  change::AlterTable kind{
      *table, *table, {{subject->member, subject->member, statement.using_expression, statement.undo}}, {}, false};
  auto& column = *std::ranges::find(kind.after.columns, subject->member, &model::Column::name);
  column.type = desired->type;
  column.collation = desired->collation;
  column.generated = desired->generated;
  column.ephemeral = desired->ephemeral;
  kind.pace = statement.pace;
  if (statement.keeping_both) {
    auto old = old_column(statement, *subject, *desired, place);
    if (!old) return false;
    if (place.survey)
      place.survey->old_names.insert_or_assign({subject->site, Kind::column, subject->path, old->name}, place.number);
    kind.after.columns.push_back(std::move(*old));
  }
  if (place.survey) place.survey->retypes.emplace(*subject, place.number);
  // A default has the column's type: the old one must not be read as the new type, nor the new one as the old.
  if (place.order) {
    place.order->take_held(place.number, subject->site, kind.after);
    place.order->take_along(subject->site, kind, subject->member);
  }
  place.add(subject->site, "table " + subject->path, std::move(kind));
  return true;
}

bool perform(const model::RebuildStatement& statement, const Place& place) {
  const auto subject = resolve(statement.table, Kind::table, place.ground, place.states);
  if (!subject || is_bound(*place.state(subject->site).tables.find(subject->path), *subject, place)) return false;
  if (place.survey) {
    place.survey->rebuilds.insert(*subject);
    place.survey->holds.emplace(*subject, place.number);
    return true;
  }
  const auto* table = place.state(subject->site).tables.find(subject->path);
  change::AlterTable kind{*table, *table, {}, {}, true};
  kind.pace = statement.pace;
  place.order->take_held(place.number, subject->site, kind.after);
  lie_as_declared(kind.after, place.wanted(subject->site).tables.find(subject->path));
  place.add(subject->site, "table " + subject->path, std::move(kind));
  return true;
}

bool perform(const model::ApplyStatement& statement, const Place& place) {
  const auto kind = kind_at(statement.object_kind, place);
  if (!kind) return false;
  if (place.survey) {
    const auto subject = resolve_coming(statement.path, *kind, place);
    if (subject) place.survey->holds.emplace(*subject, place.number);
    return subject.has_value();
  }
  if (place.order->release(place.number, place.statement.origin) > 0) return true;
  place.error("E0298",
              fmt::format("nothing of the {} '{}' is left to be applied here", word_of(*kind), statement.path.text()),
              "it is as desired already, or a statement of its own changes it");
  return false;
}

}  // namespace dmc::diff
