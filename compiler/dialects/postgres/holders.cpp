// Texts are read by PostgreSQL's own parser. Which of several functions of one name a call means is told by how much it
// gives, and by the types of that as far as they are known.
#include "compiler/dialects/postgres/holders.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "compiler/dialects/postgres/held_texts.hpp"

namespace dmc::dialects::postgres {

namespace {

using namespace held;

/// What is asked about one name: those that bear it, and what is heard of it in the texts that have it as a word.
struct Asked {
  std::vector<std::size_t> objects;  ///< of the question
  std::vector<Taker> takers{};
  Listener listener;
};

/// Asks for all of them in one walk over the texts: each is read for the names alone that it has as words.
class Search {
 public:
  Search(const Database& database, std::span<const Object* const> objects)
      : database_(database), scopes_{database}, objects_(objects), found_(objects.size()) {
    for (std::size_t at = 0; at < objects.size(); ++at) {
      if (!is_called(*objects[at]) && !is_had(*objects[at]) && !is_counted_by(*objects[at])) continue;
      const auto name = objects[at]->provides();
      if (name.empty()) continue;
      asked_.try_emplace(name, Asked{{}, {}, Listener(scopes_, name, false)}).first->second.objects.push_back(at);
    }
    for (const auto& [name, asked] : asked_)
      if (model::is_raw_word(name))
        by_word_[grammar::lower_case(name)].push_back(name);
      else
        odd_.push_back(name);
  }

  std::vector<std::vector<Holder>> run() && {
    for (const auto& object : database_.objects) {
      if (!is_called(object)) continue;
      const auto asked = asked_.find(object.provides());
      if (asked == asked_.end()) continue;
      if (auto taker = taker_of(object)) asked->second.takers.push_back(std::move(*taker));
    }
    for (const auto& table : database_.tables) read(table);
    for (const auto& view : database_.views) read(view);
    for (const auto& trigger : database_.triggers) read(trigger);
    for (const auto& object : database_.objects) read(object);
    return std::move(found_);
  }

 private:
  void note_words(std::string_view text, std::set<std::string_view>& words) const {
    model::each_raw_word(text, [&](const std::string& word) {
      if (const auto meant = by_word_.find(word); meant != by_word_.end())
        words.insert(meant->second.begin(), meant->second.end());
    });
  }
  void note_words(const std::vector<model::Element>& elements, std::set<std::string_view>& words) const {
    for (const auto& element : elements)
      if (element.expression) note_words(element.expression->text, words);
  }
  void note_words(const Table& table, std::set<std::string_view>& words) const {
    for (const auto& column : table.columns) {
      note_words(column.type, words);
      if (column.generated) note_words(column.generated->expression.text, words);
      if (column.default_value) note_words(column.default_value->text, words);
    }
    for (const auto& check : table.checks) note_words(check.expression.text, words);
    for (const auto& exclusion : table.exclusions) {
      note_words(exclusion.elements, words);
      if (exclusion.where) note_words(exclusion.where->text, words);
    }
    for (const auto& index : table.indexes) {
      note_words(index.elements, words);
      if (index.where) note_words(index.where->text, words);
    }
  }
  void note_words(const model::View& view, std::set<std::string_view>& words) const {
    note_words(view.query.text, words);
    for (const auto& index : view.indexes) note_words(index.elements, words);
  }
  void note_words(const model::Trigger& trigger, std::set<std::string_view>& words) const {
    if (trigger.execute) note_words(*trigger.execute, words);
    if (trigger.when) note_words(trigger.when->text, words);
  }
  void note_words(const Object& object, std::set<std::string_view>& words) const {
    note_words(object.create.text, words);
  }

  void read(const auto& thing) {
    std::set<std::string_view> words(odd_.begin(), odd_.end());
    note_words(thing, words);
    for (const auto word : words) {
      auto& asked = asked_.find(word)->second;
      each_text(thing, asked.listener, [&](const Held& text) { hear(asked, text); });
      hear_counters(asked, thing);
    }
  }

