// SQL of ClickHouse as text: its quoting, and one form for texts that mean the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dmc::dialects::clickhouse {

/// A text with the quotes inside of its strings and names doubled instead of behind a backslash, which is how the rest
/// of dmc reads SQL. Of a text that is so already, the text itself.
std::string readable(std::string_view text);

/// What a string literal means: `'it\'s\n'` without its quotes and escapes.
std::string meaning_of(std::string_view literal);
/// The literal of a text, without a backslash before a quote.
std::string literal_of(std::string_view text);
/// A name as it stands in SQL: in backticks where it cannot stand bare.
std::string name_text(std::string_view name);

/// One form of an expression, of a list of them or of a query, near to what a server shows: keywords in upper case, no
/// parentheses that change nothing, `INTERVAL` and `CAST` as functions, names of `own_database` without it.
std::string normal_text(std::string_view text, std::string_view own_database = {});

/// The same for a key, which may stand in parentheses of its own or in `tuple(…)`. Nothing is `tuple()`.
std::string normal_key(std::string_view text);

/// The expression inside of `CAST(…, 'type')`; any other one stays.
std::string without_cast(std::string_view text, std::string_view type);

/// With the letters A to Z small, as words of SQL are compared.
std::string folded(std::string_view text);

/// The parts of a list between the commas outside of brackets, without white space at their ends.
std::vector<std::string> parts_of(std::string_view list);

/// `name` of `name(arguments)`, and what stands in the parentheses; empty: none.
struct Call {
  std::string name;
  std::string arguments;
};
Call call_of(std::string_view text);

}  // namespace dmc::dialects::clickhouse
