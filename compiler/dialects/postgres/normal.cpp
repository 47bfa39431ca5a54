// Walks over every text of a database; what goes without saying is taken out on the way.
#include "compiler/dialects/postgres/normal.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/compare.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/statement.hpp"
#include "compiler/dialects/postgres/types.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Column;
using model::Database;
using model::Sql;
using model::Table;

/// The class that a method takes for a type by itself, where authors like to write it.
constexpr auto own_classes = std::to_array<std::array<std::string_view, 3>>({{"btree", "text", "text_ops"},
                                                                             {"btree", "character varying", "text_ops"},
                                                                             {"btree", "integer", "int4_ops"},
                                                                             {"btree", "bigint", "int8_ops"},
                                                                             {"btree", "uuid", "uuid_ops"},
                                                                             {"hash", "text", "text_ops"},
                                                                             {"hash", "character varying", "text_ops"},
                                                                             {"gin", "jsonb", "jsonb_ops"},
                                                                             {"gin", "tsvector", "tsvector_ops"},
                                                                             {"gist", "tsvector", "tsvector_ops"},
                                                                             {"gist", "ltree", "gist_ltree_ops"}});

bool is_plain_column(const Table& table, std::string_view text) {
  const auto tokens = model::sql_tokens(text);
  return tokens.size() == 1 &&
         (tokens[0].kind == model::SqlToken::Kind::word || tokens[0].kind == model::SqlToken::Kind::quoted_name) &&
         table.column(tokens[0].text);
}

bool is_null(std::string_view text) {
  const auto tokens = model::sql_tokens(text);
  return !tokens.empty() && tokens[0].kind == model::SqlToken::Kind::word &&
         (tokens[0].text == "NULL" || tokens[0].text == "null") && (tokens.size() == 1 || tokens[1].text == "::");
}

class Texts {
 public:
  explicit Texts(Database& database) : database_(database), scope_(database) {}

  void run() {
    for (auto& object : database_.objects) {
      const std::string owner = normalise(object, scope_);
      if (!owner.empty()) owners_.emplace_back(&object, owner);
    }
    for (auto& table : database_.tables) bring(table);
    for (auto& view : database_.views) {
      auto around = scope_.anywhere();
      around.output = view.columns;
      const auto normal = sql::normal_query(view.query.text, around);
      view.query.text = normal ? *normal : unqualified(view.query.text);
      if (normal) view.columns.clear();
      for (auto& index : view.indexes) bring(index, nullptr, view.path());
    }
    for (auto& trigger : database_.triggers) bring(trigger);
    own_sequences();
  }

 private:
  std::string normal(const std::string& text, const sql::Surroundings& around) {
    // The same few texts stand in many tables; what they mean depends on the columns that they name.
    std::string key = text + '\x1f' + around.type;
    if (!around.row.empty())
      for (const auto name : model::names_in(text))
        for (const auto& column : around.row)
          if (column.name == name) key.append("\x1f").append(column.name).append(" ").append(column.type);
    if (text.find('.') != std::string::npos) key.append("\x1f").append(around.table);
    const auto [known, is_new] = known_.try_emplace(std::move(key));
    if (!is_new) return known->second;
    const auto normal = sql::normal_expression(text, around);
    return known->second = normal ? *normal : unqualified(text);
  }

  void bring(std::vector<model::Element>& elements, const Table* table, sql::Surroundings& around,
             std::string_view method) {
    around.type.clear();
    for (auto& element : elements) {
      if (element.expression) {
        element.expression->text = normal(element.expression->text, around);
        if (table && is_plain_column(*table, element.expression->text)) {
          element.column = std::string(model::sql_tokens(element.expression->text)[0].text);
          element.expression.reset();
        }
      }
      const auto* column = table && element.column ? table->column(*element.column) : nullptr;
      if (element.collation && ((column && element.collation == column->collation) ||
                                (!(column && column->collation) && *element.collation == "\"default\"")))
        element.collation.reset();
      if (element.nulls_first == element.descending) element.nulls_first.reset();
      if (column && element.operator_class && element.class_arguments.empty())
        for (const auto& own : own_classes)
          if (own[0] == method && own[1] == std::string_view(column->type).substr(0, column->type.find('(')) &&
              own[2] == *element.operator_class) {
            element.operator_class.reset();
            break;
          }
    }
  }

