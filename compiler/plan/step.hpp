// One step of a plan: what is sent, what must hold before and after, what it locks, how it is taken back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/plan/query_check.hpp"
#include "compiler/plan/steps/backfill.hpp"
#include "compiler/plan/steps/backup.hpp"
#include "compiler/plan/steps/for_each.hpp"
#include "compiler/plan/steps/gate.hpp"
#include "compiler/plan/steps/run_sql.hpp"
#include "compiler/plan/steps/verify.hpp"
#include "compiler/plan/steps/wait.hpp"

namespace dmc::plan {

using Action = std::variant<RunSql, Backfill, Verify, Backup, Gate, Wait, ForEach>;

/// How it is known that a step acted exactly once (runtime.md §1.5). `repeat`: it need not be known, because what it
/// sends comes to the same however often it is sent.
enum class ExactlyOnce { transaction, post, token, none, repeat };
template <>
struct EnumNames<ExactlyOnce> {
  static constexpr std::array values{std::pair{ExactlyOnce::transaction, std::string_view{"transaction"}},
                                     std::pair{ExactlyOnce::post, std::string_view{"post"}},
                                     std::pair{ExactlyOnce::token, std::string_view{"token"}},
                                     std::pair{ExactlyOnce::none, std::string_view{"none"}},
                                     std::pair{ExactlyOnce::repeat, std::string_view{"repeat"}}};
};

enum class ReverseClass { exact, exact_until_written, lossy, none };
template <>
struct EnumNames<ReverseClass> {
  static constexpr std::array values{
      std::pair{ReverseClass::exact, std::string_view{"exact"}},
      std::pair{ReverseClass::exact_until_written, std::string_view{"exact until written"}},
      std::pair{ReverseClass::lossy, std::string_view{"lossy"}},
      std::pair{ReverseClass::none, std::string_view{"none"}}};
};

/// How good the way back is, and what does not come back.
struct Reverse {
  ReverseClass grade = ReverseClass::exact;
  /// For people; always there when lossy, none or until written. Of an exact one: what stands on the word of an author,
  /// who wrote the way back, and is proven by nobody.
  std::optional<std::string> loses;

  static void fields(auto& self, auto&& visit) {
    visit("class", self.grade);
    visit("loses", self.loses);
  }
  bool operator==(const Reverse&) const = default;
};

/// A way back that an author wrote, of `what`.
inline Reverse as_written(std::string what) { return {ReverseClass::exact, std::move(what)}; }

struct Hazard {
  std::string id;                       ///< of lint-rules: "data.drop_table"
  std::string object;                   ///< what it is about: "sessions", "users.email"
  std::string evidence;                 ///< one sentence for people
  std::optional<std::string> accepted;  ///< the reason of the `accept` or the statement that is its own acceptance

  static void fields(auto& self, auto&& visit) {
    visit("id", self.id);
    visit("object", self.object);
    visit("evidence", self.evidence);
    visit("accepted", self.accepted);
  }
  bool operator==(const Hazard&) const = default;
};

struct Lock {
  std::string object;
  std::string mode;  ///< the engine's own word
  std::string work;  ///< catalog | scan | index | rewrite | rows: how long the lock lasts, as a class
  static void fields(auto& self, auto&& visit) {
    visit("object", self.object);
    visit("mode", self.mode);
    visit("work", self.work);
  }
  bool operator==(const Lock&) const = default;
};

struct Timeouts {
  std::int64_t lock_ms = 2000;
  std::optional<std::int64_t> statement_ms;
  std::int64_t retries = 30;
  std::int64_t backoff_min_ms = 200;
  std::int64_t backoff_max_ms = 10000;
  std::optional<std::int64_t> deadline_ms{};  ///< of all of it, kept by the runner; then no lock wait is limited
  static void fields(auto& self, auto&& visit) {
    visit("lock_ms", self.lock_ms);
    visit("statement_ms", self.statement_ms);
    visit("retries", self.retries);
    visit("backoff_min_ms", self.backoff_min_ms);
    visit("backoff_max_ms", self.backoff_max_ms);
    visit(rare("deadline_ms"), self.deadline_ms);
  }
  bool operator==(const Timeouts&) const = default;
};

/// Something with a derived name that a crash (or success, until released) can leave behind.
struct Leftover {
  std::string name;
  std::string kind;    ///< table, column, trigger
  std::string detect;  ///< query: rows when it is there
  std::vector<std::string> cleanup;
  /// When it may go: "crash" (only a crash leaves it), "change" (end of the change), "purge", "settled" (the change was
  /// settled at a gate, and a later one says when).
  std::string release;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("kind", self.kind);
    visit("detect", self.detect);
    visit("cleanup", self.cleanup);
    visit("release", self.release);
  }
  bool operator==(const Leftover&) const = default;
};

