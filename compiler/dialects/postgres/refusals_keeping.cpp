// `keeping both` where something looks at one of the two columns before, or beside, the trigger that keeps them equal.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/refusals.hpp"
#include "compiler/dialects/postgres/triggers_off.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Database;
using model::Table;

const Table* table_at(const Database& database, const model::Path& path, std::size_t behind) {
  const auto& parts = path.parts;
  if (parts.size() <= behind) return nullptr;
  const auto& name = parts[parts.size() - behind - 1];
  const Table* table =
      parts.size() > behind + 1 ? database.table(parts[parts.size() - behind - 2] + "." + name) : nullptr;
  return table ? table : database.table(name);
}

bool names(std::string_view text, std::string_view column) {
  const auto found = model::names_in(text);
  return std::ranges::find(found, column) != found.end();
}

/// The text of the function that the trigger calls; empty: dmc does not manage it.
std::string_view body_of(const model::Trigger& trigger, const Database& database) {
  if (!trigger.execute) return {};
  const auto name = "function " + trigger.execute->substr(0, trigger.execute->find('(')) + "(";
  const auto found =
      std::ranges::find_if(database.objects, [&](const auto& object) { return object.name.starts_with(name); });
  return found == database.objects.end() ? std::string_view() : std::string_view(found->create.text);
}

/// Whether the word stands in a text that is not SQL alone: the body of a function may be a string.
bool says(std::string_view text, std::string_view word) {
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]))) return true;
  }
  return false;
}

/// Whether the privileges stand behind columns, this one among them.
bool grants_column(std::string_view grant, std::string_view column) {
  int depth = 0;
  for (const auto& token : model::sql_tokens(grant)) {
    if (token.text == "(") ++depth;
    if (token.text == ")") --depth;
    if (token.text == "on" && depth == 0) return false;
    if (depth > 0 && token.text == column) return true;
  }
  return false;
}

/// What keeps the column of the table from being two; empty: nothing.
std::string hindrance(const Database& database, const Table& table, const std::string& column) {
  if (table.partitioned) return "its table is partitioned";
  if (!model::parents_of(table).empty()) return "its table inherits from another one";
  for (const auto& other : database.tables) {
    const auto parents = model::parents_of(other);
    if (std::ranges::find(parents, table.path()) != parents.end())
      return fmt::format("'{}' inherits it", grammar::escaped(other.path()));
  }
  if (table.column(column)->generated) return "it is generated";
  for (const auto& trigger : database.triggers) {
    if (trigger.table != table.path()) continue;
    const bool of_it = std::ranges::find(trigger.of_columns, column) != trigger.of_columns.end();
    const bool sees_it = trigger.timing == "before" && trigger.for_each_row && says(body_of(trigger, database), column);
    if (of_it || sees_it)
      return fmt::format("trigger '{}' {}", grammar::escaped(trigger.name),
                         of_it ? "fires for it alone" : "reads or sets it before a row is written");
  }
  for (const auto& object : database.objects) {
    const auto& text = object.create.text;
    if (object.type == "rule" && table_of(object) == table.path() && names(text, column))
      return fmt::format("{} names it", grammar::escaped(object.label()));
    const auto on = fmt::format("grant on table {} to ", table.path());
    if (object.type == "grant" && object.name.starts_with(on) && grants_column(text, column))
      return "a grant is about it alone";
  }
  return {};
}

}  // namespace

void refuse_keeping(const Tried& tried, grammar::Diagnostics& diagnostics) {
  if (!tried.intent) return;
  for (const auto& statement : tried.intent->statements) {
    const auto* rename = std::get_if<model::RenameStatement>(&statement.kind);
    const auto* retype = std::get_if<model::RetypeStatement>(&statement.kind);
    const bool both =
        (rename && rename->keeping_both && rename->object_kind == "column") || (retype && retype->keeping_both);
    if (!both) continue;
    const auto& path = rename ? rename->from : retype->column;
    const auto* table = table_at(*tried.before, path, 1);
    if (!table || !table->column(path.parts.back())) continue;
    auto why = hindrance(*tried.before, *table, path.parts.back());
    const auto* behind = rename ? fires_behind_own(*tried.before, *table) : nullptr;
    if (why.empty() && behind)
      why = fmt::format("trigger '{}' fires behind all others", grammar::escaped(behind->name));
    if (why.empty()) continue;
    diagnostics
        .error("E0907", statement.origin.span,
               fmt::format("'{}' cannot be kept equal to a second column: {}",
                           grammar::escaped(table->path() + "." + path.parts.back()), why),
               "a trigger before each row keeps them equal, and this would see one of the two only")
        .help.push_back("leave out: keeping both; or take that away in a version before");
  }
}

}  // namespace dmc::dialects::postgres
