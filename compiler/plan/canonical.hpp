// From a struct's one field list to canonical bytes and back. A field list is
//   static void fields(auto& self, auto&& visit) { visit("name", self.name); … }
// Members may be bool, std::int64_t, std::string, enums with `EnumNames`, std::optional, std::vector, structs with a
// field list, and variants of structs that have `static constexpr std::string_view kind` (written with a "kind" key).
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/plan/json.hpp"

namespace dmc::plan {

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

/// Appends the canonical bytes of `value`. Every text in it must be UTF-8.
template <class T>
void write(std::string& out, const T& value);

namespace canonical_detail {

constexpr std::size_t most_fields = 40;

/// Where each field of a list comes in the order of the keys. Lists read well, bytes are canonical. The "kind" of a
/// tagged value is one more field, behind the others.
struct FieldOrder {
  std::array<std::uint8_t, most_fields> field{};
  std::size_t count = 0;
};

template <class T, bool tagged>
FieldOrder field_order(const T& value) {
  std::array<std::string_view, most_fields> keys;
  FieldOrder order;
  const auto add = [&](std::string_view key) {
    keys.at(order.count) = key;
    order.field.at(order.count) = static_cast<std::uint8_t>(order.count);
    ++order.count;
  };
  T::fields(value, [&](std::string_view key, const auto&) { add(key); });
  if (tagged) add("kind");
  std::sort(order.field.begin(), order.field.begin() + static_cast<std::ptrdiff_t>(order.count),
            [&](std::uint8_t a, std::uint8_t b) { return keys[a] < keys[b]; });
  return order;
}

}  // namespace canonical_detail

template <class T, bool tagged>
void write_fields(std::string& out, const T& value) {
  static const auto order = canonical_detail::field_order<T, tagged>(value);
  const auto write_key = [&out](std::string_view key) {
    out += '"';
    out += key;
    out += "\":";
  };
  out += '{';
  for (std::size_t i = 0; i < order.count; ++i) {
    if (i != 0) out += ',';
    // Passing over the list once for each field costs a few comparisons; it saves a copy of every level's bytes.
    std::size_t at = 0;
    T::fields(value, [&](std::string_view key, const auto& member) {
      if (at++ != order.field[i]) return;
      write_key(key);
      write(out, member);
    });
    if constexpr (tagged) {
      if (at == order.field[i]) {
        write_key("kind");
        write_string(out, T::kind);
      }
    }
  }
  out += '}';
}

template <class T>
void write(std::string& out, const T& value) {
  using namespace canonical_detail;
  if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::integral<T>) {
    write_integer(out, static_cast<std::int64_t>(value));
  } else if constexpr (std::is_enum_v<T>) {
    write_string(out, name_of(value));
  } else if constexpr (std::same_as<T, std::string>) {
    write_string(out, value);
  } else if constexpr (IsText<T>) {
    write_string(out, value.text);
  } else if constexpr (IsOptional<T>::value) {
    if (value)
      write(out, *value);
    else
      out += "null";
  } else if constexpr (IsVector<T>::value) {
    out += '[';
    bool first = true;
    for (const auto& item : value) {
      if (!first) out += ',';
      first = false;
      write(out, item);
    }
    out += ']';
  } else if constexpr (IsVariant<T>::value) {
    std::visit([&]<class K>(const K& kind) { write_fields<K, true>(out, kind); }, value);
  } else {
    static_assert(HasFields<T>, "give it a field list");
    write_fields<T, false>(out, value);
  }
}

template <class T>
std::string canonical(const T& value) {
  std::string out;
  write(out, value);
  return out;
}

/// Reads `value` from `json`; every field must be there and no other. On failure returns false and fills `error`
/// (E0304 unknown field, E0305 missing field, E0306 wrong type or value).
template <class T>
bool read(const Json& json, T& value, JsonError& error);

