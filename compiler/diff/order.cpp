// Runs pending deltas in rounds: first what is created or replaced whole, so that a table is altered once for all of
// its deltas.
#include "compiler/diff/order.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/model/renamed.hpp"

namespace dmc::diff {

namespace {

int rank(Aspect aspect) {
  return aspect == Aspect::table ? 0 : aspect == Aspect::object ? 1 : aspect == Aspect::view ? 2 : 3;
}

bool before(const Delta& left, const Delta& right) {
  if (rank(left.aspect) != rank(right.aspect)) return rank(left.aspect) < rank(right.aspect);
  return left.path < right.path;
}

/// Whether a `*` over the table stands for the same columns.
bool same_columns(const model::Table& before, const model::Table& after) {
  return std::ranges::equal(before.columns, after.columns, [](const model::Column& left, const model::Column& right) {
    return left.name == right.name && left.type == right.type;
  });
}

change::Change undeclared_change(const Ground& ground, const State& state, change::ChangeKind kind, std::string object,
                                 const model::Origin& origin, std::string_view words) {
  return {std::move(kind), state.name, std::move(object), ground.place(origin, words), origin, false};
}

}  // namespace

Order::Order(const Ground& ground, const Survey& survey, std::vector<State>& states,
             std::vector<std::vector<Delta>> deltas, std::vector<change::Change>& changes)
    : ground_(ground), survey_(survey), states_(states), changes_(changes) {
  for (auto& list : deltas) {
    Pending& pending = pending_.emplace_back();
    for (auto& delta : list) {
      if (delta.held || delta.tightens || delta.last)
        pending.waiting.push_back(std::move(delta));
      else
        enter(pending, std::move(delta));
    }
    std::ranges::stable_sort(pending.wholes, before);
  }
}

void Order::enter(Pending& pending, Delta delta) const {
  pending.stale = true;
  if (is_part(delta.aspect)) {
    auto& list = pending.parts[delta.path];
    list.push_back(std::move(delta));
  } else {
    pending.wholes.push_back(std::move(delta));
  }
}

const Rule* Order::held_back(std::size_t site, const Delta& delta, const model::Table* table) const {
  return held_back_by({delta, site, states_[site], survey_, statement_, table});
}

void Order::settle(std::size_t statement) {
  // A statement that is over may be what a delta waited for, though it changed nothing that the delta can see.
  if (statement_ != statement && !(survey_.departures.empty() && survey_.values.empty()))
    for (auto& pending : pending_) pending.stale = true;
  statement_ = statement;
  settle();
}

void Order::settle() {
  for (std::size_t site = 0; site < pending_.size(); ++site)
    if (pending_[site].stale) settle_site(site);
}

void Order::settle_site(std::size_t site) {
  Pending& pending = pending_[site];
  while (create_ready(site) || alter_ready(site) || break_circle(site)) {
  }
  pending.stale = false;
}

void Order::finish() {
  statement_ = ground_.intent().statements.size();
  for (std::size_t site = 0; site < pending_.size(); ++site) {
    Pending& pending = pending_[site];
    auto waiting = std::exchange(pending.waiting, {});
    for (const bool last : {false, true}) {
      for (auto& delta : waiting)
        if (delta.last == last) enter(pending, std::move(delta));
      std::ranges::stable_sort(pending.wholes, before);
      settle_site(site);
    }
    if (!pending.wholes.empty() || !pending.parts.empty()) report_circle(site);
  }
}

std::size_t Order::release(std::size_t statement, const model::Origin& where) {
  std::size_t count = 0;
  for (std::size_t site = 0; site < pending_.size(); ++site) {
    Pending& pending = pending_[site];
    std::vector<Delta> released;
    std::erase_if(pending.waiting, [&](Delta& delta) {
      if (delta.held != statement) return false;
      released.push_back(delta);
      return true;
    });
    if (released.empty()) continue;
    count += released.size();
    for (const auto& delta : released) enter(pending, delta);
    std::ranges::stable_sort(pending.wholes, before);
    settle_site(site);
    for (const auto& delta : released) {
      const auto& left = is_part(delta.aspect) ? pending.parts[delta.path] : pending.wholes;
      const bool waits = std::ranges::any_of(left, [&](const Delta& other) {
        return other.aspect == delta.aspect && other.path == delta.path && other.member == delta.member;
      });
      if (!waits) continue;
      auto& diagnostic = ground_.diagnostics().error("E0298", where.span,
                                                     fmt::format("the {} cannot be applied here", words_of(delta)),
                                                     "a name in it does not exist yet");
      for (const auto& name : unmet(delta.needs, states_[site]))
        diagnostic.help.push_back(fmt::format("'{}' comes later", name));
    }
    std::erase_if(pending.parts, [](const auto& entry) { return entry.second.empty(); });
  }
  return count;
}

void Order::take_held(std::size_t statement, std::size_t site, model::Table& table) {
  Pending& pending = pending_[site];
  std::vector<Delta> held, taken;
  std::erase_if(pending.waiting, [&](Delta& delta) {
    if (delta.held != statement) return false;
    held.push_back(delta);
    return true;
  });
  take_ready(site, held, table, taken);
  for (auto& delta : held) {
    delta.held.reset();
    if (delta.tightens || delta.last)
      pending.waiting.push_back(std::move(delta));
    else
      enter(pending, std::move(delta));
  }
}

void Order::add(std::size_t site, change::Change change) {
  const auto* alter = std::get_if<change::AlterTable>(&change.kind);
  const std::string altered = alter && !same_columns(alter->before, alter->after) ? alter->after.path() : std::string();
  if (states_[site].dialect->description().views_keep_old_names) {
    make_way(site, change);
    if (!altered.empty()) refresh_views(site, altered, true);
  }
  note_new(site, change);
  move_on(states_[site], change);
  pending_[site].stale = true;
  changes_.push_back(std::move(change));
  if (!altered.empty()) refresh_views(site, altered);
}

bool Order::replaces(std::size_t site, const std::string& table, Kind kind, const std::string& member) const {
  const auto is_it = [&](const Delta& delta) {
    return delta.path == table && part_of(delta.aspect) == kind && delta.member == member;
  };
  const Pending& pending = pending_[site];
  const auto parts = pending.parts.find(table);
  return std::ranges::any_of(pending.waiting, is_it) ||
         (parts != pending.parts.end() && std::ranges::any_of(parts->second, is_it));
}

void Order::note_new(std::size_t site, const change::Change& change) {
  if (const auto* create = std::get_if<change::CreateTable>(&change.kind))
    new_.insert({site, Kind::table, create->table.path(), {}});
  const auto* alter = std::get_if<change::AlterTable>(&change.kind);
  if (!alter) return;
  const auto arrives = [&](const std::string& name) {
    return std::ranges::any_of(alter->moves, [&](const auto& move) { return move.to == name; });
  };
  for (const auto& column : alter->after.columns)
    if (!alter->before.column(column.name) && !arrives(column.name))
      new_.insert({site, Kind::column, alter->after.path(), column.name});
}

bool Order::create_ready(std::size_t site) {
  Pending& pending = pending_[site];
  std::vector<Delta> ready;
  const auto waiting = waiting_views(site);
  std::erase_if(pending.wholes, [&](Delta& delta) {
    if (held_back(site, delta) || (delta.aspect == Aspect::view && waiting.contains(delta.path))) return false;
    ready.push_back(std::move(delta));
    return true;
  });
  for (const auto& delta : ready) create(site, delta);
  return !ready.empty();
}

bool Order::create(std::size_t site, const Delta& delta) {
  State& state = states_[site];
  const State& wanted = ground_.wanted()[site];
  const auto emit = [&](change::ChangeKind kind) {
    add(site, undeclared_change(ground_, state, std::move(kind), words_of(delta), delta.origin, words_of(delta)));
    return true;
  };
  if (delta.aspect == Aspect::table) return emit(change::CreateTable{*wanted.tables.find(delta.path)});
  if (delta.aspect == Aspect::view) {
    const auto* view = wanted.views.find(delta.path);
    if (const auto was = stopped_.extract({site, Kind::view, delta.path, {}}))
      return emit(change::CreateView{*view, std::move(was.mapped())});
    if (delta.adds) return emit(change::CreateView{*view});
    change::ReplaceView replace{*state.views.find(delta.path), *view};
    replace.after.old_name_of = replace.before.old_name_of;
    return emit(std::move(replace));
  }
  if (delta.aspect == Aspect::trigger) {
    const auto* trigger = wanted.triggers.find(delta.path);
    if (delta.adds) return emit(change::CreateTrigger{*trigger});
    return emit(change::ReplaceTrigger{*state.triggers.find(delta.path), *trigger});
  }
  const auto* object = wanted.objects.find(delta.path);
  if (delta.adds) return emit(change::CreateObject{*object});
  return emit(change::ReplaceObject{*state.objects.find(delta.path), *object});
}

namespace {

/// The columns as they are declared, by the names that they bear in `table`: a rename may only come behind.
std::vector<std::string> called_now(const model::Table& desired, const model::Table& table,
                                    const model::Intent& intent) {
  const auto old_name = [&](const std::string& name) { return model::renamed_from(intent, table.name, name); };
  std::vector<std::string> names;
  for (const auto& column : desired.columns) {
    const auto* old = old_name(column.name);
    const bool waits = old && table.column(*old) && (!table.column(column.name) || old_name(*old));
    names.push_back(waits ? *old : column.name);
  }
  return names;
}

}  // namespace

bool Order::take_ready(std::size_t site, std::vector<Delta>& deltas, model::Table& table, std::vector<Delta>& taken) {
  const auto* desired = ground_.wanted()[site].tables.find(table.path());
  const std::size_t before = taken.size();
  for (bool progress = desired != nullptr; progress;) {
    progress = false;
    std::erase_if(deltas, [&](Delta& delta) {
      if (held_back(site, delta, &table)) return false;
      take_over(table, *desired, delta);
      // Where tables have storage of several kinds, a column comes where it is declared; elsewhere behind all others.
      if (delta.aspect == Aspect::column && desired->storage)
        place_column(table, called_now(*desired, table, ground_.intent()), delta.member);
      taken.push_back(std::move(delta));
      return progress = true;
    });
  }
  return taken.size() > before;
}

bool Order::alter_ready(std::size_t site) {
  State& state = states_[site];
  Pending& pending = pending_[site];
  bool altered = false;
  for (auto& [path, deltas] : pending.parts) {
    const auto* table = state.tables.find(path);
    const bool can =
        table && std::ranges::any_of(deltas, [&](const Delta& delta) { return !held_back(site, delta, table); });
    if (!can) continue;
    change::AlterTable alter{*table, *table, {}, {}, false};
    std::vector<Delta> taken;
    take_ready(site, deltas, alter.after, taken);
    const auto* desired = ground_.wanted()[site].tables.find(path);
    const bool one = taken.size() == 1;
    add(site, undeclared_change(ground_, state, std::move(alter), "table " + path,
                                one ? taken.front().origin : desired->origin,
                                one ? words_of(taken.front()) : "table " + path));
    altered = true;
  }
  std::erase_if(pending.parts, [](const auto& entry) { return entry.second.empty(); });
  return altered;
}

bool Order::break_circle(std::size_t site) {
  const State& state = states_[site];
  Pending& pending = pending_[site];
  // The new tables that lack nothing but each other: taken out one by one as long as one lacks something else.
  std::set<std::string> circle;
  for (const auto& delta : pending.wholes)
    if (const Rule* rule = held_back(site, delta);
        delta.aspect == Aspect::table && rule && rule->holds_back == a_table_it_references_is_missing)
      circle.insert(delta.path);
  const auto reachable = [&](const std::string& path) { return state.tables.has(path) || circle.contains(path); };
  for (bool shrunk = true; shrunk;) {
    shrunk = false;
    for (const auto& delta : pending.wholes)
      if (circle.contains(delta.path) && !std::ranges::all_of(delta.references, reachable))
        shrunk = circle.erase(delta.path) > 0;
  }
  if (circle.empty()) return false;
  const auto first = std::ranges::find(pending.wholes, *circle.begin(), &Delta::path);
  const Delta delta = std::move(*first);
  pending.wholes.erase(first);
  std::set<std::string> missing;
  if (state.dialect->description().foreign_keys_need_table)
    for (const auto& path : delta.references)
      if (!state.tables.has(path)) missing.insert(path);
  create_without(site, delta, missing);
  return true;
}

void Order::create_without(std::size_t site, const Delta& delta, const std::set<std::string>& missing) {
  model::Table table = *ground_.wanted()[site].tables.find(delta.path);
  std::erase_if(table.foreign_keys, [&](const model::ForeignKey& key) {
    if (!missing.contains(key.table)) return false;
    Delta later{
        .aspect = Aspect::foreign_key, .path = delta.path, .member = key.name, .adds = true, .origin = key.origin};
    later.needs.relations.insert(key.table);
    enter(pending_[site], std::move(later));
    return true;
  });
  add(site, undeclared_change(ground_, states_[site], change::CreateTable{std::move(table)}, words_of(delta),
                              delta.origin, words_of(delta)));
}

}  // namespace dmc::diff
