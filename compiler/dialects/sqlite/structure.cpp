// Asks with pragmas joined to sqlite_master, so that ten thousand tables cost as many queries as one.
#include "compiler/dialects/sqlite/structure.hpp"

#include <algorithm>

#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"
#include "compiler/dialects/sqlite/types.hpp"

namespace dmc::dialects::sqlite {

namespace {

/// A virtual table answers the pragmas only where its module is loaded, and an error there would end the whole query.
/// Of the ledger's own tables nothing is asked: that would cost more than most schemas do.
constexpr std::string_view ordinary_tables =
    R"(m.type = 'table' and m.sql not like 'CREATE VIRTUAL%' and m.name not like '!_dmc!_%' escape '!')";

std::string text(const std::optional<std::string>& value) { return value.value_or(""); }

std::int64_t number(const std::optional<std::string>& value) {
  std::int64_t result = 0;
  for (const char c : text(value))
    if (c >= '0' && c <= '9') result = result * 10 + (c - '0');
  return value && value->starts_with('-') ? -result : result;
}

void read_columns(const Query& query, Structure& structure) {
  const auto rows = query(
      "select m.name, x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, x.hidden from sqlite_master m, "
      "pragma_table_xinfo(m.name) x where " +
      std::string(ordinary_tables) + " order by m.name, x.cid");
  for (const auto& row : rows)
    structure.tables[text(row[0])].columns.push_back(
        {text(row[1]), text(row[2]), number(row[3]) != 0, row[4], number(row[5]), number(row[6])});
}

void read_indexes(const Query& query, Structure& structure) {
  const auto rows = query(
      "select m.name, l.name, l.\"unique\", l.origin, l.partial, x.cid, x.name, x.\"desc\", x.coll from "
      "sqlite_master m, pragma_index_list(m.name) l, pragma_index_xinfo(l.name) x where " +
      std::string(ordinary_tables) + " and x.key = 1 order by m.name, l.name, x.seqno");
  for (const auto& row : rows) {
    auto& indexes = structure.tables[text(row[0])].indexes;
    if (indexes.empty() || indexes.back().name != text(row[1]))
      indexes.push_back({text(row[1]), number(row[2]) != 0, text(row[3]), number(row[4]) != 0, {}});
    auto name = number(row[5]) >= 0 ? row[6] : std::nullopt;
    indexes.back().columns.push_back({std::move(name), number(row[7]) != 0, text(row[8])});
  }
}

void read_references(const Query& query, Structure& structure) {
  const auto rows = query(
      "select m.name, f.id, f.\"table\", f.\"from\", f.\"to\", f.on_update, f.on_delete from sqlite_master m, "
      "pragma_foreign_key_list(m.name) f where " +
      std::string(ordinary_tables) + " order by m.name, f.id, f.seq");
  std::string last;
  for (const auto& row : rows) {
    auto& references = structure.tables[text(row[0])].references;
    const auto id = text(row[0]) + '\x1f' + text(row[1]);
    if (id != last) references.push_back({text(row[2]), {}, {}, folded(text(row[5])), folded(text(row[6]))});
    last = id;
    references.back().columns.push_back(text(row[3]));
    if (row[4]) references.back().referenced.push_back(*row[4]);
  }
}

/// Older versions leave the words that begin a computed column at its type.
std::string type_of(const ColumnFact& fact) {
  constexpr std::string_view words = "generated always";
  const bool kept = fact.hidden != 0 && folded(fact.type).ends_with(words);
  return kept ? std::string(trimmed(std::string_view(fact.type).substr(0, fact.type.size() - words.size())))
              : fact.type;
}

std::optional<std::string> column_disagreement(const model::Table& table, const TableFacts& facts) {
  if (table.columns.size() != facts.columns.size()) return "its number of columns";
  const auto alias = rowid_alias(table);
  for (std::size_t i = 0; i < facts.columns.size(); ++i) {
    const auto& column = table.columns[i];
    const auto& fact = facts.columns[i];
    const std::string of = " of column " + fact.name;
    if (column.name != fact.name) return "the name" + of;
    if (canonical_type(type_of(fact)) != column.type) return "the type" + of;
    if (column.name != alias && column.not_null != fact.not_null) return "not null" + of;
    const std::int64_t hidden = column.generated ? (column.generated->stored ? 3 : 2) : 0;
    if (hidden != fact.hidden) return "the kind" + of;
    if (column.generated) continue;
    auto value = fact.default_value ? std::optional(bare(*fact.default_value)) : std::nullopt;
    if (value && folded(*value) == "null") value.reset();
    if (value.has_value() != column.default_value.has_value()) return "the default" + of;
  }
  return std::nullopt;
}

/// One line for each key column: name, collation, order.
std::string signature(const model::Table& table, const std::vector<model::Element>& elements) {
  std::string out;
  for (const auto& element : elements) {
    std::string collation = "BINARY";
    if (element.column)
      for (const auto& column : table.columns)
        if (column.name == *element.column && column.collation) collation = *column.collation;
    if (element.collation) collation = *element.collation;
    out += (element.column ? "c" + *element.column : std::string("e")) + '\t' +
           folded(element.column ? collation : "") + (element.descending ? "\tdesc\n" : "\n");
  }
  return out;
}

std::string signature(const IndexFact& fact) {
  std::string out;
  for (const auto& column : fact.columns)
    out += (column.name ? "c" + *column.name : std::string("e")) + '\t' + folded(column.name ? column.collation : "") +
           (column.descending ? "\tdesc\n" : "\n");
  return out;
}

std::optional<std::string> key_disagreement(const model::Table& table, const TableFacts& facts) {
  std::vector<std::string> in_key;
  std::vector<std::pair<std::int64_t, std::string>> positions;
  for (const auto& fact : facts.columns)
    if (fact.key_position > 0) positions.emplace_back(fact.key_position, fact.name);
  std::ranges::sort(positions);
  std::vector<std::string> expected;
  if (table.primary_key)
    for (const auto& element : table.primary_key->elements) expected.push_back(element.column.value_or(""));
  if (!std::ranges::equal(positions, expected, {}, &std::pair<std::int64_t, std::string>::second))
    return "the primary key";

  std::vector<std::string> said, found;
  for (const auto& key : table.uniques) said.push_back("u" + signature(table, key.elements));
  for (const auto& index : table.indexes)
    said.push_back("c" + index.name + (index.unique ? " unique" : "") + (index.where ? " partial\n" : "\n") +
                   signature(table, index.elements));
  if (table.primary_key && !has_rowid_alias(table)) said.push_back("p" + signature(table, table.primary_key->elements));
  for (const auto& fact : facts.indexes) {
    if (fact.origin == "c")
      found.push_back("c" + fact.name + (fact.unique ? " unique" : "") + (fact.partial ? " partial\n" : "\n") +
                      signature(fact));
    else
      found.push_back((fact.origin == "pk" ? "p" : "u") + signature(fact));
  }
  std::ranges::sort(said);
  std::ranges::sort(found);
  if (said == found) return std::nullopt;
  return "its keys and indexes";
}

std::string signature(const std::string& table, const std::vector<std::string>& columns,
                      const std::vector<std::string>& referenced, const std::string& on_update,
                      const std::string& on_delete) {
  std::string out = folded(table) + '\t' + on_update + '\t' + on_delete;
  for (const auto& name : columns) out += "\t" + folded(name);
  out += "\t>";
  for (const auto& name : referenced) out += "\t" + folded(name);
  return out;
}

/// Asked before the model fills in what a bare `references t` means.
std::optional<std::string> reference_disagreement(const model::Table& table, const TableFacts& facts) {
  std::vector<std::string> said, found;
  for (const auto& key : table.foreign_keys)
    said.push_back(signature(key.table, key.columns, key.referenced, key.on_update, key.on_delete));
  for (const auto& fact : facts.references)
    found.push_back(signature(fact.table, fact.columns, fact.referenced, fact.on_update, fact.on_delete));
  std::ranges::sort(said);
  std::ranges::sort(found);
  if (said == found) return std::nullopt;
  return "its foreign keys";
}

}  // namespace

Structure read_structure(const Query& query) {
  Structure structure;
  for (const auto& row : query("select sqlite_version()")) structure.version = text(row[0]);
  for (const auto& row : query("select type, name, tbl_name, sql from sqlite_master order by type, name"))
    structure.stored.push_back({text(row[0]), text(row[1]), text(row[2]), row[3]});
  read_columns(query, structure);
  read_indexes(query, structure);
  read_references(query, structure);
  return structure;
}

std::optional<std::string> disagreement(const model::Table& table, const TableFacts& facts) {
  if (auto found = reference_disagreement(table, facts)) return found;
  model::Database alone;
  alone.tables.push_back(table);
  normalise(alone);
  const auto& normal = alone.tables.front();
  if (auto found = column_disagreement(normal, facts)) return found;
  return key_disagreement(normal, facts);
}

}  // namespace dmc::dialects::sqlite
