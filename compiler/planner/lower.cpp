// Changes to steps: each change is lowered on the state that the ones before it leave, and the state is moved on.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/diff/diff.hpp"
#include "compiler/planner/planner.hpp"

namespace dmc::planner {

namespace {

using States = std::map<std::string, std::string, std::less<>>;

States states_by_object(const model::Database& database) {
  States states;
  for (auto& [object, state] : model::states_of(database)) states.emplace_hint(states.end(), object, std::move(state));
  return states;
}

std::string hash_of(const model::Database& database, const States& states) {
  std::vector<model::ObjectState> list;
  list.reserve(states.size());
  for (const auto& [object, state] : states) list.push_back({object, state});
  return model::state_hash(database.engine, list);
}

/// Lists lie by path.
template <class T>
const T* find(const std::vector<T>& list, std::string_view path) {
  const auto at = std::lower_bound(list.begin(), list.end(), path,
                                   [](const T& object, std::string_view wanted) { return object.path() < wanted; });
  return at != list.end() && at->path() == path ? &*at : nullptr;
}

/// The state of the object of that name ("table users") as the database holds it now.
std::optional<std::string> state_now(const model::Database& database, std::string_view object) {
  const auto blank = object.find(' ');
  const auto kind = object.substr(0, blank);
  const auto path = object.substr(blank + 1);
  const auto state = [](const auto* found) { return found ? std::optional(model::state_of(*found)) : std::nullopt; };
  if (kind == "table") return state(find(database.tables, path));
  if (kind == "view") return state(find(database.views, path));
  if (kind == "trigger") return state(find(database.triggers, path));
  return state(find(database.objects, path));
}

/// What a step left in place until the end of the change (the triggers of `follow`), and the texts it was made of.
struct Guard {
  std::string object;
  std::vector<std::string> statements;
  std::vector<std::string> cleanup;
};

std::optional<Guard> guard_of(const plan::Step& step, const std::string& object) {
  const auto* action = std::get_if<plan::RunSql>(&step.action);
  if (!action) return std::nullopt;
  Guard guard{step.object.empty() ? object : step.object, action->statements, {}};
  for (const auto& leftover : step.leftovers)
    if (leftover.release == "change")
      guard.cleanup.insert(guard.cleanup.end(), leftover.cleanup.begin(), leftover.cleanup.end());
  return guard.cleanup.empty() ? std::nullopt : std::optional(std::move(guard));
}

bool reads(const Guard& guard, const std::string& column) {
  return std::ranges::any_of(guard.statements, [&](const auto& statement) {
    const auto names = model::names_in(statement);
    return std::ranges::find(names, column) != names.end();
  });
}

/// One database on its way.
class Site {
 public:
  Site(model::Database& database, const dialects::Dialect& dialect)
      : database_(database), dialect_(dialect), states_(states_by_object(database)) {
    course_ = {database.name, hash_of(database, states_), {}};
  }

  const std::string& name() const { return database_.name; }

  /// The steps of the change, and what it moves; then the database is moved on.
  void lower(const change::Change& change, Lowered& lowered) {
    if (const auto* create = std::get_if<change::CreateTable>(&change.kind))
      return lower_creation(change, create->table, lowered);
    settle();
    lowered.pairs = dialect_.lower(change, database_);
    end_guards(lowered, change);
    for (const auto& pair : lowered.pairs)
      if (auto guard = guard_of(pair.forward, change.object)) guards_.push_back(std::move(*guard));
    for (auto& object : diff::apply(change, database_, dialect_)) note(std::move(object), lowered.moved);
  }

  void end_stage() { course_.stages.push_back(hash_of(database_, states_)); }

  Course end() {
    settle();
    end_stage();
    return std::move(course_);
  }

