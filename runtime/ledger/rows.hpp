// The rows of the ledger as values (runtime.md §9).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/plan/canonical.hpp"
#include "runtime/ledger/facts.hpp"

namespace dmc::ledger {

/// The format this version writes. A newer one is refused, an older one is upgraded under the lock.
inline constexpr std::int64_t ledger_format = 2;

/// The index of sealed versions that a run came with.
struct SealedIndex {
  std::int64_t sequence = 0;
  std::string hash;  ///< of its bytes
  bool operator==(const SealedIndex&) const = default;
};

/// What tells one target from another, and from a copy of itself.
struct Identity {
  std::string target_id;
  std::string project;
  std::string database;
  std::string cluster;
  std::string shard;
  std::vector<std::vector<std::string>> facts;  ///< pairs of name and value, as the session tells them
  static void fields(auto& self, auto&& visit) {
    visit("target_id", self.target_id);
    visit("project", self.project);
    visit("database", self.database);
    visit("cluster", self.cluster);
    visit("shard", self.shard);
    visit("facts", self.facts);
  }
  bool operator==(const Identity&) const = default;
};

struct Moving {
  std::string plan;  ///< hash of the forward plan, also while it is undone
  std::string to;    ///< state hash that the end must find
  bool forward = true;
  std::int64_t stage = 1;
  bool parked = false;
  static void fields(auto& self, auto&& visit) {
    visit("plan", self.plan);
    visit("to", self.to);
    visit("forward", self.forward);
    visit("stage", self.stage);
    visit("parked", self.parked);
  }
  bool operator==(const Moving&) const = default;
};

/// The one row that says who this is, where it stands and who may move it.
struct Target {
  std::int64_t format = ledger_format;
  Identity identity;
  std::string at_hash;
  std::string at_name;
  std::optional<Moving> moving;
  std::int64_t generation = 0;
  std::string run_id;
  std::string scope_digest;
  std::int64_t epoch = 0;
  std::string holder;  ///< JSON, for people
  std::int64_t seq = 0;
  std::string fingerprint;
  std::string normaliser;
  std::int64_t index_seq = 0;  ///< highest sequence of the index of sealed versions that a run came with
  std::string index_hash;      ///< of that index; empty while none was seen, or none since format 1
  static void fields(auto& self, auto&& visit) {
    visit("format", self.format);
    visit("identity", self.identity);
    visit("at_hash", self.at_hash);
    visit("at_name", self.at_name);
    visit("moving", self.moving);
    visit("generation", self.generation);
    visit("run_id", self.run_id);
    visit("scope_digest", self.scope_digest);
    visit("epoch", self.epoch);
    visit("holder", self.holder);
    visit("seq", self.seq);
    visit("fingerprint", self.fingerprint);
    visit("normaliser", self.normaliser);
    visit("index_seq", self.index_seq);
    visit("index_hash", self.index_hash);
  }
};

/// What every guarded statement compares: a runner that lost the target has an old epoch and changes nothing.
struct Grip {
  std::int64_t epoch = 0;
  std::int64_t generation = 0;
  bool operator==(const Grip&) const = default;
};

enum class State { absent, intended, done, found, undoing, in_doubt };

struct StepRow {
  std::string step;
  std::int64_t ordinal = 0;
  State state = State::absent;
  std::int64_t epoch = 0;
  std::int64_t attempt = 0;
  std::string kind;
  std::optional<std::int64_t> seq;
  Facts facts;
  static void fields(auto& self, auto&& visit) {
    visit("step", self.step);
    visit("ordinal", self.ordinal);
    visit("state", self.state);
    visit("epoch", self.epoch);
    visit("attempt", self.attempt);
    visit("kind", self.kind);
    visit("seq", self.seq);
    visit("facts", self.facts);
  }
};

/// How steps share a unit.
struct Sharing {
  /// How long each may wait for a lock while the unit holds those of others, in milliseconds; none: as long as its plan
  /// says, because the unit holds all there is from its begin.
  std::optional<std::int64_t> lock_ms;
  /// What a step set in the session goes with the unit when that is rolled back.
  bool takes_settings_back = false;
  /// The comparison at the end of a plan may go into it too.
  bool with_end = false;
  /// Where what a question asks lies when it reads no rows: a schema. Steps with others do not share, where locks add
  /// up: between the question of one and its statement lies what the others do, and whoever writes meanwhile is lost.
  std::string_view catalog{};
};

/// A new attempt at a step begins.
struct StepMove {
  std::string step;
  State from = State::absent;
  State to = State::absent;
};

struct AttemptRow {
  std::string step;
  std::int64_t attempt = 0;
  bool forward = true;
  std::int64_t pid = 0;
  std::string runner;
  std::string started;
  std::optional<std::string> ended;
  std::optional<std::string> outcome;
  std::optional<std::string> error;
  static void fields(auto& self, auto&& visit) {
    visit("step", self.step);
    visit("attempt", self.attempt);
    visit("forward", self.forward);
    visit("pid", self.pid);
    visit("runner", self.runner);
    visit("started", self.started);
    visit("ended", self.ended);
    visit("outcome", self.outcome);
    visit("error", self.error);
  }
};

/// What an attempt leaves in its step's row.
struct StepRecord {
  State state = State::absent;  ///< that it was claimed for
  Facts facts;
  AttemptRow attempt;
};

/// One move of the marker. Its hash is the digest of these fields in canonical JSON.
struct Move {
  std::int64_t seq = 0;
  std::string move;  ///< adopt, begin, stage, park, turn, settle, end, rebind, accept_drift, purge
  std::optional<std::string> from_hash;
  std::optional<std::string> to_hash;
  std::optional<std::string> plan;
  bool forward = true;
  std::int64_t generation = 0;
  std::int64_t epoch = 0;
  std::string run_id;
  std::string actor;
  std::string at;
  std::string evidence;
  std::string previous;  ///< hash of the move before; empty for the first
  static void fields(auto& self, auto&& visit) {
    visit("seq", self.seq);
    visit("move", self.move);
    visit("from_hash", self.from_hash);
    visit("to_hash", self.to_hash);
    visit("plan", self.plan);
    visit("forward", self.forward);
    visit("generation", self.generation);
    visit("epoch", self.epoch);
    visit("run_id", self.run_id);
    visit("actor", self.actor);
    visit("at", self.at);
    visit("evidence", self.evidence);
    visit("previous", self.previous);
  }
  bool operator==(const Move&) const = default;
};

/// Stands in the place of a print until somebody has looked: what was declared of the object, for engines that show it
/// in words of their own.
inline constexpr std::string_view declared_mark = "declared:";
inline std::string declared_print(const std::string& model) { return std::string(declared_mark) + model; }

/// An object as it was left, by the name that plans and reports give it.
struct ObjectRow {
  std::string object;
  std::string state;  ///< empty: known and deliberately not managed
  /// What was read when it was left: the model in canonical JSON; of an `object` block "named" when the engine lists
  /// its name. None, or what was declared, until somebody looked.
  std::optional<std::string> print = std::nullopt;
  static void fields(auto& self, auto&& visit) {
    visit("object", self.object);
    visit("state", self.state);
    visit("print", self.print);
  }
  bool operator==(const ObjectRow&) const = default;
};

/// How an object is left; without a state it is gone.
struct ObjectChange {
  std::string object;
  std::optional<std::string> state;
  std::string normaliser;
  std::int64_t seq = 0;
  std::optional<std::string> print = std::nullopt;
};

struct LeftoverRow {
  std::int64_t generation = 0;
  std::string step;
  std::string kind;
  std::string name;
  std::string release;
  static void fields(auto& self, auto&& visit) {
    visit("generation", self.generation);
    visit("step", self.step);
    visit("kind", self.kind);
    visit("name", self.name);
    visit("release", self.release);
  }
  bool operator==(const LeftoverRow&) const = default;
};

/// The header of a backup: what the artifact is, so that it can be restored without the plan.
struct BackupHeader {
  std::string artifact;
  std::int64_t generation = 0;
  std::string step;
  std::string plan;
  std::string source;
  std::vector<std::string> columns;
  std::int64_t rows = 0;
  std::string at;
  static void fields(auto& self, auto&& visit) {
    visit("artifact", self.artifact);
    visit("generation", self.generation);
    visit("step", self.step);
    visit("plan", self.plan);
    visit("source", self.source);
    visit("columns", self.columns);
    visit("rows", self.rows);
    visit("at", self.at);
  }
  bool operator==(const BackupHeader&) const = default;
};

struct GateRow {
  std::string gate;  ///< step id
  std::string evidence;
  std::optional<std::string> valid_until = std::nullopt;  ///< UTC; none: for good
  static void fields(auto& self, auto&& visit) {
    visit("gate", self.gate);
    visit("evidence", self.evidence);
    visit("valid_until", self.valid_until);
  }
  bool operator==(const GateRow&) const = default;
};

}  // namespace dmc::ledger

namespace dmc::plan {
template <>
struct EnumNames<ledger::State> {
  static constexpr std::array values{std::pair{ledger::State::absent, std::string_view{"absent"}},
                                     std::pair{ledger::State::intended, std::string_view{"intended"}},
                                     std::pair{ledger::State::done, std::string_view{"done"}},
                                     std::pair{ledger::State::found, std::string_view{"found"}},
                                     std::pair{ledger::State::undoing, std::string_view{"undoing"}},
                                     std::pair{ledger::State::in_doubt, std::string_view{"in_doubt"}}};
};
}  // namespace dmc::plan
