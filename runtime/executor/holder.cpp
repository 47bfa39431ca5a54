// The holder in canonical JSON, and whether its session still lives.
#include "runtime/executor/holder.hpp"

#include "compiler/plan/canonical.hpp"

namespace dmc::executor {

namespace {

struct HolderFacts {
  std::int64_t pid = 0;
  std::string host, user, runner, since, session;
  static void fields(auto& self, auto&& visit) {
    visit("pid", self.pid);
    visit("host", self.host);
    visit("user", self.user);
    visit("runner", self.runner);
    visit("since", self.since);
    visit("session", self.session);
  }
};

}  // namespace

std::string written_holder(const session::Holder& holder, const std::string& session) {
  return plan::canonical(HolderFacts{holder.pid, holder.host, holder.user, holder.runner, holder.since, session});
}

std::string session_of(const ledger::Target& target) {
  HolderFacts holder;
  return plan::read_canonical(target.holder, holder) ? holder.session : std::string();
}

std::optional<LeftAtWork> left_at_work(session::Session& session, const ledger::Target& target) {
  HolderFacts holder;
  if (!plan::read_canonical(target.holder, holder) || holder.session.empty() ||
      holder.session == session.place().handle() || !session.place().alive(holder.session))
    return std::nullopt;
  return LeftAtWork{{holder.pid, holder.host, holder.user, holder.runner, holder.since}, holder.session};
}

}  // namespace dmc::executor
