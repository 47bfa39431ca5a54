// Names are compared byte by byte, or with ASCII letters folded where the engine does so.
#include "compiler/check/names.hpp"

#include <fmt/format.h>

#include "compiler/check/words.hpp"

namespace dmc::check {

namespace {

constexpr std::string_view reserved_prefix = "_dmc_";

}  // namespace

bool same_name(std::string_view left, std::string_view right, bool fold) {
  if (left.size() != right.size()) return false;
  if (!fold) return left == right;
  for (std::size_t at = 0; at < left.size(); ++at)
    if (lower_case(left[at]) != lower_case(right[at])) return false;
  return true;
}

std::size_t NameHash::operator()(std::string_view name) const {
  std::uint64_t hash = 1469598103934665603U;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(fold ? lower_case(c) : c);
    hash *= 1099511628211U;
  }
  return hash;
}

bool check_new_name(Context& context, const dialects::Description& engine, const ast::Name& name,
                    std::string_view what) {
  if (same_name(name.text.substr(0, reserved_prefix.size()), reserved_prefix, true)) {
    context.error("E0211", name.span, fmt::format("the name '{}' of this {} is reserved", name.text, what),
                  "the tables that dmc keeps for itself begin with '_dmc_'");
    return false;
  }
  if (engine.longest_name > 0 && name.text.size() > static_cast<std::size_t>(engine.longest_name)) {
    context.error("E0212", name.span, fmt::format("the name of this {} has {} bytes", what, name.text.size()),
                  fmt::format("{} keeps {} and cuts off the rest", engine.label, engine.longest_name));
    return false;
  }
  const auto has_upper = [&] { return std::ranges::any_of(name.text, [](char c) { return c >= 'A' && c <= 'Z'; }); };
  if (engine.unquoted_names_are_lower_case && !name.quoted && has_upper()) {
    const std::string lower = lower_case(name.text);
    context
        .error("E0213", name.span,
               fmt::format("{} stores this {} as '{}', not as '{}'", engine.label, what, lower, name.text),
               "a name stands here as the engine stores it")
        .help.push_back(fmt::format("write {}, or \"{}\" if the upper case is meant", lower, name.text));
    return false;
  }
  return true;
}

void offer(grammar::Diagnostic& diagnostic, std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t few = 8;
  const auto near = grammar::nearest(word, candidates);
  if (!near.empty()) {
    diagnostic.help.push_back(fmt::format("did you mean {}?", alternatives(near)));
    return;
  }
  if (candidates.empty() || candidates.size() > few) return;
  std::vector<std::string> all(candidates.begin(), candidates.end());
  std::ranges::sort(all);
  diagnostic.help.push_back(fmt::format("there {} {}", all.size() == 1 ? "is only" : "are", listed(all)));
}

std::string alternatives(const std::vector<std::string>& words) {
  std::string result;
  for (std::size_t index = 0; index < words.size(); ++index) {
    if (index > 0) result += index + 1 == words.size() ? " or " : ", ";
    result += "'" + words[index] + "'";
  }
  return result;
}

std::string_view phrase_of(EntityKind kind) {
  switch (kind) {
    case EntityKind::table:
      return "a table";
    case EntityKind::view:
      return "a view";
    case EntityKind::index:
      return "an index";
    case EntityKind::object:
      return "an object";
  }
  return "an object";
}

Directory::Directory(const dialects::Description& engine, std::string_view database)
    : engine_(engine),
      database_(database),
      first_(16, NameHash{engine.names_fold_case}, NameEqual{engine.names_fold_case}) {}

void Directory::reserve(std::size_t count) {
  entities_.reserve(count);
  same_.reserve(count);
  first_.reserve(count);
}

std::string Directory::path_of(const Entity& entity) {
  if (entity.schema.empty()) return std::string(entity.name);
  return fmt::format("{}.{}", entity.schema, entity.name);
}

void Directory::report_taken(Context& context, const Entity& first, const Entity& second) const {
  const std::string there = fmt::format("{} of this name is there already", phrase_of(first.kind));
  const std::string label =
      first.kind == second.kind ? there : fmt::format("{}, and {} shares its names", there, phrase_of(second.kind));
  auto& diagnostic =
      first.name == second.name
          ? context.error("E0210", second.span, fmt::format("'{}' is declared twice", path_of(second)), label)
          : context.error("E0214", second.span,
                          fmt::format("'{}' and '{}' are one name on {}", second.name, first.name, engine_.label),
                          label);
  diagnostic.notes.push_back({first.span, "the first one"});
}

