// Rules of every policy into one: lists are united, of times the shortest holds, of pauses the longest, of approvals
// the most.
#include "compiler/check/policy.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <re2/re2.h>

#include "compiler/check/lacking.hpp"
#include "compiler/lint/hazard_ids.hpp"

namespace dmc::check {

namespace {

/// What is wrong with an expression, in words of our own.
std::string_view fault_of(re2::RE2::ErrorCode code) {
  using re2::RE2;
  switch (code) {
    case RE2::ErrorBadEscape:
      return "an unknown escape";
    case RE2::ErrorBadCharClass:
    case RE2::ErrorBadCharRange:
      return "a range of characters that is none";
    case RE2::ErrorMissingBracket:
      return "a ']' is missing";
    case RE2::ErrorMissingParen:
    case RE2::ErrorUnexpectedParen:
      return "'(' and ')' do not match";
    case RE2::ErrorTrailingBackslash:
      return "a backslash stands at its end";
    case RE2::ErrorRepeatArgument:
    case RE2::ErrorRepeatOp:
      return "a repetition has nothing to repeat";
    case RE2::ErrorRepeatSize:
    case RE2::ErrorPatternTooLarge:
      return "a repetition is too large";
    case RE2::ErrorBadPerlOp:
    case RE2::ErrorBadNamedCapture:
      return "a '(?…' that RE2 does not have";
    case RE2::ErrorBadUTF8:
      return "bytes that are no UTF-8";
    default:
      return "it cannot be read";
  }
}

template <typename Value>
void keep_least(std::optional<Value>& kept, Value value) {
  kept = kept ? std::min(*kept, value) : value;
}

template <typename Value>
void keep_most(std::optional<Value>& kept, Value value) {
  kept = kept ? std::max(*kept, value) : value;
}

class Merger {
 public:
  explicit Merger(Context& context) : context_(context) {}

  void operator()(const ast::Deny& rule) { add(rule.hazards, policy_.deny); }
  void operator()(const ast::Warn& rule) { add(rule.hazards, policy_.warn); }
  void operator()(const ast::RequireApproval& rule) {
    if (rule.people.value == 0) {
      context_.error("E0256", rule.people.span, "an approval by nobody is none", "expected 1 or more");
      return;
    }
    std::vector<std::string> hazards;
    if (rule.hazards.empty()) {
      hazards.emplace_back();
    } else {
      add(rule.hazards, hazards);
    }
    for (std::string& hazard : hazards) {
      std::int64_t& people = approvals_[std::move(hazard)];
      people = std::max(people, rule.people.value);
    }
  }
  void operator()(const ast::NameRule& rule) {
    if (!is_modelled(rule.kind)) {
      report_unsupported(context_, rule.span, fmt::format("a rule for the names of '{}'", word(rule.kind)));
      return;
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    const re2::RE2 expression(re2::StringPiece(rule.expression.value.data(), rule.expression.value.size()), options);
    if (!expression.ok()) {
      context_.error("E0255", rule.expression.span, "this is no regular expression of RE2",
                     std::string(fault_of(expression.error_code())));
      return;
    }
    policy_.names.push_back({std::string(word(rule.kind)), std::string(rule.expression.value), {rule.span}});
  }
  void operator()(const ast::LockTimeout& rule) {
    if (!check_time(rule.timeout, "a lock timeout")) return;
    keep_least(policy_.lock_timeout_ms, rule.timeout.milliseconds);
    if (rule.retries) keep_least(policy_.lock_retries, rule.retries->value);
    if (rule.backoff_from && rule.backoff_to && rule.backoff_to->milliseconds < rule.backoff_from->milliseconds) {
      context_.error("E0256", rule.backoff_to->span, "this back-off ends before it begins",
                     "expected the longer pause second");
      return;
    }
    if (rule.backoff_from) keep_most(policy_.backoff_min_ms, rule.backoff_from->milliseconds);
    if (rule.backoff_to) keep_most(policy_.backoff_max_ms, rule.backoff_to->milliseconds);
  }
  void operator()(const ast::StatementTimeout& rule) {
    if (check_time(rule.timeout, "a statement timeout"))
      keep_least(policy_.statement_timeout_ms, rule.timeout.milliseconds);
  }

  model::Policy finish() {
    const auto tidy = [](std::vector<std::string>& ids) {
      std::ranges::sort(ids);
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    };
    tidy(policy_.deny);
    tidy(policy_.warn);
    // What is denied needs no warning.
    std::erase_if(policy_.warn, [&](const std::string& id) {
      return std::ranges::any_of(policy_.deny, [&](const std::string& rule) { return lint::covers(rule, id); });
    });
    const auto key = [](const model::NameRule& rule) { return std::tie(rule.object_kind, rule.pattern); };
    std::ranges::stable_sort(policy_.names, {}, key);
    const auto repeated = std::unique(policy_.names.begin(), policy_.names.end(),
                                      [&](const auto& left, const auto& right) { return key(left) == key(right); });
    policy_.names.erase(repeated, policy_.names.end());
    policy_.approvals.assign(approvals_.begin(), approvals_.end());
    return std::move(policy_);
  }

 private:
  void add(const std::vector<ast::Hazard>& hazards, std::vector<std::string>& ids) {
    auto known = known_hazards(hazards, context_.diagnostics);
    ids.insert(ids.end(), known.begin(), known.end());
  }

  bool check_time(const ast::Duration& time, std::string_view what) {
    if (time.milliseconds > 0) return true;
    context_.error("E0256", time.span, fmt::format("{} of 0 would never let anything run", what),
                   "expected more than 0");
    return false;
  }

  Context& context_;
  model::Policy policy_;
  std::map<std::string, std::int64_t> approvals_;
};

}  // namespace

std::vector<std::string> known_hazards(const std::vector<ast::Hazard>& hazards, grammar::Diagnostics& diagnostics) {
  std::vector<std::string> ids;
  for (const ast::Hazard& hazard : hazards) {
    if (lint::find_hazard(hazard.text) || !lint::hazards_of_family(hazard.text).empty()) {
      ids.emplace_back(hazard.text);
      continue;
    }
    auto& diagnostic = diagnostics.error("E0253", hazard.span, fmt::format("there is no hazard '{}'", hazard.text),
                                         "expected the id of a hazard, or a family: data.drop_table, data");
    std::vector<std::string_view> known;
    for (const lint::HazardId& id : lint::hazard_ids) {
      known.push_back(id.id);
      if (std::ranges::count(known, lint::hazard_family(id.id)) == 0) known.push_back(lint::hazard_family(id.id));
    }
    offer(diagnostic, hazard.text, known);
  }
  return ids;
}

model::Policy check_policies(Context& context, const std::vector<const ast::Policy*>& policies) {
  Merger merger(context);
  for (const ast::Policy* policy : policies)
    for (const ast::PolicyRule& rule : policy->rules) std::visit(merger, rule);
  return merger.finish();
}

}  // namespace dmc::check
