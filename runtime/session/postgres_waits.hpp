// Who a statement waits for: asked on a second connection while it waits, because afterwards nobody can tell.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/session/postgres_bystander.hpp"

namespace dmc::session {

class PostgresWaits {
 public:
  PostgresWaits(PostgresBystander& bystander, int pid) : bystander_(bystander), pid_(pid) {}
  void begin();
  /// Called again and again during a statement; most calls do nothing. Never throws.
  void still_waiting(std::int64_t since_ms);
  /// Of the statement at hand: "process 4711 (psql, role ann), idle in a transaction that is 3 min old"; empty: nobody
  /// was seen in its way. Holds no text of anybody's query.
  const std::string& blockers() const { return blockers_; }

 private:
  void look();

  PostgresBystander& bystander_;
  int pid_;
  std::int64_t next_ms_ = 0;
  std::string blockers_;
};

}  // namespace dmc::session
