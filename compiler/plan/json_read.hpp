// From JSON in any layout to a struct; says what is wrong and where.
#pragma once

#include "compiler/plan/field_list.hpp"
#include "compiler/plan/json.hpp"

namespace dmc::plan {

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
  T::fields(value, [&]<class M>(const auto& name, M& member) {
    if (!ok) return;
    const std::string_view key = name;
    const auto found =
        std::find_if(object->begin(), object->end(), [&](const auto& item) { return item.first == key; });
    if (found == object->end() && std::same_as<std::remove_cvref_t<decltype(name)>, RareKey>) {
      member = M{};
      return;
    }
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
