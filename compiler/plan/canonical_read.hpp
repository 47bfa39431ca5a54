// From canonical bytes to a struct, in the order in which the writer wrote it: fast, and nothing else is accepted.
#pragma once

#include "compiler/plan/canonical_text.hpp"
#include "compiler/plan/field_list.hpp"

namespace dmc::plan {

/// Takes one value; false when what stands there is not what `write` makes of any `T`.
template <class T>
bool take(CanonicalText& text, T& value);

namespace canonical_detail {

template <class T, bool tagged>
bool take_fields(CanonicalText& text, T& value) {
  static const auto order = field_order<T, tagged>(value);
  if (!text.literal("{")) return false;
  bool first = true;
  for (std::size_t i = 0; i < order.count; ++i) {
    const auto place = text.place();
    bool ok = (first || text.literal(",")) && text.literal(order.opening[i]);
    const bool absent = !ok && order.rare[i];
    if (absent) text.go_back(place);
    first = first && absent;
    std::size_t at = 0;
    T::fields(value, [&]<class M>(const auto& key, M& member) {
      if (at++ != order.field[i]) return;
      if (absent)
        member = M{};
      else
        ok = ok && take(text, member) && !is_left_out(key, member);
    });
    if (absent) continue;
    if constexpr (tagged) {
      std::string kind;
      if (at == order.field[i]) ok = ok && text.string(kind) && kind == T::kind;
    }
    if (!ok) return false;
  }
  return text.literal("}");
}

/// The kind stands in the middle of the fields, so each alternative is tried; the wrong ones fail at their first key.
template <class V, std::size_t I = 0>
bool take_variant(CanonicalText& text, V& value) {
  if constexpr (I == std::variant_size_v<V>) {
    return false;
  } else {
    using K = std::variant_alternative_t<I, V>;
    const auto place = text.place();
    if (take_fields<K, true>(text, value.template emplace<K>())) return true;
    text.go_back(place);
    return take_variant<V, I + 1>(text, value);
  }
}

template <class T>
bool take_list(CanonicalText& text, std::vector<T>& list) {
  list.clear();
  if (!text.literal("[")) return false;
  if (text.literal("]")) return true;
  do {
    if (!take(text, list.emplace_back())) return false;
  } while (text.literal(","));
  return text.literal("]");
}

}  // namespace canonical_detail

template <class T>
bool take(CanonicalText& text, T& value) {
  using namespace canonical_detail;
  if constexpr (std::same_as<T, bool>) {
    value = text.literal("true");
    return value || text.literal("false");
  } else if constexpr (std::integral<T>) {
    std::int64_t number = 0;
    if (!text.integer(number) || !std::in_range<T>(number)) return false;
    value = static_cast<T>(number);
    return true;
  } else if constexpr (std::is_enum_v<T>) {
    std::string word;
    const auto found = text.string(word) ? value_of<T>(word) : std::nullopt;
    if (found) value = *found;
    return found.has_value();
  } else if constexpr (std::same_as<T, std::string>) {
    return text.string(value);
  } else if constexpr (IsText<T>) {
    return text.string(value.text);
  } else if constexpr (IsOptional<T>::value) {
    value.reset();
    return text.literal("null") || take(text, value.emplace());
  } else if constexpr (IsVector<T>::value) {
    return take_list(text, value);
  } else if constexpr (IsVariant<T>::value) {
    return take_variant(text, value);
  } else {
    static_assert(HasFields<T>, "give it a field list");
    return take_fields<T, false>(text, value);
  }
}

/// Reads a whole text that must be the canonical bytes of a `T`; fast, and silent about why it is not.
template <class T>
bool read_canonical(std::string_view bytes, T& value) {
  CanonicalText text(bytes);
  return take(text, value) && text.at_end();
}

}  // namespace dmc::plan
