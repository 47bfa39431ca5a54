// Every step kind says what it sends and asks; checks are shown by what they mean, and by their query where it is the
// step.
#include "compiler/explain/details.hpp"

#include <fmt/format.h>

#include "compiler/explain/words.hpp"

namespace dmc::explain {

namespace {

using Form = Detail::Form;

std::string columns(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

/// As a shell takes it.
std::string quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

class Lister {
 public:
  std::vector<Detail> list(const plan::Step& step) {
    words("from", step.source);
    std::visit(*this, step.action);
    if (std::holds_alternative<plan::ForEach>(step.action) && step.timeouts.deadline_ms)
      words("waits", fmt::format("{} at most", duration(*step.timeouts.deadline_ms)));
    for (const auto& check : step.pre)
      words("before", check.patience_ms
                          ? fmt::format("{}; that is waited for, {} at most", check.means, duration(*check.patience_ms))
                          : check.means);
    for (const auto& statement : step.hold) sql("holds", statement);
    for (const auto& invariant : step.invariants) words("keeps", invariant.means);
    for (const auto& check : step.post) words("after", check.means);
    if (step.exactly_once_by == plan::ExactlyOnce::none)
      words("after", "nothing tells whether it has run: a crash in the middle ends in doubt");
    const bool only_looks = std::holds_alternative<plan::Verify>(step.action) ||
                            std::holds_alternative<plan::Gate>(step.action) ||
                            std::holds_alternative<plan::Wait>(step.action);
    const bool goes_without_saying = only_looks && step.reverse.grade == plan::ReverseClass::exact;
    // Of a step that undoes, the forward plan says what comes back.
    if (!step.undoes && !goes_without_saying) words("undo", reverse_words(step.reverse));
    return std::move(list_);
  }

  void operator()(const plan::RunSql& run) {
    for (const auto& setting : run.settings) words("with", setting.set);
    if (!run.in_transaction) words("with", "no transaction around it");
    for (const auto& statement : run.statements) sql("sql", statement);
  }

  void operator()(const plan::Backfill& backfill) {
    words("rows", fmt::format("of {}, by {}, in {}", backfill.table, columns(backfill.key), pace_words(backfill.pace)));
    for (const auto& statement : backfill.before_batch) sql("sql", statement);
    if (backfill.save_next) sql("saves", *backfill.save_next);
    sql("sql", backfill.change_next);
    for (const auto& statement : backfill.after_batch) sql("sql", statement);
  }

  void operator()(const plan::Verify& verify) { question(verify.check); }

  void operator()(const plan::Backup& backup) {
    words("copies", fmt::format("{} to {}", backup.source, backup.artifact));
    for (const auto& statement : backup.write) sql("sql", statement);
    for (const auto& check : backup.read_back) words("reads", check.means);
  }

  void operator()(const plan::Gate& gate) {
    if (gate.check)
      words("waits",
            gate.hold_ms > 0 ? fmt::format("until this holds for {}", duration(gate.hold_ms)) : "until this holds");
    else
      words("waits", "until a person says so: dmc run … --through " + quoted(gate.text));
    if (gate.check) question(*gate.check);
    if (gate.valid_for_ms > 0)
      words("counts", fmt::format("for {}; what is behind it must have begun by then", duration(gate.valid_for_ms)));
  }

  void operator()(const plan::ForEach& each) {
    words("with", fmt::format("each {} by itself, passing over what is there already", each.what));
    sql("sql", each.rows);
    for (const auto& statement : each.statements) sql("sql", statement);
    words("reads", each.settled.means);
  }

  void operator()(const plan::Wait& wait) {
    words("waits", fmt::format("until this holds, {} at most", duration(wait.deadline_ms)));
    question(wait.until);
    if (wait.going)
      words("fails",
            fmt::format("when for {} it does not hold that {}", duration(wait.patience_ms), wait.going->means));
    for (const auto& statement : wait.give_up) sql("then", statement);
  }

 private:
  void words(std::string_view label, std::string text) {
    if (!text.empty()) list_.push_back({label, std::move(text), Form::words});
  }
  void sql(std::string_view label, std::string text) { list_.push_back({label, std::move(text), Form::sql}); }

  void question(const plan::QueryCheck& check) {
    words("asks", check.means);
    sql("sql", check.query);
    words("answer", answer_words(check));
  }

  std::vector<Detail> list_;
};

}  // namespace

std::vector<Detail> details(const plan::Step& step) { return Lister().list(step); }

}  // namespace dmc::explain
