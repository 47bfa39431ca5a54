// A world for tests: strings for streams, a temporary folder, nobody at the terminal.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdlib.h>
#include <string>
#include <vector>

#include "runtime/cli/cli.hpp"

namespace dmc::tests {

/// Removed with everything in it when the test ends.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "dmc-cli-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  bool has(const std::string& name) const { return std::filesystem::exists(path_ / name); }

 private:
  std::filesystem::path path_;
};

struct Answer {
  int exit = 0;
  std::string out;
  std::string err;
};

/// Runs one command line in `folder` as a process would, without one. `typed` is what a person at the terminal would
/// answer.
inline Answer dmc(const std::filesystem::path& folder, const std::vector<std::string>& words,
                  const std::string& typed = {}, bool asks = false) {
  std::istringstream in(typed);
  std::ostringstream out;
  std::ostringstream err;
  const dialects::Dialects dialects;
  const auto connector = session::connector();
  const auto clock = journal::system_clock();
  session::Stop stop;
  cli::Terminal terminal;
  terminal.asks = asks;
  cli::World world{in, out, err, terminal, folder, 1, "test", "tester", dialects, *connector, stop, *clock};
  const int exit = cli::run(words, world);
  return {exit, out.str(), err.str()};
}

}  // namespace dmc::tests
