// The database of a calibration, with the tables that every trial begins with. Internal to this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/session/target.hpp"

namespace dmc::calibrate {

/// Made when it is built, gone with it. As every new database of its server it is a copy of template1: with what this
/// server's operators put into each of them.
class PostgresWorld {
 public:
  /// `admin` is a session of the server that outlives it. Where database or role cannot be removed at the end, their
  /// names go into `left`. Throws SessionError.
  PostgresWorld(const session::Url& server, session::Connector& connector, session::Session& admin, std::string& left);
  ~PostgresWorld();
  PostgresWorld(const PostgresWorld&) = delete;
  PostgresWorld& operator=(const PostgresWorld&) = delete;

  /// The tables as they were measured, with so many rows, and sessions that have nothing set.
  void begin_anew(std::int64_t rows);
  session::Session& actor() { return *actor_; }
  /// Looks at the actor from outside.
  session::Session& watcher() { return *watcher_; }
  /// Stands in the actor's way.
  session::Session& blocker() { return *blocker_; }
  bool reachable() const;
  /// The statement with the role that stands for the measured one, "r1". Empty where the role may make no roles.
  std::string with_role(std::string_view statement) const;

 private:
  std::unique_ptr<session::Session> open() const;

  session::Connector& connector_;
  session::Session& admin_;
  std::string& left_;
  std::string name_;
  session::Url url_;
  bool has_role_ = false;
  std::unique_ptr<session::Session> actor_, watcher_, blocker_;
};

/// The schema of the tables.
inline constexpr std::string_view world_schema = "w";

}  // namespace dmc::calibrate
