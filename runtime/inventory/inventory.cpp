// Reads a cluster item by item; what is wrong in one does not hide what is wrong in another.
#include "runtime/inventory/inventory.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <variant>

#include <fmt/format.h>

#include "compiler/ast/ast.hpp"
#include "compiler/ast/build.hpp"
#include "compiler/check/clusters.hpp"
#include "compiler/plan/canonical.hpp"
#include "grammar/parse.hpp"
#include "runtime/inventory/address.hpp"

namespace dmc::inventory {

namespace {

/// One entry of a list in JSON: `[{"name": "eu1", "at": "sqlite:eu1.db", "tags": ["eu"], "gate": "ready"}]`.
struct Listed {
  std::string name;
  std::string at;
  std::vector<std::string> tags;
  std::string gate;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("at", self.at);
    visit("tags", self.tags);
    visit("gate", self.gate);
  }
};

constexpr std::array<std::pair<std::string_view, Gate>, 3> gates{
    {{"ready", Gate::ready}, {"review", Gate::review}, {"blocked", Gate::blocked}}};

Gate gate_of(ast::ShardGate gate) {
  return gate == ast::ShardGate::review ? Gate::review : gate == ast::ShardGate::blocked ? Gate::blocked : Gate::ready;
}

class Reader {
 public:
  Reader(const Surroundings& surroundings, grammar::Diagnostics& diagnostics)
      : surroundings_(surroundings), diagnostics_(diagnostics) {}

  Cluster read(const ast::Cluster& syntax) {
    cluster_.name = syntax.name.text;
    for (const auto& item : syntax.items) std::visit([this](const auto& one) { read(one); }, item);
    cluster_.demands.sealed_only = !cluster_.disposable;
    if (cluster_.shards.empty() && !diagnostics_.has_errors())
      diagnostics_.error("E0610", syntax.head, "this cluster has no target", "a 'database' with a 'shard' is missing")
          .help.emplace_back("database shop { shard one at env SHOP_URL; }");
    std::ranges::sort(cluster_.shards, [](const Shard& left, const Shard& right) {
      return std::tie(left.database, left.name) < std::tie(right.database, right.name);
    });
    check_waves(syntax);
    return std::move(cluster_);
  }

 private:
  void read(const ast::ApproversFrom& from) {
    const auto text = surroundings_.file(std::string(from.file.path.value));
    if (!text) {
      diagnostics_.error("E0603", from.file.path.span, "the file is not there, or cannot be read",
                         "it says who may approve on this cluster");
      return;
    }
    try {
      cluster_.approvers = trust::read_approvers(*text);
      cluster_.lists_approvers = true;
    } catch (const trust::SharedKey& error) {
      diagnostics_.error("E0519", from.file.path.span, grammar::escaped(error.what()),
                         "each name needs keys of its own");
    } catch (const trust::TrustError& error) {
      diagnostics_.error("E0608", from.file.path.span, grammar::escaped(error.what()),
                         "who may approve cannot be known");
    }
  }
  void read(const ast::RequireApproval& rule) {
    trust::Demand demand{rule.people.value, {}};
    for (const auto& hazard : rule.hazards) demand.families.emplace_back(hazard.text);
    cluster_.demands.approvals.push_back(std::move(demand));
  }
  void read(const ast::RequireAttestation& rule) { cluster_.demands.attestations.emplace_back(rule.by.text); }
  void read(const ast::Secrets& secrets) {
    for (const auto& name : secrets.names) cluster_.secrets.emplace_back(name.text);
  }
  void read(const ast::Disposable&) { cluster_.disposable = true; }
  void read(const ast::ClusterDatabase& database) {
    for (const auto& shards : database.shards)
      std::visit([&](const auto& from) { read_shards(database.name.text, from); }, shards);
  }
  void read(const ast::Wave& wave) {
    Wave read;
    read.name = wave.name.text;
    if (wave.tag) read.tag = wave.tag->text;
    if (wave.parallel) read.parallel = std::min<std::int64_t>(wave.parallel->value, Wave::most_at_once);
    if (wave.parallel && wave.parallel->value > Wave::most_at_once)
      diagnostics_.warning("E0612", wave.parallel->span,
                           fmt::format("at most {} targets run at once", Wave::most_at_once), "that many will");
    if (wave.approval) read.approvals = wave.approval->value;
    if (wave.halt_at) read.halt_at = wave.halt_at->value;
    cluster_.waves.push_back(std::move(read));
  }

