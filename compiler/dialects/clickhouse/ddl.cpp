// The order of the clauses is that of the server's parser, in every version from 18.16 on.
#include "compiler/dialects/clickhouse/ddl.hpp"

#include <algorithm>

#include "compiler/dialects/clickhouse/storage.hpp"

namespace dmc::dialects::clickhouse {

namespace {

std::string element_text(const model::Element& element) {
  return element.column ? quoted(*element.column) : element.expression->text;
}

/// A number or a quoted text stands as it is.
bool is_literal(std::string_view value) {
  if (value.starts_with('\'')) return true;
  const auto digits = value.starts_with('-') ? value.substr(1) : value;
  return !digits.empty() && std::ranges::all_of(digits, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

std::string with_comment(std::string statement, const std::optional<std::string>& comment) {
  return comment ? statement + "\nCOMMENT " + text_literal(*comment) : statement;
}

}  // namespace

std::string_view engine_name(std::string_view engine) {
  const auto end = engine.find_first_of("( ");
  return engine.substr(0, end);
}

bool is_merge_tree(std::string_view engine) { return engine_name(engine).ends_with("MergeTree"); }
bool is_merge_tree(const model::Table& table) { return table.storage && is_merge_tree(table.storage->engine); }

std::string default_clause(const model::Column& column) {
  if (column.default_value) return "DEFAULT " + column.default_value->text;
  if (column.generated)
    return (column.generated->stored ? "MATERIALIZED " : "ALIAS ") + column.generated->expression.text;
  if (column.ephemeral) return column.ephemeral->text.empty() ? "EPHEMERAL" : "EPHEMERAL " + column.ephemeral->text;
  return {};
}

std::string behind_ephemeral(const model::Column& column) {
  const bool bare = column.ephemeral && column.ephemeral->text.empty();
  return bare ? " COMMENT " + text_literal(column.comment.value_or("")) : std::string();
}

std::string column_definition(const model::Column& column) {
  std::string out = quoted(column.name) + " " + column.type;
  if (const auto clause = default_clause(column); !clause.empty()) out += " " + clause;
  const auto comment = behind_ephemeral(column);
  if (column.comment || !comment.empty())
    out += comment.empty() ? " COMMENT " + text_literal(*column.comment) : comment;
  if (!column.codec.empty()) out += " CODEC(" + column.codec + ")";
  if (!column.sketches.empty()) out += " STATISTICS(" + column.sketches + ")";
  if (column.ttl) out += " TTL " + column.ttl->text;
  return out;
}

std::string index_definition(const model::Index& index) {
  std::vector<std::string> elements;
  for (const auto& element : index.elements) elements.push_back(element_text(element));
  std::string out = quoted(index.name) + " ";
  out += elements.size() == 1 ? elements.front() : in_parentheses(joined(elements, ", "));
  out += " TYPE " + index.method.value_or("minmax");
  if (index.granularity) out += " GRANULARITY " + std::to_string(*index.granularity);
  return out;
}

std::string check_definition(const model::Check& check) {
  return quoted(check.name) + (check.assumed ? " ASSUME " : " CHECK ") + check.expression.text;
}

std::string projection_definition(const model::Projection& projection) {
  return quoted(projection.name) + " " + in_parentheses(projection.query.text);
}

std::string setting_words(const model::Setting& setting) {
  return setting.name + " = " + (is_literal(setting.value) ? setting.value : text_literal(setting.value));
}

std::string storage_clauses(const model::Storage& storage, const std::vector<model::Setting>& settings) {
  std::string out = "ENGINE = " + storage.engine;
  const auto clause = [&](std::string_view words, const model::Sql& list) {
    if (!list.text.empty()) out += "\n" + std::string(words) + " " + key_words(list);
  };
  clause("PARTITION BY", storage.partition_by);
  clause("PRIMARY KEY", storage.primary_key);
  clause("ORDER BY", storage.order_by);
  if (storage.order_by.text.empty() && is_merge_tree(storage.engine)) out += "\nORDER BY tuple()";
  clause("SAMPLE BY", storage.sample_by);
  if (!storage.ttl.text.empty()) out += "\nTTL " + storage.ttl.text;
  std::vector<std::string> words;
  for (const auto& setting : settings) words.push_back(setting_words(setting));
  if (!words.empty()) out += "\nSETTINGS " + joined(words, ", ");
  return out;
}

std::string create_table(const model::Table& table, std::string_view as) {
  std::vector<std::string> lines;
  for (const auto& column : table.columns) lines.push_back("  " + column_definition(column));
  for (const auto& index : table.indexes) lines.push_back("  INDEX " + index_definition(index));
  for (const auto& check : table.checks) lines.push_back("  CONSTRAINT " + check_definition(check));
  for (const auto& projection : table.projections) lines.push_back("  PROJECTION " + projection_definition(projection));
  auto out =
      "CREATE TABLE " + quoted(as.empty() ? std::string_view(table.name) : as) + "\n(\n" + joined(lines, ",\n") + "\n)";
  if (table.storage) out += "\n" + storage_clauses(*table.storage, table.settings);
  return with_comment(std::move(out), table.comment);
}

std::string create_table_like(std::string_view like, const model::Table& table, std::string_view as) {
  auto out = "CREATE TABLE " + quoted(as) + " AS " + quoted(like);
  if (table.storage) out += "\n" + storage_clauses(*table.storage, table.settings);
  return with_comment(std::move(out), table.comment);
}

std::string create_view(const model::View& view, std::string_view as) {
  const std::string name = quoted(as.empty() ? std::string_view(view.name) : as);
  std::string out = (view.materialized ? "CREATE MATERIALIZED VIEW " : "CREATE VIEW ") + name;
  if (!view.to.empty()) out += " TO " + quoted(view.to);
  if (view.storage) out += "\n" + storage_clauses(*view.storage, view.settings);
  return with_comment(out + (view.storage ? "\n" : " ") + "AS " + view.query.text, view.comment);
}

}  // namespace dmc::dialects::clickhouse
