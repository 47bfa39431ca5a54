// A line per step; on a terminal one more line that is written over with rows, rate and time left.
#include "runtime/report/progress.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "runtime/report/many.hpp"
#include "runtime/report/text.hpp"

namespace dmc::report {

namespace {

constexpr std::int64_t between_plain_lines_ms = 10'000;
constexpr std::int64_t between_redraws_ms = 100;

std::string progress_words(const journal::StepProgressed& event) {
  std::string text = shown(event.phase);
  // Of a phase in which nothing is counted there is only its name.
  if (!text.empty() && !event.total) return text;
  if (!text.empty()) text += ", ";
  text += grouped(event.rows);
  if (event.total) text += " of " + grouped(*event.total);
  text += " " + (event.unit.empty() ? "rows" : shown(event.unit));
  if (event.total && *event.total > 0) text += ", " + std::to_string(event.rows * 100 / *event.total) + "%";
  if (event.rows_per_second > 0) text += ", " + grouped(event.rows_per_second) + " rows/s";
  if (event.remaining_ms && *event.remaining_ms > 0) text += ", " + duration(*event.remaining_ms) + " left";
  return text;
}

/// At most `columns` characters, so that the line can be written over.
std::string cut(const std::string& text, int columns) {
  std::string out;
  int width = 0;
  for (std::size_t i = 0; i < text.size() && width < columns - 1; ++i) {
    out += text[i];
    const bool last_byte = i + 1 == text.size() || (static_cast<unsigned char>(text[i + 1]) & 0xc0) != 0x80;
    if (last_byte) ++width;
  }
  return out;
}

class StepLines : public journal::Sink {
 public:
  explicit StepLines(Write write) : write_(std::move(write)) {}
  void tell(const journal::Event& event) override {
    if (!std::holds_alternative<journal::VerdictGiven>(event)) show_verdicts();
    std::visit([&](const auto& kind) { on(kind); }, event);
  }

 protected:
  virtual void progress(const journal::StepProgressed& event) = 0;
  virtual void started(const std::string&) {}
  /// Of many targets: how far all of them are.
  virtual void counted(const std::string&) {}
  virtual void clear() {}
  void line(const std::string& text) {
    clear();
    write_(text + "\n");
  }
  void write(const std::string& text) { write_(text); }
  /// Several targets may be at the same step at once.
  template <class Event>
  std::string name_of(const Event& event) const {
    const auto found = names_.find({event.target, event.step});
    return found == names_.end() ? std::string() : found->second;
  }
  bool many() const { return targets_ > told_in_full; }

 private:
  void on(const journal::RunStarted& event) {
    targets_ = event.targets.size();
    line((event.forward ? "" : "taking back ") + shown(event.title));
  }
  void on(const journal::VerdictGiven& event) {
    if (targets_ <= 1) return line("  " + shown(event.target) + ": " + shown(event.text));
    verdicts_.push_back(event);
    if (verdicts_.size() == targets_) show_verdicts();
  }
  void on(const journal::StepStarted& event) {
    auto& name = names_[{event.target, event.step}];
    name = (targets_ > 1 ? shown(event.target) + ": " : std::string()) + std::to_string(event.ordinal) + "/" +
           std::to_string(event.of) + "  " + (event.forward ? "" : "back: ") + shown(event.summary);
    if (!many()) started(name);
  }
  void on(const journal::StepProgressed& event) {
    if (!many()) progress(event);
  }
  void on(const journal::StepRetried& event) {
    line("  " + name_of(event) + ": " + shown(event.reason) + "; again in " + duration(event.wait_ms) + " (" +
         std::to_string(event.retry) + " of " + std::to_string(event.of) + ")" +
         (event.retry == 1 ? "; end what holds it, or stop here (Ctrl-C)" : ""));
  }
  void on(const journal::StepEnded& event) {
    const auto name = name_of(event);
    if (many()) names_.erase({event.target, event.step});
    const bool well = event.outcome == "done" || event.outcome == "found" || event.outcome == "undone";
    if (many() && well) return;
    std::string text = "  " + name + ": " + shown(event.outcome) + " in " + duration(event.milliseconds);
    if (event.rows && *event.rows > 0) text += ", " + grouped(*event.rows) + (*event.rows == 1 ? " row" : " rows");
    line(text);
    if (!event.text.empty()) line("      " + shown(event.text));
  }
  void on(const journal::TargetEnded& event) {
    if (!many()) return clear();
    ended_.insert(event.target);
    if (event.exit_code != 0) failed_.insert(event.target);
    std::string text = "  " + grouped(static_cast<std::int64_t>(ended_.size())) + " of " +
                       grouped(static_cast<std::int64_t>(targets_)) + " databases";
    if (!failed_.empty())
      text += ", " + grouped(static_cast<std::int64_t>(failed_.size())) + " of them did not get through";
    counted(text);
  }
  void on(const journal::Noted& event) { line("  " + shown(event.target) + ": " + shown(event.text)); }
  void on(const journal::TornLine&) {}