  void read_shards(std::string_view database, const ast::Shard& shard) {
    const auto* variable = std::get_if<ast::Environment>(&shard.address);
    if (shard.replicas.empty() && variable && variable->variable.text.empty()) {
      diagnostics_
          .error("E0610", shard.name.span, fmt::format("shard '{}' has no target", grammar::escaped(shard.name.text)),
                 "a 'replica' is missing in its block")
          .help.emplace_back("replica one at env SHOP_URL;");
      return;
    }
    if (shard.replicas.empty()) return read_host(database, shard, std::string(shard.name.text), "shard", shard);
    for (const auto& replica : shard.replicas)
      read_host(database, shard, fmt::format("{}/{}", shard.name.text, replica.name.text), "replica", replica);
  }
  /// Where the shard lies, or one of its replicas.
  template <class Host>
  void read_host(std::string_view database, const ast::Shard& shard, std::string name, std::string_view kind,
                 const Host& host) {
    const auto whose = fmt::format("{} '{}'", kind, grammar::escaped(host.name.text));
    auto url = url_of(host.address, whose, surroundings_, diagnostics_);
    if (!url) return;
    Shard read{std::string(database), std::move(name), std::move(*url), {}, gate_of(shard.gate)};
    for (const auto& tag : shard.tags) read.tags.emplace_back(tag.text);
    add(std::move(read), host.name.span);
  }
  void read_shards(std::string_view database, const ast::ShardsFromJson& from) {
    const auto text = surroundings_.file(std::string(from.path.value));
    if (!text) {
      diagnostics_.error("E0603", from.path.span, "the file is not there, or cannot be read", "it lists shards");
      return;
    }
    plan::JsonError error;
    std::vector<Listed> list;
    const auto json = plan::read_json(*text, error);
    if (!json || !plan::read(*json, list, error)) {
      diagnostics_
          .error("E0607", from.path.span, "the list of shards cannot be read",
                 error.where.empty() ? error.message : error.where + ": " + error.message)
          .help.emplace_back(R"([{"name": "eu1", "at": "sqlite:eu1.db", "tags": [], "gate": "ready"}])");
      return;
    }
    for (const auto& one : list) read_listed(database, one, from.path.span);
  }
  void read_shards(std::string_view, const ast::ShardsFromRegistry& from) {
    unsupported(from.span, "a registry of shards", "write the list to a file:  shards from json './shards.json';");
  }

  void unsupported(grammar::Span span, std::string_view what, std::string_view instead) {
    diagnostics_
        .error("E0609", span, fmt::format("{} is not supported by this version of dmc", what),
               "the language has it, this version does not carry it out")
        .help.emplace_back(instead);
  }

  void read_listed(std::string_view database, const Listed& one, grammar::Span span) {
    const auto gate = std::ranges::find(gates, one.gate, &std::pair<std::string_view, Gate>::first);
    if (gate == gates.end()) {
      diagnostics_.error("E0607", span, "the list of shards cannot be read",
                         fmt::format("'{}' has the gate '{}': ready, review or blocked was expected",
                                     grammar::escaped(one.name), grammar::escaped(one.gate)));
      return;
    }
    auto url = written_url(one.at, span, surroundings_, diagnostics_);
    if (url) add({std::string(database), one.name, std::move(*url), one.tags, gate->second}, span);
  }

  void add(Shard shard, grammar::Span span) {
    const auto [place, is_new] = places_.emplace(std::pair(shard.database, shard.name), span);
    if (!is_new) {
      diagnostics_
          .error("E0606", span,
                 fmt::format("database '{}' has a shard '{}' already", grammar::escaped(shard.database),
                             grammar::escaped(shard.name)),
                 "each target needs a name of its own")
          .notes.push_back({place->second, "the first one"});
      return;
    }
    const auto twin = std::ranges::find(cluster_.shards, shard.url, &Shard::url);
    if (twin != cluster_.shards.end()) {
      diagnostics_.error("E0606", span,
                         fmt::format("'{}' and '{}' are the same database", grammar::escaped(twin->name),
                                     grammar::escaped(shard.name)),
                         "a target stands once in a cluster");
      return;
    }
    cluster_.shards.push_back(std::move(shard));
  }

