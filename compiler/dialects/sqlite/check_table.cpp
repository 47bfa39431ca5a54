// Rules of a table, with the words in which SQLite itself would refuse it much later.
#include <algorithm>
#include <array>

#include "compiler/dialects/sqlite/check.hpp"
#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"
#include "compiler/dialects/sqlite/types.hpp"

namespace dmc::dialects::sqlite {

namespace {

using grammar::Diagnostics;
using model::Column;
using model::Origin;
using model::Table;

constexpr std::size_t most_columns = 2000;  // SQLITE_MAX_COLUMN

bool has_subquery(std::string_view expression) {
  constexpr std::string_view word = "select";
  const auto same = [](char found, char wanted) { return found == wanted || found == wanted - 'a' + 'A'; };
  if (std::ranges::search(expression, word, same).empty()) return false;
  return std::ranges::any_of(tokens_of(expression), [](const Token& token) { return token.is("select"); });
}

class TableCheck {
 public:
  TableCheck(const model::Database& database, const Table& table, Diagnostics& diagnostics)
      : database_(database), table_(table), diagnostics_(diagnostics) {}

  void run() {
    settings();
    size();
    for (const auto& column : table_.columns) check_column(column);
    identity();
    primary_key();
    for (const auto& check : table_.checks)
      expression("check '" + check.name + "'", check.expression.text, check.origin);
    for (const auto& index : table_.indexes) check_index(index);
    for (const auto& key : table_.uniques) elements("unique '" + key.name + "'", key.elements, false, key.origin);
    cycles();
  }

 private:
  grammar::Diagnostic& error(std::string_view code, const Origin& origin, std::string message, std::string label) {
    return diagnostics_.error(code, origin.span ? origin.span : table_.origin.span, std::move(message),
                              std::move(label));
  }

  void settings() {
    if (!table_.schema.empty())
      error("E0405", table_.origin, "SQLite has no schemas", "only 'main', which needs no word");
    constexpr std::array<std::string_view, 2> known{"strict", "without rowid"};
    for (const auto& setting : table_.settings) {
      if (std::ranges::find(known, std::string_view(setting.name)) != known.end() && setting.value == "true") continue;
      auto& diagnostic =
          error("E0406", table_.origin, "a SQLite table has no setting '" + setting.name + " = " + setting.value + "'",
                "a table may be strict, and without rowid");
      const auto near = grammar::nearest(setting.name, {known.begin(), known.end()});
      if (!near.empty()) diagnostic.help.push_back("did you mean '" + near.front() + "'?");
    }
  }

  void size() {
    if (table_.columns.size() > most_columns)
      error("E0407", table_.origin,
            "table '" + table_.name + "' has " + std::to_string(table_.columns.size()) + " columns",
            "SQLite takes at most 2000");
    if (std::ranges::all_of(table_.columns, [](const Column& column) { return column.generated.has_value(); }))
      error("E0407", table_.origin, "table '" + table_.name + "' has no column that holds a value",
            "SQLite needs at least one that is not generated");
  }

  void check_column(const Column& column) {
    if (is_strict(table_) && !is_strict_type(column.type))
      error("E0408", column.origin,
            "column '" + column.name + "' of a strict table has " +
                (column.type.empty() ? std::string("no type") : "the type " + column.type),
            "a strict table takes int, integer, real, text, blob and any");
    if (column.generated) generated(column);
    if (column.default_value && !is_plain_default(column.default_value->text)) {
      const auto columns = columns_in(column.default_value->text, table_);
      if (!columns.empty())
        error("E0409", column.origin, "the default of '" + column.name + "' reads column '" + columns.front() + "'",
              "a default sees no column")
            .help.push_back("a value that follows from other columns is generated:  " + column.name +
                            " … generated (…);");
      if (has_subquery(column.default_value->text))
        error("E0409", column.origin, "the default of '" + column.name + "' holds a subquery",
              "SQLite takes none in a default");
    }
    collation(column.collation, column.origin);
  }

  void generated(const Column& column) {
    expression("generated column '" + column.name + "'", column.generated->expression.text, column.origin);
    if (is_volatile(column.generated->expression.text))
      error("E0410", column.origin, "generated column '" + column.name + "' would change by itself",
            "SQLite refuses the clock and random numbers in a generated column");
    if (tokens_of(column.generated->expression.text).empty())
      error("E0410", column.origin, "generated column '" + column.name + "' computes nothing",
            "expected an expression");
  }

