// Rules of a table, with the words in which PostgreSQL itself would refuse it much later.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/postgres/check.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/sql/functions.hpp"
#include "compiler/dialects/postgres/sql/names.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/types.hpp"

namespace dmc::dialects::postgres {

namespace {

using grammar::Diagnostics;
using model::Column;
using model::Origin;
using model::Table;

constexpr std::size_t most_columns = 1600;  // MaxHeapAttributeNumber
constexpr std::size_t most_keys = 32;       // INDEX_MAX_KEYS

/// Storage parameters of tables on every major, and the words of ours beside them.
constexpr auto table_settings = std::to_array<std::string_view>({"access_method",
                                                                 "autovacuum_analyze_scale_factor",
                                                                 "autovacuum_analyze_threshold",
                                                                 "autovacuum_enabled",
                                                                 "autovacuum_freeze_max_age",
                                                                 "autovacuum_freeze_min_age",
                                                                 "autovacuum_freeze_table_age",
                                                                 "autovacuum_multixact_freeze_max_age",
                                                                 "autovacuum_multixact_freeze_min_age",
                                                                 "autovacuum_multixact_freeze_table_age",
                                                                 "autovacuum_vacuum_cost_delay",
                                                                 "autovacuum_vacuum_cost_limit",
                                                                 "autovacuum_vacuum_insert_scale_factor",
                                                                 "autovacuum_vacuum_insert_threshold",
                                                                 "autovacuum_vacuum_max_threshold",
                                                                 "autovacuum_vacuum_scale_factor",
                                                                 "autovacuum_vacuum_threshold",
                                                                 "cluster_on",
                                                                 "fillfactor",
                                                                 "inherits",
                                                                 "log_autovacuum_min_duration",
                                                                 "parallel_workers",
                                                                 "replica_identity",
                                                                 "row_security",
                                                                 "tablespace",
                                                                 "toast_tuple_target",
                                                                 "unlogged",
                                                                 "user_catalog_table",
                                                                 "vacuum_index_cleanup",
                                                                 "vacuum_max_eager_freeze_failure_rate",
                                                                 "vacuum_truncate"});
static_assert(std::ranges::is_sorted(table_settings));

/// What a method of indexes can do; methods of extensions are not judged.
struct Method {
  std::string_view name;
  bool unique, ordered, includes, several, excludes;
};
constexpr auto methods = std::to_array<Method>({{"btree", true, true, true, true, true},
                                                {"hash", false, false, false, false, true},
                                                {"gin", false, false, false, true, false},
                                                {"gist", false, false, true, true, true},
                                                {"spgist", false, false, true, false, true},
                                                {"brin", false, false, false, true, false}});

}  // namespace

std::vector<std::string_view> index_methods() {
  std::vector<std::string_view> names;
  for (const auto& method : methods) names.push_back(method.name);
  return names;
}

namespace {

const Method* method_of(std::string_view name) {
  const auto found = std::ranges::find(methods, name, &Method::name);
  return found == methods.end() ? nullptr : &*found;
}

struct Contents {
  bool subquery = false;
  bool aggregate = false;
  std::string changing;  ///< a function whose value changes by itself
};

Contents contents_of(std::string_view text) {
  Contents contents;
  const auto node = sql::parse_expression(text);
  if (!node) return contents;
  sql::walk(*node, [&](const sql::Node& each) {
    if (each.is("SubLink")) contents.subquery = true;
    if (each.is("SqlvalueFunction") || each.is("SQLValueFunction")) contents.changing = "the clock or the session";
    if (!each.is("FuncCall")) return true;
    const std::string name(sql::last_name(each.list("funcname")));
    constexpr auto by_session =
        std::to_array<std::string_view>({"current_setting", "now", "statement_timestamp", "transaction_timestamp"});
    const auto* function = sql::find_function(name);
    if ((function && function->is_volatile) || std::ranges::binary_search(by_session, std::string_view(name)))
      contents.changing = name + "()";
    return true;
  });
  return contents;
}

std::vector<std::string> columns_in(std::string_view text, const Table& table) {
  sql::Surroundings around;
  around.table = table.name;
  std::vector<std::string> columns;
  for (const auto& column : sql::names_in_expression(text, around).columns)
    if (table.column(column.name)) columns.push_back(column.name);
  return columns;
}

/// Types that no operator compares, in families; "" for those that are not judged.
std::string_view family_of(std::string_view type) {
  constexpr auto numbers =
      std::to_array<std::string_view>({"smallint", "integer", "bigint", "numeric", "real", "double precision"});
  if (type.ends_with("[]")) return {};
  const auto name = type.substr(0, type.find('('));
  if (std::ranges::find(numbers, name) != numbers.end()) return "a number";
  if (name == "text" || name == "character varying" || name == "character" || name == "citext") return "a text";
  if (name == "uuid") return "a uuid";
  if (name == "boolean") return "a boolean";
  if (name == "date" || name.starts_with("timestamp")) return "a time";
  return {};
}

class TableCheck {
 public:
  TableCheck(const model::Database& database, const Table& table, Diagnostics& diagnostics)
      : database_(database), table_(table), diagnostics_(diagnostics) {}

