// The rules of each statement that need no catalog: what the paths meet there, diff finds out.
#include "compiler/check/statements.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/names.hpp"
#include "compiler/check/types.hpp"
#include "compiler/check/words.hpp"
#include "compiler/dialects/rows.hpp"
#include "compiler/lint/hazard_ids.hpp"

namespace dmc::check {

namespace {

/// Empty, or the dots that stand where a person is to write.
bool says_nothing(std::string_view reason) {
  constexpr std::string_view dots = ".\u2026";
  return std::ranges::all_of(reason, [&](char c) { return is_space(c) || dots.find(c) != std::string_view::npos; });
}

using ast::ObjectKind;

/// Whether the model keeps it as statements, under a name that begins with the word for it.
bool is_kept_as_statements(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::sequence:
    case ObjectKind::enumeration:
    case ObjectKind::domain:
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::extension:
    case ObjectKind::schema:
    case ObjectKind::row_policy:
    case ObjectKind::grant:
      return true;
    default:
      return false;
  }
}

/// The word under which the catalog finds it.
std::string_view kept_as(ObjectKind kind) {
  if (is_kept_as_statements(kind)) return word(ObjectKind::object);
  return kind == ObjectKind::materialized_view ? word(ObjectKind::view) : word(kind);
}

/// What goes with it when it is dropped: rows, or the values of rows.
bool holds_rows(ObjectKind kind) {
  return kind == ObjectKind::table || kind == ObjectKind::column || kind == ObjectKind::partition;
}

/// Names of that kind live in a table, so one part alone does not say which.
bool needs_table(ObjectKind kind) {
  return kind == ObjectKind::column || kind == ObjectKind::constraint || kind == ObjectKind::projection;
}

model::Backup read_backup(ast::Backup backup) {
  switch (backup) {
    case ast::Backup::unstated:
      return model::Backup::unsaid;
    case ast::Backup::with:
      return model::Backup::with;
    case ast::Backup::without:
      return model::Backup::without;
  }
  return model::Backup::unsaid;
}

/// A statement speaks of a kind that no database of the project can hold.
void report_missing_kind(Context& context, const StatementPlace& place, ObjectKind kind, grammar::Span span,
                         std::string way = {}) {
  const bool moves = kind == ObjectKind::replica || kind == ObjectKind::reconcile || kind == ObjectKind::invariant;
  if (!moves && place.only_dialect) {
    if (!report_lacking_kind(context, place.only_dialect->description(), kind, span, std::move(way)))
      report_unsupported(context, span, fmt::format("'{}'", word(kind)));
    return;
  }
  // Where an engine is not known, what it has is not known either, and the error is at the engine.
  const bool is_unknown =
      std::ranges::any_of(place.databases, [](const KnownDatabase& database) { return !database.dialect; });
  if (moves || !is_unknown) report_unsupported(context, span, fmt::format("'{}'", word(kind)));
}

class StatementReader {
 public:
  using Answer = std::optional<model::StatementKind>;

  StatementReader(Context& context, const StatementPlace& place) : context_(context), place_(place) {}

  Answer operator()(const ast::Rename& statement) {
    const auto from = statement.subject.kind == ObjectKind::value ? read_value(statement.subject)
                                                                  : read_subject(context_, place_, statement.subject);
    const ast::Name& to = statement.to.parts.back();
    if (place_.only_dialect)
      check_new_name(context_, place_.only_dialect->description(), to, word(statement.subject.kind));
    if (!from) return std::nullopt;
    const ObjectKind kind = statement.subject.kind;
    if (kind == ObjectKind::object) {
      context_.error("E0246", statement.span, "an object that is declared whole cannot be renamed",
                     "what it is called stands in its own 'create'");
      return std::nullopt;
    }
    const bool stays = from->parts.back() == to.text && statement.to.parts.size() == 1;
    if (stays) {
      context_.error("E0246", statement.to.span, fmt::format("'{}' is renamed to what it is called already", to.text),
                     "expected another name");
      return std::nullopt;
    }
    if (statement.keeping_both && kind != ObjectKind::table && kind != ObjectKind::column) {
      context_
          .error("E0248", statement.span,
                 fmt::format("'keeping both' has no meaning for {} {}", article(kind), word(kind)),
                 "only a table or a column can go on under its old name")
          .help.push_back("leave out: keeping both");
      return std::nullopt;
    }
    return model::RenameStatement{std::string(word(kind)), *from, read_path(statement.to), statement.keeping_both};
  }