  void bring(std::optional<Sql>& condition, sql::Surroundings& around) {
    if (!condition) return;
    around.type = "boolean";
    condition->text = normal(condition->text, around);
  }

  void bring(model::Index& index, const Table* table, std::string_view path) {
    if (index.method == "btree") index.method.reset();
    auto around = table ? scope_.inside(*table, {}) : scope_.inside(path, {});
    bring(index.elements, table, around, index.method ? *index.method : std::string_view("btree"));
    bring(index.where, around);
  }

  void bring(model::Partitioning& partitioning, const Table& table) {
    std::string list;
    auto around = scope_.inside(table, {});
    partitioning.by.text = unqualified(partitioning.by.text);
    if (is_plain_column(table, partitioning.by.text)) list = partitioning.by.text;
    for (auto& partition : partitioning.partitions) {
      partition.bounds.text = unqualified(partition.bounds.text);
      for (auto& inner : partition.by) bring(inner, table);
    }
  }

  void bring(Column& column, sql::Surroundings& row) {
    if (column.default_value) {
      auto around = scope_.anywhere();
      around.type = column.type;
      column.default_value->text = normal(column.default_value->text, around);
      if (is_null(column.default_value->text)) column.default_value.reset();
    }
    if (!column.generated) return;
    row.type = column.type;
    column.generated->expression.text = normal(column.generated->expression.text, row);
  }

  void bring(Table& table) {
    auto around = scope_.inside(table, {});
    for (auto& column : table.columns) bring(column, around);
    for (auto& check : table.checks) {
      around.type = "boolean";
      check.expression.text = normal(check.expression.text, around);
    }
    for (auto& exclusion : table.exclusions) {
      bring(exclusion.elements, &table, around, exclusion.method);
      bring(exclusion.where, around);
    }
    for (auto& index : table.indexes) {
      if (index.method == "btree") index.method.reset();
      bring(index.elements, &table, around, index.method ? *index.method : std::string_view("btree"));
      bring(index.where, around);
    }
    if (table.partitioned) bring(*table.partitioned, table);
  }

  /// The server keeps the arguments of a trigger's function as texts, whatever they were.
  static std::string normal_call(const std::string& text) {
    const auto call = sql::parse_expression(text);
    if (!call || !call->is("FuncCall")) return text;
    const auto& names = call->list("funcname");
    const auto schema = sql::qualifier(names);
    const auto function = quoted(sql::last_name(names));
    std::string normal = schema.empty() || schema == "public" ? function : quoted(schema) + "." + function;
    std::vector<std::string> arguments;
    for (const auto& argument : call->list("args")) {
      if (const auto* said = argument.child("sval"))
        arguments.push_back(text_literal(said->text("sval")));
      else if (const auto* number = argument.child("ival"))
        arguments.push_back(text_literal(std::to_string(number->number("ival"))));
      else
        return text;
    }
    return normal.append("(").append(joined(arguments, ", ")).append(")");
  }

  void bring(model::Trigger& trigger) {
    if (trigger.execute) trigger.execute = normal_call(*trigger.execute);
    if (!trigger.when) return;
    auto around = scope_.inside(trigger.table, "boolean");
    const auto normal = sql::normal_expression(trigger.when->text, around);
    trigger.when->text = normal ? *normal : unqualified(trigger.when->text);
  }

  /// Which column owns a sequence comes behind both, because the column may take its default from it.
  void own_sequences() {
    std::vector<model::Object> added;
    for (const auto& [sequence, owner] : owners_) {
      const std::string path = sequence->name.substr(sequence->type.size() + 1);
      model::Object object;
      object.type = "sequence owner";
      object.name = "sequence owner " + path;
      object.create.text = "alter sequence " + path + " owned by " + owner;
      object.drop.text = "alter sequence " + path + " owned by none";
      object.after = {owner.substr(0, owner.rfind('.')), sequence->name};
      object.origin = sequence->origin;
      added.push_back(std::move(object));
    }
    for (auto& object : added) {
      normalise(object, scope_);
      database_.objects.push_back(std::move(object));
    }
  }

