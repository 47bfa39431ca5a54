// Object texts as statements: cut apart, and brought into the form that replaces what is there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dmc::dialects::postgres {

/// The statements of a text that holds several, without the semicolons between them.
std::vector<std::string> statements_in(std::string_view text);

/// Whether what the function does is written as SQL (`begin atomic`, `return`) and not as a string: the server keeps it
/// parsed, and it holds whatever it names.
bool has_sql_body(std::string_view create_function);

/// `create or replace function …` of `create function …`.
std::string or_replace(std::string_view create);

/// Everything of `create function f(…) returns t` that `create or replace` cannot change: arguments and result.
std::string signature_of(std::string_view create);

/// The output columns of a query, each as its text; none when it is no plain `select … from …`.
struct SelectList {
  std::vector<std::string> items;
  std::string rest;  ///< from `from` on
};
std::optional<SelectList> select_list(std::string_view query);

}  // namespace dmc::dialects::postgres