  Answer operator()(const ast::Drop& statement) {
    if (const auto* grant = std::get_if<ast::Grant>(&statement.subject)) {
      report_kind(ObjectKind::grant, grant->span);
      return std::nullopt;
    }
    const auto& subject = std::get<ast::Subject>(statement.subject);
    const auto path = read_subject(context_, place_, subject);
    if (!path || !check_backup(statement, subject, *path)) return std::nullopt;
    return model::DropStatement{std::string(kept_as(subject.kind)), *path, read_backup(statement.backup)};
  }

  Answer operator()(const ast::DropRows& statement) {
    const auto table = read_table(statement.table);
    if (statement.backup == ast::Backup::unstated) {
      auto& diagnostic = context_.error(
          "E0240", statement.span,
          fmt::format("this deletes rows of '{}' and does not say whether they are kept", text_of(statement.table)),
          "expected: with backup, or without backup");
      offer_backup(diagnostic, statement.span, end_of(statement.where, statement.span));
      return std::nullopt;
    }
    if (!table) return std::nullopt;
    return model::DropRowsStatement{*table, sql_of(statement.where), read_backup(statement.backup),
                                    read_pace(context_, statement.pace)};
  }

  Answer operator()(const ast::Retype& statement) {
    const auto column = read_member(statement.column, "column");
    if (!column) return std::nullopt;
    model::RetypeStatement result{*column, std::nullopt, std::nullopt, statement.keeping_both,
                                  read_pace(context_, statement.pace)};
    if (statement.using_) result.using_expression = sql_of(*statement.using_);
    if (statement.undo) result.undo = sql_of(*statement.undo);
    return result;
  }

  Answer operator()(const ast::Rebuild& statement) {
    const auto table = read_table(statement.table);
    if (!table) return std::nullopt;
    return model::RebuildStatement{*table, read_pace(context_, statement.pace)};
  }

  Answer operator()(const ast::Backfill& statement) {
    const auto table = read_table(statement.target);
    if (statement.set.empty()) {
      report_kind(ObjectKind::materialized_view, statement.span,
                  fmt::format("a backfill of a table says what it sets:  backfill {} set COLUMN = (…);",
                              text_of(statement.target)));
      return std::nullopt;
    }
    model::BackfillStatement result{
        table.value_or(model::Path{}),      {}, std::nullopt, statement.follow, read_backup(statement.backup),
        read_pace(context_, statement.pace)};
    for (const ast::Assignment& assignment : statement.set) {
      const auto same = std::ranges::find(result.set, std::string(assignment.column.text), &model::Assignment::column);
      if (same != result.set.end()) {
        auto& diagnostic =
            context_.error("E0249", assignment.span, fmt::format("column '{}' is set twice", assignment.column.text),
                           "each column once");
        diagnostic.notes.push_back({*same->origin.span, "the first one"});
        continue;
      }
      const auto* sql = std::get_if<ast::Sql>(&assignment.value);
      result.set.push_back({std::string(assignment.column.text),
                            sql ? sql_of(*sql) : model::Sql{sql_of(std::get<ast::Literal>(assignment.value))},
                            {assignment.span}});
    }
    if (statement.where) result.where = sql_of(*statement.where);
    if (!table) return std::nullopt;
    return result;
  }

  Answer operator()(const ast::Copy& statement) {
    report_unsupported(context_, statement.head, "'copy'");
    return std::nullopt;
  }

