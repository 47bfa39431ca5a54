// The change lock of a file or folder: liveness only. What makes a late writer harmless is the epoch that every
// transaction reads, or that the engine lets one process in.
#include "runtime/session/side_file.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "runtime/session/sqlite_session.hpp"

namespace dmc::session {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

class SideFileLock : public Lock {
 public:
  explicit SideFileLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

std::string side_file(const std::string& path) { return resolved(path) + "-dmc"; }

std::string written(const Holder& holder) {
  return "pid " + std::to_string(holder.pid) + "\nhost " + holder.host + "\nuser " + holder.user + "\nrunner " +
         holder.runner + "\nsince " + holder.since + "\n";
}

/// Whatever of the facts is there; a writer may be at it just now.
Holder read_holder(int descriptor) {
  std::array<char, 2048> buffer{};
  const auto size = ::pread(descriptor, buffer.data(), buffer.size(), 0);
  Holder holder;
  std::string_view text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    const auto blank = line.find(' ');
    const auto key = line.substr(0, blank);
    const std::string value(blank == std::string_view::npos ? std::string_view() : line.substr(blank + 1));
    if (key == "pid") {
      for (const char c : value)
        if (c >= '0' && c <= '9' && holder.pid < 1'000'000'000) holder.pid = holder.pid * 10 + (c - '0');
    } else if (key == "host") {
      holder.host = value;
    } else if (key == "user") {
      holder.user = value;
    } else if (key == "runner") {
      holder.runner = value;
    } else if (key == "since") {
      holder.since = value;
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return holder;
}

bool take(int descriptor, int how) {
  while (::flock(descriptor, how | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return false;
    throw SessionError("the target cannot be locked (" + std::generic_category().message(errno) + ")");
  }
  return true;
}

}  // namespace

std::unique_ptr<Lock> lock_side_file(const std::string& path, const Holder& holder) {
  const std::string side = side_file(path);
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode))
    throw SessionError(path + " is a device or a pipe, not a database");
  Descriptor descriptor(::open(side.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (descriptor.number() < 0)
    throw SessionError("the lock file " + side + ", which dmc keeps beside the database, cannot be opened (" +
                       std::generic_category().message(errno) + ")");
  // A `status` looks at the lock for a moment; a runner is there for longer.
  constexpr int looks = 6;
  for (int look = 0; !take(descriptor.number(), LOCK_EX); ++look) {
    if (look == looks) {
      const Holder other = read_holder(descriptor.number());
      throw TargetHeld("the target is held by " + holder_in_words(other), other);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(15));
  }
  const std::string facts = written(holder);
  if (::ftruncate(descriptor.number(), 0) != 0 ||
      ::pwrite(descriptor.number(), facts.data(), facts.size(), 0) != static_cast<ssize_t>(facts.size()))
    throw SessionError("the lock file " + side + " cannot be written (" + std::generic_category().message(errno) + ")");
  return std::make_unique<SideFileLock>(std::move(descriptor));
}

Holder holder_of_side_file(const std::string& path) {
  const Descriptor descriptor(::open(side_file(path).c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.number() < 0 || take(descriptor.number(), LOCK_SH)) return {};
  return read_holder(descriptor.number());
}

}  // namespace dmc::session