  void run() {
    settings();
    if (table_.columns.size() > most_columns)
      error("E0883", table_.origin, fmt::format("table '{}' has {} columns", table_.path(), table_.columns.size()),
            "PostgreSQL takes at most 1600");
    for (const auto& column : table_.columns) check_column(column);
    for (const auto& check : table_.checks) {
      const auto contents = contents_of(check.expression.text);
      if (contents.subquery)
        error("E0877", check.origin, fmt::format("{} holds a subquery", called("check", check.name)),
              "a check sees one row and nothing else");
    }
    if (table_.primary_key) check_key("the primary key", *table_.primary_key);
    for (const auto& key : table_.uniques) check_key(called("unique", key.name), key);
    for (const auto& key : table_.foreign_keys) check_foreign_key(key);
    for (const auto& exclusion : table_.exclusions) check_exclusion(exclusion);
    for (const auto& index : table_.indexes) check_index(index);
  }

 private:
  grammar::Diagnostic& error(std::string_view code, const Origin& origin, std::string message, std::string label) {
    return diagnostics_.error(code, origin.span ? origin.span : table_.origin.span, std::move(message),
                              std::move(label));
  }
  void needs(int major, const std::string& what, const Origin& origin) {
    need(database_, major, what, origin.span ? origin : table_.origin, diagnostics_);
  }

  void settings() {
    for (const auto& setting : table_.settings) {
      std::string_view name = setting.name;
      if (name.starts_with("toast.")) name.remove_prefix(std::string_view("toast.").size());
      if (std::ranges::binary_search(table_settings, name)) {
        setting_value(setting);
        continue;
      }
      auto& diagnostic = error("E0878", table_.origin, fmt::format("a table has no setting '{}'", setting.name),
                               "neither a storage parameter of PostgreSQL nor a word of dmc");
      const auto near = grammar::nearest(setting.name, {table_settings.begin(), table_settings.end()});
      if (!near.empty()) diagnostic.help.push_back(fmt::format("did you mean '{}'?", near.front()));
    }
  }

  void setting_value(const model::Setting& setting) {
    const auto& value = setting.value;
    const auto expect = [&](bool good, std::string_view expected) {
      if (!good)
        error("E0878", table_.origin, fmt::format("setting '{}' cannot be '{}'", setting.name, value),
              fmt::format("expected {}", expected));
    };
    if (setting.name == "row_security")
      expect(value == "on" || value == "forced" || value == "forced when on", "on or forced");
    if (setting.name == "unlogged") expect(value == "true", "true; without the setting, a table is logged");
    if (setting.name == "replica_identity")
      expect(value == "full" || value == "nothing" || value.starts_with("index "), "full, nothing or 'index NAME'");
  }

  void check_column(const Column& column) {
    constexpr int virtual_columns = 18, compression = 14;
    if (column.compression) needs(compression, "the compression of a column needs", column.origin);
    if (column.identity) identity(column);
    if (column.generated) {
      if (!column.generated->stored)
        needs(virtual_columns, fmt::format("generated column '{}' is not stored, which needs", column.name),
              column.origin);
      generated(column);
    }
    if (!column.default_value) return;
    const auto columns = columns_in(column.default_value->text, table_);
    if (!columns.empty())
      error("E0877", column.origin, fmt::format("the default of '{}' reads column '{}'", column.name, columns.front()),
            "a default sees no column")
          .help.push_back(fmt::format(
              "a value that follows from other columns is generated:  {} … generated (…) stored;", column.name));
    if (contents_of(column.default_value->text).subquery)
      error("E0877", column.origin, fmt::format("the default of '{}' holds a subquery", column.name),
            "PostgreSQL takes none in a default");
  }

  void identity(const Column& column) {
    if (!is_integer(column.type))
      error("E0874", column.origin, fmt::format("identity column '{}' is {}", column.name, column.type),
            "an identity counts in smallint, integer or bigint");
    if (column.default_value)
      error("E0874", column.origin, fmt::format("identity column '{}' has a default", column.name),
            "an identity is its own default");
  }

  void generated(const Column& column) {
    const auto& text = column.generated->expression.text;
    const auto contents = contents_of(text);
    const auto problem = [&](std::string message, std::string label) {
      error("E0876", column.origin, fmt::format("generated column '{}' {}", column.name, message), std::move(label));
    };
    if (contents.subquery) problem("holds a subquery", "it is computed from its own row");
    if (!contents.changing.empty())
      problem("would change by itself", fmt::format("{} gives another value another time", contents.changing));
    for (const auto& name : columns_in(text, table_))
      if (table_.column(name)->generated)
        problem(fmt::format("reads generated column '{}'", name), "it may read the other columns of its row alone");
    if (column.default_value) problem("has a default", "it is always computed");
  }

  /// The columns by which rows are spread; none when an expression is among them.
  std::optional<std::vector<std::string>> partition_columns() const {
    std::vector<std::string> columns;
    std::set<std::string> words;
    for (const auto& token : model::sql_tokens(table_.partitioned->by.text)) {
      if (token.text == "(") return std::nullopt;
      if (token.text != "," && table_.column(token.text)) columns.emplace_back(token.text);
    }
    return columns;
  }

