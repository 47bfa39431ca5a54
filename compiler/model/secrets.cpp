#include "compiler/model/secrets.hpp"

#include <algorithm>

#include "compiler/model/sql_text.hpp"

namespace dmc::model {

namespace {

constexpr std::string_view before = "'${env ", behind = "}'";

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

/// The name in a token that is a secret; empty when it is none.
std::string_view name_in(std::string_view token) {
  if (token.size() <= before.size() + behind.size() || !token.starts_with(before) || !token.ends_with(behind))
    return {};
  token = token.substr(before.size(), token.size() - before.size() - behind.size());
  return is_name(token) ? token : std::string_view();
}

}  // namespace

bool is_secret(std::string_view literal) { return !name_in(literal).empty(); }

std::vector<std::string> secrets_of(const std::vector<std::string>& statements) {
  std::vector<std::string> names;
  for (const auto& sql : statements) {
    if (sql.find(before) == std::string::npos) continue;
    for (const auto& token : sql_tokens(sql)) {
      const std::string name(token.kind == SqlToken::Kind::string ? name_in(token.text) : std::string_view());
      if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

std::string with_secrets(std::string_view sql, const std::function<std::string(const std::string& name)>& literal_of) {
  std::string text;
  std::size_t done = 0;
  for (const auto& token : sql_tokens(sql)) {
    if (token.kind != SqlToken::Kind::string || !is_secret(token.text)) continue;
    text += sql.substr(done, token.begin - done);
    text += literal_of(std::string(name_in(token.text)));
    done = token.end;
  }
  text += sql.substr(done);
  return text;
}

}  // namespace dmc::model
