// Takes a target over and moves its marker away from rest, each move a compare-and-swap with the new epoch.
#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/admission.hpp"
#include "runtime/executor/half_way.hpp"
#include "runtime/executor/holder.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/executor/steps_report.hpp"
#include "runtime/executor/target_run.hpp"

namespace dmc::executor {

namespace {

std::string with(std::string first, const std::string& more) {
  if (!first.empty() && !more.empty()) first += "; ";
  return first + more;
}

bool in_transaction(const plan::Step& step) {
  const auto* run = std::get_if<plan::RunSql>(&step.action);
  const bool by_itself =
      std::holds_alternative<plan::Wait>(step.action) || std::holds_alternative<plan::ForEach>(step.action);
  return !by_itself && (!run || run->in_transaction);
}

}  // namespace

bool TargetRun::take(bool alone) {
  return patiently([&] {
    if (!session_) connect(session::Missing::create);
    if (over_) return;
    if (!ledger_->exists()) create_ledger();
    over_epoch_ = end_earlier_session();
    to_be_taken_ = alone && !target_.moving;
    std::int64_t epoch = target_.epoch;
    if (!to_be_taken_) {
      epoch = ledger_->take_over(holder(), over_epoch_);
      check_unmoved(ledger_->target());
    }
    context_.emplace(steps::Context{.session = *session_,
                                    .ledger = *ledger_,
                                    .clock = environment_.clock,
                                    .sink = environment_.sink,
                                    .stop = environment_.stop,
                                    .grip = {epoch, target_.generation},
                                    .target = label(),
                                    .plan = plans_.forward.hash,
                                    .run_id = target_.run_id,
                                    .normaliser = normaliser_,
                                    .runner = environment_.runner,
                                    .show_data = options_.show_data,
                                    .through = options_.through,
                                    .words = options_.words,
                                    .secrets = options_.secrets});
  });
}

std::string TargetRun::holder() const {
  auto runner = environment_.runner;
  runner.since = environment_.clock.utc();
  return written_holder(runner, session_->place().handle());
}

void TargetRun::take_within() {
  if (!to_be_taken_) return;
  context_->grip.epoch = ledger_->take_over_within(holder(), over_epoch_);
  check_unmoved(ledger_->target());
}

bool TargetRun::begin_or_go_on(const FrozenScope& scope) {
  return patiently([&] {
    const session::Stop::InFlight in_flight(environment_.stop, *session_);
    const bool moving = target_.moving.has_value();
    if (moving && !rescoped_.empty()) rescope(scope);
    if (moving && facts_of(*session_) != target_.identity.facts) {
      ledger::Unit unit(*ledger_);
      note_identity();
      unit.commit();
    }
    if (moving) take_word();
    if (moving && target_.moving->forward == undo_) settle_open_steps();
    if (!over_ && moving && !target_.moving->forward && !undo_) end_the_way_back();
    if (over_) return;
    if (!moving)
      undo_ ? begin_undo(scope) : begin(scope);
    else if (target_.moving->forward == undo_)
      turn();
    begun_ = !moving;
    target_ = ledger_->target();
    context_->run_id = target_.run_id;
    context_->grip.generation = target_.generation;
    ledger_->announce("dmc/" + plan::short_digest(plans_.forward.hash) + "/" + std::to_string(context_->grip.epoch));
    rows_ = rows_by_step(ledger_->steps(target_.generation));
  });
}

/// What the last holder sent may still be executed, though its runner is gone, or come to the server only now, if it
/// only stood still: nothing is read for good, and nothing sent, before that cannot happen any more. → the epoch that
/// is over.
std::int64_t TargetRun::end_earlier_session() {
  const auto last = ledger_->target();
  const auto left = left_at_work(*session_, last);
  if (left && !options_.take_over)
    throw ledger::Fenced("another runner came to this target since it was looked at; nothing was changed");
  if (const auto earlier = session_of(last); !earlier.empty() && earlier != session_->place().handle())
    session_->place().end(earlier);
  return last.epoch;
}

bool TargetRun::give_back() {
  // What a begin notes of objects that it adopts or forgets is the plan's to take back.
  if (!begun_ || !target_.moving || !input_.adopted.empty() || !input_.forgotten.empty()) return false;
  try {
    ledger::Unit unit(*ledger_);
    ledger_->release(context_->grip, plans_.forward.hash, !undo_);
    ledger_->remember(move("release", "another target could not be begun"));
    unit.commit();
    begun_ = false;
    return true;
  } catch (const std::exception&) {
    return false;  // It stays begun, and the next run goes on with it.
  }
}

/// An empty database gets its ledger with the state it is in.
void TargetRun::create_ledger() {
  ledger::Unit unit(*ledger_);
  if (!inspect(*session_, dialect_).empty())
    throw ledger::Fenced("somebody created objects in this database since it was looked at; nothing was changed");
  ledger::Identity identity{.target_id = {},
                            .project = forward_plan().project,
                            .database = address_.database,
                            .cluster = address_.cluster,
                            .shard = address_.shard,
                            .facts = facts_of(*session_)};
  ledger_->create({std::move(identity), input_.from, input_.from_name, normaliser_});
  auto adopted = move("adopt", "an empty database");
  adopted.from_hash = std::nullopt;
  adopted.to_hash = input_.from;
  adopted.plan = std::nullopt;
  ledger_->remember(std::move(adopted));
  unit.commit();
  target_ = ledger_->target();
}

/// What was judged must still be so once the old holder can write no more.
void TargetRun::check_unmoved(const ledger::Target& now) {
  const bool same =
      now.at_hash == target_.at_hash && now.moving == target_.moving && now.generation == target_.generation;
  // Losses and checks were judged by these rows; a runner that was still at work may have moved them since.
  const auto rows = rows_by_step(ledger_->steps(now.generation));
  const bool as_judged = !target_.moving || std::all_of(rows_.begin(), rows_.end(), [&](const auto& known) {
    const auto found = rows.find(known.first);
    return found != rows.end() && found->second.state == known.second.state &&
           found->second.attempt == known.second.attempt;
  });
  if (!same || !as_judged)
    throw ledger::Fenced("another runner moved this target since it was looked at; nothing was changed");
  target_ = now;
}

void TargetRun::begin(const FrozenScope& scope) {
  ledger::Unit unit(*ledger_);
  take_within();
  const auto epoch = context_->grip.epoch;
  ledger_->begin(epoch, input_.from, plans_.forward.hash, input_.to, scope.digest, options_.index);
  context_->grip.generation = target_.generation + 1;
  ledger_->insert_steps(context_->grip, own_steps());
  ledger_->put_plan(scope.digest, scope.bytes);
  ledger_->put_plan(plans_.forward.hash, plans_.forward.bytes);
  if (!plans_.reverse.hash.empty()) ledger_->put_plan(plans_.reverse.hash, plans_.reverse.bytes);
  const auto live = input_.adopted.empty() ? Live{} : inspect(*session_, dialect_);
  const auto seq = ledger_->next_seq();
  for (const auto& object : input_.adopted) {
    const auto found =
        std::find_if(live.states.begin(), live.states.end(), [&](const auto& state) { return state.object == object; });
    if (found == live.states.end())
      return stop(exit_code::not_in_base, "refused",
                  "the plan adopts " + object +
                      ", and it is not there; nothing was changed. A database of an adopted project begins as what was "
                      "adopted: load its schema first (a dump of one that is managed), then run again");
    ledger_->put_object(object, found->state, normaliser_, seq);
  }
  for (const auto& object : input_.forgotten) ledger_->put_object(object, "", normaliser_, seq);
  note_identity();
  const bool joins = !address_.cluster.empty() && target_.identity.cluster.empty();
  ledger_->remember(move(
      "begin", with(joins ? "joins cluster " + address_.cluster + " as " + address_.shard : "", options_.evidence)));
  unit.commit();
}

void TargetRun::join() {
  if (!take(false)) return;
  patiently([&] {
    ledger::Unit unit(*ledger_);
    ledger_->fence(context_->grip);
    note_identity();
    ledger_->remember(
        move("rebind", with("joins cluster " + address_.cluster + " as " + address_.shard, options_.evidence)));
    unit.commit();
    target_ = ledger_->target();
    stop(exit_code::done, "nothing to do",
         result_.verdict_text + "; from now on it is shard '" + address_.shard + "' of cluster '" + address_.cluster +
             "'");
  });
}

void TargetRun::begin_undo(const FrozenScope& scope) {
  ledger::Unit unit(*ledger_);
  take_within();
  std::int64_t stage = 1;
  for (const auto& step : own_steps())
    if (done(step.id)) stage = step.stage;
  ledger_->begin_undo(context_->grip, target_.at_hash, plans_.forward.hash, input_.from, stage, scope.digest,
                      options_.index);
  ledger_->put_plan(scope.digest, scope.bytes);
  note_identity();
  ledger_->remember(move("begin", with("undo", options_.evidence)));
  unit.commit();
}

void TargetRun::turn() {
  ledger::Unit unit(*ledger_);
  std::int64_t stage = 1;
  for (const auto& step : forward_plan().steps)
    if (step.database == address_.database) {
      stage = step.stage;
      if (!done(step.id)) break;
    }
  ledger_->turn(context_->grip, plans_.forward.hash, undo_, undo_ ? input_.from : input_.to, stage);
  ledger_->remember(move("turn", ""));
  unit.commit();
}

void TargetRun::take_word() {
  const auto named = [](const std::vector<std::string>& words, const plan::Step& step) {
    return std::any_of(words.begin(), words.end(), [&](const auto& word) { return means_step(word, step); });
  };
  for (const auto& step : own_steps()) {
    const bool is_done = named(options_.said_done, step);
    const auto* known = row(step.id);
    if (!known || (!is_done && !named(options_.said_absent, step))) continue;
    const auto state = known->state;
    if (state != ledger::State::intended && state != ledger::State::undoing && state != ledger::State::in_doubt) {
      result_.warnings.push_back("step '" + step.summary + "' is not in doubt, so what was said of it changes nothing");
      continue;
    }
    const bool back = !target_.moving->forward;
    const auto* reverse = back ? reverse_of(step) : nullptr;
    steps::Attempt({.forward = step, .reverse = reverse, .undo = back, .skip_pre = true, .retry = 0}, *context_)
        .declare(is_done);
    ledger::Unit unit(*ledger_);
    ledger_->remember(move("word", "step '" + step.summary + "' is " + (is_done ? "done" : "absent") +
                                       ", on the word of " + context_->actor()));
    unit.commit();
    reload_row(step.id);
  }
}

/// Before the direction changes, every step that an earlier run left open in the old one becomes one thing or the
/// other. A backfill keeps its rows and its watermark: undoing takes back what is there of it, and a half undone one is
/// undone to its end first.
void TargetRun::settle_open_steps() {
  rows_ = rows_by_step(ledger_->steps(target_.generation));
  for (const auto& step : forward_plan().steps) {
    const auto row = rows_.find(step.id);
    if (row == rows_.end() || over_) continue;
    const auto state = row->second.state;
    const bool open =
        state == ledger::State::intended || state == ledger::State::undoing || state == ledger::State::in_doubt;
    if (!open) continue;
    const plan::Step* back = undo_ ? nullptr : reverse_of(step);
    if (back && back->all_known && address_.is_replica()) return refuse_half_taken_back(step);
    const steps::Task task{.forward = step, .reverse = back, .undo = !undo_, .skip_pre = true, .retry = 0};
    if (!in_transaction(task.step())) {
      steps::Attempt attempt(task, *context_);
      if (attempt.by_repeat() && undo_)
        attempt.take_for_ended();
      else if (attempt.by_repeat())
        conclude(task, carry_out(task));
      else if (auto settled = attempt.settle())
        conclude(task, *settled);
    } else if (!undo_) {
      conclude(task, carry_out(task));
    }
    reload_row(step.id);
  }
}

void TargetRun::refuse_half_taken_back(const plan::Step& step) {
  stop(exit_code::refused, "half taken back",
       "'" + step.summary +
           "' goes back on all replicas together, and forward again only from its beginning: finish the undo first, "
           "then run again");
}

/// Forward again: a change of which a part was taken back begins from its beginning, as long as nothing is lost by
/// that.
void TargetRun::end_the_way_back() {
  for (const auto* step : rest_of_the_way_back(forward_plan(), address_.database, rows_)) {
    const auto* back = reverse_of(*step);
    if (!back || step->reverse.grade != plan::ReverseClass::exact) return;
    // Each replica comes here by itself.
    if (back->all_known && address_.is_replica()) return refuse_half_taken_back(*step);
    if (back->one_replica && back->exactly_once_by == plan::ExactlyOnce::token) return;
    const steps::Task task{.forward = *step, .reverse = back, .undo = true, .skip_pre = false, .retry = 0};
    const auto outcome = carry_out(task);
    // What it would need to go back need not keep it from going forward.
    if (std::holds_alternative<steps::Conflict>(outcome) || !conclude(task, outcome)) return;
    reload_row(step->id);
  }
}

/// At rest a database may have been moved, or be a copy whose original is gone; that is for a person to know. One that
/// belonged nowhere is from now on what the inventory says.
void TargetRun::note_identity() {
  auto identity = target_.identity;
  identity.facts = facts_of(*session_);
  if (identity.shard.empty() || identity.cluster.empty()) {
    identity.cluster = address_.cluster;
    if (!address_.shard.empty()) identity.shard = address_.shard;
  }
  if (identity == target_.identity) return;
  if (place_of(identity) != place_of(target_.identity) && !told_of_place_) {
    told_of_place_ = true;
    result_.warnings.push_back("the database was " + place_of(target_.identity) + " when dmc last changed it, and is " +
                               place_of(identity) +
                               " now: if this is a copy, the other one goes its own way from here");
  }
  ledger_->rebind(context_->grip.epoch, identity);
}

}  // namespace dmc::executor
