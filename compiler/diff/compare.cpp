// Goes through the databases and their kinds of objects.
#include "compiler/diff/compare.hpp"

#include <utility>

#include "compiler/diff/store.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::diff {

namespace {

void add_elements(Comparison& comparison, const std::string& table, const std::vector<model::Element>& elements,
                  Needs& needs) {
  const auto* holder = find_table(comparison.desired, table);
  for (const auto& element : elements) {
    // A column that is not its own is inherited: the table comes behind its parents anyway.
    if (element.column && (!holder || model::parents_of(*holder).empty() || holder->column(*element.column)))
      needs.columns.insert({table, *element.column});
    if (element.expression) needs.add(read_expression(element.expression->text, comparison.names(), table));
    for (const auto& name : {element.collation, element.operator_class})
      if (name) needs.objects.merge(read_expression(*name, comparison.names(), table).objects);
  }
}

}  // namespace

Comparison::Comparison(const Ground& its_ground, const Survey& its_survey, std::size_t its_site,
                       Undeclarations& its_undeclared)
    : ground(its_ground),
      survey(its_survey),
      site(its_site),
      after(its_survey.after[its_site]),
      desired(*its_ground.sites()[its_site].desired),
      undeclared(its_undeclared) {}

const Names& Comparison::names() {
  if (names_) return *names_;
  names_.emplace(engine().names_fold_case);
  for (const auto& table : desired.tables) names_->add(table);
  for (const auto& view : desired.views) names_->add(view);
  for (const auto& object : desired.objects) names_->add(object);
  return *names_;
}

void Comparison::add(Delta delta) {
  need_extensions(delta);
  delta.held = hold(delta);
  deltas.push_back(std::move(delta));
}

void Comparison::need_extensions(Delta& delta) const {
  if (const auto* object = delta.aspect == Aspect::object ? desired.object(delta.path) : nullptr)
    if (object->type == "extension" || object->type == "schema") return;
  for (const auto& object : desired.objects)
    if (object.type == "extension") delta.needs.objects.insert(object.name);
}

std::optional<std::size_t> Comparison::hold(const Delta& delta) const {
  const auto find = [&](const auto& map, const Subject& wanted) -> std::optional<std::size_t> {
    const auto found = map.find(wanted);
    return found == map.end() ? std::nullopt : std::optional(found->second);
  };
  if (!is_part(delta.aspect)) {
    const Kind kind = delta.aspect == Aspect::table     ? Kind::table
                      : delta.aspect == Aspect::view    ? Kind::view
                      : delta.aspect == Aspect::trigger ? Kind::trigger
                                                        : Kind::object;
    return find(survey.holds, subject(kind, delta.path));
  }
  if (const auto kind = part_of(delta.aspect))
    if (const auto held = find(survey.holds, subject(*kind, delta.path, delta.member))) return held;
  const Subject column = subject(Kind::column, delta.path, delta.member);
  const auto filled = find(survey.fills, column);
  const auto held = find(survey.holds, subject(Kind::table, delta.path));
  if (held && filled) {
    // What a backfill fills has to be there before it, and is complete only behind it, wherever the rest of its table
    // waits.
    if (delta.aspect == Aspect::column && *filled < *held) return std::nullopt;
    if (delta.aspect == Aspect::column_not_null && *filled > *held) return std::nullopt;
  }
  if (held) return held;
  if (delta.aspect == Aspect::column_default) return find(survey.retypes, column);
  return std::nullopt;
}

Needs needs_of(Comparison& comparison, const model::Table& table, const model::Column& column) {
  Needs needs;
  if (!comparison.desired.objects.empty())
    needs.objects = read_expression(column.type, comparison.names(), table.path()).objects;
  if (column.default_value)
    needs.objects.merge(read_expression(column.default_value->text, comparison.names(), table.path()).objects);
  if (column.collation)
    needs.objects.merge(read_expression(*column.collation, comparison.names(), table.path()).objects);
  if (column.generated) needs.add(read_expression(column.generated->expression.text, comparison.names(), table.path()));
  // Where tables have storage of several kinds, a default too is computed of other columns.
  if (table.storage)
    for (const auto* text : {&column.default_value, &column.ephemeral, &column.ttl})
      if (*text) needs.add(read_expression((*text)->text, comparison.names(), table.path()));
  needs.columns.erase({table.path(), column.name});
  return needs;
}

