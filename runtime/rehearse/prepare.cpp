// The base, its rows, and the first run over them. Where the plan's own checks refuse generated rows, the rows are
// drawn anew: that a guard does its work is no fault of the plan.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/model/sql_text.hpp"
#include "compiler/plan/digest.hpp"
#include "runtime/rehearse/ground.hpp"
#include "runtime/rehearse/literals.hpp"
#include "runtime/rehearse/rehearsal.hpp"
#include "runtime/rehearse/survival.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::rehearse {

namespace {

const model::Database* named(const std::vector<model::Database>& databases, const std::string& name) {
  for (const auto& database : databases)
    if (database.name == name) return &database;
  return nullptr;
}

bool is_empty(const model::Database& database) {
  return database.tables.empty() && database.views.empty() && database.triggers.empty() && database.objects.empty();
}

/// SQL of the plan that speaks of rows: a value that stands in it may be the one that a row needs.
std::vector<std::string> texts_of(const plan::Plan& plan) {
  std::vector<std::string> texts;
  for (const auto& step : plan.steps) {
    for (const auto& check : step.pre) texts.push_back(check.query);
    if (const auto* fill = std::get_if<plan::Backfill>(&step.action)) texts.push_back(fill->change_first);
    if (const auto* verify = std::get_if<plan::Verify>(&step.action)) texts.push_back(verify->check.query);
    if (const auto* gate = std::get_if<plan::Gate>(&step.action))
      if (gate->check) texts.push_back(gate->check->query);
  }
  return texts;
}

/// References that the plan adds: rows that point at something are no accident.
void add_references(model::Database& base, const model::Database& target, const plan::Plan& plan) {
  for (auto& table : base.tables) {
    const auto followed = follow(plan, base.name, table);
    const auto* now = target.table(followed.table);
    if (!now) continue;
    const auto old_column = [](const Followed& names, const std::string& name) {
      for (const auto& [before, after] : names.columns)
        if (after == name) return before;
      return std::string();
    };
    for (auto key : now->foreign_keys) {
      const model::Table* parent = nullptr;
      Followed parent_names;
      for (const auto& candidate : base.tables)
        if (auto names = follow(plan, base.name, candidate); names.table == key.table) {
          parent = &candidate;
          parent_names = std::move(names);
        }
      if (!parent) continue;
      key.table = parent->path();
      for (auto& name : key.columns) name = old_column(followed, name);
      for (auto& name : key.referenced) name = old_column(parent_names, name);
      const bool there =
          std::all_of(key.columns.begin(), key.columns.end(), [](const auto& name) { return !name.empty(); }) &&
          std::all_of(key.referenced.begin(), key.referenced.end(), [](const auto& name) { return !name.empty(); });
      const bool known = std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                                     [&](const auto& other) { return other.columns == key.columns; });
      if (there && !known) table.foreign_keys.push_back(std::move(key));
    }
  }
}

const plan::QueryCheck* check_of(const plan::Plan& plan, const executor::Foreseen& question) {
  for (const auto& step : plan.steps)
    if (step.id == question.step)
      for (const auto& check : step.pre)
        if (check.means == question.means) return &check;
  return nullptr;
}

void add(std::vector<Judge>& judges, Judge judge) {
  if (std::find(judges.begin(), judges.end(), judge) == judges.end()) judges.push_back(std::move(judge));
}

/// The text in the names that hold before the plan.
std::string put_back(std::string sql, const plan::Plan& plan, const std::string& database) {
  for (auto renamed = plan.renames.rbegin(); renamed != plan.renames.rend(); ++renamed) {
    if (renamed->database != database) continue;
    const auto dot = renamed->to.rfind('.'), old_dot = renamed->from.rfind('.');
    if (dot == std::string::npos || old_dot == std::string::npos)
      sql = model::with_renamed(sql, renamed->to, renamed->from, {.table = {}, .fold_case = true});
    else
      sql = model::with_renamed(sql, renamed->to.substr(dot + 1), renamed->from.substr(old_dot + 1),
                                {.table = renamed->to.substr(0, dot), .fold_case = true});
  }
  return sql;
}

