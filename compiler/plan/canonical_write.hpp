// From a struct's field list to canonical bytes.
#pragma once

#include "compiler/plan/field_list.hpp"
#include "compiler/plan/json.hpp"

namespace dmc::plan {

/// Appends the canonical bytes of `value`. Every text in it must be UTF-8.
template <class T>
void write(std::string& out, const T& value);

template <class T, bool tagged>
void write_fields(std::string& out, const T& value) {
  static const auto order = canonical_detail::field_order<T, tagged>(value);
  out += '{';
  bool first = true;
  const auto open = [&](std::size_t i) {
    if (!first) out += ',';
    first = false;
    out += order.opening[i];
  };
  for (std::size_t i = 0; i < order.count; ++i) {
    // Passing over the list once for each field costs a few comparisons; it saves a copy of every level's bytes.
    std::size_t at = 0;
    T::fields(value, [&](const auto& key, const auto& member) {
      if (at++ != order.field[i] || canonical_detail::is_left_out(key, member)) return;
      open(i);
      write(out, member);
    });
    if constexpr (tagged)
      if (at == order.field[i]) {
        open(i);
        write_string(out, T::kind);
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

}  // namespace dmc::plan
