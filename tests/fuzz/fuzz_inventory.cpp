// From the bytes of an inventory, and of the lists that it points at, to targets. The part behind a line `>>>` is what
// every such file and every variable holds.
#include <cstddef>
#include <cstdint>
#include <set>

#include "runtime/inventory/inventory.hpp"
#include "tests/fuzz/property.hpp"

using namespace dmc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view mark = "\n>>>\n";
  const auto text = fuzz::text_of(data, size);
  const auto at = text.find(mark);
  const auto answer = [&](const std::string&) {
    return at == std::string::npos ? std::nullopt : std::optional(text.substr(at + mark.size()));
  };
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto cluster = inventory::read_cluster("clusters/fuzz.mig", text.substr(0, at), std::nullopt,
                                               {"clusters", answer, answer}, sources, diagnostics);
  fuzz::demand_sound(diagnostics, sources);
  fuzz::demand(cluster.has_value() != diagnostics.has_errors(), "a cluster, or a reason why there is none");
  if (!cluster) return 0;
  fuzz::demand(!cluster->waves.empty(), "there is a wave");
  std::set<std::pair<std::string, std::string>> names;
  for (const auto& shard : cluster->shards) {
    fuzz::demand(names.emplace(shard.database, shard.name).second, "each target has a name of its own", shard.name);
    fuzz::demand(cluster->wave_of(shard) < cluster->waves.size(), "a wave takes the target", shard.name);
    fuzz::demand(!shard.url.engine.empty(), "a target has an engine", shard.name);
  }
  return 0;
}
