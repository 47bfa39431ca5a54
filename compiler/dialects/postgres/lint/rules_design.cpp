// type.*, name.*, pk.*, perf.*: how new things are made.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "compiler/dialects/postgres/lint/rules.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::postgres::lint {

namespace {

/// Reports each new column whose type satisfies `is`.
template <class Is>
void columns_of_type(const Place& place, const Report& report, std::string_view evidence, const Is& is) {
  each_new_column(place, [&](const Node& column) {
    const Type type = type_of(column);
    if (is(type)) report(member(place.relation(), column.text("colname")), std::string(evidence));
  });
}

/// The columns of the primary key that a CREATE TABLE declares.
std::vector<std::string> primary_key_of(const Node& statement) {
  std::vector<std::string> columns;
  for (const Node& element : statement.list("table_elts")) {
    if (element.is("ColumnDef") && column_constraint(element, "CONSTR_PRIMARY"))
      columns.emplace_back(element.text("colname"));
    if (element.is("Constraint") && element.text("contype") == "CONSTR_PRIMARY")
      for (const Node& name : element.list("keys")) columns.emplace_back(sql::name_of(name));
  }
  return columns;
}

void small_key(const Place& place, const Report& report) {
  if (!place.statement.is("CreateStmt")) return;
  const auto key = primary_key_of(place.statement);
  if (key.size() != 1) return;
  each_new_column(place, [&](const Node& column) {
    const Type type = type_of(column);
    const bool small = type.is("int4") || type.is("int2") || type.is("serial") || type.is("smallserial");
    if (column.text("colname") == key.front() && small)
      report(member(place.relation(), key.front()),
             "its numbers end at two thousand million or earlier; bigint's do not");
  });
}

void missing_key(const Place& place, const Report& report) {
  const Node& statement = place.statement;
  if (!statement.is("CreateStmt") || statement.child("partbound") || statement.child("of_typename")) return;
  const auto* relation = statement.child("relation");
  const bool inherits = !statement.list("inh_relations").empty();
  const bool alike =
      std::ranges::any_of(statement.list("table_elts"), [](const Node& one) { return one.is("TableLikeClause"); });
  if (inherits || alike || !relation || relation->text("relpersistence") == "t") return;
  if (primary_key_of(statement).empty())
    report(place.relation(), "rows cannot be told apart by copies, backfills and replicas");
}

void differing_key(const Place& place, const Report& report) {
  const auto compare = [&](const Node& constraint, std::string_view column, const Type& type) {
    const auto* referenced = constraint.child("pktable");
    const auto* table = referenced ? place.ground.table(path_of(*referenced)) : nullptr;
    if (!table || !type.known()) return;
    std::string target(constraint.list("pk_attrs").size() == 1 ? sql::name_of(constraint.list("pk_attrs").front())
                                                               : "");
    for (const auto& one : table->constraints)
      if (target.empty() && one.kind == Constraint::Kind::primary && one.columns.size() == 1)
        target = one.columns.front();
    const auto* other = table->column(target);
    const auto plain = [](std::string_view name) {
      return name == "serial" ? "int4" : name == "bigserial" ? "int8" : name == "smallserial" ? "int2" : name;
    };
    if (other && plain(other->type.name) != plain(type.name))
      report(member(place.relation(), column),
             fmt::format("it is {}, and {} is {}", type.name, member(table->path, target), other->type.name));
  };
  each_new_column(place, [&](const Node& column) {
    if (const auto* key = column_constraint(column, "CONSTR_FOREIGN"))
      compare(*key, column.text("colname"), type_of(column));
  });
  each_added(place, "CONSTR_FOREIGN", [&](const Node& constraint) {
    const auto& columns = constraint.list("fk_attrs");
    const auto* table = place.table();
    const auto* column = table && columns.size() == 1 ? table->column(sql::name_of(columns.front())) : nullptr;
    if (column) compare(constraint, column->name, column->type);
  });
}

/// The names that the statement gives to new things.
std::vector<std::string> new_names(const Place& place) {
  std::vector<std::string> names;
  const Node& statement = place.statement;
  const auto* relation = statement.child(statement.is("ViewStmt") ? "view" : "relation");
  if ((statement.is("CreateStmt") || statement.is("ViewStmt")) && relation)
    names.emplace_back(relation->text("relname"));
  each_new_column(place, [&](const Node& column) { names.emplace_back(column.text("colname")); });
  for (const std::string_view field : {"idxname", "newname"})
    if (!statement.text(field).empty()) names.emplace_back(statement.text(field));
  return names;
}

void unqualified(const Place& place, const Report& report) {
  const Node& statement = place.statement;
  const auto* relation = statement.is("ViewStmt")        ? statement.child("view")
                         : statement.is("CreateStmt")    ? statement.child("relation")
                         : statement.is("CreateSeqStmt") ? statement.child("sequence")
                                                         : nullptr;
  if (relation && relation->text("schemaname").empty() && relation->text("relpersistence") != "t")
    report(path_of(*relation), "which schema it lands in depends on the session's search_path");
}

/// Bytes and alignment of types of a fixed size; 0 for others.
std::array<int, 2> layout_of(const Type& type) {
  struct Fixed {
    std::string_view name;
    int size, alignment;
  };
  constexpr Fixed fixed[] = {{"bool", 1, 1},      {"int2", 2, 2},   {"smallserial", 2, 2}, {"int4", 4, 4},
                             {"serial", 4, 4},    {"float4", 4, 4}, {"date", 4, 4},        {"int8", 8, 8},
                             {"bigserial", 8, 8}, {"float8", 8, 8}, {"timestamptz", 8, 8}, {"timestamp", 8, 8},
                             {"time", 8, 8},      {"uuid", 16, 1},  {"interval", 16, 8},   {"money", 8, 8}};
  if (!type.array)
    for (const auto& one : fixed)
      if (type.name == one.name) return {one.size, one.alignment};
  return {0, 1};
}

void padding(const Place& place, const Report& report) {
  if (!place.statement.is("CreateStmt")) return;
  std::vector<std::array<int, 2>> columns;
  each_new_column(place, [&](const Node& column) {
    if (const auto layout = layout_of(type_of(column)); layout[0] > 0) columns.push_back(layout);
  });
  const auto size_of = [](const std::vector<std::array<int, 2>>& order) {
    int at = 0;
    for (const auto& [size, alignment] : order) at = (at + alignment - 1) / alignment * alignment + size;
    return (at + 7) / 8 * 8;
  };
  auto best = columns;
  std::ranges::stable_sort(best, std::greater<>(), [](const auto& layout) { return layout[1]; });
  if (const int lost = size_of(columns) - size_of(best); lost > 0)
    report(place.relation(),
           fmt::format("{} bytes of every row are padding; wide columns first would save them", lost));
}

std::string shown(const Type& type) { return type.name + type.modifier + (type.array ? "[]" : ""); }

std::string listed(const std::vector<std::string>& columns) { return fmt::format("({})", fmt::join(columns, ", ")); }

std::vector<std::string> columns_of(const Node& index) {
  std::vector<std::string> columns;
  for (const Node& element : index.list("index_params")) columns.emplace_back(element.text("name"));
  return columns;
}

/// Looks at each full index of the table that has plain columns alone.
template <class Look>
void each_known_index(const Place& place, const Look& look) {
  const auto* table = place.statement.is("IndexStmt") ? place.table() : nullptr;
  const auto columns = columns_of(place.statement);
  const bool plain = std::ranges::find(columns, "") == columns.end() && !place.statement.child("where_clause");
  if (!table || !plain) return;
  for (const auto& index : table->indexes)
    if (!index.partial) look(index, columns);
}

constexpr Rule design_table[] = {
    {"name.case",
     [](const Place& place, const Report& report) {
       for (const auto& name : new_names(place))
         if (std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }))
           report(name, "it must stand in quotes wherever it is named");
     }},
    {"name.reserved",
     [](const Place& place, const Report& report) {
       for (const auto& name : new_names(place))
         if (!name.empty() && !model::stands_unquoted(name) &&
             name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos)
           report(name, "it is a word of SQL and must stand in quotes wherever it is named");
     }},
    {"name.schema_qualified", unqualified},
    {"name.too_long",
     [](const Place& place, const Report& report) {
       constexpr std::size_t longest = 63;
       for (const auto name : model::names_in(place.words))
         if (name.size() > longest) report(std::string(name), "the server cuts it after 63 bytes");
     }},
    {"perf.alignment", padding},
    {"perf.analyze",
     [](const Place& place, const Report& report) {
       if (!place.statement.is("VacuumStmt") || place.statement.flag("is_vacuumcmd")) return;
       const auto* first = place.statement.child("rels");
       const auto* range = first ? first->child("relation") : nullptr;
       report(range ? path_of(*range) : "every table", "rows are read and statistics replaced");
     }},
    {"perf.dupe_index",
     [](const Place& place, const Report& report) {
       each_known_index(place, [&](const Index& index, const std::vector<std::string>& columns) {
         if (index.columns == columns && (index.unique || !place.statement.flag("unique")))
           report(std::string(place.statement.text("idxname")),
                  fmt::format("{} has the same columns", index.name.empty() ? "a key" : index.name));
       });
     }},
    {"perf.index_build",
     [](const Place& place, const Report& report) {
       if (place.statement.is("IndexStmt") && place.existing(place.relation()))
         report(place.relation(), "the whole table is read, and the index is written");
     }},
    {"perf.index_dropped",
     [](const Place& place, const Report& report) {
       each_dropped(place, "OBJECT_INDEX",
                    [&](std::string index) { report(std::move(index), "queries that it served read more"); });
     }},
    {"perf.index_wide",
     [](const Place& place, const Report& report) {
       constexpr std::size_t many = 3;
       const auto columns = columns_of(place.statement);
       if (place.statement.is("IndexStmt") && !place.statement.flag("unique") && columns.size() > many)
         report(std::string(place.statement.text("idxname")),
                fmt::format("{} columns: {}", columns.size(), listed(columns)));
     }},
    {"perf.redundant",
     [](const Place& place, const Report& report) {
       each_known_index(place, [&](const Index& index, const std::vector<std::string>& columns) {
         const bool begins =
             index.columns.size() > columns.size() && std::equal(columns.begin(), columns.end(), index.columns.begin());
         if (begins && !place.statement.flag("unique"))
           report(std::string(place.statement.text("idxname")),
                  fmt::format("{} begins with the same columns", index.name.empty() ? "a key" : index.name));
       });
     }},
    {"pk.missing", missing_key},
    {"type.bigint_pk", small_key},
    {"type.char",
     [](const Place& place, const Report& report) {
       columns_of_type(place, report, "char(n) pads with blanks that comparisons ignore; text does not",
                       [](const Type& type) { return type.name == "bpchar"; });
     }},
    {"type.enum",
     [](const Place& place, const Report& report) {
       if (place.statement.is("CreateEnumStmt"))
         report(path_of(place.statement.list("type_name")),
                "a value cannot be taken out again; a table of values is easier to change");
     }},
    {"type.fk_mismatch", differing_key},
    {"type.float",
     [](const Place& place, const Report& report) {
       columns_of_type(place, report, "sums of it drift; numeric is exact",
                       [](const Type& type) { return type.name == "float4" || type.name == "float8"; });
     }},
    {"type.identity",
     [](const Place& place, const Report& report) {
       columns_of_type(place, report, "`generated by default as identity` belongs to the column and to the standard",
                       is_serial);
     }},
    {"type.json",
     [](const Place& place, const Report& report) {
       columns_of_type(place, report, "json cannot be compared or searched; jsonb can",
                       [](const Type& type) { return type.name == "json"; });
     }},
    {"type.text_over_varchar",
     [](const Place& place, const Report& report) {
       columns_of_type(place, report, "a longer limit is a change of the schema; text with a check is easier to change",
                       [](const Type& type) { return type.name == "varchar" && !type.modifier.empty(); });
     }},
    {"type.timestamptz",
     [](const Place& place, const Report& report) {
       columns_of_type(place, report, "nobody knows later which zone was meant",
                       [](const Type& type) { return type.name == "timestamp"; });
     }},
};
static_assert(std::ranges::is_sorted(design_table, {}, &Rule::hazard));

