// Operators, and the casts that their resolution adds to the operands.
#include "compiler/dialects/postgres/sql/operators.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/dialects/postgres/sql/normaliser.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

constexpr std::array<std::string_view, 6> comparisons{"<", "<=", "<>", "=", ">", ">="};
constexpr std::array<std::string_view, 5> arithmetic{"%", "*", "+", "-", "/"};

/// A type whose own operators take two values of it, so that a bare string beside it becomes one.
bool compares_with_itself(const Type& type) { return type.known() && !type.is(literal_type); }

Type difference(const Type& left, const Type& right, std::string_view name) {
  const bool stamp = left.is("timestamp") || left.is("timestamptz");
  if (stamp && right.is("interval")) return left;
  if (left.is("interval") && right.is("interval")) return left;
  if (stamp && left.name == right.name && !right.array && name == "-") return named("interval");
  if (left.is("date") && right.is("int4")) return left;
  if (left.is("date") && right.is("date") && name == "-") return named("int4");
  if (left.is("date") && right.is("interval")) return named("timestamp");
  return {};
}

/// The parser does so too with a number behind a minus.
bool negate(Node& node) {
  if (!node.is("AConst")) return false;
  if (auto* whole = node.child("ival")) {
    if (whole->number("ival") != 0) whole->set_number("ival", -whole->number("ival"));
    return true;
  }
  auto* number = node.child("fval");
  if (!number) return false;
  std::string text(number->text("fval"));
  number->set("fval", text.starts_with('-') ? text.substr(1) : "-" + text);
  return true;
}

/// `(a, b) = (c, d)` is stored as `a = c and b = d`, and `<>` likewise.
bool compare_rows(Node& node) {
  const std::string sign(last_name(node.list("name")));
  auto* left = node.child("lexpr");
  auto* right = node.child("rexpr");
  if (node.text("kind") != "AEXPR_OP" || (sign != "=" && sign != "<>")) return false;
  if (!left || !right || !left->is("RowExpr") || !right->is("RowExpr")) return false;
  auto* ones = left->nodes("args");
  auto* others = right->nodes("args");
  if (!ones || !others || ones->size() != others->size()) return false;
  std::vector<Node> parts;
  for (std::size_t i = 0; i < ones->size(); ++i)
    parts.push_back(operator_call(sign, std::move((*ones)[i]), std::move((*others)[i])));
  Node result =
      parts.size() == 1 ? std::move(parts.front()) : logic(sign == "=" ? "AND_EXPR" : "OR_EXPR", std::move(parts));
  node = std::move(result);
  return true;
}

}  // namespace

bool Normaliser::promote(Node& left, Type& left_type, Node& right, Type& right_type) {
  const int a = numeric_rank(left_type);
  const int b = numeric_rank(right_type);
  if (a == 0 || b == 0) return false;
  const auto lift = [&](Node& node, Type& type, std::string_view to) {
    become(node, named(to));
    type = named(to);
  };
  constexpr int numeric = 4;
  constexpr int float4 = 5;
  const int high = std::max(a, b);
  Node& low_node = a < b ? left : right;
  Type& low_type = a < b ? left_type : right_type;
  const int low = std::min(a, b);
  // Whole numbers of different sizes have operators of their own, and so have the two floats.
  if (high == numeric && low < numeric) lift(low_node, low_type, "numeric");
  if (high >= float4 && low <= numeric) lift(low_node, low_type, "float8");
  return true;
}

Type Normaliser::binary(Node& node, std::string_view name, Node& left, Type left_type, Node& right, Type right_type) {
  // A value of a domain is used as one of the type below it: cast to that where the operator does not cast further.
  const auto is_domain = [&](const Type& type) {
    const Type below = base(type);
    return below.known() && below.name != type.name;
  };
  const auto of_left = is_domain(left_type) ? std::optional(left) : std::nullopt;
  const auto of_right = is_domain(right_type) ? std::optional(right) : std::nullopt;
  const Type result = resolve(node, name, left, left_type, right, right_type);
  if (of_left && *of_left == left) become(left, base(left_type));
  if (of_right && *of_right == right) become(right, base(right_type));
  return result;
}

