// The tokens as rules of the parser generator. Included by parse.cpp alone.
#pragma once

#include <array>
#include <string_view>

#include <tao/pegtl.hpp>

#include "grammar/expected.hpp"
#include "grammar/token.hpp"

namespace dmc::grammar::rules {

namespace pegtl = tao::pegtl;

/// A rule that reads bytes by itself; to the analysis of the grammar it consumes when it matches.
struct consumes {
  using rule_t = pegtl::any::rule_t;
  using subs_t = pegtl::empty_list;
};

/// A rule that only looks.
struct looks {
  using rule_t = pegtl::success::rule_t;
  using subs_t = pegtl::empty_list;
};

template <typename Rule>
concept Token = requires(const char*& at, Reading& reading) {
  Rule::read(at, reading);
};

/// A word as a template argument.
template <std::size_t Size>
struct Literal {
  constexpr Literal(const char (&text)[Size]) {  // NOLINT: implicit, so that kw<"word"> reads as it does
    for (std::size_t index = 0; index < Size; ++index) characters[index] = text[index];
  }
  constexpr std::string_view view() const { return {characters.data(), Size - 1}; }
  std::array<char, Size> characters{};
};

/// A keyword that leaves no node.
template <Literal Word>
struct kw : consumes {
  static bool read(const char*& at, Reading& reading) {
    const char* begin = reading.skip(at);
    if (*begin == Word.characters[0]) {
      if (const char* end = past_word(begin, Word.view(), reading)) {
        at = end;
        return true;
      }
    }
    return reading.careful() && reading.read_assumed(at, begin, Word.view());
  }
};

template <typename Rule>
constexpr bool is_keyword = false;
template <Literal Word>
constexpr bool is_keyword<kw<Word>> = true;

/// A keyword whose text decides.
template <Literal Word>
struct word : consumes {
  static bool read(const char*& at, Reading& reading) {
    if (!kw<Word>::read(at, reading)) return false;
    reading.leaf(Kind::word, at - Word.view().size(), at);
    return true;
  }
};

/// One of several keywords.
template <Literal... Words>
struct words : pegtl::sor<word<Words>...> {};

template <char Symbol>
struct symbol : consumes {
  static constexpr std::array<char, 3> shown = {'\'', Symbol, '\''};

  static bool read(const char*& at, Reading& reading) {
    const char* begin = reading.skip(at);
    if (*begin == Symbol) {
      at = begin + 1;
      return true;
    }
    return missing(begin, reading, {shown.data(), shown.size()});
  }
};

using comma = symbol<','>;

template <bool (*Read)(const char*&, Reading&)>
struct token : consumes {
  static bool read(const char*& at, Reading& reading) { return Read(at, reading); }
};

struct end : token<read_end> {};
struct name : token<read_name> {};
struct optional_name : token<read_optional_name> {};
struct column_name : token<read_column_name> {};
struct privilege_word : token<read_privilege_word> {};
struct text : token<read_text> {};
struct long_text : token<read_long_text> {};
struct sql : token<read_sql> {};
struct statements : token<read_statements> {};
struct arguments : token<read_arguments> {};
struct version : token<read_version> {};
struct boolean : token<read_boolean> {};
struct null_value : token<read_null> {};
struct splice : token<read_splice> {};
struct hazard : token<read_hazard> {};
struct comparison_sign : token<read_comparison_sign> {};
struct database_operator : token<read_database_operator> {};

struct type_begins : looks {
  static bool read(const char*& at, Reading& reading) { return look_for_type(at, reading); }
};

struct type_continues : looks {
  static bool read(const char*& at, Reading& reading) { return look_for_type_suffix(at, reading); }
};

/// A number with one of the units that `Kinds` allow.
template <Kind... Kinds>
struct number_of : consumes {
  static bool read(const char*& at, Reading& reading) {
    return read_number(at, reading, static_cast<NumberKinds>((number_bit(Kinds) | ...)));
  }
};

}  // namespace dmc::grammar::rules
