// Takes out of a value of the model what is no part of its state, so that what a digest covers is one visible
// transformation.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::model {

/// Every SQL text becomes its tokens joined by blanks. Lists keep their order.
template <class T>
void mask(T& value) {
  using namespace plan::canonical_detail;
  if constexpr (std::same_as<T, Sql>) {
    value.text = normalised(value.text);
  } else if constexpr (IsOptional<T>::value) {
    if (value) mask(*value);
  } else if constexpr (IsVector<T>::value) {
    for (auto& item : value) mask(item);
  } else if constexpr (plan::HasFields<T>) {
    T::fields(value, [](std::string_view, auto& member) { mask(member); });
  }
}

/// Whether there is any SQL text in it.
template <class T>
bool has_sql(const T& value) {
  using namespace plan::canonical_detail;
  bool found = false;
  if constexpr (std::same_as<T, Sql>) {
    found = !value.text.empty();
  } else if constexpr (IsOptional<T>::value) {
    found = value && has_sql(*value);
  } else if constexpr (IsVector<T>::value) {
    for (const auto& item : value) found = found || has_sql(item);
  } else if constexpr (plan::HasFields<T>) {
    T::fields(value, [&](const auto&, const auto& member) { found = found || has_sql(member); });
  }
  return found;
}

/// Takes the SQL texts out of it, in the order of its fields, and answers them.
template <class T>
void take_sql(T& value, std::vector<std::string>& texts) {
  using namespace plan::canonical_detail;
  if constexpr (std::same_as<T, Sql>) {
    texts.push_back(std::move(value.text));
    value.text.clear();
  } else if constexpr (IsOptional<T>::value) {
    if (value) take_sql(*value, texts);
  } else if constexpr (IsVector<T>::value) {
    for (auto& item : value) take_sql(item, texts);
  } else if constexpr (plan::HasFields<T>) {
    T::fields(value, [&](const auto&, auto& member) { take_sql(member, texts); });
  }
}

}  // namespace dmc::model
