// The loop that carries a plan to its targets and the questions one can ask them. The door of the folder: every door
// catches what the world did and answers with a value.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "compiler/plan/plan.hpp"
#include "runtime/executor/result.hpp"
#include "runtime/executor/scope.hpp"
#include "runtime/journal/clock.hpp"
#include "runtime/journal/event.hpp"
#include "runtime/ledger/ledger.hpp"
#include "runtime/session/stop.hpp"
#include "runtime/session/target.hpp"
#include "runtime/steps/context.hpp"

namespace dmc::executor {

/// Built by `main` and lent: everything of the world that a run touches.
struct Environment {
  session::Connector& connector;
  const dialects::Dialects& dialects;
  journal::Clock& clock;
  journal::Sink& sink;
  session::Stop& stop;
  session::Holder runner;  ///< pid, host, user and "dmc 0.1.0" of this process; `since` is filled in
  ledger::Keepers keepers = ledger::keeper_of;  ///< how each engine keeps its ledger
};

/// The shard that a name among the targets of a database means: "s1" of "s1/a".
inline std::string shard_in(const std::string& name) { return name.substr(0, name.find('/')); }

/// `--on NAME=URL`: one target of one logical database.
struct TargetAddress {
  std::string database;
  session::Url url;
  std::string cluster = {};    ///< of an inventory: what the target is called there; empty without one
  std::string shard = {};      ///< also where it was typed: "shop/s1/a=URL"; of a replica with its name
  std::string inventory = {};  ///< what was typed after --cluster
  /// For people: "shop", or "shop/eu1" of an inventory.
  bool is_replica() const { return shard.find('/') != std::string::npos; }
  std::string shard_name() const { return shard_in(shard); }
  std::string name() const { return shard.empty() ? database : database + "/" + shard; }
};

/// A plan and its way back. `path` is what to type after `dmc run`: as the user gave it, or where it lies by
/// convention.
struct PlanPair {
  plan::PlanFile forward;
  plan::PlanFile reverse;
  std::string path;
};

/// A state that the plan's base comes from, on the chain of the project's plans.
struct Ancestor {
  std::string database;
  std::string hash;         ///< where a target stands
  std::int64_t plan = 0;    ///< number of the plan that leads on from there
  std::string plan_hash;    ///< of that plan
  std::int64_t behind = 0;  ///< plans from there to the base
  bool rows_only = false;   ///< it leads back to that state: only a ledger's history tells whether it has run
};

/// What will happen to each target, asked before anything is changed.
struct Options {
  bool dry_run = false;                       ///< verdicts, drift and losses only; changes nothing, not even the ledger
  bool show_data = false;                     ///< errors may show values of rows
  std::vector<std::string> said_done = {};    ///< ids of steps in doubt of which a person says that they took effect
  std::vector<std::string> said_absent = {};  ///< and of which nothing is there
  bool take_over = false;                     ///< ends the session that an earlier runner left at work on the server
  std::vector<steps::Word> words = {};        ///< who opened gates of `through` by a signed approval
  std::vector<std::string> through;  ///< texts of person gates that this run may pass, on the word of the runner's user
  std::vector<std::string>
      lossy;  ///< undo: ids (or at least 8 leading digits) of the steps whose loss is accepted; "all" accepts every one
  /// How the user said where, for the commands of the report: "--cluster", "prod.mig"; empty: each target with --on.
  std::vector<std::string> place = {};
  std::optional<FrozenScope> scope = {};    ///< of an inventory, also of what this call does not touch
  std::optional<std::string> rescope = {};  ///< why a run goes on with other targets than it was begun with
  std::vector<Ancestor> ancestors = {};     ///< what a target may be behind of
  steps::Secrets secrets = {};              ///< values of what the plan names
  /// Why a plan is recorded as done, without a statement, where somebody led the database by hand to where it leads;
  /// elsewhere it runs.
  std::optional<std::string> by_hand = {};
  bool catch_up = false;  ///< targets behind the base are led there first, by the caller
  /// Digest of a dry run, whole or at least 12 digits of it: anything else is refused (E0515).
  std::optional<std::string> expect = {};
  /// The index of sealed versions that names the plan: a target that has seen a later one refuses (E0513), and so does
  /// one that has seen another of the same number (E0523).
  std::optional<ledger::SealedIndex> index = {};
  /// What an earlier look found, by URL (`TargetResult::standing`): where it is no longer so, another runner came
  /// (E0621).
  std::map<std::string, std::string> seen = {};
  /// On whose word this happens; kept in the history of every target whose marker moves away from rest.
  std::string evidence = {};
  /// Asked once, with the verdicts, before the first target is changed; false: nothing is done, exit 1. None: no
  /// question.
  std::function<bool(const RunResult&)> confirm;
};

/// Runs the plan, or goes on with it; a plan under way in the other direction is turned round.
RunResult run(const PlanPair& plans, const std::vector<TargetAddress>& targets, const Options& options,
              Environment& environment);

/// Takes back what this generation of the plan did.
RunResult undo(const PlanPair& plans, const std::vector<TargetAddress>& targets, const Options& options,
               Environment& environment);

/// Ends the plan at the gate where all these targets wait, each at rest in the state of that stage; what the plan still
/// wanted to do is void. All of them or none: one that cannot be settled keeps the others from it. `through` and
/// `lossy` mean nothing here.
RunResult settle(const PlanPair& plans, const std::vector<TargetAddress>& targets, const Options& options,
                 Environment& environment);

/// What each target remembers, out of its own ledger. Never waits for a runner. Asks `parallel` targets at once, as the
/// two below do; then the connector and the clock must be safe for several threads.
StatusResult status(const std::vector<TargetAddress>& targets, Environment& environment, std::size_t parallel = 1);

/// Compares each target with what its ledger recorded.
DriftResult drift(const std::vector<TargetAddress>& targets, Environment& environment, std::size_t parallel = 1);

/// Compares each target with what is declared of its database, whatever a ledger says; none is needed.
DriftResult conformance(const std::vector<model::Database>& declared, const std::vector<TargetAddress>& targets,
                        Environment& environment, std::size_t parallel = 1);

/// Asks the questions of the target's last plan that must still hold, checks the chain of its history and its
/// fingerprint. Read-only.
VerifyResult verify(const std::vector<TargetAddress>& targets, Environment& environment, std::size_t parallel = 1);

/// What `dmc adopt` marks a live database as: everything in it is managed from now on.
struct Adoption {
  std::string project;
  std::string database;
  std::string hash;  ///< state hash that inspection must give
  std::string name;  ///< "1"
};

/// Creates the ledger of a live database and sets its marker; no DDL of the database's own. Fails when there is a
/// ledger, or when the database is not in that state.
TargetResult adopt(const Adoption& adoption, const TargetAddress& target, Environment& environment);

/// Gives a copy of a database an identity of its own, in no cluster: its marker and its history stay, and whoever held
/// the original does not hold it. What is no copy as far as can be seen is refused unless `why` says something, which
/// goes into the history.
TargetResult rebind(const TargetAddress& target, const std::string& why, Environment& environment);

/// What goes of what ended changes left behind for their way back.
struct Purging {
  bool give_up_undo = false;                    ///< also what the last change can be taken back with
  std::optional<std::int64_t> older_than_ms{};  ///< only of changes that ended so long ago
  bool dry_run = false;
  /// Asked once, with all that would go; false: nothing is done, exit 1. None: no question.
  std::function<bool(const PurgeResult&)> confirm{};
};

/// Drops it, each thing in a unit with the ledger's note of it, and tells the history. Only where the target is at
/// rest; what the ledger does not list is not touched.
PurgeResult purge(const std::vector<TargetAddress>& targets, const Purging& options, Environment& environment);

/// What the ledger at that address calls its database; none when it has no ledger or cannot be read.
std::optional<std::string> named_by_ledger(const session::Url& url, Environment& environment);

/// What a target's own ledger says of the plan of its present generation.
struct Remembered {
  std::optional<PlanPair> plans;  ///< none: `exit_code` and `text` say why
  bool moving = false;            ///< the plan is under way, in either direction
  int exit_code = exit_code::done;
  std::string text;
};

/// Forward and reverse plan of the target's present generation, from its ledger: for `run` and `undo` without a file.
Remembered remembered(const TargetAddress& target, Environment& environment);

}  // namespace dmc::executor
