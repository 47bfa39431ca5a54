// PostgreSQL refuses to change the type of a column that any of these name.
#include "compiler/dialects/postgres/type_change.hpp"

#include <algorithm>

#include "compiler/dialects/postgres/companions.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/grant_steps.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

bool text_names_one_of(std::string_view text, const std::vector<std::string>& columns) {
  return std::ranges::any_of(columns, [&](const auto& column) { return text_names(text, column); });
}

bool trigger_names(const model::Trigger& trigger, const std::vector<std::string>& columns) {
  if (trigger.when && text_names_one_of(trigger.when->text, columns)) return true;
  return std::ranges::any_of(trigger.of_columns,
                             [&](const auto& column) { return std::ranges::find(columns, column) != columns.end(); });
}

}  // namespace

namespace {

/// What takes the place of each, and what it takes away: by default each comes back as it was.
struct Places {
  const std::vector<change::Along>* along = nullptr;
  bool back = false;

  template <class T>
  std::pair<const T*, const T*> of(const T& standing) const {
    if (along)
      for (const auto& one : *along) {
        const auto* before = std::get_if<T>(&one.before);
        const auto* after = one.after ? std::get_if<T>(&*one.after) : nullptr;
        if (before && after && before->path() == standing.path())
          return back ? std::pair(after, before) : std::pair(before, after);
      }
    return {&standing, &standing};
  }
};

InTheWay found_in_the_way(const model::Database& database, const model::Table& table,
                          const std::vector<std::string>& columns, const Places& places) {
  InTheWay way;
  way.views = readers_of(database, table.path(), columns);
  for (const auto& trigger : database.triggers) {
    if (trigger.table != table.path() || !trigger_names(trigger, columns)) continue;
    const auto [goes, comes] = places.of(trigger);
    append(way.drop, drop_trigger(*goes, database));
    append(way.create, trigger_statements(*comes, database));
  }
  for (const auto& object : database.objects) {
    if (object.type != "row policy" && object.type != "rule") continue;
    if (model::unquoted_path(table_of(object)) != table.path()) continue;
    if (!text_names_one_of(object.create.text, columns)) continue;
    const auto [goes, comes] = places.of(object);
    append(way.drop, statements_in(goes->drop.text));
    append(way.create, statements_in(comes->create.text));
    append(way.create, comments_on(object, database));
  }
  return way;
}

}  // namespace

InTheWay in_the_way(const model::Database& database, const model::Table& table,
                    const std::vector<std::string>& columns) {
  return found_in_the_way(database, table, columns, {});
}

InTheWay in_the_way(const Lowering& lowering, const model::Table& table, const std::string& column, bool back) {
  const auto* alter = std::get_if<change::AlterTable>(&lowering.change.kind);
  return found_in_the_way(lowering.before, table, {column}, {alter ? &alter->along : nullptr, back});
}

InTheWay left_behind(const model::Database& database, const model::Table& table,
                     const std::vector<std::string>& columns) {
  InTheWay left;
  for (const auto& object : database.objects) {
    const auto hosts = object.lives_on();
    const bool is_grant = gives_privileges(object) && std::ranges::find(hosts, "table " + table.path()) != hosts.end();
    if ((!is_grant && !is_statistics_of(object, table)) || !text_names_one_of(object.create.text, columns)) continue;
    append(left.drop, statements_in(object.drop.text));
    append(left.create, statements_in(object.create.text));
    append(left.create, comments_on(object, database));
  }
  return left;
}

bool is_statistics_of(const model::Object& object, const model::Table& table) {
  return object.type == "statistics" && text_names(object.create.text, table.name);
}

const model::Object* publication_of(const model::Database& database, const model::Table& table,
                                    const std::string& column) {
  const auto names = [&](const model::Object& object) {
    if (object.type != "publication") return false;
    constexpr std::size_t head = 3;  // create publication NAME
    const auto tokens = model::sql_tokens(object.create.text);
    if (tokens.size() <= head) return false;
    const auto what = std::string_view(object.create.text).substr(tokens[head].begin);
    return text_names(what, table.name) && (column.empty() || text_names(what, column));
  };
  const auto found = std::ranges::find_if(database.objects, names);
  return found == database.objects.end() ? nullptr : &*found;
}

std::string type_name(const model::Object& type) {
  const auto name = std::string(bare_name(type));
  return name.find('.') == std::string::npos ? "public." + name : name;
}

std::vector<TypedColumn> columns_of_type(const model::Database& database, const model::Object& type) {
  const auto name = std::string(bare_name(type));
  std::vector<TypedColumn> found;
  for (const auto& table : database.tables)
    for (const auto& column : table.columns)
      if (column.type == name || column.type == name + "[]") found.push_back({&table, &column});
  return found;
}

}  // namespace dmc::dialects::postgres
