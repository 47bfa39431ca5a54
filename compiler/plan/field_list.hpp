// The one list of fields that a struct has, and what can be known about it. A field list is
//   static void fields(auto& self, auto&& visit) { visit("name", self.name); … }
// A field that most values do not have is listed as `visit(plan::rare("name"), …)`: left out of the bytes while it is
// empty (`M{}`, its default), so that a field which comes later changes no hash that exists. Members may be bool,
// std::int64_t, std::string, enums with `EnumNames`, std::optional, std::vector, structs with a field list, and
// variants of structs that have `static constexpr std::string_view kind` (written with a "kind" key).
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace dmc::plan {

/// The key of a field that is written only when it differs from its default.
struct RareKey {
  std::string_view key;
  operator std::string_view() const { return key; }
};
constexpr RareKey rare(std::string_view key) { return {key}; }

/// Specialise with `static constexpr std::array values{std::pair{E::a, std::string_view{"a"}}, …};`.
template <class E>
struct EnumNames;

template <class E>
requires std::is_enum_v<E> std::string_view name_of(E value) {
  for (const auto& [candidate, name] : EnumNames<E>::values)
    if (candidate == value) return name;
  return "";
}

template <class E>
requires std::is_enum_v<E> std::optional<E> value_of(std::string_view name) {
  for (const auto& [candidate, text] : EnumNames<E>::values)
    if (text == name) return candidate;
  return std::nullopt;
}

/// "one of a, b, c", for people.
template <class E>
requires std::is_enum_v<E> std::string one_of() {
  std::string list;
  for (const auto& [candidate, name] : EnumNames<E>::values) list.append(list.empty() ? "one of " : ", ").append(name);
  return list;
}

template <class T>
concept HasFields = requires(T& value) {
  T::fields(value, [](std::string_view, auto&) {});
};

namespace canonical_detail {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVariant : std::false_type {};
template <class... T>
struct IsVariant<std::variant<T...>> : std::true_type {};

}  // namespace canonical_detail

/// A value that is written as the one text it wraps (`text`), for instance SQL.
template <class T>
concept IsText = requires(T& value) {
  { value.text } -> std::same_as<std::string&>;
}
&&!requires(T & value) {
  T::fields(value, [](std::string_view, auto&) {});
};

namespace canonical_detail {

/// Whether a field is left out of the bytes: its key says that it may be, and it has its default.
template <class Key, class M>
bool is_left_out(const Key&, const M& member) {
  if constexpr (std::same_as<Key, RareKey>)
    return member == M{};
  else
    return false;
}

constexpr std::size_t most_fields = 40;

/// The fields of a list in the order of their keys: lists read well, bytes are canonical. The "kind" of a tagged value
/// is one more field, numbered behind the others.
struct FieldOrder {
  std::array<std::uint8_t, most_fields> field{};
  std::array<std::string, most_fields> opening;  ///< `"a":`
  std::array<bool, most_fields> rare{};          ///< in the order of `opening`
  std::size_t count = 0;
};

template <class T, bool tagged>
FieldOrder field_order(const T& value) {
  std::array<std::string_view, most_fields> keys;
  std::array<bool, most_fields> rare{};
  FieldOrder order;
  const auto add = [&](const auto& key) {
    rare.at(order.count) = std::same_as<std::remove_cvref_t<decltype(key)>, RareKey>;
    keys.at(order.count) = key;
    order.field.at(order.count) = static_cast<std::uint8_t>(order.count);
    ++order.count;
  };
  T::fields(value, [&](const auto& key, const auto&) { add(key); });
  if (tagged) add(std::string_view("kind"));
  std::sort(order.field.begin(), order.field.begin() + static_cast<std::ptrdiff_t>(order.count),
            [&](std::uint8_t a, std::uint8_t b) { return keys[a] < keys[b]; });
  for (std::size_t i = 0; i < order.count; ++i) {
    order.opening[i].append("\"").append(keys[order.field[i]]).append("\":");
    order.rare[i] = rare[order.field[i]];
  }
  return order;
}

}  // namespace canonical_detail

}  // namespace dmc::plan