Type Normaliser::resolve(Node& node, std::string_view name, Node& left, Type left_type, Node& right, Type right_type) {
  const bool compares =
      one_of(comparisons, name) || node.text("kind") == "AEXPR_DISTINCT" || node.text("kind") == "AEXPR_NULLIF";
  const bool matching = one_of(matches, name);
  const bool computes = one_of(arithmetic, name);
  left_type = base(left_type);
  right_type = base(right_type);
  const bool left_open = is_open(left, left_type);
  const bool right_open = is_open(right, right_type);
  const auto as_text = [&](Node& operand, Type& type) {
    if (type.is("varchar") || type.is("bpchar") || type.is("name")) become(operand, named("text"));
    type = named("text");
  };
  const auto open_as = [&](Node& operand, Type& type, const Type& other) {
    Type want = other;
    want.modifier.clear();
    if (want.is("varchar")) want.name = "text";
    if (want.array && want.name == "varchar") return;
    become(operand, want);
    type = want;
  };

  if (compares) {
    if (left_open && right_open) {
      open_as(left, left_type, named("text"));
      open_as(right, right_type, named("text"));
    } else if (right_open && compares_with_itself(left_type)) {
      open_as(right, right_type, left_type);
    } else if (left_open && compares_with_itself(right_type)) {
      open_as(left, left_type, right_type);
    }
    if ((is_text(left_type) && is_text(right_type)) || (left_type.is("bpchar") && right_type.is("text")) ||
        (left_type.is("text") && right_type.is("bpchar"))) {
      as_text(left, left_type);
      as_text(right, right_type);
    }
    if (left_type.is("name") && (right_type.is("varchar") || right_type.is("bpchar"))) as_text(right, right_type);
    if (right_type.is("name") && (left_type.is("varchar") || left_type.is("bpchar"))) as_text(left, left_type);
    // Neither of these two is preferred, and varchar has no operators of its own.
    if (left_type.is("bpchar") && right_type.is("varchar")) become(right, left_type);
    if (left_type.is("varchar") && right_type.is("bpchar")) become(left, right_type);
    promote(left, left_type, right, right_type);
    return node.text("kind") == "AEXPR_NULLIF" ? left_type : named("bool");
  }
  if (matching) {
    const bool texts = is_text(left_type) || left_type.is("bpchar") || left_type.is("name");
    if (left_open && (is_text(right_type) || right_open)) become(left, named("text"));
    if (right_open && (texts || left_open)) become(right, named("text"));
    if (left_type.is("varchar")) become(left, named("text"));
    if (right_type.is("varchar") || right_type.is("bpchar") || right_type.is("name")) become(right, named("text"));
    return named("bool");
  }
  if (computes) {
    if (right_open && numeric_rank(left_type) > 0) open_as(right, right_type, left_type);
    if (left_open && numeric_rank(right_type) > 0) open_as(left, left_type, right_type);
    if (promote(left, left_type, right, right_type)) {
      if (numeric_rank(left_type) == 5 && numeric_rank(right_type) == 5) return left_type;
      const Type& higher = numeric_rank(left_type) < numeric_rank(right_type) ? right_type : left_type;
      return named(higher.name);
    }
    if (left_type.is("interval") && numeric_rank(right_type) > 0 && (name == "*" || name == "/")) {
      if (numeric_rank(right_type) < 6) become(right, named("float8"));
      return left_type;
    }
    if (right_type.is("interval") && numeric_rank(left_type) > 0 && name == "*") {
      if (numeric_rank(left_type) < 6) become(left, named("float8"));
      return right_type;
    }
    return name == "+" || name == "-" ? difference(left_type, right_type, name) : Type{};
  }
  if (name == "||") {
    const auto stringish = [](const Type& type) { return is_text(type) || type.is("bpchar") || type.is("name"); };
    const bool some_text = is_text(left_type) || is_text(right_type);
    const bool names = left_type.is("name") || right_type.is("name");
    if ((stringish(left_type) || left_open) && (stringish(right_type) || right_open) && (some_text || !names)) {
      if (left_open) become(left, named("text"));
      if (right_open) become(right, named("text"));
      if (!left_open) as_text(left, left_type);
      if (!right_open) as_text(right, right_type);
      return named("text");
    }
    if (left_type.is("jsonb") && right_open) become(right, named("jsonb"));
    if (left_type.is("jsonb") && (right_open || right_type.is("jsonb"))) return left_type;
    const bool scalar = (is_text(left_type) && right_type.known() && !right_type.array) ||
                        (is_text(right_type) && left_type.known() && !left_type.array);
    if (scalar && left_type.is("varchar")) become(left, named("text"));
    if (scalar && right_type.is("varchar")) become(right, named("text"));
    return scalar ? named("text") : Type{};
  }
  const bool json = left_type.is("json") || left_type.is("jsonb");
  if (json && (name == "->" || name == "->>")) {
    if (right_open) become(right, named("text"));
    return name == "->" ? left_type : named("text");
  }
  if (json && (name == "#>" || name == "#>>")) {
    if (right_open) become(right, named("text", true));
    return name == "#>" ? left_type : named("text");
  }
  if (left_type.is("jsonb") && name == "?" && right_open) become(right, named("text"));
  if (name == "@>" || name == "<@" || name == "&&" || name == "?") {
    const bool itself = left_type.is("jsonb") || (left_type.array && left_type.name != "varchar");
    if (right_open && itself && name != "?") open_as(right, right_type, left_type);
    return named("bool");
  }
  return {};
}

