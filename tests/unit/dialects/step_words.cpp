// One line a fact, statements indented.
#include "tests/unit/dialects/step_words.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

namespace dmc::tests {

namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string indented(const std::string& text, const std::string& margin) {
  std::string out = margin;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += margin + "  ";
  }
  return out + "\n";
}

std::string step_text(const plan::Step& step, const std::string& margin, bool questions) {
  std::string out = margin + step.summary + "\n";
  const auto in = margin + "  ";
  const auto check = [&](const char* when, const plan::QueryCheck& one) {
    out += indented(std::string(when) + ": " + one.means, in) + indented("  " + one.query, in);
    if (one.patience_ms) out += in + "  asked again for " + std::to_string(*one.patience_ms) + " ms\n";
    if (!one.mend.empty()) out += indented("  otherwise: " + one.mend, in);
  };
  for (const auto& setting : step.session) out += in + "session: " + setting.set + "\n";
  for (const auto& one : step.pre) check("before", one);
  for (const auto& one : step.hold) out += indented("and still once it is held: " + one + ";", in);
  if (const auto* sql = std::get_if<plan::RunSql>(&step.action)) {
    if (!sql->in_transaction) out += in + "outside any transaction\n";
    for (const auto& statement : sql->statements) out += indented(statement + ";", in);
  }
  if (const auto* backup = std::get_if<plan::Backup>(&step.action)) {
    for (const auto& statement : backup->write) out += indented(statement + ";", in);
    for (const auto& one : backup->read_back) check("reads back", one);
  }
  if (const auto* fill = std::get_if<plan::Backfill>(&step.action)) {
    out += indented("bound: " + fill->bound, in) + indented("first: " + fill->first, in) +
           indented("next: " + fill->next, in) + indented("change: " + fill->change_next, in);
    for (const auto& statement : fill->before_batch) out += indented("before each batch: " + statement, in);
    for (const auto& statement : fill->after_batch) out += indented("after each batch: " + statement, in);
    if (fill->save_next) out += indented("save: " + *fill->save_next, in);
  }
  if (const auto* wait = std::get_if<plan::Wait>(&step.action)) {
    check("waits until", wait->until);
    if (wait->going) check("as long as", *wait->going);
    for (const auto& statement : wait->give_up) out += indented("else " + statement + ";", in);
  }
  if (const auto* each = std::get_if<plan::ForEach>(&step.action)) {
    out += indented("each: " + each->rows, in);
    check("unless", each->settled);
    if (each->fresh) check("where", *each->fresh);
    for (const auto& statement : each->clean) out += indented("else first " + statement + ";", in);
    for (const auto& statement : each->statements) out += indented(statement + ";", in);
  }
  if (const auto* verify = std::get_if<plan::Verify>(&step.action); verify && questions) check("asks", verify->check);
  for (const auto& one : step.post) check("after", one);
  if (step.one_replica) {
    out += in + "one replica does it for its shard\n";
    for (const auto& one : step.one_replica->ready) check("once", one);
  }
  if (step.all_known) out += in + "while every replica can be asked\n";
  for (const auto& lock : step.locks) out += in + "locks " + lock.object + ": " + lock.mode + ", " + lock.work + "\n";
  for (const auto& left : step.leftovers)
    out += in + "leaves " + left.kind + " " + left.name + " (" + left.release + ")\n";
  out += in + "time: lock " + std::to_string(step.timeouts.lock_ms) + " ms";
  if (step.timeouts.statement_ms) out += ", statement " + std::to_string(*step.timeouts.statement_ms) + " ms";
  if (step.timeouts.deadline_ms) out += ", deadline " + std::to_string(*step.timeouts.deadline_ms) + " ms";
  return out + "\n";
}

}  // namespace

std::string shown(const std::vector<dialects::StepPair>& pairs, bool questions) {
  std::string out;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& pair = pairs[i];
    out += std::to_string(i + 1) + ". " + step_text(pair.forward, "", questions).substr(0);
    for (const auto& hazard : pair.forward.hazards)
      out += "  hazard " + hazard.id + " on " + hazard.object + ": " + hazard.evidence +
             (hazard.accepted ? " (accepted: " + *hazard.accepted + ")" : "") + "\n";
    out += "  way back: " + std::string(plan::name_of(pair.forward.reverse.grade)) +
           (pair.forward.reverse.loses ? ", loses " + *pair.forward.reverse.loses : "") + "\n";
    if (pair.reverse) out += step_text(*pair.reverse, "    ", questions);
  }
  return out;
}

void is_golden(const std::string& path, const std::string& text) {
  if (std::getenv("DMC_ACCEPT"))
    std::ofstream(path, std::ios::binary) << text;
  else
    CHECK(text == read_file(path));
}

}  // namespace dmc::tests
