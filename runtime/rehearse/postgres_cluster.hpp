// A PostgreSQL server of a rehearsal's own: nobody else reaches it, nothing of it is durable, and it is gone with us.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include "runtime/rehearse/engine.hpp"
#include "runtime/rehearse/own_process.hpp"

namespace dmc::rehearse {

class PostgresCluster {
 public:
  /// Makes one in the yard's folder and starts it on a Unix socket there, as the user postgres where we are root.
  /// Throws Ended (E0830, E0832).
  explicit PostgresCluster(const Yard& yard);
  /// Ends it and removes its files, but for what is to be kept: that goes on running.
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  session::Url at(const std::string& database) const;
  /// What a person types to end it.
  std::string stop_command() const;

 private:
  void initialise();
  void start();
  void stop();
  std::string log() const;
  pid_t launch(std::vector<std::string> words) const;

  std::filesystem::path binaries_, folder_, sockets_;
  bool keep_ = false;
  pid_t process_ = -1;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace dmc::rehearse
