#include "compiler/diff/going.hpp"

#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/diff/pointing.hpp"
#include "compiler/diff/word_index.hpp"
#include "compiler/model/raw_words.hpp"

namespace dmc::diff {

namespace {

using Key = std::tuple<std::size_t, std::string, std::string, std::string>;

Key key_of(const Undeclared& entry) { return {entry.site, entry.kind, entry.path, entry.member}; }
Key key_of(const Subject& subject) {
  return {subject.site, std::string(word_of(subject.kind)), subject.path, subject.member};
}

/// Views, triggers and objects that read the column, and what reads those views.
std::vector<Subject> all_readers(const Ground& ground, const State& state, const Undeclared& column) {
  std::vector<Subject> found;
  const auto add = [&](const std::vector<Pointer>& pointers) {
    for (const auto& pointer : pointers)
      if (std::ranges::find(found, pointer.subject) == found.end()) found.push_back(pointer.subject);
  };
  add(readers_of(ground, state, column.site, column.path, column.member));
  for (std::size_t at = 0; at < found.size(); ++at)
    if (found[at].kind == Kind::view) add(readers_of(ground, state, column.site, std::string(found[at].path)));
  return found;
}

/// Whether it is another text from then on, which only fits the new types.
bool is_reworded(const Ground& ground, const State& state, const Subject& subject) {
  const auto& wanted = ground.wanted()[subject.site];
  if (subject.kind == Kind::trigger) {
    const auto *was = state.triggers.find(subject.path), *is = wanted.triggers.find(subject.path);
    return was && is && was->when != is->when;
  }
  const auto& types = state.dialect->description().goes_along_with_a_type;
  const auto *was = state.objects.find(subject.path), *is = wanted.objects.find(subject.path);
  return subject.kind == Kind::object && was && is && was->create != is->create &&
         std::ranges::find(types, std::string_view(was->type)) != types.end();
}

/// What goes, and reads a column that gets a type which its text may not fit, goes in front of that.
void readers_first(const Ground& ground, const Survey& survey, std::vector<Undeclared>& entries) {
  std::map<Subject, int> read;  // how many of the columns each reads
  for (const auto& entry : entries)
    if (entry.retyped && entry.destructive)
      for (const auto& reader : all_readers(ground, survey.after[entry.site], entry)) ++read[reader];
  if (read.empty()) return;
  std::set<Key> keys;
  for (const auto& [subject, count] : read) keys.insert(key_of(subject));
  for (auto& entry : entries)
    if (!entry.retyped && keys.contains(key_of(entry))) entry.rank = 0;
  for (const auto& [subject, count] : read) {
    if (count < 2 || !is_reworded(ground, survey.after[subject.site], subject)) continue;
    Undeclared entry;
    entry.statement = fmt::format("drop {} {};", word_of(subject.kind), written(ground, subject));
    entry.reason =
        "it reads several columns that get other types, and fits neither in between: until it is made again "
        "at the end there is none";
    entry.destructive = true;
    entries.push_back(std::move(entry));
  }
}

/// What reads a view that is lost too, is lost before it.
void readers_of_views(const Ground& ground, const Survey& survey, const std::vector<Undeclared>& entries,
                      const auto& wait) {
  std::map<std::size_t, Words> words;
  for (std::size_t at = 0; at < entries.size(); ++at) {
    const auto& entry = entries[at];
    if (entry.kind != word_of(Kind::view) || entry.path.empty()) continue;
    const auto& state = survey.after[entry.site];
    const auto name = entry.path.substr(entry.path.rfind('.') + 1);
    const auto* known =
        model::is_raw_word(name) ? words.try_emplace(entry.site, state, state).first->second.of_any(name) : nullptr;
    if (model::is_raw_word(name) && !known) continue;
    for (const auto& pointer : readers_of(ground, state, entry.site, entry.path)) wait(at, key_of(pointer.subject));
  }
}

/// What holds an object that is lost too, or reads a view, is lost before it.
void callers_first(const Ground& ground, const Survey& survey, std::vector<Undeclared>& entries) {
  std::map<Key, std::vector<std::size_t>> places;
  for (std::size_t at = 0; at < entries.size(); ++at)
    if (!entries[at].kind.empty() && !entries[at].retyped) places[key_of(entries[at])].push_back(at);
  std::map<std::size_t, std::pair<std::vector<std::size_t>, std::vector<const model::Object*>>> objects;  // by site
  for (std::size_t at = 0; at < entries.size(); ++at) {
    if (entries[at].kind != word_of(Kind::object)) continue;
    const auto* object = survey.after[entries[at].site].objects.find(entries[at].path);
    if (!object) continue;
    objects[entries[at].site].first.push_back(at);
    objects[entries[at].site].second.push_back(object);
  }
  std::vector<std::set<std::size_t>> waiting(entries.size());  // of each, those that wait for it
  std::vector<std::size_t> left(entries.size());               // how many each one waits for
  bool any = false;
  const auto wait = [&](std::size_t at, const Key& key) {
    const auto found = places.find(key);
    if (found == places.end()) return;
    for (const auto other : found->second)
      if (other != at && waiting[other].insert(at).second) {
        ++left[at];
        any = true;
      }
  };
  for (const auto& [site, asked] : objects) {
    const auto all = holding(ground, survey.after[site], site, asked.second);
    for (std::size_t i = 0; i < all.size(); ++i)
      for (const auto& pointer : all[i]) {
        wait(asked.first[i], key_of(pointer.subject));
        if (is_member(pointer.subject.kind))
          wait(asked.first[i], {site, std::string(word_of(Kind::table)), pointer.subject.path, {}});
      }
  }
  readers_of_views(ground, survey, entries, wait);
  if (!any) return;
  std::vector<Undeclared> order;
  std::vector<bool> placed(entries.size());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t at = 0; at < entries.size(); ++at)
    if (left[at] == 0) ready.push(at);
  for (std::size_t first = 0; order.size() < entries.size();) {
    while (first < entries.size() && placed[first]) ++first;
    // In a circle the first one goes first.
    const auto next = ready.empty() ? first : ready.top();
    if (!ready.empty()) ready.pop();
    if (placed[next]) continue;
    placed[next] = true;
    order.push_back(std::move(entries[next]));
    for (const auto other : waiting[next])
      if (--left[other] == 0) ready.push(other);
  }
  entries = std::move(order);
}

}  // namespace

void in_order(const Ground& ground, const Survey& survey, std::vector<Undeclared>& entries) {
  readers_first(ground, survey, entries);
  // A type that fits what is there comes before one that does not: what reads both gets its words with the last one.
  std::ranges::stable_sort(
      entries, {}, [](const Undeclared& entry) { return std::pair(entry.rank, entry.retyped && entry.destructive); });
  callers_first(ground, survey, entries);
}

}  // namespace dmc::diff
