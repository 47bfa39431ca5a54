// Opens a target and says what its marker means for the plan; changes nothing.
#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/admission.hpp"
#include "runtime/executor/half_way.hpp"
#include "runtime/executor/holder.hpp"
#include "runtime/executor/steps_report.hpp"
#include "runtime/executor/target_run.hpp"

namespace dmc::executor {

namespace {

std::string version_name(const std::string& name, const std::string& hash, const std::string& empty) {
  if (hash == empty) return "the empty database";
  return "version " + (name.empty() ? plan::short_digest(hash) : name);
}

}  // namespace

void TargetRun::verdict(Verdict verdict, const std::string& text) {
  result_.verdict = verdict;
  result_.verdict_text = text;
  if (may_go(verdict)) return;
  stop(exit_code_of(verdict), "refused", text);
}

bool TargetRun::look() {
  const bool went = patiently([&] {
    open();
    judge_looks();
    if (options_.scope) check_scope(*options_.scope);
    result_.standing = standing();
    if (session_)
      for (const auto& [name, value] : session_->place().identity())
        if (name != "path") result_.lies_in.append(name).append("=").append(value).append(" ");
  });
  if (!result_.verdict_text.empty())
    environment_.sink.tell(
        journal::VerdictGiven{label(), std::string(plan::name_of(result_.verdict)), result_.verdict_text});
  return went;
}

void TargetRun::open() {
  const std::string empty = model::state_hash(input_.engine, {});
  if (!options_.dry_run && !lock_) {
    auto holder = environment_.runner;
    holder.since = environment_.clock.utc();
    lock_ = environment_.connector.lock(address_.url, holder,
                                        options_.take_over ? session::Held::end : session::Held::refuse);
  }
  try {
    connect(session::Missing::refuse);
  } catch (const session::PlaceMissing&) {
    throw;
  } catch (const session::TargetMissing&) {
    if (!undo_ && !settling_ && input_.from != empty && options_.catch_up && ancestor())
      return judge_behind(*ancestor(), "there is nothing yet");
    if (undo_ || settling_ || input_.from != empty) throw;
    verdict(Verdict::no_ledger_empty, "there is nothing yet; the database is created");
    return;
  }
  if (ledger_->exists()) return judge_one_moment();
  if (undo_)
    return verdict(Verdict::no_ledger, "it has no ledger: dmc never ran a plan here, so there is nothing to take back");
  if (settling_) return verdict(Verdict::no_ledger, "it has no ledger: dmc never ran a plan here");
  if (!inspect(*session_, dialect_).empty())
    return verdict(Verdict::no_ledger, "it holds objects and no ledger: dmc does not know in which version it is");
  if (input_.from != empty && ancestor()) return judge_behind(*ancestor(), "it is empty");
  if (input_.from != empty)
    return verdict(Verdict::other_version,
                   "it is empty, and the plan starts from " + version_name(input_.from_name, input_.from, empty));
  verdict(Verdict::no_ledger_empty, "it is empty, and the plan starts from nothing");
}

void TargetRun::connect(session::Missing missing) {
  session_ = environment_.connector.open(
      address_.url, missing, options_.dry_run ? session::Access::look : session::Access::write, lock_.get());
  for (const auto& statement : input_.preamble) session_->execute(statement);
  ledger_ = keeper_.open(*session_);
  const std::string version = ledger_->server_version();
  normaliser_ = input_.engine + " " + version + ", model " + std::to_string(model::catalog_schema_version);
  if (!at_least(version, input_.oldest_version))
    verdict(Verdict::old_engine, "the plan was written for " + input_.engine + " " + input_.oldest_version +
                                     " or newer, and this is " + version);
}

/// A dry run takes no lock, and a lock can be lost: where another runner moved on meanwhile, what was read does not
/// belong together, and a refusal that stands on it says nothing.
void TargetRun::judge_one_moment() {
  const TargetResult fresh = result_;
  judge();
  if (!over_) return;
  const auto now = ledger_->target();
  if (now.seq == target_.seq && now.epoch == target_.epoch) return;
  result_ = fresh;
  over_ = false;
  throw session::SessionError("another runner moved this target while it was looked at", true);
}

void TargetRun::judge() {
  if (over_) return;
  ahead_.clear();
  undone_.clear();
  target_ = ledger_->target();
  if (const auto left = options_.take_over ? std::nullopt : left_at_work(*session_, target_)) {
    result_.holder = left->holder;
    return verdict(
        Verdict::left_at_work,
        "the server may still be at work for a runner that is gone, so that nobody can say yet what is done");
  }
  history_ = ledger_->moves();
  const auto& identity = target_.identity;
  if (identity.project != forward_plan().project || identity.database != address_.database)
    return verdict(Verdict::foreign, "it is database '" + identity.database + "' of project '" + identity.project +
                                         "', and the plan is for '" + address_.database + "' of '" +
                                         forward_plan().project + "'");
  const bool both_named = !identity.shard.empty() && !address_.shard.empty();
  // What was typed so far may be of an inventory from now on.
  const bool both_clustered = !identity.cluster.empty() && !address_.cluster.empty();
  if (both_named && (identity.shard != address_.shard || (both_clustered && identity.cluster != address_.cluster)))
    return verdict(Verdict::foreign, "it is shard '" + identity.shard + "' of cluster '" + identity.cluster +
                                         "', and the inventory has it as '" + address_.shard + "' of '" +
                                         address_.cluster + "'");
  if (identity.shard.find('/') != std::string::npos && address_.shard.empty() && identity.cluster.empty())
    return verdict(Verdict::foreign, "it is replica '" + identity.shard +
                                         "' of its database, and is not called so: " + "type  --on " +
                                         address_.database + "/" + identity.shard + "=" + address_.url.shown());
  judge_likeness();
  if (over_) return;
  if (!identity.cluster.empty() && address_.cluster.empty()) {
    result_.cluster = identity.cluster;
    return verdict(Verdict::of_cluster, "it belongs to cluster '" + identity.cluster +
                                            "' [E0518], which has its own rules for what runs there");
  }
  judge_index();
  if (over_) return;
  const auto what = settling_ ? verdict_of_settle(target_, history_, plans_.forward.hash)
                    : undo_   ? verdict_of_undo(target_, history_, plans_.forward.hash, input_)
                              : verdict_of_run(target_, history_, plans_.forward.hash, input_);
  if (!undo_ && !settling_ && what == Verdict::other_version && ancestor())
    return judge_behind(*ancestor(), "it is at " + version_name(target_.at_name, target_.at_hash,
                                                                model::state_hash(input_.engine, {})));
  if (!undo_ && !settling_ && what == Verdict::under_way && options_.catch_up && ancestor())
    return judge_behind(*ancestor(), "plan " + std::to_string(ancestor()->plan) + " is under way");
  if (!undo_ && !settling_ && what == Verdict::run)
    if (const auto missed = passed_over(nullptr); missed.plan) {
      if (!missed.untold)
        return judge_behind(*missed.plan, "it is at " + version_name(target_.at_name, target_.at_hash,
                                                                     model::state_hash(input_.engine, {})));
      judge_untold(*missed.plan);
      if (over_) return;
    }
  if (const auto* purge = undo_ && what == Verdict::run ? purged(target_, history_) : nullptr)
    return verdict(Verdict::purged, "it cannot be taken back: " + purge->actor + " dropped on " + purge->at +
                                        " what that needs (" + purge->evidence + ")");
  if (what != Verdict::other_version && what != Verdict::under_way)
    rows_ = rows_by_step(ledger_->steps(target_.generation));
  note_undone();
  check_ledger(what);
  result_.verdict = what;
  verdict(what, what == Verdict::under_way ? under_way_text()
                : settling_                ? settle_text()
                : undo_                    ? undo_text()
                                           : run_text());
  if (over_ || (undo_ && what == Verdict::already_there)) return;
  note_engine();
  judge_drift();
  if (over_ || settling_ || what == Verdict::already_there) return;
  undo_ ? judge_losses() : judge_rows();
}

/// Versions that were sealed do not come back changed: neither from an older index, nor from one that somebody sealed
/// anew in the place of another.
void TargetRun::judge_index() {
  if (!options_.index) return;
  const auto& index = *options_.index;
  if (index.sequence < target_.index_seq)
    return verdict(Verdict::older_index, "it has seen the index of sealed versions at sequence " +
                                             std::to_string(target_.index_seq) + ", and the plan comes with sequence " +
                                             std::to_string(index.sequence) + " [E0513]: this project is older");
  if (index.sequence == target_.index_seq && !target_.index_hash.empty() && index.hash != target_.index_hash)
    verdict(Verdict::other_index, "it has seen another index of sealed versions at sequence " +
                                      std::to_string(target_.index_seq) + " [E0523]: that one was " +
                                      plan::short_digest(target_.index_hash) + ", and the plan comes with " +
                                      plan::short_digest(index.hash));
}

/// A gate can take weeks, in which a server is upgraded: what is behind it was rehearsed and looked at on the older
/// one.
void TargetRun::note_engine() {
  const auto server = [](const std::string& normaliser) { return normaliser.substr(0, normaliser.find(',')); };
  if (!target_.moving || !target_.moving->parked || server(target_.normaliser) == server(normaliser_)) return;
  result_.warnings.push_back("it came to this gate on " + server(target_.normaliser) + ", and the server is " +
                             server(normaliser_) + " now");
}

/// Half way through a change a doubt is enough: two databases that both believe they are the one would both go on.
void TargetRun::judge_likeness() {
  const auto likeness = session_->place().likeness(recorded_facts(target_.identity));
  if (likeness == session::Likeness::copy)
    return verdict(Verdict::copy, "it looks like a copy of the database " + place_of(target_.identity) +
                                      ", which is still there [E0801]");
  if (likeness == session::Likeness::elsewhere && target_.moving)
    verdict(Verdict::copy, "the change under way began on the database " + place_of(target_.identity) +
                               ", and this one lies elsewhere: it was moved, or it is a copy [E0801]");
}

/// Nothing stands on a ledger that dmc did not leave so: a history that was cut, or a step whose row is gone and which
/// would be passed over.
void TargetRun::check_ledger(Verdict what) {
  if (const auto broken = ledger_->broken_chain())
    throw ledger::LedgerError("the history in its ledger is not what dmc wrote: " + *broken);
  const bool goes_on = what == Verdict::resume || what == Verdict::turn || (undo_ && what == Verdict::run);
  if (!goes_on) return;
  for (const auto& step : own_steps()) {
    const auto row = rows_.find(step.id);
    if (row == rows_.end())
      throw ledger::LedgerError("its ledger has no row of the step '" + step.summary +
                                "' any more; it was edited by hand or is damaged");
    // What a row remembers of a step half done means what the version that wrote it meant.
    if (const auto kind = plan::kind_of(step); row->second.kind != kind)
      throw ledger::NewerLedger("step '" + step.summary + "' was begun as " + row->second.kind +
                                ", and this version carries it out as " + kind + ": go on with the dmc that began it");
  }
}

/// What was touched by a step that is not settled is what that step will look at itself.
void TargetRun::judge_drift() {
  live_ = inspect(*session_, dialect_);
  auto compared = compare(ledger_->objects(), live_, dialect_, target_.moving.has_value());
  if (compared.differences.empty()) {
    const bool parked = target_.moving && target_.moving->parked;
    const auto stage = parked ? static_cast<std::size_t>(target_.moving->stage) - 1 : input_.stages.size();
    if (stage < input_.stages.size() && model::state_hash(input_.engine, compared.managed) != input_.stages[stage])
      verdict(Verdict::drift, "it waits at a gate, and its ledger does not describe version " +
                                  stage_name(target_.moving->stage) +
                                  ", which it was parked at: it was edited by hand");
    return;
  }
  for (const auto& step : forward_plan().steps) {
    const auto row = rows_.find(step.id);
    if (row == rows_.end() || row->second.state == ledger::State::absent || done(step.id)) continue;
    for (const auto& effect : step.effects)
      std::erase_if(compared.differences, [&](const auto& difference) { return difference.object == effect.object; });
  }
  forgive_half_way(compared, forward_plan(), rows_);
  forgive_own_work(compared);
  // What another replica was asked for arrives here whoever runs here, and before it is recorded.
  const auto may_come = [&](const Difference& difference) {
    return std::any_of(own_steps().begin(), own_steps().end(), [&](const plan::Step& step) {
      const auto* known = row(step.id);
      return step.object == difference.object && passes_on(step) && !(known && at_its_end(*known));
    });
  };
  if (std::all_of(compared.differences.begin(), compared.differences.end(), may_come))
    ahead_ = std::move(compared.differences);
  else if (!accept_by_hand())
    drifted(std::move(compared.differences));
}

/// Where every step is done and the database is not what the plan promised, going back is the way out: what the plan
/// itself has touched does not stand in the way of that. The end of the way back is compared as ever.
void TargetRun::forgive_own_work(Comparison& compared) {
  const bool all_done = std::all_of(rows_.begin(), rows_.end(), [&](const auto& row) { return done(row.first); });
  if (!undo_ || !target_.moving || !target_.moving->forward || !all_done) return;
  for (const auto& step : own_steps())
    for (const auto& effect : step.effects)
      std::erase_if(compared.differences, [&](const auto& difference) {
        if (difference.object != effect.object) return false;
        result_.warnings.push_back(difference.object + " is not what this change promised, and is taken back as it is");
        return true;
      });
}

void TargetRun::drifted(std::vector<Difference> differences) {
  if (differences.empty()) return;
  const std::string where = result_.verdict == Verdict::already_there ? result_.verdict_text + ", but it" : "it";
  const auto words = in_words(differences);
  result_.drift = std::move(differences);
  verdict(Verdict::drift, where + " is not as dmc left it; somebody changed: " + words +
                              (result_.made_by_hand ? "; that is what this plan leads to" : ""));
}

std::string TargetRun::progress_text() const {
  const auto done = std::count_if(rows_.begin(), rows_.end(), [&](const auto& row) { return this->done(row.first); });
  return std::to_string(done) + " of " + std::to_string(rows_.size()) +
         (rows_.size() == 1 ? " step is done" : " steps are done");
}

std::string TargetRun::run_text() const {
  const std::string empty = model::state_hash(input_.engine, {});
  const auto to = version_name(input_.to_name, input_.to, empty);
  switch (result_.verdict) {
    case Verdict::already_there:
      return "it is at " + to + " already";
    case Verdict::resume:
      return target_.moving->parked ? "it has waited at a gate, at version " + stage_name(target_.moving->stage) +
                                          ", since " + last_moved(history_) + "; " + progress_text()
                                    : "this change is under way since " + last_moved(history_) + "; " +
                                          progress_text() + ", and it goes on";
    case Verdict::turn:
      return "this change was being taken back; it turns round and goes forward again";
    case Verdict::settled:
      return "this change was settled here at version " + target_.at_name +
             ", and the rest of it is void; the next change begins there";
    case Verdict::run:
      return "it is at " + version_name(target_.at_name, target_.at_hash, empty) + ", and the plan leads to " + to;
    default:
      break;
  }
  const bool is_another = !target_.at_name.empty() && target_.at_name == input_.to_name && target_.at_hash != input_.to;
  return "it is at " + version_name(target_.at_name, target_.at_hash, empty) + ", and the plan leads from " +
         version_name(input_.from_name, input_.from, empty) + " to " + to +
         (is_another ? "; what ran there as that version was another plan, and this one was compiled since: put the "
                       "catalog and the plans of the version back as they were, and declare what is new in a change of "
                       "its own"
                     : "");
}

std::string TargetRun::undo_text() const {
  const std::string empty = model::state_hash(input_.engine, {});
  const auto at = version_name(target_.at_name, target_.at_hash, empty);
  switch (result_.verdict) {
    case Verdict::already_there: {
      const auto* end = last_end(history_);
      const bool undone = end && end->move == "end" && end->plan == plans_.forward.hash;
      return undone ? "it was taken back already; it is at " + at : "this change never ran here; it is at " + at;
    }
    case Verdict::resume:
      return "this change is being taken back since " + last_moved(history_) + "; it goes on";
    case Verdict::turn:
      return "this change is half done (" + progress_text() + "); what is done is taken back";
    case Verdict::run:
      return "it is at " + at + "; the plan is taken back to " + version_name(input_.from_name, input_.from, empty);
    default:
      break;
  }
  return "it is at " + at + ", and this plan was not what led there last";
}

std::string TargetRun::under_way_text() {
  std::string text = "another change is under way since " + last_moved(history_);
  plan::JsonError error;
  const auto bytes = ledger_->plan(target_.moving->plan);
  const auto other = bytes ? plan::read_plan(*bytes, error) : std::nullopt;
  if (other) text += ": " + title_of(other->plan);
  text += " (plan " + plan::short_digest(target_.moving->plan) + ")";
  const auto steps = ledger_->steps(target_.generation);
  const auto is_done = [](const auto& row) {
    return row.state == ledger::State::done || row.state == ledger::State::found;
  };
  text += "; " + std::to_string(std::count_if(steps.begin(), steps.end(), is_done)) + " of " +
          std::to_string(steps.size()) + " steps are done";
  if (target_.moving->parked) text += ", and it waits at a gate";
  if (other && other->plan.number == forward_plan().number)
    text += "; it has the number of this plan and other content";
  return text;
}

}  // namespace dmc::executor
