// A page in so many bytes. What it is about comes first and is folded before it is cut: equals stand together by what
// they say, with a list of their names; the steps have what room is left.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "compiler/explain/explain.hpp"
#include "compiler/explain/page.hpp"
#include "compiler/explain/words.hpp"

namespace dmc::explain {

namespace {

/// Longer texts are cut in the middle of what they say, which is seen.
constexpr std::size_t longest_text = 400;
/// Kept for every section that is still to come, if it needs so much, and for the steps.
constexpr std::size_t least_for_section = 1'500, least_for_steps = 4'000;
/// Of the numbers of steps behind a fact.
constexpr std::size_t longest_numbers = 60;
constexpr std::string_view whole_of_it = "`dmc show PLAN --format text`";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// How much of a text may stand as "…" where it is told together with others that say the same.
enum class Fold { none, names, details };

/// "create index orders_id on orders" of `orders` as "create index …_id on …"; of details, the lines it came from and
/// the names that dmc made, too.
class Pattern {
 public:
  Pattern(std::string_view text, std::string_view name, Fold fold) : text_(text), name_(name), fold_(fold) {}

  std::string read() {
    while (at_ < text_.size()) {
      const auto length = std::max(name_here(), fold_ == Fold::details ? std::max(own_name_here(), line_here()) : 0);
      out_ += length > 0 ? std::string_view("…") : text_.substr(at_, 1);
      at_ += std::max<std::size_t>(length, 1);
    }
    return std::move(out_);
  }

 private:
  bool begins_word() const { return at_ == 0 || !is_letter_or_digit(text_[at_ - 1]); }
  bool ends_word(std::size_t end) const { return end >= text_.size() || !is_letter_or_digit(text_[end]); }

  std::size_t name_here() const {
    const bool is = !name_.empty() && begins_word() && text_.substr(at_).starts_with(name_);
    return is && ends_word(at_ + name_.size()) ? name_.size() : 0;
  }
  std::size_t own_name_here() const {
    if (!begins_word() || !text_.substr(at_).starts_with("_dmc_")) return 0;
    auto end = at_;
    while (end < text_.size() && (is_letter_or_digit(text_[end]) || text_[end] == '_')) ++end;
    return end - at_;
  }
  /// The number in "line 7:" and "shop.mig:7:".
  std::size_t line_here() const {
    const auto end = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
    const auto before = text_.substr(0, at_);
    const bool is_line = before.ends_with("line ") || before.ends_with(":");
    return is_line && text_.substr(end).starts_with(":") ? end - at_ : 0;
  }

