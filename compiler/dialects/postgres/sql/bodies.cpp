// `begin atomic … end` and `return …`: the server keeps such a body parsed, and prints it as it prints a view.
#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/dialects/postgres/sql/normaliser.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

/// What goes in, in the order in which `$1` counts; a parameter without a name has the name "".
Source parameters_of(const Node& create_function, const std::string& schema) {
  Source source;
  source.name = last_name(create_function.list("funcname"));
  source.complete = true;
  for (const Node& parameter : create_function.list("parameters")) {
    const auto mode = parameter.text("mode");
    const auto* type = parameter.child("arg_type");
    if (mode == "FUNC_PARAM_OUT" || mode == "FUNC_PARAM_TABLE" || !type) continue;
    Node name = *type;
    source.columns.push_back({std::string(parameter.text("name")), normalise_type(name, schema)});
  }
  return source;
}

/// `$1` by its name, where it has one.
void name_parameters(Node& node, const Source& parameters) {
  if (node.is("ParamRef")) {
    const auto number = node.number("number");
    if (number < 1 || static_cast<std::size_t>(number) > parameters.columns.size()) return;
    const auto& name = parameters.columns[static_cast<std::size_t>(number - 1)].name;
    if (name.empty()) return;
    std::vector<Node> fields;
    fields.push_back(name_node(parameters.name));
    fields.push_back(name_node(name));
    node = Node{"ColumnRef", {}};
    node.set("fields", std::move(fields));
    return;
  }
  for (Field& field : node.fields)
    if (auto* list = std::get_if<std::vector<Node>>(&field.value))
      for (Node& each : *list) name_parameters(each, parameters);
}

}  // namespace

void Normaliser::statement(Node& node) {
  if (node.is("SelectStmt")) {
    query(node);
  } else if (node.is("ReturnStmt")) {
    if (auto* value = node.child("returnval")) expression(*value);
  } else if (node.is("InsertStmt") || node.is("UpdateStmt") || node.is("DeleteStmt")) {
    write(node);
  }
}

void Normaliser::write(Node& node) {
  const auto common = common_.size();
  if (auto* clause = node.child("with_clause")) with(*clause);
  if (auto* rows = node.child("select_stmt")) query(*rows);
  levels_.emplace_back();
  if (auto* table = node.child("relation")) add_table(*table);
  for (const std::string_view more : {"from_clause", "using_clause"})
    if (auto* sources = node.nodes(more))
      for (Node& one : *sources) source(one);
  expand_stars(node, "returning_list");
  values_set(node);
  if (auto* conflict = node.child("on_conflict_clause"); conflict && !levels_.back().empty()) {
    levels_.back().push_back(levels_.back().front());
    levels_.back().back().name = "excluded";
    values_set(*conflict);
  }
  levels_.pop_back();
  common_.resize(common);
}

void Normaliser::values_set(Node& node) {
  for (const std::string_view list : {"target_list", "returning_list"})
    if (auto* targets = node.nodes(list))
      for (Node& target : *targets)
        if (auto* value = target.child("val")) expression(*value);
  if (auto* condition = node.child("where_clause")) expression(*condition);
}

bool Normaliser::field_of_parameter(Node& column) const {
  const auto& fields = column.list("fields");
  if (!parameters_ || fields.size() != 2) return false;
  const auto is_it = [&](const OutputColumn& one) { return one.name == qualifier(fields); };
  if (std::ranges::none_of(parameters_->columns, is_it)) return false;
  Node parameter{"ColumnRef", {}};
  parameter.set("fields", std::vector{name_node(parameters_->name), fields.front()});
  Node field{"AIndirection", {}};
  field.set("arg", std::move(parameter));
  field.set("indirection", std::vector{fields.back()});
  column = std::move(field);
  return true;
}

void Normaliser::body_of(Node& create_function) {
  auto* body = create_function.child("sql_body");
  if (!body) return;
  const auto parameters = parameters_of(create_function, around_.schema);
  name_parameters(*body, parameters);
  levels_.assign(1, {parameters});
  parameters_ = &parameters;
  if (body->is("List")) {
    // One list of statements in another.
    for (Node& list : *body->nodes("items"))
      if (auto* statements = list.nodes("items"))
        for (Node& each : *statements) statement(each);
  } else {
    statement(*body);
  }
  levels_.clear();
  parameters_ = nullptr;
}

}  // namespace dmc::dialects::postgres::sql
