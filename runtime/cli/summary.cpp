// Draws the short form of a plan.
#include "runtime/cli/summary.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/plan_files.hpp"

namespace dmc::cli {
namespace {

constexpr std::size_t most_steps = 24;

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string database_line(const plan::DatabaseInput& database, const plan::Plan& plan) {
  const auto steps = static_cast<std::size_t>(std::count_if(
      plan.steps.begin(), plan.steps.end(), [&](const plan::Step& step) { return step.database == database.name; }));
  const auto stages = database.stages.size() > 1 ? fmt::format(" in {} stages", database.stages.size()) : std::string();
  return fmt::format("{} on {} {}: {}{}\n", database.name, database.engine, database.oldest_version,
                     counted(steps, "step"), stages);
}

std::string step_lines(const plan::Plan& plan, Paint paint) {
  std::string out;
  const bool several = plan.databases.size() > 1;
  for (std::size_t at = 0; at < std::min(plan.steps.size(), most_steps); ++at) {
    const auto& step = plan.steps[at];
    const auto number = fmt::format("{:>4}  ", at + 1);
    const auto database = several ? fmt::format("{}: ", step.database) : std::string();
    const bool gate = std::holds_alternative<plan::Gate>(step.action);
    const auto words = database + grammar::escaped(step.summary);
    out += number + (gate ? paint.yellow(words) : words) + "\n";
  }
  if (plan.steps.size() > most_steps) out += fmt::format("      … and {} more\n", plan.steps.size() - most_steps);
  return out;
}

/// Every lock that lasts as long as rows are read or written, once.
std::vector<std::string> long_locks(const plan::Plan& plan) {
  std::vector<std::string> lines;
  for (const auto& step : plan.steps)
    for (const auto& lock : step.locks) {
      if (lock.work == "catalog") continue;
      auto line =
          fmt::format("{}: {} lock while it does its {} work", grammar::escaped(lock.object), lock.mode, lock.work);
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
    }
  return lines;
}

std::string section(std::string_view title, const std::vector<std::string>& lines, Paint paint) {
  if (lines.empty()) return "";
  std::string out = "\n" + paint.bold(title) + "\n";
  for (const auto& line : lines) out += "  " + line + "\n";
  return out;
}

}  // namespace

std::vector<std::string> losses(const plan::Plan& plan) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    const auto& step = plan.steps[at];
    if (step.reverse.grade != plan::ReverseClass::lossy && step.reverse.grade != plan::ReverseClass::none) continue;
    lines.push_back(fmt::format("step {}, {}: {}", at + 1, grammar::escaped(step.summary),
                                grammar::escaped(step.reverse.loses.value_or("cannot be taken back"))));
  }
  return lines;
}

std::string summary(const plan::Plan& plan, Paint paint) {
  std::string out = paint.bold(title_of(plan)) + "\n";
  for (const auto& database : plan.databases) out += "  " + database_line(database, plan);
  out += "\n" + step_lines(plan, paint);
  out += section("What waits meanwhile", long_locks(plan), paint);
  out += section("What does not come back by undo", losses(plan), paint);
  return out;
}

}  // namespace dmc::cli
