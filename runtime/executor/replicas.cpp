// A host that cannot be asked is unknown, never equal: it keeps its shard from coming to an end and from going back.
#include "runtime/executor/replicas.hpp"

#include <algorithm>
#include <set>

namespace dmc::executor {

namespace {

bool are_replicas(const TargetRun& one, const TargetRun& other) {
  const auto &left = one.address(), &right = other.address();
  return &one != &other && left.is_replica() && right.is_replica() && left.database == right.database &&
         left.shard_name() == right.shard_name();
}

/// The first replica of the same shard for which it holds; null: none.
template <class List, class Holds>
auto* peer_of(const TargetRun& target, List& targets, Holds holds) {
  const auto found = std::find_if(targets.begin(), targets.end(),
                                  [&](auto& other) { return are_replicas(target, other) && holds(other); });
  return found == targets.end() ? nullptr : &*found;
}

}  // namespace

Layout layout_of(const TargetAddress& target, const std::vector<std::string>& names) {
  Layout layout;
  std::set<std::string> shards;
  for (const auto& name : names) {
    const auto slash = name.find('/');
    if (name.substr(0, slash) != target.database) continue;
    const auto shard = slash == std::string::npos ? name : shard_in(name.substr(slash + 1));
    ++layout.hosts;
    shards.insert(shard);
    if (shard == (target.shard.empty() ? target.database : target.shard_name())) ++layout.replicas;
  }
  layout.shards = static_cast<std::int64_t>(shards.size());
  return layout;
}

void leave_behind(Targets& targets) {
  for (auto& target : targets)
    if (target.unknown())
      if (const auto* other = peer_of(target, targets, [](const auto& one) { return !one.over(); }))
        target.left_behind("nobody knows how it is, because it cannot be asked: " + target.result().text +
                           ". Its shard goes on with " + other->label() +
                           " as far as it may, and the same run finishes it once it answers");
}

void judge_ahead(Targets& targets) {
  for (auto& target : targets) {
    if (target.over()) continue;
    target.judge_ahead([&](const plan::Step& step) {
      return peer_of(target, targets, [&](const auto& other) {
               return other.unknown() || other.has_begun(step.id) || other.has_ended(step.id);
             }) != nullptr;
    });
  }
}

std::vector<TargetRun*> in_turn(const plan::Step& step, Targets& targets) {
  std::vector<TargetRun*> turn;
  for (auto& target : targets) turn.push_back(&target);
  if (targets.size() < 2) return turn;
  std::stable_partition(turn.begin(), turn.end(), [&](const auto* target) { return !target->has_found(step.id); });
  std::stable_partition(turn.begin(), turn.end(), [&](const auto* target) { return target->has_begun(step.id); });
  return turn;
}

std::optional<steps::Leader> leader_of(const plan::Step& step, const TargetRun& target, Targets& targets) {
  if (!target.passes_on(step)) return std::nullopt;
  auto* leader = peer_of(target, targets,
                         [&](const auto& other) { return other.has_ended(step.id) && !other.has_found(step.id); });
  // One that found it says no more than that it is there.
  if (!leader) leader = peer_of(target, targets, [&](const auto& other) { return other.has_ended(step.id); });
  return leader ? std::optional(leader->lead(step)) : std::nullopt;
}

bool may_act(const plan::Step& step, TargetRun& target, const Targets& targets) {
  if (!target.has_open(step.id)) return true;
  const auto is_unknown = [](const TargetRun& other) { return other.unknown(); };
  const TargetRun* unknown = nullptr;
  if (target.needs_all_known(step))
    unknown = peer_of(target, targets, is_unknown);
  else if (std::holds_alternative<plan::Gate>(step.action))
    if (const auto any = std::find_if(targets.begin(), targets.end(), is_unknown); any != targets.end())
      unknown = &*any;
  if (!unknown) return true;
  target.stop(exit_code::waiting, waits_for_replica,
              "it waits in front of '" + step.summary + "' for " + unknown->label() +
                  ", which cannot be asked whether it was begun there");
  return false;
}

bool may_end(TargetRun& target, const Targets& targets) {
  const auto* behind = peer_of(
      target, targets, [](const auto& other) { return other.unknown() || (other.has_work() && !other.at_the_end()); });
  if (!behind) return true;
  if (behind->unknown() && target.at_the_end())
    target.stop(exit_code::waiting, waits_for_replica,
                "every step is done here; it comes to its end with " + behind->label() + ", which cannot be asked");
  return false;
}

}  // namespace dmc::executor
