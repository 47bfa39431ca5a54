// The word in front says which of them it is.
#include "editors/lsp/engine_names.hpp"

#include "grammar/scan.hpp"

namespace dmc::lsp {

bool ends_with_word(std::string_view before, std::string_view word) {
  return before.ends_with(word) &&
         (before.size() == word.size() || !grammar::is_name_part(before[before.size() - word.size() - 1]));
}

std::vector<EngineName> engine_names(std::string_view before, bool in_index, bool privilege,
                                     const std::vector<std::string>& engines, const dialects::Dialects& dialects) {
  std::vector<EngineName> names;
  for (const auto& engine : engines) {
    const auto space = engine.find(' ');
    const auto* dialect = dialects.find(std::string_view(engine).substr(0, space));
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

}  // namespace dmc::lsp
