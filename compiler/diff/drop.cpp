// drop KIND A
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diff/keeping.hpp"
#include "compiler/diff/place.hpp"
#include "compiler/diff/pointing.hpp"

namespace dmc::diff {

namespace {

using Columns = std::set<std::string>;

Columns columns_in(const std::vector<model::Element>& elements, const model::Table& table, const Names& names) {
  Columns columns;
  for (const auto& element : elements) {
    if (element.column) columns.insert(*element.column);
    if (element.expression)
      for (const auto& [path, column] : read_expression(element.expression->text, names, table.path()).columns)
        columns.insert(column);
  }
  return columns;
}

Columns columns_in(const model::Sql& text, const model::Table& table, const Names& names) {
  Columns columns;
  for (const auto& [path, column] : read_expression(text.text, names, table.path()).columns) columns.insert(column);
  return columns;
}

Columns columns_in(const model::Key& key, const model::Table& table, const Names& names) {
  return columns_in(key.elements, table, names);
}
Columns columns_in(const model::Check& check, const model::Table& table, const Names& names) {
  return columns_in(check.expression, table, names);
}
Columns columns_in(const model::ForeignKey& key, const model::Table&, const Names&) {
  return {key.columns.begin(), key.columns.end()};
}
Columns columns_in(const model::Exclusion& exclusion, const model::Table& table, const Names& names) {
  Columns columns = columns_in(exclusion.elements, table, names);
  if (exclusion.where) columns.merge(columns_in(*exclusion.where, table, names));
  return columns;
}
Columns columns_in(const model::Index& index, const model::Table& table, const Names& names) {
  Columns columns = columns_in(index.elements, table, names);
  columns.insert(index.include.begin(), index.include.end());
  if (index.where) columns.merge(columns_in(*index.where, table, names));
  return columns;
}

/// Takes a column out of its table with what lives inside it: constraints and indexes on it alone. Those on other
/// columns too go when the desired state has another one in their place; the rest points at it from outside.
class ColumnDrop {
 public:
  ColumnDrop(const Subject& subject, const Place& place, model::Table& table)
      : subject_(subject),
        place_(place),
        table_(table),
        names_(place.state(subject.site).dialect->description().names_fold_case) {
    before_ = table;
    names_.add(before_);
  }

  std::vector<Pointer> run() && {
    std::erase_if(table_.columns, [&](const model::Column& column) { return column.name == subject_.member; });
    for (const auto& column : table_.columns)
      if (column.generated && columns_in(column.generated->expression, before_, names_).contains(subject_.member))
        note(Kind::column, column.name, column.origin, "is computed from it", "with backup");
    if (table_.primary_key && goes(*table_.primary_key, Kind::constraint)) table_.primary_key.reset();
    std::erase_if(table_.uniques, [&](const auto& key) { return goes(key, Kind::constraint); });
    std::erase_if(table_.checks, [&](const auto& check) { return goes(check, Kind::constraint); });
    std::erase_if(table_.foreign_keys, [&](const auto& key) { return goes(key, Kind::constraint); });
    std::erase_if(table_.exclusions, [&](const auto& exclusion) { return goes(exclusion, Kind::constraint); });
    std::erase_if(table_.indexes, [&](const auto& index) { return goes(index, Kind::index); });
    return std::move(pointers_);
  }

 private:
  template <class T>
  bool goes(const T& part, Kind kind) {
    const Columns columns = columns_in(part, before_, names_);
    if (!columns.contains(subject_.member)) return false;
    if (columns.size() == 1) return true;
    // The survey leaves it where it is: then the comparison says what becomes of it.
    if (place_.surveying()) return false;
    if (place_.order->replaces(subject_.site, subject_.path, kind, part.name)) return true;
    note(kind, part.name, part.origin, "is on it and on other columns", "");
    return false;
  }

  void note(Kind kind, const std::string& name, const model::Origin& origin, std::string_view why,
            std::string_view how) {
    const Subject part{subject_.site, kind, subject_.path, name};
    pointers_.push_back(
        {fmt::format("{} {}", shown(place_.ground, part), why),
         fmt::format("drop {} {}{}{};", word_of(kind), written(place_.ground, part), how.empty() ? "" : " ", how),
         origin.span});
  }

