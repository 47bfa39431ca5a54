// Each text is tried alone, against tables that have columns and nothing else, so that one mistake is told once and
// where it stands.
#include "compiler/dialects/sqlite/trial.hpp"

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <set>

#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Column;
using model::Origin;
using model::Table;

/// The table with its columns alone: what a text can name.
Table skeleton(const Table& table) {
  Table bare;
  bare.name = table.name;
  for (const auto& column : table.columns) {
    Column& added = bare.columns.emplace_back();
    added.name = column.name;
    added.type = column.type;
  }
  return bare;
}

std::vector<std::string> columns_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(column.name);
  return names;
}

/// Where a text stands decides which refusals are the author's mistake.
enum class Place {
  definition,  ///< SQLite refuses it when it is created
  stored,      ///< a view or a trigger: an application may bring functions that nothing here knows
  statement    ///< of a change: columns may come and go, so that names are ambiguous only here
};

struct Question {
  std::string statement;
  const Origin* origin = nullptr;  ///< none: it only makes ready or tidies up
  Place place = Place::definition;
  const std::vector<std::string>* columns = nullptr;  ///< the names that may have been meant
};

/// `X` of `no such column: X`, without qualifier and quotes; empty when the message is another.
std::string name_behind(std::string_view message, std::string_view beginning) {
  if (!message.starts_with(beginning)) return {};
  message.remove_prefix(beginning.size());
  if (const auto more = message.find(" - "); more != std::string_view::npos) message = message.substr(0, more);
  if (const auto dot = message.rfind('.'); dot != std::string_view::npos) message.remove_prefix(dot + 1);
  if (message.size() > 2 && message.front() == '"' && message.back() == '"')
    message = message.substr(1, message.size() - 2);
  return std::string(message);
}

constexpr std::string_view no_column = "no such column: ";
constexpr std::string_view no_table = "no such table: ";
constexpr std::string_view no_function = "no such function: ";

class Trying {
 public:
  Trying(const Tried& tried, grammar::Diagnostics& diagnostics) : tried_(tried), diagnostics_(diagnostics) {}

  void run(const Trial& trial) {
    for (const auto& table : tried_.desired.tables) ask_table(table);
    ask_views_and_triggers();
    if (tried_.intent && tried_.before) ask_statements();
    if (questions_.empty()) return;
    std::vector<std::string> statements;
    for (const auto& question : questions_) statements.push_back(question.statement);
    const auto answers = trial("sqlite", statements);
    if (std::ranges::none_of(answers, [](const auto& answer) { return answer.has_value(); })) return;
    note_names();
    std::set<const Origin*> told;
    for (std::size_t i = 0; i < questions_.size() && i < answers.size(); ++i)
      if (answers[i] && questions_[i].origin && is_mistake(questions_[i], *answers[i]) &&
          told.insert(questions_[i].origin).second)
        tell(questions_[i], *answers[i]);
  }

 private:
  void ask(std::string statement) { questions_.push_back({std::move(statement), nullptr, Place::definition, nullptr}); }
  void ask(std::string statement, const Origin& origin, Place place,
           const std::vector<std::string>* columns = nullptr) {
    questions_.push_back({std::move(statement), &origin, place, columns});
  }

  /// Only views, triggers and an answer that refuses need them.
  void note_names() {
    if (!tables_.empty()) return;
    for (const auto& table : tried_.desired.tables) tables_.emplace(folded(table.name), &table);
    for (const auto& view : tried_.desired.views) views_.emplace(folded(view.name), &view);
    for (const auto& object : tried_.desired.objects)
      for (const auto& token : tokens_of(object.create.text))
        if (token.can_be_name()) declared_whole_.insert(folded(token.name()));
  }

  /// Tables lie by name; one that is not found is taken for a new one.
  const Table* before(const Table& table) const {
    if (!tried_.before) return nullptr;
    const auto& tables = tried_.before->tables;
    const auto found = std::ranges::lower_bound(tables, table.name, {}, &Table::name);
    return found != tables.end() && found->name == table.name ? &*found : nullptr;
  }

