// The loop that carries a plan to its targets and the questions one can ask them. The door of the folder: every door
// catches what the world did and answers with a value.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "compiler/plan/plan.hpp"
#include "runtime/executor/result.hpp"
#include "runtime/journal/clock.hpp"
#include "runtime/journal/event.hpp"
#include "runtime/session/stop.hpp"
#include "runtime/session/target.hpp"

namespace dmc::executor {

/// Built by `main` and lent: everything of the world that a run touches.
struct Environment {
  session::Connector& connector;
  const dialects::Dialects& dialects;
  journal::Clock& clock;
  journal::Sink& sink;
  session::Stop& stop;
  session::Holder runner;  ///< pid, host, user and "dmc 0.1.0" of this process; `since` is filled in
};

/// `--on NAME=URL`: one target of one logical database.
struct TargetAddress {
  std::string database;
  session::Url url;
  std::string cluster = {};  ///< of an inventory: what the target is called there; empty without one
  std::string shard = {};
  /// For people: "shop", or "shop/eu1" of an inventory.
  std::string name() const { return shard.empty() ? database : database + "/" + shard; }
};

/// A plan and its way back. `path` is what to type after `dmc run`: as the user gave it, or where it lies by
/// convention.
struct PlanPair {
  plan::PlanFile forward;
  plan::PlanFile reverse;
  std::string path;
};

/// What will happen to each target, asked before anything is changed.
struct Options {
  bool dry_run = false;              ///< verdicts, drift and losses only; changes nothing, not even the ledger
  bool show_data = false;            ///< errors may show values of rows
  std::vector<std::string> through;  ///< texts of person gates that this run may pass, on the word of the runner's user
  std::vector<std::string>
      lossy;  ///< undo: ids (or at least 8 leading digits) of the steps whose loss is accepted; "all" accepts every one
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

/// What each target remembers, out of its own ledger. Never waits for a runner.
StatusResult status(const std::vector<TargetAddress>& targets, Environment& environment);

/// Compares each target with what its ledger recorded.
DriftResult drift(const std::vector<TargetAddress>& targets, Environment& environment);

/// Asks the questions of the target's last plan that must still hold, checks the chain of its history and its
/// fingerprint. Read-only.
VerifyResult verify(const std::vector<TargetAddress>& targets, Environment& environment);

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
