// Results for programs: canonical JSON, every field present, one line.
#include <optional>

#include "compiler/plan/canonical.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/report/formats.hpp"

namespace dmc::report {

namespace {

struct HolderJson {
  std::int64_t pid = 0;
  std::string host, user, runner, since;
  static void fields(auto& self, auto&& visit) {
    visit("pid", self.pid);
    visit("host", self.host);
    visit("user", self.user);
    visit("runner", self.runner);
    visit("since", self.since);
  }
};

std::optional<HolderJson> holder_of(const std::optional<session::Holder>& holder) {
  if (!holder) return std::nullopt;
  return HolderJson{holder->pid, holder->host, holder->user, holder->runner, holder->since};
}

/// Lends a result to the field lists; the results themselves stay plain values without one.
template <class Result>
struct View {
  const Result* result = nullptr;
};

struct RunTarget : View<executor::TargetResult> {
  static void fields(auto& self, auto&& visit) {
    const auto& it = *self.result;
    visit("database", it.database);
    visit("url", it.url);
    visit("verdict", it.verdict);
    visit("verdict_text", it.verdict_text);
    visit("exit_code", it.exit_code);
    visit("outcome", it.outcome);
    visit("text", it.text);
    visit("generation", it.generation);
    visit("behind", it.behind);
    visit("steps", it.steps);
    visit("drift", it.drift);
    visit("losses", it.losses);
    visit("warnings", it.warnings);
    visit("holder", holder_of(it.holder));
    visit("next", it.next);
  }
};

struct StatusTarget : View<executor::TargetStatus> {
  static void fields(auto& self, auto&& visit) {
    const auto& it = *self.result;
    visit("database", it.database);
    visit("url", it.url);
    visit("cluster", it.cluster);
    visit("shard", it.shard);
    visit("standing", it.standing);
    visit("exit_code", it.exit_code);
    visit("at_name", it.at_name);
    visit("at_hash", it.at_hash);
    visit("plan", it.plan);
    visit("title", it.title);
    visit("forward", it.forward);
    visit("stage", it.stage);
    visit("since", it.since);
    visit("generation", it.generation);
    visit("steps", it.steps);
    visit("losses", it.losses);
    visit("leftovers", it.leftovers);
    visit("warnings", it.warnings);
    visit("holder", holder_of(it.holder));
    visit("text", it.text);
    visit("next", it.next);
  }
};

struct DriftTarget : View<executor::TargetDrift> {
  static void fields(auto& self, auto&& visit) {
    const auto& it = *self.result;
    visit("database", it.database);
    visit("url", it.url);
    visit("exit_code", it.exit_code);
    visit("text", it.text);
    visit("differences", it.differences);
    visit("unmanaged", it.unmanaged);
    visit("unproven", it.unproven);
  }
};

struct VerifyTarget : View<executor::TargetVerification> {
  static void fields(auto& self, auto&& visit) {
    const auto& it = *self.result;
    visit("database", it.database);
    visit("url", it.url);
    visit("exit_code", it.exit_code);
    visit("text", it.text);
    visit("checks", it.checks);
  }
};

struct PurgeTarget : View<executor::TargetPurge> {
  static void fields(auto& self, auto&& visit) {
    const auto& it = *self.result;
    visit("database", it.database);
    visit("url", it.url);
    visit("exit_code", it.exit_code);
    visit("outcome", it.outcome);
    visit("text", it.text);
    visit("gone", it.gone);
    visit("kept", it.kept);
    visit("holder", holder_of(it.holder));
    visit("next", it.next);
  }
};

template <class As, class Target>
std::vector<As> views(const std::vector<Target>& targets) {
  std::vector<As> list;
  for (const auto& target : targets) list.push_back(As{{&target}});
  return list;
}

struct RunJson : View<executor::RunResult> {
  static void fields(auto& self, auto&& visit) {
    const auto& it = *self.result;
    visit("plan", it.plan);
    visit("title", it.title);
    visit("forward", it.forward);
    visit("dry_run", it.dry_run);
    visit("exit_code", it.exit_code);
    visit("text", it.text);
    visit("digest", it.digest);
    visit("lacking", it.lacking);
    visit("targets", views<RunTarget>(it.targets));
  }
};

/// What the questions and a purge have in common.
template <class As, class Result>
struct Answer : View<Result> {
  static void fields(auto& self, auto&& visit) {
    visit("exit_code", self.result->exit_code);
    visit("targets", views<As>(self.result->targets));
  }
};

template <class As, class Result>
std::string written(const Result& result) {
  return grammar::escaped_json(plan::canonical(As{{&result}})) + "\n";
}

}  // namespace

std::string as_json(const executor::RunResult& result) { return written<RunJson>(result); }
std::string as_json(const executor::StatusResult& result) {
  return written<Answer<StatusTarget, executor::StatusResult>>(result);
}
std::string as_json(const executor::DriftResult& result) {
  return written<Answer<DriftTarget, executor::DriftResult>>(result);
}
std::string as_json(const executor::VerifyResult& result) {
  return written<Answer<VerifyTarget, executor::VerifyResult>>(result);
}
std::string as_json(const executor::PurgeResult& result) {
  return written<Answer<PurgeTarget, executor::PurgeResult>>(result);
}

}  // namespace dmc::report
