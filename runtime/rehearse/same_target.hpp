// Databases that are dropped and made again under their old name, and stay the same target all the same.
#pragma once

#include <memory>
#include <string>

#include "runtime/rehearse/engine.hpp"
#include "runtime/session/forwarding.hpp"

namespace dmc::rehearse {

/// Opens through `inner`, and as `engine` wants it, both lent; what it opens is told apart by its address alone.
class SameTarget : public session::ForwardingConnector {
 public:
  SameTarget(session::Connector& inner, const Engine& engine) : ForwardingConnector(inner), engine_(engine) {}
  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock) override;

 private:
  const Engine& engine_;
};

}  // namespace dmc::rehearse
