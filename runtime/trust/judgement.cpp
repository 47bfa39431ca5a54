// Each approval counts only for what it names: plan, way back, cluster, target, steps, time; and a person only once.
#include "runtime/trust/judgement.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/plan/json.hpp"
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

template <class Statement>
Statement statement_of(const Envelope& envelope) {
  Statement statement;
  const std::string type = statement.type;
  if (!plan::read_canonical(body_of(envelope, Statement::payload_type), statement) || statement.type != type)
    throw TrustError("a signed statement is not one that this version reads");
  return statement;
}

std::optional<Objection> against(const Approval& approval, const std::string& person, const plan::PlanFile& plan,
                                 const Place& place) {
  const std::string by = "the approval of '" + approval.person + "' ";
  if (person.empty()) return Objection{"E0501", by + "is not signed by a key of anybody who may approve here"};
  if (person != approval.person) return Objection{"E0501", by + "is signed with a key of '" + person + "'"};
  if (approval.plan != plan.hash || approval.reverse != plan.plan.reverse)
    return Objection{"E0502", by + "is for another plan, or for this one with another way back"};
  if (approval.cluster != place.cluster)
    return Objection{"E0503", by + "is for cluster '" + approval.cluster + "', not for '" + place.cluster + "'"};
  if (approval.targets &&
      std::find(approval.targets->begin(), approval.targets->end(), place.target) == approval.targets->end())
    return Objection{"E0503", by + "does not name target '" + place.target + "'"};
  if (!is_time(approval.not_before) || !is_time(approval.not_after) || place.now < approval.not_before)
    return Objection{"E0504", by + "does not hold before " + approval.not_before};
  if (place.now > approval.not_after) return Objection{"E0504", by + "ended at " + approval.not_after};
  if (approval.expect && approval.expect != place.expect)
    return Objection{"E0505", by + "is bound to a dry run that looked otherwise"};
  if (person == place.author) return Objection{"E0506", by + "does not count: who sealed a plan does not approve it"};
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
      read.objection = against(read.approval, read.person, plan, place);
    } catch (const TrustError& error) {
      read.objection = Objection{"E0507", error.what()};
    }
  }
  return all;
}

std::set<std::string> persons_for(const std::vector<Read>& all, const std::string& step) {
  std::set<std::string> persons;
  for (const auto& read : all) {
    const auto& steps = read.approval.steps;
    if (read.objection || read.approval.gate) continue;
    if (!steps || std::find(steps->begin(), steps->end(), step) != steps->end()) persons.insert(read.person);
  }
  return persons;
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
    std::string families;
    for (const auto& family : demand.families) families += (families.empty() ? " for " : ", ") + family;
    objections.push_back({"E0508", (steps.size() == 1 ? "step " : "steps ") + numbers + " of the plan " +
                                       (steps.size() == 1 ? "needs" : "need") + " the approval of " +
                                       std::to_string(demand.persons) + (demand.persons == 1 ? " person" : " persons") +
                                       families + ", and " + in_words(persons) + " approved"});
  }
}

bool attested(const std::string& machine, const plan::PlanFile& plan, const Proof& proof, const Approvers& approvers) {
  return std::any_of(proof.attestations.begin(), proof.attestations.end(), [&](const Envelope& envelope) {
    try {
      const auto statement = statement_of<Attestation>(envelope);
      return statement.plan == plan.hash && statement.source_digest == plan.plan.source_digest &&
             statement.by == machine && approvers.machine_of(envelope) == machine;
    } catch (const TrustError&) {
      return false;
    }
  });
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
  for (const auto& machine : demands.attestations)
    if (!attested(machine, plan, proof, approvers))
      found.push_back({"E0508", "'" + machine + "' has not attested that the sources compile to this plan"});
  return found;
}

std::vector<std::string> openers(const plan::PlanFile& plan, const std::string& gate, const Proof& proof,
                                 const Approvers& approvers, const Place& place) {
  std::set<std::string> persons;
  for (const auto& read : read_all(plan, proof, approvers, place))
    if (!read.objection && read.approval.gate == gate) persons.insert(read.person);
  return {persons.begin(), persons.end()};
}

}  // namespace dmc::trust
