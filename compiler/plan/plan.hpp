// The artifact in the middle: everything a runner needs and a reviewer approves. Its hash is the digest of its
// canonical bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/step.hpp"

namespace dmc::plan {

struct Format {
  std::string name = "dmc-plan";
  std::int64_t version = 1;
  std::string hash = "sha256";
  std::string canonical = "rfc8785, no floats";
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("version", self.version);
    visit("hash", self.hash);
    visit("canonical", self.canonical);
  }
  bool operator==(const Format&) const = default;
};

/// One logical database: what it must be before, at the end of each stage, and after. Any target in state `from` will
/// do.
struct DatabaseInput {
  std::string name;
  std::string engine;
  std::string oldest_version;
  std::int64_t lowering_version = 1;      ///< of the dialect that wrote the statements
  std::vector<std::string> capabilities;  ///< what was assumed of the engine: "sqlite.drop_column"
  std::string from;                       ///< state hash
  std::string from_name;                  ///< "6", for people
  std::string to;
  std::string to_name;
  std::vector<std::string> stages;    ///< state hash at the end of each stage; the last is `to`
  std::vector<std::string> preamble;  ///< session statements sent after every connect
  std::vector<std::string> adopted;   ///< objects that this plan starts to manage as they are
  std::vector<std::string> forgotten;
  std::vector<QueryCheck> looks{};  ///< asked of every target before one is changed; see `hosts_hole`
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("engine", self.engine);
    visit("oldest_version", self.oldest_version);
    visit("lowering_version", self.lowering_version);
    visit("capabilities", self.capabilities);
    visit("from", self.from);
    visit("from_name", self.from_name);
    visit("to", self.to);
    visit("to_name", self.to_name);
    visit("stages", self.stages);
    visit("preamble", self.preamble);
    visit("adopted", self.adopted);
    visit("forgotten", self.forgotten);
    visit(rare("looks"), self.looks);
  }
  bool operator==(const DatabaseInput&) const = default;
};

/// Stand in a look for what the runner knows of where the database lies: how many targets it has, in how many shards,
/// and how many of them are in the shard of the one that is asked.
inline constexpr std::string_view hosts_hole = "{dmc_hosts}", shards_hole = "{dmc_shards}",
                                  replicas_hole = "{dmc_replicas}";

struct Renamed {
  std::string database;
  std::string from;
  std::string to;
  static void fields(auto& self, auto&& visit) {
    visit("database", self.database);
    visit("from", self.from);
    visit("to", self.to);
  }
  bool operator==(const Renamed&) const = default;
};

struct Plan {
  Format format;
  std::string compiler = "dmc";
  std::string compiler_version;
  std::string project;
  std::int64_t number = 0;  ///< of the change
  std::string title;
  bool forward = true;                 ///< false: this is a reverse plan
  std::optional<std::string> reverse;  ///< hash of the reverse plan; none in a reverse plan itself
  std::string source_digest;
  std::string policy_digest;
  std::vector<DatabaseInput> databases;  ///< by name
  std::vector<Renamed> renames;
  std::vector<std::string> filtered;  ///< what policy or `forget` hid, with the reason
  bool complete = true;
  bool applyable = true;
  std::vector<std::string> reasons;  ///< why not complete or not applyable
  std::vector<Step> steps;           ///< in the order they run

  static void fields(auto& self, auto&& visit) {
    visit("format", self.format);
    visit("compiler", self.compiler);
    visit("compiler_version", self.compiler_version);
    visit("project", self.project);
    visit("number", self.number);
    visit("title", self.title);
    visit("forward", self.forward);
    visit("reverse", self.reverse);
    visit("source_digest", self.source_digest);
    visit("policy_digest", self.policy_digest);
    visit("databases", self.databases);
    visit("renames", self.renames);
    visit("filtered", self.filtered);
    visit("complete", self.complete);
    visit("applyable", self.applyable);
    visit("reasons", self.reasons);
    visit("steps", self.steps);
  }
  bool operator==(const Plan&) const = default;
};

/// A plan with the bytes it was read from and their hash.
struct PlanFile {
  Plan plan;
  std::string bytes;
  std::string hash;
};

/// Writes canonical bytes.
std::string write_plan(const Plan& plan);

/// Accepts only canonical bytes of a known format whose step ids are what the steps say; else fills `error`
/// (E0301–E0306 of json.hpp and canonical.hpp, E0307 unknown format, E0308 not canonical, E0309 a step id is wrong,
/// E0310 too large, E0311 parts that contradict one another).
std::optional<PlanFile> read_plan(std::string bytes, JsonError& error);

}  // namespace dmc::plan
