// Every version has one change; which is the highest decides what is compiled.
#include "compiler/check/changes.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/check/engines.hpp"
#include "compiler/check/names.hpp"
#include "compiler/check/statements.hpp"
#include "compiler/check/words.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::check {

namespace {

using grammar::Span;

constexpr std::size_t longest_words = 120;

/// The place in a file of the project that a span of an expansion was used at.
Span used_at(const grammar::Sources& sources, Span span) {
  while (sources.file(span.file).expansion) span = sources.file(span.file).expansion->use;
  return span;
}

Span span_of(const ast::Statement& statement) {
  return std::visit([](const auto& value) { return value.span; }, statement);
}

/// Reads the statements of one change, those of its uses in their place.
class Reader {
 public:
  Reader(Context& context, Expander& expander, const StatementPlace& place, model::Intent& intent)
      : context_(context), expander_(expander), place_(place), intent_(intent) {}

  void read(const std::vector<ast::Statement>& statements) {
    for (const ast::Statement& statement : statements) {
      if (const auto* use = std::get_if<ast::Use>(&statement)) {
        expand(*use);
        continue;
      }
      auto kind = read_statement(context_, place_, statement);
      if (!kind) continue;
      const Span span = span_of(statement);
      if (const auto* gate = std::get_if<model::GateStatement>(&*kind)) check_gate(gate->text, span);
      if (std::holds_alternative<model::AdoptStatement>(*kind)) check_before_gates("adopt", "started", span);
      if (std::holds_alternative<model::ForgetStatement>(*kind)) check_before_gates("forget", "stopped", span);
      intent_.statements.push_back({*std::move(kind), {span}, words_of(span), line_of(span)});
    }
  }

  /// The texts that patterns became, for the digest.
  const std::string& expanded() const { return expanded_; }

 private:
  void expand(const ast::Use& use) {
    UsePlace place{ast::PatternScope::change, nullptr, {}};
    for (const KnownDatabase& database : place_.databases) place.databases.push_back(database.name);
    if (place_.only_dialect) place.engine = &place_.only_dialect->description();
    for (const ast::UseArgument& argument : use.arguments) {
      const auto* path = std::get_if<ast::Path>(&argument.value);
      if (place.engine || !path || path->parts.size() != 1) continue;
      const auto named = std::ranges::find(place_.databases, path->parts.front().text, &KnownDatabase::name);
      if (named != place_.databases.end() && named->dialect) place.engine = &named->dialect->description();
    }
    const ast::ExpandedChange* expansion = expander_.in_change(use, place);
    if (!expansion) return;
    if (!expansion->body.empty()) {
      const auto file = span_of(expansion->body.front()).file;
      expanded_ += "\n" + model::normalised(context_.sources.file(file).text);
    }
    read(expansion->body);
  }

  void check_gate(std::string_view text, Span span) {
    const auto [first, is_new] = gates_.try_emplace(std::string(text), span);
    if (gates_.size() == 1) first_gate_ = first->second;
    if (is_new) return;
    auto& diagnostic = context_.error("E0251", span, fmt::format("two gates say '{}'", text),
                                      "a gate is approved by its text, so each has its own");
    diagnostic.notes.push_back({first->second, "the first one"});
  }

  /// What is managed changes when the change begins, so at its gates it must have changed.
  void check_before_gates(std::string_view verb, std::string_view what, Span span) {
    if (gates_.empty()) return;
    auto& diagnostic = context_.error("E0339", span, fmt::format("'{}' stands behind a gate", verb),
                                      fmt::format("managing it is {} when the change begins", what));
    diagnostic.notes.push_back({first_gate_, "the first gate"});
    diagnostic.help.push_back("write it before the first gate, or into the next change");
  }

  std::string words_of(Span span) const {
    std::string text = folded_space(context_.sources.text(span));
    // What stands between dollar quotes is kept as it is, but words are read on one line.
    std::ranges::replace_if(text, is_space, ' ');
    while (!text.empty() && (text.back() == ';' || text.back() == ' ')) text.pop_back();
    return shortened(std::move(text), longest_words);
  }

