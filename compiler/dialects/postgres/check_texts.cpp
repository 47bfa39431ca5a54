// Texts that PostgreSQL's own parser cannot read. Its grammar is that of 15: where the database needs a newer server,
// nothing is refused that a newer grammar may take.
#include <fmt/format.h>

#include "compiler/dialects/postgres/check.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/version.hpp"

namespace dmc::dialects::postgres {

namespace {

constexpr int parsed_major = 15;

class TextCheck {
 public:
  explicit TextCheck(grammar::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void expression(const std::string& what, const model::Sql& sql, const model::Origin& origin) {
    if (has_secret(sql) || sql::parse_expression(sql.text)) return;
    constexpr std::string_view before = "select ";
    report(what, sql.text, sql::parse(std::string(before) + sql.text), before.size(), "an expression", origin);
  }
  void expression(const std::string& what, const std::optional<model::Sql>& sql, const model::Origin& origin) {
    if (sql) expression(what, *sql, origin);
  }

  void query(const std::string& what, const model::Sql& sql, const model::Origin& origin) {
    if (has_secret(sql)) return;
    const auto statement = sql::parse_statement(sql.text);
    if (statement && statement->is("SelectStmt") && !statement->child("into_clause")) return;
    report(what, sql.text, sql::parse(sql.text), 0, "one query: select, values or with", origin);
  }

  void statements(const std::string& what, const model::Sql& sql, const model::Origin& origin) {
    if (has_secret(sql)) return;
    const auto parsed = sql::parse(sql.text);
    const auto* all = std::get_if<std::vector<sql::ParsedStatement>>(&parsed);
    if (!all || all->empty()) report(what, sql.text, parsed, 0, "a statement", origin);
  }

 private:
  /// `${env NAME}` is no SQL until it is bound.
  static bool has_secret(const model::Sql& sql) { return sql.text.find("${") != std::string::npos; }

  /// The place in the text in words, because only the place of the whole is known in the source.
  void report(const std::string& what, std::string_view text, const sql::Parsed& parsed, std::size_t before,
              std::string_view expected, const model::Origin& origin) {
    const auto* failed = std::get_if<sql::SyntaxError>(&parsed);
    if (!failed) {
      diagnostics_.error("E0873", origin.span, fmt::format("{} is not {}", what, expected),
                         fmt::format("expected {}", expected));
      return;
    }
    const std::size_t offset = failed->offset > before ? failed->offset - before : 0;
    std::size_t line = 1;
    for (const char c : text.substr(0, offset))
      if (c == '\n') ++line;
    const std::string place = text.find('\n') == std::string_view::npos ? "" : fmt::format(" in line {} of it", line);
    diagnostics_.error("E0873", origin.span, fmt::format("{} is not SQL", what),
                       fmt::format("PostgreSQL's parser says{}: {}", place, grammar::escaped(failed->message)));
  }

  grammar::Diagnostics& diagnostics_;
};

void check_table(const model::Table& table, TextCheck& check) {
  for (const auto& column : table.columns) {
    check.expression("the default of '" + column.name + "'", column.default_value, column.origin);
    if (column.generated)
      check.expression("generated column '" + column.name + "'", column.generated->expression, column.origin);
  }
  for (const auto& each : table.checks) check.expression(called("check", each.name), each.expression, each.origin);
  const auto elements = [&](const std::string& what, const std::vector<model::Element>& list,
                            const model::Origin& origin) {
    for (const auto& element : list) check.expression("an expression of " + what, element.expression, origin);
  };
  for (const auto& index : table.indexes) {
    elements(called("index", index.name), index.elements, index.origin);
    check.expression("the condition of " + called("index", index.name), index.where, index.origin);
  }
  for (const auto& exclusion : table.exclusions) {
    elements(called("exclusion", exclusion.name), exclusion.elements, exclusion.origin);
    check.expression("the condition of " + called("exclusion", exclusion.name), exclusion.where, exclusion.origin);
  }
}

}  // namespace

void check_texts(const model::Database& database, grammar::Diagnostics& diagnostics) {
  if (major_of(database.oldest_version) > parsed_major) return;
  TextCheck check(diagnostics);
  for (const auto& table : database.tables) check_table(table, check);
  for (const auto& view : database.views) {
    check.query("the query of view '" + view.path() + "'", view.query, view.origin);
    for (const auto& index : view.indexes)
      check.expression("the condition of index '" + index.name + "'", index.where, index.origin);
  }
  for (const auto& trigger : database.triggers)
    check.expression("the condition of trigger '" + trigger.name + "'", trigger.when, trigger.origin);
  for (const auto& object : database.objects) {
    check.statements(object.label(), object.create, object.origin);
    if (object.replace && !object.replace->text.empty())
      check.statements("what replaces " + object.label(), *object.replace, object.origin);
    if (!object.drop.text.empty()) check.statements("what drops " + object.label(), object.drop, object.origin);
  }
}

}  // namespace dmc::dialects::postgres
