// What people and machines sign. Each statement names plan, place and time, so that it holds nowhere else and not
// later.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/canonical.hpp"

namespace dmc::trust {

/// A person agrees that this plan, or some of its steps, or a gate of it, may happen there and then.
struct Approval {
  static constexpr std::string_view payload_type = "application/vnd.dmc.approval+json";
  std::string type = "approval/1";
  std::string plan;                                 ///< hash
  std::optional<std::string> reverse;               ///< its way back is approved with it
  std::string cluster;                              ///< empty: no cluster, targets given one by one
  std::optional<std::vector<std::string>> targets;  ///< names of shards; none: every target of the cluster
  std::optional<std::vector<std::string>> steps;    ///< ids; none: every step
  std::optional<std::string> gate;                  ///< the text of the gate that this opens; none: no gate
  std::string person;
  std::string not_before;             ///< UTC, "2026-11-21T09:21:57Z"
  std::string not_after;              ///< UTC
  std::optional<std::string> expect;  ///< digest of a dry run that this is bound to

  static void fields(auto& self, auto&& visit) {
    visit("type", self.type);
    visit("plan", self.plan);
    visit("reverse", self.reverse);
    visit("cluster", self.cluster);
    visit("targets", self.targets);
    visit("steps", self.steps);
    visit("gate", self.gate);
    visit("person", self.person);
    visit("not_before", self.not_before);
    visit("not_after", self.not_after);
    visit("expect", self.expect);
  }
  bool operator==(const Approval&) const = default;
};

/// The author of a version names everything that ships with it. It is kept as long as the version, whoever seals later
/// ones, so that who may not approve it stays known.
struct VersionSeal {
  static constexpr std::string_view payload_type = "application/vnd.dmc.version-seal+json";
  std::string type = "version-seal/1";
  std::string project;
  std::int64_t number = 0;
  std::string catalog;                 ///< hash
  std::optional<std::string> plan;     ///< hash
  std::optional<std::string> reverse;  ///< hash
  std::string change_digest;
  std::string person;

  static void fields(auto& self, auto&& visit) {
    visit("type", self.type);
    visit("project", self.project);
    visit("number", self.number);
    visit("catalog", self.catalog);
    visit("plan", self.plan);
    visit("reverse", self.reverse);
    visit("change_digest", self.change_digest);
    visit("person", self.person);
  }
  bool operator==(const VersionSeal&) const = default;
};

/// A person agrees to the whole index of sealed versions, so that none of it can be left out or put back.
struct SealStatement {
  static constexpr std::string_view payload_type = "application/vnd.dmc.seal+json";
  std::string type = "seal/1";
  std::string project;
  std::string index;          ///< digest of catalog/index.json
  std::int64_t sequence = 0;  ///< of that index
  std::string person;

  static void fields(auto& self, auto&& visit) {
    visit("type", self.type);
    visit("project", self.project);
    visit("index", self.index);
    visit("sequence", self.sequence);
    visit("person", self.person);
  }
  bool operator==(const SealStatement&) const = default;
};

/// A machine has compiled the sources itself and got this plan.
struct Attestation {
  static constexpr std::string_view payload_type = "application/vnd.dmc.attestation+json";
  std::string type = "attestation/1";
  std::string plan;
  std::string source_digest;
  std::string compiler_version;
  std::string by;  ///< "ci"

  static void fields(auto& self, auto&& visit) {
    visit("type", self.type);
    visit("plan", self.plan);
    visit("source_digest", self.source_digest);
    visit("compiler_version", self.compiler_version);
    visit("by", self.by);
  }
  bool operator==(const Attestation&) const = default;
};

}  // namespace dmc::trust
