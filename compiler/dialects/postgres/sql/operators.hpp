// Small parts of operators, for building and recognising them. Internal to this folder.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/dialects/postgres/sql/normaliser.hpp"

namespace dmc::dialects::postgres::sql {

inline constexpr std::array<std::string_view, 8> matches{"!~", "!~*", "!~~", "!~~*", "~", "~*", "~~", "~~*"};

template <std::size_t size>
bool one_of(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

inline Type named(std::string_view name, bool array = false) {
  Type type;
  type.name = name;
  type.array = array;
  return type;
}

inline Node operator_call(std::string_view name, Node left, Node right) {
  Node node{"AExpr", {}};
  node.set_word("kind", "AEXPR_OP");
  node.set("name", name_node(name));
  node.set("lexpr", std::move(left));
  node.set("rexpr", std::move(right));
  return node;
}

inline Node logic(std::string_view op, std::vector<Node> parts) {
  Node node{"BoolExpr", {}};
  node.set_word("boolop", op);
  node.set("args", std::move(parts));
  return node;
}

/// A bare string or null, whose type is what stands beside it.
inline bool is_open(const Node& node, const Type& type) {
  return type.is(literal_type) && (is_bare_string(node) || is_null(node));
}

}  // namespace dmc::dialects::postgres::sql
