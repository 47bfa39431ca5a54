#include "compiler/diff/word_index.hpp"

#include <algorithm>

#include "compiler/diff/order.hpp"
#include "compiler/model/raw_words.hpp"
#include "compiler/model/sql_text.hpp"
#include "compiler/plan/canonical_write.hpp"

namespace dmc::diff {

Words::Words(const State& before, const State& desired) {
  add(before, false);
  add(desired, true);
}

void Words::note_word(std::string_view word, const Subject* whose, bool desired) {
  const auto text = grammar::lower_case(word);
  if (desired) desired_.insert(text);
  if (!whose) return;
  auto& all = any_[text];
  if (all.empty() || all.back() != *whose) all.push_back(*whose);
}

void Words::add(const State& state, bool desired) {
  // Every text of a table is in what it is written as.
  const auto whole = [&](Kind kind, const auto& thing) {
    const Subject subject{0, kind, thing.path(), {}};
    std::string text = plan::canonical(thing);
    // A line break as JSON writes it ends in a letter.
    for (auto at = text.find('\\'); at != std::string::npos; at = text.find('\\', at + 2)) text.replace(at, 2, "  ");
    model::each_raw_word(text, [&](const std::string& word) { note_word(word, &subject, desired); });
  };
  state.tables.each([&](const model::Table& table) { whole(Kind::table, table); });
  state.views.each([&](const model::View& view) { whole(Kind::view, view); });
  state.triggers.each([&](const model::Trigger& trigger) { whole(Kind::trigger, trigger); });
  state.objects.each([&](const model::Object& object) {
    const Subject subject{0, Kind::object, object.path(), {}};
    for (const auto& token : model::sql_tokens(object.create.text)) {
      using Token = model::SqlToken::Kind;
      if (token.kind == Token::word || token.kind == Token::quoted_name) note_word(token.text, &subject, desired);
      // What stands in a string holds nothing: it is read when it runs, and calls then.
      else if (desired && (token.kind == Token::string || token.kind == Token::body))
        model::each_raw_word(token.text, [&](const std::string& word) { note_word(word, nullptr, true); });
    }
  });
}

const std::vector<Subject>* Words::of_any(std::string_view word) const {
  const auto found = any_.find(grammar::lower_case(word));
  return found == any_.end() ? nullptr : &found->second;
}

bool Words::desired_have(std::string_view word) const { return desired_.contains(grammar::lower_case(word)); }

bool Order::may_call(std::size_t site, const std::string& name) {
  if (!model::is_raw_word(name)) return !name.empty();
  auto known = words_.find(site);
  if (known == words_.end()) known = words_.try_emplace(site, ground_.before()[site], ground_.wanted()[site]).first;
  return known->second.desired_have(name);
}

bool Order::may_hold(std::size_t site, const std::string& name, const std::string& object) {
  if (!model::is_raw_word(name)) return !name.empty();
  (void)may_call(site, name);
  const auto* all = words_.at(site).of_any(name);
  if (!all) return false;
  const State& state = states_[site];
  const auto label = model::Object::label_of(object);
  return std::ranges::any_of(*all, [&](const Subject& one) {
    if (one.kind == Kind::table) {
      const auto* table = state.tables.find(one.path);
      return table ? grammar::lower_case(plan::canonical(*table)).find(grammar::lower_case(name)) != std::string::npos
                   : state.renamed.contains(one.path);
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