/// What a managed object is once the step is done: the digest of its model, none when it is gone.
struct Effect {
  std::string object;  ///< "table users", "view paid_orders"
  std::optional<std::string> state;
  /// The model itself, canonical, where the engine keeps SQL in its own words: what it shows then is compared with
  /// this.
  std::string model{};
  static void fields(auto& self, auto&& visit) {
    visit("object", self.object);
    visit("state", self.state);
    visit(rare("model"), self.model);
  }
  bool operator==(const Effect&) const = default;
};

/// The engine itself carries what the step does to the other replicas of a shard: one of them acts, the others wait
/// until it has arrived.
struct OneReplica {
  std::vector<QueryCheck> ready;  ///< what must hold before a replica is asked to act, or what it did is judged
  std::string progress;           ///< query for a number that grows with such acts, at its time on every replica
  std::int64_t deadline_ms = 0;   ///< of each wait
  static void fields(auto& self, auto&& visit) {
    visit("ready", self.ready);
    visit("progress", self.progress);
    visit("deadline_ms", self.deadline_ms);
  }
  bool operator==(const OneReplica&) const = default;
};

struct Step {
  std::string id;  ///< see `step_id`
  Action action;
  std::string database;
  std::string object;  ///< what a person would name: "table users"
  std::int64_t stage = 1;
  std::string summary;  ///< what it does, in a few words: "rebuild users: retype age, add a check"
  std::string source;   ///< the words it came from: "change 7, line 4: rename table people to users"
  std::vector<std::string> requires_steps;
  ExactlyOnce exactly_once_by = ExactlyOnce::transaction;
  std::vector<QueryCheck> pre;
  std::vector<QueryCheck> post;
  std::vector<Invariant> invariants;
  Reverse reverse;
  std::optional<std::string> undoes;  ///< in a reverse plan: the forward step's id
  std::vector<Hazard> hazards;
  std::vector<Lock> locks;
  Timeouts timeouts;
  std::vector<Leftover> leftovers;
  std::vector<Effect> effects;
  std::vector<SessionSetting> session{};  ///< of its checks and statements alike
  /// Of a step in one transaction: what is locked once `pre` holds, so that it still holds when the step acts. Then
  /// `pre` is asked again. Where `pre` is not asked (`--lossy`) nothing is locked either.
  std::vector<std::string> hold{};
  /// Its statements are an author's own: what they lock and rewrite is not known, and `locks` claims nothing.
  bool unclaimed = false;
  std::optional<OneReplica> one_replica{};  ///< none: every target does it for itself
  bool all_known = false;                   ///< it is begun only while every replica of the shard can be asked

  static void fields(auto& self, auto&& visit) {
    visit("id", self.id);
    visit("action", self.action);
    visit("database", self.database);
    visit("object", self.object);
    visit("stage", self.stage);
    visit("summary", self.summary);
    visit("source", self.source);
    visit("requires", self.requires_steps);
    visit("exactly_once_by", self.exactly_once_by);
    visit("pre", self.pre);
    visit("post", self.post);
    visit("invariants", self.invariants);
    visit("reverse", self.reverse);
    visit("undoes", self.undoes);
    visit("hazards", self.hazards);
    visit("locks", self.locks);
    visit("timeouts", self.timeouts);
    visit("leftovers", self.leftovers);
    visit("effects", self.effects);
    visit(rare("session"), self.session);
    visit(rare("hold"), self.hold);
    visit(rare("unclaimed"), self.unclaimed);
    visit(rare("one_replica"), self.one_replica);
    visit(rare("all_known"), self.all_known);
  }
  bool operator==(const Step&) const = default;
};

/// Digest of the step without its id and of its database's from-hash: the ids it requires are inside, so the id covers
/// everything that must have happened before it (runtime.md §4, S2).
std::string step_id(const Step& step, const std::string& from_hash);

/// Stands in the statements and post-checks of a step that is known by its token: the runner puts there, as a word that
/// no other step and no other generation has, what the engine keeps with the effect (runtime.md §1.5).
inline constexpr std::string_view token_hole = "{dmc_token}";

/// Stands in the statements of a step whose engine wants a database by its name, as a text: the runner puts there what
/// the target is called on its server.
inline constexpr std::string_view database_hole = "{dmc_database}";

/// "run_sql@1": what a runner must know to carry it out.
std::string kind_of(const Step& step);

}  // namespace dmc::plan
