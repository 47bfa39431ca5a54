// `provolatile` is not known at compile time: calls count as volatile unless they are on the list.
#include "compiler/dialects/postgres/volatility.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "compiler/model/sql_text.hpp"
#include "grammar/expected.hpp"

namespace dmc::dialects::postgres {

namespace {

constexpr auto steady = std::to_array<std::string_view>({"abs",
                                                         "array",
                                                         "cast",
                                                         "ceil",
                                                         "char_length",
                                                         "coalesce",
                                                         "concat",
                                                         "concat_ws",
                                                         "current_setting",
                                                         "current_database",
                                                         "current_schema",
                                                         "date",
                                                         "date_part",
                                                         "date_trunc",
                                                         "decimal",
                                                         "extract",
                                                         "floor",
                                                         "format",
                                                         "greatest",
                                                         "int4range",
                                                         "int8range",
                                                         "interval",
                                                         "json_build_array",
                                                         "json_build_object",
                                                         "jsonb_build_array",
                                                         "jsonb_build_object",
                                                         "least",
                                                         "left",
                                                         "length",
                                                         "lower",
                                                         "make_date",
                                                         "make_interval",
                                                         "md5",
                                                         "now",
                                                         "nullif",
                                                         "numeric",
                                                         "point",
                                                         "bit",
                                                         "char",
                                                         "character",
                                                         "varying",
                                                         "varchar",
                                                         "replace",
                                                         "right",
                                                         "round",
                                                         "row",
                                                         "session_user",
                                                         "statement_timestamp",
                                                         "time",
                                                         "timestamp",
                                                         "timestamptz",
                                                         "timezone",
                                                         "to_char",
                                                         "to_date",
                                                         "to_json",
                                                         "to_jsonb",
                                                         "to_number",
                                                         "to_timestamp",
                                                         "to_tsvector",
                                                         "transaction_timestamp",
                                                         "trunc",
                                                         "tsrange",
                                                         "tstzrange",
                                                         "daterange",
                                                         "numrange",
                                                         "upper",
                                                         "in"});

}  // namespace

bool may_be_volatile(std::string_view expression) {
  const auto tokens = model::sql_tokens(expression);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i + 1].kind != model::SqlToken::Kind::sign || tokens[i + 1].text != "(") continue;
    if (tokens[i].kind == model::SqlToken::Kind::quoted_name) return true;
    if (tokens[i].kind != model::SqlToken::Kind::word) continue;
    std::string word(tokens[i].text);
    for (char& c : word)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (i > 0 && tokens[i - 1].text == ".") return true;
    if (std::ranges::find(steady, word) == steady.end()) return true;
  }
  return false;
}

bool computes(std::string_view expression) {
  return std::ranges::any_of(model::sql_tokens(expression), [](const auto& token) {
    const auto word = grammar::lower_case(token.text);
    return word == "(" || word.starts_with("current_") || word.starts_with("localtime") || word == "session_user" ||
           word == "system_user" || word == "user";
  });
}

}  // namespace dmc::dialects::postgres
