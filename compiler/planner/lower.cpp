// Changes to steps: each change is lowered on the state that the ones before it leave, and the state is moved on.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/dialects/refused.hpp"
#include "compiler/diff/diff.hpp"
#include "compiler/model/masked.hpp"
#include "compiler/model/secrets.hpp"
#include "compiler/plan/canonical_write.hpp"
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

/// The state of the object of that name ("table users") as the database holds it now.
std::optional<std::string> state_now(const model::Database& database, std::string_view object) {
  const auto blank = object.find(' ');
  const auto kind = object.substr(0, blank);
  const auto path = object.substr(blank + 1);
  const auto state = [](const auto* found) { return found ? std::optional(model::state_of(*found)) : std::nullopt; };
  if (kind == "table") return state(database.table(path));
  if (kind == "view") return state(database.view(path));
  if (kind == "trigger") return state(database.trigger(path));
  return state(database.object_called(object));
}

/// The object itself, canonical, when there is SQL in it that the engine would keep in its own words.
std::string model_now(const model::Database& database, std::string_view object) {
  const auto path = object.substr(object.find(' ') + 1);
  const auto text = [](const auto* found) {
    return found && model::has_sql(*found) ? plan::canonical(*found) : std::string();
  };
  if (object.starts_with("table ")) return text(database.table(path));
  if (object.starts_with("view ")) return text(database.view(path));
  if (object.starts_with("trigger ")) return text(database.trigger(path));
  return text(database.object_called(object));
}

/// What a step leaves in place until the end of the change: the triggers of `follow`.
std::optional<plan::Kept> guard_of(const plan::Step& step) {
  const auto* action = std::get_if<plan::RunSql>(&step.action);
  if (!action) return std::nullopt;
  plan::Kept guard{step.database, step.object, step.summary, "", action->statements, {}};
  for (const auto& leftover : step.leftovers)
    if (leftover.release == "change") guard.leftovers.push_back(leftover);
  return guard.leftovers.empty() ? std::nullopt : std::optional(std::move(guard));
}

bool reads(const plan::Kept& guard, const std::string& column) {
  return std::ranges::any_of(guard.statements, [&](const auto& statement) {
    const auto names = model::names_in(statement);
    return std::ranges::find(names, column) != names.end();
  });
}

/// One database on its way.
struct Site {
  model::Database& database;
  const dialects::Dialect& dialect;
  States states;
  Course course;
  std::vector<plan::Kept> guards;
  std::map<std::string, std::string, std::less<>> models{};  ///< where the engine keeps SQL in its own words

  void know_models() {
    if (!dialect.description().rewords_sql) return;
    for (const auto& [object, state] : states) models.emplace_hint(models.end(), object, model_now(database, object));
  }

  std::vector<Moved> move_on(const change::Change& change) {
    std::vector<Moved> moved;
    for (auto& object : diff::apply(change, database, dialect)) {
      const auto known = states.find(object);
      Moved one{std::move(object), known == states.end() ? std::nullopt : std::optional(known->second), std::nullopt};
      one.after = state_now(database, one.object);
      if (one.before == one.after) continue;
      if (dialect.description().rewords_sql) {
        auto& model = models[one.object];
        one.model_before = std::exchange(model, model_now(database, one.object));
        one.model_after = model;
      }
      if (one.after)
        states.insert_or_assign(one.object, *one.after);
      else
        states.erase(known);
      moved.push_back(std::move(one));
    }
    return moved;
  }

  /// That it is to be as it was tells a runner whose doing it is when it meets it otherwise half-way.
  void note_disturbed(const std::string& object, std::vector<Moved>& moved) const {
    const auto place = std::ranges::lower_bound(moved, object, {}, &Moved::object);
    const auto known = states.find(object);
    if (known == states.end() || (place != moved.end() && place->object == object)) return;
    moved.insert(place, {object, known->second, known->second});
  }

