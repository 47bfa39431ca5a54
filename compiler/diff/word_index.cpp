#include "compiler/diff/word_index.hpp"

#include <algorithm>

#include "compiler/diff/order.hpp"
#include "compiler/plan/canonical_write.hpp"

namespace dmc::diff {

namespace {

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

bool Words::is_word(std::string_view name) { return !name.empty() && std::ranges::all_of(name, is_of_word); }

Words::Words(const State& before, const State& desired) {
  add(before, false);
  add(desired, true);
}

void Words::note(std::string_view text, const Subject& whose, bool desired) {
  for (std::size_t at = 0; at < text.size();) {
    // A line break as JSON writes it ends in a letter.
    if (text[at] == '\\' && at + 1 < text.size()) {
      at += text[at + 1] == 'u' ? 6 : 2;
      continue;
    }
    if (!is_of_word(text[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < text.size() && is_of_word(text[end])) ++end;
    const auto word = text.substr(at, end - at);
    auto known = any_.find(word);
    if (known == any_.end()) known = any_.emplace(std::string(word), std::vector<Subject>()).first;
    if (known->second.empty() || known->second.back() != whose) known->second.push_back(whose);
    if (desired && !desired_.contains(word)) desired_.emplace(std::string(word), true);
    at = end;
  }
}

void Words::add(const State& state, bool desired) {
  // Every text of a table is in what it is written as.
  state.tables.each([&](const model::Table& table) {
    note(plan::canonical(table), {0, Kind::table, table.path(), {}}, desired);
  });
  state.views.each([&](const model::View& view) {
    note(plan::canonical(view), {0, Kind::view, view.path(), {}}, desired);
  });
  state.triggers.each([&](const model::Trigger& trigger) {
    note(plan::canonical(trigger), {0, Kind::trigger, trigger.path(), {}}, desired);
  });
  state.objects.each([&](const model::Object& object) {
    note(object.create.text, {0, Kind::object, object.path(), {}}, desired);
  });
}

const std::vector<Subject>* Words::of_any(std::string_view word) const {
  const auto found = any_.find(word);
  return found == any_.end() ? nullptr : &found->second;
}

bool Words::desired_have(std::string_view word) const { return desired_.contains(word); }

bool Order::may_call(std::size_t site, const std::string& name) {
  if (!Words::is_word(name)) return !name.empty();
  auto known = words_.find(site);
  if (known == words_.end()) known = words_.try_emplace(site, ground_.before()[site], ground_.wanted()[site]).first;
  return known->second.desired_have(name);
}

bool Order::may_hold(std::size_t site, const std::string& name, const std::string& object) {
  if (!Words::is_word(name)) return !name.empty();
  (void)may_call(site, name);
  const auto* all = words_.at(site).of_any(name);
  if (!all) return false;
  const State& state = states_[site];
  return std::ranges::any_of(*all, [&](const Subject& one) {
    if (one.kind == Kind::table) {
      const auto* table = state.tables.find(one.path);
      return table ? plan::canonical(*table).find(name) != std::string::npos : state.renamed.contains(one.path);
    }
    if (one.kind == Kind::view) return state.views.has(one.path);
    if (one.kind == Kind::trigger) return state.triggers.has(one.path);
    return one.path != object && state.objects.has(one.path);
  });
}

}  // namespace dmc::diff