  Database& database_;
  Scope scope_;
  std::map<std::string, std::string> known_;
  std::vector<std::pair<const model::Object*, std::string>> owners_;
};

/// As the server writes it, and as statements need it: `"C"`. Names without quotes are an author's.
void as_written(std::optional<std::string>& collation) {
  if (!collation || collation->find('"') != std::string::npos) return;
  std::string path;
  for (std::string_view rest = *collation;;) {
    const auto dot = rest.find('.');
    path.append(path.empty() ? "" : ".").append(quoted(rest.substr(0, dot)));
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  collation = std::move(path);
}

void without_what_goes_without_saying(Table& table) {
  const auto in_elements = [](std::vector<model::Element>& elements) {
    for (auto& element : elements) as_written(element.collation);
  };
  if (table.primary_key) in_elements(table.primary_key->elements);
  for (auto& key : table.uniques) in_elements(key.elements);
  for (auto& exclusion : table.exclusions) in_elements(exclusion.elements);
  for (auto& index : table.indexes) in_elements(index.elements);
  for (auto& column : table.columns) {
    as_written(column.collation);
    if (const auto counted = counted_type(column.type)) {
      column.type = *counted;
      column.identity = model::Identity::serial;
    }
    if (column.identity) column.not_null = true;
    if (column.collation == "\"default\"" || column.collation == "default") column.collation.reset();
    if (column.statistics == -1) column.statistics.reset();
    if (column.compression == "default") column.compression.reset();
  }
  if (table.primary_key)
    for (const auto& element : table.primary_key->elements)
      for (auto& column : table.columns)
        if (element.column == column.name) column.not_null = true;
  const auto plain = [](model::Key& key) { key.deferrable = key.deferrable || key.initially_deferred; };
  if (table.primary_key) plain(*table.primary_key);
  for (auto& key : table.uniques) plain(key);
  for (auto& key : table.foreign_keys) {
    key.deferrable = key.deferrable || key.initially_deferred;
    if (key.match == "simple") key.match.clear();
  }
  for (auto& exclusion : table.exclusions) exclusion.deferrable = exclusion.deferrable || exclusion.initially_deferred;
}

/// The server notes the columns of the primary key where a text leaves them out.
void point_at_primary_keys(Database& database) {
  for (auto& table : database.tables)
    for (auto& key : table.foreign_keys) {
      const auto* parent = key.referenced.empty() ? std::as_const(database).table(key.table) : nullptr;
      if (!parent || !parent->primary_key) continue;
      for (const auto& element : parent->primary_key->elements)
        if (element.column) key.referenced.push_back(*element.column);
    }
}

}  // namespace

std::string unqualified(std::string_view text) {
  if (text.find("public.") == std::string_view::npos && text.find("pg_catalog.") == std::string_view::npos)
    return std::string(text);
  std::string out;
  std::size_t copied = 0;
  const auto tokens = model::sql_tokens(text);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const auto& token = tokens[i];
    const auto drop = [&](std::size_t begin, std::size_t end) {
      out += text.substr(copied, begin - copied);
      copied = end;
    };
    const bool qualifier = token.kind == model::SqlToken::Kind::word &&
                           (token.text == "public" || token.text == "pg_catalog") && tokens[i + 1].text == "." &&
                           !(i > 0 && tokens[i - 1].text == ".");
    if (qualifier) drop(token.begin, tokens[i + 1].end);
    // 'public.t_id_seq'::regclass
    constexpr std::string_view quoted_schema = "'public.";
    if (token.kind == model::SqlToken::Kind::string && token.text.starts_with(quoted_schema) && i + 2 < tokens.size() &&
        tokens[i + 1].text == "::" && tokens[i + 2].text.starts_with("reg"))
      drop(token.begin + 1, token.begin + quoted_schema.size());
  }
  return out.append(text.substr(copied));
}

void normalise(Database& database) {
  for (auto& table : database.tables) without_what_goes_without_saying(table);
  for (auto& view : database.views)
    for (auto& index : view.indexes)
      for (auto& element : index.elements) as_written(element.collation);
  point_at_primary_keys(database);
  Texts(database).run();
  database.sort();
}

}  // namespace dmc::dialects::postgres
