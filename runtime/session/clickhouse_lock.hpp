// The change lock of a ClickHouse database. Internal to this folder.
#pragma once

#include <memory>
#include <utility>

#include "runtime/session/clickhouse_link.hpp"

namespace dmc::session {

/// A thread that shows on the server, among what it executes, that a runner lives and holds the database.
class ClickhousePresence;

class ClickhouseLock : public Lock {
 public:
  ClickhouseLock(std::shared_ptr<ClickhouseLink> link, std::unique_ptr<ClickhousePresence> presence);
  ~ClickhouseLock() override;
  const std::shared_ptr<ClickhouseLink>& link() const { return link_; }

 private:
  std::shared_ptr<ClickhouseLink> link_;
  std::unique_ptr<ClickhousePresence> presence_;
};

/// Of `clickhouse://` and `clickhouses://`.
std::unique_ptr<Lock> lock_clickhouse_server(const ClickhouseAddress& address, const Holder& holder, Held held);
Holder holder_of_clickhouse_server(const ClickhouseAddress& address);

}  // namespace dmc::session
