// Privileges, row policies and comments.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/statement.hpp"

namespace dmc::dialects::postgres {

namespace {

using sql::Node;

/// The word for a kind of object; "" for one that has no privileges here.
std::string_view word_of(std::string_view kind) {
  constexpr auto words =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"OBJECT_TABLE", "table"},
                                                                    {"OBJECT_SEQUENCE", "sequence"},
                                                                    {"OBJECT_FUNCTION", "function"},
                                                                    {"OBJECT_PROCEDURE", "procedure"},
                                                                    {"OBJECT_TYPE", "type"},
                                                                    {"OBJECT_DOMAIN", "domain"},
                                                                    {"OBJECT_SCHEMA", "schema"}});
  const auto found = std::ranges::find(words, kind, [](const auto& each) { return each.first; });
  return found == words.end() ? std::string_view() : found->second;
}

std::set<std::string> all_of(std::string_view word, int major) {
  if (word == "sequence") return {"select", "update", "usage"};
  if (word == "schema") return {"create", "usage"};
  if (word == "function" || word == "procedure") return {"execute"};
  if (word == "type" || word == "domain") return {"usage"};
  std::set<std::string> all{"delete", "insert", "references", "select", "trigger", "truncate", "update"};
  constexpr int maintain = 17;
  if (major >= maintain) all.insert("maintain");
  return all;
}

