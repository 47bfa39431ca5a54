// Walks over every text of a database.
#include "compiler/dialects/clickhouse/normal.hpp"

#include <algorithm>
#include <iterator>

#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/pieces.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/dialects/clickhouse/types.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Sql;

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

class Normaliser {
 public:
  explicit Normaliser(std::string_view database) : database_(database) {}

  void bring(model::Table& table) const {
    take_apart_nested(table);
    for (auto& column : table.columns) bring(table, column);
    take_key(table);
    if (table.storage) bring(*table.storage, table.settings);
    for (auto& check : table.checks) bring(check.expression);
    for (auto& projection : table.projections) bring(projection.query);
    for (auto& index : table.indexes) bring(index);
    if (table.comment && table.comment->empty()) table.comment.reset();
    std::ranges::sort(table.checks, {}, &model::Check::name);
    std::ranges::sort(table.indexes, {}, &model::Index::name);
    std::ranges::sort(table.projections, {}, &model::Projection::name);
  }

  void bring(model::View& view) const {
    bring(view.query);
    if (view.query.text.starts_with('(')) view.query.text = normal_key(view.query.text);
    view.columns.clear();
    if (view.storage) bring(*view.storage, view.settings);
    if (view.comment && view.comment->empty()) view.comment.reset();
  }

  void bring(model::Object& object) const { bring(object.create); }

 private:
  void bring(Sql& sql) const { sql.text = normal_text(sql.text, database_); }
  void bring(std::optional<Sql>& sql) const {
    if (sql) bring(*sql);
  }

  /// The server keeps the parts of `n Nested(a T)` as columns `n.a Array(T)`.
  static void take_apart_nested(model::Table& table) {
    std::vector<model::Column> columns;
    for (auto& column : table.columns) {
      const auto type = type_of(column.type);
      if (!type || type->name != "Nested") {
        columns.push_back(std::move(column));
        continue;
      }
      for (Type part : type->arguments) {
        model::Column& own = columns.emplace_back(column);
        own.name +=
            "." + std::string(part.label.starts_with('`') ? part.label.substr(1, part.label.size() - 2) : part.label);
        part.label.clear();
        own.type = "Array(" + clickhouse::text_of(part) + ")";
      }
    }
    table.columns = std::move(columns);
  }

  void bring(const model::Table& table, model::Column& column) const {
    if (const auto type = canonical_type(column.type)) column.type = *type;
    const auto value = [&](std::optional<Sql>& sql) {
      bring(sql);
      if (sql) sql->text = without_cast(sql->text, column.type);
    };
    value(column.default_value);
    value(column.ephemeral);
    if (column.ephemeral && column.ephemeral->text.starts_with("defaultValueOfTypeName("))
      column.ephemeral->text.clear();
    if (column.generated) {
      bring(column.generated->expression);
      column.generated->expression.text = without_cast(column.generated->expression.text, column.type);
    }
    bring(column.ttl);
    if (!column.codec.empty()) column.codec = normal_codec(column.codec, column.type);
    if (!column.sketches.empty()) column.sketches = normal_text(column.sketches);
    if (column.comment && column.comment->empty()) column.comment.reset();
    // Only the MergeTree family compresses columns each in its own way; others forget what they are told.
    if (!is_merge_tree(table) && table.storage && engine_name(table.storage->engine) == "Memory") column.codec.clear();
  }

  /// `primary key (a, b)` of columns is the same as of expressions.
  static void take_key(model::Table& table) {
    if (!table.primary_key) return;
    std::vector<std::string> parts;
    for (const auto& element : table.primary_key->elements)
      parts.push_back(element.column ? name_text(*element.column) : element.expression->text);
    if (!table.storage) table.storage.emplace();
    table.storage->primary_key = {joined(parts, ", ")};
    table.primary_key.reset();
  }

  static void key(Sql& sql) {
    if (!sql.text.empty()) sql.text = normal_key(sql.text);
  }

  void bring(model::Storage& storage, std::vector<model::Setting>& settings) const {
    take_old_syntax(storage, settings);
    storage.engine = normal_engine(storage.engine, database_);
    key(storage.order_by);
    key(storage.partition_by);
    key(storage.primary_key);
    key(storage.sample_by);
    if (!storage.ttl.text.empty()) bring(storage.ttl);
    if (storage.partition_by.text == "tuple()") storage.partition_by.text.clear();
    if (storage.order_by.text.empty()) storage.order_by = std::move(storage.primary_key);
    if (storage.primary_key == storage.order_by) storage.primary_key.text.clear();
    bring(settings, is_merge_tree(storage.engine));
  }

  static void bring(std::vector<model::Setting>& settings, bool of_merge_tree) {
    for (auto& setting : settings) {
      if (setting.value == "true") setting.value = "1";
      if (setting.value == "false") setting.value = "0";
    }
    if (of_merge_tree)
      std::erase_if(settings, [](const model::Setting& setting) {
        return setting.name == "index_granularity" && setting.value == "8192";
      });
    std::ranges::sort(settings, {}, &model::Setting::name);
  }

  /// `MergeTree(date, sample, (keys), 8192)`, as before `order by` was invented.
  static void take_old_syntax(model::Storage& storage, std::vector<model::Setting>& settings) {
    if (!storage.order_by.text.empty() || !is_merge_tree(storage.engine)) return;
    auto call = call_of(normal_text(storage.engine));
    auto arguments = parts_of(call.arguments);
    const std::size_t first = call.name.starts_with("Replicated") ? 2 : 0;
    std::size_t granularity = first + 2;
    while (granularity < arguments.size() && granularity < first + 4 && !is_number(arguments[granularity]))
      ++granularity;
    if (granularity >= arguments.size() || granularity > first + 3 || !is_number(arguments[granularity])) return;
    storage.partition_by = {"toYYYYMM(" + arguments[first] + ")"};
    storage.order_by = {arguments[granularity - 1]};
    if (granularity == first + 3) storage.sample_by = {arguments[first + 1]};
    settings.push_back({"index_granularity", arguments[granularity]});
    const auto begin = arguments.begin();
    arguments.erase(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(granularity) + 1);
    storage.engine = arguments.empty() ? call.name : call.name + "(" + joined(arguments, ", ") + ")";
  }

  void bring(model::Index& index) const {
    for (auto& element : index.elements) {
      if (!element.expression) continue;
      bring(*element.expression);
      const auto pieces = pieces_of(element.expression->text);
      if (pieces.size() != 1 || !pieces[0].is_name()) continue;
      element.column = name_of(pieces[0]);
      element.expression.reset();
    }
    if (!index.method) return;
    auto [name, arguments] = call_of(normal_text(*index.method));
    index.method = arguments.empty() ? name : name + "(" + joined(parts_of(arguments), ", ") + ")";
    const bool of_whole_part = name == "text" || name == "vector_similarity";
    constexpr std::int64_t whole_part = 100'000'000;
    if (!index.granularity) index.granularity = of_whole_part ? whole_part : 1;
  }

  std::string_view database_;
};

}  // namespace

void normalise(model::Database& all, std::string_view database) {
  const Normaliser normaliser(database);
  for (auto& table : all.tables) normaliser.bring(table);
  for (auto& view : all.views) normaliser.bring(view);
  for (auto& object : all.objects) normaliser.bring(object);
  all.sort();
}

}  // namespace dmc::dialects::clickhouse
