// Names in SQL that nothing has: each text is read by PostgreSQL's own parser, and what it can see is what is declared.
// Only texts that are new are looked at; what might come from an extension or from what is declared whole is let be.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/postgres/check.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/refusals.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/sql/uses.hpp"
#include "compiler/dialects/postgres/statement.hpp"
#include "grammar/expected.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Origin;
using model::Table;
using sql::Surroundings;

/// Extensions that bring functions, operators and types, but no tables, and no function of a whole row.
bool brings_no_relations(std::string_view extension) {
  constexpr auto known = std::to_array<std::string_view>(
      {"btree_gin", "btree_gist", "citext", "cube", "earthdistance", "fuzzystrmatch", "intarray", "isn", "lo", "ltree",
       "moddatetime", "pg_trgm", "pgcrypto", "plpgsql", "seg", "tablefunc", "unaccent", "uuid-ossp"});
  return std::ranges::binary_search(known, extension);
}

bool inherits(const Table& table) { return table.has_setting("inherits"); }

/// Whether each word of a text is a column of the table, a function's name or plain grammar, so that nothing in it can
/// be unknown: most texts are so, and parsing them would take most of the time of this check.
bool names_columns_alone(std::string_view text, const Table& table) {
  using Kind = model::SqlToken::Kind;
  constexpr auto plain = std::to_array<std::string_view>(
      {"and", "any", "array", "between", "case", "distinct", "else",    "end",  "false", "from", "ilike",
       "in",  "is",  "like",  "not",     "null", "or",       "similar", "then", "to",    "true", "when"});
  const auto tokens = model::sql_tokens(text);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text == ".") return false;
    if (tokens[i].kind != Kind::word && tokens[i].kind != Kind::quoted_name) continue;
    const bool is_function = i + 1 < tokens.size() && tokens[i + 1].text == "(";
    const bool is_type = i > 0 && tokens[i - 1].text == "::";
    if (is_function || is_type || table.column(tokens[i].text)) continue;
    if (tokens[i].kind == Kind::quoted_name ||
        !std::ranges::binary_search(plain, std::string_view(grammar::lower_case(tokens[i].text))))
      return false;
  }
  return true;
}

class UnknownNames {
 public:
  UnknownNames(const Tried& tried, grammar::Diagnostics& diagnostics)
      : tried_(tried), diagnostics_(diagnostics), scope_(tried.desired) {
    if (tried.before) scope_before_.emplace(*tried.before);
  }

  void run() {
    for (const auto& table : tried_.desired.tables) look_at(table);
    for (const auto& view : tried_.desired.views) look_at(view);
    for (const auto& trigger : tried_.desired.triggers) look_at(trigger);
    for (const auto& object : tried_.desired.objects)
      if (object.type == "row policy") look_at(object);
    if (tried_.intent && tried_.before) look_at(*tried_.intent);
  }

 private:
  // ── what is declared ──────────────────────────────────────────────────────────────────────────────────────────
  void look_at(const Table& table) {
    const auto* old = tried_.before ? tried_.before->table(table.path()) : nullptr;
    if ((old && *old == table) || inherits(table)) return;
    auto around = scope_.inside(table, {});
    const auto is_old = [&](const auto& list, const auto& item) {
      return old && std::ranges::find(old->*list, item) != (old->*list).end() && keeps_columns(*old, table);
    };
    const auto expression = [&](const std::string& what, const model::Sql& sql, const Origin& origin) {
      if (names_columns_alone(sql.text, table)) return;
      if (const auto node = sql::parse_expression(sql.text))
        tell(what, sql::unknown_names(*node, around), origin.span ? origin : table.origin);
    };
    const auto elements = [&](const std::string& what, const auto& item) {
      for (const auto& element : item.elements)
        if (element.expression) expression(what, *element.expression, item.origin);
      if (item.where) expression("the condition of " + what, *item.where, item.origin);
    };
    for (const auto& column : table.columns)
      if (column.generated && !is_old(&Table::columns, column))
        expression("generated column '" + column.name + "'", column.generated->expression, column.origin);
    for (const auto& check : table.checks)
      if (!is_old(&Table::checks, check))
        expression(check.name.starts_with(table.name + "_check") ? fmt::format("a check of '{}'", table.path())
                                                                 : called("check", check.name),
                   check.expression, check.origin);
    for (const auto& index : table.indexes)
      if (!is_old(&Table::indexes, index)) elements(called("index", index.name), index);
    for (const auto& exclusion : table.exclusions)
      if (!is_old(&Table::exclusions, exclusion)) elements(called("exclusion", exclusion.name), exclusion);
  }

  static bool keeps_columns(const Table& old, const Table& table) {
    return std::ranges::all_of(old.columns, [&](const model::Column& column) { return table.column(column.name); });
  }

