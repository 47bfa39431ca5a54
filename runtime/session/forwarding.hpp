// A session, and a connector, that hand everything on to another one: what faults, crashes and records are built from.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/session/session.hpp"
#include "runtime/session/target.hpp"

namespace dmc::session {

/// Override what is to be otherwise. Owns the inner session.
class Forwarding : public Session, public Place {
 public:
  explicit Forwarding(std::unique_ptr<Session> inner) : inner_(std::move(inner)) {}

  Rows query(std::string_view sql, std::span<const Value> parameters) override {
    return inner_->query(sql, parameters);
  }
  std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override {
    return inner_->execute(sql, parameters);
  }
  void transaction(Transaction what) override { inner_->transaction(what); }
  bool in_transaction() const override { return inner_->in_transaction(); }
  void read_only(bool on) override { inner_->read_only(on); }
  void interrupt() override { inner_->interrupt(); }
  Place& place() override { return *this; }

  Identity identity() override { return inner_->place().identity(); }
  Likeness likeness(const Identity& recorded) override { return inner_->place().likeness(recorded); }
  std::string handle() override { return inner_->place().handle(); }
  bool alive(const std::string& handle) override { return inner_->place().alive(handle); }
  void end(const std::string& handle) override { inner_->place().end(handle); }
  std::unique_ptr<Witness> witness(const std::optional<std::vector<Claim>>& claims, TellHowFar tell) override {
    return inner_->place().witness(claims, std::move(tell));
  }
  std::unique_ptr<Secrecy> secrecy() override { return inner_->place().secrecy(); }

 protected:
  std::unique_ptr<Session> inner_;
};

/// The same for whoever opens sessions. Lent the inner connector.
class ForwardingConnector : public Connector {
 public:
  explicit ForwardingConnector(Connector& inner) : inner_(inner) {}

  std::unique_ptr<Session> open(const Url& url, Missing missing, Access access, Lock* lock = nullptr) override {
    return inner_.open(url, missing, access, lock);
  }
  std::unique_ptr<Lock> lock(const Url& url, const Holder& holder, Held held = Held::refuse) override {
    return inner_.lock(url, holder, held);
  }
  Holder holder(const Url& url) override { return inner_.holder(url); }

 protected:
  Connector& inner_;
};

}  // namespace dmc::session
