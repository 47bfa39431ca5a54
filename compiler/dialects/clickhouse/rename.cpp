// Names in expressions are found by their tokens.
#include "compiler/dialects/clickhouse/rename.hpp"

namespace dmc::dialects::clickhouse {

namespace {

class Renaming {
 public:
  Renaming(const std::string& table, const std::string& from, std::string_view to)
      : scope_{.table = table, .text = model::RenameScope::Text::expression}, from_(from), to_(to) {}

  void in(model::Table& table) const {
    for (auto& column : table.columns) {
      if (column.name == from_) column.name = to_;
      in(column.default_value);
      in(column.ephemeral);
      in(column.ttl);
      if (column.generated) in(column.generated->expression);
    }
    for (auto& check : table.checks) in(check.expression);
    for (auto& projection : table.projections) in(projection.query);
    for (auto& index : table.indexes)
      for (auto& element : index.elements) {
        if (element.column == from_) element.column = to_;
        in(element.expression);
      }
    if (!table.storage) return;
    for (auto* text : {&table.storage->order_by, &table.storage->partition_by, &table.storage->primary_key,
                       &table.storage->sample_by, &table.storage->ttl})
      in(*text);
  }

 private:
  void in(model::Sql& sql) const { sql.text = model::with_renamed(sql.text, from_, to_, scope_); }
  void in(std::optional<model::Sql>& sql) const {
    if (sql) in(*sql);
  }

  model::RenameScope scope_;
  const std::string& from_;
  std::string to_;
};

/// With what a backslash takes away made plain, so that every place stays where it is.
std::string without_escapes(std::string_view text) {
  std::string plain(text);
  for (std::size_t at = 0; at + 1 < plain.size(); ++at)
    if (plain[at] == '\\') plain[at] = plain[at + 1] = 'x';
  return plain;
}

}  // namespace

void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
            std::string_view to) {
  auto* found = database.table(table);
  if (!found) return;
  if (column) {
    const std::string name = found->name;
    return Renaming(name, *column, to).in(*found);
  }
  found->name = to;
  database.sort();
}

std::vector<Mentions> mentions(const model::Database& database, const std::vector<AuthorText>& texts,
                               std::string_view relation, const std::optional<std::string>& column) {
  model::SqlWanted wanted;
  wanted.relation = relation;
  if (column) wanted.column = *column;
  wanted.has_column = [&](std::string_view other) -> std::optional<bool> {
    const auto* table = database.table(other);
    return table ? std::optional(table->column(*column) != nullptr) : std::nullopt;  // a view's are not known
  };
  std::vector<Mentions> all;
  for (const auto& text : texts) {
    wanted.own = text.table == relation;
    all.emplace_back(model::sql_mentions(without_escapes(text.text), wanted));
  }
  return all;
}

}  // namespace dmc::dialects::clickhouse
