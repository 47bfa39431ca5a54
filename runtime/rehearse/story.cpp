// What follows the first run: comparisons, the way back, the second time, and crashes. Every claim stands behind what
// was executed for it.
#include <algorithm>

#include <fmt/format.h>

#include "runtime/executor/admission.hpp"
#include "runtime/rehearse/dice.hpp"
#include "runtime/rehearse/ground.hpp"
#include "runtime/rehearse/rehearsal.hpp"
#include "runtime/rehearse/survival.hpp"

namespace dmc::rehearse {

namespace {

std::string counted(std::size_t number, const std::string& one) {
  return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

std::string listed(const std::vector<std::string>& items) { return fmt::format("{}", fmt::join(items, ", ")); }

std::vector<std::string> gates_of(const plan::Plan& plan, bool asked) {
  std::vector<std::string> texts;
  for (const auto& step : plan.steps)
    if (const auto* gate = std::get_if<plan::Gate>(&step.action))
      if (gate->check.has_value() == asked && std::find(texts.begin(), texts.end(), gate->text) == texts.end())
        texts.push_back(gate->text);
  return texts;
}

std::string why(const executor::RunResult& result) {
  for (const auto& target : result.targets)
    if (target.exit_code != 0) return target.text;
  return result.text;
}

bool in_doubt(const executor::RunResult& result) {
  return std::any_of(result.targets.begin(), result.targets.end(),
                     [](const auto& target) { return target.outcome == "in doubt"; });
}

/// Objects that are not alike, "table users", but for those that the plan leaves behind on purpose.
std::vector<std::string> differing(const std::vector<model::ObjectState>& found,
                                   const std::vector<model::ObjectState>& wanted,
                                   const std::vector<std::string>& left_alone) {
  std::vector<std::string> names;
  const auto missing = [&](const auto& from, const auto& in, bool extra) {
    for (const auto& state : from)
      if (std::find(in.begin(), in.end(), state) == in.end() &&
          std::find(names.begin(), names.end(), state.object) == names.end() &&
          !(extra && std::find(left_alone.begin(), left_alone.end(), state.object) != left_alone.end()))
        names.push_back(state.object);
  };
  missing(wanted, found, false);
  missing(found, wanted, true);
  return names;
}

}  // namespace

executor::Environment Rehearsal::surroundings(session::Connector& connector, journal::Sink& sink) {
  return {connector, environment_.dialects, clock_, sink, environment_.stop, environment_.runner};
}

executor::RunResult Rehearsal::run(session::Connector& connector, journal::Sink& sink) {
  executor::Options options;
  options.through = gates_of(plan(), false);
  options.secrets = steps::made_up_secrets(plan());
  auto around = surroundings(connector, sink);
  auto result = executor::run(plans_, work_, options, around);
  check_not_stopped();
  return result;
}

executor::RunResult Rehearsal::run() {
  Silence silence;
  return run(connector(), silence);
}

executor::RunResult Rehearsal::undo(session::Connector& connector) {
  executor::Options options;
  options.lossy = {"all"};
  options.secrets = steps::made_up_secrets(plans_.reverse.plan);
  Silence silence;
  auto around = surroundings(connector, silence);
  auto result = executor::undo(plans_, work_, options, around);
  check_not_stopped();
  return result;
}

void Rehearsal::check_not_stopped() const {
  if (environment_.stop.requested()) throw Ended{executor::exit_code::interrupted, "stopped on request"};
}

Moments Rehearsal::look() {
  Moments moments;
  for (const auto& target : work_) {
    const auto session = open(target, session::Access::read);
    auto& moment = moments[target.database];
    moment.live = executor::inspect(*session, dialect_of(target.database));
    moment.live.database.name = target.database;
    for (const auto& statement : engine_->naming()) session->execute(statement);
    moment.rows = contents_of(*session, moment.live.database);
  }
  return moments;
}

std::string Rehearsal::name(const std::string& database, const std::string& object) const {
  return work_.size() > 1 ? database + "." + object : object;
}

bool Rehearsal::same_rows(const Moments& left, const Moments& right) const {
  return std::all_of(left.begin(), left.end(), [&](const auto& one) {
    const auto found = right.find(one.first);
    const auto drifting = drifting_.find(one.first);
    return found != right.end() && found->second.live.states == one.second.live.states &&
           same(one.second.rows, found->second.rows,
                drifting == drifting_.end() ? std::set<std::string>() : drifting->second);
  });
}

void Rehearsal::show_run(const executor::RunResult& run) {
  std::size_t pre = 0, post = 0, invariants = 0, done = 0;
  for (const auto& target : run.targets)
    for (const auto& report : target.steps) {
      if (report.state == "found")
        not_shown("run", fmt::format("'{}': what it must come to holds on the base already, so nothing was sent",
                                     report.summary));
      if (report.state != "done") continue;
      ++done;
      for (const auto& step : plan().steps)
        if (step.id == report.id) {
          pre += step.pre.size();
          post += step.post.size();
          invariants += step.invariants.size();
        }
    }
  std::size_t rows = 0;
  for (const auto& table : record_.tables) rows += static_cast<std::size_t>(table.rows);
  shown("base", fmt::format("built from its catalog, with {} in {}", counted(rows, "generated row"),
                            counted(record_.tables.size(), "table")));
  shown("run", fmt::format("{} of {}, with {} before, {} behind and {}", done, counted(plan().steps.size(), "step"),
                           counted(pre, "check"), counted(post, "check"), counted(invariants, "comparison")));
  for (const auto& gate : gates_of(plan(), false))
    if (!waiting_ || done == plan().steps.size())
      not_shown("gates", fmt::format("whether it is true that '{}': the rehearsal said so itself", gate));
  for (const auto& secret : steps::secrets_named(plan()))
    not_shown("run", "whether the value of " + secret + " serves: the rehearsal made one up");
  if (waiting_) not_shown("gates", "what lies behind a gate that did not open on generated rows: " + why(run));
}

void Rehearsal::show_target() {
  std::vector<model::Database> models;
  for (const auto& database : ground_.target)
    if (!model::states_of(database).empty()) models.push_back(database);
  const auto places_of_scratch = places("scratch");
  if (!models.empty()) {
    const auto plans = from_nothing(models, plan().project, plan().number, environment_.dialects);
    std::vector<executor::TargetAddress> targets;
    for (const auto& place : places_of_scratch)
      for (const auto& input : plans.forward.plan.databases)
        if (input.name == place.database) targets.push_back(place);
    executor::Options options;
    options.secrets = steps::made_up_secrets(plans.forward.plan);
    Silence silence;
    auto around = surroundings(connector(), silence);
    const auto built = executor::run(plans, targets, options, around);
    check_not_stopped();
    if (built.exit_code != 0)
      throw Ended{executor::exit_code::failed, "the target could not be built from its catalog", built};
  }
  std::size_t objects = 0;
  for (const auto& place : places_of_scratch) {
    const auto session = open(place, session::Access::write);
    const auto wanted = executor::inspect(*session, dialect_of(place.database)).states;
    std::vector<std::string> forgotten;
    for (const auto& input : plan().databases)
      if (input.name == place.database) forgotten = input.forgotten;
    const auto other = differing(at_end_.at(place.database).live.states, wanted, forgotten);
    if (!other.empty())
      throw Ended{executor::exit_code::failed,
                  "the plan leads to another database than one built from nothing; different: " + listed(other)};
    objects += wanted.size();
  }
  shown("target", fmt::format("{} equal to those of a database built from nothing as the catalog says",
                              counted(objects, "object")));
}

void Rehearsal::show_rows() {
  std::int64_t tables = 0, columns = 0;
  std::vector<std::string> changed, lost;
  for (const auto& [database, before] : at_base_) {
    const auto& after = at_end_.at(database);
    auto survived = survival({plan(), before.live.database, after.live.database, before.rows, after.rows});
    tables += survived.tables;
    columns += survived.columns;
    for (const auto& one : survived.changed) changed.push_back(name(database, one));
    for (const auto& one : survived.lost) lost.push_back(name(database, one));
    auto drifts = drifting(plan(), before.live.database, after.live.database);
    if (!drifts.empty()) {
      std::vector<std::string> columns_of;
      for (const auto& one : drifts) columns_of.push_back(name(database, one));
      not_shown("rows", "the same values twice where they come from the clock or from chance: " + listed(columns_of));
      drifting_[database] = std::move(drifts);
    }
  }
  if (!lost.empty())
    throw Ended{executor::exit_code::failed, "the run changed what the plan says nothing about: " + listed(lost)};
  std::string text = fmt::format("{} of the base with every row, {} of them with every value",
                                 counted(static_cast<std::size_t>(tables), "table"),
                                 counted(static_cast<std::size_t>(columns), "column"));
  if (!changed.empty()) text += "; changed, as the plan says: " + listed(changed);
  shown("survival", text);
}

void Rehearsal::show_second_passes() {
  for (const auto& pass : again_->passes()) {
    const auto what = fmt::format("'{}'", pass.summary);
    if (!pass.not_asked.empty())
      not_shown("backfill", what + " sent a second time: " + pass.not_asked);
    else if (!pass.changes)
      shown("backfill", what + ": sent a second time it changes nothing");
    else if (pass.one_commit)
      shown("backfill", what +
                            ": sent a second time it would change rows again; each batch is one commit with its "
                            "watermark, so none is sent twice");
    else
      throw Ended{executor::exit_code::failed,
                  what + " changes rows again when it is sent a second time, and on this engine that can happen"};
  }
}

Rehearsal::Back Rehearsal::show_undo() {
  const auto back = undo(connector());
  const auto found = why(back);
  if (back.exit_code == executor::exit_code::refused) {
    not_shown("undo", found);
    return Back::refused;
  }
  if (back.exit_code != 0) throw Ended{executor::exit_code::failed, "the way back fails: " + found, back};
  const auto now = look();
  std::int64_t tables = 0;
  std::vector<std::string> lost, wrong;
  for (const auto& [database, before] : at_base_) {
    const auto& after = now.at(database);
    for (const auto& object : differing(after.live.states, before.live.states, {}))
      wrong.push_back(name(database, object));
    auto returned = came_back(plan(), database, before.rows, after.rows,
                              fired(plan(), before.live.database, at_end_.at(database).live.database));
    tables += returned.tables;
    for (const auto& one : returned.lost) lost.push_back(name(database, one));
    for (const auto& one : returned.wrong) wrong.push_back(name(database, one));
    if (returned.wrong.empty() || fitting_) continue;
    for (const auto& [table, columns] : retyped(plan(), before.live.database, at_end_.at(database).live.database))
      for (const auto& column : columns) unfit_.push_back(name(database, table + "." + column.first));
  }
  if (!wrong.empty() && !unfit_.empty() && !fitting_) return Back::unfit;
  if (!wrong.empty())
    throw Ended{executor::exit_code::failed, "the way back does not lead to the base: " + listed(wrong), back};
  std::string text =
      fmt::format("the schema is the base again, {} row by row", counted(static_cast<std::size_t>(tables), "table"));
  if (!lost.empty()) text += "; lost, as the plan declares: " + listed(lost);
  shown("undo", text);
  return lost.empty() ? Back::whole : Back::lossy;
}

void Rehearsal::show_again() {
  const auto second = run();
  if (second.exit_code != 0)
    throw Ended{executor::exit_code::failed, "after the way back the plan does not run again: " + why(second), second};
  if (!same_rows(at_end_, look()))
    throw Ended{executor::exit_code::failed, "after the way back the plan leads somewhere else than the first time"};
  shown("again", "run, undone and run again, it ends in the same schema and the same rows");
}

/// Each point is one death of the runner, or of its connection, at one event of its session; then the same command
/// again.
void Rehearsal::show_crashes(bool forward) {
  const auto& begin = forward ? base_ : after_;
  Silence silence;
  const auto once = [&](session::Connector& connector) { return forward ? run(connector, silence) : undo(connector); };
  copy(begin, work_);
  CrashPoint count;
  CrashConnector counting(connector(), count);
  if (once(counting).exit_code != 0)
    throw Ended{executor::exit_code::failed, "from the same rows the same command does not end twice"};
  const auto wanted = look();
  const auto points = std::min<std::int64_t>(options_.crash_points, count.events);
  Dice dice(record_.seed + (forward ? "/run" : "/undo"));
  const auto& steps = forward ? plan().steps : plans_.reverse.plan.steps;
  const bool has_doubt = std::any_of(steps.begin(), steps.end(),
                                     [](const auto& step) { return step.exactly_once_by == plan::ExactlyOnce::none; });
  std::int64_t doubts = 0;
  for (std::int64_t i = 0; i < points; ++i) {
    // One in each of equally long stretches, so that no part of the plan is left out.
    const auto from = count.events * i / points, to = count.events * (i + 1) / points;
    CrashPoint point;
    point.at = static_cast<long>(from + 1 + static_cast<std::int64_t>(dice.below(static_cast<std::size_t>(to - from))));
    point.connection_only = i % 2 == 1;
    copy(begin, work_);
    CrashConnector crashing(connector(), point);
    try {
      once(crashing);
    } catch (const Crashed&) {
    }
    auto resumed = once(connector());
    const auto where =
        fmt::format("{} was broken off at event {} of {}", forward ? "the run" : "the undo", point.at, count.events);
    if (in_doubt(resumed) && has_doubt) {
      ++doubts;
      continue;
    }
    if (resumed.exit_code != 0)
      throw Ended{executor::exit_code::failed, where + ", and the same command does not go on: " + why(resumed),
                  resumed};
    if (!same_rows(wanted, look()))
      throw Ended{executor::exit_code::failed, where + ", and the next one ends somewhere else"};
  }
  record_.crash_points.tried += points;
  record_.crash_points.of += count.events;
  if (points == 0) return;
  std::string text = fmt::format("{}: {} of {} crash points tried; ", forward ? "run" : "undo", points, count.events);
  if (doubts > 0)
    text += fmt::format(
        "{} ended in doubt, as the plan declares for statements that nothing can tell of; at the others ", doubts);
  else
    text += "each time ";
  shown("crashes", text + "the same command went on to the same end");
}

void Rehearsal::note_the_usual() {
  not_shown("time", "how long it takes and who waits for it, with as many rows as there really are");
  not_shown("concurrency", "other clients at work meanwhile: queues, deadlocks, long transactions");
  not_shown("real data", "duplicates, nulls, orphans and texts that are there already: dmc preflight asks for them");
  not_shown("versions", fmt::format("any other build than {} {}", record_.engine, record_.engine_version));
  not_shown("rights", "whether the runner may do on a real target what it did here");
  not_shown("storage", "free space, a full disk, a power cut");
  not_shown("outside", "what triggers, functions and applications do outside of the database");
  not_shown("unmanaged", "objects that no catalog knows");
  for (const auto& [about, text] : engine_->passed_over()) not_shown(about, text);
}

void Rehearsal::go() {
  if (plan().databases.empty()) {
    shown("run", "the plan touches no database");
    return;
  }
  check_ground();
  build_base();
  const auto shown_of_base = record_.shown;
  if (!tell()) {
    fitting_ = true;
    record_.shown = shown_of_base;
    record_.not_shown.clear();
    record_.crash_points = {};
    drifting_.clear();
    tell();
  }
  copy(after_, work_);
  note_the_usual();
}

bool Rehearsal::tell() {
  const auto first = first_run();
  waiting_ = first.exit_code == executor::exit_code::waiting;
  at_end_ = look();
  copy(work_, after_);
  copy(base_, work_);
  at_base_ = look();
  copy(after_, work_);
  show_run(first);
  if (!waiting_) {
    show_target();
    show_rows();
  }
  show_second_passes();
  const auto back = show_undo();
  if (back == Back::unfit) return false;
  if (!waiting_) {
    if (back == Back::whole) show_again();
    if (options_.crash_points > 0) {
      show_crashes(true);
      if (back != Back::refused) show_crashes(false);
    }
  }
  return true;
}

Result rehearse(const executor::PlanPair& plans, const Ground& ground, const Options& options,
                executor::Environment& environment) {
  Result result;
  result.title = executor::title_of(plans.forward.plan);
  try {
    Rehearsal rehearsal(plans, ground, options, environment);
    try {
      rehearsal.go();
    } catch (Ended& ended) {
      result.exit_code = ended.exit_code;
      result.text = std::move(ended.text);
      result.code = std::move(ended.code);
      result.report = std::move(ended.report);
    } catch (const std::exception& error) {
      result.exit_code = executor::exit_code::failed;
      result.text = error.what();
    }
    result.record = std::move(rehearsal.record());
    const auto* engine = rehearsal.engine();
    if (options.keep || (!options.on.empty() && engine && !engine->on_servers())) result.left = rehearsal.targets();
    if (options.keep && engine) result.running = engine->running();
  } catch (Ended& ended) {
    result.exit_code = ended.exit_code;
    result.text = std::move(ended.text);
    result.code = std::move(ended.code);
  }
  // What to type next is said of the plan, not of a database that is gone by then.
  if (result.report)
    for (auto& target : result.report->targets) target.next = {};
  return result;
}

}  // namespace dmc::rehearse
