// initdb and postgres; when we die without a word, a watcher ends the server and removes the folder.
#include "runtime/rehearse/postgres_cluster.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <pwd.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/rehearse/rehearsal.hpp"

namespace dmc::rehearse {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_socket_path = 107;
constexpr int patience_ms = 60'000, slice_ms = 10;

bool holds_server(const fs::path& folder) {
  return ::access((folder / "initdb").c_str(), X_OK) == 0 && ::access((folder / "postgres").c_str(), X_OK) == 0;
}

/// The newest of those that the system keeps: a major is a folder.
std::vector<fs::path> usual_places() {
  std::vector<std::pair<int, fs::path>> found;
  std::error_code ignored;
  for (const char* base : {"/usr/lib/postgresql", "/opt/homebrew/opt", "/usr"})
    for (const auto& entry : fs::directory_iterator(base, ignored)) {
      auto name = entry.path().filename().string();
      const auto digit = name.find_first_of("0123456789");
      if (digit == std::string::npos || !(digit == 0 || name.starts_with("postgresql@") || name.starts_with("pgsql-")))
        continue;
      found.emplace_back(std::atoi(name.c_str() + digit), entry.path() / "bin");
    }
  std::sort(found.rbegin(), found.rend());
  std::vector<fs::path> places;
  for (auto& [major, folder] : found) places.push_back(std::move(folder));
  return places;
}

fs::path binaries_of(const Yard& yard) {
  std::error_code ignored;
  auto places = yard.binaries;
  if (!yard.binaries_only)
    for (auto& place : usual_places()) places.push_back(std::move(place));
  for (const auto& place : places)
    if (holds_server(place)) return fs::canonical(place / "initdb", ignored).parent_path();
  throw Ended{
      executor::exit_code::refused,
      "a rehearsal on PostgreSQL starts a server of its own, and there is none here: neither initdb and postgres "
      "in PATH nor in /usr/lib/postgresql; install one (Debian: apt-get install postgresql), name the folder of "
      "its programs in DMC_POSTGRES_BIN, or name a server to make throw-away databases on (--on NAME=URL)",
      {},
      "E0830"};
}

const passwd* server_user() { return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr; }

void give_to_server(const fs::path& path) {
  if (const auto* user = server_user())
    if (::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw Ended{executor::exit_code::refused, "the user postgres cannot be given a folder", {}, "E0832"};
}

Ended not_up(const std::string& what, const std::string& log) {
  return {executor::exit_code::refused, what + ": " + (log.empty() ? "it says nothing" : log), {}, "E0832"};
}

}  // namespace

PostgresCluster::PostgresCluster(const Yard& yard)
    : binaries_(binaries_of(yard)), folder_(yard.folder / "server"), sockets_(folder_ / "s"), keep_(yard.keep) {
  if (::geteuid() == 0 && !server_user())
    throw Ended{
        executor::exit_code::refused,
        "a server of PostgreSQL does not run as root, and there is no user 'postgres' to run it as; rehearse as "
        "another user, or name a server to make throw-away databases on (--on NAME=URL)",
        {},
        "E0830"};
  try {
    fs::create_directories(folder_);
    // Who is not root shares nothing: the server then is us.
    if (server_user()) {
      fs::permissions(yard.folder, fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add);
      fs::permissions(folder_, fs::perms::owner_all);
    }
    give_to_server(folder_);
    if ((sockets_ / ".s.PGSQL.5432").string().size() > longest_socket_path) {
      std::string pattern = "/tmp/dmc-socket-XXXXXX";
      if (::mkdtemp(pattern.data()) == nullptr) throw not_up("no folder can be made in /tmp for its socket", "");
      sockets_ = pattern;
    } else {
      fs::create_directories(sockets_);
      fs::permissions(sockets_, fs::perms::owner_all);
    }
    give_to_server(sockets_);
    if (!keep_) watcher_ = std::make_unique<Watcher>("QUIT", std::vector{yard.folder, sockets_});
    initialise();
    start();
  } catch (const fs::filesystem_error& error) {
    stop();
    throw not_up("the server of the rehearsal has no folder", error.code().message());
  } catch (...) {
    stop();
    throw;
  }
}

PostgresCluster::~PostgresCluster() { stop(); }

session::Url PostgresCluster::at(const std::string& database) const {
  std::string host;
  for (const char c : sockets_.string())
    host += c == '%' || c == '&' || c == '#' || c == '@' || c == '?' || c == '+'
                ? fmt::format("%{:02X}", static_cast<unsigned char>(c))
                : std::string(1, c);
  return {"postgres", "//postgres@/" + database + "?host=" + host + "&port=5432"};
}

std::string PostgresCluster::stop_command() const {
  return (server_user() ? "runuser -u postgres -- " : "") + (binaries_ / "pg_ctl").string() + " -D " +
         (folder_ / "data").string() + " -m immediate stop";
}

std::string PostgresCluster::log() const { return last_lines(folder_ / "log"); }

pid_t PostgresCluster::launch(std::vector<std::string> words) const {
  return rehearse::launch(std::move(words), {"PATH=" + binaries_.string() + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"},
                          folder_, server_user());
}

void PostgresCluster::initialise() {
  const pid_t child = launch({binaries_ / "initdb", "-D", folder_ / "data", "-U", "postgres", "-A", "trust", "-E",
                              "UTF8", "--no-locale", "--no-sync", "--wal-segsize=1"});
  if (watcher_) watcher_->guard(child);
  const int status = child > 0 ? wait_for_end(child) : -1;
  if (watcher_) watcher_->guard(0);
  if (status != 0) throw not_up("initdb of " + binaries_.string() + " fails", log());
  std::ofstream(folder_ / "data" / "pg_hba.conf") << "local all postgres trust\n";
}

void PostgresCluster::start() {
  std::vector<std::string> words{binaries_ / "postgres", "-D", folder_ / "data"};
  for (const char* setting :
       {"listen_addresses=", "port=5432", "fsync=off", "full_page_writes=off", "synchronous_commit=off",
        "wal_level=minimal", "max_wal_senders=0", "autovacuum=off", "max_connections=40", "shared_buffers=64MB",
        "max_prepared_transactions=0", "log_min_messages=fatal", "log_min_error_statement=panic", "lc_messages=C"}) {
    words.emplace_back("-c");
    words.emplace_back(setting);
  }
  words.emplace_back("-c");
  words.emplace_back("unix_socket_directories=" + sockets_.string());
  process_ = launch(words);
  if (process_ < 0) throw not_up("no process can be started for a server", "");
  if (watcher_) watcher_->guard(process_);
  for (int waited = 0; waited < patience_ms; waited += slice_ms) {
    std::ifstream in(folder_ / "data" / "postmaster.pid");
    const std::string state(std::istreambuf_iterator<char>(in), {});
    if (state.find("ready") != std::string::npos) return;
    if (::waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = -1;
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(slice_ms));
  }
  throw not_up("postgres of " + binaries_.string() + " does not start", log());
}

void PostgresCluster::stop() {
  if (keep_ && process_ > 0) return;
  if (process_ > 0) {
    ::kill(process_, SIGQUIT);
    wait_for_end(process_);
  }
  process_ = -1;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  fs::remove_all(sockets_, ignored);
  watcher_.reset();
}

}  // namespace dmc::rehearse