/// Whether the first columns of an index are those of the key, in any order.
bool covers(const Index& index, const std::vector<std::string>& columns) {
  if (index.partial || index.columns.size() < columns.size()) return false;
  return std::all_of(index.columns.begin(), index.columns.begin() + static_cast<std::ptrdiff_t>(columns.size()),
                     [&](const auto& column) { return std::ranges::find(columns, column) != columns.end(); });
}

}  // namespace

std::span<const Rule> design_rules() { return design_table; }

void look_at_end(const Ground& ground,
                 const std::function<void(std::string_view hazard, std::string object, std::string evidence)>& report) {
  std::map<std::string_view, std::pair<const Table*, const Column*>> first;  // of each name of a column
  for (const auto& [path, table] : ground.tables())
    for (const auto& column : table.columns) {
      const auto [known, is_new] = first.try_emplace(column.name, &table, &column);
      const auto& [other, same] = known->second;
      if (is_new || (table.created_in == 0 && other->created_in == 0)) continue;
      if (!same->type.known() || !column.type.known() || same->type == column.type) continue;
      report("type.pedantic", member(path, column.name),
             fmt::format("it is {}, and {} is {}", shown(column.type), member(other->path, column.name),
                         shown(same->type)));
    }
  for (const auto& [path, table] : ground.tables())
    for (const auto& key : table.constraints) {
      if (key.kind != Constraint::Kind::foreign || key.added_in == 0) continue;
      if (std::ranges::none_of(table.indexes, [&](const Index& index) { return covers(index, key.columns); }))
        report("perf.fk_unindexed", member(path, key.columns.empty() ? key.name : key.columns.front()),
               fmt::format("deleting from {} looks at every row of {}", key.referenced, path));
    }
}

}  // namespace dmc::dialects::postgres::lint