  void look_at(const model::View& view) {
    const auto* old = tried_.before ? tried_.before->view(view.path()) : nullptr;
    if ((old && *old == view) || !view.old_name_of.empty()) return;
    const std::string what = fmt::format("{}view '{}'", view.materialized ? "materialized " : "", view.path());
    query(what, view.query.text, view.origin, around_all(scope_.anywhere()));
  }

  void look_at(const model::Trigger& trigger) {
    const auto* old = tried_.before ? tried_.before->trigger(trigger.path()) : nullptr;
    const auto* table = tried_.desired.table(trigger.table);
    if ((old && *old == trigger) || !trigger.when || !table || inherits(*table)) return;
    if (const auto node = sql::parse_expression(trigger.when->text))
      tell("the condition of trigger '" + trigger.name + "'",
           sql::unknown_names(*node, scope_.inside(*table, {}), true), trigger.origin);
  }

  void look_at(const model::Object& policy) {
    const auto* old = tried_.before ? tried_.before->object(policy.path()) : nullptr;
    const auto statement = (old && *old == policy) ? std::nullopt : sql::parse_statement(policy.create.text);
    const auto* range = statement && statement->is("CreatePolicyStmt") ? statement->child("table") : nullptr;
    const auto* table = range ? tried_.desired.table(path_of(*range)) : nullptr;
    if (!table || inherits(*table)) return;
    auto around = around_all(scope_.inside(*table, {}));
    for (const auto field : {"qual", "with_check"})
      if (const auto* node = statement->child(field))
        tell(policy.label(), sql::unknown_names(*node, around), policy.origin);
  }

  // ── what the change does ──────────────────────────────────────────────────────────────────────────────────────
  /// Statements see a state in between: a table of both sides has the columns of both. Where tables are renamed or a
  /// run makes what nobody declares, that is not known well enough.
  void look_at(const model::Intent& intent) {
    const auto unclear = [](const model::Statement& statement) {
      const auto* rename = std::get_if<model::RenameStatement>(&statement.kind);
      const auto* retype = std::get_if<model::RetypeStatement>(&statement.kind);
      if ((rename && rename->keeping_both) || (retype && retype->keeping_both)) return true;
      return std::holds_alternative<model::RunStatement>(statement.kind) || (rename && rename->object_kind != "column");
    };
    if (std::ranges::any_of(intent.statements, unclear)) return;
    for (const auto& statement : intent.statements) {
      const auto& origin = statement.origin;
      if (const auto* rows = std::get_if<model::DropRowsStatement>(&statement.kind))
        in_row("'drop rows'", rows->table.parts, rows->where, origin);
      if (const auto* backfill = std::get_if<model::BackfillStatement>(&statement.kind)) {
        for (const auto& set : backfill->set)
          in_row("the value of '" + set.column + "'", backfill->table.parts, set.value,
                 set.origin.span ? set.origin : origin);
        if (backfill->where) in_row("the condition", backfill->table.parts, *backfill->where, origin);
      }
      if (const auto* retype = std::get_if<model::RetypeStatement>(&statement.kind);
          retype && retype->column.parts.size() > 1) {
        const std::vector<std::string> table(retype->column.parts.begin(), retype->column.parts.end() - 1);
        if (retype->using_expression) in_row("'using'", table, *retype->using_expression, origin);
        if (retype->undo) in_row("'undo'", table, *retype->undo, origin);
      }
      if (const auto* verify = std::get_if<model::VerifyStatement>(&statement.kind))
        query("verify '" + verify->name + "'", verify->check.query, origin, around_both());
      if (const auto* gate = std::get_if<model::GateStatement>(&statement.kind); gate && gate->check)
        query("gate '" + gate->text + "'", gate->check->query, origin, around_both());
    }
  }

  /// The table of a statement's path, which may begin with the database.
  static const Table* find(const model::Database& database, std::vector<std::string> parts) {
    if (parts.size() > 1 && parts.front() == database.name) parts.erase(parts.begin());
    if (const auto* table = database.table(joined(parts, "."))) return table;
    if (parts.size() > 1 && parts.front() == "public") return database.table(parts.back());
    return nullptr;
  }

  void in_row(const std::string& what, const std::vector<std::string>& parts, const model::Sql& sql,
              const Origin& origin) {
    const auto *now = find(tried_.desired, parts), *before = find(*tried_.before, parts);
    const auto* table = now ? now : before;
    const bool is_open = (now && inherits(*now)) || (before && inherits(*before));
    const auto node = table && !is_open ? sql::parse_expression(sql.text) : std::nullopt;
    if (!node) return;
    auto around = around_both();
    around.table = table->name;
    for (const auto* one : {now, before})
      if (one) add(around.row, one->columns);
    tell(what, sql::unknown_names(*node, around), origin);
  }

  template <class Columns>
  static void add(std::vector<sql::NamedType>& row, const Columns& columns) {
    for (const auto& column : columns)
      if (std::ranges::find(row, column.name, &sql::NamedType::name) == row.end()) row.push_back({column.name, {}});
  }

