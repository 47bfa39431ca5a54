// An address may hold a password, so no message repeats it.
#include "runtime/inventory/address.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

namespace dmc::inventory {

namespace {

std::optional<session::Url> read_url(std::string_view text, grammar::Span span, std::string_view from,
                                     grammar::Diagnostics& diagnostics) {
  std::string reason;
  if (auto url = session::parse_url(text, reason)) return url;
  diagnostics.error("E0604", span, fmt::format("{} holds no address that dmc can reach", from), reason);
  return std::nullopt;
}

/// Where the passwords of an address stand in a text that it begins in at `slashes`, as pairs of begin and end:
/// "user:secret@host" behind the slashes, and parameters whose names say that they are secret.
std::vector<std::pair<std::size_t, std::size_t>> passwords_in(std::string_view text, std::size_t slashes) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  const auto begin = slashes + 3, end = std::min(text.find_first_of("'\n", begin), text.size());
  const auto host = text.substr(0, end).rfind('@'), colon = text.find(':', begin);
  if (host != std::string_view::npos && colon < host) found.emplace_back(colon + 1, host);
  for (auto at = text.find('?', begin); at < end;) {
    const auto stop = std::min(text.find('&', at + 1), end), equals = text.find('=', at);
    if (equals < stop) {
      const auto name = text.substr(at, equals - at);
      for (const auto* word : {"pass", "secret", "token"})
        if (name.find(word) != std::string_view::npos) found.emplace_back(equals + 1, stop);
    }
    at = stop;
  }
  return found;
}

bool has_password(std::string_view text) {
  const auto slashes = text.find("://");
  return slashes != std::string_view::npos && !passwords_in(text, slashes).empty();
}

/// A path begins at the folder of the file that it stands in.
std::optional<session::Url> from_folder(std::optional<session::Url> url, const std::filesystem::path& folder) {
  if (url && url->engine == "sqlite" && !url->location.starts_with('/') && !folder.empty())
    url->location = (folder / url->location).lexically_normal().string();
  return url;
}

std::string trimmed(std::string text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.back())) text.pop_back();
  std::size_t begin = 0;
  while (begin < text.size() && is_space(text[begin])) ++begin;
  return text.substr(begin);
}

}  // namespace

std::string without_passwords(std::string text) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3))
    for (const auto& [begin, end] : passwords_in(text, at))
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + static_cast<std::ptrdiff_t>(end),
                '*');
  return text;
}

std::optional<session::Url> written_url(std::string_view text, grammar::Span span, const Surroundings& surroundings,
                                        grammar::Diagnostics& diagnostics) {
  if (has_password(text)) {
    diagnostics
        .error("E0605", span, "a password stands in an inventory that everybody may read",
               "take the whole address from the environment")
        .help.emplace_back("shard NAME at env NAME_URL;");
    return std::nullopt;
  }
  return from_folder(read_url(text, span, "this text", diagnostics), surroundings.folder);
}

std::optional<session::Url> url_of(const ast::Address& address, std::string_view whose,
                                   const Surroundings& surroundings, grammar::Diagnostics& diagnostics) {
  if (const auto* text = std::get_if<ast::Text>(&address))
    return written_url(text->value, text->span, surroundings, diagnostics);
  if (const auto* variable = std::get_if<ast::Environment>(&address)) {
    const std::string name(variable->variable.text);
    const auto value = surroundings.variable(name);
    if (value && !value->empty())
      return read_url(*value, variable->variable.span, fmt::format("the variable {}", name), diagnostics);
    diagnostics
        .error("E0602", variable->variable.span, fmt::format("the variable {} is not set", name),
               fmt::format("the address of {} is taken from it", whose))
        .help.push_back(fmt::format("export {}=sqlite:PATH", name));
    return std::nullopt;
  }
  const auto& path = std::get<ast::FileReference>(address).path;
  const auto text = surroundings.file(std::string(path.value));
  const auto its_folder = std::filesystem::path(surroundings.folder) / std::filesystem::path(path.value).parent_path();
  if (text) return from_folder(read_url(trimmed(*text), path.span, "the file", diagnostics), its_folder);
  diagnostics.error("E0603", path.span, "the file is not there, or cannot be read",
                    fmt::format("the address of {} is taken from it", whose));
  return std::nullopt;
}

}  // namespace dmc::inventory
