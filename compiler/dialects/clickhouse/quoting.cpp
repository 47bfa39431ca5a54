// The server reads a backslash as the beginning of an escape, in names and in texts.
#include "compiler/dialects/clickhouse/quoting.hpp"

#include "compiler/model/sql_text.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::dialects::clickhouse {

namespace {

std::string between(std::string_view text, char mark) {
  std::string out(1, mark);
  for (const char c : text) {
    if (c == mark || c == '\\') out += '\\';
    out += c;
  }
  return out + mark;
}

}  // namespace

std::string quoted(std::string_view name) { return between(name, '`'); }

std::string quoted_where_needed(std::string_view name) {
  return model::stands_unquoted(name) ? std::string(name) : quoted(name);
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (const auto& name : names) parts.push_back(quoted(name));
  return joined(parts, ", ");
}

std::string text_literal(std::string_view text) { return between(text, '\''); }

std::string in_parentheses(std::string_view expression) { return "(" + std::string(expression) + ")"; }

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i) out += separator;
    out += parts[i];
  }
  return out;
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i) out += i + 1 == names.size() ? " and " : ", ";
    out += names[i];
  }
  return out;
}

std::string own_name(std::string_view purpose, std::string_view serves) {
  return "_dmc_" + std::string(purpose) + "_" +
         plan::short_digest(plan::digest(std::string(purpose) + '\x1f' + std::string(serves)));
}

}  // namespace dmc::dialects::clickhouse