/// Why a run stopped.
struct Stopped {
  std::string outcome;
  std::string text;
};
Stopped stopped(const executor::RunResult& run) {
  for (const auto& target : run.targets)
    if (target.exit_code != 0) return {target.outcome, target.text};
  return {"refused", run.text};
}

}  // namespace

Rehearsal::Rehearsal(const executor::PlanPair& plans, const Ground& ground, const Options& options,
                     executor::Environment& environment)
    : plans_(plans), ground_(ground), options_(options), environment_(environment), clock_(environment.clock) {
  record_.plan = plans.forward.hash;
  record_.reverse = plans.forward.plan.reverse;
  record_.compiler_version = plans.forward.plan.compiler_version;
  record_.runner = environment.runner.runner;
  record_.seed = plan::short_digest(plans.forward.hash);
  record_.at = environment.clock.utc();
  if (plan().databases.empty()) return;
  record_.engine = plan().databases.front().engine;
  Yard yard{options.folder, options.server_binaries, options.only_these_binaries, {}, options.keep};
  if (!options.on.empty()) yard.server = options.on.front().url;
  try {
    engine_ = engine_of(record_.engine, yard);
  } catch (const session::SessionError& error) {
    throw Ended{executor::exit_code::refused, error.what()};
  }
  if (engine_ && engine_->on_servers()) copies_ = std::make_unique<SameTarget>(environment_.connector, *engine_);
  if (!engine_) throw Ended{executor::exit_code::refused, "nothing can be rehearsed on " + record_.engine + " yet"};
  work_ = places("work");
  bare_ = places("bare");
  base_ = places("base");
  after_ = places("after");
  if (engine_->on_servers()) return;
  for (const auto& given : options.on)
    for (auto& target : work_)
      if (target.database == given.database) target.url = given.url;
}

std::vector<executor::TargetAddress> Rehearsal::places(const std::string& folder) const {
  std::vector<executor::TargetAddress> targets;
  std::error_code problem;
  std::filesystem::create_directories(options_.folder / folder, problem);
  for (const auto& input : plan().databases)
    targets.push_back({input.name, engine_->place(options_.folder / folder, input.name)});
  return targets;
}

const dialects::Dialect& Rehearsal::dialect_of(const std::string& database) const {
  for (const auto& input : plan().databases)
    if (input.name == database)
      if (const auto* dialect = environment_.dialects.find(input.engine)) return *dialect;
  throw Ended{executor::exit_code::refused, "this version knows no engine for database '" + database + "'"};
}

/// The catalogs must hold what the plan says of them; else something else would be rehearsed.
void Rehearsal::check_ground() {
  for (const auto& input : plan().databases) {
    if (input.engine != record_.engine)
      throw Ended{executor::exit_code::refused, "a plan over several engines cannot be rehearsed yet"};
    const auto *base = named(ground_.base, input.name), *target = named(ground_.target, input.name);
    if (!base || model::state_hash(*base) != input.from || !target || model::state_hash(*target) != input.to)
      throw Ended{executor::exit_code::refused,
                  "the catalogs do not hold what the plan leads from and to for database '" + input.name + "'",
                  {},
                  "E0701"};
  }
  for (const auto& input : plan().databases)
    if (!input.adopted.empty() && input.from == model::state_hash(input.engine, {}))
      throw Ended{executor::exit_code::refused,
                  "it takes over a database as it is, which dmc adopt does; there is nothing to try out"};
  if (engine_->on_servers()) return;
  for (const auto& given : options_.on) try {
      connector().open(given.url, session::Missing::refuse, session::Access::read);
      throw Ended{executor::exit_code::refused,
                  "there is something at " + given.url.shown() + " already, and a rehearsal leaves nothing as it was",
                  {},
                  "E0702"};
    } catch (const session::TargetMissing&) {
    }
}

std::unique_ptr<session::Session> Rehearsal::open(const executor::TargetAddress& address, session::Access access) {
  auto session = connector().open(address.url, session::Missing::create, access);
  for (const auto& statement : dialect_of(address.database).description().preamble) session->execute(statement);
  return session;
}

