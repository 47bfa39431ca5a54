// Facts that several steps share stand once, with all their steps.
#include "compiler/explain/overview.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "compiler/explain/words.hpp"

namespace dmc::explain {

namespace {

using plan::ReverseClass;

/// Hazards that say that rows or values go for good.
constexpr std::array<std::string_view, 11> losses{"data.ch_collapse",      "data.ch_ttl",           "data.drop_column",
                                                  "data.drop_database",    "data.drop_rows",        "data.drop_schema",
                                                  "data.drop_table",       "data.sequence_drop",    "data.truncate",
                                                  "data.truncate_cascade", "rewrite.type_narrowing"};

bool is_loss(const plan::Hazard& hazard) {
  return std::find(losses.begin(), losses.end(), std::string_view(hazard.id)) != losses.end();
}

class Gatherer {
 public:
  explicit Gatherer(const plan::Plan& plan) : plan_(plan) {}

  std::vector<Section> sections() {
    add("cannot run as it is", reasons());
    if (!plan_.steps.empty()) {
      add("lost", or_else(lost(), "nothing"));
      add("locks", locks());
      if (plan_.forward) add("undo", undo());
    }
    add("renamed", renamed());
    add("waits", gates());
    add("accepted", hazards(true));
    add("look at", hazards(false));
    add("managed from now on", listed(&plan::DatabaseInput::adopted));
    add("no longer managed", listed(&plan::DatabaseInput::forgotten));
    add("left out", left_out());
    return std::move(sections_);
  }

 private:
  void add(std::string title, std::vector<Fact> facts) {
    if (!facts.empty()) sections_.push_back({std::move(title), std::move(facts)});
  }

  static std::vector<Fact> or_else(std::vector<Fact> facts, std::string text) {
    if (facts.empty()) facts.push_back({std::move(text), {}});
    return facts;
  }

  std::string in(const std::string& database) const { return plan_.databases.size() > 1 ? database + ": " : ""; }

  /// Calls `visit(step, add)` for every step, where `add(text, object)` notes a fact of it.
  template <class Visit>
  std::vector<Fact> of_steps(Visit&& visit) const {
    std::vector<Fact> facts;
    for (std::size_t i = 0; i < plan_.steps.size(); ++i)
      visit(plan_.steps[i], [&](std::string text, std::string_view object) {
        const auto same = std::find_if(facts.begin(), facts.end(), [&](const Fact& fact) { return fact.text == text; });
        if (same == facts.end())
          facts.push_back({std::move(text), {i + 1}, std::string(object)});
        else if (same->steps.back() != i + 1)
          same->steps.push_back(i + 1);
      });
    return facts;
  }

  std::vector<Fact> reasons() const {
    std::vector<Fact> facts;
    if (plan_.complete && plan_.applyable) return facts;
    for (const auto& reason : plan_.reasons) facts.push_back({reason, {}});
    return or_else(std::move(facts), plan_.complete ? "it must not be run" : "it is not the whole of the change");
  }

  /// Rows and values that are overwritten or deleted are lost too, where no copy of them is kept and nothing else says
  /// so, and what no way back brings again. What statements of an author do, nobody here knows.
  std::vector<Fact> lost() const {
    std::set<std::pair<std::string, std::string>> said;
    for (const auto& step : plan_.steps)
      for (const auto& hazard : step.hazards)
        if (is_loss(hazard)) said.emplace(step.database, hazard.object);
    return of_steps([&](const plan::Step& step, const auto& add) {
      for (const auto& hazard : step.hazards)
        if (is_loss(hazard) || (hazard.id == "data.no_backup" && !said.contains({step.database, hazard.object})))
          add(in(step.database) + hazard.object + ": " + hazard.evidence, hazard.object);
      const bool has_no_return = step.reverse.grade == ReverseClass::lossy || step.reverse.grade == ReverseClass::none;
      const auto says_loss = [](const plan::Hazard& hazard) {
        return is_loss(hazard) || hazard.id == "data.no_backup";
      };
      if (is_raw(step))
        add(fmt::format("{}not known: {}", in(step.database), step.summary), name_of(step));
      else if (has_no_return && std::none_of(step.hazards.begin(), step.hazards.end(), says_loss))
        add(in(step.database) + step.reverse.loses.value_or("what " + step.summary + " takes away"), name_of(step));
    });
  }

