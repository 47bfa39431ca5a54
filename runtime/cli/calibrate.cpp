// dmc calibrate: the facts that plans are made of, measured again on a server.
#include "runtime/calibrate/calibrate.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/questions.hpp"
#include "runtime/report/calibration.hpp"

namespace dmc::cli {
namespace {

calibrate::Result measured(const session::Url& url, World& world) {
  const auto calibrate = calibrate::calibration_of(url.engine);
  if (!calibrate)
    throw Refusal(Exit::usage,
                  fmt::format("there is nothing to calibrate of the engine '{}': only of PostgreSQL was measured what "
                              "a statement locks",
                              grammar::escaped(url.engine)),
                  {"dmc calibrate " + session::url_to_fill_in("postgres")});
  try {
    return calibrate(url, world.connector, world.stop);
  } catch (const session::SessionError& error) {
    throw Refusal(Exit::failed, grammar::escaped(error.what()), {"no database but one of dmc's own was touched"});
  }
}

Exit run(const Arguments& arguments, World& world) {
  const auto result = measured(read_url(*arguments.operand()), world);
  using End = calibrate::Result::End;
  if (result.end == End::refused)
    throw Refusal(
        Exit::refused,
        fmt::format("nothing was measured{}: {}", result.code.empty() ? "" : fmt::format(" [{}]", result.code),
                    grammar::escaped(result.text)),
        result.code.empty() ? std::vector<std::string>{"nothing was changed"}
                            : std::vector{fmt::format("dmc explain {}    says more", result.code)});
  if (result.end == End::interrupted)
    throw Refusal(Exit::interrupted,
                  fmt::format("the calibration was interrupted behind {} operations", result.findings.size()),
                  {"its database is removed; nothing else was touched"});
  const bool differs = std::any_of(result.findings.begin(), result.findings.end(),
                                   [](const auto& finding) { return finding.verdict == calibrate::Verdict::differs; });
  const bool nothing = std::all_of(result.findings.begin(), result.findings.end(), [](const auto& finding) {
    return finding.verdict == calibrate::Verdict::not_measured;
  });
  const auto exit = differs ? Exit::elsewhere : nothing ? Exit::refused : Exit::done;
  world.out << report::render(result, report_format(arguments), static_cast<int>(exit));
  return exit;
}

}  // namespace

Command calibrate_command() {
  return {"calibrate",
          "measure again, on a server, what statements lock and write, and compare",
          {{"URL", true, false, Completes::database}},
          {{"--format", "FORMAT", "for people, programs or a page", {"text", "json", "markdown"}}},
          run};
}

}  // namespace dmc::cli
