// What the executor's doors answer: values, for reports and for exit codes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/canonical.hpp"
#include "compiler/plan/plan.hpp"
#include "runtime/session/target.hpp"

namespace dmc::executor {

/// The exit codes of the command, the worst of several targets wins in the order of `worst`.
namespace exit_code {
inline constexpr int done = 0, refused = 1, usage = 2, failed = 3, waiting = 4, held = 5, not_in_base = 6,
                     interrupted = 130;
}
int worst(int left, int right);

/// The outcome where another runner came since the fleet was looked at.
inline constexpr const char* taken_over = "taken over";

/// The outcome where a replica that cannot be asked keeps another one from going on.
inline constexpr const char* waits_for_replica = "waiting for a replica";

/// What a target's marker says of a plan (runtime.md §1.11).
enum class Verdict {
  run,              ///< at rest in the base
  already_there,    ///< at rest where the plan leads
  resume,           ///< this plan is under way in this direction
  turn,             ///< this plan is under way in the other direction
  under_way,        ///< another plan is
  other_version,    ///< at rest in a state this plan neither starts from nor leads to
  behind,           ///< at rest in, or on the way from, a state that the plan's base comes from
  untold,           ///< whether a plan that only moves rows has run before, nobody can tell
  twice,            ///< another target of the same run is this very database
  other_ground,     ///< its server does not answer what the plan takes for granted
  other_scope,      ///< this plan is under way, on other targets than these
  restored,         ///< built on a step that another target has no longer
  no_ledger_empty,  ///< nothing there yet, and the plan starts from nothing: runs
  no_ledger,        ///< objects but no ledger: adopt first
  missing,          ///< nothing at that address, and the plan needs a base
  drift,            ///< the marker is right, the database is not
  settled,          ///< this plan ended at a gate, and the rest of it is void
  purged,           ///< undo: what it needs was purged
  not_parked,       ///< settle: it does not wait at a gate of this plan
  foreign,          ///< another project's or another database's target
  copy,             ///< a copy of the target that it says it is
  of_cluster,       ///< it belongs to a cluster, and was reached without the cluster's inventory
  older_index,      ///< the plan comes with an older index of sealed versions than the target has seen
  other_index,      ///< the same number of that index, and other content
  newer_ledger,     ///< written by a newer version
  old_engine,       ///< the server is older than the plan was written for
  held,             ///< another runner is at work
  left_at_work,     ///< the server may still execute what a runner sent that is gone
  unreadable,       ///< could not be opened or asked
};

/// What has changed behind our back, by object.
struct Difference {
  std::string object;  ///< "table users"
  std::string what;    ///< "gone", "changed", "appeared"
  /// Of what changed: "index i gone"; empty when the ledger only kept that it changed.
  std::vector<std::string> members = {};
  static void fields(auto& self, auto&& visit) {
    visit("object", self.object);
    visit("what", self.what);
    visit("members", self.members);
  }
  bool operator==(const Difference&) const = default;
};

/// What an undo does not bring back.
struct Loss {
  std::string step;  ///< id
  std::string summary;
  std::string reverse;  ///< "lossy", "none", "exact until written"
  std::string loses;
  static void fields(auto& self, auto&& visit) {
    visit("step", self.step);
    visit("summary", self.summary);
    visit("class", self.reverse);
    visit("loses", self.loses);
  }
  bool operator==(const Loss&) const = default;
};

/// One step as its target remembers it.
struct StepReport {
  std::string id;
  std::int64_t ordinal = 0;  ///< 1…
  std::int64_t stage = 1;
  std::string kind;  ///< "backfill@1"
  std::string summary;
  std::string source;  ///< "change 7, line 4: …"
  std::string state;   ///< "absent", "intended", "done", "found", "undoing", "in_doubt"
  std::int64_t attempts = 0;
  std::optional<std::int64_t> rows;  ///< changed so far, of steps that count
  std::optional<std::string> error;  ///< of the last attempt, when that failed
  std::optional<std::string> ended;  ///< UTC, of the last attempt
  static void fields(auto& self, auto&& visit) {
    visit("id", self.id);
    visit("ordinal", self.ordinal);
    visit("stage", self.stage);
    visit("kind", self.kind);
    visit("summary", self.summary);
    visit("source", self.source);
    visit("state", self.state);
    visit("attempts", self.attempts);
    visit("rows", self.rows);
    visit("error", self.error);
    visit("ended", self.ended);
  }
  bool operator==(const StepReport&) const = default;
};

/// The one thing to do next: why, and the command to type (empty when there is nothing to do).
struct Next {
  std::string text;
  std::string command;
  static void fields(auto& self, auto&& visit) {
    visit("text", self.text);
    visit("command", self.command);
  }
  bool operator==(const Next&) const = default;
};

/// How one target came out of `run` or `undo`.
struct TargetResult {
  std::string database;
  std::string url;  ///< as shown
  Verdict verdict = Verdict::run;
  std::string verdict_text;  ///< the sentence for people
  std::int64_t exit_code = 0;
  std::string outcome;  ///< "done", "nothing to do", "would run", "failed", "waiting", "interrupted", "refused"
  std::string text;     ///< what happened, in a sentence or two
  std::int64_t generation = 0;
  std::int64_t behind = 0;        ///< plans that come before this one here
  std::int64_t next_plan = 0;     ///< number of the first of them
  std::vector<StepReport> steps;  ///< of this plan; in a dry run as they are, not as they would be
  std::vector<Difference> drift;
  std::vector<Loss> losses;             ///< of an undo
  std::vector<std::string> unaccepted;  ///< ids of the steps whose loss it was refused for
  std::vector<std::string> warnings;
  bool made_by_hand = false;              ///< where the plan leads it stands already, and no step of it has run
  bool left_behind = false;               ///< nobody knows how it is, and another replica of its shard goes on
  std::optional<session::Holder> holder;  ///< who is at work, when somebody else is
  Next next;
  std::string cluster;   ///< that its ledger says it belongs to, when it was reached without an inventory
  std::string lies_in;   ///< what tells its database from every other, whatever path leads there; empty when unknown
  std::string standing;  ///< what the digest of a dry run says of it: canonical JSON, the same however it is reached
};

struct RunResult {
  std::string plan;   ///< hash of the forward plan
  std::string title;  ///< "change 7: one name per user"
  bool forward = true;
  bool dry_run = false;
  int exit_code = 0;
  std::string text;         ///< why nothing was even tried, when the plan itself was refused
  std::string digest = {};  ///< of the plan, the direction and where each target stands; empty when not all were seen
  std::vector<TargetResult> targets;
  /// Of a dry run: what the cluster still asks for before it would be let run. Told beside the report to people.
  std::vector<std::string> lacking = {};
};

/// What one target remembers, without changing it.
struct TargetStatus {
  std::string database;
  std::string url;
  std::string cluster;  ///< as its ledger says, with the shard that it is there; empty outside of clusters
  std::string shard;
  std::string standing;  ///< "missing", "no ledger", "empty", "rest", "moving", "parked", "newer ledger", "unreadable"
  int exit_code = 0;
  std::string at_name;  ///< "6"
  std::string at_hash;
  std::optional<std::string> plan;  ///< hash: of the plan under way, at rest of the last one
  std::string title;
  bool forward = true;
  std::int64_t stage = 0;
  std::string since;  ///< UTC: of the last move of the marker
  std::int64_t generation = 0;
  std::vector<StepReport> steps;
  std::vector<Loss> losses;  ///< of undoing the plan now
  std::vector<std::string> leftovers;
  std::vector<std::string> warnings;
  std::optional<session::Holder> holder;
  std::string text;  ///< where it stands, in a sentence
  Next next;
};

struct StatusResult {
  int exit_code = 0;
  std::vector<TargetStatus> targets;
};

struct TargetDrift {
  std::string database;
  std::string url;
  int exit_code = 0;  ///< 0 as recorded, 6 drift
  std::string text;
  std::vector<Difference> differences;
  std::vector<std::string> unmanaged;   ///< whole objects that no catalog knows: no drift
  bool declared = false;                ///< compared with a catalog, not with the ledger
  std::vector<std::string> unproven{};  ///< objects that cannot be proven to be what is declared, nor not to be
};

struct DriftResult {
  int exit_code = 0;
  std::vector<TargetDrift> targets;
};

/// One question of `verify` and its answer.
struct Verified {
  std::string means;
  std::string answer;  ///< "holds", "does not hold", "cannot be asked any more"
  std::string text;
  static void fields(auto& self, auto&& visit) {
    visit("means", self.means);
    visit("answer", self.answer);
    visit("text", self.text);
  }
  bool operator==(const Verified&) const = default;
};

struct TargetVerification {
  std::string database;
  std::string url;
  int exit_code = 0;
  std::string text;
  std::vector<Verified> checks;
};

struct VerifyResult {
  int exit_code = 0;
  std::vector<TargetVerification> targets;
};

/// How one target came out of `purge`.
struct TargetPurge {
  std::string database;
  std::string url;
  int exit_code = 0;
  std::string outcome;  ///< "done", "nothing to do", "would be purged", "not started", "failed", "refused"
  std::string text;
  std::vector<std::string> gone;  ///< in a dry run and before the question: what would go
  std::vector<std::string> kept;  ///< with the reason
  std::optional<session::Holder> holder;
  Next next;
};

struct PurgeResult {
  int exit_code = 0;
  std::vector<TargetPurge> targets;
};

}  // namespace dmc::executor