  std::string_view text_, name_;
  Fold fold_;
  std::size_t at_ = 0;
  std::string out_;
};

/// What one line tells of: one thing, or several that differ in their names.
struct Entry {
  std::string text;
  std::vector<std::string> names;
  std::vector<std::size_t> steps;
  std::size_t count() const { return std::max<std::size_t>(names.size(), 1); }
};

std::string numbers(const std::vector<std::size_t>& steps) {
  const auto words = steps_words(steps);
  if (words.size() <= longest_numbers) return words;
  return fmt::format("{}, … {}, {} in all", words.substr(0, words.rfind(',', longest_numbers)), steps.back(),
                     steps.size());
}

struct Written {
  std::string text;
  bool is_whole = true;
};

/// As many names as there is room for, and how many more there are.
Written list_of(const std::vector<std::string>& names, std::size_t room) {
  constexpr std::size_t for_rest = 30;
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto name = (i > 0 ? ", " : "") + in_markdown(names[i]);
    if (list.size() + name.size() + for_rest > room)
      return {list + fmt::format(" and {} more", names.size() - i), false};
    list += name;
  }
  return {list};
}

/// Those that say the same but for the name they are about stand together, where the first of them stood.
std::vector<Entry> entries(const std::vector<Fact>& facts, Fold fold) {
  std::vector<Entry> all;
  std::map<std::string, std::size_t> known;
  for (const auto& fact : facts) {
    const auto pattern = Pattern(fact.text, fact.object, fold).read();
    const bool can_fold = fold != Fold::none && !fact.object.empty() && pattern != fact.text;
    const auto [found, is_new] = known.try_emplace(can_fold ? pattern : fact.text, all.size());
    if (is_new) all.push_back({clipped(fact.text, longest_text), {}, {}});
    auto& entry = all[found->second];
    if (!is_new) entry.text = clipped(pattern, longest_text);
    entry.names.push_back(clipped(fact.object, longest_text));
    entry.steps.insert(entry.steps.end(), fact.steps.begin(), fact.steps.end());
  }
  for (auto& entry : all) {
    std::ranges::sort(entry.steps);
    const auto repeated = std::ranges::unique(entry.steps);
    entry.steps.erase(repeated.begin(), repeated.end());
  }
  return all;
}

/// None when there is no room for it.
std::optional<Written> line_of(const Entry& entry, std::string_view margin, std::size_t room) {
  constexpr std::size_t least_for_names = 100;
  const bool is_one = entry.count() == 1;
  Written line{
      fmt::format("{}- {}{}", margin, is_one ? "" : fmt::format("{} × ", entry.count()), in_markdown(entry.text))};
  if (!entry.steps.empty()) line.text += " (" + numbers(entry.steps) + ")";
  if (line.text.size() + (is_one ? 1 : least_for_names) > room) return std::nullopt;
  if (!is_one) {
    const auto names = list_of(entry.names, room - line.text.size() - 3);
    line = {line.text + ": " + names.text, names.is_whole};
  }
  line.text += "\n";
  return line;
}

Written written(const Section& section, Fold fold, std::size_t room) {
  constexpr std::size_t for_rest = 100;
  Written out{section_head(section)};
  const auto all = entries(section.facts, fold);
  for (std::size_t i = 0; i < all.size(); ++i) {
    // The last one needs no room for what would be said behind it.
    const auto left = room - std::min(room, out.text.size() + (i + 1 < all.size() ? for_rest : 0));
    const auto line = line_of(all[i], section_margin(section), left);
    if (!line) {
      std::size_t more = 0;
      for (auto rest = i; rest < all.size(); ++rest) more += all[rest].count();
      out.text += fmt::format("{}- and {} more: {}\n", section_margin(section), more, whole_of_it);
      return {std::move(out.text), false};
    }
    out.text += line->text;
    out.is_whole &= line->is_whole;
  }
  return out;
}

/// The plainest way to say all of it; what cannot be said in so many bytes is counted. A loss has a line of its own as
/// long as it can.
std::string fitted(const Section& section, std::size_t room) {
  Written out;
  for (const auto fold : {Fold::none, Fold::names, Fold::details}) {
    if (fold == Fold::none && !says_loss(section)) continue;
    out = written(section, fold, room);
    if (out.is_whole) break;
  }
  return out.text;
}

/// Title, databases, and what a reviewer wants to know first.
std::string front(const plan::Plan& plan, std::size_t room) {
  std::string out = page_title(plan, longest_text) + database_head();
  for (std::size_t i = 0; i < plan.databases.size(); ++i) {
    const auto row = database_row(plan.databases[i], longest_text);
    if (out.size() + row.size() > room / 4) {
      out += fmt::format("| and {} more | | | |\n", plan.databases.size() - i);
      break;
    }
    out += row;
  }
  const auto sections = overview(plan);
  auto kept = sections.size() * least_for_section;
  for (const auto& section : sections) {
    kept -= least_for_section;
    out += fitted(section, room - std::min(room, out.size() + kept));
  }
  return out;
}

/// The steps of a stage that do the same to things of other names.
struct Group {
  std::int64_t stage = 1;
  std::string database;  ///< empty: the plan is of one
  std::string text;
  std::vector<std::size_t> steps;  ///< counted from 0
};

class Steps {
 public:
  Steps(const plan::Plan& plan, std::size_t room)
      : plan_(plan), names_database_(plan.databases.size() > 1), room_(room), in_full_(plan.steps.size()) {
    group();
  }