  /// `was` is what the plan begins with.
  void note_looks(const model::Database& was) {
    if (const auto looks = dialect.description().looks) course.looks = looks(was, database);
  }

  void end_stage() { course.stages.push_back(hash_of(database, states)); }

  void halt() {
    end_stage();
    course.halts.push_back({database, guards});
    course.halts.back().database.sort();
  }

  /// What was there at the gates before and is no more.
  void note_end(const plan::Kept& guard, const std::string& version) {
    for (auto& halt : course.halts)
      for (auto& kept : halt.kept)
        if (kept.leftovers == guard.leftovers) kept.until = version;
  }
};

void set_timeouts(plan::Timeouts& timeouts, const model::Policy& policy) {
  const auto set = [](auto& value, const std::optional<std::int64_t>& rule) {
    if (rule) value = *rule;
  };
  if (timeouts.deadline_ms) return;
  set(timeouts.lock_ms, policy.lock_timeout_ms);
  set(timeouts.retries, policy.lock_retries);
  set(timeouts.backoff_min_ms, policy.backoff_min_ms);
  set(timeouts.backoff_max_ms, policy.backoff_max_ms);
  // What the dialect calls brief stays so.
  if (policy.statement_timeout_ms && !timeouts.statement_ms) timeouts.statement_ms = policy.statement_timeout_ms;
}

class Lowerer {
 public:
  Lowerer(std::vector<model::Database>& databases, const std::vector<plan::Kept>& kept,
          const std::vector<change::Change>& changes, const model::Policy& policy, const dialects::Dialects& dialects,
          grammar::Diagnostics& diagnostics)
      : changes_(changes), policy_(policy), diagnostics_(diagnostics) {
    std::set<std::string, std::less<>> wanted;
    for (const auto& change : changes)
      if (!change.database.empty()) wanted.insert(change.database);
    // A gate that stands alone is waited at everywhere.
    if (wanted.empty() && !changes.empty())
      for (const auto& database : databases) wanted.insert(database.name);
    for (auto& database : databases) {
      if (!wanted.contains(database.name)) continue;
      const auto* dialect = dialects.find(database.engine);
      if (!dialect) continue;
      Site site{database, *dialect, states_by_object(database), {database.name, "", {}}, {}};
      site.know_models();
      site.course.from = hash_of(database, site.states);
      std::ranges::copy_if(kept, std::back_inserter(site.guards),
                           [&](const auto& guard) { return guard.database == database.name; });
      sites_.push_back(std::move(site));
      begun_.push_back(database);
    }
  }

