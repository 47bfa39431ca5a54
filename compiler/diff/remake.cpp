// Where an engine leaves a view with the old name of what it reads, its old text fits only in front of a rename and its
// new one only behind it, on the way back too: it is dropped before and made anew after.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/diff/order.hpp"
#include "compiler/diff/pointing.hpp"
#include "compiler/model/sql_text.hpp"
#include "grammar/encoding.hpp"

namespace dmc::diff {

/// Views that wait for others which become others too: for what they read; or, where their readers say in their new
/// words nothing that is not there yet, for those readers, which may say no longer what goes.
std::set<std::string> Order::waiting_views(std::size_t site) const {
  const State& state = states_[site];
  const auto& wanted = ground_.wanted()[site].views;
  const bool follow = state.dialect->description().views_keep_old_names;
  std::map<std::string, const Delta*> replaced;
  std::vector<const Delta*> views;
  for (const auto* list : {&pending_[site].wholes, &pending_[site].waiting})
    for (const auto& delta : *list) {
      if (delta.aspect != Aspect::view) continue;
      views.push_back(&delta);
      if (!delta.adds) replaced.emplace(delta.path, &delta);
    }
  if (replaced.empty()) return {};
  const auto says = [](const model::View* view, const std::string& name) {
    return view && model::says(view->query.text, name);
  };
  const auto goes_first = [&](const Delta& reader, const std::string& source) {
    const auto* then = wanted.find(reader.path);
    if (follow || reader.adds || !then) return false;
    return std::ranges::all_of(model::names_in(then->query.text), [&](const auto& name) {
      const std::string word(name);
      return says(state.views.find(reader.path), word) || says(state.views.find(source), word);
    });
  };
  std::map<const Delta*, bool> waits;  // for what it reads
  for (const auto* delta : views)
    waits[delta] = std::ranges::any_of(delta->needs.relations, [&](const auto& relation) {
      return relation != delta->path && replaced.contains(relation) && !goes_first(*delta, relation);
    });
  std::set<std::string> found;
  for (const auto* delta : views) {
    if (waits[delta]) found.insert(delta->path);
    if (waits[delta] || held_back(site, *delta)) continue;
    for (const auto& relation : delta->needs.relations)
      if (relation != delta->path && replaced.contains(relation)) found.insert(relation);
  }
  return found;
}

Delta* Order::replacement(std::size_t site, const std::string& view) {
  Pending& pending = pending_[site];
  for (auto* list : {&pending.wholes, &pending.waiting})
    for (auto& delta : *list)
      if (delta.aspect == Aspect::view && !delta.adds && delta.path == view) return &delta;
  return nullptr;
}

void Order::too_late(const model::View& view, std::size_t goes) {
  const auto& statements = ground_.intent().statements;
  ground_.diagnostics()
      .error("E0298", statements[goes].origin.span,
             fmt::format("the view '{}' cannot wait so long", grammar::escaped(view.path())),
             fmt::format("it still says a name that line {} gives another", statements[statement_].line))
      .help.push_back(fmt::format("write this line in front of line {}", statements[statement_].line));
}

void Order::make_way(std::size_t site, const change::Change& rename) {
  const auto stop_all = [&](const std::string& table, const std::string& column) {
    stop_readers(site, table, column);
    std::vector<std::string> writers;
    states_[site].views.each([&](const model::View& view) {
      if (view.to == table && (column.empty() || model::says(view.query.text, column))) writers.push_back(view.path());
    });
    for (const auto& view : writers) stop(site, view);
  };
  if (const auto* table = std::get_if<change::RenameTable>(&rename.kind); table && !table->old_name)
    stop_all(table->before.path(), {});
  if (const auto* alter = std::get_if<change::AlterTable>(&rename.kind))
    for (const auto& move : alter->moves)
      if (move.from != move.to) stop_all(alter->before.path(), move.from);
  if (const auto* view = std::get_if<change::ReplaceView>(&rename.kind);
      view && view->before.query != view->after.query)
    stop_readers(site, view->after.path(), {});
}

void Order::stop_readers(std::size_t site, const std::string& relation, const std::string& column) {
  for (const auto& reader : readers_of(ground_, states_[site], site, relation, column))
    if (reader.subject.kind == Kind::view) stop(site, reader.subject.path);
}

void Order::stop(std::size_t site, const std::string& view) {
  Delta* delta = replacement(site, view);
  const auto* there = states_[site].views.find(view);
  const auto goes = survey_.departures.find({site, Kind::view, view, {}});
  if (!delta && there && goes != survey_.departures.end() && goes->second > statement_) too_late(*there, goes->second);
  const auto* wanted = ground_.wanted()[site].views.find(view);
  if (!delta || !there || !wanted) return;
  delta->adds = true;
  const model::View was = *there;
  stop_readers(site, view, {});
  stopped_.insert_or_assign({site, Kind::view, view, {}}, was);
  const std::string words = "view " + view;
  add(site, {change::DropView{was, *wanted}, states_[site].name, words, ground_.place(wanted->origin, words),
             wanted->origin, false});
}

}  // namespace dmc::diff
