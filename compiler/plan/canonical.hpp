// From a struct's one field list to canonical bytes and back. A field list is
//   static void fields(auto& self, auto&& visit) { visit("name", self.name); … }
// Members may be bool, std::int64_t, std::string, enums with `EnumNames`, std::optional, std::vector, structs with a
// field list, and variants of structs that have `static constexpr std::string_view kind` (written with a "kind" key).
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
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
  requires std::is_enum_v<E>
std::string_view name_of(E value) {
  for (const auto& [candidate, name] : EnumNames<E>::values)
    if (candidate == value) return name;
  return "";
}

template <class E>
  requires std::is_enum_v<E>
std::optional<E> value_of(std::string_view name) {
  for (const auto& [candidate, text] : EnumNames<E>::values)
    if (text == name) return candidate;
  return std::nullopt;
}

template <class T>
concept HasFields = requires(T& value) { T::fields(value, [](std::string_view, auto&) {}); };

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
} && !requires(T& value) { T::fields(value, [](std::string_view, auto&) {}); };

/// Appends the canonical bytes of `value`.
template <class T>
void write(std::string& out, const T& value);

template <class T>
void write_fields(std::string& out, const T& value, std::string_view kind) {
  // Fields are written in the order of the list and then put in the order of their keys: lists read well, bytes are canonical.
  struct Piece {
    std::string_view key;
    std::size_t begin, end;
  };
  std::array<Piece, 40> pieces;
  std::size_t count = 0;
  const std::size_t start = out.size();
  auto add = [&](std::string_view key, const auto& member) {
    const std::size_t begin = out.size();
    write_string(out, key);
    out += ':';
    write(out, member);
    pieces.at(count++) = {key, begin, out.size()};
  };
  if (!kind.empty()) add("kind", std::string(kind));
  T::fields(value, add);
  auto last = pieces.begin() + static_cast<std::ptrdiff_t>(count);
  const bool sorted = std::is_sorted(pieces.begin(), last, [](const Piece& a, const Piece& b) { return a.key < b.key; });
  const std::string raw = sorted ? std::string() : out.substr(start);
  if (sorted) {
    // In place: only braces and commas are missing.
    std::string joined;
    joined.reserve(out.size() - start + count + 2);
    joined += '{';
    for (std::size_t i = 0; i < count; ++i) {
      if (i) joined += ',';
      joined.append(out, pieces[i].begin, pieces[i].end - pieces[i].begin);
    }
    joined += '}';
    out.resize(start);
    out += joined;
    return;
  }
  std::sort(pieces.begin(), last, [](const Piece& a, const Piece& b) { return a.key < b.key; });
  out.resize(start);
  out += '{';
  for (std::size_t i = 0; i < count; ++i) {
    if (i) out += ',';
    out.append(raw, pieces[i].begin - start, pieces[i].end - pieces[i].begin);
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
    std::visit([&]<class K>(const K& kind) { write_fields(out, kind, K::kind); }, value);
  } else {
    static_assert(HasFields<T>, "give it a field list");
    write_fields(out, value, "");
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
bool read(const Json& json, T& value, JsonError& error, const std::string& where = "");

template <class T>
bool read_fields(const Json& json, T& value, JsonError& error, const std::string& where, bool tagged) {
  const auto* object = std::get_if<JsonObject>(&json.value);
  if (!object) {
    error = {"E0306", where, "an object was expected"};
    return false;
  }
  bool ok = true;
  std::size_t known = tagged ? 1 : 0;
  T::fields(value, [&](std::string_view key, auto& member) {
    if (!ok) return;
    const std::string path = where.empty() ? std::string(key) : where + "." + std::string(key);
    // Our files hold the keys sorted, so the search ends early in most cases; objects are small.
    for (const auto& [name, item] : *object)
      if (name == key) {
        ++known;
        ok = read(item, member, error, path);
        return;
      }
    error = {"E0305", path, "this field is missing"};
    ok = false;
  });
  if (ok && known != object->size()) {
    for (const auto& [name, item] : *object) {
      bool found = tagged && name == "kind";
      T::fields(value, [&](std::string_view key, auto&) { found = found || key == name; });
      if (!found) {
        error = {"E0304", where.empty() ? name : where + "." + name, "this version does not know the field"};
        return false;
      }
    }
  }
  return ok;
}

template <class V, std::size_t I = 0>
bool read_variant(std::string_view kind, const Json& json, V& value, JsonError& error, const std::string& where) {
  if constexpr (I == std::variant_size_v<V>) {
    error = {"E0306", where + ".kind", "this version does not know the kind '" + std::string(kind) + "'"};
    return false;
  } else {
    using K = std::variant_alternative_t<I, V>;
    if (K::kind != kind) return read_variant<V, I + 1>(kind, json, value, error, where);
    K alternative;
    if (!read_fields(json, alternative, error, where, true)) return false;
    value = std::move(alternative);
    return true;
  }
}

template <class T>
bool read(const Json& json, T& value, JsonError& error, const std::string& where) {
  using namespace canonical_detail;
  auto refuse = [&](std::string_view expected) {
    error = {"E0306", where, std::string(expected) + " was expected"};
    return false;
  };
  if constexpr (std::same_as<T, bool>) {
    const auto* found = std::get_if<bool>(&json.value);
    if (!found) return refuse("true or false");
    value = *found;
  } else if constexpr (std::integral<T>) {
    const auto* found = std::get_if<std::int64_t>(&json.value);
    if (!found || !std::in_range<T>(*found)) return refuse("an integer");
    value = static_cast<T>(*found);
  } else if constexpr (std::is_enum_v<T>) {
    const auto* word = std::get_if<std::string>(&json.value);
    const auto found = word ? value_of<T>(*word) : std::nullopt;
    if (!found) return refuse("one of a fixed list of words");
    value = *found;
  } else if constexpr (std::same_as<T, std::string>) {
    const auto* found = std::get_if<std::string>(&json.value);
    if (!found) return refuse("a text");
    value = *found;
  } else if constexpr (IsText<T>) {
    return read(json, value.text, error, where);
  } else if constexpr (IsOptional<T>::value) {
    if (std::holds_alternative<std::nullptr_t>(json.value)) {
      value.reset();
      return true;
    }
    return read(json, value.emplace(), error, where);
  } else if constexpr (IsVector<T>::value) {
    const auto* list = std::get_if<JsonArray>(&json.value);
    if (!list) return refuse("a list");
    value.clear();
    value.reserve(list->size());
    for (std::size_t i = 0; i < list->size(); ++i)
      if (!read((*list)[i], value.emplace_back(), error, where + "[" + std::to_string(i) + "]")) return false;
  } else if constexpr (IsVariant<T>::value) {
    const auto* object = std::get_if<JsonObject>(&json.value);
    if (!object) return refuse("an object");
    for (const auto& [name, item] : *object)
      if (name == "kind")
        if (const auto* kind = std::get_if<std::string>(&item.value)) return read_variant(*kind, json, value, error, where);
    return refuse("an object with a kind");
  } else {
    static_assert(HasFields<T>, "give it a field list");
    return read_fields(json, value, error, where, false);
  }
  return true;
}

}  // namespace dmc::plan