  /// A generated column that needs itself, however far round.
  void cycles() {
    for (const auto& column : table_.columns) {
      if (!column.generated) continue;
      std::vector<std::string> reached = columns_in(column.generated->expression.text, table_);
      for (std::size_t i = 0; i < reached.size(); ++i) {
        const auto* next = table_.column(reached[i]);
        if (!next || !next->generated) continue;
        for (const auto& name : columns_in(next->generated->expression.text, table_))
          if (std::ranges::find(reached, name) == reached.end()) reached.push_back(name);
      }
      if (std::ranges::find(reached, column.name) != reached.end())
        error("E0410", column.origin, "generated column '" + column.name + "' needs itself",
              "a generated column reads others");
    }
  }

  void identity() {
    for (const auto& column : table_.columns) {
      if (!column.identity) continue;
      if (*column.identity == model::Identity::always)
        error("E0411", column.origin, "SQLite cannot keep an application from giving '" + column.name + "' a value",
              "expected: identity");
      else if (rowid_alias(table_) == column.name)
        continue;
      else if (is_without_rowid(table_))
        error("E0411", column.origin, "a table without rowid has nothing that counts for '" + column.name + "'",
              "an identity is the rowid");
      else
        error("E0411", column.origin, "identity '" + column.name + "' is not the integer primary key",
              "SQLite counts in the one integer column that is the primary key")
            .help.push_back("write:  " + column.name + " integer primary key identity;");
    }
  }

  void primary_key() {
    if (!table_.primary_key) {
      if (is_without_rowid(table_))
        error("E0412", table_.origin, "table '" + table_.name + "' has neither rowid nor primary key",
              "a table without rowid needs a primary key");
      return;
    }
    elements("the primary key", table_.primary_key->elements, false, table_.primary_key->origin);
    for (const auto& element : table_.primary_key->elements) {
      const auto* column = element.column ? table_.column(*element.column) : nullptr;
      if (column && column->generated)
        error("E0410", table_.primary_key->origin, "generated column '" + column->name + "' is in the primary key",
              "SQLite takes no generated column there");
    }
  }

  void check_index(const model::Index& index) {
    const std::string what = "index '" + index.name + "'";
    if (index.method)
      error("E0413", index.origin, what + " is 'using " + *index.method + "'", "SQLite has one kind of index: a tree");
    if (!index.include.empty())
      error("E0413", index.origin, what + " includes columns", "SQLite has no 'include'")
          .help.push_back("as further columns of the index they serve the same queries:  index " + index.name +
                          " (…, " + joined(index.include, ", ") + ");");
    elements(what, index.elements, true, index.origin);
    if (index.where) pure_expression(what, index.where->text, index.origin);
  }

  void elements(const std::string& what, const std::vector<model::Element>& elements, bool may_compute,
                const Origin& origin) {
    for (const auto& element : elements) {
      if (element.operator_class) error("E0413", origin, what + " has an operator class", "SQLite has none");
      if (element.nulls_first)
        error("E0413", origin, what + " says where nulls stand", "SQLite puts them first, and last when descending");
      if (element.expression && !may_compute)
        error("E0413", origin, what + " holds an expression", "SQLite takes only columns in a key")
            .help.push_back("a unique index may compute:  unique index " + table_.name + "_key (" +
                            element.expression->text + ");");
      else if (element.expression)
        pure_expression(what, element.expression->text, origin);
      collation(element.collation, origin);
    }
  }

  void expression(const std::string& what, std::string_view text, const Origin& origin) {
    if (has_subquery(text)) error("E0414", origin, what + " holds a subquery", "SQLite takes none there");
  }

  void pure_expression(const std::string& what, std::string_view text, const Origin& origin) {
    expression(what, text, origin);
    if (is_volatile(text))
      error("E0414", origin, what + " depends on the clock or on chance",
            "SQLite takes only what stays as it is in an index");
  }

  void collation(const std::optional<std::string>& name, const Origin& origin) {
    if (!name || *name == "NOCASE" || *name == "RTRIM" || *name == "BINARY") return;
    auto& diagnostic = diagnostics_.warning("E0415", origin.span ? origin.span : table_.origin.span,
                                            "SQLite itself has no collation '" + *name + "'",
                                            "binary, nocase and rtrim are its own; others come from the application");
    diagnostic.help.push_back("dmc has no application beside it: a rebuild or a new index of such a column will fail");
  }

  const model::Database& database_;
  const Table& table_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_table(const model::Database& database, const Table& table, Diagnostics& diagnostics) {
  TableCheck(database, table, diagnostics).run();
}

}  // namespace dmc::dialects::sqlite