Needs needs_of(Comparison& comparison, const model::Table& table, const model::Check& check) {
  Needs needs;
  needs.add(read_expression(check.expression.text, comparison.names(), table.path()));
  return needs;
}

Needs needs_of(Comparison& comparison, const model::Table& table, const model::ForeignKey& key) {
  Needs needs;
  for (const auto& column : key.columns) needs.columns.insert({table.path(), column});
  needs.relations.insert(key.table);
  for (const auto& column : key.referenced) needs.columns.insert({key.table, column});
  if (comparison.engine().foreign_keys_need_table && !key.referenced.empty())
    needs.keys.push_back({key.table, key.referenced});
  return needs;
}

Needs needs_of(Comparison& comparison, const model::Table& table, const model::Index& index) {
  Needs needs;
  add_elements(comparison, table.path(), index.elements, needs);
  for (const auto& column : index.include) needs.columns.insert({table.path(), column});
  if (index.where) needs.add(read_expression(index.where->text, comparison.names(), table.path()));
  return needs;
}

Needs needs_of(Comparison& comparison, const model::Table& table, const model::Projection& projection) {
  Needs needs;
  needs.add(read_expression(projection.query.text, comparison.names(), table.path()));
  return needs;
}

Needs needs_of(Comparison& comparison, const model::Table& table, const model::Storage& storage) {
  Needs needs;
  for (const auto* clause :
       {&storage.order_by, &storage.partition_by, &storage.primary_key, &storage.sample_by, &storage.ttl})
    if (!clause->text.empty()) needs.add(read_expression(clause->text, comparison.names(), table.path()));
  return needs;
}

Needs needs_of(Comparison& comparison, const model::Table& table, const model::Exclusion& exclusion) {
  Needs needs;
  add_elements(comparison, table.path(), exclusion.elements, needs);
  if (exclusion.where) needs.add(read_expression(exclusion.where->text, comparison.names(), table.path()));
  return needs;
}

Needs needs_of(Comparison& comparison, const model::Table& table, const model::Key& key) {
  Needs needs;
  add_elements(comparison, table.path(), key.elements, needs);
  return needs;
}

bool add_relation(Comparison& comparison, Needs& needs, const std::string& path) {
  const bool is_there = find_table(comparison.desired, path) || comparison.desired.view(path);
  if (is_there) needs.relations.insert(path);
  return is_there;
}

void add_named(Comparison& comparison, Needs& needs, const std::vector<std::string>& after) {
  for (const auto& name : after) {
    if (const auto* paths = comparison.names().relations(name))
      needs.relations.insert(paths->begin(), paths->end());
    else if (add_relation(comparison, needs, name))
      continue;
    else if (comparison.desired.object(name))
      needs.objects.insert(name);
    else if (comparison.desired.trigger(name))
      needs.triggers.insert(name);
    else if (const auto* objects = comparison.names().objects(name))
      needs.objects.insert(objects->begin(), objects->end());
  }
}

std::vector<std::vector<Delta>> compare(const Ground& ground, const Survey& survey,
                                        std::vector<Undeclared>& undeclared) {
  Undeclarations undeclarations(ground, survey, undeclared);
  std::vector<std::vector<Delta>> all;
  for (std::size_t site = 0; site < ground.sites().size(); ++site) {
    Comparison comparison(ground, survey, site, undeclarations);
    compare_tables(comparison);
    compare_views(comparison);
    compare_triggers(comparison);
    compare_objects(comparison);
    all.push_back(std::move(comparison.deltas));
  }
  return all;
}

}  // namespace dmc::diff
