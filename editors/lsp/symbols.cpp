// What a file declares, as a tree; and what a project declares, by name.
#include <algorithm>

#include "editors/lsp/features.hpp"

namespace dmc::lsp {

namespace {

using grammar::Kind;

/// SymbolKind of the protocol.
std::int64_t symbol_kind(const Mention& mention) {
  switch (mention.meaning) {
    case Meaning::database:
      return 4;  // Package
    case Meaning::schema:
      return 3;  // Namespace
    case Meaning::relation:
      return mention.kind == Kind::table ? 23 : 11;  // Struct, Interface
    case Meaning::column:
      return 8;  // Field
    case Meaning::index:
    case Meaning::constraint:
      return 20;  // Key
    case Meaning::type:
      return 10;  // Enum
    case Meaning::enum_value:
      return 22;  // EnumMember
    case Meaning::function:
    case Meaning::pattern:
      return 12;  // Function
    case Meaning::trigger:
    case Meaning::change:
      return 24;  // Event
    case Meaning::parameter:
      return 26;  // TypeParameter
    default:
      return 19;  // Object
  }
}

std::string name_of(const Mention& mention) {
  if (mention.meaning != Meaning::change) return std::string(mention.name.empty() ? "?" : mention.name);
  return "change " + std::string(mention.owner) + " " + std::string(mention.name);
}

/// The type behind a column's name, "table" of a table.
std::string detail_of(const Document& document, const Mention& mention) {
  if (mention.meaning != Meaning::column) return std::string(word_of(mention));
  const auto rest = document.slice(mention.end, mention.whole_end);
  const auto begin = rest.find_first_not_of(" \t\n\r");
  if (begin == std::string_view::npos) return {};
  return std::string(rest.substr(begin, rest.find_first_of(" \t\n\r;", begin) - begin));
}

/// The declaration at `index` and all that lie within it; moves `index` past them.
Json symbol(const Document& document, const std::vector<Mention>& names, std::size_t& index) {
  const Mention mention = names[index++];
  JsonArray inner;
  while (index < names.size() && names[index].begin < mention.whole_end) {
    if (names[index].declares)
      inner.push_back(symbol(document, names, index));
    else
      ++index;
  }
  return json_object({{"name", json(name_of(mention))},
                      {"detail", json(detail_of(document, mention))},
                      {"kind", json(symbol_kind(mention))},
                      {"range", document.range(mention.whole_begin, mention.whole_end)},
                      {"selectionRange", document.range(mention.begin, mention.end)},
                      {"children", inner.empty() ? absent() : json_array(std::move(inner))}});
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool matches(std::string_view name, std::string_view query) {
  std::size_t at = 0;
  for (const char c : name)
    if (at < query.size() && lower(c) == lower(query[at])) ++at;
  return at == query.size();
}

}  // namespace

std::string_view word_of(const Mention& mention) {
  switch (mention.kind) {
    case Kind::table:
      return "table";
    case Kind::view:
      return "view";
    case Kind::materialized_view:
      return "materialized view";
    case Kind::column:
      return "column";
    case Kind::index:
      return "index";
    case Kind::constraint:
      return "constraint";
    case Kind::enumeration:
      return "enum";
    case Kind::enum_value:
      return "value";
    case Kind::domain:
      return "domain";
    case Kind::function:
      return "function";
    case Kind::procedure:
      return "procedure";
    case Kind::trigger:
      return "trigger";
    case Kind::sequence:
      return "sequence";
    case Kind::schema:
      return "schema";
    case Kind::database:
      return "database";
    case Kind::pattern:
      return "pattern";
    case Kind::parameter:
      return "parameter";
    case Kind::row_policy:
      return "row policy";
    case Kind::change:
      return "change";
    case Kind::partition:
      return "partition";
    case Kind::projection:
      return "projection";
    default:
      return "";
  }
}

Json document_symbols(const Asked& asked) {
  const auto& names = asked.document.mentions().names;
  JsonArray symbols;
  for (std::size_t index = 0; index < names.size();) {
    if (names[index].declares)
      symbols.push_back(symbol(asked.document, names, index));
    else
      ++index;
  }
  return json_array(std::move(symbols));
}

JsonArray workspace_symbols(const Workspace& workspace, std::string_view query) {
  constexpr std::size_t most = 512;
  JsonArray symbols;
  workspace.each_declaration([&](const Document& document, const Mention& mention) {
    if (symbols.size() >= most || mention.meaning == Meaning::parameter || !matches(name_of(mention), query)) return;
    symbols.push_back(
        json_object({{"name", json(name_of(mention))},
                     {"kind", json(symbol_kind(mention))},
                     {"location", location(workspace, document, mention.begin, mention.end)},
                     {"containerName",
                      mention.owner.empty() || mention.meaning == Meaning::change ? absent() : json(mention.owner)}}));
  });
  return symbols;
}

}  // namespace dmc::lsp
