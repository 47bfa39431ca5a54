// The escape hatch, the queries that a change asks, and its pace.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/statements.hpp"
#include "compiler/check/words.hpp"

namespace dmc::check {

namespace {

using model::SqlToken;

bool is_word(const SqlToken& token, std::string_view word) {
  return token.kind == SqlToken::Kind::word && lower_case(token.text) == word;
}

/// Whether the text holds more than one statement; what `create … begin … end` holds belongs to one.
bool has_several_statements(std::string_view text) {
  const auto tokens = model::sql_tokens(text);
  const bool may_hold_others = !tokens.empty() && is_word(tokens.front(), "create");
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (may_hold_others && is_word(tokens[at], "begin")) return false;
    const bool ends = tokens[at].kind == SqlToken::Kind::sign && tokens[at].text == ";";
    if (ends && at + 1 < tokens.size()) return true;
  }
  return false;
}

/// Whether the words at `at` begin a part that changes rows: also inside parentheses, and behind those of a `with`.
bool begins_change(const std::vector<SqlToken>& tokens, std::size_t at) {
  const bool begins = at == 0 || (tokens[at - 1].kind == SqlToken::Kind::sign &&
                                  (tokens[at - 1].text == "(" || tokens[at - 1].text == ")"));
  if (!begins || at + 1 >= tokens.size()) return false;
  const SqlToken& next = tokens[at + 1];
  if (is_word(tokens[at], "delete")) return is_word(next, "from");
  if (is_word(tokens[at], "insert")) return is_word(next, "into") || is_word(next, "or");
  if (is_word(tokens[at], "merge") || is_word(tokens[at], "replace")) return is_word(next, "into");
  return is_word(tokens[at], "update") && next.kind != SqlToken::Kind::sign;
}

/// Pragmas that answer and change nothing when something stands in parentheses behind them.
bool is_asking_pragma(std::string_view name) {
  constexpr std::array<std::string_view, 4> ends{"_info", "_xinfo", "_list", "_check"};
  return std::ranges::any_of(ends, [&](std::string_view end) { return name.ends_with(end); });
}

/// What is wrong with a query that looks and changes nothing; empty when it is one.
std::string_view why_no_query(std::string_view text) {
  constexpr std::array<std::string_view, 5> beginnings{"explain", "pragma", "select", "values", "with"};
  const auto tokens = model::sql_tokens(text);
  std::size_t first = 0;
  while (first < tokens.size() && tokens[first].kind == SqlToken::Kind::sign && tokens[first].text == "(") ++first;
  if (first == tokens.size()) return "expected a query";
  if (std::ranges::none_of(beginnings, [&](std::string_view word) { return is_word(tokens[first], word); }))
    return "expected select, values, with, explain or pragma";
  if (is_word(tokens[first], "pragma")) {
    for (std::size_t at = first + 1; at < tokens.size(); ++at) {
      if (tokens[at].kind != SqlToken::Kind::sign || tokens[at].text == ".") continue;
      const bool asks = tokens[at].text == "(" && is_asking_pragma(lower_case(tokens[at - 1].text));
      return asks || tokens[at].text == ";" ? "" : "this pragma sets something";
    }
    return {};
  }
  const bool only_explains =
      is_word(tokens[first], "explain") && !(first + 1 < tokens.size() && is_word(tokens[first + 1], "analyze"));
  if (only_explains) return {};
  for (std::size_t at = first; at < tokens.size(); ++at)
    if (begins_change(tokens, at)) return "this changes rows";
  return {};
}

/// Whether the engine keeps truth values as the numbers 1 and 0, and so answers them.
bool answers_numbers(const KnownDatabase* database) {
  if (!database || !database->dialect) return false;
  dialects::TypeText type;
  type.text = type.name = "bool";
  const auto answer = database->dialect->type(type);
  const auto* native = std::get_if<dialects::NativeType>(&answer);
  return native && lower_case(native->text).find("int") != std::string::npos;
}

struct ValueReader {
  bool numbers;

  std::optional<std::string> operator()(const ast::Text& text) const { return std::string(text.value); }
  std::optional<std::string> operator()(const ast::Integer& integer) const { return std::to_string(integer.value); }
  std::optional<std::string> operator()(const ast::Decimal& decimal) const { return std::string(decimal.text); }
  std::optional<std::string> operator()(const ast::Boolean& boolean) const {
    if (numbers) return boolean.value ? "1" : "0";
    return boolean.value ? "true" : "false";
  }
  std::optional<std::string> operator()(const ast::Null&) const { return std::nullopt; }
};

plan::Comparison comparison_of(ast::Comparison comparison) {
  switch (comparison) {
    case ast::Comparison::equal:
      return plan::Comparison::equal;
    case ast::Comparison::not_equal:
      return plan::Comparison::not_equal;
    case ast::Comparison::less:
      return plan::Comparison::less;
    case ast::Comparison::less_or_equal:
      return plan::Comparison::at_most;
    case ast::Comparison::greater:
      return plan::Comparison::greater;
    case ast::Comparison::greater_or_equal:
      return plan::Comparison::at_least;
  }
  return plan::Comparison::equal;
}

/// "rebuild statistics: (select count(*) from t) > 0"
std::string meaning_of(const Context& context, const ast::Run& run, const ast::Expectation& expectation) {
  constexpr std::size_t longest = 200;
  return shortened(fmt::format("{}: {}", run.name.value, folded_space(context.sources.text(expectation.span))),
                   longest);
}

bool check_undo(Context& context, const ast::Run& run, model::RunStatement& result) {
  if (std::holds_alternative<ast::UndoUnstated>(run.undo)) {
    auto& diagnostic =
        context.error("E0242", run.head, fmt::format("run '{}' does not say how it is undone", run.name.value),
                      "expected: undo (…), or undo nothing");
    diagnostic.help.push_back("write the statement that takes it back:  undo (…);");
    diagnostic.help.push_back("or say that nothing is to be taken back:  undo nothing;");
    return false;
  }
  result.undo_nothing = std::holds_alternative<ast::UndoNothing>(run.undo);
  if (const auto* statements = std::get_if<std::vector<ast::Sql>>(&run.undo))
    for (const ast::Sql& statement : *statements) {
      if (has_several_statements(statement.text))
        context.error("E0243", statement.span, "this is more than one statement",
                      "one statement for each 'undo': each is sent by itself");
      result.undo.push_back(sql_of(statement));
    }
  return true;
}

}  // namespace

