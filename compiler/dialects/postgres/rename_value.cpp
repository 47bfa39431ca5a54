// The server holds a value by its number, and shows the name that it has: in defaults, checks, indexes, views, policies
// and conditions of triggers. What stands in the body of a function is text, which nobody rewrites. A string means the
// value where it is cast to the enum, or stands beside something that is known to have the type.
#include "compiler/dialects/postgres/rename_value.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/postgres/normal.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/sql/uses.hpp"
#include "compiler/dialects/postgres/statement.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/type_change.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Database;
using model::Object;
using sql::Node;

/// Where a text means the value.
class Places {
 public:
  Places(const std::string& type, std::string_view value, const sql::Surroundings& around)
      : type_(type), value_(value), around_(around) {}

  std::set<std::size_t> in(const Node& node) {
    for (const auto& use : sql::uses_of(node, around_))
      if (use.what == sql::Use::What::column && has_type(use)) columns_.insert(use.place);
    if (is_type(around_.type)) take(node);
    sql::walk(node, [&](const Node& one) {
      look(one);
      return true;
    });
    return std::move(found_);
  }

 private:
  bool is_type(std::string_view type) const {
    while (type.ends_with("[]")) type.remove_suffix(2);
    return !type.empty() && path_without_public(model::unquoted_path(type)) == type_;
  }

  bool has_type(const sql::Use& use) const {
    const auto among = [&](const std::vector<sql::NamedType>& columns) {
      return std::ranges::any_of(columns, [&](const auto& one) { return one.name == use.name && is_type(one.type); });
    };
    if (use.of.empty()) return among(around_.row);
    const auto columns = around_.relation ? around_.relation(use.of_schema, use.of) : std::nullopt;
    return columns && among(*columns);
  }

  bool casts(const Node& node) const { return node.is("TypeCast") && is_named(node.child("type_name")); }
  bool is_named(const Node* name) const {
    if (!name) return false;
    const auto schema = sql::qualifier(name->list("names"));
    const auto path = std::string(sql::last_name(name->list("names")));
    return path_without_public(schema.empty() ? path : std::string(schema) + "." + path) == type_;
  }

  bool is_typed(const Node* node) const {
    if (!node) return false;
    if (node->is("ColumnRef")) return columns_.contains(static_cast<std::size_t>(node->number("location")));
    return casts(*node) || (node->is("CoalesceExpr") && any_typed(node->list("args")));
  }
  bool any_typed(const std::vector<Node>& nodes) const {
    return std::ranges::any_of(nodes, [&](const Node& one) { return is_typed(&one); });
  }

  /// The strings of something that has the type, whatever they are in.
  void take(const Node& node) {
    if (node.is("AConst") && node.child("sval") && node.child("sval")->text("sval") == value_)
      found_.insert(static_cast<std::size_t>(node.number("location")));
    for (const std::string_view list : {"items", "elements", "args"})
      if (node.is("List") || node.is("AArrayExpr") || node.is("CoalesceExpr"))
        for (const auto& one : node.list(list)) take(one);
  }
  void take(const Node* node) {
    if (node) take(*node);
  }

  void look(const Node& node) {
    if (casts(node)) take(node.child("arg"));
    if (node.is("FunctionParameter") && is_named(node.child("arg_type"))) take(node.child("defexpr"));
    if (node.is("CoalesceExpr") && any_typed(node.list("args"))) take(node);
    if (node.is("AExpr")) {
      if (is_typed(node.child("lexpr"))) take(node.child("rexpr"));
      if (is_typed(node.child("rexpr"))) take(node.child("lexpr"));
    }
    if (node.is("CaseExpr") && is_typed(node.child("arg")))
      for (const auto& when : node.list("args")) take(when.child("expr"));
  }

  const std::string& type_;
  std::string_view value_;
  const sql::Surroundings& around_;
  std::set<std::size_t> columns_;
  std::set<std::size_t> found_;
};