  Answer operator()(const ast::Cutover& statement) {
    report_unsupported(context_, statement.head, "'cutover'");
    return std::nullopt;
  }

  Answer operator()(const ast::Verify& statement) {
    const KnownDatabase* database = find_database(context_, place_, statement.database);
    auto check = read_expectation(context_, database, statement.expectation, std::string(statement.name.value));
    if (!database) return std::nullopt;
    return model::VerifyStatement{
        std::string(statement.name.value), std::string(database->name), std::move(check), {statement.database.span}};
  }

  Answer operator()(const ast::Gate& statement) {
    model::GateStatement result{std::string(statement.name.value), std::nullopt, std::nullopt, 0, 0};
    if (std::ranges::all_of(statement.name.value, is_space)) {
      context_.error("E0251", statement.name.span, "a gate says what must be true before it opens",
                     "expected a text that is not empty");
      return std::nullopt;
    }
    if (statement.validity) result.valid_for_ms = statement.validity->milliseconds;
    if (!statement.condition) return result;
    const KnownDatabase* database = find_database(context_, place_, statement.condition->database);
    result.check = read_expectation(context_, database, statement.condition->expectation, result.text);
    if (statement.condition->duration) result.hold_ms = statement.condition->duration->milliseconds;
    if (!database) return std::nullopt;
    result.database = std::string(database->name);
    return result;
  }

  Answer operator()(const ast::Run& statement) { return read_run(context_, place_, statement); }

  Answer operator()(const ast::Apply& statement) {
    const auto path = read_subject(context_, place_, statement.subject);
    if (!path) return std::nullopt;
    return model::ApplyStatement{std::string(word(statement.subject.kind)), *path};
  }

  Answer operator()(const ast::Accept& statement) {
    bool is_good = true;
    const std::string_view hazard = statement.hazard.text;
    const auto family = lint::hazards_of_family(hazard);
    if (!family.empty()) {
      constexpr std::size_t few = 6;
      std::string names;
      for (const std::string_view name : family | std::views::take(few))
        names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
      auto& diagnostic =
          context_.error("E0252", statement.hazard.span, fmt::format("'{}' is a whole family of hazards", hazard),
                         "expected one hazard: each is accepted by itself");
      diagnostic.help.push_back(fmt::format(
          "it has {}{}", names, family.size() > few ? fmt::format(" and {} more", family.size() - few) : ""));
      is_good = false;
    } else if (!lint::find_hazard(hazard)) {
      auto& diagnostic = context_.error("E0253", statement.hazard.span, fmt::format("there is no hazard '{}'", hazard),
                                        "expected the id of a hazard: data.drop_table");
      std::vector<std::string_view> ids;
      for (const lint::HazardId& known : lint::hazard_ids) ids.push_back(known.id);
      offer(diagnostic, hazard, ids);
      is_good = false;
    }
    if (says_nothing(statement.because.value)) {
      context_.error("E0254", statement.because.span, "whoever reviews the plan reads this reason, and it says nothing",
                     "expected why the hazard is acceptable here");
      is_good = false;
    }
    if (!is_good) return std::nullopt;
    return model::AcceptStatement{std::string(hazard), read_path(statement.subject),
                                  std::string(statement.because.value)};
  }

  Answer operator()(const ast::Adopt& statement) {
    if (const auto* name = std::get_if<ast::Name>(&statement.subject)) {
      const KnownDatabase* database = find_database(context_, place_, *name);
      if (!database) return std::nullopt;
      return model::AdoptStatement{"database", {{std::string(database->name)}, {name->span}}};
    }
    const auto& subject = std::get<ast::Subject>(statement.subject);
    const auto path = read_subject(context_, place_, subject);
    if (!path) return std::nullopt;
    return model::AdoptStatement{std::string(word(subject.kind)), *path};
  }

  Answer operator()(const ast::Forget& statement) {
    const auto path = read_subject(context_, place_, statement.subject);
    if (!path) return std::nullopt;
    return model::ForgetStatement{std::string(word(statement.subject.kind)), *path};
  }