  /// Without any wave all targets run in one; else each needs one that takes it, for it must not be forgotten.
  void check_waves(const ast::Cluster& syntax) {
    if (cluster_.waves.empty()) {
      cluster_.waves.emplace_back().name = "all";
      return;
    }
    std::set<std::string> tags;
    for (const auto& shard : cluster_.shards) tags.insert(shard.tags.begin(), shard.tags.end());
    for (const auto& item : syntax.items)
      if (const auto* wave = std::get_if<ast::Wave>(&item);
          wave && wave->tag && !tags.contains(std::string(wave->tag->text)))
        diagnostics_.warning("E0611", wave->tag->span,
                             fmt::format("no target has the tag '{}'", grammar::escaped(wave->tag->text)),
                             "this wave is empty");
    for (const auto& shard : cluster_.shards)
      if (cluster_.wave_of(shard) == cluster_.waves.size())
        diagnostics_
            .error("E0611", syntax.head, fmt::format("no wave takes target '{}'", grammar::escaped(shard.name)),
                   "it would never be changed")
            .help.emplace_back("wave rest;");
  }

  const Surroundings& surroundings_;
  grammar::Diagnostics& diagnostics_;
  Cluster cluster_;
  std::map<std::pair<std::string, std::string>, grammar::Span> places_;
};

/// The cluster that is meant, among those of the file.
const ast::Cluster* find(const ast::File& file, const std::optional<std::string>& wanted, std::string_view name,
                         grammar::Diagnostics& diagnostics) {
  std::vector<const ast::Cluster*> clusters;
  std::vector<std::string_view> names;
  for (const auto& item : file.items)
    if (const auto* cluster = std::get_if<ast::Cluster>(&item)) {
      clusters.push_back(cluster);
      names.push_back(cluster->name.text);
    }
  for (std::size_t at = 0; at < names.size(); ++at)
    if (const auto first = std::ranges::find(names, names[at]) - names.begin(); static_cast<std::size_t>(first) < at) {
      diagnostics
          .error("E0210", clusters[at]->name.span, fmt::format("'{}' is declared twice", grammar::escaped(names[at])),
                 "a cluster of this name is there already")
          .notes.push_back({clusters[static_cast<std::size_t>(first)]->name.span, "the first one"});
      return nullptr;
    }
  if (clusters.size() == 1 && !wanted) return clusters.front();
  const auto found = wanted ? std::ranges::find(names, *wanted) : names.end();
  if (found != names.end()) return clusters[static_cast<std::size_t>(found - names.begin())];
  auto& error = diagnostics.error("E0601", std::nullopt,
                                  clusters.empty() ? fmt::format("{} has no cluster", name)
                                  : wanted ? fmt::format("{} has no cluster '{}'", name, grammar::escaped(*wanted))
                                           : fmt::format("{} has several clusters: {}", name, fmt::join(names, ", ")));
  error.help.push_back(clusters.empty() ? "cluster prod { database shop { shard one at env SHOP_URL; } }"
                                        : fmt::format("name one:  --cluster {}#{}", name, names.front()));
  return nullptr;
}

}  // namespace

std::size_t Cluster::wave_of(const Shard& shard) const {
  const auto takes = [&](const Wave& wave) {
    return !wave.tag || std::ranges::find(shard.tags, *wave.tag) != shard.tags.end();
  };
  return static_cast<std::size_t>(std::ranges::find_if(waves, takes) - waves.begin());
}

std::optional<Cluster> read_cluster(const std::string& name, std::string text, const std::optional<std::string>& wanted,
                                    const Surroundings& surroundings, grammar::Sources& sources,
                                    grammar::Diagnostics& diagnostics) {
  const auto id = sources.add(name, without_passwords(std::move(text)));
  const auto tree = grammar::parse(sources, id, diagnostics);
  const auto file = ast::build(tree, sources, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  const auto* syntax = find(file, wanted, name, diagnostics);
  if (!syntax) return std::nullopt;
  check::check_cluster(*syntax, diagnostics);
  auto cluster = Reader(surroundings, diagnostics).read(*syntax);
  if (diagnostics.has_errors()) return std::nullopt;
  return cluster;
}

}  // namespace dmc::inventory