class ValueRenaming {
 public:
  ValueRenaming(Database& database, const Object& type, std::string_view from, std::string_view to)
      : database_(database),
        scope_(before_),
        label_(type.path()),
        type_(path_without_public(model::unquoted_path(bare_name(type)))),
        from_(from),
        to_(to) {}

  void run() {
    for (auto& table : database_.tables)
      if (const auto* before = before_.table(table.path())) in_table(table, *before);
    for (auto& view : database_.views) {
      statements(view.query.text);
      for (auto& index : view.indexes) in_index(index, scope_.inside(view.path(), {}));
    }
    for (auto& trigger : database_.triggers)
      if (trigger.when) expression(trigger.when->text, scope_.inside(trigger.table, {}));
    for (auto& object : database_.objects) {
      const auto before = object.create;
      in_object(object);
      if (object.replace == before) object.replace = object.create;
    }
  }

 private:
  void replace(std::string& text, const std::set<std::size_t>& places) const {
    const auto tokens = model::sql_tokens(text);
    for (auto token = tokens.rbegin(); token != tokens.rend(); ++token)
      if (places.contains(token->begin)) text.replace(token->begin, token->end - token->begin, text_literal(to_));
  }

  void expression(std::string& text, const sql::Surroundings& around) const {
    if (text.find(from_) == std::string::npos) return;
    if (const auto node = sql::parse_expression(text)) replace(text, Places(type_, from_, around).in(*node));
  }
  void statements(std::string& text) {
    if (text.find(from_) == std::string::npos) return;
    if (const auto node = sql::parse_statement(text)) replace(text, Places(type_, from_, scope_.anywhere()).in(*node));
  }

  void in_index(model::Index& index, const sql::Surroundings& around) const {
    for (auto& element : index.elements)
      if (element.expression) expression(element.expression->text, around);
    if (index.where) expression(index.where->text, around);
  }

  void in_partitions(std::vector<model::Partition>& partitions) const {
    for (auto& partition : partitions) {
      // Bounds are values of the key.
      auto literal = text_literal(from_);
      for (auto at = partition.bounds.text.find(literal); at != std::string::npos;
           at = partition.bounds.text.find(literal, at + 1))
        partition.bounds.text.replace(at, literal.size(), text_literal(to_));
      for (auto& inner : partition.by) in_partitions(inner.partitions);
    }
  }

  void in_table(model::Table& table, const model::Table& before) {
    const auto around = scope_.inside(before, {});
    for (auto& column : table.columns) {
      if (column.default_value) expression(column.default_value->text, scope_.inside(before, column.type));
      if (column.generated) expression(column.generated->expression.text, scope_.inside(before, column.type));
    }
    for (auto& check : table.checks) expression(check.expression.text, around);
    for (auto& index : table.indexes) in_index(index, around);
    for (auto& exclusion : table.exclusions) {
      for (auto& element : exclusion.elements)
        if (element.expression) expression(element.expression->text, around);
      if (exclusion.where) expression(exclusion.where->text, around);
    }
    const auto divides = [&](const model::Column& column) {
      return path_without_public(model::unquoted_path(column.type)) == type_ &&
             text_names(table.partitioned->by.text, column.name);
    };
    if (table.partitioned && std::ranges::any_of(table.columns, divides)) in_partitions(table.partitioned->partitions);
  }

  /// The conditions of a policy see the table's columns. A rule is a statement, and so is a function with a body in
  /// SQL; of any other the parameters alone are looked at, because its body is a string.
  void in_object(Object& object) {
    if (object.path() == label_) return in_enum(object.create.text);
    if (object.create.text.find(from_) == std::string::npos) return;
    const bool is_policy = object.type == "row policy";
    if (object.type == "rule" || object.type == "function" || object.type == "procedure")
      return statements(object.create.text);
    if (!is_policy && object.type != "domain") return;
    const auto node = sql::parse_statement(object.create.text);
    if (!node) return;
    std::set<std::size_t> places;
    const auto look = [&](const Node* expression, const sql::Surroundings& around) {
      if (expression) places.merge(Places(type_, from_, around).in(*expression));
    };
    if (is_policy) {
      const auto around = scope_.inside(model::unquoted_path(table_of(object)), {});
      for (const std::string_view field : {"qual", "with_check"}) look(node->child(field), around);
    } else {
      auto around = scope_.anywhere();
      const auto base = domain_of(object.create.text).base;
      around.row = {{"value", base}};
      around.table = "value";
      for (const auto& constraint : node->list("constraints")) {
        around.type = constraint.text("contype") == "CONSTR_DEFAULT" ? base : std::string();
        look(constraint.child("raw_expr"), around);
      }
    }
    replace(object.create.text, places);
  }

