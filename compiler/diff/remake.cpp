// Where an engine leaves a view with the old name of what it reads, its old text fits only in front of a rename and its
// new one only behind it, on the way back too: it is dropped before and made anew after.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diff/order.hpp"
#include "compiler/diff/pointing.hpp"
#include "compiler/model/sql_text.hpp"
#include "grammar/encoding.hpp"

namespace dmc::diff {

std::set<std::string> Order::replaced_views(std::size_t site) const {
  std::set<std::string> paths;
  if (!states_[site].dialect->description().views_keep_old_names) return paths;
  for (const auto* list : {&pending_[site].wholes, &pending_[site].waiting})
    for (const auto& delta : *list)
      if (delta.aspect == Aspect::view && !delta.adds) paths.insert(delta.path);
  return paths;
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