namespace dmc::plan {
template <>
struct EnumNames<executor::Verdict> {
  using enum executor::Verdict;
  static constexpr std::array values{std::pair{run, std::string_view{"run"}},
                                     std::pair{already_there, std::string_view{"already there"}},
                                     std::pair{resume, std::string_view{"resume"}},
                                     std::pair{turn, std::string_view{"turn"}},
                                     std::pair{under_way, std::string_view{"another plan is under way"}},
                                     std::pair{other_version, std::string_view{"another version"}},
                                     std::pair{no_ledger_empty, std::string_view{"run on an empty database"}},
                                     std::pair{no_ledger, std::string_view{"no ledger"}},
                                     std::pair{missing, std::string_view{"missing"}},
                                     std::pair{behind, std::string_view{"behind"}},
                                     std::pair{untold, std::string_view{"behind, perhaps"}},
                                     std::pair{twice, std::string_view{"named twice"}},
                                     std::pair{other_scope, std::string_view{"other targets"}},
                                     std::pair{restored, std::string_view{"restored"}},
                                     std::pair{drift, std::string_view{"drift"}},
                                     std::pair{settled, std::string_view{"settled"}},
                                     std::pair{purged, std::string_view{"purged"}},
                                     std::pair{not_parked, std::string_view{"not at a gate"}},
                                     std::pair{foreign, std::string_view{"another target"}},
                                     std::pair{copy, std::string_view{"a copy"}},
                                     std::pair{of_cluster, std::string_view{"a cluster's target"}},
                                     std::pair{other_ground, std::string_view{"other ground"}},
                                     std::pair{older_index, std::string_view{"older index"}},
                                     std::pair{other_index, std::string_view{"another index"}},
                                     std::pair{newer_ledger, std::string_view{"newer ledger"}},
                                     std::pair{old_engine, std::string_view{"older engine"}},
                                     std::pair{held, std::string_view{"held"}},
                                     std::pair{left_at_work, std::string_view{"server at work"}},
                                     std::pair{unreadable, std::string_view{"unreadable"}}};
};
}  // namespace dmc::plan