  /// Expanded before it comes here.
  Answer operator()(const ast::Use&) { return std::nullopt; }

 private:
  /// `[database.][schema.]enum.value`
  std::optional<model::Path> read_value(const ast::Subject& subject) {
    constexpr std::size_t fewest = 2, most = 4;
    if (place_.only_dialect &&
        report_lacking_kind(context_, place_.only_dialect->description(), subject.kind, subject.span, std::string()))
      return std::nullopt;
    const auto* path = std::get_if<ast::Path>(&subject.name);
    if (path && path->parts.size() >= fewest && path->parts.size() <= most && !path->has_arguments)
      return read_path(*path);
    context_.error("E0247", subject.span, "a value is named with its enum", "expected [database.][schema.]enum.value");
    return std::nullopt;
  }

  static std::string_view article(ObjectKind kind) {
    return kind == ObjectKind::index || kind == ObjectKind::object ? "an" : "a";
  }

  void report_kind(ObjectKind kind, grammar::Span span, std::string way = {}) {
    report_missing_kind(context_, place_, kind, span, std::move(way));
  }

  std::optional<model::Path> read_table(const ast::Path& path) {
    constexpr std::size_t most = 3;
    if (path.parts.size() <= most && !path.has_arguments) return read_path(path);
    context_.error("E0247", path.span, fmt::format("'{}' is no name of a table", context_.sources.text(path.span)),
                   "at most [database.][schema.]table");
    return std::nullopt;
  }

  std::optional<model::Path> read_member(const ast::Path& path, std::string_view kind) {
    constexpr std::size_t most = 4;
    if (path.parts.size() >= 2 && path.parts.size() <= most && !path.has_arguments) return read_path(path);
    context_.error("E0247", path.span,
                   fmt::format("'{}' does not say which {} it is", context_.sources.text(path.span), kind),
                   fmt::format("expected the table as well: TABLE.{}", path.parts.back().text));
    return std::nullopt;
  }

  /// The statement with either choice at offset `at` of its text, where the grammar has it.
  void offer_backup(grammar::Diagnostic& diagnostic, grammar::Span span, std::size_t at) const {
    const std::string_view text = context_.sources.text(span);
    const std::string before = folded_space(text.substr(0, at));
    std::string after = folded_space(text.substr(at));
    while (!after.empty() && (after.back() == ';' || after.back() == ' ')) after.pop_back();
    const std::string rest = after.empty() ? ";" : " " + after + ";";
    diagnostic.help.push_back(fmt::format("keep what is lost, to restore it:  {} with backup{}", before, rest));
    diagnostic.help.push_back(fmt::format("or let it go for good:  {} without backup{}", before, rest));
  }

  /// Past the parenthesis or the dollar quote that closes the SQL, counted from the start of the statement.
  std::size_t end_of(const ast::Sql& sql, grammar::Span statement) const {
    const std::string_view text = context_.sources.text(statement);
    std::size_t end = sql.span.end - statement.begin;
    if (sql.form == ast::SqlForm::dollar) end = text.find('$', end + 1);
    return std::min(end + 1, text.size());
  }

  /// Some tables of an engine hold no rows of their own.
  bool may_hold_none(ObjectKind kind) const {
    return kind != ObjectKind::partition && std::ranges::any_of(place_.databases, [](const auto& database) {
             return database.dialect && dialects::has_rowless_tables(*database.dialect);
           });
  }