  void show_verdicts() {
    if (verdicts_.empty()) return;
    clear();
    write_(verdict_table(std::exchange(verdicts_, {})));
  }

  Write write_;
  std::map<std::pair<std::string, std::string>, std::string> names_;  ///< of the steps in hand
  std::vector<journal::VerdictGiven> verdicts_;                       ///< until all are there
  std::set<std::string> ended_, failed_;
  std::size_t targets_ = 0;
};

class LiveProgress : public StepLines {
 public:
  LiveProgress(Write write, journal::Clock& clock, int columns)
      : StepLines(std::move(write)), clock_(clock), columns_(columns < 20 ? 80 : columns) {}

 private:
  void over(const std::string& text) {
    write("\r\x1b[K" + cut(text, columns_));
    open_ = true;
  }
  void progress(const journal::StepProgressed& event) override {
    const auto now = clock_.milliseconds();
    if (drawn_ && now - *drawn_ < between_redraws_ms) return;
    drawn_ = now;
    over("  " + name_of(event) + ": " + progress_words(event));
  }
  void started(const std::string& name) override {
    drawn_.reset();
    over("  " + name + " …");
  }
  void counted(const std::string& text) override {
    const auto now = clock_.milliseconds();
    if (drawn_ && now - *drawn_ < between_redraws_ms) return;
    drawn_ = now;
    over(text);
  }
  void clear() override {
    if (open_) write("\r\x1b[K");
    open_ = false;
  }

  journal::Clock& clock_;
  int columns_;
  std::optional<std::int64_t> drawn_;  ///< when the rows were shown last
  bool open_ = false;
};

class PlainProgress : public StepLines {
 public:
  PlainProgress(Write write, journal::Clock& clock, bool progress)
      : StepLines(std::move(write)), clock_(clock), wanted_(progress), last_(clock.milliseconds()) {}

 private:
  void progress(const journal::StepProgressed& event) override {
    const auto now = clock_.milliseconds();
    if (!wanted_ || now - last_ < between_plain_lines_ms) return;
    last_ = now;
    line("  " + name_of(event) + ": " + progress_words(event));
  }
  void started(const std::string&) override { last_ = clock_.milliseconds(); }
  void counted(const std::string& text) override {
    const auto now = clock_.milliseconds();
    if (!wanted_ || now - last_ < between_plain_lines_ms) return;
    last_ = now;
    line(text);
  }

  journal::Clock& clock_;
  bool wanted_;
  std::int64_t last_;
};

}  // namespace

std::unique_ptr<journal::Sink> live_progress(Write write, journal::Clock& clock, int columns) {
  return std::make_unique<LiveProgress>(std::move(write), clock, columns);
}

std::unique_ptr<journal::Sink> plain_progress(Write write, journal::Clock& clock, bool progress) {
  return std::make_unique<PlainProgress>(std::move(write), clock, progress);
}

}  // namespace dmc::report