namespace canonical_detail {

/// Puts the step that led to a failure before its path; paths cost nothing while all is well.
inline bool within(std::string_view key, JsonError& error) {
  if (!error.where.empty() && error.where.front() != '[') error.where.insert(0, 1, '.');
  error.where.insert(0, key);
  return false;
}

inline bool refuse(std::string_view expected, JsonError& error) {
  error = {"E0306", "", std::string(expected) + " was expected"};
  return false;
}

}  // namespace canonical_detail

template <class T, bool tagged>
bool read_fields(const Json& json, T& value, JsonError& error) {
  const auto* object = std::get_if<JsonObject>(&json.value);
  if (!object) return canonical_detail::refuse("an object", error);
  bool ok = true;
  std::size_t known = tagged ? 1 : 0;
  T::fields(value, [&](std::string_view key, auto& member) {
    if (!ok) return;
    const auto found =
        std::find_if(object->begin(), object->end(), [&](const auto& item) { return item.first == key; });
    if (found == object->end()) {
      error = {"E0305", std::string(key), "this field is missing"};
      ok = false;
    } else if (!read(found->second, member, error)) {
      ok = canonical_detail::within(key, error);
    }
    ++known;
  });
  if (!ok || known == object->size()) return ok;
  for (const auto& [name, item] : *object) {
    bool found = tagged && name == "kind";
    T::fields(value, [&](std::string_view key, auto&) { found = found || key == name; });
    if (found) continue;
    error = {"E0304", name, "this version does not know the field"};
    return false;
  }
  return true;
}

template <class V, std::size_t I = 0>
bool read_variant(std::string_view kind, const Json& json, V& value, JsonError& error) {
  if constexpr (I == std::variant_size_v<V>) {
    error = {"E0306", "kind", "this version does not know the kind '" + std::string(kind) + "'"};
    return false;
  } else {
    using K = std::variant_alternative_t<I, V>;
    if (K::kind != kind) return read_variant<V, I + 1>(kind, json, value, error);
    return read_fields<K, true>(json, value.template emplace<K>(), error);
  }
}

template <class T>
bool read(const Json& json, T& value, JsonError& error) {
  using namespace canonical_detail;
  if constexpr (std::same_as<T, bool>) {
    const auto* found = std::get_if<bool>(&json.value);
    if (!found) return refuse("true or false", error);
    value = *found;
  } else if constexpr (std::integral<T>) {
    const auto* found = std::get_if<std::int64_t>(&json.value);
    if (!found || !std::in_range<T>(*found)) return refuse("an integer", error);
    value = static_cast<T>(*found);
  } else if constexpr (std::is_enum_v<T>) {
    const auto* word = std::get_if<std::string>(&json.value);
    const auto found = word ? value_of<T>(*word) : std::nullopt;
    if (!found) return refuse(one_of<T>(), error);
    value = *found;
  } else if constexpr (std::same_as<T, std::string>) {
    const auto* found = std::get_if<std::string>(&json.value);
    if (!found) return refuse("a text", error);
    value = *found;
  } else if constexpr (IsText<T>) {
    return read(json, value.text, error);
  } else if constexpr (IsOptional<T>::value) {
    if (std::holds_alternative<std::nullptr_t>(json.value)) {
      value.reset();
      return true;
    }
    return read(json, value.emplace(), error);
  } else if constexpr (IsVector<T>::value) {
    const auto* list = std::get_if<JsonArray>(&json.value);
    if (!list) return refuse("a list", error);
    value.clear();
    value.reserve(list->size());
    for (std::size_t i = 0; i < list->size(); ++i)
      if (!read((*list)[i], value.emplace_back(), error)) return within("[" + std::to_string(i) + "]", error);
  } else if constexpr (IsVariant<T>::value) {
    if (const auto* object = std::get_if<JsonObject>(&json.value))
      for (const auto& [name, item] : *object)
        if (name == "kind")
          if (const auto* kind = std::get_if<std::string>(&item.value)) return read_variant(*kind, json, value, error);
    return refuse("an object with a kind", error);
  } else {
    static_assert(HasFields<T>, "give it a field list");
    return read_fields<T, false>(json, value, error);
  }
  return true;
}

}  // namespace dmc::plan
