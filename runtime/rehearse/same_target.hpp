// Databases that are dropped and made again under their old name, and stay the same target all the same.
#pragma once

#include <memory>
#include <string>

#include "runtime/rehearse/engine.hpp"
#include "runtime/session/target.hpp"

namespace dmc::rehearse {

/// Opens through `inner`, and as `engine` wants it, both lent; what it opens is told apart by its address alone.
class SameTarget : public session::Connector {
 public:
  SameTarget(session::Connector& inner, const Engine& engine) : inner_(inner), engine_(engine) {}
  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock) override;
  std::unique_ptr<session::Lock> lock(const session::Url& url, const session::Holder& holder,
                                      session::Held held) override {
    return inner_.lock(url, holder, held);
  }
  session::Holder holder(const session::Url& url) override { return inner_.holder(url); }

 private:
  session::Connector& inner_;
  const Engine& engine_;
};

}  // namespace dmc::rehearse
