// Letters, words and names as text, without knowing any language.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dmc::check {

constexpr char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_name_part(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// ASCII only, because that is all that engines fold.
std::string lower_case(std::string_view text);

/// Runs of white space made one blank each, none at the ends; `--` comments left out. Quoted text stays as it is.
std::string folded_space(std::string_view text);

/// At most `limit` characters, the last of them `…` when something was cut off.
std::string shortened(std::string text, std::size_t limit);

/// `'…'` with its quotes doubled.
std::string quoted_text(std::string_view text);

/// `a, b and c`, each in single quotes.
std::string listed(const std::vector<std::string>& words);

}  // namespace dmc::check
