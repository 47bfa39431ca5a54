// The words for kinds of things, and how an editor draws each.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "editors/lsp/mention.hpp"
#include "grammar/kind.hpp"

namespace dmc::lsp {

/// CompletionItemKind of the protocol.
enum class Shown : std::int64_t {
  function = 3,
  field = 5,
  module = 9,
  value = 12,
  keyword = 14,
  constant = 21,
  table = 22,
  type = 25
};

/// What a word for a kind means in a declaration; a member's is that of what it is a part of.
struct KindWord {
  std::string_view word;
  Meaning meaning;
  grammar::Kind kind;
  Shown shown;
  bool is_member = false;
};
inline constexpr auto kind_words =
    std::to_array<KindWord>({{"table", Meaning::relation, grammar::Kind::table, Shown::table},
                             {"view", Meaning::relation, grammar::Kind::view, Shown::table},
                             {"materialized view", Meaning::relation, grammar::Kind::materialized_view, Shown::table},
                             {"column", Meaning::column, grammar::Kind::column, Shown::field, true},
                             {"index", Meaning::index, grammar::Kind::index, Shown::value, true},
                             {"constraint", Meaning::constraint, grammar::Kind::constraint, Shown::value, true},
                             {"projection", Meaning::other, grammar::Kind::projection, Shown::value, true},
                             {"partition", Meaning::other, grammar::Kind::partition, Shown::value, true},
                             {"value", Meaning::enum_value, grammar::Kind::enum_value, Shown::value, true},
                             {"enum", Meaning::type, grammar::Kind::enumeration, Shown::type},
                             {"domain", Meaning::type, grammar::Kind::domain, Shown::type},
                             {"sequence", Meaning::sequence, grammar::Kind::sequence, Shown::value},
                             {"function", Meaning::function, grammar::Kind::function, Shown::function},
                             {"procedure", Meaning::function, grammar::Kind::procedure, Shown::function},
                             {"trigger", Meaning::trigger, grammar::Kind::trigger, Shown::value},
                             {"row policy", Meaning::policy, grammar::Kind::row_policy, Shown::value},
                             {"extension", Meaning::other, grammar::Kind::extension, Shown::value},
                             {"object", Meaning::other, grammar::Kind::object, Shown::value},
                             {"schema", Meaning::schema, grammar::Kind::schema, Shown::module}});
inline const KindWord* named(std::string_view word) {
  const auto* found = std::ranges::find(kind_words, word, &KindWord::word);
  return found == kind_words.end() ? nullptr : found;
}

/// The grammar has it, and this version refuses it wherever it stands.
inline bool is_to_come(std::string_view word) {
  constexpr auto words = std::to_array<std::string_view>({"replica", "reconcile", "invariant"});
  return std::ranges::find(words, word) != words.end();
}

}  // namespace dmc::lsp
