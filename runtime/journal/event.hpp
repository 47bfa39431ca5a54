// What a run tells while it goes on: for the journal, for the progress line, for tests. Nothing is ever decided by an
// event.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/plan/canonical.hpp"

namespace dmc::journal {

struct RunStarted {
  static constexpr std::string_view kind = "run_started";
  std::string plan;   ///< hash
  std::string title;  ///< "change 7: one name per user"
  bool forward = true;
  std::string runner;  ///< "dmc 0.1.0"
  std::vector<std::string> targets;
  static void fields(auto& self, auto&& visit) {
    visit("plan", self.plan);
    visit("title", self.title);
    visit("forward", self.forward);
    visit("runner", self.runner);
    visit("targets", self.targets);
  }
  bool operator==(const RunStarted&) const = default;
};

/// What the target's marker says and what follows from it, told for every target before anything runs.
struct VerdictGiven {
  static constexpr std::string_view kind = "verdict";
  std::string target;
  std::string verdict;  ///< "run", "already there", "resume", … of runtime.md §1.11
  std::string text;     ///< the sentence for people
  static void fields(auto& self, auto&& visit) {
    visit("target", self.target);
    visit("verdict", self.verdict);
    visit("text", self.text);
  }
  bool operator==(const VerdictGiven&) const = default;
};

struct StepStarted {
  static constexpr std::string_view kind = "step_started";
  std::string target;
  std::string step;          ///< id
  std::int64_t ordinal = 0;  ///< 1…
  std::int64_t of = 0;
  std::string summary;
  bool forward = true;
  std::int64_t attempt = 1;
  static void fields(auto& self, auto&& visit) {
    visit("target", self.target);
    visit("step", self.step);
    visit("ordinal", self.ordinal);
    visit("of", self.of);
    visit("summary", self.summary);
    visit("forward", self.forward);
    visit("attempt", self.attempt);
  }
  bool operator==(const StepStarted&) const = default;
};

/// After every batch, or while a statement is executed that the server tells something of. `total` is an estimate and
/// may be passed.
struct StepProgressed {
  static constexpr std::string_view kind = "step_progressed";
  std::string target;
  std::string step;
  std::int64_t rows = 0;
  std::optional<std::int64_t> total;
  std::int64_t rows_per_second = 0;
  std::optional<std::int64_t> remaining_ms;
  std::int64_t batch = 0;  ///< rows of the batch just done
  std::string phase{};     ///< of a statement: "building index: scanning table"
  std::string unit{};      ///< what is counted where it is no rows: "blocks"
  static void fields(auto& self, auto&& visit) {
    visit("target", self.target);
    visit("step", self.step);
    visit("rows", self.rows);
    visit("total", self.total);
    visit("rows_per_second", self.rows_per_second);
    visit("remaining_ms", self.remaining_ms);
    visit("batch", self.batch);
    visit(plan::rare("phase"), self.phase);
    visit(plan::rare("unit"), self.unit);
  }
  bool operator==(const StepProgressed&) const = default;
};

struct StepRetried {
  static constexpr std::string_view kind = "step_retried";
  std::string target;
  std::string step;
  std::string reason;
  std::int64_t retry = 0;
  std::int64_t of = 0;
  std::int64_t wait_ms = 0;
  static void fields(auto& self, auto&& visit) {
    visit("target", self.target);
    visit("step", self.step);
    visit("reason", self.reason);
    visit("retry", self.retry);
    visit("of", self.of);
    visit("wait_ms", self.wait_ms);
  }
  bool operator==(const StepRetried&) const = default;
};

struct StepEnded {
  static constexpr std::string_view kind = "step_ended";
  std::string target;
  std::string step;
  /// "done", "exceeded", "found", "undone", "failed", "conflict", "in doubt", "waiting", "interrupted"
  std::string outcome;
  std::string text;  ///< why, when it is not done; never row data unless it was asked for
  std::int64_t milliseconds = 0;
  std::optional<std::int64_t> rows;
  static void fields(auto& self, auto&& visit) {
    visit("target", self.target);
    visit("step", self.step);
    visit("outcome", self.outcome);
    visit("text", self.text);
    visit("milliseconds", self.milliseconds);
    visit("rows", self.rows);
  }
  bool operator==(const StepEnded&) const = default;
};

struct TargetEnded {
  static constexpr std::string_view kind = "target_ended";
  std::string target;
  std::int64_t exit_code = 0;
  std::string text;
  static void fields(auto& self, auto&& visit) {
    visit("target", self.target);
    visit("exit_code", self.exit_code);
    visit("text", self.text);
  }
  bool operator==(const TargetEnded&) const = default;
};

/// Something worth a line that changes no outcome.
struct Noted {
  static constexpr std::string_view kind = "noted";
  std::string target;
  std::string text;
  static void fields(auto& self, auto&& visit) {
    visit("target", self.target);
    visit("text", self.text);
  }
  bool operator==(const Noted&) const = default;
};

/// Written by the journal itself: the line before this one broke off when its writer died.
struct TornLine {
  static constexpr std::string_view kind = "torn_line";
  std::int64_t bytes = 0;
  static void fields(auto& self, auto&& visit) { visit("bytes", self.bytes); }
  bool operator==(const TornLine&) const = default;
};

using Event = std::variant<RunStarted, VerdictGiven, StepStarted, StepProgressed, StepRetried, StepEnded, TargetEnded,
                           Noted, TornLine>;

/// Where events go. Must not throw: a run does not fail because nobody could be told.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void tell(const Event& event) = 0;
};

/// Tells several, in order; lends them.
class Sinks : public Sink {
 public:
  explicit Sinks(std::vector<std::reference_wrapper<Sink>> sinks) : sinks_(std::move(sinks)) {}
  void tell(const Event& event) override {
    for (Sink& sink : sinks_) sink.tell(event);
  }

 private:
  std::vector<std::reference_wrapper<Sink>> sinks_;
};

/// Lets several threads tell one sink, an event at a time.
class OneAtATime : public Sink {
 public:
  explicit OneAtATime(Sink& sink) : sink_(sink) {}
  void tell(const Event& event) override {
    const std::lock_guard lock(mutex_);
    sink_.tell(event);
  }

 private:
  Sink& sink_;
  std::mutex mutex_;
};

}  // namespace dmc::journal