  static bool is_raw(const plan::Step& step) {
    return std::any_of(step.hazards.begin(), step.hazards.end(),
                       [](const plan::Hazard& hazard) { return hazard.id == "raw.execute"; });
  }

  std::vector<Fact> locks() const {
    return of_steps([&](const plan::Step& step, const auto& add) {
      if (step.unclaimed) add(fmt::format("{}not known: {}", in(step.database), step.summary), name_of(step));
      for (const auto& lock : step.locks)
        add(fmt::format("{}{}: {}, {}", in(step.database), lock.object, lock.mode, work_words(lock.work)), lock.object);
    });
  }

  std::vector<Fact> undo() const {
    const auto has_no_return = [](const plan::Step& step) {
      return step.reverse.grade == ReverseClass::lossy || step.reverse.grade == ReverseClass::none;
    };
    const auto first = std::find_if(plan_.steps.begin(), plan_.steps.end(), has_no_return);
    const auto before = static_cast<std::size_t>(first - plan_.steps.begin());
    const bool all_exact = std::all_of(plan_.steps.begin(), plan_.steps.end(), [](const plan::Step& step) {
      return step.reverse.grade == ReverseClass::exact && !step.reverse.loses;
    });
    std::string until = "everything can be taken back";
    if (all_exact)
      until += " exactly";
    else if (before == 0)
      until = "from the first step on something does not come back";
    else if (first != plan_.steps.end())
      until += fmt::format(" until step {} begins", before + 1);
    std::vector<Fact> facts{{until, {}}};
    auto exceptions = of_steps([&](const plan::Step& step, const auto& add) {
      if (step.reverse.grade == ReverseClass::exact) {
        if (step.reverse.loses)
          add(fmt::format("{}as its author wrote it, which nothing proves: {}", in(step.database), *step.reverse.loses),
              name_of(step));
        return;
      }
      const std::string what = step.reverse.loses.value_or("what it did stays as it is");
      add(step.reverse.grade == ReverseClass::exact_until_written ? "once something is written: " + what
                                                                  : in(step.database) + what,
          name_of(step));
    });
    facts.insert(facts.end(), exceptions.begin(), exceptions.end());
    return facts;
  }

  std::vector<Fact> renamed() const {
    std::vector<Fact> facts;
    for (const auto& rename : plan_.renames)
      facts.push_back({in(rename.database) + rename.from + " → " + rename.to, {}});
    return facts;
  }

  std::vector<Fact> gates() const {
    return of_steps([&](const plan::Step& step, const auto& add) {
      if (const auto* gate = std::get_if<plan::Gate>(&step.action))
        add(fmt::format("{}{}: {}", in(step.database), gate->check ? "until it is so" : "until somebody says so",
                        gate->text),
            name_of(step));
    });
  }

  std::vector<Fact> hazards(bool accepted) const {
    return of_steps([&](const plan::Step& step, const auto& add) {
      for (const auto& hazard : step.hazards) {
        if (hazard.accepted.has_value() != accepted) continue;
        std::string what = fmt::format("{}{} on {}", in(step.database), hazard.id, hazard.object);
        // What is lost stands above.
        if (!is_loss(hazard)) what += ": " + hazard.evidence;
        add(accepted ? what + " — " + *hazard.accepted : what, hazard.object);
      }
    });
  }

  std::vector<Fact> listed(std::vector<std::string> plan::DatabaseInput::*objects) const {
    std::vector<Fact> facts;
    for (const auto& database : plan_.databases)
      for (const auto& object : database.*objects) facts.push_back({in(database.name) + object, {}});
    return facts;
  }

  std::vector<Fact> left_out() const {
    std::vector<Fact> facts;
    for (const auto& what : plan_.filtered) facts.push_back({what, {}});
    return facts;
  }

  const plan::Plan& plan_;
  std::vector<Section> sections_;
};

}  // namespace

std::vector<Section> overview(const plan::Plan& plan) { return Gatherer(plan).sections(); }

}  // namespace dmc::explain
