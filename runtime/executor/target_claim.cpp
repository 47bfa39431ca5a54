// Takes a target over and moves its marker away from rest, each move a compare-and-swap with the new epoch.
#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/executor/steps_report.hpp"
#include "runtime/executor/target_run.hpp"

namespace dmc::executor {

namespace {

struct HolderFacts {
  std::int64_t pid = 0;
  std::string host, user, runner, since;
  static void fields(auto& self, auto&& visit) {
    visit("pid", self.pid);
    visit("host", self.host);
    visit("user", self.user);
    visit("runner", self.runner);
    visit("since", self.since);
  }
};

std::vector<std::vector<std::string>> facts_of(session::Session& session) {
  std::vector<std::vector<std::string>> facts;
  for (const auto& [name, value] : session.identity()) facts.push_back({name, value});
  return facts;
}

bool in_transaction(const plan::Step& step) {
  const auto* run = std::get_if<plan::RunSql>(&step.action);
  return !run || run->in_transaction;
}

}  // namespace

bool TargetRun::claim() {
  return patiently([&] {
    result_.warnings.clear();
    if (!session_) connect(session::Missing::create);
    if (over_) return;
    if (!ledger_->exists()) create_ledger();
    auto holder = environment_.runner;
    const std::string now = environment_.clock.utc();
    const auto epoch =
        ledger_->take_over(plan::canonical(HolderFacts{holder.pid, holder.host, holder.user, holder.runner, now}));
    check_unmoved(ledger_->target());
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
                                    .runner = holder,
                                    .show_data = options_.show_data,
                                    .through = options_.through});
    const session::Stop::InFlight in_flight(environment_.stop, *session_);
    const bool moving = target_.moving.has_value();
    if (moving && target_.moving->forward == undo_) settle_open_steps();
    if (over_) return;
    if (!moving)
      undo_ ? begin_undo() : begin();
    else if (target_.moving->forward == undo_)
      turn();
    target_ = ledger_->target();
    context_->run_id = target_.run_id;
    context_->grip.generation = target_.generation;
    rows_ = rows_by_step(ledger_->steps(target_.generation));
  });
}

/// An empty database gets its ledger with the state it is in.
void TargetRun::create_ledger() {
  ledger::Transaction transaction(*session_);
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
  transaction.commit();
  target_ = ledger_->target();
}

/// What was judged must still be so once the old holder can write no more.
void TargetRun::check_unmoved(const ledger::Target& now) {
  const bool same =
      now.at_hash == target_.at_hash && now.moving == target_.moving && now.generation == target_.generation;
  if (!same) throw ledger::Fenced("another runner moved this target since it was looked at; nothing was changed");
  target_ = now;
}

void TargetRun::begin() {
  ledger::Transaction transaction(*session_);
  const auto epoch = context_->grip.epoch;
  const std::string scope = plan::digest(target_.identity.target_id + "\n" + address_.database);
  ledger_->begin(epoch, input_.from, plans_.forward.hash, input_.to, scope);
  context_->grip.generation = target_.generation + 1;
  ledger_->insert_steps(context_->grip, own_steps());
  ledger_->put_plan(plans_.forward.hash, plans_.forward.bytes);
  if (!plans_.reverse.hash.empty()) ledger_->put_plan(plans_.reverse.hash, plans_.reverse.bytes);
  const auto live = input_.adopted.empty() ? Live{} : inspect(*session_, dialect_);
  const auto seq = ledger_->next_seq();
  for (const auto& object : input_.adopted) {
    const auto found =
        std::find_if(live.states.begin(), live.states.end(), [&](const auto& state) { return state.object == object; });
    if (found == live.states.end())
      return stop(exit_code::not_in_base, "refused",
                  "the plan adopts " + object + ", and it is not there; nothing was changed");
    ledger_->put_object(object, found->state, normaliser_, seq);
  }
  for (const auto& object : input_.forgotten) ledger_->put_object(object, "", normaliser_, seq);
  note_identity();
  ledger_->remember(move("begin", ""));
  transaction.commit();
}

void TargetRun::begin_undo() {
  ledger::Transaction transaction(*session_);
  std::int64_t stage = 1;
  for (const auto& step : own_steps())
    if (done(step.id)) stage = step.stage;
  ledger_->begin_undo(context_->grip, target_.at_hash, plans_.forward.hash, input_.from, stage);
  note_identity();
  ledger_->remember(move("begin", "undo"));
  transaction.commit();
}

void TargetRun::turn() {
  ledger::Transaction transaction(*session_);
  std::int64_t stage = 1;
  for (const auto& step : forward_plan().steps)
    if (step.database == address_.database) {
      stage = step.stage;
      if (!done(step.id)) break;
    }
  ledger_->turn(context_->grip, plans_.forward.hash, undo_, undo_ ? input_.from : input_.to, stage);
  ledger_->remember(move("turn", ""));
  transaction.commit();
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
    const steps::Task task{.forward = step, .reverse = back, .undo = !undo_, .skip_pre = true, .retry = 0};
    if (!in_transaction(task.step())) {
      auto settled = steps::Attempt(task, *context_).settle();
      if (settled) conclude(task, *settled);
    } else if (!undo_) {
      conclude(task, carry_out(task));
    }
    reload_row(step.id);
  }
}

/// A file that lies elsewhere than last time may have been moved, or be a copy; on this engine that is for a person to
/// know.
void TargetRun::note_identity() {
  const auto facts = facts_of(*session_);
  if (facts == target_.identity.facts) return;
  const auto path = [](const auto& list) {
    for (const auto& fact : list)
      if (fact.size() == 2 && fact[0] == "path") return fact[1];
    return std::string("another place");
  };
  if (path(facts) != path(target_.identity.facts))
    result_.warnings.push_back("the database was at " + path(target_.identity.facts) +
                               " when dmc last changed it, and is at " + path(facts) +
                               " now: if this is a copy, the other one goes its own way from here");
  ledger_->rebind(context_->grip.epoch, facts);
}

}  // namespace dmc::executor
