// Cuts the databases out of the text and reads the rest as JSON: a long history costs a glance at each of its catalogs.
#include "compiler/catalog/header.hpp"

#include "compiler/catalog/catalog.hpp"
#include "compiler/catalog/format.hpp"

namespace dmc::catalog {

namespace {

constexpr std::string_view databases = "\"databases\":[";

/// Offset behind the `]` that closes the list whose first byte is at `at`; the size of the text when there is none.
std::size_t past_list(std::string_view text, std::size_t at) {
  std::size_t depth = 1;
  while (depth > 0) {
    at = text.find_first_of("[]\"", at);
    if (at == std::string_view::npos) return text.size();
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
    } else {
      depth = text[at] == '[' ? depth + 1 : depth - 1;
    }
    ++at;
  }
  return std::min(at, text.size());
}

/// The text with an empty list of databases. In canonical bytes one short field comes before the list, and a quote
/// inside it is escaped, so the first match is the list itself.
std::string without_databases(std::string_view bytes) {
  const auto list = bytes.find(databases);
  if (list == std::string_view::npos) return std::string(bytes);
  const auto begin = list + databases.size();
  std::string text(bytes.substr(0, begin));
  return text.append("]").append(bytes.substr(past_list(bytes, begin)));
}

}  // namespace

std::optional<Header> read_header(std::string_view bytes, plan::JsonError& error) {
  const auto json = plan::read_json(without_databases(bytes), error);
  if (!json) {
    // Once more for the place in the whole text.
    plan::read_json(bytes, error);
    return std::nullopt;
  }
  Catalog head;
  if (!known_format<Catalog>(*json, "catalog", error) || !plan::read(*json, head, error)) return std::nullopt;
  return Header{head.number, head.schema_version, head.project, head.parent, head.change_digest};
}

}  // namespace dmc::catalog
