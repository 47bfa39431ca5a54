// Engines by name and version.
#include "compiler/check/engines.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace dmc::check {

namespace {

/// Engines that the language has words for; a build may lack the dialect.
constexpr std::array engine_names =
    std::to_array<std::string_view>({"clickhouse", "mariadb", "mongodb", "mysql", "postgres", "sqlite"});

std::vector<std::string> built_in(const dialects::Dialects& dialects) {
  std::vector<std::string> names;
  for (const auto& dialect : dialects.all()) names.push_back(dialect->description().name);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string_view> all_names(const std::vector<std::string>& built) {
  std::vector<std::string_view> names(engine_names.begin(), engine_names.end());
  for (const std::string& name : built)
    if (!std::ranges::count(names, name)) names.push_back(name);
  return names;
}

}  // namespace

const dialects::Dialect* find_engine(Context& context, const ast::Name& engine) {
  if (const dialects::Dialect* dialect = context.dialects.find(engine.text)) return dialect;
  const auto built = built_in(context.dialects);
  const bool is_known = std::ranges::count(engine_names, engine.text) > 0;
  auto& diagnostic = is_known ? context.error("E0215", engine.span,
                                              fmt::format("this version of dmc has no dialect for '{}'", engine.text),
                                              fmt::format("expected {}", alternatives(built)))
                              : context.error("E0215", engine.span, fmt::format("there is no engine '{}'", engine.text),
                                              fmt::format("expected {}", alternatives(built)));
  if (!is_known) {
    const auto near = grammar::nearest(engine.text, all_names(built));
    if (!near.empty()) diagnostic.help.push_back(fmt::format("did you mean {}?", alternatives(near)));
  }
  return nullptr;
}

bool check_engine_name(Context& context, const ast::Name& engine) {
  const auto built = built_in(context.dialects);
  const auto names = all_names(built);
  if (std::ranges::count(names, engine.text) > 0) return true;
  auto& diagnostic = context.error("E0215", engine.span, fmt::format("there is no engine '{}'", engine.text),
                                   "a pattern's variant names an engine");
  offer(diagnostic, engine.text, names);
  return false;
}

int compare_versions(std::string_view left, std::string_view right) {
  const auto next = [](std::string_view& text) {
    const std::string_view part = text.substr(0, text.find('.'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    std::uint32_t number = 0;
    std::from_chars(part.data(), part.data() + part.size(), number);
    return number;
  };
  while (!left.empty() || !right.empty()) {
    const std::uint32_t one = next(left);
    const std::uint32_t other = next(right);
    if (one != other) return one < other ? -1 : 1;
  }
  return 0;
}

std::string oldest_version(Context& context, const dialects::Description& engine, const ast::EngineVersion& version) {
  if (compare_versions(version.text, engine.oldest_version) < 0) {
    context.error("E0217", version.span, fmt::format("{} {} is too old", engine.label, version.text),
                  fmt::format("dmc supports {} {} and newer", engine.label, engine.oldest_version));
  } else if (!engine.newest_version.empty() && compare_versions(version.text, engine.newest_version) > 0) {
    context.diagnostics.warning(
        "E0217", version.span, fmt::format("{} {} is newer than this version of dmc knows", engine.label, version.text),
        fmt::format("it is taken for {}, the newest whose behaviour is known", engine.newest_version));
  }
  return std::string(version.text);
}

}  // namespace dmc::check
