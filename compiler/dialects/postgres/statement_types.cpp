// Enums, domains, composite types, sequences, extensions and schemas.
#include <algorithm>
#include <array>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/statement.hpp"

namespace dmc::dialects::postgres {

namespace {

using sql::Node;

std::string collation_text(const Node& owner) {
  const auto* clause = owner.child("coll_clause");
  return clause ? " collate " + path_of(clause->list("collname")) : std::string();
}

Written domain(const Node& statement, Scope& scope) {
  const auto& names = statement.list("domainname");
  const std::string path = path_of(names);
  const auto* type_name = statement.child("type_name");
  const std::string type = type_name ? type_text(*type_name) : std::string();
  Written written{"domain", path, "create domain " + path + " as " + type + collation_text(statement),
                  "drop domain " + path};
  std::string value;
  bool not_null = false;
  std::vector<std::pair<std::string, std::string>> checks;
  for (const auto& constraint : statement.list("constraints")) {
    const auto kind = constraint.text("contype");
    const auto* expression = constraint.child("raw_expr");
    if (kind == "CONSTR_NOTNULL") not_null = true;
    if (kind == "CONSTR_DEFAULT" && expression) value = expression_text(*expression, scope, "", type);
    if (kind != "CONSTR_CHECK" || !expression) continue;
    checks.emplace_back(constraint.text("conname"), expression_text(*expression, scope, "", "boolean"));
  }
  // The server's own names: percent_check, percent_check1, …
  for (auto& [name, text] : checks) {
    const auto taken = [&](const std::string& wanted) {
      return std::ranges::any_of(checks, [&](const auto& other) { return other.first == wanted; });
    };
    if (!name.empty()) continue;
    std::string wanted = made_up_name(sql::last_name(names), "", "check");
    for (int i = 1; taken(wanted); ++i) wanted = made_up_name(sql::last_name(names), "", "check" + std::to_string(i));
    name = wanted;
  }
  std::ranges::sort(checks);
  if (!value.empty()) written.create += " default " + value;
  if (not_null) written.create += " not null";
  for (const auto& [name, text] : checks) written.create += " constraint " + quoted(name) + " check (" + text + ")";
  return written;
}

Written enumeration(const Node& statement) {
  const std::string path = path_of(statement.list("type_name"));
  std::string values;
  for (const auto& value : statement.list("vals"))
    values.append(values.empty() ? "" : ", ").append(text_literal(sql::name_of(value)));
  return {"enum", path, "create type " + path + " as enum (" + values + ")", "drop type " + path};
}

std::optional<Written> composite(const Node& statement) {
  const auto* range = statement.child("typevar");
  if (!range) return std::nullopt;
  const std::string path = path_of(*range);
  std::string columns;
  for (const auto& column : statement.list("coldeflist")) {
    const auto* type_name = column.child("type_name");
    if (!type_name) return std::nullopt;
    columns.append(columns.empty() ? "" : ", ").append(quoted(column.text("colname"))).append(" ");
    columns.append(type_text(*type_name)).append(collation_text(column));
  }
  return Written{"type", path, "create type " + path + " as (" + columns + ")", "drop type " + path};
}

std::string option_value(const std::vector<Node>& options, std::string_view name) {
  for (const auto& option : options)
    if (option.text("defname") == name) return option.child("arg") ? plain_value(*option.child("arg")) : std::string();
  return {};
}

std::optional<Written> sequence(const Node& statement) {
  const auto* range = statement.child("sequence");
  if (!range) return std::nullopt;
  const std::string path = path_of(*range);
  const auto& options = statement.list("options");
  std::string type = option_value(options, "as");
  if (type.empty()) type = "bigint";
  constexpr auto limits = std::to_array<std::pair<std::string_view, std::pair<std::string_view, std::string_view>>>(
      {{"smallint", {"32767", "-32768"}},
       {"integer", {"2147483647", "-2147483648"}},
       {"bigint", {"9223372036854775807", "-9223372036854775808"}}});
  const auto limit = std::ranges::find(limits, std::string_view(type), [](const auto& each) { return each.first; });
  if (limit == limits.end()) return std::nullopt;
  const std::string increment = option_value(options, "increment");
  const bool down = increment.starts_with('-');
  const std::string least = option_value(options, "minvalue"), most = option_value(options, "maxvalue");
  const std::string own_least(down ? limit->second.second : "1"), own_most(down ? "-1" : limit->second.first);
  std::string begin = down ? (most.empty() ? own_most : most) : (least.empty() ? own_least : least);
  const std::string start = option_value(options, "start"), cache = option_value(options, "cache");
  Written written{"sequence", path, "create sequence " + path, "drop sequence " + path};
  auto& text = written.create;
  if (type != "bigint") text += " as " + type;
  if (!start.empty() && start != begin) text += " start " + start;
  if (!increment.empty() && increment != "1") text += " increment " + increment;
  if (!least.empty() && least != own_least) text += " minvalue " + least;
  if (!most.empty() && most != own_most) text += " maxvalue " + most;
  if (!cache.empty() && cache != "1") text += " cache " + cache;
  if (option_value(options, "cycle") == "true") text += " cycle";
  for (const auto& option : options) {
    const auto* owner = option.text("defname") == "owned_by" ? option.child("arg") : nullptr;
    if (!owner) continue;
    auto names = owner->list("items");
    if (names.size() < 2) continue;
    const std::string column(sql::name_of(names.back()));
    names.pop_back();
    written.owner = path_of(names) + "." + quoted(column);
  }
  return written;
}

Written extension(const Node& statement) {
  const std::string name = quoted(statement.text("extname"));
  const std::string schema = option_value(statement.list("options"), "schema");
  const bool own = schema.empty() || schema == "public";
  return {"extension", name, "create extension " + name + (own ? std::string() : " schema " + quoted(schema)),
          "drop extension " + name};
}

}  // namespace

std::optional<Written> write_type(const Node& statement, Scope& scope) {
  if (statement.is("CreateDomainStmt")) return domain(statement, scope);
  if (statement.is("CreateEnumStmt")) return enumeration(statement);
  if (statement.is("CompositeTypeStmt")) return composite(statement);
  if (statement.is("CreateSeqStmt")) return sequence(statement);
  if (statement.is("CreateExtensionStmt")) return extension(statement);
  if (statement.is("CreateSchemaStmt") && statement.list("schema_elts").empty()) {
    const std::string name = quoted(statement.text("schemaname"));
    // Its name stands in the source as a name, and is no path that could need quotes.
    return Written{"schema", std::string(statement.text("schemaname")), "create schema " + name, "drop schema " + name};
  }
  return std::nullopt;
}

}  // namespace dmc::dialects::postgres