std::string comma_separated(const std::set<std::string>& names) {
  std::string text;
  for (const auto& name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

/// `insert, select, update (a, b)`, sorted; `all` where it is all of several.
std::string privileges_text(const Node& grant, std::string_view word, int major) {
  const auto all = all_of(word, major);
  std::set<std::string> whole;
  std::map<std::string, std::set<std::string>> columns;
  for (const auto& privilege : grant.list("privileges")) {
    const std::string name(privilege.text("priv_name"));
    if (privilege.list("cols").empty()) {
      if (name.empty() || name == "all")
        whole = all;
      else
        whole.insert(name);
    }
    for (const auto& column : privilege.list("cols")) columns[name].insert(quoted(sql::name_of(column)));
  }
  if (grant.list("privileges").empty()) whole = all;
  std::string text = whole == all && all.size() > 1 ? "all" : comma_separated(whole);
  for (const auto& [name, list] : columns)
    text.append(text.empty() ? "" : ", ").append(name).append(" (").append(comma_separated(list)).append(")");
  return text;
}

/// Empty for what means another role in each session.
std::string role_text(const Node& role) {
  const auto kind = role.text("roletype");
  if (kind == "ROLESPEC_PUBLIC") return "public";
  return kind == "ROLESPEC_CSTRING" ? quoted(role.text("rolename")) : std::string();
}

std::optional<std::string> signature(const Node& object) {
  if (object.flag("args_unspecified")) return std::nullopt;
  std::string types;
  for (const auto& type : object.list("objargs"))
    types.append(types.empty() ? "" : ", ").append(type.is("TypeName") ? type_text(type, false) : "none");
  return path_of(object.list("objname")) + "(" + types + ")";
}

std::optional<std::string> object_text(const Node& object) {
  if (object.is("RangeVar")) return path_of(object);
  if (object.is("String")) return quoted(sql::name_of(object));
  if (object.is("ObjectWithArgs")) return signature(object);
  if (object.is("List")) return path_of(object.list("items"));
  if (object.is("TypeName")) return path_of(object.list("names"));
  return std::nullopt;
}

std::optional<Written> grant(const Node& statement, const std::string& on, std::string_view word,
                             const std::string& prefix, int major) {
  if (statement.list("grantees").size() != 1) return std::nullopt;
  const std::string role = role_text(statement.list("grantees").front());
  if (role.empty()) return std::nullopt;
  const bool gives = statement.flag("is_grant");
  const std::string privileges = privileges_text(statement, word, major);
  const std::string option = statement.flag("grant_option") && gives ? " with grant option" : "";
  const std::string give = prefix + "grant " + privileges + " on " + on + " to " + role + option;
  const std::string take = prefix + "revoke " + privileges + " on " + on + " from " + role;
  return Written{gives ? "grant" : "revoke", "on " + on + (gives ? " to " : " from ") + role + option,
                 gives ? give : take, gives ? take : give};
}

std::optional<Written> default_privileges(const Node& statement, int major) {
  const auto* action = statement.child("action");
  if (!action) return std::nullopt;
  std::string role, schema;
  for (const auto& option : statement.list("options")) {
    const auto* names = option.child("arg");
    if (!names || names->list("items").size() != 1) return std::nullopt;
    const auto& name = names->list("items").front();
    (option.text("defname") == "roles" ? role : schema) =
        option.text("defname") == "roles" ? role_text(name) : quoted(sql::name_of(name));
  }
  const auto word = word_of(action->text("objtype"));
  if (role.empty() || word.empty()) return std::nullopt;
  const std::string in_schema = schema.empty() ? "" : " in schema " + schema;
  auto written = grant(*action, std::string(word) + "s", word,
                       "alter default privileges for role " + role + in_schema + " ", major);
  if (!written) return std::nullopt;
  written->type = "default privileges";
  written->name = "for " + role + in_schema + " " + written->name;
  return written;
}

}  // namespace

std::optional<Written> write_grant(const Node& statement, int major) {
  if (statement.is("AlterDefaultPrivilegesStmt")) return default_privileges(statement, major);
  const auto word = word_of(statement.text("objtype"));
  if (word.empty() || statement.text("targtype") != "ACL_TARGET_OBJECT" || statement.list("objects").size() != 1)
    return std::nullopt;
  const auto object = object_text(statement.list("objects").front());
  if (!object) return std::nullopt;
  return grant(statement, std::string(word) + " " + *object, word, "", major);
}

std::optional<Written> write_policy(const Node& statement, Scope& scope) {
  const auto* table = statement.child("table");
  if (!table) return std::nullopt;
  const std::string name = quoted(statement.text("policy_name")) + " on " + path_of(*table);
  const auto schema = table->text("schemaname");
  const std::string path =
      (schema.empty() || schema == "public" ? "" : std::string(schema) + ".") + std::string(table->text("relname"));
  Written written{"row policy", name, "create policy " + name, "drop policy " + name};
  auto& text = written.create;
  if (!statement.flag("permissive")) text += " as restrictive";
  const auto command = statement.text("cmd_name");
  if (command != "all" && !command.empty()) text += " for " + std::string(command);
  std::set<std::string> roles;
  for (const auto& role : statement.list("roles")) {
    const std::string each = role_text(role);
    if (each.empty()) return std::nullopt;
    roles.insert(each);
  }
  if (!roles.empty() && !roles.contains("public")) text += " to " + comma_separated(roles);
  if (const auto* condition = statement.child("qual"))
    text += " using (" + expression_text(*condition, scope, path, "boolean") + ")";
  if (const auto* condition = statement.child("with_check"))
    text += " with check (" + expression_text(*condition, scope, path, "boolean") + ")";
  return written;
}

std::optional<Written> write_comment(const Node& statement) {
  const auto kind = statement.text("objtype");
  const auto* object = statement.child("object");
  if (!object) return std::nullopt;
  constexpr auto words =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"OBJECT_AGGREGATE", "aggregate"},
                                                                    {"OBJECT_COLLATION", "collation"},
                                                                    {"OBJECT_DOMAIN", "domain"},
                                                                    {"OBJECT_EVENT_TRIGGER", "event trigger"},
                                                                    {"OBJECT_FUNCTION", "function"},
                                                                    {"OBJECT_INDEX", "index"},
                                                                    {"OBJECT_MATVIEW", "materialized view"},
                                                                    {"OBJECT_PROCEDURE", "procedure"},
                                                                    {"OBJECT_PUBLICATION", "publication"},
                                                                    {"OBJECT_SCHEMA", "schema"},
                                                                    {"OBJECT_SEQUENCE", "sequence"},
                                                                    {"OBJECT_STATISTIC_EXT", "statistics"},
                                                                    {"OBJECT_TABLE", "table"},
                                                                    {"OBJECT_TYPE", "type"},
                                                                    {"OBJECT_VIEW", "view"}});
  std::string on;
  const auto found = std::ranges::find(words, kind, [](const auto& each) { return each.first; });
  if (found != words.end()) {
    auto text = object_text(*object);
    if (!text) return std::nullopt;
    if (kind == "OBJECT_AGGREGATE" && text->ends_with("()")) text->insert(text->size() - 1, 1, '*');
    on = std::string(found->second) + " " + *text;
  } else if (object->is("List") && object->list("items").size() > 1) {
    // The last name belongs to what the names before it mean.
    auto names = object->list("items");
    const std::string last = quoted(sql::name_of(names.back()));
    names.pop_back();
    const std::string path = path_of(names);
    if (kind == "OBJECT_COLUMN") on = "column " + path + "." + last;
    if (kind == "OBJECT_TABCONSTRAINT") on = "constraint " + last + " on " + path;
    if (kind == "OBJECT_TRIGGER") on = "trigger " + last + " on " + path;
    if (kind == "OBJECT_POLICY") on = "policy " + last + " on " + path;
    if (kind == "OBJECT_RULE") on = "rule " + last + " on " + path;
    if (kind == "OBJECT_DOMCONSTRAINT" && names.size() == 1 && names.front().is("TypeName"))
      on = "constraint " + last + " on domain " + path_of(names.front().list("names"));
  }
  if (on.empty()) return std::nullopt;
  return Written{"comment", "on " + on, "comment on " + on + " is " + text_literal(statement.text("comment")),
                 "comment on " + on + " is null"};
}

}  // namespace dmc::dialects::postgres