const KnownDatabase* find_database(Context& context, const StatementPlace& place, const ast::Name& name) {
  const auto found = std::ranges::find(place.databases, name.text, &KnownDatabase::name);
  if (found != place.databases.end()) return &*found;
  if (context.broken.may_declare(name.text)) return nullptr;
  auto& diagnostic = context.error("E0245", name.span, fmt::format("there is no database '{}'", name.text),
                                   "expected a database of the project");
  std::vector<std::string_view> names;
  for (const KnownDatabase& database : place.databases) names.push_back(database.name);
  offer(diagnostic, name.text, names);
  return nullptr;
}

plan::QueryCheck read_expectation(Context& context, const KnownDatabase* database, const ast::Expectation& expectation,
                                  std::string means) {
  plan::QueryCheck check;
  check.means = std::move(means);
  check.query = expectation.query.text;
  if (std::holds_alternative<ast::IsEmpty>(expectation.answer)) {
    check.comparison = plan::Comparison::is_empty;
  } else if (std::holds_alternative<ast::IsNotEmpty>(expectation.answer)) {
    check.comparison = plan::Comparison::is_not_empty;
  } else {
    const auto& compared = std::get<ast::Compared>(expectation.answer);
    check.comparison = comparison_of(compared.comparison);
    check.value = std::visit(ValueReader{answers_numbers(database)}, compared.literal);
    const bool orders =
        compared.comparison != ast::Comparison::equal && compared.comparison != ast::Comparison::not_equal;
    if (const auto* null = std::get_if<ast::Null>(&compared.literal); null && orders)
      context.error("E0250", null->span, "nothing is more or less than null", "only = and <> compare with null");
  }
  if (has_several_statements(check.query))
    context.error("E0243", expectation.query.span, "this is more than one statement", "expected one query");
  else if (const std::string_view why = why_no_query(check.query); !why.empty())
    context.error("E0243", expectation.query.span, "a check asks and changes nothing", std::string(why));
  return check;
}

plan::Pace read_pace(Context& context, const ast::Pace& syntax) {
  plan::Pace pace;
  const auto positive = [&](const ast::Count& count, std::string_view what) {
    if (count.value == 0)
      context.error("E0244", count.span, fmt::format("{} of 0 never gets anywhere", what), "expected 1 or more");
    return count.value;
  };
  if (syntax.batch) {
    if (const auto* size = std::get_if<ast::Size>(&*syntax.batch)) {
      report_unsupported(context, size->span, "a batch by size", "write a number of rows:  batch 5_000");
    } else {
      pace.batch = positive(std::get<ast::Count>(*syntax.batch), "a batch");
    }
  }
  if (syntax.parallel) pace.parallel = positive(*syntax.parallel, "a parallelism");
  if (syntax.rate) pace.rows_per_second = positive(*syntax.rate, "a rate");
  if (syntax.pause) pace.pause_ms = syntax.pause->milliseconds;
  return pace;
}

std::optional<model::StatementKind> read_run(Context& context, const StatementPlace& place, const ast::Run& run) {
  const std::size_t before = context.diagnostics.all().size();
  model::RunStatement result;
  result.name = run.name.value;
  const KnownDatabase* database = find_database(context, place, run.database);
  if (database) result.database = database->name;
  result.database_origin.span = run.database.span;
  result.in_transaction = !run.outside_transaction;
  bool is_good = database != nullptr;
  if (run.subject) {
    const auto path = read_subject(context, place, *run.subject);
    if (path) result.for_object.emplace(word(run.subject->kind), *path);
    is_good = is_good && path;
  }
  const bool is_broken = context.broken.within(run.span);
  if (run.actions.empty() && !is_broken) {
    context.error("E0243", run.head, fmt::format("run '{}' does nothing", run.name.value), "expected: do (…);");
  }
  for (const ast::Sql& action : run.actions) {
    if (has_several_statements(action.text)) {
      context.error("E0243", action.span, "this is more than one statement",
                    "one statement for each 'do': each is sent by itself");
    }
    result.statements.push_back(sql_of(action));
    result.places.push_back(action.span);
  }
  if (run.verify.size() > 1) {
    auto& diagnostic =
        context.error("E0243", run.verify[1].span, fmt::format("run '{}' verifies twice", run.name.value),
                      "a run is verified by one query");
    diagnostic.help.push_back(
        "ask both with one query, or verify the other one behind the run:  verify '…' on DB (…) = …;");
  }
  if (!run.verify.empty()) {
    const ast::Expectation& expectation = run.verify.front();
    result.verify = read_expectation(context, database, expectation, meaning_of(context, run, expectation));
  }
  if (!is_broken) is_good = check_undo(context, run, result) && is_good;
  const auto& all = context.diagnostics.all();
  if (!is_good || is_broken || all.size() > before) return std::nullopt;
  return result;
}

}  // namespace dmc::check
