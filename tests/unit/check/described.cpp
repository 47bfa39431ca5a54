// Writes what `check` answered, every field that it set.
#include "tests/unit/check/described.hpp"

#include <fmt/format.h>

#include "compiler/model/print.hpp"
#include "compiler/plan/canonical.hpp"

namespace dmc::tests {

namespace {

using namespace model;

std::string word(Backup backup) {
  return backup == Backup::with ? " with backup" : backup == Backup::without ? " without backup" : "";
}

std::string text(const plan::Pace& pace) {
  std::string result;
  if (pace.batch) result += fmt::format(" batch {}", *pace.batch);
  if (pace.parallel != 1) result += fmt::format(" parallel {}", pace.parallel);
  if (pace.rows_per_second) result += fmt::format(" rate {}", *pace.rows_per_second);
  if (pace.pause_ms != 0) result += fmt::format(" pause {}ms", pace.pause_ms);
  return result;
}

std::string text(const plan::QueryCheck& check) {
  return fmt::format("[{}] ({}) {}{}", check.means, check.query, plan::name_of(check.comparison),
                     check.value ? " '" + *check.value + "'" : "");
}

struct Describer {
  std::string operator()(const RenameStatement& s) const {
    return fmt::format("rename {} {} to {}{}", s.object_kind, s.from.text(), s.to.text(),
                       s.keeping_both ? " keeping both" : "");
  }
  std::string operator()(const DropStatement& s) const {
    return fmt::format("drop {} {}{}", s.object_kind, s.path.text(), word(s.backup));
  }
  std::string operator()(const DropRowsStatement& s) const {
    return fmt::format("drop rows of {} where ({}){}{}", s.table.text(), s.where.text, word(s.backup), text(s.pace));
  }
  std::string operator()(const RetypeStatement& s) const {
    return fmt::format(
        "retype {}{}{}{}{}", s.column.text(), s.using_expression ? " using (" + s.using_expression->text + ")" : "",
        s.undo ? " undo (" + s.undo->text + ")" : "", s.keeping_both ? " keeping both" : "", text(s.pace));
  }
  std::string operator()(const RebuildStatement& s) const { return "rebuild table " + s.table.text() + text(s.pace); }
  std::string operator()(const BackfillStatement& s) const {
    std::string set;
    for (const auto& one : s.set)
      set += fmt::format("{}{} = ({})", set.empty() ? " " : ", ", one.column, one.value.text);
    return fmt::format("backfill {} set{}{}{}{}{}", s.table.text(), set,
                       s.where ? " where (" + s.where->text + ")" : "", s.follow ? " follow" : "", word(s.backup),
                       text(s.pace));
  }
  std::string operator()(const VerifyStatement& s) const {
    return fmt::format("verify '{}' on {} {}", s.name, s.database, text(s.check));
  }
  std::string operator()(const GateStatement& s) const {
    return fmt::format("gate '{}'{}{}{}{}", s.text, s.database ? " on " + *s.database : "",
                       s.check ? " " + text(*s.check) : "", s.hold_ms ? fmt::format(" for {}ms", s.hold_ms) : "",
                       s.valid_for_ms ? fmt::format(" valid for {}ms", s.valid_for_ms) : "");
  }
  std::string operator()(const RunStatement& s) const {
    std::string result = fmt::format("run '{}' on {}", s.name, s.database);
    if (s.for_object) result += fmt::format(" for {} {}", s.for_object->first, s.for_object->second.text());
    for (const auto& statement : s.statements) result += "\n    do (" + statement.text + ")";
    if (s.verify) result += "\n    verify " + text(*s.verify);
    for (const auto& statement : s.undo) result += "\n    undo (" + statement.text + ")";
    if (s.undo_nothing) result += "\n    undo nothing";
    return result + (s.in_transaction ? "" : "\n    outside transaction");
  }
  std::string operator()(const ApplyStatement& s) const {
    return fmt::format("apply {} {}", s.object_kind, s.path.text());
  }
  std::string operator()(const AcceptStatement& s) const {
    return fmt::format("accept {} on {} because '{}'", s.hazard, s.path.text(), s.because);
  }
  std::string operator()(const AdoptStatement& s) const {
    return fmt::format("adopt {} {}", s.object_kind, s.path.text());
  }
  std::string operator()(const ForgetStatement& s) const {
    return fmt::format("forget {} {}", s.object_kind, s.path.text());
  }
};

std::string joined(const std::vector<std::string>& words) {
  std::string result;
  for (const auto& one : words) result += " " + one;
  return result;
}

std::string text(const Policy& policy) {
  std::string result;
  if (!policy.deny.empty()) result += "  deny" + joined(policy.deny) + "\n";
  if (!policy.warn.empty()) result += "  warn" + joined(policy.warn) + "\n";
  for (const auto& [family, people] : policy.approvals)
    result += fmt::format("  approval {} for '{}'\n", people, family);
  for (const auto& rule : policy.names) result += fmt::format("  name {} '{}'\n", rule.object_kind, rule.pattern);
  const auto number = [&](std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) result += fmt::format("  {} {}\n", name, *value);
  };
  number("lock timeout ms", policy.lock_timeout_ms);
  number("lock retries", policy.lock_retries);
  number("backoff from ms", policy.backoff_min_ms);
  number("backoff to ms", policy.backoff_max_ms);
  number("statement timeout ms", policy.statement_timeout_ms);
  return result.empty() ? "" : "policy\n" + result;
}

}  // namespace

std::string described(const Project& project) {
  std::string result;
  for (const auto& database : project.databases) result += print(database);
  for (const auto& change : project.changes) {
    result += fmt::format("change {} '{}' in {}\n", change.number, change.title, change.file);
    for (const auto& statement : change.statements)
      result += fmt::format("  {}: {}\n     = {}\n", statement.line, statement.words,
                            std::visit(Describer{}, statement.kind));
  }
  return result + text(project.policy);
}

}  // namespace dmc::tests