 private:
  /// New tables are put in their places together: one by one among thousands, each would move the thousands.
  void lower_creation(const change::Change& change, const model::Table& table, Lowered& lowered) {
    const bool needs_new =
        std::ranges::any_of(table.foreign_keys, [&](const auto& key) { return new_paths_.contains(key.table); });
    if (needs_new) settle();
    lowered.pairs = dialect_.lower(change, database_);
    lowered.moved.push_back({"table " + table.path(), std::nullopt, model::state_of(table)});
    states_.insert_or_assign(lowered.moved.back().object, *lowered.moved.back().after);
    new_paths_.insert(table.path());
    new_tables_.push_back(table);
  }

  void settle() {
    if (new_tables_.empty()) return;
    const auto by_path = [](const model::Table& left, const model::Table& right) { return left.path() < right.path(); };
    auto& tables = database_.tables;
    const auto old = static_cast<std::ptrdiff_t>(tables.size());
    std::ranges::sort(new_tables_, by_path);
    std::ranges::move(new_tables_, std::back_inserter(tables));
    std::inplace_merge(tables.begin(), tables.begin() + old, tables.end(), by_path);
    new_tables_.clear();
    new_paths_.clear();
  }

  /// A guard that reads a column goes before the column does: from there on nothing could be filled from it.
  void end_guards(Lowered& lowered, const change::Change& change) {
    const auto* alter = std::get_if<change::AlterTable>(&change.kind);
    if (!alter || alter->losses.empty() || lowered.pairs.empty()) return;
    auto* last = std::get_if<plan::RunSql>(&lowered.pairs.back().forward.action);
    if (!last) return;
    std::erase_if(guards_, [&](const Guard& guard) {
      const bool ends = guard.object == change.object &&
                        std::ranges::any_of(alter->losses, [&](const auto& loss) { return reads(guard, loss.column); });
      if (ends) last->statements.insert(last->statements.begin(), guard.cleanup.begin(), guard.cleanup.end());
      return ends;
    });
  }

  void note(std::string object, std::vector<Moved>& moved) {
    const auto known = states_.find(object);
    Moved one{std::move(object), known == states_.end() ? std::nullopt : std::optional(known->second), std::nullopt};
    one.after = state_now(database_, one.object);
    if (one.before == one.after) return;
    if (one.after)
      states_.insert_or_assign(one.object, *one.after);
    else
      states_.erase(known);
    moved.push_back(std::move(one));
  }

  model::Database& database_;
  const dialects::Dialect& dialect_;
  States states_;
  Course course_;
  std::vector<Guard> guards_;  ///< in place at this point
  std::vector<model::Table> new_tables_;
  std::set<std::string, std::less<>> new_paths_;
};

void set_timeouts(plan::Timeouts& timeouts, const model::Policy& policy) {
  const auto set = [](auto& value, const std::optional<std::int64_t>& rule) {
    if (rule) value = *rule;
  };
  set(timeouts.lock_ms, policy.lock_timeout_ms);
  set(timeouts.retries, policy.lock_retries);
  set(timeouts.backoff_min_ms, policy.backoff_min_ms);
  set(timeouts.backoff_max_ms, policy.backoff_max_ms);
  if (policy.statement_timeout_ms) timeouts.statement_ms = policy.statement_timeout_ms;
}

class Lowerer {
 public:
  Lowerer(std::vector<model::Database>& databases, const std::vector<change::Change>& changes,
          const model::Policy& policy, const dialects::Dialects& dialects)
      : changes_(changes), policy_(policy) {
    std::set<std::string, std::less<>> wanted;
    for (const auto& change : changes) wanted.insert(change.database);
    for (auto& database : databases) {
      if (!wanted.contains(database.name)) continue;
      const auto* dialect = dialects.find(database.engine);
      if (!dialect) continue;
      Site site{database, *dialect, states_by_object(database), {database.name, "", {}}, {}};
      site.course.from = hash_of(database, site.states);
      sites_.push_back(std::move(site));
    }
  }

  void lower_all(Lowering& lowering) {
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const bool gate = std::holds_alternative<change::WaitAtGate>(changes_[i].kind);
      for (auto& site : sites_)
        if (changes_[i].database == site.name() || (gate && changes_[i].database.empty()))
          lowering.changes.push_back(lower_one(i, site));
      if (!gate) continue;
      for (auto& site : sites_) site.end_stage();
      ++stage_;
    }
    for (auto& site : sites_) lowering.courses.push_back(site.end());
  }

