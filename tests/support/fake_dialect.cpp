#include "tests/support/fake_dialect.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace dmc::tests {

namespace {

using dialects::StepPair;
using model::RenameScope;

std::string names_of(const std::vector<std::string>& names) { return fmt::format("({})", fmt::join(names, ", ")); }

std::string elements_of(const std::vector<model::Element>& elements) {
  std::vector<std::string> texts;
  for (const auto& element : elements)
    texts.push_back((element.column ? *element.column : "(" + element.expression->text + ")") +
                    (element.descending ? " desc" : ""));
  return names_of(texts);
}

std::string text_of(const model::Column& column) {
  std::string text = fmt::format("column {} {}", column.name, column.type);
  if (column.not_null) text += " not null";
  if (column.default_value) text += fmt::format(" default {}", column.default_value->text);
  if (column.generated)
    text +=
        fmt::format(" generated ({}){}", column.generated->expression.text, column.generated->stored ? " stored" : "");
  if (column.identity) text += " identity";
  if (column.collation) text += " collate " + *column.collation;
  if (column.comment) text += fmt::format(" comment '{}'", *column.comment);
  return text;
}
std::string text_of(const model::Key& key, std::string_view kind) {
  return fmt::format("{} {} {}", kind, key.name, elements_of(key.elements));
}
std::string text_of(const model::Check& check) {
  return fmt::format("check {} ({})", check.name, check.expression.text);
}
std::string text_of(const model::ForeignKey& key) {
  return fmt::format("foreign key {} {} references {}{}", key.name, names_of(key.columns), key.table,
                     key.referenced.empty() ? "" : " " + names_of(key.referenced));
}
std::string text_of(const model::Index& index) {
  return fmt::format("{}index {} {}{}", index.unique ? "unique " : "", index.name, elements_of(index.elements),
                     index.where ? " where " + index.where->text : "");
}
std::string text_of(const model::Setting& setting) {
  return fmt::format("setting {} = {}", setting.name, setting.value);
}

std::string_view word_of(model::Backup backup) {
  return backup == model::Backup::with ? " with backup" : backup == model::Backup::without ? " without backup" : "";
}

/// What an alteration does, piece by piece.
class Pieces {
 public:
  explicit Pieces(const change::AlterTable& kind) : kind_(kind) {
    if (kind.rebuild) say("rebuild");
    for (const auto& move : kind.moves) describe(move);
    for (const auto& loss : kind.losses) say(fmt::format("drop column {}{}", loss.column, word_of(loss.backup)));
    for (const auto& column : kind.after.columns) describe(column);
    if (kind.before.primary_key != kind.after.primary_key)
      say(kind.after.primary_key ? text_of(*kind.after.primary_key, "set primary key") : "drop primary key");
    list(kind.before.uniques, kind.after.uniques, [](const auto& key) { return text_of(key, "unique"); });
    list(kind.before.checks, kind.after.checks, [](const auto& check) { return text_of(check); });
    list(kind.before.foreign_keys, kind.after.foreign_keys, [](const auto& key) { return text_of(key); });
    list(kind.before.indexes, kind.after.indexes, [](const auto& index) { return text_of(index); });
    list(kind.before.settings, kind.after.settings, [](const auto& setting) { return text_of(setting); });
    if (kind.before.comment != kind.after.comment) say(fmt::format("comment '{}'", kind.after.comment.value_or("")));
  }
  std::string text() const { return fmt::format("{}", fmt::join(pieces_, "; ")); }

 private:
  void say(std::string piece) { pieces_.push_back(std::move(piece)); }

  void describe(const change::ColumnMove& move) {
    if (move.from != move.to) say(fmt::format("rename column {} to {}", move.from, move.to));
    const auto *before = kind_.before.column(move.from), *after = kind_.after.column(move.to);
    if (!before || !after) return say(fmt::format("MOVE OF NOTHING {} to {}", move.from, move.to));
    if (before->type != after->type || move.using_expression)
      say(fmt::format("retype {} {} to {}{}{}", move.to, before->type, after->type,
                      move.using_expression ? " using " + move.using_expression->text : "",
                      move.undo ? " undo " + move.undo->text : ""));
  }
  void describe(const model::Column& column) {
    const auto move = std::ranges::find(kind_.moves, column.name, &change::ColumnMove::to);
    const auto* before = kind_.before.column(move == kind_.moves.end() ? column.name : move->from);
    if (!before) return say("add " + text_of(column));
    if (before->not_null != column.not_null)
      say(fmt::format("{} not null {}", column.not_null ? "set" : "drop", column.name));
    if (before->default_value != column.default_value)
      say(column.default_value ? fmt::format("set default {} {}", column.name, column.default_value->text)
                               : "drop default " + column.name);
    if (before->generated != column.generated) say("generate " + text_of(column));
    if (before->identity != column.identity) say("identity of " + text_of(column));
    if (before->comment != column.comment)
      say(fmt::format("comment {} '{}'", column.name, column.comment.value_or("")));
    if (before->collation != column.collation)
      say(fmt::format("collate {} {}", column.name, column.collation.value_or("none")));
  }
  template <class T, class Text>
  void list(const std::vector<T>& before, const std::vector<T>& after, const Text& text) {
    for (const T& is : after) {
      const auto was = std::ranges::find(before, is.name, &T::name);
      if (was == before.end())
        say("add " + text(is));
      else if (!(*was == is))
        say("replace " + text(is));
    }
    for (const T& was : before)
      if (std::ranges::find(after, was.name, &T::name) == after.end()) say("drop " + text(was));
  }

