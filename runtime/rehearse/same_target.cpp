// A server numbers its databases, and to give a new one an old number is not safe: PostgreSQL 15 and 16 can panic over
// the statistics of the one before.
#include "runtime/rehearse/same_target.hpp"

#include <utility>

#include "runtime/session/forwarding.hpp"

namespace dmc::rehearse {

namespace {

class AtItsAddress : public session::Forwarding {
 public:
  AtItsAddress(std::unique_ptr<session::Session> inner, std::string address)
      : Forwarding(std::move(inner)), address_(std::move(address)) {}
  /// A statement may have to say what the database is called on its server.
  session::Identity identity() override {
    session::Identity facts{{"address", address_}};
    for (auto& fact : inner_->place().identity())
      if (fact.first == "database") facts.push_back(std::move(fact));
    return facts;
  }
  session::Likeness likeness(const session::Identity& recorded) override {
    return recorded == identity() ? session::Likeness::same : session::Likeness::copy;
  }

 private:
  std::string address_;
};

}  // namespace

std::unique_ptr<session::Session> SameTarget::open(const session::Url& url, session::Missing missing,
                                                   session::Access access, session::Lock* lock) {
  return std::make_unique<AtItsAddress>(engine_.alone(inner_.open(url, missing, access, lock)), url.shown());
}

}  // namespace dmc::rehearse
