// Each approval counts only for what it names: plan, way back, cluster, target, steps, time; and a person only once.
#include "runtime/trust/judgement.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/plan/json.hpp"
#include "runtime/trust/statement.hpp"
#include "runtime/trust/time.hpp"

namespace dmc::trust {

namespace {

/// An approval with the one who gave it, or the reason why it does not count.
struct Read {
  Approval approval;
  std::string person;
  std::optional<Objection> objection;
};

bool covers(const std::string& family, const std::string& hazard) {
  return hazard == family || (hazard.starts_with(family) && hazard[family.size()] == '.');
}

std::optional<Objection> against(const Approval& approval, const std::string& person, const std::string& claimed,
                                 const plan::PlanFile& plan, const Place& place) {
  const std::string by = "the approval of '" + approval.person + "' ";
  if (person.empty() && !claimed.empty())
    return Objection{"E0521", by + "is forged: it says that it is signed with a key of '" + claimed + "', and is not"};
  if (person.empty()) return Objection{"E0501", by + "is not signed by a key of anybody who may approve here"};
  if (person != approval.person) return Objection{"E0501", by + "is signed with a key of '" + person + "'"};
  if (approval.plan != plan.hash || approval.reverse != plan.plan.reverse)
    return Objection{"E0502", by + "is for another plan, or for this one with another way back"};
  if (approval.cluster != place.cluster)
    return Objection{"E0503", by + "is for cluster '" + approval.cluster + "', not for '" + place.cluster + "'"};
  if (approval.targets &&
      std::find(approval.targets->begin(), approval.targets->end(), place.target) == approval.targets->end())
    return Objection{"E0503", by + "does not name target '" + place.target + "'", *approval.targets};
  if (!is_time(approval.not_before) || !is_time(approval.not_after))
    return Objection{"E0507", by + "has a time that is none"};
  if (place.now < approval.not_before) return Objection{"E0522", by + "does not hold before " + approval.not_before};
  if (place.now > approval.not_after) return Objection{"E0504", by + "ended at " + approval.not_after};
  if (approval.expect && approval.expect != place.expect)
    return Objection{"E0505", by + "is bound to a dry run that looked otherwise"};
  if (std::find(place.authors.begin(), place.authors.end(), person) != place.authors.end())
    return Objection{"E0506", by + "does not count: who sealed a plan does not approve it"};
  return std::nullopt;
}

std::vector<Read> read_all(const plan::PlanFile& plan, const Proof& proof, const Approvers& approvers,
                           const Place& place) {
  std::vector<Read> all;
  for (const auto& envelope : proof.approvals) {
    Read& read = all.emplace_back();
    try {
      read.approval = statement_of<Approval>(envelope);
      read.person = approvers.person_of(envelope);
      read.objection = against(read.approval, read.person, approvers.person_claimed(envelope), plan, place);
    } catch (const TrustError& error) {
      read.objection = Objection{"E0507", error.what()};
    }
  }
  return all;
}

/// `by_name`: an approval of every step is none of this one.
std::set<std::string> persons_for(const std::vector<Read>& all, const std::string& step, bool by_name = false) {
  std::set<std::string> persons;
  for (const auto& read : all) {
    const auto& steps = read.approval.steps;
    if (read.objection || read.approval.gate) continue;
    if (!steps && by_name) continue;
    if (!steps || std::find(steps->begin(), steps->end(), step) != steps->end()) persons.insert(read.person);
  }
  return persons;
}

/// What is lost by an undo are rows, whatever the step's own hazards are called.
bool about_loss(const Demand& demand, const AcceptedLoss& loss) {
  constexpr std::string_view rows = "data.lost_by_undo";
  const auto is_about = [&](const std::string& family) {
    return covers(family, std::string(rows)) ||
           std::any_of(loss.hazards.begin(), loss.hazards.end(),
                       [&](const std::string& hazard) { return covers(family, hazard); });
  };
  return demand.families.empty() || std::any_of(demand.families.begin(), demand.families.end(), is_about);
}

bool demanded(const Demand& demand, const plan::Step& step) {
  if (demand.families.empty()) return true;
  return std::any_of(step.hazards.begin(), step.hazards.end(), [&](const auto& hazard) {
    return std::any_of(demand.families.begin(), demand.families.end(),
                       [&](const auto& family) { return covers(family, hazard.id); });
  });
}

std::string in_words(const std::set<std::string>& persons) {
  std::string text;
  for (const auto& person : persons) text += (text.empty() ? "" : ", ") + person;
  return text.empty() ? "nobody has" : text + (persons.size() == 1 ? " has" : " have");
}

std::string needed(const Demand& demand) {
  std::string families;
  for (const auto& family : demand.families) families += (families.empty() ? " for " : ", ") + family;
  return "the approval of " + std::to_string(demand.persons) + (demand.persons == 1 ? " person" : " persons") +
         families;
}

/// Steps that lack the same persons are told together.
void judge(const Demand& demand, const plan::Plan& plan, const std::vector<Read>& all,
           std::vector<Objection>& objections) {
  std::map<std::set<std::string>, std::vector<std::string>> lacking;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& step = plan.steps[i];
    if (!demanded(demand, step)) continue;
    auto persons = persons_for(all, step.id);
    if (static_cast<std::int64_t>(persons.size()) < demand.persons)
      lacking[std::move(persons)].push_back(std::to_string(i + 1));
  }
  for (const auto& [persons, steps] : lacking) {
    std::string numbers;
    for (const auto& number : steps) numbers += (numbers.empty() ? "" : ", ") + number;
    objections.push_back({"E0508", (steps.size() == 1 ? "step " : "steps ") + numbers + " of the plan " +
                                       (steps.size() == 1 ? "needs " : "need ") + needed(demand) + ", and " +
                                       in_words(persons) + " approved"});
  }
}

/// Why an attestation in that machine's name does not count; none when it does, or is another machine's.
struct Attested {
  bool holds = false;
  std::optional<Objection> objection;
};

Attested attested(const Envelope& envelope, const std::string& machine, const plan::PlanFile& plan,
                  const Approvers& approvers) {
  try {
    const auto said = statement_of<Attestation>(envelope);
    if (said.by != machine) return {};
    const std::string by = "the attestation of '" + said.by + "' ";
    const auto claimed = approvers.machine_claimed(envelope), signer = approvers.machine_of(envelope);
    if (signer.empty())
      return {false, Objection{"E0517", by + (claimed.empty() ? "is not signed by a key of any machine of the approvers"
                                                              : "is forged: it is not by the key that it names")}};
    if (signer != machine) return {false, Objection{"E0517", by + "is signed with a key of '" + signer + "'"}};
    if (said.plan != plan.hash || said.source_digest != plan.plan.source_digest)
      return {false, Objection{"E0517", by + "is for another plan"}};
    return {true, std::nullopt};
  } catch (const TrustError& error) {
    return {false, Objection{"E0507", error.what()}};
  }
}

void judge(const std::string& machine, const plan::PlanFile& plan, const Proof& proof, const Approvers& approvers,
           std::vector<Objection>& found) {
  std::vector<Objection> reasons;
  for (const auto& envelope : proof.attestations) {
    auto one = attested(envelope, machine, plan, approvers);
    if (one.holds) return;
    if (one.objection) reasons.push_back(std::move(*one.objection));
  }
  const bool listed = std::any_of(approvers.machines.begin(), approvers.machines.end(),
                                  [&](const Signer& signer) { return signer.name == machine; });
  found.push_back({"E0516", "'" + machine + "' has not attested that the sources compile to this plan" +
                                (listed ? "" : ", and the cluster's approvers list no such machine")});
  found.insert(found.end(), reasons.begin(), reasons.end());
}

}  // namespace

