// The names and texts have one form (statement_grants.cpp writes it), so their words are enough to read them.
#include "compiler/dialects/postgres/grant_steps.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Object;

constexpr std::string_view with_option = " with grant option";

/// "grant on table orders to app": `on` is "table orders".
struct Grant {
  std::string on;
  std::string role;
  bool option = false;
};

std::optional<Grant> read_grant(std::string_view name) {
  constexpr std::string_view begin = "grant on ", gap = " to ";
  if (!name.starts_with(begin)) return std::nullopt;
  name.remove_prefix(begin.size());
  Grant grant;
  grant.option = name.ends_with(with_option);
  if (grant.option) name.remove_suffix(with_option.size());
  const auto to = name.rfind(gap);
  if (to == std::string_view::npos) return std::nullopt;
  grant.on = name.substr(0, to);
  grant.role = name.substr(to + gap.size());
  return grant;
}

/// `insert`, `select` of "… grant insert, select on …"; of columns, with them.
std::set<std::string, std::less<>> privileges_in(std::string_view create) {
  constexpr std::string_view word = "grant ";
  std::set<std::string, std::less<>> privileges;
  const auto begin = create.find(word);
  auto list = create.substr(begin + word.size(), create.find(" on ", begin) - begin - word.size());
  while (!list.empty()) {
    const auto comma = std::min(list.find(", "), list.size());
    privileges.emplace(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 2, list.size()));
  }
  return privileges;
}

/// Whether default privileges give the role more on such a thing than the grant says.
bool says_less(const Grant& grant, std::string_view create, const Object& defaults) {
  const auto kind = grant.on.substr(0, grant.on.find(' '));
  const auto kinds = (kind == "procedure" ? "function" : kind == "domain" ? "type" : kind) + "s";
  std::string_view name = defaults.name;
  const bool option = name.ends_with(with_option);
  if (option) name.remove_suffix(with_option.size());
  if (!name.ends_with(fmt::format(" on {} to {}", kinds, grant.role))) return false;
  const auto said = privileges_in(create);
  if (option && !grant.option) return true;
  return !said.contains("all") && !std::ranges::includes(said, privileges_in(defaults.create.text));
}

const Object* other_grant(const Lowering& lowering, const Object& grant) {
  std::string name = grant.name;
  if (name.ends_with(with_option))
    name.resize(name.size() - with_option.size());
  else
    name += with_option;
  return lowering.before.object(name);
}

}  // namespace

bool gives_privileges(const Object& object) {
  return object.name.starts_with("grant on ") || object.name.starts_with("default privileges for ");
}

std::string loses_defaults(const Lowering& lowering, const Object& object) {
  const auto grant = read_grant(object.name);
  if (!grant) return {};
  const bool less = std::ranges::any_of(lowering.before.objects, [&](const Object& each) {
    return each.type == "default privileges" && says_less(*grant, object.create.text, each);
  });
  return less ? grant->role : std::string();
}

std::vector<std::string> change_grant(const Lowering& lowering, const Object* before, const Object* after) {
  const auto& object = after ? *after : *before;
  std::vector<std::string> statements;
  if (before)
    statements = statements_in(before->drop.text);
  else if (!loses_defaults(lowering, object).empty())
    statements = {fmt::format("revoke all on {} from {}", read_grant(object.name)->on, read_grant(object.name)->role)};
  const bool takes = !statements.empty();
  if (after) append(statements, statements_in(after->create.text));
  if (const auto* other = takes ? other_grant(lowering, object) : nullptr)
    append(statements, statements_in(other->create.text));
  return statements;
}

}  // namespace dmc::dialects::postgres
