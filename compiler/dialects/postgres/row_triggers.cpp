// A trigger before each row, so that it costs no second write.
#include "compiler/dialects/postgres/row_triggers.hpp"

#include <fmt/format.h>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

std::string over_new(std::string_view expression, const model::Table& table) {
  const auto tokens = model::sql_tokens(expression);
  std::string out;
  std::size_t from = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    const bool name = token.kind == model::SqlToken::Kind::word || token.kind == model::SqlToken::Kind::quoted_name;
    if (!name || !table.column(token.text)) continue;
    // Behind a dot it is a field of something, behind `::` a type, before a bracket a function.
    if (i > 0 && (tokens[i - 1].text == "." || tokens[i - 1].text == "::")) continue;
    if (i + 1 < tokens.size() && (tokens[i + 1].text == "(" || tokens[i + 1].text == ".")) continue;
    out.append(expression.substr(from, token.begin - from)).append("new.").append(quoted(token.text));
    from = token.end;
  }
  out.append(expression.substr(from));
  return out;
}

std::vector<std::string> RowTrigger::create(const model::Table& columns) const {
  std::string body;
  for (const auto& [column, value] : set)
    body += fmt::format("new.{} := {}; ", quoted(column), over_new(value, columns));
  if (!where.empty()) body = fmt::format("if {} then {}end if; ", over_new(where, columns), body);
  if (tolerant) {
    std::string none;
    for (const auto& [column, value] : set) none += fmt::format("new.{} := null; ", quoted(column));
    body = fmt::format("begin {}exception when others then {}end; ", body, none);
  }
  std::vector<std::string_view> own;
  for (const auto& column : columns.columns) own.push_back(column.name);
  bool more = names_more(where, own);
  for (const auto& [column, value] : set) more = more || names_more(value, own);
  std::vector<std::string> statements{
      fmt::format("create function {}() returns trigger language plpgsql{} as $dmc$ begin {}return new; end $dmc$",
                  full(schema, name), more ? " set search_path = public" : "", body)};
  const auto fire = [&](std::string_view trigger, std::string_view events, const std::string& when) {
    statements.push_back(fmt::format("create trigger {} before {} on {} for each row{} execute function {}()", trigger,
                                     events, table, when, full(schema, name)));
  };
  if (!unless_written) {
    fire(name, "insert or update", "");
    return statements;
  }
  // The image of a row compares values of every type, those without an equality too; two rows without the cast would be
  // compared column by column.
  std::vector<std::string> before, after;
  for (const auto& [column, value] : set) {
    before.push_back("old." + quoted(column));
    after.push_back("new." + quoted(column));
  }
  fire(name, "insert", "");
  fire(of_updates(), "update",
       fmt::format(" when (row({})::record operator(pg_catalog.*=) row({})::record)", joined(after, ", "),
                   joined(before, ", ")));
  return statements;
}

std::string RowTrigger::of_updates() const { return name + "_u"; }

std::vector<std::string> RowTrigger::drop() const {
  std::vector<std::string> statements{fmt::format("drop trigger if exists {} on {}", name, table)};
  if (unless_written) statements.push_back(fmt::format("drop trigger if exists {} on {}", of_updates(), table));
  statements.push_back(fmt::format("drop function if exists {}()", full(schema, name)));
  return statements;
}

std::vector<plan::Leftover> RowTrigger::leftovers(std::string_view release) const {
  return {{name, "trigger",
           fmt::format("select 1 from pg_catalog.pg_trigger where tgrelid = {} and tgname = {}", oid_of(table),
                       text_literal(name)),
           drop(), std::string(release)}};
}

}  // namespace dmc::dialects::postgres
