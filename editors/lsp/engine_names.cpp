// The word in front says which of them it is.
#include "editors/lsp/engine_names.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "grammar/expected.hpp"
#include "grammar/scan.hpp"

namespace dmc::lsp {

bool ends_with_word(std::string_view before, std::string_view word) {
  return before.ends_with(word) &&
         (before.size() == word.size() || !grammar::is_name_part(before[before.size() - word.size() - 1]));
}

namespace {

const dialects::Dialect* dialect_of(std::string_view engine, const dialects::Dialects& dialects) {
  return dialects.find(engine.substr(0, engine.find(' ')));
}

}  // namespace

std::vector<EngineName> engine_names(std::string_view before, bool in_index, bool privilege,
                                     const std::vector<std::string>& engines, const dialects::Dialects& dialects) {
  std::vector<EngineName> names;
  for (const auto& engine : engines) {
    const auto space = engine.find(' ');
    const auto* dialect = dialect_of(engine, dialects);
    if (!dialect) continue;
    const auto& known = dialect->description();
    const auto add = [&](const std::vector<std::string_view>& more, bool is_quoted = false) {
      for (const auto name : more) names.push_back({name, known.label, is_quoted});
    };
    if (privilege) add(known.privileges);
    if (in_index && ends_with_word(before, "using")) add(known.index_methods);
    if (ends_with_word(before, "collate")) add(known.collations, true);
    const bool of_engine = ends_with_word(before, "engine =") || ends_with_word(before, "engine=");
    if (of_engine && known.table_engines && space != engine.npos)
      add(known.table_engines(std::string_view(engine).substr(space + 1)));
  }
  return names;
}

std::vector<EngineName> inner_types(std::string_view outer, const std::vector<std::string>& engines,
                                    const dialects::Dialects& dialects) {
  std::vector<EngineName> names;
  for (const auto& engine : engines) {
    const auto* dialect = dialect_of(engine, dialects);
    if (!dialect) continue;
    const auto& known = dialect->description();
    if (std::ranges::find(known.types, outer) == known.types.end()) continue;
    for (const auto type : known.types) {
      dialects::TypeText whole;
      whole.text = fmt::format("{}({})", outer, type);
      whole.name = grammar::lower_case(outer);
      whole.arguments = {std::string(type)};
      if (std::holds_alternative<dialects::NativeType>(dialect->type(whole))) names.push_back({type, known.label});
    }
  }
  return names;
}

}  // namespace dmc::lsp
