#include "compiler/diff/word_index.hpp"

#include <algorithm>

#include "compiler/diff/order.hpp"
#include "compiler/plan/canonical_write.hpp"

namespace dmc::diff {

namespace {

/// The text without what stands in strings: nothing is held by that, it is read when it runs.
std::string without_strings(std::string_view text) {
  std::string rest;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\'') {
      const bool escapes = at > 0 && (text[at - 1] == 'e' || text[at - 1] == 'E');
      for (++at; at < text.size() && text[at] != '\''; ++at)
        if (escapes && text[at] == '\\') ++at;
      rest += ' ';
      at = std::min(at + 1, text.size());
      continue;
    }
    const bool begins = text[at] == '$' && (rest.empty() || rest.back() == ' ' || rest.back() == '\n');
    if (const auto tag = begins ? text.find('$', at + 1) : std::string_view::npos; tag != std::string_view::npos) {
      const auto quote = text.substr(at, tag + 1 - at);
      if (const auto end = text.find(quote, tag + 1); end != std::string_view::npos) {
        rest += ' ';
        at = end + quote.size();
        continue;
      }
    }
    rest += text[at++];
  }
  return rest;
}

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

void Words::note(std::string_view text, const Subject* whose, bool desired) {
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
    if (whose) {
      auto known = any_.find(word);
      if (known == any_.end()) known = any_.emplace(std::string(word), std::vector<Subject>()).first;
      if (known->second.empty() || known->second.back() != *whose) known->second.push_back(*whose);
    }
    if (desired && !desired_.contains(word)) desired_.emplace(std::string(word), true);
    at = end;
  }
}

void Words::add(const State& state, bool desired) {
  // Every text of a table is in what it is written as.
  const auto whole = [&](Kind kind, const auto& thing) {
    const Subject subject{0, kind, thing.path(), {}};
    note(plan::canonical(thing), &subject, desired);
  };
  state.tables.each([&](const model::Table& table) { whole(Kind::table, table); });
  state.views.each([&](const model::View& view) { whole(Kind::view, view); });
  state.triggers.each([&](const model::Trigger& trigger) { whole(Kind::trigger, trigger); });
  state.objects.each([&](const model::Object& object) {
    const Subject subject{0, Kind::object, object.path(), {}};
    note(without_strings(object.create.text), &subject, desired);
    if (desired) note(object.create.text, nullptr, true);
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
  const auto label = model::Object::label_of(object);
  return std::ranges::any_of(*all, [&](const Subject& one) {
    if (one.kind == Kind::table) {
      const auto* table = state.tables.find(one.path);
      return table ? plan::canonical(*table).find(name) != std::string::npos : state.renamed.contains(one.path);
    }
    if (one.kind == Kind::view) return state.views.has(one.path);
    if (one.kind == Kind::trigger) return state.triggers.has(one.path);
    const auto* other = one.path == object ? nullptr : state.objects.find(one.path);
    // What lives on it goes with it.
    if (!other) return false;
    const auto hosts = other->lives_on();
    return std::ranges::find(hosts, label) == hosts.end();
  });
}

}  // namespace dmc::diff