Type Normaliser::operation(Node& node) {
  const auto kind = node.text("kind");
  if (kind == "AEXPR_IN") return in_list(node);
  if (kind == "AEXPR_OP_ANY" || kind == "AEXPR_OP_ALL") return any_or_all(node);
  if (kind.find("BETWEEN") != std::string_view::npos) return between(node);
  if (kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE" || kind == "AEXPR_SIMILAR") node.set_word("kind", "AEXPR_OP");
  if (auto* names = node.nodes("name"); names && qualifier(*names) == "pg_catalog") names->erase(names->begin());
  if (kind == "AEXPR_NOT_DISTINCT") {
    node.set_word("kind", "AEXPR_DISTINCT");
    const Type type = operation(node);
    Node inner = std::move(node);
    std::vector<Node> parts;
    parts.push_back(std::move(inner));
    node = logic("NOT_EXPR", std::move(parts));
    return type;
  }
  if (compare_rows(node)) return expression(node);
  auto* left = node.child("lexpr");
  auto* right = node.child("rexpr");
  Type left_type = left ? expression(*left) : Type{};
  Type right_type = right ? expression(*right) : Type{};
  const bool qualified = node.list("name").size() != 1;
  if (!left || !right || qualified) {
    const auto sign = last_name(node.list("name"));
    if (!qualified && right && sign == "-" && negate(*right)) {
      Node number = std::move(*right);
      node = std::move(number);
      return right_type;
    }
    return !qualified && right && (sign == "-" || sign == "+") ? right_type : Type{};
  }
  if (kind == "AEXPR_DISTINCT" && (is_null(*right) || is_null(*left))) {
    Node test{"NullTest", {}};
    test.set("arg", is_null(*right) ? std::move(*left) : std::move(*right));
    test.set_word("nulltesttype", "IS_NOT_NULL");
    node = std::move(test);
    return named("bool");
  }
  const std::string name(last_name(node.list("name")));
  return binary(node, name, *left, left_type, *right, right_type);
}

Type Normaliser::between(Node& node) {
  const std::string kind(node.text("kind"));
  auto* subject = node.child("lexpr");
  auto* bounds = node.child("rexpr");
  auto* items = bounds ? bounds->nodes("items") : nullptr;
  if (!subject || !items || items->size() != 2) return named("bool");
  const bool negated = kind.find("NOT") != std::string::npos;
  const auto pair = [&](const Node& low, const Node& high) {
    std::vector<Node> parts;
    parts.push_back(operator_call(negated ? "<" : ">=", *subject, low));
    parts.push_back(operator_call(negated ? ">" : "<=", *subject, high));
    return logic(negated ? "OR_EXPR" : "AND_EXPR", std::move(parts));
  };
  const Node low = (*items)[0];
  const Node high = (*items)[1];
  Node result = pair(low, high);
  if (kind.ends_with("SYM")) {
    std::vector<Node> ways;
    ways.push_back(std::move(result));
    ways.push_back(pair(high, low));
    result = logic(negated ? "AND_EXPR" : "OR_EXPR", std::move(ways));
  }
  node = std::move(result);
  return expression(node);
}

}  // namespace dmc::dialects::postgres::sql