  void ask_table(const Table& table) {
    const bool has_texts =
        !table.checks.empty() || !table.indexes.empty() || std::ranges::any_of(table.columns, [](const Column& column) {
          return column.generated || column.default_value;
        });
    if (!has_texts) return;
    const auto* old = before(table);
    if (old && *old == table) return;
    const auto& names = keep(columns_of(table));
    const std::string drop = "DROP TABLE " + quoted(table.name);
    const auto where = [&](const Origin& origin) -> const Origin& { return origin.span ? origin : table.origin; };
    // An old text is known to fit as long as every column that it may name is still there.
    const bool keeps_columns = old && std::ranges::all_of(old->columns, [&](const Column& column) {
                                 return table.column(column.name) != nullptr;
                               });
    const auto is_old = [&](const auto* list, const auto& item) {
      return keeps_columns && std::ranges::find(*list, item) != list->end();
    };
    for (const auto& check : table.checks) {
      if (is_old(old ? &old->checks : nullptr, check)) continue;
      Table tried = skeleton(table);
      tried.checks = {check};
      ask(create_table(tried), where(check.origin), Place::definition, &names);
      ask(drop);
    }
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const auto& column = table.columns[i];
      if (is_old(old ? &old->columns : nullptr, column)) continue;
      Table tried = skeleton(table);
      tried.columns[i].generated = column.generated;
      tried.columns[i].default_value = column.default_value;
      if (!column.generated && (!column.default_value || tokens_of(column.default_value->text).size() < 3)) continue;
      ask(create_table(tried), where(column.origin), Place::definition, &names);
      ask("EXPLAIN INSERT INTO " + quoted(table.name) + " DEFAULT VALUES", where(column.origin), Place::definition);
      ask(drop);
    }
    for (const auto& index : table.indexes) {
      const bool computes = index.where || std::ranges::any_of(index.elements, [](const auto& element) {
                              return element.expression.has_value();
                            });
      if (!computes || is_old(old ? &old->indexes : nullptr, index)) continue;
      ask(create_table(skeleton(table)));
      ask(create_index(table, index), where(index.origin), Place::definition, &names);
      ask(drop);
    }
  }

  /// The tables and views that the names of a text may mean, and those that the views need.
  void need(std::string_view text) {
    for (const auto& token : tokens_of(text)) {
      if (!token.can_be_name()) continue;
      const auto name = folded(token.name());
      if (tables_.contains(name)) needed_tables_.insert(name);
      const auto view = views_.find(name);
      if (view != views_.end() && needed_views_.insert(name).second) need(view->second->query.text);
    }
  }

  void ask_views_and_triggers() {
    if (tried_.desired.views.empty() && tried_.desired.triggers.empty()) return;
    note_names();
    std::vector<const model::View*> views;
    std::vector<const model::Trigger*> triggers;
    for (const auto& view : tried_.desired.views) {
      const auto* old = tried_.before ? tried_.before->view(view.path()) : nullptr;
      if (old && *old == view) continue;
      views.push_back(&view);
      need(quoted(view.name));
    }
    for (const auto& trigger : tried_.desired.triggers) {
      const auto* old = tried_.before ? tried_.before->trigger(trigger.path()) : nullptr;
      if ((old && *old == trigger) || !trigger.body || trigger.events.size() != 1) continue;
      triggers.push_back(&trigger);
      need(quoted(trigger.table));
      need(trigger.body->text);
      if (trigger.when) need(trigger.when->text);
    }
    if (views.empty() && triggers.empty()) return;
    std::vector<std::string> columns;
    for (const auto& name : needed_tables_) {
      const auto& table = *tables_.at(name);
      ask(create_table(skeleton(table)));
      for (const auto& column : table.columns) columns.push_back(column.name);
    }
    const auto& names = keep(std::move(columns));
    for (const auto& name : needed_views_) {
      const auto& view = *views_.at(name);
      ask(create_view(view), view.origin, Place::stored, &names);
    }
    for (const auto* view : views)
      ask("EXPLAIN SELECT * FROM " + quoted(view->name), view->origin, Place::stored, &names);
    for (const auto* trigger : triggers) {
      ask(create_trigger(*trigger), trigger->origin, Place::stored, &names);
      if (const auto fires = firing(*trigger); !fires.empty()) ask(fires, trigger->origin, Place::stored, &names);
      ask("DROP TRIGGER " + quoted(trigger->name));
    }
    for (const auto& name : needed_views_) ask("DROP VIEW " + quoted(views_.at(name)->name));
    for (const auto& name : needed_tables_) ask("DROP TABLE " + quoted(tables_.at(name)->name));
  }

  /// A statement that fires the trigger: SQLite reads the names of its body only then.
  std::string firing(const model::Trigger& trigger) const {
    const auto target = quoted(trigger.table);
    if (trigger.events[0] == "insert") return "EXPLAIN INSERT INTO " + target + " DEFAULT VALUES";
    if (trigger.events[0] == "delete") return "EXPLAIN DELETE FROM " + target;
    std::string column = trigger.of_columns.empty() ? std::string() : trigger.of_columns[0];
    const auto table = tables_.find(folded(trigger.table));
    if (column.empty() && table != tables_.end()) column = table->second->columns.front().name;
    if (column.empty()) return {};
    return "EXPLAIN UPDATE " + target + " SET " + quoted(column) + " = NULL";
  }

  /// Statements see a state in between: a table of both sides has the columns of both. Where tables are renamed or a
  /// run makes what nobody declares, that is not known well enough.
  void ask_statements() {
    const auto unclear = [](const model::Statement& statement) {
      const auto* rename = std::get_if<model::RenameStatement>(&statement.kind);
      return std::holds_alternative<model::RunStatement>(statement.kind) || (rename && rename->object_kind != "column");
    };
    const auto& statements = tried_.intent->statements;
    if (std::ranges::any_of(statements, unclear)) return;
    std::vector<Question> asked;
    std::string texts;
    for (const auto& statement : statements) {
      for (auto& question : questions_of(statement)) {
        texts.append(" ").append(question);
        asked.push_back({std::move(question), &statement.origin, Place::statement, nullptr});
      }
    }
    if (asked.empty()) return;
    std::set<std::string> mentioned, unknown;
    for (const auto& token : tokens_of(texts))
      if (token.can_be_name()) mentioned.insert(folded(token.name()));
    std::map<std::string, Table> made;
    for (const auto* database : {tried_.before, &tried_.desired})
      for (const auto& table : database->tables)
        if (mentioned.contains(folded(table.name))) add_columns(made, table);
    for (const auto* database : {tried_.before, &tried_.desired}) {
      for (const auto& view : database->views) unknown.insert(folded(view.name));
      for (const auto& object : database->objects)
        for (const auto& token : tokens_of(object.create.text))
          if (token.kind == Token::Kind::word || token.kind == Token::Kind::quoted)
            unknown.insert(folded(token.name()));
    }
    std::vector<std::string> columns;
    for (const auto& name : mentioned) {
      if (unknown.contains(name) && !made.contains(name)) return;
      const auto table = made.find(name);
      if (table == made.end()) continue;
      ask(create_table(table->second));
      for (const auto& column : table->second.columns) columns.push_back(column.name);
    }
    const auto& names = keep(std::move(columns));
    for (auto& question : asked) {
      question.columns = &names;
      questions_.push_back(std::move(question));
    }
  }

  static void add_columns(std::map<std::string, Table>& made, const Table& table) {
    auto& known = made.try_emplace(folded(table.name), Table{}).first->second;
    known.name = table.name;
    for (const auto& column : skeleton(table).columns)
      if (std::ranges::none_of(known.columns, [&](const Column& other) { return same_name(other.name, column.name); }))
        known.columns.push_back(column);
  }

  static std::vector<std::string> questions_of(const model::Statement& statement) {
    const auto last = [](const model::Path& path) { return quoted(path.parts.back()); };
    const auto condition = [](const model::Sql& where) { return " WHERE (" + where.text + "\n)"; };
    if (const auto* rows = std::get_if<model::DropRowsStatement>(&statement.kind))
      return {"EXPLAIN DELETE FROM " + last(rows->table) + condition(rows->where)};
    if (const auto* backfill = std::get_if<model::BackfillStatement>(&statement.kind)) {
      std::vector<std::string> parts;
      for (const auto& set : backfill->set) parts.push_back(quoted(set.column) + " = (" + set.value.text + "\n)");
      return {"EXPLAIN UPDATE " + last(backfill->table) + " SET " + joined(parts, ", ") +
              (backfill->where ? condition(*backfill->where) : std::string())};
    }
    if (const auto* retype = std::get_if<model::RetypeStatement>(&statement.kind)) {
      if (!retype->using_expression || retype->column.parts.size() < 2) return {};
      const auto& table = retype->column.parts[retype->column.parts.size() - 2];
      return {"EXPLAIN SELECT (" + retype->using_expression->text + "\n) FROM " + quoted(table)};
    }
    const plan::QueryCheck* check = nullptr;
    if (const auto* verify = std::get_if<model::VerifyStatement>(&statement.kind)) check = &verify->check;
    if (const auto* gate = std::get_if<model::GateStatement>(&statement.kind); gate && gate->check)
      check = &*gate->check;
    if (!check) return {};
    const auto tokens = tokens_of(check->query);
    if (tokens.empty() || !(tokens[0].is("select") || tokens[0].is("with") || tokens[0].is("values"))) return {};
    return {"EXPLAIN " + check->query};
  }

  bool is_mistake(const Question& question, std::string_view message) const {
    if (message.starts_with(no_function)) return question.place != Place::stored;
    if (message.starts_with(no_table)) {
      const auto name = folded(name_behind(message, no_table));
      return !tables_.contains(name) && !views_.contains(name) && !declared_whole_.contains(name);
    }
    constexpr std::array<std::string_view, 11> mistakes{
        no_column,         "near \"",    "incomplete input",  "unrecognized token", "misuse of",
        "wrong number of", "parameters", "row value misused", "sub-select returns", "expected ",
        "unknown function"};
    if (std::ranges::any_of(mistakes, [&](auto beginning) { return message.starts_with(beginning); })) return true;
    return question.place != Place::statement && message.starts_with("ambiguous column name");
  }

  void tell(const Question& question, std::string_view message) {
    // A table is named with its schema in a view and without one in a statement.
    std::string words(message);
    if (const std::string in_main = std::string(no_table) + "main."; words.starts_with(in_main))
      words.replace(0, in_main.size(), no_table);
    auto& diagnostic = diagnostics_.error("E0419", question.origin->span, "SQLite does not accept this: " + words,
                                          "SQLite would say so when the plan runs, or when a row is written");
    std::vector<std::string> candidates;
    std::string name;
    if (message.starts_with(no_column) && question.columns) {
      name = name_behind(message, no_column);
      candidates = *question.columns;
    } else if (message.starts_with(no_table)) {
      name = name_behind(message, no_table);
      for (const auto& [folded_name, table] : tables_) candidates.push_back(table->name);
      for (const auto& [folded_name, view] : views_) candidates.push_back(view->name);
    } else if (message.starts_with(no_function)) {
      constexpr std::array functions{
          "abs",          "avg",          "char",       "coalesce",  "count",     "date",   "datetime", "format",
          "glob",         "group_concat", "hex",        "ifnull",    "iif",       "instr",  "json",     "json_array",
          "json_extract", "json_object",  "json_valid", "julianday", "length",    "like",   "lower",    "ltrim",
          "max",          "min",          "nullif",     "printf",    "quote",     "random", "replace",  "round",
          "rtrim",        "sign",         "strftime",   "substr",    "substring", "sum",    "time",     "total",
          "trim",         "typeof",       "unicode",    "unixepoch", "upper"};
      name = name_behind(message, no_function);
      candidates.assign(functions.begin(), functions.end());
    }
    const auto near = grammar::nearest(name, {candidates.begin(), candidates.end()});
    if (!near.empty()) diagnostic.help.push_back("did you mean '" + near.front() + "'?");
    if (message.starts_with(no_table))
      diagnostic.help.push_back("a table that dmc does not model, such as a virtual one, is declared as an object");
  }

  /// Lists of names live as long as the questions that point at them.
  const std::vector<std::string>& keep(std::vector<std::string> names) {
    return *kept_.insert(kept_.end(), std::move(names));
  }

  const Tried& tried_;
  grammar::Diagnostics& diagnostics_;
  std::map<std::string, const Table*> tables_;  ///< by folded name
  std::map<std::string, const model::View*> views_;
  std::set<std::string> declared_whole_;  ///< folded words of the objects: any of them may be a table
  std::set<std::string> needed_tables_, needed_views_;
  std::list<std::vector<std::string>> kept_;
  std::vector<Question> questions_;
};

}  // namespace

void try_out(const Tried& tried, const Trial& trial, grammar::Diagnostics& diagnostics) {
  Trying(tried, diagnostics).run(trial);
}

}  // namespace dmc::dialects::sqlite
