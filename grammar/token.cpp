// The tokens that are more than a fixed word or symbol.
#include "grammar/token.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "grammar/expected.hpp"

namespace dmc::grammar {

namespace {

constexpr auto not_optional_names =
    std::to_array<std::string_view>({"using", "on", "where", "include", "nulls", "asc", "desc", "with", "collate"});

struct Unit {
  std::string_view text;
  Kind kind;
};

constexpr auto units = std::to_array<Unit>({{"%", Kind::percent},
                                            {"KiB", Kind::size},
                                            {"MiB", Kind::size},
                                            {"GiB", Kind::size},
                                            {"ms", Kind::duration},
                                            {"s", Kind::duration},
                                            {"m", Kind::duration},
                                            {"h", Kind::duration},
                                            {"d", Kind::duration}});

std::string_view word_at(const char* at) {
  const char* end = at;
  while (is_name_part(*end)) ++end;
  return {at, static_cast<std::size_t>(end - at)};
}

bool take_name(const char*& at, Reading& reading, const char* begin, std::string_view text) {
  const char* last = begin;
  if (is_name_start(*begin)) {
    while (is_name_part(*last)) ++last;
  }
  const bool simple = last > begin && *last != '$' && static_cast<unsigned char>(*last) < 0x80 &&
                      last - begin <= static_cast<std::ptrdiff_t>(token_limit);
  if (!simple) last = reading.name(begin);
  if (last == nullptr) return missing(begin, reading, text);
  reading.leaf(Kind::name, begin, last);
  at = last;
  return true;
}

bool fault(const char* begin, Reading& reading, const Finding& finding) {
  if (reading.trace.on) reading.note_fault(begin, finding);
  return false;
}

/// Ends a token that a scanner read: `last` is null when `finding` says why not.
bool take(const char*& at, Reading& reading, Kind kind, const char* begin, const char* last, const Finding& finding) {
  if (last == nullptr) return fault(begin, reading, finding);
  reading.leaf(kind, begin, last);
  at = last;
  return true;
}

bool take_dollar(const char*& at, Reading& reading, Kind kind, const char* begin) {
  Finding finding;
  const char* last = reading.scanner.dollar(begin, finding);
  return take(at, reading, kind, begin, last, finding);
}

/// Past digits with single `_` between them, or nullptr.
const char* past_digits(const char* at) {
  if (!is_digit(*at)) return nullptr;
  while (is_digit(*at) || (*at == '_' && is_digit(at[1]))) ++at;
  return *at == '_' ? nullptr : at;
}

bool is_lower_case(std::string_view word) {
  return std::ranges::none_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string_view wanted(NumberKinds allowed) {
  switch (allowed) {
    case number_bit(Kind::duration):
      return expected::duration;
    case number_bit(Kind::percent):
      return expected::percent;
    case number_bit(Kind::number) | number_bit(Kind::size):
      return expected::number_or_size;
    case number_bit(Kind::number) | number_bit(Kind::percent):
      return expected::number_or_percent;
    default:
      return expected::number;
  }
}

}  // namespace

bool missing(const char* begin, Reading& reading, std::string_view text) {
  if (reading.trace.on) reading.expect(begin, text);
  return false;
}

bool read_name(const char*& at, Reading& reading) { return take_name(at, reading, reading.skip(at), expected::name); }

bool read_optional_name(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  if (std::ranges::find(not_optional_names, word_at(begin)) != not_optional_names.end()) return false;
  return reading.continues(begin) && take_name(at, reading, begin, expected::name);
}

bool read_column_name(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  const std::string_view word = word_at(begin);
  const bool clause = is_lower_case(word) ? begins_item(Items::table, begin) : is_clause_word(lower_case(word));
  if (clause) return missing(begin, reading, expected::column);
  return take_name(at, reading, begin, expected::column);
}

bool read_privilege_word(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  const std::string_view word = word_at(begin);
  if (word.empty() || is_digit(*begin) || word == "on") return missing(begin, reading, expected::privilege);
  reading.leaf(Kind::word, begin, begin + word.size());
  at = begin + word.size();
  return true;
}

bool read_text(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  if (*begin != '\'') return missing(begin, reading, expected::text);
  Finding finding;
  const char* last = reading.scanner.text(begin, finding);
  return take(at, reading, Kind::text, begin, last, finding);
}

bool read_long_text(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  return Scanner::begins_dollar(begin) ? take_dollar(at, reading, Kind::text, begin) : read_text(at, reading);
}

bool read_statements(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  return Scanner::begins_dollar(begin) ? take_dollar(at, reading, Kind::sql, begin) : read_sql(at, reading);
}

bool read_sql(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  if (Scanner::begins_dollar(begin)) {
    Finding finding;
    const char* last = reading.scanner.sql_dollar(begin, finding);
    return take(at, reading, Kind::sql, begin, last, finding);
  }
  if (*begin != '(') return missing(begin, reading, expected::sql);
  Finding finding;
  const char* last = reading.scanner.sql(begin, finding);
  return take(at, reading, Kind::sql, begin, last, finding);
}

bool read_arguments(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  if (*begin != '(') return missing(begin, reading, "'('");
  Finding finding;
  const char* last = reading.scanner.sql(begin, finding);
  return take(at, reading, Kind::arguments, begin, last, finding);
}

bool read_version(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  const char* last = begin;
  while (is_digit(*last) || (*last == '.' && last > begin && is_digit(last[-1]) && is_digit(last[1]))) ++last;
  if (last == begin || is_name_part(*last)) return missing(begin, reading, expected::version);
  reading.leaf(Kind::version, begin, last);
  at = last;
  return true;
}

bool read_boolean(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  const char* last = past_word(begin, "true", reading);
  if (last == nullptr) last = past_word(begin, "false", reading);
  if (last == nullptr) {
    if (!reading.trace.on) return false;
    reading.expect_word(begin, "true");
    reading.expect_word(begin, "false");
    return false;
  }
  reading.leaf(Kind::boolean, begin, last);
  at = last;
  return true;
}

bool read_null(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  const char* last = past_word(begin, "null", reading);
  if (last == nullptr) {
    if (reading.trace.on) reading.expect_word(begin, "null");
    return false;
  }
  reading.leaf(Kind::null, begin, last);
  at = last;
  return true;
}

bool read_splice(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  if (*begin != '$' || begin[1] != '{') return false;
  Finding finding;
  const char* last = reading.scanner.splice(begin, SpliceContext::value, finding);
  if (last == nullptr) return fault(begin, reading, finding);
  // Followed by more of a name, it is a part of that name.
  if (is_name_part(*last) || *last == '$' || *last == '.') return false;
  return take(at, reading, Kind::splice, begin, last, finding);
}

bool read_hazard(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  const char* last = begin;
  while (is_name_part(*last) || (*last == '.' && last > begin && is_name_part(last[-1]) && is_name_start(last[1]))) {
    ++last;
  }
  if (last == begin || is_digit(*begin) || !reading.continues(begin)) return missing(begin, reading, expected::hazard);
  reading.leaf(Kind::hazard, begin, last);
  at = last;
  return true;
}

bool read_comparison_sign(const char*& at, Reading& reading) {
  constexpr auto signs = std::to_array<std::string_view>({"<>", "<=", ">=", "=", "<", ">"});
  const char* begin = reading.skip(at);
  for (const std::string_view sign : signs) {
    const bool found = *begin == sign[0] && (sign.size() == 1 || begin[1] == sign[1]);
    if (!found || begin[sign.size()] == '=') continue;
    reading.leaf(Kind::operator_sign, begin, begin + sign.size());
    at = begin + sign.size();
    return true;
  }
  return missing(begin, reading, expected::comparison);
}

bool read_database_operator(const char*& at, Reading& reading) {
  constexpr std::string_view characters = "+-*/<>=~!@#%^&|`?";
  const char* begin = reading.skip(at);
  const char* last = begin;
  Finding finding;
  if (const char* paren = past_word(begin, "operator", reading)) {
    paren = reading.skip(paren);
    if (*paren != '(') return missing(paren, reading, "'('");
    last = reading.scanner.sql(paren, finding);
  } else {
    while (*last != '\0' && characters.find(*last) != std::string_view::npos) ++last;
    if (last == begin) return missing(begin, reading, expected::operator_sign);
  }
  return take(at, reading, Kind::operator_sign, begin, last, finding);
}

bool read_end(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  if (*begin == ';') {
    at = begin + 1;
    return true;
  }
  return reading.ends_without_semicolon(at, begin) || missing(begin, reading, expected::semicolon);
}

bool look_for_type(const char*& at, Reading& reading) {
  const char* begin = reading.skip(at);
  if (is_option_word(word_at(begin)) || reading.at_next_line(begin)) return missing(begin, reading, expected::type);
  return true;
}

bool look_for_type_suffix(const char*& at, Reading& reading) {
  const char next = *reading.skip(at);
  return reading.trace.on || next == '(' || next == '[' || next == 'w' || next == 'u' || next == 's';
}

bool read_number(const char*& at, Reading& reading, NumberKinds allowed) {
  const char* begin = reading.skip(at);
  const char* digits = *begin == '-' ? begin + 1 : begin;
  const bool bare_fraction = *digits == '.' && is_digit(digits[1]);
  if (!is_digit(*digits) && !bare_fraction) return missing(begin, reading, wanted(allowed));
  const char* last = past_digits(digits);
  if (last != nullptr && *last == '.') last = past_digits(last + 1);
  const char* whole = digits;
  while (is_name_part(*whole) || *whole == '.') ++whole;
  const auto wrong = [&](Fault kind) {
    return fault(begin, reading, {kind, reading.offset(begin), reading.offset(whole), reading.offset(begin)});
  };
  if (last == nullptr) return wrong(Fault::number_malformed);

  Kind kind = Kind::number;
  const std::string_view unit = *last == '%' ? std::string_view(last, 1) : word_at(last);
  if (!unit.empty()) {
    const auto* const known = std::ranges::find(units, unit, &Unit::text);
    if (known == units.end()) {
      const bool exponent = (unit[0] == 'e' || unit[0] == 'E') && (unit.size() == 1 || is_digit(unit[1]));
      return wrong(exponent ? Fault::number_exponent : Fault::number_unit);
    }
    kind = known->kind;
    last += unit.size();
  }
  if ((allowed & number_bit(kind)) == 0) return missing(begin, reading, wanted(allowed));
  reading.leaf(kind, begin, last);
  at = last;
  return true;
}

}  // namespace dmc::grammar