  /// `visit`: each of the sequences that are asked for, and its path.
  void each_counter(const Asked& asked, const auto& visit) const {
    for (const auto at : asked.objects)
      if (is_counted_by(*objects_[at])) visit(at, path_without_public(model::unquoted_path(bare_name(*objects_[at]))));
  }
  /// A default, a check or a query that counts by a sequence holds it.
  void hear_counters(const Asked& asked, const Table& table) {
    each_counter(asked, [&](std::size_t at, const std::string& path) {
      const auto hear = [&](const std::string& text, const char* kind, const std::string& member, const char* words,
                            bool goes) {
        if (counts_by(sql::names_in_expression(text), path))
          found_[at].push_back({kind, table.path(), member, words, goes});
      };
      for (const auto& column : table.columns)
        if (column.default_value)
          hear(column.default_value->text, "column", column.name, "counts by it in its default", false);
      for (const auto& check : table.checks)
        hear(check.expression.text, "constraint", check.name, "counts by it", true);
    });
  }
  void hear_counters(const Asked& asked, const model::View& view) {
    each_counter(asked, [&](std::size_t at, const std::string& path) {
      if (counts_by(sql::names_in_statements(view.query.text), path))
        found_[at].push_back({"view", view.path(), "", "counts by it", true});
    });
  }
  void hear_counters(const Asked&, const auto&) {}

  void hear(Asked& asked, const Held& text) {
    const auto calls = std::exchange(asked.listener.calls, {});
    const auto types = std::exchange(asked.listener.types, {});
    const bool by_name = asked.listener.take_any();
    if (text.late || (calls.empty() && types.empty() && !by_name)) return;
    for (const auto at : asked.objects) hear(*objects_[at], asked.takers, text, calls, types, by_name, found_[at]);
  }

  static void hear(const Object& object, const std::vector<Taker>& takers, const Held& text,
                   const std::vector<Call>& calls, const std::set<std::string>& types, bool by_name,
                   std::vector<Holder>& found) {
    if (text.holder.path == object.path()) return;
    const auto wanted = std::ranges::find(takers, object.path(), [](const Taker& one) { return one.object->path(); });
    const bool is_it = wanted != takers.end();
    const bool is_one =
        is_it ? by_name || std::ranges::any_of(calls, [&](const Call& one) { return means(one, *wanted, takers); })
              : is_had(object) && (by_name || types.contains(model::unquoted_path(bare_name(object))));
    if (!is_one) return;
    auto holder = text.holder;
    holder.words = !is_it ? "has it" : text.holder.goes ? "calls it" : "calls it in its default";
    const auto is_same = [&](const Holder& one) {
      return one.kind == holder.kind && one.path == holder.path && one.member == holder.member;
    };
    if (std::ranges::none_of(found, is_same)) found.push_back(std::move(holder));
  }

  const Database& database_;
  Scopes scopes_;
  std::span<const Object* const> objects_;
  std::vector<std::vector<Holder>> found_;
  std::map<std::string, Asked, std::less<>> asked_;
  std::map<std::string, std::vector<std::string_view>> by_word_;
  std::vector<std::string_view> odd_;  ///< names that are no words: every text may have one
};

}  // namespace

std::vector<std::vector<Holder>> holders_of(const std::function<const Database&()>& now,
                                            std::span<const Object* const> objects) {
  const auto can_be_held = [](const Object* object) {
    return is_called(*object) || is_had(*object) || is_counted_by(*object);
  };
  if (std::ranges::none_of(objects, can_be_held)) return std::vector<std::vector<Holder>>(objects.size());
  return Search(now(), objects).run();
}

std::vector<Holder> callers_without(const Database& before, const Database& desired, const Object& function) {
  std::vector<Holder> found;
  const auto was = taker_of(function);
  if (!was || was->open) return found;
  // What an extension brings is not known here. One that was there already has no other function of just these types:
  // a call that gives them meant the one that goes.
  bool has_extension = false;
  for (const auto& object : desired.objects) {
    if (object.type != "extension") continue;
    if (!before.object(object.path())) return found;
    has_extension = true;
  }
  const auto takers = takers_in(desired, function.provides());
  Scopes scopes{desired};
  Listener listener(scopes, function.provides(), true);
  each_text(desired, listener, [&](const Held& text) {
    const auto calls = std::exchange(listener.calls, {});
    listener.types.clear();
    (void)listener.take_any();
    const auto is_left = [&](const Call& call) {
      const auto takes = [&](const Taker& one) { return one.path == call.path && one.takes(call.arguments); };
      const bool is_sure = !call.given.empty() && std::ranges::all_of(call.given, [&](const auto& given) {
        return was->takes(given) == true;
      });
      return takes(*was) && std::ranges::none_of(takers, takes) && !takes_it_itself(call) &&
             (!has_extension || is_sure);
    };
    if (std::ranges::none_of(calls, is_left)) return;
    found.push_back(text.holder);
    found.back().words = text.late ? "calls it whenever it runs" : "calls it";
  });
  return found;
}

}  // namespace dmc::dialects::postgres