  Surroundings around_both() {
    auto around = around_all(scope_.anywhere());
    around.relation = [now = around.relation, then = around_all(scope_before_->anywhere()).relation](
                          std::string_view schema, std::string_view name) {
      auto columns = now(schema, name);
      const auto others = then(schema, name);
      if (columns && others) add(*columns, *others);
      return columns ? columns : others;
    };
    return around;
  }

  // ── both ──────────────────────────────────────────────────────────────────────────────────────────────────────
  /// Of tables all is known; what a view gives, and what inherits, may have more columns than can be told here.
  Surroundings around_all(Surroundings around) const {
    around.relation = [this, known = around.relation](
                          std::string_view schema,
                          std::string_view name) -> std::optional<std::vector<sql::NamedType>> {
      const auto path = schema.empty() || schema == "public" ? std::string(name) : fmt::format("{}.{}", schema, name);
      for (const auto* database : {tried_.before, &tried_.desired}) {
        const auto* table = database ? database->table(path) : nullptr;
        if (database && (database->view(path) || (table && inherits(*table)))) return std::nullopt;
      }
      return known(schema, name);
    };
    return around;
  }

  void query(const std::string& what, const std::string& text, const Origin& origin, const Surroundings& around) {
    const auto node = sql::parse_statement(text);
    if (!node || !node->is("SelectStmt")) return;
    for (const auto& use : sql::uses_of(*node, around))
      if (use.what == sql::Use::What::relation && use.schema.empty() && !around.relation(around.schema, use.name) &&
          !may_be_there(use.name))
        tell_relation(what, use.name, origin);
    tell(what, sql::unknown_names(*node, around), origin);
  }

  /// A view that could not be read, a sequence, what an extension brings or what is declared whole.
  bool may_be_there(const std::string& name) {
    if (name.starts_with("pg_") || name.ends_with("_seq")) return true;
    if (!words_) gather_words();
    return has_unknown_extension_ || words_->contains(name);
  }

  void gather_words() {
    words_.emplace();
    for (const auto* database : {tried_.before, &tried_.desired}) {
      if (!database) continue;
      for (const auto& table : database->tables) {
        words_->insert(table.name);
        for (const auto& column : table.columns)
          for (const auto word : model::names_in(column.identity_options)) words_->emplace(word);
      }
      for (const auto& view : database->views) words_->insert(view.name);
      for (const auto& object : database->objects) {
        for (const auto word : model::names_in(object.create.text)) words_->emplace(word);
        has_unknown_extension_ =
            has_unknown_extension_ || (object.type == "extension" && !brings_no_relations(object.provides()));
      }
    }
  }

  /// Each name once a text.
  void tell(const std::string& what, const std::vector<sql::UnknownName>& names, const Origin& origin) {
    std::set<std::string> told;
    for (const auto& name : names) {
      if (name.may_be_called && may_be_there(name.name)) continue;
      if (!told.insert(name.name).second) continue;
      const auto shown = grammar::escaped(name.name);
      auto& diagnostic =
          name.qualifies
              ? diagnostics_.error("E0884", origin.span, fmt::format("{} names something of '{}'", what, shown),
                                   "nothing that it reads is called so")
              : diagnostics_.error("E0884", origin.span, fmt::format("{} names column '{}'", what, shown),
                                   name.of.empty() ? std::string("nothing that it reads has such a column")
                                                   : fmt::format("'{}' has no column of this name", name.of));
      const auto near = grammar::nearest(name.name, {name.others.begin(), name.others.end()});
      if (!near.empty()) diagnostic.help.push_back(fmt::format("did you mean '{}'?", near.front()));
    }
  }

  /// Tables may be there that nobody declares: made by a `run`, not adopted, left to themselves. So it is a warning,
  /// and only of what looks like a declared one.
  void tell_relation(const std::string& what, const std::string& name, const Origin& origin) {
    std::vector<std::string_view> others;
    for (const auto& table : tried_.desired.tables) others.emplace_back(table.name);
    for (const auto& view : tried_.desired.views) others.emplace_back(view.name);
    const auto near = grammar::nearest(name, others);
    if (near.empty()) return;
    auto& diagnostic =
        diagnostics_.warning("E0884", origin.span, fmt::format("{} reads '{}'", what, grammar::escaped(name)),
                             "no table and no view of this name is declared");
    diagnostic.help.push_back(fmt::format("did you mean '{}'?", near.front()));
  }

  const Tried& tried_;
  grammar::Diagnostics& diagnostics_;
  Scope scope_;
  std::optional<Scope> scope_before_;
  std::optional<std::set<std::string, std::less<>>>
      words_;  ///< of all that may be a relation or a function; gathered once
  bool has_unknown_extension_ = false;
};

}  // namespace

void refuse_unknown_names(const Tried& tried, grammar::Diagnostics& diagnostics) {
  UnknownNames(tried, diagnostics).run();
}

}  // namespace dmc::dialects::postgres