  std::int64_t line_of(Span span) const { return context_.sources.position(used_at(context_.sources, span)).line; }

  Context& context_;
  Expander& expander_;
  const StatementPlace& place_;
  model::Intent& intent_;
  std::string expanded_;
  std::map<std::string, Span> gates_;
  Span first_gate_;
};

model::Intent read_change(Context& context, Expander& expander, const StatementPlace& place,
                          const ast::Change& change) {
  model::Intent intent;
  intent.number = change.number.value;
  intent.title = change.title.value;
  intent.file = context.sources.file(used_at(context.sources, change.span).file).name;
  intent.origin.span = change.head;
  Reader reader(context, expander, place, intent);
  reader.read(change.statements);
  intent.digest = plan::digest(model::normalised(context.sources.text(change.span)) + reader.expanded());
  return intent;
}

/// Numbers begin at 1 and leave none out between the first and the last that are there.
void check_numbers(Context& context, std::vector<const ast::Change*>& changes) {
  std::ranges::stable_sort(changes, {}, [](const ast::Change* change) { return change->number.value; });
  std::vector<const ast::Change*> kept;
  for (const ast::Change* change : changes) {
    const std::int64_t number = change->number.value;
    if (number == 0) {
      if (!context.broken.within(change->span))
        context.error("E0204", change->number.span, "there is no change 0",
                      "changes are numbered from 1: catalog 0 is empty");
      continue;
    }
    if (!kept.empty() && kept.back()->number.value == number) {
      const auto file_of = [&](const ast::Change* which) {
        return context.sources.file(used_at(context.sources, which->span).file).name;
      };
      auto& diagnostic = context.error(
          "E0203", change->head,
          fmt::format("change {} is written twice, in {} and in {}", number, file_of(kept.back()), file_of(change)),
          "a version has one change");
      diagnostic.notes.push_back({kept.back()->head, "the other one"});
      diagnostic.help.push_back(
          fmt::format("the one that has not shipped takes the next free number and is compiled again:  change {} …",
                      changes.back()->number.value + 1));
      continue;
    }
    if (!kept.empty() && kept.back()->number.value + 1 < number) {
      const std::int64_t first = kept.back()->number.value + 1;
      const std::string missing = first + 1 == number ? fmt::format("change {} is", first)
                                                      : fmt::format("changes {} {} {} are", first,
                                                                    first + 2 == number ? "and" : "to", number - 1);
      if (!context.broken.may_declare("change")) {
        auto& diagnostic =
            context.error("E0204", change->number.span, fmt::format("{} missing before change {}", missing, number),
                          "numbers follow each other");
        diagnostic.notes.push_back({kept.back()->head, "the last one before it"});
      }
    }
    kept.push_back(change);
  }
  changes = std::move(kept);
}

}  // namespace

StatementPlace statement_place(const Context& context, const std::vector<const ast::Database*>& blocks) {
  std::map<std::string_view, const dialects::Dialect*> by_name;
  for (const ast::Database* block : blocks) {
    const dialects::Dialect*& dialect = by_name[block->name.text];
    if (block->engine && !dialect) dialect = context.dialects.find(block->engine->text);
  }
  StatementPlace place;
  for (const auto& [name, dialect] : by_name) place.databases.push_back({name, dialect});
  if (place.databases.empty()) return place;
  const dialects::Dialect* first = place.databases.front().dialect;
  const bool alike =
      std::ranges::all_of(place.databases, [&](const KnownDatabase& database) { return database.dialect == first; });
  if (alike) place.only_dialect = first;
  return place;
}

std::vector<model::Intent> check_changes(Context& context, Expander& expander,
                                         const std::vector<const ast::Change*>& changes, const StatementPlace& place) {
  std::vector<const ast::Change*> in_order = changes;
  check_numbers(context, in_order);
  std::vector<model::Intent> result;
  result.reserve(in_order.size());
  for (const ast::Change* change : in_order) result.push_back(read_change(context, expander, place, *change));
  return result;
}

}  // namespace dmc::check
