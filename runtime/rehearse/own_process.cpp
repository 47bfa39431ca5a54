// The shell reads whom to end, until we say that all is done, or until nobody can say anything any more.
#include "runtime/rehearse/own_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dmc::rehearse {

namespace {

/// As exec wants them; lent.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Watcher::Watcher(const std::string& signal, const std::vector<std::filesystem::path>& folders) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
  const std::string script =
      "trap '' INT TERM HUP; how=$1; shift; p=; while read word; do [ \"$word\" = done ] && exit 0; case $word in "
      "*[!0-9]*) p= ;; *) p=$word ;; esac; done; "
      "n=0; if [ -n \"$p\" ]; then kill -\"$how\" \"$p\" 2>/dev/null; "
      "while kill -0 \"$p\" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done; fi; "
      "for n in 1 2 3 4 5; do rm -rf \"$@\" && break; sleep 0.2; done";
  std::vector<std::string> words{"sh", "-c", script, "dmc-rehearsal", signal};
  for (const auto& folder : folders) words.push_back(folder.string());
  const auto arguments = pointers_to(words);
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(ends[0], 0);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, 1);
    ::dup2(nowhere, 2);
    ::setsid();
    ::execv("/bin/sh", arguments.data());
    ::_exit(127);
  }
  ::close(ends[0]);
  word_ = ends[1];
}

Watcher::~Watcher() {
  if (word_ >= 0) {
    tell("done");
    ::close(word_);
  }
  if (process_ > 0) wait_for_end(process_);
}

void Watcher::guard(pid_t process) const { tell(process > 0 ? std::to_string(process) : "nobody"); }

void Watcher::tell(const std::string& word) const {
  if (word_ < 0) return;
  // Nobody reads when the watcher is gone, and that must not end us.
  auto* before = std::signal(SIGPIPE, SIG_IGN);
  const auto line = word + "\n";
  if (::write(word_, line.data(), line.size()) < 0) errno = 0;
  std::signal(SIGPIPE, before);
}

pid_t launch(std::vector<std::string> words, std::vector<std::string> surroundings, const std::filesystem::path& folder,
             const passwd* user) {
  const auto arguments = pointers_to(words), variables = pointers_to(surroundings);
  const auto log = (folder / "log").string(), home = folder.string();
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
  ::execve(arguments[0], arguments.data(), variables.data());
  ::_exit(127);
}

std::string last_lines(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line, text;
  std::vector<std::string> lines;
  while (std::getline(in, line))
    if (!line.empty()) lines.push_back(line);
  constexpr std::size_t enough = 3;
  for (std::size_t i = lines.size() > enough ? lines.size() - enough : 0; i < lines.size(); ++i)
    text += (text.empty() ? "" : "; ") + lines[i];
  return text;
}

int wait_for_end(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace dmc::rehearse