  std::string written() {
    frame();
    fill();
    std::string out = head(static_cast<std::size_t>(std::ranges::count(in_full_, true)));
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      const auto& [before, after] = frames_[i];
      const bool is_one = groups_[i].steps.size() == 1;
      out += stage_head(i);
      if (!is_one || !in_full_[groups_[i].steps.front()]) out += before;
      for (const auto step : groups_[i].steps)
        if (in_full_[step]) out += block(step);
      out += after;
    }
    std::size_t more = 0;
    for (auto i = frames_.size(); i < groups_.size(); ++i) more += groups_[i].steps.size();
    return more == 0 ? out : out + fmt::format("\nAnd {} more.\n", counted(more, "step"));
  }

 private:
  void group() {
    std::map<std::pair<std::int64_t, std::string>, std::size_t> known;
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const auto& step = plan_.steps[i];
      const auto database = names_database_ ? clipped(step.database, longest_text) + ": " : "";
      const auto name = name_of(step);
      const auto pattern = name.empty() ? step.summary : Pattern(step.summary, name, Fold::details).read();
      const auto [found, is_new] = known.try_emplace({step.stage, step.database + "\n" + pattern}, groups_.size());
      if (is_new) groups_.push_back({step.stage, database, step.summary, {}});
      auto& group = groups_[found->second];
      if (!is_new) group.text = pattern;
      group.steps.push_back(i);
    }
  }

  std::string head(std::size_t in_full) const {
    return fmt::format(
        "\n## Steps\n\n{} of {} stand here in full; those that do the same are folded together. All of them: {}, or "
        "`--format html` as a page.\n",
        in_full, counted(plan_.steps.size(), "step"), whole_of_it);
  }

  std::string stage_head(std::size_t group) const {
    const auto stage = groups_[group].stage;
    const bool is_new = group == 0 || groups_[group - 1].stage != stage;
    return has_stages(plan_) && is_new ? fmt::format("\n### Stage {}\n", stage) : "";
  }

  std::string block(std::size_t step) const { return step_block(plan_.steps[step], step + 1, names_database_); }

  std::pair<std::string, std::string> frame_of(const Group& group, std::size_t room) const {
    const auto text = group.database + clipped(group.text, longest_text);
    if (group.steps.size() == 1) return {fmt::format("\n{}\\. {}\n", group.steps.front() + 1, in_markdown(text)), ""};
    std::vector<std::size_t> ordinals;
    std::vector<std::string> names;
    for (const auto step : group.steps) {
      ordinals.push_back(step + 1);
      names.push_back(fmt::format("{} ({})", clipped(name_of(plan_.steps[step]), longest_text), step + 1));
    }
    return {fmt::format("\n<details><summary>{} × {} ({})</summary>\n\n{}\n", in_markdown_html(text), names.size(),
                        numbers(ordinals), list_of(names, room).text),
            "\n</details>\n"};
  }

  /// What stands of every group, whether its steps are told in full or not.
  void frame() {
    constexpr std::size_t for_rest = 60, least_for_group = 200;
    left_ = room_ - std::min(room_, head(plan_.steps.size()).size() + for_rest);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const auto for_others = (groups_.size() - i) * least_for_group;
      auto frame = frame_of(groups_[i], left_ - std::min(left_ / 2, for_others));
      const auto size = stage_head(i).size() + frame.first.size() + frame.second.size();
      if (size > left_) return;
      left_ -= size;
      frames_.push_back(std::move(frame));
    }
  }

  /// The first step of each group, then the others, as many as there is room for.
  void fill() {
    for (const bool first : {true, false})
      for (std::size_t i = 0; i < frames_.size(); ++i)
        for (const auto step : groups_[i].steps)
          if ((step == groups_[i].steps.front()) == first) {
            const auto size = block(step).size();
            if (size > left_) continue;
            left_ -= size;
            in_full_[step] = true;
          }
  }

  const plan::Plan& plan_;
  bool names_database_;
  std::size_t room_, left_ = 0;
  std::vector<bool> in_full_;  ///< by step
  std::vector<Group> groups_;
  std::vector<std::pair<std::string, std::string>> frames_;  ///< of the first groups: what stands around their steps
};

}  // namespace

std::string long_page(const plan::Plan& plan, std::size_t most) {
  auto out = front(plan, most - least_for_steps);
  if (!plan.steps.empty()) out += Steps(plan, most - std::min(most, out.size())).written();
  return out;
}

}  // namespace dmc::explain