  void lower_all(Lowering& lowering) {
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const bool gate = std::holds_alternative<change::WaitAtGate>(changes_[i].kind);
      for (auto& site : sites_)
        if (changes_[i].database == site.database.name || (gate && changes_[i].database.empty()))
          lowering.changes.push_back(lower_one(i, site));
      if (!gate) continue;
      for (auto& site : sites_) site.halt();
      ++stage_;
    }
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      auto& site = sites_[i];
      site.end_stage();
      site.note_looks(begun_[i]);
      lowering.courses.push_back(std::move(site.course));
    }
  }

 private:
  std::vector<dialects::StepPair> pairs_of(const change::Change& change, const Site& site) {
    try {
      return site.dialect.lower(change, site.database);
    } catch (const dialects::Refused& refused) {
      diagnostics_.error(refused.code, change.origin.span, refused.what(), refused.label).help.push_back(refused.help);
      return {};
    }
  }

  Lowered lower_one(std::size_t index, Site& site) {
    const auto& change = changes_[index];
    Lowered lowered{index, site.database.name, stage_, pairs_of(change, site), {}};
    for (auto& pair : lowered.pairs) {
      finish(pair.forward, change, site);
      if (pair.reverse) finish(*pair.reverse, change, site);
    }
    end_guards(lowered, change, site);
    if (const auto* end = std::get_if<change::EndKept>(&change.kind)) {
      site.note_end(end->kept, std::to_string(lowered.stage));
      std::erase(site.guards, end->kept);
    }
    for (const auto& pair : lowered.pairs)
      if (auto guard = guard_of(pair.forward)) site.guards.push_back(std::move(*guard));
    lowered.moved = site.move_on(change);
    for (const auto& pair : lowered.pairs)
      for (const auto& object : pair.disturbs) site.note_disturbed(object, lowered.moved);
    return lowered;
  }

  /// A guard that reads a column goes before the column does: from there on nothing could be filled from it.
  static void end_guards(Lowered& lowered, const change::Change& change, Site& site) {
    const auto* alter = std::get_if<change::AlterTable>(&change.kind);
    if (!alter || alter->losses.empty() || lowered.pairs.empty()) return;
    auto* last = std::get_if<plan::RunSql>(&lowered.pairs.back().forward.action);
    if (!last) return;
    std::erase_if(site.guards, [&](const plan::Kept& guard) {
      const bool ends = guard.object == change.object &&
                        std::ranges::any_of(alter->losses, [&](const auto& loss) { return reads(guard, loss.column); });
      if (!ends) return false;
      for (auto leftover = guard.leftovers.rbegin(); leftover != guard.leftovers.rend(); ++leftover)
        last->statements.insert(last->statements.begin(), leftover->cleanup.begin(), leftover->cleanup.end());
      site.note_end(guard, std::to_string(lowered.stage));
      return true;
    });
  }

  void finish(plan::Step& step, const change::Change& change, const Site& site) const {
    step.database = site.database.name;
    if (auto* action = std::get_if<plan::RunSql>(&step.action)) action->secrets = model::secrets_of(action->statements);
    step.stage = stage_;
    step.source = change.source;
    if (step.object.empty()) step.object = change.object;
    set_timeouts(step.timeouts, policy_);
  }

  const std::vector<change::Change>& changes_;
  const model::Policy& policy_;
  grammar::Diagnostics& diagnostics_;
  std::vector<Site> sites_;
  std::vector<model::Database> begun_;  ///< each site's database as the plan meets it
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

/// The plan must lead where the sources point; where it would not, nothing may be written.
void compare(const model::Database& after, const model::Database& desired, grammar::Diagnostics& diagnostics) {
  if (after == desired) return;
  const auto is = states_by_object(after);
  const auto wanted = states_by_object(desired);
  if (is == wanted) return;
  auto& error = diagnostics.error(
      "E0299", desired.origin.span,
      fmt::format("the steps found for '{}' would not lead to what is declared", grammar::escaped(desired.name)),
      "this is a mistake of dmc, not of yours: nothing was written");
  const auto differing = [&](const std::string& object, std::string_view how) {
    error.help.push_back(fmt::format("{} {}", grammar::escaped(object), how));
  };
  for (const auto& [object, state] : wanted)
    if (const auto found = is.find(object); found == is.end())
      differing(object, "would be missing");
    else if (found->second != state)
      differing(object, "would differ");
  for (const auto& [object, state] : is)
    if (!wanted.contains(object)) differing(object, "would still be there");
  error.help.emplace_back("please report it with the sources; splitting the change in two often gets around it");
}

}  // namespace

Lowering lower(std::vector<model::Database> base, const std::vector<plan::Kept>& kept,
               const std::vector<model::Database>& desired, const std::vector<change::Change>& changes,
               const model::Policy& policy, const dialects::Dialects& dialects, grammar::Diagnostics& diagnostics) {
  prepare(base, desired);
  Lowering lowering;
  Lowerer(base, kept, changes, policy, dialects, diagnostics).lower_all(lowering);
  for (auto& database : base) database.sort();
  for (const auto& wanted : desired) {
    const auto after = std::ranges::find(base, wanted.name, &model::Database::name);
    if (after != base.end()) compare(*after, wanted, diagnostics);
  }
  lowering.after = std::move(base);
  return lowering;
}

}  // namespace dmc::planner
