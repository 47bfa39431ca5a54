// A ClickHouse server of a rehearsal's own: with a password that only we know, nothing of it is durable, and it is gone
// with us.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "runtime/rehearse/engine.hpp"
#include "runtime/rehearse/own_process.hpp"

namespace dmc::rehearse {

/// The words that start one: clickhouse-server, or clickhouse with the word server. Empty where there is none.
std::vector<std::string> clickhouse_program(const Yard& yard);

class PrivateClickhouse {
 public:
  /// Starts one in the yard's folder, on a free port of the loopback interface. Throws Ended (E0832).
  PrivateClickhouse(const Yard& yard, std::vector<std::string> program);
  /// Ends it and removes its files, but for what is to be kept: that goes on running.
  ~PrivateClickhouse();
  PrivateClickhouse(const PrivateClickhouse&) = delete;
  PrivateClickhouse& operator=(const PrivateClickhouse&) = delete;

  session::Url at(const std::string& database) const;
  /// What a person types to end it.
  std::string stop_command() const;

 private:
  void configure();
  bool start();
  void stop();
  std::string log() const;

  std::vector<std::string> program_;
  std::filesystem::path folder_;
  bool keep_ = false;
  int port_ = 0;  ///< of HTTP
  pid_t process_ = -1;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace dmc::rehearse
