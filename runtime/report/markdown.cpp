// Results for a page: a table of steps, and the command in a fence.
#include "compiler/plan/digest.hpp"
#include "runtime/report/formats.hpp"
#include "runtime/report/many.hpp"
#include "runtime/report/text.hpp"

namespace dmc::report {

namespace {

std::string head(const std::string& database, const std::string& url, const std::string& state) {
  return "## " + in_markdown(database) + " (" + in_markdown(url) + "): " + in_markdown(state) + "\n\n";
}

std::string paragraph(const std::string& text) { return text.empty() ? std::string() : in_markdown(text) + "\n\n"; }

std::string step_table(const std::vector<executor::StepReport>& steps, bool forward) {
  if (steps.empty()) return {};
  std::string text = "| | state | step | from |\n|--:|---|---|---|\n";
  for (const auto& step : steps) {
    text += "| " + std::to_string(step.ordinal) + " | " + in_markdown(state_words(step, forward)) + " | " +
            in_markdown(step.summary) + in_markdown(rows_words(step));
    if (step.error && step.state != "done") text += ": " + in_markdown(*step.error);
    text += " | " + in_markdown(step.source) + " |\n";
  }
  return text + "\n";
}

std::string bullets(const std::string& title, const std::vector<std::string>& items) {
  if (items.empty()) return {};
  std::string text = title + "\n\n";
  for (const auto& item : items) text += "* " + in_markdown(item) + "\n";
  return text + "\n";
}

/// `: one; two`, for a cell.
std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? ": " : "; ") + item;
  return text;
}

std::string losses(const std::vector<executor::Loss>& list) {
  std::vector<std::string> items;
  for (const auto& loss : list) items.push_back(plan::short_digest(loss.step) + " " + loss.summary + ": " + loss.loses);
  return bullets("What does not come back when it is taken back:", items);
}

std::string next(const executor::Next& next) {
  if (next.text.empty() && next.command.empty()) return {};
  return "**Next:** " + in_markdown(next.text) + "\n\n" +
         (next.command.empty() ? "" : fenced(next.command, "sh") + "\n");
}

std::string holder(const std::optional<session::Holder>& holder) {
  return holder ? "Held by " + in_markdown(holder_words(*holder)) + ".\n\n" : std::string();
}

/// Of many targets a page counts those that need nobody.
template <class Target, class Words>
std::string counts(const std::vector<Target>& targets, Words words) {
  if (targets.size() <= told_in_full) return {};
  std::string text = "| databases | |\n|--:|---|\n";
  for (const auto& [means, count] : counted(targets, words))
    text += "| " + grouped(static_cast<std::int64_t>(count)) + " | " + in_markdown(means) + " |\n";
  return text + "\n";
}

bool told(const auto& target, std::size_t of) {
  bool wanted = target.exit_code != 0;
  if constexpr (requires { target.warnings; }) wanted = wanted || !target.warnings.empty();
  return of <= told_in_full || wanted;
}

}  // namespace

std::string as_markdown(const executor::RunResult& result) {
  std::string text = std::string("# ") + (result.forward ? "" : "Taking back ") + in_markdown(result.title) +
                     "\n\nPlan `" + plan::short_digest(result.plan) + "`" +
                     (result.dry_run ? ", dry run: nothing was changed" : "") + "\n\n";
  text += paragraph(result.text);
  text += counts(result.targets, [](const auto& target) { return target.outcome + ": " + target.text; });
  for (const auto& target : result.targets) {
    if (!told(target, result.targets.size())) continue;
    text += head(target.database, target.url, target.outcome) + paragraph(target.text) +
            bullets("Take note:", target.warnings);
    text +=
        holder(target.holder) + step_table(target.steps, result.forward) + losses(target.losses) + next(target.next);
  }
  return text;
}

std::string as_markdown(const executor::StatusResult& result) {
  std::string text = "# Status\n\n";
  text += counts(result.targets, [](const auto& target) { return target.standing + ": " + target.text; });
  for (const auto& target : result.targets) {
    if (!told(target, result.targets.size())) continue;
    text += head(target.database, target.url, target.standing) + paragraph(target.text);
    if (!target.cluster.empty())
      text += "Shard " + in_markdown(target.shard) + " of cluster " + in_markdown(target.cluster) + "\n\n";
    text += bullets("Take note:", target.warnings);
    text += holder(target.holder) + step_table(target.steps, target.forward) + losses(target.losses);
    text += bullets("Left behind:", target.leftovers) + next(target.next);
  }
  return text;
}

std::string as_markdown(const executor::DriftResult& result) {
  std::string text = "# Drift\n\n";
  text += counts(result.targets, [](const auto& target) { return target.text; });
  for (const auto& target : result.targets) {
    if (!told(target, result.targets.size())) continue;
    text += head(target.database, target.url, target.differences.empty() ? "none" : "found") + paragraph(target.text);
    if (!target.differences.empty()) text += "| object | |\n|---|---|\n";
    for (const auto& difference : target.differences)
      text += "| " + in_markdown(difference.object) + " | " + in_markdown(difference.what) +
              in_markdown(listed(difference.members)) + " |\n";
    if (!target.differences.empty()) text += "\n";
    text += bullets("Cannot be proven equal:", target.unproven);
    text += bullets("Not managed, and left alone:", target.unmanaged);
  }
  return text;
}

std::string as_markdown(const executor::VerifyResult& result) {
  std::string text = "# Verification\n\n";
  text += counts(result.targets, [](const auto& target) { return target.text; });
  for (const auto& target : result.targets) {
    if (!told(target, result.targets.size())) continue;
    text +=
        head(target.database, target.url, target.exit_code == 0 ? "holds" : "does not hold") + paragraph(target.text);
    if (!target.checks.empty()) text += "| check | answer | |\n|---|---|---|\n";
    for (const auto& check : target.checks)
      text += "| " + in_markdown(check.means) + " | " + in_markdown(check.answer) + " | " + in_markdown(check.text) +
              " |\n";
    if (!target.checks.empty()) text += "\n";
  }
  return text;
}

}  // namespace dmc::report