void Rehearsal::copy(const std::vector<executor::TargetAddress>& from,
                     const std::vector<executor::TargetAddress>& to) const {
  for (std::size_t i = 0; i < from.size(); ++i) engine_->copy(from[i].url, to[i].url);
}

void Rehearsal::build_base() {
  engine_->furnish(ground_.base);
  engine_->furnish(ground_.target);
  std::vector<model::Database> models;
  for (const auto& database : ground_.base)
    if (!is_empty(database)) models.push_back(database);
  for (const auto& target : work_) open(target, session::Access::write);
  if (!models.empty()) {
    const auto number = std::max<std::int64_t>(plan().number - 1, 1);
    const auto plans = from_nothing(std::move(models), plan().project, number, environment_.dialects);
    std::vector<executor::TargetAddress> targets;
    for (const auto& target : work_)
      for (const auto& input : plans.forward.plan.databases)
        if (input.name == target.database) targets.push_back(target);
    executor::Options options;
    options.secrets = steps::made_up_secrets(plans.forward.plan);
    Silence silence;
    auto around = surroundings(connector(), silence);
    const auto built = executor::run(plans, targets, options, around);
    check_not_stopped();
    if (built.exit_code != 0)
      throw Ended{executor::exit_code::failed, "the base could not be built from its catalog", built};
  }
  for (const auto& input : plan().databases) {
    if (input.adopted.empty()) continue;
    const auto target =
        std::find_if(work_.begin(), work_.end(), [&](const auto& address) { return address.database == input.name; });
    const auto session = open(*target, session::Access::write);
    for (const auto& statement : statements_adding(input.adopted, *named(ground_.base, input.name),
                                                   *named(ground_.target, input.name), environment_.dialects))
      session->execute(statement);
    shown("base",
          fmt::format("{}: the {} objects that are adopted were put there first", input.name, input.adopted.size()));
  }
  copy(work_, bare_);
}

void Rehearsal::fill_all(const Rows& rows) {
  copy(bare_, work_);
  filled_.clear();
  fitted_.clear();
  Wish wish{record_.seed, rows.none ? 0 : options_.rows, rows.plain, {}, {}, {}, rows.empty};
  if (!rows.plain) wish.texts = texts_of(plan());
  for (const auto& target : work_) {
    const auto session = open(target, session::Access::write);
    auto database = executor::inspect(*session, dialect_of(target.database)).database;
    database.name = target.database;
    if (!rows.judges.empty()) add_references(database, *named(ground_.target, target.database), plan());
    wish.types.clear();
    if (rows.fitting) {
      wish.types = retyped(plan(), database, *named(ground_.target, target.database));
      for (const auto& [table, columns] : wish.types)
        for (const auto& [column, type] : columns)
          fitted_.push_back(name(target.database, table + "." + column + " that are no " + type));
    }
    wish.judges.clear();
    for (const auto& judge : rows.judges)
      if (judge.database == target.database) wish.judges.push_back(judge.check);
    for (auto& filled : fill(*session, database, *engine_, wish)) filled_.emplace_back(target.database, filled);
    if (record_.engine_build.empty()) {
      record_.engine_build = engine_->build(*session);
      record_.engine_version = ledger::keeper_of(target.url.engine)->open(*session)->server_version();
    }
  }
}

void Rehearsal::prepare(Rows& rows) {
  constexpr int rounds = 4;
  for (int round = 0;; ++round) {
    fill_all(rows);
    Silence silence;
    auto around = surroundings(connector(), silence);
    const auto asked = executor::preflight(plans_, work_, around);
    const auto known = rows.judges.size();
    for (const auto& target : asked.targets)
      for (const auto& question : target.questions)
        if (question.answer == "does not hold")
          if (const auto* check = check_of(plan(), question)) add(rows.judges, {target.database, *check});
    if (rows.judges.size() == known || round == rounds) break;
  }
  note_rows(rows);
  copy(work_, base_);
}