  void in_enum(std::string& text) const {
    const auto tokens = model::sql_tokens(text);
    const auto literal = text_literal(from_);
    for (auto token = tokens.rbegin(); token != tokens.rend(); ++token)
      if (text.compare(token->begin, token->end - token->begin, literal) == 0)
        text.replace(token->begin, token->end - token->begin, text_literal(to_));
  }

  Database& database_;
  const Database before_ = database_;
  Scope scope_;
  std::string label_, type_, from_, to_;
};

}  // namespace

std::optional<std::vector<std::string>> values_of(const Object& object) {
  if (object.type != "enum") return std::nullopt;
  const auto node = sql::parse_statement(object.create.text);
  if (!node || !node->is("CreateEnumStmt")) return std::nullopt;
  std::vector<std::string> values;
  for (const auto& value : node->list("vals")) values.emplace_back(sql::name_of(value));
  return values;
}

void rename_value(Database& database, std::string_view type, std::string_view from, std::string_view to) {
  if (const auto* object = database.object(type)) ValueRenaming(database, Object(*object), from, to).run();
}

std::optional<Database> with_renamed_values(const Database& before, const model::Intent* intent) {
  std::optional<Database> after;
  if (!intent) return after;
  for (const auto& statement : intent->statements) {
    const auto* rename = std::get_if<model::RenameStatement>(&statement.kind);
    if (!rename || rename->object_kind != "value" || rename->from.parts.size() < 2) continue;
    const auto& parts = rename->from.parts;
    for (const auto& object : before.objects) {
      const auto values = values_of(object);
      if (!values || object.provides() != parts[parts.size() - 2] ||
          std::ranges::find(*values, parts.back()) == values->end())
        continue;
      if (!after) after = before;
      rename_value(*after, object.path(), parts.back(), rename->to.parts.back());
    }
  }
  return after;
}

Pairs lower_value(const Lowering& lowering, const change::RenameValue& rename) {
  const auto& type = rename.after;
  const auto has = [&](const std::string& value, bool there) {
    return plan::QueryCheck{fmt::format("{} {} '{}'", type.label(), there ? "has" : "does not have", value),
                            fmt::format("select 1 from pg_catalog.pg_enum where enumtypid = pg_catalog.to_regtype({}) "
                                        "and enumlabel = {}",
                                        text_literal(type_name(type)), text_literal(value)),
                            there ? plan::Comparison::is_not_empty : plan::Comparison::is_empty, std::nullopt, ""};
  };
  const auto step = [&](const std::string& from, const std::string& to) {
    auto made = brief(
        type.label(), fmt::format("rename value '{}' of {} to '{}'", from, type.label(), to),
        {fmt::format("alter type {} rename value {} to {}", type_name(type), text_literal(from), text_literal(to))});
    made.pre = {has(from, true), has(to, false)};
    made.post = {has(to, true), has(from, false)};
    return made;
  };
  auto forward = step(rename.from, rename.to);
  add_hazard(forward, "compat.rename_enum_value", fmt::format("{}.{}", type.path(), rename.from),
             fmt::format("what still says '{}' fails from then on, the bodies of functions too", rename.from),
             own_acceptance(lowering.change));
  Pairs pairs;
  pairs.push_back(pair_of(std::move(forward), exact(), step(rename.to, rename.from)));
  return pairs;
}

}  // namespace dmc::dialects::postgres
