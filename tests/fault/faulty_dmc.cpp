// The command line with a connector that fails on demand: DMC_FAULT_AT=N kills the process at session event N,
// DMC_STOP_AT=N stops it there (SIGSTOP) until somebody continues it, DMC_FAULT_COUNT=FILE writes how many events there
// were. Everything else is the real program.
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <unistd.h>

#include "runtime/cli/cli.hpp"
#include "tests/support/fault_session.hpp"

using namespace dmc;

int main(int count, char** words) {
  tests::FaultPoint point;
  if (const char* at = std::getenv("DMC_FAULT_AT")) {
    point.kind = tests::FaultKind::killed;
    point.at = std::atol(at);
  }
  if (const char* at = std::getenv("DMC_STOP_AT")) {
    point.kind = tests::FaultKind::meanwhile;
    point.at = std::atol(at);
    point.meanwhile = [](bool) { std::raise(SIGSTOP); };
  }
  session::Stop stop;
  const dialects::Dialects dialects;
  const auto real = session::connector();
  tests::FaultConnector connector(*real, point);
  const auto clock = journal::system_clock();
  cli::World world{std::cin, std::cout, std::cerr, {},    std::filesystem::current_path(), getpid(), "test", "tester",
                   dialects, connector, stop,      *clock};
  const int code = cli::run({words + 1, words + count}, world);
  if (const char* file = std::getenv("DMC_FAULT_COUNT")) std::ofstream(file) << point.events << "\n";
  return code;
}
