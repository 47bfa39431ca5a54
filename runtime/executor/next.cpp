// Every ending leads to one command; a person at night should not have to choose.
#include "runtime/executor/next.hpp"

#include <algorithm>

namespace dmc::executor {

namespace {

/// The first gate that waits, by its text.
std::string waiting_gate(const TargetResult& result, const plan::Plan& plan) {
  for (const auto& report : result.steps) {
    if (report.state == "done" || report.state == "found") continue;
    for (const auto& step : plan.steps)
      if (step.id == report.id)
        if (const auto* gate = std::get_if<plan::Gate>(&step.action)) return gate->check ? std::string() : gate->text;
    return {};
  }
  return {};
}

/// Where the inventory lies by convention, when nobody typed it.
std::string inventory_of(const TargetAddress& target) {
  return target.inventory.empty() ? "clusters/" + target.cluster + ".mig" : target.inventory;
}

std::string four_digits(std::int64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return digits;
}

/// The step that nobody can tell of, as --done and --absent take it.
std::string doubtful_step(const TargetResult& result) {
  for (const auto& report : result.steps)
    if (report.state == "in_doubt" || report.state == "intended" || report.state == "undoing")
      return report.id.substr(report.id.find(':') + 1, 12);
  return "STEP";
}

}  // namespace

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:=@%+,").find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string plan_path(std::int64_t number) { return "plans/" + four_digits(number) + ".plan.json"; }

std::string command_line(const std::string& verb, const std::string& operand, const std::vector<TargetAddress>& targets,
                         const std::vector<std::string>& more) {
  std::string line = "dmc " + verb;
  if (!operand.empty()) line += " " + shell_word(operand);
  const auto of_cluster =
      std::find_if(targets.begin(), targets.end(), [](const auto& target) { return !target.cluster.empty(); });
  if (of_cluster != targets.end() && (verb == "run" || verb == "undo" || verb == "settle"))
    line += " --cluster " + shell_word(inventory_of(*of_cluster));
  else
    for (const auto& target : targets)
      line +=
          " --on " + shell_word((target.cluster.empty() ? target.name() : target.database) + "=" + target.url.shown());
  for (const auto& word : more) line += " " + shell_word(word);
  return line;
}

Next next_of_settle(const TargetResult& result, const PlanPair& plans, const TargetAddress& target) {
  const std::vector<TargetAddress> only{target};
  if (result.outcome == "would be settled")
    return {"nothing was changed yet; do it", command_line("settle", plans.path, only)};
  if (result.outcome == "settled" || result.outcome == "nothing to do")
    return {"say in change " + std::to_string(plans.forward.plan.number + 1) + " what is wanted from here, then",
            "dmc compile"};
  if (result.verdict == Verdict::drift)
    return {"see what was changed; put it back by hand, then settle again", command_line("drift", "", only)};
  if (result.verdict == Verdict::held) return {"wait until the other runner is done", command_line("status", "", only)};
  if (result.verdict == Verdict::other_scope)
    return {"bring back the list of targets that it was begun with; or, if the difference is meant, say why",
            command_line("settle", plans.path, {target}, {"--rescope", "WHY"})};
  if (result.outcome == "failed")
    return {"mend what the message names; then", command_line("settle", plans.path, only)};
  return {"see where it stands", command_line("status", "", only)};
}

Next next_of(const TargetResult& result, const PlanPair& plans, const std::vector<TargetAddress>& targets,
             const TargetAddress& target, const Options& options, bool undo) {
  const std::string verb = undo ? "undo" : "run";
  const auto again = [&](std::vector<std::string> more = {}) {
    const bool loses = std::find(more.begin(), more.end(), "--lossy") != more.end();
    std::vector<std::string> words;
    // What a signed approval opened needs nobody's word.
    const auto is_signed = [&](const std::string& gate) {
      return std::any_of(options.words.begin(), options.words.end(),
                         [&](const auto& word) { return word.gate == gate; });
    };
    for (const auto& gate : options.through)
      if (std::find(more.begin(), more.end(), gate) == more.end() && !is_signed(gate))
        words.insert(words.end(), {"--through", gate});
    if (!loses)
      for (const auto& step : options.lossy) words.insert(words.end(), {"--lossy", step});
    if (options.by_hand) words.insert(words.end(), {"--by-hand", *options.by_hand});
    words.insert(words.end(), more.begin(), more.end());
    if (options.place.empty()) {
      for (const auto& [name, value] : options.secrets.values()) words.insert(words.end(), {"--secret", name});
      return command_line(verb, plans.path, targets, words);
    }
    words.insert(words.begin(), options.place.begin(), options.place.end());
    return command_line(verb, plans.path, {}, words);
  };
  const std::vector<TargetAddress> only{target};
  switch (result.verdict) {
    case Verdict::under_way:
      return {"see how far the other plan has come, and finish it or take it back first",
              command_line("status", "", only)};
    case Verdict::purged:
      return {"say what is wanted instead in the next change; see where it stands", command_line("status", "", only)};
    case Verdict::settled:
      return {"see where it stands; what is still wanted is said in the next change", command_line("status", "", only)};
    case Verdict::not_parked:
      return {"see where it stands", command_line("status", "", only)};
    case Verdict::other_version:
    case Verdict::foreign:
    case Verdict::newer_ledger:
    case Verdict::old_engine:
      return {"see what the target is", command_line("status", "", only)};
    case Verdict::copy:
      return {"if it is to go its own way from here, give it an identity of its own; then run again",
              command_line("rebind", "", only)};
    case Verdict::behind:
      return {"let it run the plans in between, one by one, and then this one", again({"--catch-up"})};
    case Verdict::untold:
      return {
          "look at the rows: where that plan has not moved them yet, run it; where it has, run this one without "
          "--catch-up",
          command_line("run", plan_path(result.next_plan), only)};
    case Verdict::twice:
      return {"take one of the two out of the list of targets; see what the database is",
              command_line("status", "", only)};
    case Verdict::other_ground:
      return {"mend what the message names, then run again", again()};
    case Verdict::other_scope:
      return {"bring back the list of targets that it was begun with; or, if the difference is meant, say why",
              again({"--rescope", "WHY"})};
    case Verdict::restored:
      return {"bring that database back to where it was; the same command then goes on", again()};
    case Verdict::of_cluster:
      return {"name the inventory of its cluster",
              command_line(verb, plans.path.empty() ? plan_path(plans.forward.plan.number) : plans.path,
                           {{target.database, target.url, result.cluster}})};
    case Verdict::older_index:
      return {"fetch the newer commit of the project, and run from there; see where the target is",
              command_line("status", "", only)};
    case Verdict::other_index:
      return {"fetch the commit whose catalog/index.json has run here, and seal on top of it; see where the target is",
              command_line("status", "", only)};
    case Verdict::no_ledger:
      if (undo) return {"see what the target is", command_line("status", "", only)};
      return {"bring the database under management as it is, then plan from there",
              "dmc adopt " + shell_word(target.database) + " --from " + shell_word(target.url.shown())};
    case Verdict::missing:
      return {"check the path, or bring the file there; then", again()};
    case Verdict::drift:
      if (result.made_by_hand)
        return {"if that was meant, say why: it is then recorded as done", again({"--by-hand", "WHY"})};
      if (options.by_hand)
        return {
            "it stands neither as dmc left it nor exactly where this plan leads, or the plan does what no schema "
            "shows; see how it differs from where it leads",
            command_line("drift", "", only,
                         {"--catalog", "catalog/" + four_digits(plans.forward.plan.number) + ".json"})};
      return {
          "see what was changed; put it back by hand and run again, or declare it as a change of its own and record "
          "that (dmc run --by-hand)",
          command_line("drift", "", only)};
    case Verdict::held:
      return {"wait until the other runner is done; see how far it is", command_line("status", "", only)};
    case Verdict::left_at_work:
      return {"wait until the server is done with it, or end it; the run then looks what took effect",
              again({"--take-over"})};
    case Verdict::unreadable:
      return {"when the reason is gone, the same command goes on", again()};
    case Verdict::run:
    case Verdict::already_there:
    case Verdict::resume:
    case Verdict::turn:
    case Verdict::no_ledger_empty:
      break;
  }
  if (result.outcome == "would run") return {"nothing was changed yet; do it", again()};
  if (result.exit_code == exit_code::done) return {};
  if (result.exit_code == exit_code::interrupted)
    return {"nothing is lost; the same command goes on where it stopped", again()};
  if (result.outcome == taken_over)
    return {"see who is at work there and how far it is; when that is over, run again",
            command_line("status", "", only)};
  if (result.exit_code == exit_code::held)
    return {"another runner took over; see how far it is", command_line("status", "", only)};
  if (result.outcome == waits_for_replica) return {"bring that host back; the same command goes on", again()};
  if (result.exit_code == exit_code::waiting) {
    const auto gate = waiting_gate(result, plans.forward.plan);
    if (gate.empty()) return {"ask again later: the query decides", again()};
    return {"when that is true, say so and it goes on", again({"--through", gate})};
  }
  if (result.made_by_hand && result.outcome == "refused")
    return {"if that was meant, say why: it is then recorded as done", again({"--by-hand", "WHY"})};
  if (result.outcome == "refused" && result.exit_code == exit_code::failed)
    return {"mend what the message names; then", again()};
  if (undo && !result.unaccepted.empty()) {
    // Not more than it was refused for: a loss that has not come about yet may have by the next time.
    std::vector<std::string> words;
    for (const auto& step : options.lossy) words.insert(words.end(), {"--lossy", step});
    for (const auto& step : result.unaccepted)
      words.insert(words.end(), {"--lossy", step.substr(step.find(':') + 1, 12)});
    return {"accept what is lost, step by step, and take it back", again(words)};
  }
  if (result.exit_code == exit_code::refused) return {"nothing was changed", ""};
  if (result.outcome == "in doubt")
    return {
        "look whether the step took effect, put it fully there or fully away, and say which it is (--done, or "
        "--absent)",
        again({"--done", doubtful_step(result)})};
  if (undo) return {"mend what the message names; the same command goes on where it stopped", again()};
  return {"mend what the message names; the same command goes on where it stopped (dmc undo takes back what is done)",
          again()};
}

}  // namespace dmc::executor
