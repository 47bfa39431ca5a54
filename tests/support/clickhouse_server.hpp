// ClickHouse servers of the test's own: Debian's 18.16, and 26.x out of libchdb behind the same HTTP interface. Private
// folder, free port, gone with the test.
#pragma once

#include <string>

#include "runtime/session/target.hpp"
#include "tests/support/small_world.hpp"

namespace dmc::tests {

class ClickhouseServer {
 public:
  enum class Kind { debian, chdb };
  /// Starts one; throws when that fails.
  explicit ClickhouseServer(Kind kind);
  ~ClickhouseServer();
  ClickhouseServer(const ClickhouseServer&) = delete;
  ClickhouseServer& operator=(const ClickhouseServer&) = delete;

  /// Users: default, without a password; app, password "p:w"; reader, password "read", who may say no setting. libchdb
  /// asks for none.
  session::Url at(const std::string& database, const std::string& who = "", const std::string& options = "") const;
  /// With TLS, where the server demands a certificate of ours; "" where there is no openssl to make them.
  session::Url tls_at(const std::string& options) const;
  /// "ca.pem", "client.pem", "client.key", "other.pem": which did not sign the server's.
  std::string certificate(const std::string& name) const { return folder_.at(name); }
  int port() const { return port_; }
  int tls_port() const { return tls_port_; }
  Kind kind() const { return kind_; }

 private:
  void make_certificates();
  void start_debian();
  void start_chdb();

  Kind kind_;
  Folder folder_;
  int port_ = 0, tls_port_ = 0;  ///< 0: no TLS
  int process_ = -1;
};

/// One for the whole program. Null where it cannot be had: the case then says so and is skipped.
ClickhouseServer* clickhouse_or_skip(ClickhouseServer::Kind kind, const char* name);

/// Where libchdb.so is: DMC_CHDB_LIBRARY, else where tests/support/chdb.sh keeps it; empty: nowhere.
std::string chdb_library();
/// Which ClickHouse that is: DMC_CHDB_VERSION ("24.8"), else 26.7.
std::string chdb_version();
/// What serves it: DMC_CHDB_SERVER, else chdb_server of this build. Told the library and a folder.
std::string chdb_program();

}  // namespace dmc::tests
