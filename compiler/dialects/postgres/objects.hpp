// What the texts of whole objects say: where each is found, and how one text becomes the other in place.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres {

/// A question that answers a row when the object is there, asked with the default schema in the search path; empty: of
/// such a thing nothing is asked.
std::string object_query(const model::Object& object);

/// `orders` of "row policy own on orders", "rule r on orders", as SQL writes it.
std::string_view table_of(const model::Object& object);
/// What stands between the type and ` on TABLE`: the object's own name, as its text has it.
std::string_view bare_name(const model::Object& object);
/// `t` of `public.t`: the schema that goes without saying.
inline std::string path_without_public(std::string path) {
  constexpr std::string_view home = "public.";
  return path.starts_with(home) ? path.substr(home.size()) : path;
}

/// The values of an enum in order, as literals.
std::vector<std::string> enum_values(std::string_view create);

/// An attribute of a composite type or a constraint of a domain.
struct Part {
  std::string name;
  std::string text;  ///< type, or `check (…)`
  bool operator==(const Part&) const = default;
};
struct Domain {
  std::string base;  ///< with its collation
  std::string default_value;
  bool not_null = false;
  std::vector<Part> constraints;
};
Domain domain_of(std::string_view create);
/// None when it is no composite type.
std::optional<std::vector<Part>> attributes_of(std::string_view create);

/// `alter sequence s …` that leads to what `create` says, every option said. `before` tells whether it must begin anew,
/// because it counts the other way from now on.
std::string alter_sequence(std::string_view before, std::string_view create);
bool counts_the_other_way(std::string_view before, std::string_view after);

}  // namespace dmc::dialects::postgres
