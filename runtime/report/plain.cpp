// Results for a person at a terminal, who may have been woken up for it.
#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/report/formats.hpp"
#include "runtime/report/many.hpp"
#include "runtime/report/text.hpp"

namespace dmc::report {

namespace {

std::string step_lines(const std::vector<executor::StepReport>& steps, bool forward) {
  std::size_t width = 0;
  for (const auto& step : steps) width = std::max(width, state_words(step, forward).size());
  const auto digits = std::to_string(steps.size()).size();
  std::string text;
  std::int64_t stage = 1;
  for (const auto& step : steps) {
    if (step.stage != stage) text += "  -- stage " + std::to_string(stage = step.stage) + "\n";
    const auto number = std::to_string(step.ordinal);
    text += "  " + std::string(digits - std::min(digits, number.size()), ' ') + number + "  " +
            padded(state_words(step, forward), width) + "  " + shown(step.summary) + rows_words(step) + "\n";
    const bool open = forward ? step.state != "done" && step.state != "found" : step.state != "absent";
    if (step.error && open) {
      text += std::string(digits + 6 + width, ' ') + shown(*step.error) + "\n";
      if (!step.source.empty()) text += std::string(digits + 6 + width, ' ') + "from " + shown(step.source) + "\n";
    }
  }
  return text;
}

std::string next_lines(const executor::Next& next) {
  std::string text;
  if (!next.text.empty()) text += "  next: " + shown(next.text) + "\n";
  if (!next.command.empty()) text += "        " + shown(next.command) + "\n";
  return text;
}

std::string list_lines(const std::string& head, const std::vector<std::string>& items) {
  if (items.empty()) return {};
  std::string text = "  " + head + "\n";
  for (const auto& item : items) text += "    " + shown(item) + "\n";
  return text;
}

std::string loss_lines(const std::vector<executor::Loss>& losses, const std::string& head) {
  std::vector<std::string> items;
  for (const auto& loss : losses)
    items.push_back(plan::short_digest(loss.step) + "  " + loss.summary + ": " + loss.loses);
  return list_lines(head, items);
}

std::string target_head(const std::string& database, const std::string& url) {
  return shown(database) + " (" + shown(url) + ")";
}

/// Further lines of a message stand below its first.
std::string sentence(const std::string& text) {
  std::string out;
  for (const char c : shown(text)) out += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return out;
}

std::string run_target(const executor::TargetResult& target, const executor::RunResult& run) {
  std::string text = target_head(target.database, target.url) + ": " + shown(target.outcome) + "\n";
  if (!target.text.empty()) text += "  " + sentence(target.text) + "\n";
  text += list_lines("take note:", target.warnings);
  if (target.holder) text += "  held by " + holder_words(*target.holder) + "\n";
  text += step_lines(target.steps, run.forward);
  if (!run.forward && target.outcome != "done" && target.outcome != "nothing to do")
    text += loss_lines(target.losses, "what does not come back:");
  return text + next_lines(target.next);
}

std::string status_target(const executor::TargetStatus& target) {
  std::string text = target_head(target.database, target.url) + ": " + shown(target.standing) + "\n";
  text += "  " + sentence(target.text) + "\n";
  if (!target.since.empty()) text += "  since " + shown(target.since) + "\n";
  if (!target.cluster.empty()) text += "  shard " + shown(target.shard) + " of cluster " + shown(target.cluster) + "\n";
  if (target.holder) text += "  held by " + holder_words(*target.holder) + "\n";
  text += list_lines("take note:", target.warnings);
  const bool moving = target.standing == "moving" || target.standing == "parked";
  if (moving) {
    text += step_lines(target.steps, target.forward);
    text += loss_lines(target.losses, "taking it back now would lose:");
  } else if (target.forward) {
    text += loss_lines(target.losses, "taking the last change back would lose:");
  }
  text += list_lines("left behind:", target.leftovers);
  return text + next_lines(target.next);
}

std::string purged_target(const executor::TargetPurge& target) {
  std::string text = target_head(target.database, target.url) + ": " + shown(target.outcome) + "\n";
  text += "  " + sentence(target.text) + "\n";
  if (target.holder) text += "  held by " + holder_words(*target.holder) + "\n";
  text += list_lines(target.outcome == "would be purged" ? "would go:" : "gone:", target.gone);
  return text + list_lines("stays:", target.kept) + next_lines(target.next);
}

bool failed(const auto& target) { return target.exit_code != 0; }
bool wants_somebody(const auto& target) { return failed(target) || !target.warnings.empty(); }

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// One of many that are not told in full any more.
std::string brief(const auto& target) {
  return target_head(target.database, target.url) + ": " + shown(first_line(target.text)) + "\n";
}

/// What follows names each difference.
std::string in_short(const executor::TargetDrift& target) {
  return target.declared ? "not what is declared" : "changed behind dmc's back";
}

std::string drift_target(const executor::TargetDrift& target) {
  std::string text = target_head(target.database, target.url) + ": ";
  text += shown(target.differences.empty() ? target.text : in_short(target)) + "\n";
  for (const auto& difference : target.differences) {
    text += "  " + padded(shown(difference.what), 8) + "  " + shown(difference.object) + "\n";
    for (const auto& member : difference.members) text += std::string(14, ' ') + shown(member) + "\n";
  }
  text += list_lines("cannot be proven equal:", target.unproven);
  return text + list_lines("not managed, and left alone:", target.unmanaged);
}

std::string verified_target(const executor::TargetVerification& target) {
  std::string text = target_head(target.database, target.url) + ": " + shown(target.text) + "\n";
  for (const auto& check : target.checks) {
    const std::string mark = check.answer == "holds" ? "ok    " : check.answer == "does not hold" ? "WRONG " : "-     ";
    text += "  " + mark + shown(check.means) + "\n";
    if (!check.text.empty())
      text += "        " + (check.answer == "holds" ? "" : shown(check.answer) + ": ") + shown(check.text) + "\n";
  }
  return text;
}

}  // namespace

std::string as_text(const executor::RunResult& result) {
  std::string text;
  if (!result.plan.empty())
    text = (result.forward ? "" : "taking back ") + shown(result.title) + "  (plan " + plan::short_digest(result.plan) +
           ")\n";
  if (!result.text.empty()) return text + "refused: " + shown(result.text) + "\n";
  if (result.dry_run) text += "nothing was changed: this only says what would happen\n";
  if (!text.empty()) text += "\n";
  text += of_many(
      result.targets, [](const auto& target) { return target.outcome + ": " + first_line(target.text); },
      [](const auto& target) { return wants_somebody(target); },
      [&](const auto& target) { return run_target(target, result); }, [](const auto& target) { return brief(target); });
  if (result.dry_run && !result.digest.empty())
    text += "\nthis, and nothing else, is run by  --expect " + result.digest + "\n";
  return text;
}

std::string as_text(const executor::StatusResult& result) {
  return of_many(
      result.targets, [](const auto& target) { return target.standing + ": " + first_line(target.text); },
      [](const auto& target) { return wants_somebody(target); }, status_target,
      [](const auto& target) { return brief(target); });
}

std::string as_text(const executor::DriftResult& result) {
  return of_many(
      result.targets, [](const auto& target) { return target.differences.empty() ? target.text : in_short(target); },
      [](const auto& target) { return failed(target); }, drift_target,
      [](const auto& target) { return brief(target); });
}

std::string as_text(const executor::VerifyResult& result) {
  return of_many(
      result.targets, [](const auto& target) { return target.text; }, [](const auto& target) { return failed(target); },
      verified_target, [](const auto& target) { return brief(target); });
}

std::string as_text(const executor::PurgeResult& result) {
  return of_many(
      result.targets, [](const auto& target) { return target.outcome + ": " + first_line(target.text); },
      [](const auto& target) { return failed(target); }, purged_target,
      [](const auto& target) { return brief(target); });
}

}  // namespace dmc::report
