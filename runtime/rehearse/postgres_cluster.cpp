// initdb, postgres and a shell that waits for our end: when we die without a word, it ends the server and removes the
// folder.
#include "runtime/rehearse/postgres_cluster.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
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
    watch();
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

std::string PostgresCluster::log() const {
  std::ifstream in(folder_ / "log");
  std::string line, text;
  std::vector<std::string> lines;
  while (std::getline(in, line))
    if (!line.empty()) lines.push_back(line);
  constexpr std::size_t enough = 3;
  for (std::size_t i = lines.size() > enough ? lines.size() - enough : 0; i < lines.size(); ++i)
    text += (text.empty() ? "" : "; ") + lines[i];
  return text;
}

/// → its process. What it says goes to the log; no signal of a terminal reaches it.
pid_t PostgresCluster::launch(const std::vector<std::string>& words) const {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const std::string path = "PATH=" + binaries_.string() + ":/usr/bin:/bin";
  std::array<char*, 4> surroundings{const_cast<char*>(path.c_str()), const_cast<char*>("LC_ALL=C"),
                                    const_cast<char*>("TZ=UTC"), nullptr};
  const auto* user = server_user();
  const auto log = (folder_ / "log").string();
  const auto home = folder_.string();
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), in = ::open("/dev/null", O_RDONLY);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::setsid();
  if (::chdir(home.c_str()) != 0) ::_exit(126);
  ::execve(arguments[0], arguments.data(), surroundings.data());
  ::_exit(127);
}

void PostgresCluster::initialise() {
  const pid_t child = launch({binaries_ / "initdb", "-D", folder_ / "data", "-U", "postgres", "-A", "trust", "-E",
                              "UTF8", "--no-locale", "--no-sync", "--wal-segsize=1"});
  tell(std::to_string(child));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (child < 0 || status != 0) throw not_up("initdb of " + binaries_.string() + " fails", log());
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
  tell(std::to_string(process_));
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

/// It reads whom to end, until we say that all is done, or until nobody can say anything any more.
void PostgresCluster::watch() {
  if (keep_) return;
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
  const std::string script =
      "trap '' INT TERM HUP; p=; while read word; do [ \"$word\" = done ] && exit 0; p=$word; done; "
      "n=0; if [ -n \"$p\" ]; then kill -QUIT \"$p\" 2>/dev/null; "
      "while kill -0 \"$p\" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done; fi; "
      "for n in 1 2 3 4 5; do rm -rf \"$1\" \"$2\" && break; sleep 0.2; done";
  const auto yard = folder_.parent_path().string(), sockets = sockets_.string();
  const std::array<const char*, 7> words{"sh",   "-c", script.c_str(), "dmc-rehearsal", yard.c_str(), sockets.c_str(),
                                         nullptr};
  watcher_ = ::fork();
  if (watcher_ == 0) {
    ::dup2(ends[0], 0);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    ::setsid();
    ::execv("/bin/sh", const_cast<char* const*>(words.data()));
    ::_exit(127);
  }
  ::close(ends[0]);
  word_ = ends[1];
}

void PostgresCluster::tell(const std::string& word) const {
  if (word_ < 0) return;
  // Nobody reads when the watcher is gone, and that must not end us.
  auto* before = std::signal(SIGPIPE, SIG_IGN);
  const auto line = word + "\n";
  if (::write(word_, line.data(), line.size()) < 0) errno = 0;
  std::signal(SIGPIPE, before);
}

void PostgresCluster::stop() {
  if (keep_ && process_ > 0) return;
  const auto wait = [](pid_t process) {
    while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
    }
  };
  if (process_ > 0) {
    ::kill(process_, SIGQUIT);
    wait(process_);
  }
  process_ = -1;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  fs::remove_all(sockets_, ignored);
  if (word_ >= 0) {
    tell("done");
    ::close(word_);
    word_ = -1;
  }
  if (watcher_ > 0) wait(watcher_);
  watcher_ = -1;
}

}  // namespace dmc::rehearse
