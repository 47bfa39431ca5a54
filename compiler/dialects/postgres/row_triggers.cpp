// A trigger before each row, so that it costs no second write.
#include "compiler/dialects/postgres/row_triggers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

bool is_as(const model::SqlToken& token) {
  return token.kind == model::SqlToken::Kind::word && (token.text == "as" || token.text == "AS");
}

/// `set search_path` for a function whose texts name what lies in the default schema.
std::string search_path(const model::Table& columns, const std::vector<std::string_view>& texts) {
  std::vector<std::string_view> own;
  for (const auto& column : columns.columns) own.push_back(column.name);
  const bool more = std::ranges::any_of(texts, [&](auto text) { return names_more(text, own); });
  return more ? " set search_path = public" : "";
}

std::string create_function(const std::string& name, const std::string& options, const std::string& body) {
  return fmt::format("create function {}() returns trigger language plpgsql{} as $dmc$ begin {}return new; end $dmc$",
                     name, options, body);
}

/// It fires for what a subscription writes too.
std::vector<std::string> create_trigger(std::string_view name, std::string_view events, const std::string& table,
                                        const std::string& when, const std::string& function) {
  const auto trigger = quoted(last_to_fire(name));
  return {fmt::format("create trigger {} before {} on {} for each row{} execute function {}()", trigger, events, table,
                      when, function),
          set_firing(table, last_to_fire(name), "always")};
}

}  // namespace

std::string over_new(std::string_view expression, const model::Table& table) {
  return over_row("new", expression, table);
}

std::string over_row(std::string_view row, std::string_view expression, const model::Table& table) {
  const auto tokens = model::sql_tokens(expression);
  std::string out;
  std::size_t from = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    const bool name = token.kind == model::SqlToken::Kind::word || token.kind == model::SqlToken::Kind::quoted_name;
    if (!name || !table.column(token.text)) continue;
    // Behind a dot it is a field of something, behind `::` or `as` a type, before a bracket a function.
    if (i > 0 && (tokens[i - 1].text == "." || tokens[i - 1].text == "::" || is_as(tokens[i - 1]))) continue;
    if (i + 1 < tokens.size() && (tokens[i + 1].text == "(" || tokens[i + 1].text == ".")) continue;
    out.append(expression.substr(from, token.begin - from)).append(row).append(".").append(quoted(token.text));
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
  std::vector<std::string_view> texts{where};
  for (const auto& [column, value] : set) texts.push_back(value);
  std::vector<std::string> statements{create_function(full(schema, name), search_path(columns, texts), body)};
  const auto fire = [&](std::string_view trigger, std::string_view events, const std::string& when) {
    append(statements, create_trigger(trigger, events, table, when, full(schema, name)));
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

std::vector<std::string> RowTrigger::drop(const model::Table& on) const {
  auto statements = locked_whole(on);
  statements.push_back(fmt::format("drop trigger if exists {} on {}", quoted(last_to_fire(name)), table));
  if (unless_written)
    statements.push_back(fmt::format("drop trigger if exists {} on {}", quoted(last_to_fire(of_updates())), table));
  statements.push_back(fmt::format("drop function if exists {}()", full(schema, name)));
  return statements;
}

std::string RowTrigger::fires_behind() const {
  // Bits of tgtype: 1 for each row, 2 before, 4 insert, 16 update.
  return fmt::format(
      "select 1 from pg_catalog.pg_trigger t where t.tgrelid = {} and t.tgtype & 3 = 3 and t.tgtype & 20 <> 0 and not "
      "{} and t.tgname::text collate \"C\" > {}",
      oid_of(table), is_own_trigger_sql("t.tgname"), text_literal(last_to_fire(name)));
}

plan::QueryCheck RowTrigger::is_last() const {
  return no_rows(fmt::format("no trigger of {} fires behind dmc's own before a row is written", table), fires_behind(),
                 "triggers fire in the order of their names: give that one a name that begins with a letter of ASCII");
}

std::string RowTrigger::assert_in_force() const {
  return fmt::format(
      "do $dmc$ begin if exists ({}) or not exists (select 1 from pg_catalog.pg_trigger where tgrelid = {} and tgname "
      "= {} and tgenabled = 'A') then raise exception 'the trigger that keeps the two columns equal was not the last "
      "to act on every row' using hint = 'take the run back, and run the plan again once no other trigger fires behind "
      "it'; end if; end $dmc$",
      fires_behind(), oid_of(table), text_literal(last_to_fire(name)));
}

std::vector<plan::Leftover> RowTrigger::leftovers(const model::Table& on, std::string_view release) const {
  return {{name, "trigger",
           fmt::format("select 1 from pg_catalog.pg_trigger where tgrelid = {} and tgname = {}", oid_of(table),
                       text_literal(last_to_fire(name))),
           drop(on), std::string(release)}};
}

std::vector<std::string> EqualTrigger::create(const model::Table& columns) const {
  auto forth = fmt::format("new.{} := {}; ", quoted(kept), over_new(value, columns));
  if (tolerant) forth = fmt::format("begin {}exception when others then new.{} := null; end; ", forth, quoted(kept));
  const auto back_again = fmt::format("new.{} := {}; ", quoted(with), over_new(back, columns));
  const auto changes = [](const std::string& column) {
    return fmt::format("row(new.{0})::record operator(pg_catalog.*<>) row(old.{0})::record", quoted(column));
  };
  const auto body = fmt::format(
      "if tg_op = 'INSERT' then if new.{0} is distinct from null then {1}else {2}end if; elsif {3} then {2}elsif {4} "
      "then {1}end if; ",
      quoted(kept), back_again, forth, changes(with), changes(kept));
  std::vector statements{create_function(full(schema, name), search_path(columns, {value, back}), body)};
  append(statements, create_trigger(name, "insert or update", table, "", full(schema, name)));
  return statements;
}

}  // namespace dmc::dialects::postgres
