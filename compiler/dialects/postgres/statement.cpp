// Which writer takes a statement, and the pieces they share.
#include "compiler/dialects/postgres/statement.hpp"

#include <algorithm>

#include "compiler/dialects/postgres/normal.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/compare.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/types.hpp"

namespace dmc::dialects::postgres {

namespace {

using sql::Node;

std::optional<Node> statement_in(std::string_view create) { return sql::parse_statement(create); }

std::string schema_in(const std::vector<Node>& names) {
  const auto schema = sql::qualifier(names);
  return schema == "public" ? std::string() : std::string(schema);
}

Made made(const std::vector<Node>& names) {
  Made made;
  made.schema = schema_in(names);
  made.name = sql::last_name(names);
  return made;
}

std::optional<Written> write_rule(const Node& statement) {
  const auto* table = statement.child("relation");
  const auto print = sql::print_statement(statement);
  if (!table || !print) return std::nullopt;
  const std::string name = quoted(statement.text("rulename")) + " on " + path_of(*table);
  return Written{"rule", name, unqualified(*print), "drop rule " + name};
}

std::optional<Written> write(const Node& statement, Scope& scope, int major) {
  if (statement.is("CreateFunctionStmt")) return write_routine(statement, scope);
  if (statement.is("DefineStmt")) return write_definition(statement);
  if (statement.is("GrantStmt") || statement.is("AlterDefaultPrivilegesStmt")) return write_grant(statement, major);
  if (statement.is("CreatePolicyStmt")) return write_policy(statement, scope);
  if (statement.is("CommentStmt")) return write_comment(statement);
  if (statement.is("RuleStmt")) return write_rule(statement);
  return write_type(statement, scope);
}

/// The library's own print, where there is no writer.
std::string printed(const Node& statement, std::string_view text) {
  const auto print = sql::print_statement(statement);
  return unqualified(print ? *print : std::string(text));
}

bool can_be_replaced(std::string_view type) { return type != "extension" && type != "schema"; }

}  // namespace

std::string path_of(const std::vector<Node>& names) {
  const auto schema = sql::qualifier(names);
  const std::string name = quoted(sql::last_name(names));
  return schema.empty() || schema == "public" || schema == "pg_catalog" ? name : quoted(schema) + "." + name;
}

std::string path_of(const Node& range) {
  const auto schema = range.text("schemaname");
  const std::string name = quoted(range.text("relname"));
  return schema.empty() || schema == "public" ? name : quoted(schema) + "." + name;
}

std::string type_text(const Node& type_name, bool with_modifiers) {
  const auto& names = type_name.list("names");
  const auto schema = sql::qualifier(names);
  std::string text = (schema.empty() ? std::string() : quoted(schema) + ".") + quoted(sql::last_name(names));
  if (schema == "pg_catalog") text = "pg_catalog." + std::string(sql::last_name(names));
  if (schema == "pg_catalog" && sql::last_name(names) == "char") text = "pg_catalog.\"char\"";
  std::string modifiers;
  if (with_modifiers)
    for (const auto& modifier : type_name.list("typmods")) {
      constexpr std::string_view full_range = "32767";
      const std::string value = plain_value(modifier);
      if (value == full_range && text.ends_with("interval")) continue;
      modifiers.append(modifiers.empty() ? "" : ",").append(value);
    }
  if (!modifiers.empty()) text += "(" + modifiers + ")";
  if (!type_name.list("array_bounds").empty()) text += "[]";
  if (type_name.flag("pct_type")) return path_of(names) + "%type";
  const auto normal = sql::normal_type(text, "public");
  text = canonical_type(normal ? *normal : text);
  return type_name.flag("setof") ? "setof " + text : text;
}

std::string expression_text(const Node& expression, Scope& scope, const std::string& path, std::string type) {
  const auto text = sql::print_expression(expression);
  if (!text) return {};
  const auto around = path.empty() ? scope.anywhere() : scope.inside(path, {});
  auto with_type = around;
  with_type.type = std::move(type);
  const auto normal = sql::normal_expression(*text, with_type);
  return normal ? *normal : *text;
}

std::string dollar_quoted(std::string_view text) {
  std::string tag = "$$";
  for (int i = 1; text.find(tag) != std::string_view::npos || (tag == "$$" && text.ends_with('$')); ++i)
    tag = "$q" + std::to_string(i) + "$";
  return tag + std::string(text) + tag;
}

std::string plain_value(const Node& node) {
  if (node.is("AConst")) {
    for (const std::string_view kind : {"ival", "fval", "boolval", "sval"})
      if (const auto* value = node.child(kind)) return plain_value(*value);
    return {};
  }
  if (node.is("Integer")) return std::to_string(node.number("ival"));
  if (node.is("Float")) return std::string(node.text("fval"));
  if (node.is("Boolean")) return node.flag("boolval") ? "true" : "false";
  if (node.is("String")) return std::string(sql::name_of(node));
  if (node.is("TypeName")) return type_text(node);
  if (node.is("TypeCast") && node.child("arg")) return plain_value(*node.child("arg"));
  if (node.is("List")) {
    std::string text;
    for (const auto& item : node.list("items")) text.append(text.empty() ? "" : ".").append(quoted(plain_value(item)));
    return text;
  }
  return {};
}

std::optional<Made> domain_in(std::string_view create) {
  const auto parsed = sql::parse(create);
  const auto* statements = std::get_if<std::vector<sql::ParsedStatement>>(&parsed);
  if (!statements || statements->empty()) return std::nullopt;
  const auto& statement = statements->front().tree;
  const auto* type = statement.is("CreateDomainStmt") ? statement.child("type_name") : nullptr;
  if (!type) return std::nullopt;
  auto domain = made(statement.list("domainname"));
  domain.type = type_text(*type);
  return domain;
}

std::optional<Made> type_in(std::string_view create) {
  const auto statement = statement_in(create);
  if (!statement) return std::nullopt;
  if (statement->is("CreateEnumStmt") || statement->is("CreateRangeStmt")) return made(statement->list("type_name"));
  if (statement->is("DefineStmt")) return made(statement->list("defnames"));
  const auto* range = statement->is("CompositeTypeStmt") ? statement->child("typevar") : nullptr;
  if (!range) return std::nullopt;
  Made type;
  if (range->text("schemaname") != "public") type.schema = range->text("schemaname");
  type.name = range->text("relname");
  return type;
}

std::optional<Made> function_in(std::string_view create) {
  const auto statement = statement_in(create);
  if (!statement || !statement->is("CreateFunctionStmt")) return std::nullopt;
  auto function = made(statement->list("funcname"));
  if (const auto* type = statement->child("return_type")) function.result = type_text(*type, false);
  for (const auto& parameter : statement->list("parameters")) {
    const auto mode = parameter.text("mode");
    const auto* type = parameter.child("arg_type");
    if (!type) continue;
    if (mode == "FUNC_PARAM_OUT" || mode == "FUNC_PARAM_TABLE") {
      function.others.push_back(type_text(*type, false));
      continue;
    }
    function.arguments.push_back(type_text(*type, false));
    if (parameter.child("defexpr")) ++function.optional;
  }
  if (function.result.starts_with("setof ")) function.result.erase(0, std::string_view("setof ").size());
  return function;
}

std::string normalise(model::Object& object, Scope& scope) {
  std::string owner;
  const auto parsed = sql::parse(object.create.text);
  const auto* statements = std::get_if<std::vector<sql::ParsedStatement>>(&parsed);
  if (!statements || statements->empty()) {
    object.create.text = unqualified(object.create.text);
    object.drop.text = unqualified(object.drop.text);
  } else {
    std::string create;
    for (const auto& statement : *statements) {
      const std::string_view text =
          std::string_view(object.create.text).substr(statement.begin, statement.end - statement.begin);
      const auto written = write(statement.tree, scope, scope.major());
      const bool first = create.empty();
      if (!first) create += "; ";
      create += written ? written->create : printed(statement.tree, text);
      if (first && written && written->type == object.type) {
        object.name = written->type + " " + written->name;
        object.drop.text = written->drop;
        owner = written->owner;
      }
    }
    object.create.text = std::move(create);
    object.drop.text = unqualified(object.drop.text);
  }
  // What the author says of a statement that no writer knows is kept.
  if (object.name.starts_with(object.type + " "))
    object.replace = can_be_replaced(object.type) ? std::optional(object.create) : std::nullopt;
  else if (object.replace)
    object.replace->text = unqualified(object.replace->text);
  return owner;
}

}  // namespace dmc::dialects::postgres
