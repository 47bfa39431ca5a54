// What was shown and what was not, one claim a line.
#include "runtime/report/rehearsal.hpp"

#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/report/text.hpp"

namespace dmc::report {

namespace {

constexpr std::size_t label_width = 14;

std::string labelled(const std::string& label, const std::string& text) {
  std::string line = "  " + shown(label);
  line.append(line.size() < label_width ? label_width - line.size() : 1, ' ');
  return line + shown(text) + "\n";
}

std::string claims(const std::string& head, const std::vector<trust::Claim>& list) {
  if (list.empty()) return {};
  std::string text = "\n" + head + "\n";
  for (const auto& claim : list) text += labelled(claim.about, claim.text);
  return text;
}

std::string tables_line(const trust::Rehearsal& record) {
  std::string text;
  const bool several = std::any_of(record.tables.begin(), record.tables.end(),
                                   [&](const auto& table) { return table.database != record.tables.front().database; });
  for (const auto& table : record.tables) {
    if (!text.empty()) text += ", ";
    if (several) text += table.database + ".";
    text += table.table + " " + grouped(table.rows);
  }
  return text;
}

std::string head_of(const trust::Rehearsal& record) {
  std::string text;
  if (!record.engine.empty())
    text += labelled("on", record.engine + (record.engine_version.empty() ? "" : " " + record.engine_version));
  if (const auto tables = tables_line(record); !tables.empty()) text += labelled("rows", tables);
  return text;
}

std::string body_of_record(const trust::Rehearsal& record, bool whole) {
  return claims(whole ? "shown" : "shown until then", record.shown) +
         (whole ? claims("not shown", record.not_shown) : std::string());
}

/// The part of a result that programs read.
struct RehearsalJson {
  const rehearse::Result& result;
  std::vector<executor::StepReport> steps;
  static void fields(auto& self, auto&& visit) {
    visit("exit_code", self.result.exit_code);
    visit("title", self.result.title);
    visit("text", self.result.text);
    visit("rehearsal", self.result.record);
    visit("steps", self.steps);
  }
};

std::string drawn(const rehearse::Result& result) {
  std::string text = "rehearsal of " + shown(result.title) + "  (plan " + plan::short_digest(result.record.plan) +
                     "): " + (result.exit_code == 0 ? "passed" : "FAILED") + "\n";
  if (!result.text.empty()) text += "  " + shown(result.text) + "\n";
  text += head_of(result.record) + body_of_record(result.record, result.exit_code == 0);
  if (result.report) text += "\n" + render(*result.report, Format::text);
  return text;
}

/// The statement inside an envelope, for people; who signed it is asked where it counts.
std::string approval_line(const trust::Envelope& envelope) {
  trust::Approval approval;
  try {
    if (!plan::read_canonical(trust::body_of(envelope, trust::Approval::payload_type), approval))
      return labelled("?", "a statement that cannot be read");
  } catch (const trust::TrustError&) {
    return labelled("?", "a statement that cannot be read");
  }
  std::string text = approval.cluster.empty() ? "no cluster" : approval.cluster;
  if (approval.targets)
    for (const auto& target : *approval.targets) text += ", " + target;
  if (approval.gate) text += "; gate '" + *approval.gate + "'";
  if (approval.steps) text += "; " + std::to_string(approval.steps->size()) + " steps";
  return labelled(approval.person, text + "; until " + approval.not_after);
}

std::string drawn(const trust::Proof& proof) {
  std::string text = "proof of plan " + shown(plan::short_digest(proof.plan)) + "\n";
  text += "\napprovals\n";
  if (proof.approvals.empty()) text += "  none\n";
  for (const auto& approval : proof.approvals) text += approval_line(approval);
  if (!proof.approvals.empty()) text += "  (whether a signature holds is asked by the cluster that runs the plan)\n";
  if (!proof.attestations.empty()) text += "\nattestations\n  " + std::to_string(proof.attestations.size()) + "\n";
  if (proof.rehearsals.empty()) return text + "\nrehearsals\n  none: the plan was not tried out\n";
  for (const auto& record : proof.rehearsals) {
    text += "\nrehearsed " + shown(record.at) + " by " + shown(record.runner) + "\n";
    text += labelled("plan", record.plan);
    if (record.plan != proof.plan) text += "  another plan than this proof is about: it says nothing of this one\n";
    text += labelled("compiled", "by dmc " + record.compiler_version);
    text += labelled("build", record.engine_build) + head_of(record);
    text += body_of_record(record, true);
  }
  return text;
}

struct PreflightTargetJson {
  const executor::TargetPreflight* target;
  static void fields(auto& self, auto&& visit) {
    const auto& it = *self.target;
    visit("database", it.database);
    visit("url", it.url);
    visit("exit_code", it.exit_code);
    visit("verdict", it.verdict);
    visit("text", it.text);
    visit("questions", it.questions);
    visit("drift", it.drift);
    visit("space", it.space);
    visit("rights", it.rights);
    visit("next", it.next);
  }
};

struct PreflightJson {
  const executor::PreflightResult& result;
  std::vector<PreflightTargetJson> targets;
  static void fields(auto& self, auto&& visit) {
    visit("plan", self.result.plan);
    visit("title", self.result.title);
    visit("exit_code", self.result.exit_code);
    visit("text", self.result.text);
    visit("targets", self.targets);
  }
};

std::string bytes(const std::optional<std::int64_t>& number) {
  if (!number) return "nobody knows how much";
  constexpr std::int64_t kilo = 1024;
  if (*number < kilo * kilo) return grouped((*number + kilo - 1) / kilo) + " KiB";
  return grouped((*number + kilo * kilo - 1) / (kilo * kilo)) + " MiB";
}

std::string mark_of(const std::string& answer) {
  return answer == "holds" ? "ok       " : answer == "does not hold" ? "WRONG    " : "not yet  ";
}

std::string of_target(const executor::TargetPreflight& target) {
  std::string text = shown(target.database) + " (" + shown(target.url) + "): " + shown(target.text) + "\n";
  const std::string indent(11, ' ');
  std::int64_t step = 0;
  for (const auto& question : target.questions) {
    if (question.ordinal != step)
      text += "  step " + std::to_string(step = question.ordinal) + ": " + shown(question.summary) + "\n";
    text += "    " + mark_of(question.answer) + shown(question.means) + "\n";
    if (!question.text.empty()) text += "  " + indent + shown(question.text) + "\n";
  }
  if (!target.rights.empty()) {
    const bool may = target.rights == "holds";
    text +=
        "  " +
        std::string(may                          ? "ok       "
                    : target.rights == "unknown" ? "unknown  "
                                                 : "WRONG    ") +
        (may                          ? "it may be written"
         : target.rights == "unknown" ? "whether all of it may be written: not asked here, a step that may not says so"
                                      : "it may not be written, or the folder that it lies in may not") +
        "\n";
    const auto& space = target.space;
    text += "  " +
            std::string(space.answer == "enough"    ? "ok       "
                        : space.answer == "unknown" ? "unknown  "
                                                    : "WRONG    ") +
            (!space.needed && !space.free
                 ? std::string("space: neither how much more it takes while it runs, nor how much is free")
                 : "space: at most " + bytes(space.needed) + " more while it runs (an estimate), " + bytes(space.free) +
                       " free") +
            (space.answer == "unknown" ? " [space.unknown]" : "") + "\n";
  }
  if (!target.next.text.empty()) text += "  next: " + shown(target.next.text) + "\n";
  if (!target.next.command.empty()) text += "        " + shown(target.next.command) + "\n";
  return text;
}

std::string drawn(const executor::PreflightResult& result) {
  std::string text =
      "preflight of " + shown(result.title) + "  (plan " + plan::short_digest(result.plan) + "); nothing is changed\n";
  if (!result.text.empty()) return text + "refused: " + shown(result.text) + "\n";
  for (const auto& target : result.targets) text += "\n" + of_target(target);
  return text;
}

}  // namespace

std::string render(const rehearse::Result& result, Format format) {
  if (format != Format::json) return drawn(result);
  RehearsalJson json{result, {}};
  if (result.report)
    for (const auto& target : result.report->targets)
      json.steps.insert(json.steps.end(), target.steps.begin(), target.steps.end());
  return grammar::escaped_json(plan::canonical(json)) + "\n";
}

std::string render(const trust::Proof& proof, Format format) {
  return format == Format::json ? grammar::escaped_json(plan::canonical(proof)) + "\n" : drawn(proof);
}

std::string render(const executor::PreflightResult& result, Format format) {
  if (format != Format::json) return drawn(result);
  PreflightJson json{result, {}};
  for (const auto& target : result.targets) json.targets.push_back({&target});
  return grammar::escaped_json(plan::canonical(json)) + "\n";
}

}  // namespace dmc::report
