// Objects that are kept as the engine's own statements, and statements of an author's own.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/step_parts.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Object;

/// Where the server lists objects of a type, and what more must hold of the row.
struct Listing {
  std::string_view type;
  std::string_view from;
};
constexpr std::array listings{
    Listing{"dictionary", "system.tables where database = currentDatabase() and engine = 'Dictionary' and name"},
    Listing{"function", "system.functions where name"},
    Listing{"named collection", "system.named_collections where name"},
    Listing{"user", "system.users where name"},
    Listing{"role", "system.roles where name"},
    Listing{"quota", "system.quotas where name"},
    Listing{"settings profile", "system.settings_profiles where name"},
    Listing{"row policy", "system.row_policies where short_name"}};

/// None where nothing tells whether it is there.
std::optional<plan::QueryCheck> object_is(const Object& object, bool there) {
  const auto found = std::ranges::find(listings, std::string_view(object.type), &Listing::type);
  if (found == listings.end()) return std::nullopt;
  std::string name = object.name;
  if (name.starts_with(object.type + " ")) name.erase(0, object.type.size() + 1);
  name = name.substr(0, name.find_first_of("( "));
  auto query = fmt::format("select 1 from {} = {}", found->from, text_literal(name));
  const auto what = object.type + " " + name;
  return there ? some_rows(what + " exists", std::move(query)) : no_rows(what + " does not exist", std::move(query));
}

plan::Step object_step(const Object& object, std::string summary, const std::string& statement, bool was, bool is) {
  auto step = once(object.label(), std::move(summary), statement);
  const auto before = object_is(object, was), after = object_is(object, is);
  if (before && was != is) step.pre.push_back(*before);
  if (after && was != is) step.post.push_back(*after);
  if (step.post.empty()) step.exactly_once_by = plan::ExactlyOnce::none;
  return step;
}

plan::Step create_step(const Object& object, const std::string& more = {}) {
  return object_step(object, fmt::format("create {} {}{}", object.type, object.name, more), object.create.text, false,
                     true);
}
plan::Step drop_step(const Object& object, const std::string& more = {}) {
  return object_step(object, fmt::format("drop {} {}{}", object.type, object.name, more), object.drop.text, true,
                     false);
}
plan::Step replace_step(const Object& object) {
  return object_step(object, fmt::format("replace {} {}", object.type, object.name), object.replace->text, true, true);
}

Pairs replaced(const Object& before, const Object& after) {
  Pairs pairs;
  const auto held = lossy("what " + after.type + " " + after.name + " held");
  if (before.create == after.create) {
    const auto words = fmt::format("declare {} {} anew; it stays as it is", after.type, after.name);
    pairs.push_back(pair_of(nothing(after.label(), words), exact(), nothing(after.label(), words)));
  } else if (after.replace && before.replace) {
    pairs.push_back(pair_of(replace_step(after), exact(), replace_step(before)));
  } else {
    pairs.push_back(pair_of(drop_step(before, " as it was"), held, create_step(before, " as it was")));
    pairs.push_back(pair_of(create_step(after), exact(), drop_step(after)));
  }
  return pairs;
}

}  // namespace

Pairs lower_object(const Lowering&, const Object* before, const Object* after) {
  if (before && after) return replaced(*before, *after);
  const auto& object = before ? *before : *after;
  const auto what = object.type + " " + object.name;
  Pairs pairs;
  if (before)
    pairs.push_back(pair_of(drop_step(object), lossy("what " + what + " held"), create_step(object, " again")));
  else
    pairs.push_back(pair_of(create_step(object), until_written("what " + what + " holds by then"), drop_step(object)));
  return pairs;
}

Pairs lower_run(const Lowering& lowering, const change::RunStatements& run) {
  const auto& statement = run.statement;
  const auto& object = lowering.change.object;
  const auto list = [&](const std::vector<model::Sql>& texts, const std::string& summary) {
    std::vector<plan::Step> steps;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto place = texts.size() < 2 ? "" : fmt::format(", statement {} of {}", i + 1, texts.size());
      steps.push_back(once(object, summary + place, texts[i].text, "rows"));
      steps.back().exactly_once_by = plan::ExactlyOnce::none;
    }
    return steps;
  };
  auto forward = list(statement.statements, "run '" + statement.name + "'");
  // The last one answers for all of them.
  if (statement.verify && !forward.empty()) {
    forward.back().post.push_back(*statement.verify);
    forward.back().exactly_once_by = plan::ExactlyOnce::post;
  }
  auto back = list(statement.undo, "take back '" + statement.name + "', as its author wrote it");
  Pairs pairs;
  const auto loses = lossy("whatever '" + statement.name + "' did: its author wrote no way back");
  const auto rest =
      nothing(object, statement.undo_nothing ? "leave what '" + statement.name + "' did: its author wrote no way back"
                                             : "nothing more to take back of '" + statement.name + "'");
  // The author's way back is for all of it, one statement a step, the first statement of it last in the list.
  const auto size = std::max(forward.size(), back.size());
  for (std::size_t i = 0; i < size; ++i) {
    auto step =
        i < forward.size() ? std::move(forward[i]) : nothing(object, "nothing more to run of '" + statement.name + "'");
    const auto from_end = size - 1 - i;
    pairs.push_back(pair_of(std::move(step),
                            statement.undo_nothing ? loses : plan::as_written("what '" + statement.name + "' did"),
                            from_end < back.size() ? std::move(back[from_end]) : rest));
  }
  return pairs;
}

}  // namespace dmc::dialects::clickhouse
