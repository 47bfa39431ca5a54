// Quotes names against SQLite's whole keyword list: some keywords may stand unquoted in some places, none needs to.
#include "compiler/dialects/sqlite/names.hpp"

#include <algorithm>
#include <array>

#include "compiler/dialects/sqlite/tokens.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::dialects::sqlite {

namespace {

/// https://www.sqlite.org/lang_keywords.html, with the two names that are read as values.
constexpr std::array<std::string_view, 150> keywords{"abort",
                                                     "action",
                                                     "add",
                                                     "after",
                                                     "all",
                                                     "alter",
                                                     "always",
                                                     "analyze",
                                                     "and",
                                                     "as",
                                                     "asc",
                                                     "attach",
                                                     "autoincrement",
                                                     "before",
                                                     "begin",
                                                     "between",
                                                     "by",
                                                     "cascade",
                                                     "case",
                                                     "cast",
                                                     "check",
                                                     "collate",
                                                     "column",
                                                     "commit",
                                                     "conflict",
                                                     "constraint",
                                                     "create",
                                                     "cross",
                                                     "current",
                                                     "current_date",
                                                     "current_time",
                                                     "current_timestamp",
                                                     "database",
                                                     "default",
                                                     "deferrable",
                                                     "deferred",
                                                     "delete",
                                                     "desc",
                                                     "detach",
                                                     "distinct",
                                                     "do",
                                                     "drop",
                                                     "each",
                                                     "else",
                                                     "end",
                                                     "escape",
                                                     "except",
                                                     "exclude",
                                                     "exclusive",
                                                     "exists",
                                                     "explain",
                                                     "fail",
                                                     "false",
                                                     "filter",
                                                     "first",
                                                     "following",
                                                     "for",
                                                     "foreign",
                                                     "from",
                                                     "full",
                                                     "generated",
                                                     "glob",
                                                     "group",
                                                     "groups",
                                                     "having",
                                                     "if",
                                                     "ignore",
                                                     "immediate",
                                                     "in",
                                                     "index",
                                                     "indexed",
                                                     "initially",
                                                     "inner",
                                                     "insert",
                                                     "instead",
                                                     "intersect",
                                                     "into",
                                                     "is",
                                                     "isnull",
                                                     "join",
                                                     "key",
                                                     "last",
                                                     "left",
                                                     "like",
                                                     "limit",
                                                     "match",
                                                     "materialized",
                                                     "natural",
                                                     "no",
                                                     "not",
                                                     "nothing",
                                                     "notnull",
                                                     "null",
                                                     "nulls",
                                                     "of",
                                                     "offset",
                                                     "on",
                                                     "or",
                                                     "order",
                                                     "others",
                                                     "outer",
                                                     "over",
                                                     "partition",
                                                     "plan",
                                                     "pragma",
                                                     "preceding",
                                                     "primary",
                                                     "query",
                                                     "raise",
                                                     "range",
                                                     "recursive",
                                                     "references",
                                                     "regexp",
                                                     "reindex",
                                                     "release",
                                                     "rename",
                                                     "replace",
                                                     "restrict",
                                                     "returning",
                                                     "right",
                                                     "rollback",
                                                     "row",
                                                     "rows",
                                                     "savepoint",
                                                     "select",
                                                     "set",
                                                     "table",
                                                     "temp",
                                                     "temporary",
                                                     "then",
                                                     "ties",
                                                     "to",
                                                     "transaction",
                                                     "trigger",
                                                     "true",
                                                     "unbounded",
                                                     "union",
                                                     "unique",
                                                     "update",
                                                     "using",
                                                     "vacuum",
                                                     "values",
                                                     "view",
                                                     "virtual",
                                                     "when",
                                                     "where",
                                                     "window",
                                                     "with",
                                                     "within",
                                                     "without"};
static_assert(std::ranges::is_sorted(keywords));

/// Those of them that parse.y gives no fallback to a name.
constexpr std::array<std::string_view, 58> reserved{
    "add",     "all",     "alter",      "and",    "as",      "autoincrement", "between", "case",       "check",
    "collate", "commit",  "constraint", "create", "default", "deferrable",    "delete",  "distinct",   "drop",
    "else",    "escape",  "except",     "exists", "foreign", "from",          "group",   "having",     "in",
    "index",   "insert",  "intersect",  "into",   "is",      "isnull",        "join",    "limit",      "not",
    "nothing", "notnull", "null",       "on",     "or",      "order",         "primary", "references", "returning",
    "select",  "set",     "table",      "then",   "to",      "transaction",   "union",   "unique",     "update",
    "using",   "values",  "when",       "where"};
static_assert(std::ranges::is_sorted(reserved));

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::string wrapped(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out += quote;
}

}  // namespace

bool is_keyword(std::string_view word) { return std::ranges::binary_search(keywords, std::string_view(folded(word))); }

bool is_reserved(std::string_view word) { return std::ranges::binary_search(reserved, std::string_view(folded(word))); }

std::string quoted(std::string_view name) {
  const bool plain = !name.empty() && is_letter(name.front()) &&
                     std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
  return plain && !is_keyword(name) ? std::string(name) : wrapped(name, '"');
}

std::string quoted(std::string_view qualifier, std::string_view name) { return quoted(qualifier) + "." + quoted(name); }

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (const auto& name : names) parts.push_back(quoted(name));
  return joined(parts, ", ");
}

std::string double_quoted(std::string_view name) { return wrapped(name, '"'); }

std::string text_literal(std::string_view text) { return wrapped(text, '\''); }

std::string own_name(std::string_view purpose, std::string_view serves) {
  return "_dmc_" + std::string(purpose) + "_" +
         plan::short_digest(plan::digest(std::string(purpose) + '\x1f' + std::string(serves)));
}

bool is_own_name(std::string_view name) { return folded(name.substr(0, 5)) == "_dmc_"; }

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i) out += i + 1 == names.size() ? " and " : ", ";
    out += names[i];
  }
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i) out += separator;
    out += parts[i];
  }
  return out;
}

}  // namespace dmc::dialects::sqlite
