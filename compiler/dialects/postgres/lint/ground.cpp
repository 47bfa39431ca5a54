#include "compiler/dialects/postgres/lint/ground.hpp"

#include <algorithm>
#include <utility>

namespace dmc::dialects::postgres::lint {

namespace {

using sql::last_name;
using sql::name_of;
using sql::qualifier;

constexpr std::string_view default_schema = "public";

std::vector<std::string> names_in(const std::vector<Node>& list) {
  std::vector<std::string> names;
  for (const Node& one : list) names.emplace_back(name_of(one));
  return names;
}

/// The column of `column is not null`, alone or as one part of an `and`.
std::string proven_by(const Node* expression) {
  if (!expression || !expression->is("NullTest") || expression->text("nulltesttype") != "IS_NOT_NULL") return {};
  const auto* column = expression->child("arg");
  return column && column->is("ColumnRef") ? std::string(last_name(column->list("fields"))) : std::string();
}

Index index_of(const Node& statement) {
  Index index;
  index.name = statement.text("idxname");
  for (const Node& element : statement.list("index_params")) index.columns.emplace_back(element.text("name"));
  index.unique = statement.flag("unique");
  index.partial = statement.child("where_clause") != nullptr;
  return index;
}

std::vector<std::string> columns_of(const std::vector<model::Element>& elements) {
  std::vector<std::string> names;
  for (const auto& element : elements) names.push_back(element.column.value_or(""));
  return names;
}

Column column_of(const Node& definition) {
  Column column{std::string(definition.text("colname")), type_of(definition), false};
  for (const Node& constraint : definition.list("constraints")) {
    const auto kind = constraint.text("contype");
    if (kind == "CONSTR_NOTNULL" || kind == "CONSTR_PRIMARY" || kind == "CONSTR_IDENTITY") column.not_null = true;
  }
  if (is_serial(column.type)) column.not_null = true;
  return column;
}

bool is_real_constraint(const Node& node) {
  constexpr std::string_view kinds[] = {"CONSTR_CHECK", "CONSTR_FOREIGN", "CONSTR_UNIQUE", "CONSTR_PRIMARY",
                                        "CONSTR_EXCLUSION"};
  return node.is("Constraint") && std::ranges::find(kinds, node.text("contype")) != std::end(kinds);
}

/// Adds a constraint with what it brings: the index of a key, `not null` of a primary key.
void add_constraint(Table& table, const Node& node, std::string_view column, std::size_t transaction) {
  Constraint constraint = constraint_of(node, column, transaction);
  const auto using_index = node.text("indexname");
  if (!using_index.empty())
    if (const auto* index = table.index(using_index)) constraint.columns = index->columns;
  if (constraint.kind == Constraint::Kind::primary)
    for (auto& one : table.columns)
      if (std::ranges::find(constraint.columns, one.name) != constraint.columns.end()) one.not_null = true;
  const bool is_key = constraint.kind == Constraint::Kind::primary || constraint.kind == Constraint::Kind::unique;
  if (is_key && using_index.empty()) table.indexes.push_back({constraint.name, constraint.columns, true, false});
  table.constraints.push_back(std::move(constraint));
}

void add_column(Table& table, const Node& definition, std::size_t transaction) {
  table.columns.push_back(column_of(definition));
  for (const Node& node : definition.list("constraints"))
    if (is_real_constraint(node)) add_constraint(table, node, definition.text("colname"), transaction);
}

}  // namespace

const Column* Table::column(std::string_view wanted) const {
  const auto found = std::ranges::find(columns, wanted, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}
const Constraint* Table::constraint(std::string_view wanted) const {
  const auto found = std::ranges::find(constraints, wanted, &Constraint::name);
  return found == constraints.end() || wanted.empty() ? nullptr : &*found;
}
const Index* Table::index(std::string_view wanted) const {
  const auto found = std::ranges::find(indexes, wanted, &Index::name);
  return found == indexes.end() || wanted.empty() ? nullptr : &*found;
}
bool Table::proves_not_null(std::string_view wanted) const {
  const auto* known = column(wanted);
  if (known && known->not_null) return true;
  return std::ranges::any_of(constraints, [&](const Constraint& one) { return one.valid && one.proves == wanted; });
}

std::string path_of(const Node& range_var) {
  const auto schema = range_var.text("schemaname");
  const auto name = range_var.text("relname");
  return schema.empty() || schema == default_schema ? std::string(name) : std::string(schema).append(".").append(name);
}
std::string path_of(const std::vector<Node>& names) {
  const auto schema = qualifier(names);
  const auto name = last_name(names);
  return schema.empty() || schema == default_schema ? std::string(name) : std::string(schema).append(".").append(name);
}

bool is_serial(const Type& type) {
  return type.is("serial") || type.is("bigserial") || type.is("smallserial") || type.is("serial4") ||
         type.is("serial8") || type.is("serial2");
}

Type type_of(const Node& definition) {
  const auto* type = definition.child("type_name");
  if (!type) return {};
  Node copy = *type;
  return sql::normalise_type(copy, default_schema);
}

Constraint constraint_of(const Node& node, std::string_view column, std::size_t transaction) {
  Constraint constraint;
  constraint.name = node.text("conname");
  constraint.added_in = transaction;
  constraint.valid = !node.flag("skip_validation");
  const auto kind = node.text("contype");
  constraint.columns = names_in(node.list(kind == "CONSTR_FOREIGN" ? "fk_attrs" : "keys"));
  if (constraint.columns.empty() && !column.empty()) constraint.columns.emplace_back(column);
  if (kind == "CONSTR_CHECK") constraint.proves = proven_by(node.child("raw_expr"));
  if (kind == "CONSTR_FOREIGN") {
    constraint.kind = Constraint::Kind::foreign;
    if (const auto* referenced = node.child("pktable")) constraint.referenced = path_of(*referenced);
  }
  if (kind == "CONSTR_UNIQUE") constraint.kind = Constraint::Kind::unique;
  if (kind == "CONSTR_PRIMARY") constraint.kind = Constraint::Kind::primary;
  if (kind == "CONSTR_EXCLUSION") constraint.kind = Constraint::Kind::exclude;
  return constraint;
}

Ground::Ground(const model::Database* before) {
  if (!before) return;
  for (const auto& known : before->tables) {
    Table table;
    table.path = known.path();
    for (const auto& column : known.columns)
      table.columns.push_back({column.name, sql::type_of_text(column.type, default_schema), column.not_null});
    if (known.primary_key) {
      const auto columns = columns_of(known.primary_key->elements);
      for (auto& column : table.columns)
        if (std::ranges::find(columns, column.name) != columns.end()) column.not_null = true;
      table.constraints.push_back({Constraint::Kind::primary, known.primary_key->name, columns, "", "", true, 0});
      table.indexes.push_back({known.primary_key->name, columns, true, false});
    }
    for (const auto& key : known.uniques) {
      table.constraints.push_back({Constraint::Kind::unique, key.name, columns_of(key.elements), "", "", true, 0});
      table.indexes.push_back({key.name, columns_of(key.elements), true, false});
    }
    for (const auto& check : known.checks)
      table.constraints.push_back({Constraint::Kind::check, check.name, {}, "", "", true, 0});
    for (const auto& key : known.foreign_keys)
      table.constraints.push_back({Constraint::Kind::foreign, key.name, key.columns, key.table, "", true, 0});
    for (const auto& index : known.indexes)
      table.indexes.push_back({index.name, columns_of(index.elements), index.unique, index.where.has_value()});
    tables_.emplace(table.path, std::move(table));
  }
}

const Table* Ground::table(std::string_view path) const {
  const auto found = tables_.find(path);
  return found == tables_.end() ? nullptr : &found->second;
}

const Table* Ground::table_of_index(std::string_view name) const {
  for (const auto& [path, table] : tables_)
    if (table.index(name)) return &table;
  return nullptr;
}

void Ground::create(const Node& statement, std::size_t transaction) {
  const auto* relation = statement.child("relation");
  if (!relation) return;
  Table table;
  table.path = path_of(*relation);
  table.created_in = transaction;
  table.complete = statement.list("inh_relations").empty() && !statement.child("of_typename");
  for (const Node& element : statement.list("table_elts")) {
    if (element.is("ColumnDef")) add_column(table, element, transaction);
    if (element.is("TableLikeClause")) table.complete = false;
  }
  for (const Node& element : statement.list("table_elts"))
    if (is_real_constraint(element)) add_constraint(table, element, "", transaction);
  if (statement.flag("if_not_exists") && tables_.contains(table.path)) return;
  tables_.insert_or_assign(table.path, std::move(table));
}

void Ground::alter(const Node& statement, std::size_t transaction) {
  const auto* relation = statement.child("relation");
  if (!relation) return;
  const auto path = path_of(*relation);
  auto found = tables_.find(path);
  if (found == tables_.end()) {
    Table unknown;
    unknown.path = path;
    unknown.complete = false;
    found = tables_.emplace(path, std::move(unknown)).first;
  }
  Table& table = found->second;
  for (const Node& command : statement.list("cmds")) {
    const auto what = command.text("subtype");
    const auto name = command.text("name");
    const auto* definition = command.child("def");
    const auto column = std::ranges::find(table.columns, name, &Column::name);
    if (what == "AT_AddColumn" && definition) add_column(table, *definition, transaction);
    if (what == "AT_AddConstraint" && definition && is_real_constraint(*definition))
      add_constraint(table, *definition, "", transaction);
    if (what == "AT_ValidateConstraint")
      for (auto& one : table.constraints)
        if (one.name == name) one.valid = true;
    if (what == "AT_DropColumn") std::erase_if(table.columns, [&](const Column& one) { return one.name == name; });
    if (what == "AT_DropConstraint") {
      std::erase_if(table.constraints, [&](const Constraint& one) { return one.name == name; });
      std::erase_if(table.indexes, [&](const Index& one) { return one.name == name; });
    }
    if (column == table.columns.end()) continue;
    if (what == "AT_SetNotNull") column->not_null = true;
    if (what == "AT_DropNotNull") column->not_null = false;
    if (what == "AT_AlterColumnType" && definition) column->type = type_of(*definition);
  }
}

void Ground::drop(const Node& statement) {
  const auto kind = statement.text("remove_type");
  for (const Node& object : statement.list("objects")) {
    const auto& names = object.list("items");
    if (kind == "OBJECT_TABLE") tables_.erase(path_of(names));
    if (kind == "OBJECT_INDEX")
      for (auto& [path, table] : tables_)
        std::erase_if(table.indexes, [&](const Index& one) { return one.name == last_name(names); });
  }
}

void Ground::rename(const Node& statement) {
  const auto* relation = statement.child("relation");
  if (!relation) return;
  const auto found = tables_.find(path_of(*relation));
  if (found == tables_.end()) return;
  const auto kind = statement.text("rename_type");
  const std::string to(statement.text("newname"));
  if (kind == "OBJECT_COLUMN")
    for (auto& column : found->second.columns)
      if (column.name == statement.text("subname")) column.name = to;
  if (kind != "OBJECT_TABLE") return;
  Table table = std::move(found->second);
  tables_.erase(found);
  const auto dot = table.path.rfind('.');
  table.path = dot == std::string::npos ? to : table.path.substr(0, dot + 1) + to;
  tables_.insert_or_assign(table.path, std::move(table));
}

void Ground::apply(const Node& statement, std::size_t transaction) {
  if (statement.is("CreateStmt")) create(statement, transaction);
  if (statement.is("AlterTableStmt")) alter(statement, transaction);
  if (statement.is("DropStmt")) drop(statement);
  if (statement.is("RenameStmt")) rename(statement);
  if (statement.is("IndexStmt"))
    if (const auto* relation = statement.child("relation"))
      if (const auto found = tables_.find(path_of(*relation)); found != tables_.end())
        found->second.indexes.push_back(index_of(statement));
  if (statement.is("CreateDomainStmt"))
    for (const Node& constraint : statement.list("constraints"))
      if (constraint.text("contype") == "CONSTR_CHECK" || constraint.text("contype") == "CONSTR_NOTNULL")
        constrained_.insert(path_of(statement.list("domainname")));
  if (statement.is("AlterEnumStmt") && statement.text("old_val").empty())
    new_values_.emplace(statement.text("new_val"));
}

}  // namespace dmc::dialects::postgres::lint