 private:
  Lowered lower_one(std::size_t index, Site& site) const {
    const auto& change = changes_[index];
    Lowered lowered{index, site.name(), stage_, {}, {}};
    site.lower(change, lowered);
    for (auto& pair : lowered.pairs) {
      finish(pair.forward, change, site);
      if (pair.reverse) finish(*pair.reverse, change, site);
    }
    return lowered;
  }

  void finish(plan::Step& step, const change::Change& change, const Site& site) const {
    step.database = site.name();
    step.stage = stage_;
    step.source = change.source;
    if (step.object.empty()) step.object = change.object;
    set_timeouts(step.timeouts, policy_);
  }

  const std::vector<change::Change>& changes_;
  const model::Policy& policy_;
  std::vector<Site> sites_;
  std::int64_t stage_ = 1;
};

/// Databases that are new begin empty; every one is lowered for the version that it is to support from now on.
void prepare(std::vector<model::Database>& base, const std::vector<model::Database>& desired) {
  for (const auto& wanted : desired) {
    const auto found = std::ranges::find(base, wanted.name, &model::Database::name);
    if (found != base.end()) {
      found->oldest_version = wanted.oldest_version;
      continue;
    }
    model::Database empty;
    empty.name = wanted.name;
    empty.engine = wanted.engine;
    empty.oldest_version = wanted.oldest_version;
    base.push_back(std::move(empty));
  }
  std::ranges::sort(base, {}, &model::Database::name);
}

/// What of one kind is not as desired, for people. Only what differs at all is digested: that is nothing, or little.
template <class T>
void compare(std::string_view kind, const std::vector<T>& after, const std::vector<T>& desired,
             std::vector<std::string>& differing) {
  const auto name = [&](const T& object) { return fmt::format("{} {}", kind, grammar::escaped(object.path())); };
  auto is = after.begin();
  auto wanted = desired.begin();
  while (is != after.end() || wanted != desired.end()) {
    const int order = is == after.end() ? 1 : wanted == desired.end() ? -1 : is->path().compare(wanted->path());
    if (order < 0) {
      differing.push_back(name(*is++) + " would still be there");
    } else if (order > 0) {
      differing.push_back(name(*wanted++) + " would be missing");
    } else {
      if (!(*is == *wanted) && model::state_of(*is) != model::state_of(*wanted))
        differing.push_back(name(*wanted) + " would differ");
      ++is, ++wanted;
    }
  }
}

/// The plan must lead where the sources point; where it would not, nothing may be written.
void compare(const model::Database& after, const model::Database& desired, grammar::Diagnostics& diagnostics) {
  std::vector<std::string> differing;
  compare("table", after.tables, desired.tables, differing);
  compare("view", after.views, desired.views, differing);
  compare("trigger", after.triggers, desired.triggers, differing);
  compare("object", after.objects, desired.objects, differing);
  if (differing.empty()) return;
  auto& error = diagnostics.error(
      "E0299", desired.origin.span,
      fmt::format("the steps found for '{}' would not lead to what is declared", grammar::escaped(desired.name)),
      "this is a mistake of dmc, not of yours: nothing was written");
  error.help = std::move(differing);
  error.help.emplace_back("please report it with the sources; splitting the change in two often gets around it");
}

}  // namespace

Lowering lower(std::vector<model::Database> base, const std::vector<model::Database>& desired,
               const std::vector<change::Change>& changes, const model::Policy& policy,
               const dialects::Dialects& dialects, grammar::Diagnostics& diagnostics) {
  prepare(base, desired);
  Lowering lowering;
  Lowerer(base, changes, policy, dialects).lower_all(lowering);
  for (auto& database : base) database.sort();
  for (const auto& wanted : desired) {
    const auto after = std::ranges::find(base, wanted.name, &model::Database::name);
    if (after != base.end()) compare(*after, wanted, diagnostics);
  }
  lowering.after = std::move(base);
  return lowering;
}

}  // namespace dmc::planner
