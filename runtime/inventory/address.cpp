// An address may hold a password, so no message repeats it.
#include "runtime/inventory/address.hpp"

#include <algorithm>
#include <filesystem>
#include <variant>

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

/// "user:secret@host" behind the slashes, or a parameter of that name.
bool has_password(std::string_view text) {
  const auto slashes = text.find("://");
  if (slashes == std::string_view::npos) return false;
  const auto rest = text.substr(slashes + 3);
  const auto at = rest.rfind('@');
  return (at != std::string_view::npos && rest.find(':') < at) || rest.find("password=") != std::string_view::npos;
}

void hide(std::string& text, std::size_t begin, std::size_t end) {
  for (auto at = begin; at < end; ++at) text[at] = '*';
}

/// The values behind '?', for a parameter may be a password whatever it is called.
void hide_values(std::string& text, std::size_t begin, std::size_t end) {
  for (auto at = begin; at < end;) {
    const auto stop = std::min(text.find('&', at), end), equals = text.find('=', at);
    if (equals < stop) hide(text, equals + 1, stop);
    at = stop + 1;
  }
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
  constexpr std::string_view slashes = "://";
  for (auto at = text.find(slashes); at != std::string::npos; at = text.find(slashes, at + slashes.size())) {
    const auto begin = at + slashes.size();
    const auto end = std::min(text.find_first_of("'\n", begin), text.size());
    const auto host = std::string_view(text).substr(0, end).rfind('@');
    const auto colon = text.find(':', begin);
    if (host != std::string::npos && colon < host) hide(text, colon + 1, host);
    if (const auto question = text.find('?', begin); question < end) hide_values(text, question + 1, end);
  }
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
  auto url = read_url(text, span, "this text", diagnostics);
  if (url && url->engine == "sqlite" && !url->location.starts_with('/') && !surroundings.folder.empty())
    url->location = (std::filesystem::path(surroundings.folder) / url->location).lexically_normal().string();
  return url;
}

std::optional<session::Url> url_of(const ast::Shard& shard, const Surroundings& surroundings,
                                   grammar::Diagnostics& diagnostics) {
  if (const auto* text = std::get_if<ast::Text>(&shard.address))
    return written_url(text->value, text->span, surroundings, diagnostics);
  if (const auto* variable = std::get_if<ast::Environment>(&shard.address)) {
    const std::string name(variable->variable.text);
    const auto value = surroundings.variable(name);
    if (value && !value->empty())
      return read_url(*value, variable->variable.span, fmt::format("the variable {}", name), diagnostics);
    diagnostics
        .error("E0602", variable->variable.span, fmt::format("the variable {} is not set", name),
               fmt::format("the address of shard '{}' is taken from it", grammar::escaped(shard.name.text)))
        .help.push_back(fmt::format("export {}=sqlite:PATH", name));
    return std::nullopt;
  }
  const auto& path = std::get<ast::FileReference>(shard.address).path;
  const auto text = surroundings.file(std::string(path.value));
  if (text) return read_url(trimmed(*text), path.span, "the file", diagnostics);
  diagnostics.error("E0603", path.span, "the file is not there, or cannot be read",
                    fmt::format("the address of shard '{}' is taken from it", grammar::escaped(shard.name.text)));
  return std::nullopt;
}

}  // namespace dmc::inventory
