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

}  // namespace dmc::model
