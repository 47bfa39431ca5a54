// Survey, comparison, walk: what the statements mean, what is left to do, and in which order all of it runs.
#include "compiler/diff/diff.hpp"

#include <algorithm>

#include "compiler/diff/compare.hpp"
#include "compiler/diff/join.hpp"
#include "compiler/diff/place.hpp"

namespace dmc::diff {

namespace {

void note_words(const model::Path& path, std::set<std::string>& words) {
  words.insert(path.parts.begin(), path.parts.end());
}

/// The words of a statement that may be the reason why something else looks undeclared.
std::set<std::string> words_of(const model::Statement& statement) {
  std::set<std::string> words;
  if (const auto* rename = std::get_if<model::RenameStatement>(&statement.kind)) {
    note_words(rename->from, words);
    note_words(rename->to, words);
  }
  if (const auto* drop = std::get_if<model::DropStatement>(&statement.kind)) note_words(drop->path, words);
  if (const auto* retype = std::get_if<model::RetypeStatement>(&statement.kind)) note_words(retype->column, words);
  if (const auto* rebuild = std::get_if<model::RebuildStatement>(&statement.kind)) note_words(rebuild->table, words);
  if (const auto* backfill = std::get_if<model::BackfillStatement>(&statement.kind)) {
    note_words(backfill->table, words);
    for (const auto& assignment : backfill->set) words.insert(assignment.column);
  }
  if (const auto* forget = std::get_if<model::ForgetStatement>(&statement.kind)) note_words(forget->path, words);
  if (const auto* run = std::get_if<model::RunStatement>(&statement.kind); run && run->for_object)
    note_words(run->for_object->second, words);
  return words;
}

std::vector<change::Change> walk(const Ground& ground, const Survey& survey, std::vector<std::vector<Delta>> deltas) {
  std::vector<State> states = ground.before();
  std::vector<change::Change> changes;
  Order order(ground, survey, states, std::move(deltas), changes);
  const auto& statements = ground.intent().statements;
  for (std::size_t number = 0; number < statements.size(); ++number) {
    order.settle(number);
    perform_statement({ground, states, statements[number], number, nullptr, &order});
  }
  if (!ground.diagnostics().has_errors()) order.finish();
  return join_rebuilds(std::move(changes));
}

}  // namespace

Survey survey(const Ground& ground) {
  Survey found;
  found.after = ground.before();
  const auto& statements = ground.intent().statements;
  for (std::size_t number = 0; number < statements.size(); ++number)
    if (!perform_statement({ground, found.after, statements[number], number, &found, nullptr}))
      found.failed.merge(words_of(statements[number]));
  return found;
}

Difference diff(const std::vector<model::Database>& base, std::vector<model::Database>& desired,
                const model::Intent& intent, const dialects::Dialects& dialects, const grammar::Sources& sources,
                grammar::Diagnostics& diagnostics) {
  const Ground ground(base, desired, intent, dialects, sources, diagnostics);
  const Survey found = survey(ground);
  Difference difference;
  auto deltas = compare(ground, found, difference.undeclared);
  std::ranges::stable_sort(difference.undeclared, {}, &Undeclared::rank);
  // The walk needs statements that all mean something: with one missing, it would only repeat that in other words.
  if (!diagnostics.has_errors()) difference.changes = walk(ground, found, std::move(deltas));
  return difference;
}

}  // namespace dmc::diff