  const change::AlterTable& kind_;
  std::vector<std::string> pieces_;
};

std::string contents_of(const model::Table& table) {
  std::vector<std::string> parts;
  for (const auto& column : table.columns) parts.push_back(text_of(column));
  if (table.primary_key) parts.push_back(text_of(*table.primary_key, "primary key"));
  for (const auto& key : table.uniques) parts.push_back(text_of(key, "unique"));
  for (const auto& check : table.checks) parts.push_back(text_of(check));
  for (const auto& key : table.foreign_keys) parts.push_back(text_of(key));
  for (const auto& index : table.indexes) parts.push_back(text_of(index));
  for (const auto& setting : table.settings) parts.push_back(text_of(setting));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string objects_of(const std::vector<change::ObjectAfter>& objects) {
  std::vector<std::string> texts;
  for (const auto& object : objects) texts.push_back(object.object + (object.value ? "" : " (gone)"));
  return fmt::format("{}", fmt::join(texts, ", "));
}

struct Describe {
  std::string operator()(const change::CreateTable& kind) const {
    return fmt::format("create table {}: {}", kind.table.path(), contents_of(kind.table));
  }
  std::string operator()(const change::DropTable& kind) const {
    return fmt::format("drop table {}{}", kind.table.path(), word_of(kind.backup));
  }
  std::string operator()(const change::RenameTable& kind) const {
    return fmt::format("rename table {} to {}", kind.before.path(), kind.after.path());
  }
  std::string operator()(const change::AlterTable& kind) const {
    return fmt::format("alter table {}: {}", kind.after.path(), Pieces(kind).text());
  }
  std::string operator()(const change::CreateView& kind) const {
    return fmt::format("create view {}{}: {}", kind.view.path(), kind.was ? " behind a rename" : "",
                       kind.view.query.text);
  }
  std::string operator()(const change::ReplaceView& kind) const {
    return kind.before == kind.after ? fmt::format("recreate view {}", kind.after.path())
                                     : fmt::format("replace view {}: {}", kind.after.path(), kind.after.query.text);
  }
  std::string operator()(const change::DropView& kind) const {
    return "drop view " + kind.view.path() + (kind.will_be ? " in front of a rename" : "");
  }
  std::string operator()(const change::CreateTrigger& kind) const {
    return fmt::format("create trigger {} on {}", kind.trigger.path(), kind.trigger.table);
  }
  std::string operator()(const change::ReplaceTrigger& kind) const {
    return fmt::format("replace trigger {} on {}", kind.after.path(), kind.after.table);
  }
  std::string operator()(const change::DropTrigger& kind) const { return "drop trigger " + kind.trigger.path(); }
  std::string operator()(const change::CreateObject& kind) const { return "create object " + kind.object.path(); }
  std::string operator()(const change::RenameValue& kind) const { return "rename a value of " + kind.after.path(); }
  std::string operator()(const change::ReplaceObject& kind) const { return "replace object " + kind.after.path(); }
  std::string operator()(const change::DropObject& kind) const { return "drop object " + kind.object.path(); }
  std::string operator()(const change::BackfillRows& kind) const {
    std::vector<std::string> set;
    for (const auto& assignment : kind.statement.set) set.push_back(assignment.column + " = " + assignment.value.text);
    return fmt::format("backfill {} ({}): {}{}", kind.table.path(), kind.new_columns ? "new columns" : "old columns",
                       fmt::join(set, ", "), kind.statement.follow ? " follow" : "");
  }
  std::string operator()(const change::DropRows& kind) const {
    return fmt::format("drop rows of {} where {}", kind.table.path(), kind.statement.where.text);
  }
  std::string operator()(const change::VerifyQuery& kind) const {
    return fmt::format("verify '{}'", kind.statement.name);
  }
  std::string operator()(const change::WaitAtGate& kind) const { return fmt::format("gate '{}'", kind.statement.text); }
  std::string operator()(const change::RunStatements& kind) const {
    return fmt::format("run '{}'{}", kind.statement.name,
                       kind.objects.empty() ? "" : " for " + objects_of(kind.objects));
  }
  std::string operator()(const change::Adopt& kind) const { return "adopt " + objects_of(kind.objects); }
  std::string operator()(const change::Forget& kind) const {
    return fmt::format("forget {}", fmt::join(kind.objects, ", "));
  }
  std::string operator()(const change::EndKept& kind) const { return "no longer " + kind.kept.summary; }
};

class FakeDialect final : public dialects::Dialect, public dialects::Texts {
 public:
  /// One that is `late` carries a rename into no view.
  explicit FakeDialect(bool late = false) {
    description_.name = late ? "late" : "fake";
    description_.label = late ? "Late" : "Fake";
    description_.views_keep_old_names = late;
    if (late) description_.features = {"materialized views", "materialized views into a table"};
    description_.oldest_version = "1";
    description_.newest_version = "2";
    description_.preamble = {"set fake = on"};
    description_.default_schema = "main";
    description_.storage_options = {"packed"};
    description_.foreign_keys_need_table = true;
    description_.has_schemas = true;
  }

  const dialects::Description& description() const override { return description_; }
  dialects::TypeAnswer type(const dialects::TypeText& type) const override { return dialects::NativeType{type.text}; }
  bool widens(std::string_view from, std::string_view to, const model::Table&) const override {
    using Pair = std::pair<std::string_view, std::string_view>;
    constexpr std::array wider{Pair{"int", "bigint"}, Pair{"int", "text"}, Pair{"bigint", "text"}};
    return from == to || std::ranges::find(wider, Pair{from, to}) != wider.end();
  }
  void check(model::Database&, grammar::Diagnostics&) const override {}

  std::vector<StepPair> lower(const change::Change& change, const model::Database&) const override {
    StepPair pair;
    plan::Step& step = pair.forward;
    step.summary = described(change.kind);
    step.exactly_once_by = plan::ExactlyOnce::transaction;
    if (const auto* gate = std::get_if<change::WaitAtGate>(&change.kind)) {
      step.action = plan::Gate{gate->statement.text, gate->statement.check, gate->statement.hold_ms,
                               gate->statement.valid_for_ms};
      step.reverse = {plan::ReverseClass::exact, std::nullopt};
      return {pair};
    }
    if (const auto* verify = std::get_if<change::VerifyQuery>(&change.kind)) {
      step.action = plan::Verify{verify->statement.check};
      return {pair};
    }
    step.action = plan::RunSql{{step.summary}, true, {}};
    if (const auto* drop = std::get_if<change::DropTable>(&change.kind); drop && drop->backup == model::Backup::with) {
      StepPair fence = pair;
      fence.forward.summary = "hide table " + drop->table.path();
      fence.forward.action = plan::RunSql{{fence.forward.summary}, true, {}};
      fence.reverse = undo_of(fence.forward);
      fence.takes_effect = true;
      pair.forward.reverse = {plan::ReverseClass::lossy, "rows written since"};
      pair.reverse = undo_of(pair.forward);
      return {fence, pair};
    }
    if (const auto* run = std::get_if<change::RunStatements>(&change.kind); run && run->statement.undo_nothing) {
      step.reverse = {plan::ReverseClass::none, "what it did"};
      return {pair};
    }
    const auto* drop = std::get_if<change::DropTable>(&change.kind);
    const auto* alter = std::get_if<change::AlterTable>(&change.kind);
    if (drop || (alter && !alter->losses.empty())) step.reverse = {plan::ReverseClass::lossy, "its rows"};
    pair.reverse = undo_of(step);
    return {pair};
  }

  void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
              std::string_view to) const override {
    const std::string_view from = column ? std::string_view(*column) : bare(table);
    const std::string_view name = column ? to : bare(to);
    RenameScope scope{column ? bare(table) : std::string_view(), RenameScope::Text::statements, false};
    const auto change = [&](model::Sql& sql) { sql.text = model::with_renamed(sql.text, from, name, scope); };
    if (!description_.views_keep_old_names)
      for (auto& view : database.views) change(view.query);
    scope.text = RenameScope::Text::trigger;
    for (auto& trigger : database.triggers) {
      if (trigger.body) change(*trigger.body);
      if (trigger.when) change(*trigger.when);
    }
    scope.text = RenameScope::Text::expression;
    for (auto& one : database.tables) {
      if (one.path() != table) continue;
      for (auto& check : one.checks) change(check.expression);
      for (auto& index : one.indexes)
        if (index.where) change(*index.where);
      for (auto& each : one.columns)
        if (each.generated) change(each.generated->expression);
    }
  }
  dialects::Inspected inspect(const dialects::Query&) const override { return {}; }
  const dialects::Texts& texts() const override { return *this; }

 private:
  static std::string_view bare(std::string_view path) {
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(dot + 1);
  }
  static plan::Step undo_of(const plan::Step& forward) {
    plan::Step reverse;
    reverse.summary = "undo: " + forward.summary;
    reverse.action = plan::RunSql{{reverse.summary}, true, {}};
    return reverse;
  }

  dialects::Description description_;
};

}  // namespace

std::string described(const change::ChangeKind& kind) { return std::visit(Describe{}, kind); }

dialects::Dialects fake_dialects() {
  std::vector<std::unique_ptr<dialects::Dialect>> all;
  all.push_back(std::make_unique<FakeDialect>());
  all.push_back(std::make_unique<FakeDialect>(true));
  return dialects::Dialects(std::move(all));
}

}  // namespace dmc::tests