  bool check_backup(const ast::Drop& statement, const ast::Subject& subject, const model::Path& path) {
    const bool is_said = statement.backup != ast::Backup::unstated;
    if (holds_rows(subject.kind) && !is_said) {
      // Which table it is, and whether rows stand in it, is known when it is compared with what was.
      if (may_hold_none(subject.kind)) return true;
      auto& diagnostic =
          context_.error("E0240", statement.span,
                         fmt::format("'{}' holds {}, and the statement does not say whether they are kept", path.text(),
                                     subject.kind == ObjectKind::column ? "values" : "rows"),
                         "expected: with backup, or without backup");
      offer_backup(diagnostic, statement.span, subject.span.end - statement.span.begin);
      return false;
    }
    if (!holds_rows(subject.kind) && is_said) {
      context_
          .error("E0241", statement.span,
                 fmt::format("{} {} holds no rows that a backup could keep", article(subject.kind), word(subject.kind)),
                 "it can be made again from its declaration")
          .help.push_back(fmt::format("write:  drop {} {};", word(subject.kind),
                                      context_.sources.text(path.origin.span ? *path.origin.span : subject.span)));
      return false;
    }
    return true;
  }

  Context& context_;
  const StatementPlace& place_;
};

}  // namespace

std::optional<model::StatementKind> read_statement(Context& context, const StatementPlace& place,
                                                   const ast::Statement& statement) {
  return std::visit(StatementReader(context, place), statement);
}

model::Path read_path(const ast::Path& path) {
  model::Path result;
  for (const ast::Name& part : path.parts) result.parts.emplace_back(part.text);
  result.origin.span = path.span;
  return result;
}

std::optional<model::Path> read_subject(Context& context, const StatementPlace& place, const ast::Subject& subject) {
  const ObjectKind kind = subject.kind;
  if (!is_modelled(kind)) {
    const bool is_value =
        kind == ObjectKind::value && place.only_dialect && place.only_dialect->description().has("enum types");
    if (is_value)
      context
          .error("E0247", subject.span, "a value of an enum is only renamed", "no other statement is about one of them")
          .help.emplace_back("what goes is left out of the enum, and accepted: rewrite.enum says what that means");
    else
      report_missing_kind(context, place, kind, subject.span);
    return std::nullopt;
  }
  if (place.only_dialect &&
      report_lacking_kind(context, place.only_dialect->description(), kind, subject.span, std::string()))
    return std::nullopt;
  const auto* path = std::get_if<ast::Path>(&subject.name);
  if (!path) {
    context.error("E0247", subject.span, fmt::format("{} is named without quotes", word(kind)),
                  "expected [database.][schema.]name");
    return std::nullopt;
  }
  const std::size_t parts = path->parts.size();
  const bool lives_in_table =
      needs_table(kind) || kind == ObjectKind::index || kind == ObjectKind::trigger || kind == ObjectKind::partition;
  if (needs_table(kind) && parts == 1) {
    context.error("E0247", path->span,
                  fmt::format("'{}' does not say which {} it is", path->parts.back().text, word(kind)),
                  fmt::format("expected the table as well: TABLE.{}", path->parts.back().text));
    return std::nullopt;
  }
  const std::size_t most = lives_in_table ? 4 : 3;
  const bool has_arguments = kind == ObjectKind::function || kind == ObjectKind::procedure;
  if (parts > most || (path->has_arguments && !has_arguments)) {
    context.error("E0247", path->span,
                  fmt::format("'{}' is no name of a {}", context.sources.text(path->span), word(kind)),
                  lives_in_table ? "at most [database.][schema.]table.name" : "at most [database.][schema.]name");
    return std::nullopt;
  }
  if (!is_kept_as_statements(kind)) return read_path(*path);
  model::Path kept;
  kept.origin.span = path->span;
  std::string name = std::string(word(kind)) + " ";
  if (kind == ObjectKind::row_policy && parts > 1) {
    ast::Path table{{path->parts.begin(), path->parts.end() - 1}, {}, false, path->span};
    name += std::string(path->parts.back().text) + " on " + text_of(table);
  } else {
    name += text_of(*path);
  }
  if (path->has_arguments) {
    name += "(";
    for (const ast::Type& type : path->arguments) name += (name.ends_with("(") ? "" : ", ") + type_text(type).text;
    name += ")";
  }
  kept.parts.push_back(std::move(name));
  return kept;
}

}  // namespace dmc::check
