#include "editors/lsp/patterns.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "editors/lsp/features.hpp"
#include "grammar/scan.hpp"

namespace dmc::lsp {

std::optional<OpenUse> open_use(std::string_view text, std::uint32_t offset) {
  std::size_t depth = 0;
  std::size_t argument = 0;
  for (std::size_t at = offset; at-- > 0;) {
    const char c = text[at];
    if (c == ')') ++depth;
    if (c == ',' && depth == 0) ++argument;
    if (depth == 0 && (c == ';' || c == '{' || c == '}')) return std::nullopt;
    if (c != '(' || depth-- > 0) continue;
    std::size_t begin = at;
    while (begin > 0 && (grammar::is_name_part(text[begin - 1]) || text[begin - 1] == '.')) --begin;
    const auto name = text.substr(begin, at - begin);
    while (begin > 0 && grammar::is_blank(text[begin - 1])) --begin;
    const bool is_use = begin >= 3 && text.substr(begin - 3, 3) == "use";
    if (!is_use || name.empty()) return std::nullopt;
    return OpenUse{name, argument};
  }
  return std::nullopt;
}

std::vector<std::string> parameters_of(const Met& pattern) {
  std::vector<std::string> parameters;
  for (const auto& mention : pattern.document->mentions().names)
    if (mention.kind == grammar::Kind::parameter && mention.begin > pattern.mention.begin &&
        mention.end < pattern.mention.whole_end)
      parameters.emplace_back(pattern.document->slice(mention.whole_begin, mention.whole_end));
  return parameters;
}

std::string engine_of(const Met& pattern) {
  for (const auto item : pattern.document->tree().root().children())
    if (item.is(grammar::Kind::pattern) && item.span().begin <= pattern.mention.begin &&
        pattern.mention.begin < item.span().end)
      if (const auto engine = item.child(grammar::Kind::engine))
        if (const auto name = engine->child(grammar::Kind::name)) return std::string(name->text());
  return {};
}

Call call_of(const std::string& name, const Met& pattern) {
  Call call{name + "(", name + "("};
  std::size_t count = 0;
  for (const auto& parameter : parameters_of(pattern)) {
    const auto colon = std::min(parameter.find(':'), parameter.size());
    const auto kind = std::string_view(parameter).substr(colon);
    const bool is_text = kind.find("text") != kind.npos, is_sql = kind.find("sql") != kind.npos;
    const std::string separator = count++ > 0 ? ", " : "";
    call.label += separator + parameter;
    call.snippet += fmt::format("{}{}${{{}:{}}}{}", separator,
                                is_text  ? "'"
                                : is_sql ? "("
                                         : "",
                                count, parameter.substr(0, colon),
                                is_text  ? "'"
                                : is_sql ? ")"
                                         : "");
  }
  call.label += ")";
  call.snippet += ")";
  return call;
}

std::string_view place_of(const Met& pattern) {
  auto text = pattern.document->slice(pattern.mention.begin, pattern.mention.whole_end);
  std::size_t depth = 0;
  std::size_t at = text.find('(');
  for (; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) break;
  }
  const auto word = [&] {
    while (at < text.size() && !grammar::is_name_part(text[at])) ++at;
    const auto begin = at;
    while (at < text.size() && grammar::is_name_part(text[at])) ++at;
    return text.substr(std::min(begin, text.size()), at - begin);
  };
  return word() == "in" ? word() : std::string_view();
}

std::vector<std::pair<std::string, Met>> patterns_of(const Workspace& workspace) {
  std::vector<std::pair<std::string, Met>> patterns;
  workspace.each_pattern([&](const Document& document, const Mention& mention, bool standard) {
    patterns.emplace_back((standard ? "std." : "") + std::string(mention.name), Met{&document, mention});
  });
  return patterns;
}

Json signature_help(const Asked& asked) {
  const auto use = open_use(asked.document.text(), asked.offset);
  if (!use) return {};
  JsonArray signatures;
  for (const auto& [name, pattern] : patterns_of(asked.workspace)) {
    if (name != use->name) continue;
    JsonArray parameters;
    std::string label = name + "(";
    for (const auto& parameter : parameters_of(pattern)) {
      label += (parameters.empty() ? "" : ", ") + parameter;
      parameters.push_back(json_object({{"label", json(parameter)}}));
    }
    signatures.push_back(
        json_object({{"label", json(label + ")")}, {"parameters", json_array(std::move(parameters))}}));
  }
  if (signatures.empty()) return {};
  return json_object({{"signatures", json_array(std::move(signatures))},
                      {"activeSignature", json(std::int64_t{0})},
                      {"activeParameter", json(static_cast<std::int64_t>(use->argument))}});
}

}  // namespace dmc::lsp
