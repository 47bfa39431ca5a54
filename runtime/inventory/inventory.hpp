// Where plans run, as operations wrote it: a file of clusters/, read with every list that it points at. The door of the
// folder.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"
#include "runtime/session/url.hpp"
#include "runtime/trust/judgement.hpp"

namespace dmc::inventory {

enum class Gate { ready, review, blocked };

/// One physical database of one logical one.
struct Shard {
  std::string database;
  std::string name;  ///< "eu1"; of a replica "eu1/a"
  session::Url url;
  std::vector<std::string> tags;
  Gate gate = Gate::ready;
};

/// Targets that run together. A target belongs to the first wave that takes it.
struct Wave {
  std::string name;
  std::optional<std::string> tag;  ///< none: every target that no earlier wave took
  std::int64_t approvals = 0;      ///< persons who must have approved the plan for this wave
  std::int64_t halt_at = 1;        ///< failed targets
  std::int64_t parallel = 1;       ///< targets that run at once

  /// What `parallel` may be at most: more sessions than that help no machine.
  static constexpr std::int64_t most_at_once = 64;
};

struct Cluster {
  std::string name;
  std::string typed;  ///< what to type after --cluster to mean it: "clusters/prod.mig", "clusters/all.mig#prod"
  trust::Demands demands;
  trust::Approvers approvers;
  bool lists_approvers = false;      ///< it has a file of approvers: then the index of sealed versions must be signed
  std::vector<std::string> secrets;  ///< names of variables that a plan may use
  bool disposable = false;
  std::vector<Shard> shards;  ///< by database and name
  std::vector<Wave> waves;    ///< in the order they run; never empty

  /// The place in `waves` of the wave that the shard belongs to.
  std::size_t wave_of(const Shard& shard) const;
};

/// What an inventory is read from besides its own text: variables of the environment and files beside it. Each answers
/// nothing for what is not there.
struct Surroundings {
  std::string folder;  ///< of the inventory: paths that are written in it begin there
  std::function<std::optional<std::string>(const std::string&)> variable;
  std::function<std::optional<std::string>(const std::string&)> file;
};

/// Reads the one cluster of a file (`wanted` names it where there are several). Nothing, and at least one diagnostic
/// (E0601–E0611; E0612 only warns), when something in it is not as it must be. No message holds a URL or the value of a
/// variable.
std::optional<Cluster> read_cluster(const std::string& name, std::string text, const std::optional<std::string>& wanted,
                                    const Surroundings& surroundings, grammar::Sources& sources,
                                    grammar::Diagnostics& diagnostics);

}  // namespace dmc::inventory
