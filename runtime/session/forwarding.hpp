// A session that hands everything on to another one: what faults, crashes and records are built from.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/session/session.hpp"

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

}  // namespace dmc::session