void Rehearsal::note_rows(const Rows& rows) {
  record_.tables.clear();
  std::erase_if(record_.not_shown, [](const auto& claim) { return claim.about == "rows"; });
  for (const auto& [database, filled] : filled_) {
    if (filled.rows > 0) record_.tables.push_back({database, filled.table, filled.rows});
    if (filled.rows == 0 && filled.wanted > 0 && !rows.empty.contains(filled.table))
      not_shown("rows", fmt::format("{} stays empty: no generated row fits ({})", name(database, filled.table),
                                    filled.refusal.empty() ? "all were taken away again" : filled.refusal));
  }
  for (const auto& judge : rows.judges)
    if (!rows.none)
      not_shown("rows", fmt::format("rows of which it does not hold that {}: the plan refuses them before it begins, "
                                    "so none were left",
                                    judge.check.means));
  if (rows.plain && !rows.none)
    not_shown("rows", "odd values (null, empty, negative, huge): the generated rows are ordinary ones");
  for (const auto& values : fitted_)
    not_shown("rows", "values of " + values +
                          (unfit_.empty() ? std::string() : ": taking the change of type back gives others for them"));
  for (const auto& table : rows.empty)
    not_shown("rows", table + " with rows: a statement of the plan's author does not go with generated ones");
  if (rows.none || options_.rows == 0) not_shown("rows", "any row: all tables were empty");
}

Rehearsal::Names Rehearsal::tables_of_own_statement(const executor::RunResult& run) const {
  Names tables;
  for (const auto& target : run.targets)
    for (const auto& report : target.steps) {
      if (!report.error || report.state == "done") continue;
      for (const auto& step : plan().steps) {
        const auto* own = std::get_if<plan::RunSql>(&step.action);
        if (step.id != report.id || !own || !step.object.starts_with("run ")) continue;
        for (const auto& [database, filled] : filled_)
          for (const auto& statement : own->statements)
            if (database == step.database && says(statement, filled.table)) tables.insert(filled.table);
      }
    }
  return tables;
}

bool Rehearsal::learn(const executor::RunResult& run, Rows& rows) {
  const auto known = rows.judges.size();
  copy(base_, work_);
  for (std::size_t i = 0; i < run.targets.size(); ++i)
    for (const auto& report : run.targets[i].steps) {
      if (!report.error || report.state == "done") continue;
      for (const auto& step : plan().steps) {
        if (step.id != report.id) continue;
        const auto target = std::find_if(work_.begin(), work_.end(),
                                         [&](const auto& address) { return address.database == step.database; });
        const auto session = open(*target, session::Access::read);
        for (auto check : step.pre) {
          check.query = put_back(check.query, plan(), step.database);
          try {
            if (steps::ask(*session, check, false)) add(rows.judges, {step.database, check});
          } catch (const session::SessionError&) {
            // It asks about what only an earlier step brings.
          }
        }
      }
    }
  return rows.judges.size() > known;
}

executor::RunResult Rehearsal::first_run() {
  std::vector<std::string> hints;
  Rows rows;
  rows.fitting = fitting_;
  while (true) {
    prepare(rows);
    again_ = std::make_unique<Again>(plan(), work_, connector(), *engine_);
    auto result = run(connector(), *again_);
    if (result.exit_code == 0 || result.exit_code == executor::exit_code::waiting) {
      for (const auto& hint : hints) not_shown("rows", hint);
      return result;
    }
    const auto why = stopped(result);
    // A check of the plan that says no has done what it is for; a statement that fails has not. Whether an author's
    // own statement may meet these rows, only the author knows.
    const bool guarded = why.outcome == "conflict" || why.outcome == "refused";
    const auto tables = rows.plain && !guarded && rows.empty.empty() ? tables_of_own_statement(result) : Names();
    if (rows.none || (rows.plain && !guarded && tables.empty()))
      throw Ended{executor::exit_code::failed, "the plan does not come to its end: " + why.text, std::move(result)};
    if (guarded && learn(result, rows)) continue;
    hints.push_back((rows.plain ? "with ordinary rows: " : "with odd values: ") + why.text);
    rows.empty = tables;
    if (rows.plain && guarded) rows.none = true;
    rows.plain = rows.fitting = true;
  }
}

}  // namespace dmc::rehearse