  const Subject& subject_;
  const Place& place_;
  model::Table& table_;
  model::Table before_;
  Names names_;
  std::vector<Pointer> pointers_;
};

/// What holds rows or values says what becomes of them; nothing else can have a backup.
bool check_backup(const model::DropStatement& statement, const Subject& subject, const Place& place) {
  const bool of_rows = is_of_rows(subject.kind);
  const bool holds = holds_rows(subject, place.state(subject.site));
  const bool is_said = statement.backup != model::Backup::unsaid;
  // That rows may go can be said where there are none.
  if (holds == is_said || (of_rows && statement.backup == model::Backup::without)) return true;
  const std::string target = fmt::format("drop {} {}", word_of(subject.kind), written(place.ground, subject));
  const auto name = shown(place.ground, subject);
  if (!holds) {
    place
        .error(of_rows ? "E0241" : "E0297", fmt::format("{} holds no rows that a backup could keep", name),
               of_rows ? "what is read there are the rows of others, or of nobody"
                       : "leave out 'with backup' or 'without backup'")
        .help.push_back(fmt::format("write:  {};", target));
    return false;
  }
  auto& diagnostic = place.error("E0240",
                                 fmt::format("{} holds {}, and the statement does not say whether they are kept", name,
                                             subject.kind == Kind::column ? "values" : "rows"),
                                 "expected: with backup, or without backup");
  diagnostic.help.push_back(fmt::format("keep what is lost, to restore it:  {} with backup;", target));
  diagnostic.help.push_back(fmt::format("or let it go for good:  {} without backup;", target));
  return false;
}

/// Whether a later rename brings the desired one to this name.
bool arrives_later(const Subject& subject, const Place& place) {
  const auto& statements = place.ground.intent().statements;
  for (std::size_t at = place.number + 1; at < statements.size(); ++at) {
    const auto* rename = std::get_if<model::RenameStatement>(&statements[at].kind);
    if (!rename || kind_of(rename->object_kind) != subject.kind) continue;
    model::Path target = rename->to;
    if (is_member(subject.kind)) {
      target = rename->from;
      target.parts.back() = rename->to.parts.back();
    }
    const auto named = candidates(target, subject.kind, place.states);
    if (std::ranges::find(named, subject) != named.end()) return true;
  }
  return false;
}

/// What is declared just as it is would come back empty: one of the two is a mistake.
bool check_gone(const Subject& subject, const Place& place) {
  const auto* table = place.state(subject.site).tables.find(subject.path);
  const auto* desired = place.wanted(subject.site).tables.find(subject.path);
  if (!table || !desired) return true;
  const bool whole = subject.kind == Kind::table && *table == *desired;
  const auto *column = table->column(subject.member), *wanted = desired->column(subject.member);
  const bool part = subject.kind == Kind::column && column && wanted && *column == *wanted;
  if ((!whole && !part) || arrives_later(subject, place)) return true;
  auto& diagnostic = place.error(
      "E0294", fmt::format("this drops {}, but the desired state still has it", shown(place.ground, subject)),
      "it would come back empty");
  const auto& origin = whole ? desired->origin : wanted->origin;
  if (origin.span)
    diagnostic.notes.push_back({*origin.span, "declared here, just as it is in " + place.ground.base_name()});
  if (whole)
    diagnostic.help.push_back(
        fmt::format("to empty it:  drop rows of {} where (true) with backup;", written(place.ground, subject)));
  return false;
}

/// A foreign key that the desired state points elsewhere goes before its table does.
bool drop_table(const Subject& subject, model::Backup backup, const Place& place) {
  State& state = place.state(subject.site);
  if (place.order) {
    std::vector<std::string> tables;
    state.tables.each([&](const model::Table& other) {
      const bool points =
          std::ranges::any_of(other.foreign_keys, [&](const auto& key) { return key.table == subject.path; });
      if (points && other.path() != subject.path) tables.push_back(other.path());
    });
    for (const auto& path : tables) {
      change::AlterTable kind{*state.tables.find(path), *state.tables.find(path), {}, {}, false};
      const auto gone = std::erase_if(kind.after.foreign_keys, [&](const model::ForeignKey& key) {
        return key.table == subject.path && place.order->replaces(subject.site, path, Kind::constraint, key.name);
      });
      if (gone > 0) place.add(subject.site, "table " + path, std::move(kind));
    }
    auto pointers = referencing(place.ground, state, subject.site, subject.path);
    std::ranges::move(readers_of(place.ground, state, subject.site, subject.path), std::back_inserter(pointers));
    if (report_pointers(place.ground, subject, place.statement.origin, pointers)) return false;
  }
  place.add(subject.site, "table " + subject.path, change::DropTable{*state.tables.find(subject.path), backup});
  return true;
}

bool drop_column(const Subject& subject, model::Backup backup, const Place& place) {
  const State& state = place.state(subject.site);
  const auto* table = state.tables.find(subject.path);
  change::AlterTable kind{*table, *table, {}, {{subject.member, backup}}, false};
  auto pointers = ColumnDrop(subject, place, kind.after).run();
  if (place.order) {
    std::ranges::move(referencing(place.ground, state, subject.site, subject.path, subject.member),
                      std::back_inserter(pointers));
    std::ranges::move(readers_of(place.ground, state, subject.site, subject.path, subject.member),
                      std::back_inserter(pointers));
    if (report_pointers(place.ground, subject, place.statement.origin, pointers)) return false;
  }
  place.add(subject.site, "table " + subject.path, std::move(kind));
  return true;
}

bool drop_part(const Subject& subject, const Place& place) {
  const State& state = place.state(subject.site);
  const auto* table = state.tables.find(subject.path);
  change::AlterTable kind{*table, *table, {}, {}, false};
  const auto is_it = [&](const auto& part) { return part.name == subject.member; };
  if (subject.kind == Kind::index) {
    std::erase_if(kind.after.indexes, is_it);
  } else if (subject.kind == Kind::projection) {
    std::erase_if(kind.after.projections, is_it);
  } else {
    if (place.order &&
        report_pointers(place.ground, subject, place.statement.origin, relying(place.ground, state, subject)))
      return false;
    if (kind.after.primary_key && is_it(*kind.after.primary_key)) kind.after.primary_key.reset();
    std::erase_if(kind.after.uniques, is_it);
    std::erase_if(kind.after.checks, is_it);
    std::erase_if(kind.after.foreign_keys, is_it);
    std::erase_if(kind.after.exclusions, is_it);
  }
  place.add(subject.site, "table " + subject.path, std::move(kind));
  return true;
}

bool drop_partition(const Subject& subject, model::Backup backup, const Place& place) {
  const auto* table = place.state(subject.site).tables.find(subject.path);
  change::AlterTable kind{*table, *table, {}, {{subject.member, backup}}, false};
  std::erase_if(kind.after.partitioned->partitions,
                [&](const model::Partition& partition) { return partition.path() == subject.member; });
  place.add(subject.site, "table " + subject.path, std::move(kind));
  return true;
}

bool drop_view(const Subject& subject, const Place& place) {
  const State& state = place.state(subject.site);
  if (place.order && report_pointers(place.ground, subject, place.statement.origin,
                                     readers_of(place.ground, state, subject.site, subject.path)))
    return false;
  place.add(subject.site, "view " + subject.path, change::DropView{*state.views.find(subject.path)});
  return true;
}

bool drop_object(const Subject& subject, const Place& place) {
  const State& state = place.state(subject.site);
  const auto object = *state.objects.find(subject.path);
  const auto name = object.provides();
  if (place.order && place.order->may_call(subject.site, name) &&
      report_callers(place.ground, subject, place.statement.origin, object))
    return false;
  if (place.order && place.order->may_hold(subject.site, name, subject.path) &&
      report_pointers(place.ground, subject, place.statement.origin,
                      holding(place.ground, state, subject.site, {&object}).front()))
    return false;
  place.add(subject.site, object.label(), change::DropObject{object});
  return true;
}

}  // namespace

bool perform(const model::DropStatement& statement, const Place& place) {
  const auto kind = kind_at(statement.object_kind, place);
  if (!kind) return false;
  const auto subject = resolve(statement.path, *kind, place.ground, place.states);
  if (!subject || (place.surveying() && (!check_backup(statement, *subject, place) || !check_gone(*subject, place))))
    return false;
  if (*kind == Kind::column && is_bound(*subject, place, true)) return false;
  if (place.survey) place.survey->departures.insert_or_assign(*subject, place.number);
  const State& state = place.state(subject->site);
  switch (*kind) {
    case Kind::table:
      return drop_table(*subject, statement.backup, place);
    case Kind::column:
      return drop_column(*subject, statement.backup, place);
    case Kind::index:
    case Kind::projection:
    case Kind::constraint:
      return drop_part(*subject, place);
    case Kind::partition:
      return drop_partition(*subject, statement.backup, place);
    case Kind::view:
      return drop_view(*subject, place);
    case Kind::trigger:
      place.add(subject->site, "trigger " + subject->path, change::DropTrigger{*state.triggers.find(subject->path)});
      return true;
    case Kind::object:
      return drop_object(*subject, place);
  }
  return false;
}

}  // namespace dmc::diff