std::vector<Objection> objections(const plan::PlanFile& plan, const Proof& proof, const Approvers& approvers,
                                  const Demands& demands, const Place& place) {
  std::vector<Objection> found;
  const auto all = read_all(plan, proof, approvers, place);
  for (const auto& demand : demands.approvals) judge(demand, plan.plan, all, found);
  // What does not count matters only where something is missing.
  if (!found.empty())
    for (const auto& read : all)
      if (read.objection) found.push_back(*read.objection);
  for (const auto& machine : demands.attestations) judge(machine, plan, proof, approvers, found);
  return found;
}

std::string loss_id(const plan::Step& forward, const plan::Plan& reverse) {
  for (const auto& step : reverse.steps)
    if (step.undoes == forward.id) return step.id;
  return "undo of " + forward.id;
}

std::vector<Objection> loss_objections(const plan::PlanFile& plan, const std::vector<AcceptedLoss>& losses,
                                       const Proof& proof, const Approvers& approvers, const Demands& demands,
                                       const Place& place) {
  std::vector<Objection> found;
  const auto all = read_all(plan, proof, approvers, place);
  for (const auto& loss : losses)
    for (const auto& demand : demands.approvals) {
      if (!about_loss(demand, loss)) continue;
      const auto persons = persons_for(all, loss.step, true);
      if (static_cast<std::int64_t>(persons.size()) >= demand.persons) continue;
      found.push_back({"E0520", "what taking back " + loss.summary + " loses needs " + needed(demand) +
                                    ", by name, and " + in_words(persons) + " approved that loss"});
    }
  if (!found.empty())
    for (const auto& read : all)
      if (read.objection) found.push_back(*read.objection);
  return found;
}

std::vector<std::string> approved_by(const plan::PlanFile& plan, const Proof& proof, const Approvers& approvers,
                                     const Place& place) {
  std::set<std::string> persons;
  for (const auto& read : read_all(plan, proof, approvers, place))
    if (!read.objection && !read.approval.gate) persons.insert(read.person);
  return {persons.begin(), persons.end()};
}

bool bound_to_dry_run(const Proof& proof) {
  return std::any_of(proof.approvals.begin(), proof.approvals.end(), [](const Envelope& envelope) {
    try {
      return statement_of<Approval>(envelope).expect.has_value();
    } catch (const TrustError&) {
      return false;
    }
  });
}

std::vector<std::string> openers(const plan::PlanFile& plan, const std::string& gate, const Proof& proof,
                                 const Approvers& approvers, const Place& place, const std::string& oldest) {
  std::set<std::string> persons;
  for (const auto& read : read_all(plan, proof, approvers, place))
    if (!read.objection && read.approval.gate == gate && read.approval.not_before >= oldest)
      persons.insert(read.person);
  return {persons.begin(), persons.end()};
}

std::vector<Objection> unopened(const plan::PlanFile& plan, const std::string& gate, const Proof& proof,
                                const Approvers& approvers, const Place& place, const std::string& oldest) {
  std::vector<Objection> found;
  for (auto& read : read_all(plan, proof, approvers, place)) {
    if (read.approval.gate != gate) continue;
    if (read.objection)
      found.push_back(std::move(*read.objection));
    else if (read.approval.not_before < oldest)
      found.push_back({"E0504", "the approval of '" + read.person + "' is of " + read.approval.not_before +
                                    ", which is longer ago than that gate takes a word for"});
  }
  return found;
}

}  // namespace dmc::trust
