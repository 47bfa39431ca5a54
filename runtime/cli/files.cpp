// Reading and atomic writing, over POSIX so that a written file is on the disk before its name is.
#include "runtime/cli/files.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/exit.hpp"

namespace dmc::cli {
namespace {

namespace fs = std::filesystem;

std::string reason_of(int error) { return std::error_code(error, std::generic_category()).message(); }

Refusal cannot(const char* verb, const std::string& shown, int error, std::vector<std::string> next = {}) {
  return {Exit::refused, fmt::format("cannot {} {}: {}", verb, grammar::escaped(shown), reason_of(error)),
          std::move(next)};
}

/// Closes what it holds when it goes.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

std::string read_all(const Descriptor& file, const std::string& shown) {
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  while (true) {
    const auto count = ::read(file.number(), buffer.data(), buffer.size());
    if (count == 0) return bytes;
    if (count > 0)
      bytes.append(buffer.data(), static_cast<std::size_t>(count));
    else if (errno != EINTR)
      throw cannot("read", shown, errno);
  }
}

void write_all(const Descriptor& file, std::string_view bytes, const std::string& shown) {
  while (!bytes.empty()) {
    const auto count = ::write(file.number(), bytes.data(), bytes.size());
    if (count >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      throw cannot("write", shown, errno, {"the file is as it was before"});
  }
}

}  // namespace

std::string read_file(const fs::path& path, const std::string& shown) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) throw cannot("read", shown, errno);
  return read_all(file, shown);
}

std::optional<std::string> read_file_if_there(const fs::path& path, const std::string& shown) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!file.open()) throw cannot("read", shown, errno);
  return read_all(file, shown);
}

void write_file(const fs::path& path, std::string_view bytes, const std::string& shown) {
  std::error_code problem;
  const auto folder = path.parent_path();
  if (!folder.empty()) fs::create_directories(folder, problem);
  if (problem) throw cannot("create the folder", folder.string(), problem.value());
  auto part = path;
  part += ".part";
  {
    const Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file.open()) throw cannot("write", shown, errno, {"the file is as it was before"});
    write_all(file, bytes, shown);
    if (::fsync(file.number()) != 0) throw cannot("write", shown, errno, {"the file is as it was before"});
  }
  if (::rename(part.c_str(), path.c_str()) != 0) throw cannot("write", shown, errno, {"the file is as it was before"});
}

}  // namespace dmc::cli