bool Directory::enter(Context& context, const Entity& entity) {
  const auto place = static_cast<std::uint32_t>(entities_.size());
  const auto [found, is_new] = first_.try_emplace(entity.name, place);
  if (!is_new) {
    std::uint32_t last = found->second;
    for (std::uint32_t at = last;; at = same_[at]) {
      const Entity& other = entities_[at];
      last = at;
      if (same_name(other.schema, entity.schema, engine_.names_fold_case)) {
        report_taken(context, other, entity);
        return false;
      }
      if (same_[at] == at) break;
    }
    same_[last] = place;
  }
  entities_.push_back(entity);
  same_.push_back(place);
  return true;
}

bool Directory::may_be_in(const ast::Path& path, const Entity& entity) const {
  const bool fold = engine_.names_fold_case;
  const auto in_schema = [&](std::string_view schema) {
    if (entity.schema.empty()) return same_name(schema, engine_.default_schema, fold);
    return same_name(schema, entity.schema, fold);
  };
  switch (path.parts.size()) {
    case 1:
      return true;
    case 2:
      return in_schema(path.parts[0].text) || path.parts[0].text == database_;
    case 3:
      return path.parts[0].text == database_ && in_schema(path.parts[1].text);
    default:
      return false;
  }
}

std::vector<const Entity*> Directory::candidates(const ast::Path& path) const {
  std::vector<const Entity*> result;
  const auto found = first_.find(path.parts.back().text);
  if (found == first_.end()) return result;
  for (std::uint32_t at = found->second;; at = same_[at]) {
    if (may_be_in(path, entities_[at])) result.push_back(&entities_[at]);
    if (same_[at] == at) return result;
  }
}

const Entity* Directory::peek(const ast::Path& path) const {
  const auto found = candidates(path);
  return found.size() == 1 ? found.front() : nullptr;
}

Met Directory::find(Context& context, const ast::Path& path, std::string_view expected) const {
  const ast::Name& last = path.parts.back();
  const auto found = candidates(path);
  if (found.size() == 1) return {found.front(), false};
  if (found.size() > 1) {
    std::vector<std::string> paths;
    for (const Entity* candidate : found) {
      paths.push_back(candidate->schema.empty() ? fmt::format("{}.{}", engine_.default_schema, candidate->name)
                                                : path_of(*candidate));
    }
    std::ranges::sort(paths);
    context.error("E0226", path.span, fmt::format("'{}' can mean {}", last.text, listed(paths)),
                  "write which one, with its schema");
    return {nullptr, true};
  }
  if (incomplete_ || context.broken.may_declare(last.text)) return {nullptr, true};
  std::string text;
  for (const ast::Name& part : path.parts) text += (text.empty() ? "" : ".") + std::string(part.text);
  auto& diagnostic =
      context.error("E0225", path.span, fmt::format("there is no {} '{}' in database '{}'", expected, text, database_),
                    fmt::format("expected a {} of '{}'", expected, database_));
  std::vector<std::string_view> names;
  for (const Entity& entity : entities_)
    if (entity.kind == EntityKind::table || entity.kind == EntityKind::view) names.push_back(entity.name);
  offer(diagnostic, last.text, names);
  return {nullptr, true};
}

std::optional<std::string_view> Directory::schema_of(Context& context, const ast::Path& path) const {
  std::size_t qualifiers = path.parts.size() - 1;
  std::size_t at = 0;
  // `shop.users` inside `database shop` names the database, unless it has schemas: then the schema comes first.
  if (qualifiers > 0 && path.parts[0].text == database_ && (qualifiers == 2 || !engine_.has_schemas)) {
    ++at;
    --qualifiers;
  }
  if (qualifiers == 0) return std::string_view{};
  const ast::Name& schema = path.parts[at];
  if (qualifiers > 1) {
    context.error("E0219", path.span, "this name has too many parts", "at most [database.][schema.]name");
    return std::nullopt;
  }
  if (same_name(schema.text, engine_.default_schema, engine_.names_fold_case)) return std::string_view{};
  if (!engine_.has_schemas) {
    const std::string besides =
        engine_.default_schema.empty() ? "" : fmt::format(" besides '{}'", engine_.default_schema);
    context
        .error("E0218", schema.span, fmt::format("{} has no schemas{}", engine_.label, besides),
               fmt::format("'{}' stands where a schema would", schema.text))
        .help.push_back(fmt::format("leave it out: {}", path.parts.back().text));
    return std::nullopt;
  }
  return schema.text;
}

}  // namespace dmc::check
