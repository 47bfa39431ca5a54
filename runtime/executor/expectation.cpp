// Targets are named by what they are, not by how they were reached, so that the digest is the same on two machines.
#include "runtime/executor/expectation.hpp"

#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/executor/target_run.hpp"

namespace dmc::executor {

namespace {

/// Which database this is and how far it is.
struct Standing {
  std::string name;                             ///< "shop/eu1"
  std::vector<std::vector<std::string>> place;  ///< where it lies, as its session tells; the URL when there is none
  std::string target_id;
  std::string at_hash;
  std::int64_t generation = 0;
  std::int64_t seq = 0;  ///< of the last thing that its ledger noted
  std::string fingerprint;
  std::string verdict;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("place", self.place);
    visit("target_id", self.target_id);
    visit("at_hash", self.at_hash);
    visit("generation", self.generation);
    visit("seq", self.seq);
    visit("fingerprint", self.fingerprint);
    visit("verdict", self.verdict);
  }
};

struct DryRun {
  std::string type = "dry-run/1";
  std::string plan;
  std::string direction;
  std::vector<std::string> targets;  ///< each a Standing
  static void fields(auto& self, auto&& visit) {
    visit("type", self.type);
    visit("plan", self.plan);
    visit("direction", self.direction);
    visit("targets", self.targets);
  }
};

}  // namespace

std::string TargetRun::standing() const {
  Standing it{.name = address_.name(),
              .place = {},
              .target_id = target_.identity.target_id,
              .at_hash = target_.at_hash,
              .generation = target_.generation,
              .seq = target_.seq,
              .fingerprint = target_.fingerprint,
              .verdict = std::string(plan::name_of(result_.verdict))};
  if (session_)
    for (const auto& [name, value] : session_->place().identity()) it.place.push_back({name, value});
  else
    it.place.push_back({"url", address_.url.shown()});
  return plan::canonical(it);
}

std::string dry_run_digest(const RunResult& result) {
  DryRun run;
  run.plan = result.plan;
  run.direction = result.forward ? "run" : "undo";
  for (const auto& target : result.targets) {
    if (target.standing.empty()) return {};
    run.targets.push_back(target.standing);
  }
  std::sort(run.targets.begin(), run.targets.end());
  return plan::digest(plan::canonical(run));
}

bool means_digest(const std::string& word, const std::string& digest) {
  constexpr std::size_t fewest = 12;
  const auto digits = digest.substr(digest.find(':') + 1);
  if (digest.empty()) return false;
  return word == digest || word == digits || (word.size() >= fewest && digits.starts_with(word)) ||
         (word.size() >= digest.size() - digits.size() + fewest && digest.starts_with(word));
}

std::string unexpected(const RunResult& result, const Options& options) {
  if (!options.expect || means_digest(*options.expect, result.digest)) return {};
  return "this is not what was expected [E0515]; nothing was changed\nexpected      " +
         grammar::escaped(*options.expect) + "\nthis is       " +
         (result.digest.empty() ? "not to be looked at as a whole" : result.digest) + "\nits plan is   " + result.plan;
}

}  // namespace dmc::executor
