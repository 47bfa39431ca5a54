// The lock as the session finds it. Internal to this folder.
#pragma once

#include <memory>
#include <utility>

#include "runtime/session/postgres_link.hpp"

namespace dmc::session {

class PostgresLock : public Lock {
 public:
  explicit PostgresLock(std::shared_ptr<PostgresLink> link) : link_(std::move(link)) {}
  const std::shared_ptr<PostgresLink>& link() const { return link_; }

 private:
  std::shared_ptr<PostgresLink> link_;
};

}  // namespace dmc::session