  void check_key(const std::string& what, const model::Key& key) {
    constexpr int nulls_not_distinct = 15;
    if (key.nulls_not_distinct) needs(nulls_not_distinct, "nulls not distinct needs", key.origin);
    if (key.elements.size() + key.include.size() > most_keys)
      error("E0883", key.origin, fmt::format("{} has more than 32 columns", what), "PostgreSQL takes at most 32");
    if (!table_.partitioned) return;
    const auto columns = partition_columns();
    if (!columns) {
      error("E0875", key.origin, fmt::format("{} cannot be kept in a table partitioned by an expression", what),
            "each partition keeps its own rows unique, so that the columns of the partition key must be in it");
      return;
    }
    for (const auto& column : *columns) {
      const bool has =
          std::ranges::any_of(key.elements, [&](const model::Element& element) { return element.column == column; });
      if (!has)
        error("E0875", key.origin, fmt::format("{} lacks column '{}', by which the table is partitioned", what, column),
              "each partition keeps its own rows unique, so that the columns of the partition key must be in it");
    }
  }

  void check_foreign_key(const model::ForeignKey& key) {
    constexpr int set_columns = 15;
    if (!key.set_columns.empty()) needs(set_columns, "columns behind set null and set default need", key.origin);
    const auto* parent = database_.table(key.table);
    if (!parent) return;
    auto referenced = key.referenced;
    if (referenced.empty() && parent->primary_key)
      for (const auto& element : parent->primary_key->elements) referenced.push_back(element.column.value_or(""));
    for (std::size_t i = 0; i < key.columns.size() && i < referenced.size(); ++i) {
      const auto *mine = table_.column(key.columns[i]), *other = parent->column(referenced[i]);
      if (!mine || !other) continue;
      const auto family = family_of(mine->type), parents = family_of(other->type);
      if (family.empty() || parents.empty() || family == parents) continue;
      error("E0879", key.origin,
            fmt::format("'{}' is {}, but '{}.{}' is {}", mine->name, mine->type, parent->path(), other->name,
                        other->type),
            fmt::format("{} cannot reference {}", family, parents));
    }
  }

  void check_exclusion(const model::Exclusion& exclusion) {
    constexpr int of_partitions = 17;
    if (table_.partitioned) needs(of_partitions, "an exclusion in a partitioned table needs", exclusion.origin);
    const auto* method = method_of(exclusion.method.empty() ? "btree" : exclusion.method);
    if (method && !method->excludes)
      error("E0880", exclusion.origin, fmt::format("{} uses {}", called("exclusion", exclusion.name), exclusion.method),
            "an exclusion needs gist, spgist, btree or hash");
  }

  void check_index(const model::Index& index) {
    const std::string what = called("index", index.name);
    const auto problem = [&](std::string message, std::string label) {
      error("E0880", index.origin, fmt::format("{} {}", what, message), std::move(label));
    };
    constexpr int nulls_not_distinct = 15, class_arguments = 13;
    if (index.nulls_not_distinct) needs(nulls_not_distinct, "nulls not distinct needs", index.origin);
    const std::string name = index.method ? *index.method : "btree";
    if (const auto* method = method_of(name)) {
      const auto is_sorted = [](const model::Element& element) { return element.descending || element.nulls_first; };
      if (index.unique && !method->unique) problem(fmt::format("uses {}", name), "only btree can keep values unique");
      if (!method->ordered && std::ranges::any_of(index.elements, is_sorted))
        problem(fmt::format("has an order in {}", name), "only btree keeps one: without asc, desc and nulls");
      if (!method->includes && !index.include.empty())
        problem(fmt::format("includes columns in {}", name), "btree, gist and spgist can");
      if (!method->several && index.elements.size() > 1)
        problem(fmt::format("has several columns in {}", name), "this method takes one");
    }
    if (index.elements.size() + index.include.size() > most_keys)
      error("E0883", index.origin, fmt::format("{} has more than 32 columns", what), "PostgreSQL takes at most 32");
    for (const auto& element : index.elements) {
      if (!element.class_arguments.empty()) needs(class_arguments, "arguments of an operator class need", index.origin);
      if (element.expression) same_for_ever(what, element.expression->text, index.origin);
    }
    if (index.where) same_for_ever("the condition of " + what, index.where->text, index.origin);
  }

  void same_for_ever(const std::string& what, std::string_view text, const Origin& origin) {
    const auto contents = contents_of(text);
    if (contents.subquery)
      error("E0877", origin, fmt::format("{} holds a subquery", what), "an index sees one row and nothing else");
    if (!contents.changing.empty())
      error("E0877", origin, fmt::format("{} would change by itself", what),
            fmt::format("{} gives another value another time, and an index keeps the old one", contents.changing));
  }

  const model::Database& database_;
  const Table& table_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_tables(const model::Database& database, Diagnostics& diagnostics) {
  for (const auto& table : database.tables) TableCheck(database, table, diagnostics).run();
}

}  // namespace dmc::dialects::postgres
