// The process around the command line: the only place that reads the environment, installs signal handlers and builds
// what touches the world.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <pwd.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runtime/cli/cli.hpp"

namespace {

using namespace dmc;

/// What the signal handler reaches; set once, before the handler is installed.
session::Stop* stop_of_process = nullptr;

void on_signal(int) { stop_of_process->signal(); }

void install_handlers(session::Stop& stop) {
  stop_of_process = &stop;
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A reader that goes away (dmc show … | head) ends the program quietly, as it does everywhere else.
  std::signal(SIGPIPE, SIG_DFL);
  // A file that may not grow any more is an error of the write, which is answered for, and no reason to die.
  std::signal(SIGXFSZ, SIG_IGN);
}

bool set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

std::size_t width_of(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<std::size_t>(size.ws_col, 40, 100);
}

cli::Terminal terminal() {
  const char* kind = std::getenv("TERM");
  const bool plain = kind == nullptr || std::string_view(kind) == "dumb";
  const bool output = isatty(STDOUT_FILENO) != 0;
  const bool errors = isatty(STDERR_FILENO) != 0;
  cli::Terminal result;
  result.asks = errors && isatty(STDIN_FILENO) != 0;
  result.live = errors && !plain;
  result.shows = output && errors;
  result.paint.on = output && !plain && !set("NO_COLOR");
  result.width = output ? width_of(STDOUT_FILENO) : errors ? width_of(STDERR_FILENO) : 80;
  return result;
}

std::string host() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

std::string user() {
  if (const passwd* entry = getpwuid(geteuid())) return entry->pw_name;
  return std::to_string(geteuid());
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::filesystem::path directory() {
  std::error_code problem;
  auto here = std::filesystem::current_path(problem);
  return problem ? std::filesystem::path(".") : here;
}

}  // namespace

int main(int count, char** words) {
  std::ios::sync_with_stdio(false);
  session::Stop stop;
  install_handlers(stop);
  const dialects::Dialects dialects;
  session::use_chdb_library(variable("DMC_CHDB_LIBRARY").value_or(""));
  const auto connector = session::connector();
  const auto clock = journal::system_clock();
  cli::World world{std::cin, std::cout, std::cerr,  terminal(), directory(), getpid(), host(),
                   user(),   dialects,  *connector, stop,       *clock,      variable};
  return cli::run(std::vector<std::string>(words + std::min(count, 1), words + count), world);
}
