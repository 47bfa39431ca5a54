// Operators, and the casts that their resolution adds to the operands.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/dialects/postgres/sql/normaliser.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

constexpr std::array<std::string_view, 6> comparisons{"<", "<=", "<>", "=", ">", ">="};
constexpr std::array<std::string_view, 8> matches{"!~", "!~*", "!~~", "!~~*", "~", "~*", "~~", "~~*"};
constexpr std::array<std::string_view, 5> arithmetic{"%", "*", "+", "-", "/"};

template <std::size_t size>
bool one_of(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

Type named(std::string_view name, bool array = false) {
  Type type;
  type.name = name;
  type.array = array;
  return type;
}

Node operator_call(std::string_view name, Node left, Node right) {
  Node node{"AExpr", {}};
  node.set_word("kind", "AEXPR_OP");
  node.set("name", name_node(name));
  node.set("lexpr", std::move(left));
  node.set("rexpr", std::move(right));
  return node;
}

Node logic(std::string_view op, std::vector<Node> parts) {
  Node node{"BoolExpr", {}};
  node.set_word("boolop", op);
  node.set("args", std::move(parts));
  return node;
}

bool has_column(const Node& node) {
  bool found = false;
  walk(node, [&](const Node& each) {
    found = found || each.is("ColumnRef");
    return !found;
  });
  return found;
}

bool is_open(const Node& node, const Type& type) {
  return type.is(literal_type) && (is_bare_string(node) || is_null(node));
}

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

/// Gives the left side and the items of an IN the type that the server chooses for all of them together. False when
/// that is not known.
bool Normaliser::one_type(Node& left, Type left_type, std::vector<Node>& items) {
  std::vector<Node*> nodes{&left};
  std::vector<Type> types{left_type};
  bool numbers = true;
  for (Node& item : items) {
    numbers = numbers && item.is("AConst") && item.child("ival");
    types.push_back(expression(item));
    nodes.push_back(&item);
  }
  const Node before = left;
  const Type common = base(unify(nodes, types));
  if (!common.known()) return numbers;
  // Where operators take the left side as it is, it stays so.
  const int low = numeric_rank(left_type);
  const int high = numeric_rank(common);
  const bool whole_numbers = low > 0 && high > 0 && high < 4;
  const bool relabels = common.is("varchar") || common.is("text");
  if (whole_numbers || (relabels && base(left_type).is("text"))) left = before;
  if (common.is("varchar")) {
    become(left, named("text"));
    for (Node& item : items) become(item, named("text"));
  } else if (base(left_type).name != left_type.name && left == before) {
    become(left, base(left_type));
  }
  return true;
}

/// `varchar in ('a', 'b')` is printed with an array of varchar that is cast as a whole; only the IN itself gives that
/// print again.
bool Normaliser::all_as_varchar(Node& node, const Type& left_type) {
  auto* right = node.child("rexpr");
  auto* elements = right && right->is("AArrayExpr") ? right->nodes("elements") : nullptr;
  const bool any = node.text("kind") == "AEXPR_OP_ANY" && last_name(node.list("name")) == "=";
  const bool all = node.text("kind") == "AEXPR_OP_ALL" && last_name(node.list("name")) == "<>";
  if (comparing_ || !left_type.is("varchar") || !elements || elements->size() < 2 || !(any || all)) return false;
  for (const Node& element : *elements) {
    const auto* inner = element.is("TypeCast") ? element.child("arg") : nullptr;
    if (!inner || !is_text_constant(*inner) || !is_bare_string(*inner->child("arg"))) return false;
    if (last_name(inner->child("type_name")->list("names")) != "varchar") return false;
  }
  std::vector<Node> items;
  for (Node& element : *elements) items.push_back(std::move(*element.child("arg")->child("arg")));
  Node list{"List", {}};
  list.set("items", std::move(items));
  node.set("rexpr", std::move(list));
  node.set_word("kind", "AEXPR_IN");
  return true;
}

Type Normaliser::in_list(Node& node) {
  auto* subject = node.child("lexpr");
  auto* list = node.child("rexpr");
  auto* items = list ? list->nodes("items") : nullptr;
  if (!subject || !items || subject->is("RowExpr")) {
    children(node);
    return named("bool");
  }
  const std::string name(last_name(node.list("name")));
  const bool negated = name == "<>";
  const Type left_type = expression(*subject);
  // As the server does it: what names no column becomes one array, unless it is alone; the rest is compared one by one.
  std::vector<Node> fixed;
  std::vector<Node> rest;
  for (const Node& item : *items) (has_column(item) ? rest : fixed).push_back(item);
  std::vector<Node> parts;
  if (fixed.size() > 1) {
    const bool strings = base(left_type).is("varchar") && std::ranges::all_of(fixed, is_bare_string);
    if (strings && !comparing_ && rest.empty()) return named("bool");
    Node left = *subject;
    if (!one_type(left, left_type, fixed)) {
      for (Node& item : *items) expression(item);
      return named("bool");
    }
    Node array{"AArrayExpr", {}};
    array.set("elements", std::move(fixed));
    Node any = operator_call(name, std::move(left), std::move(array));
    any.set_word("kind", negated ? "AEXPR_OP_ALL" : "AEXPR_OP_ANY");
    parts.push_back(std::move(any));
  } else {
    rest = *items;
  }
  for (Node& item : rest) {
    parts.push_back(operator_call(name, *subject, std::move(item)));
    operation(parts.back());
  }
  Node result =
      parts.size() == 1 ? std::move(parts.front()) : logic(negated ? "AND_EXPR" : "OR_EXPR", std::move(parts));
  node = std::move(result);
  return named("bool");
}

Type Normaliser::any_or_all(Node& node) {
  auto* left = node.child("lexpr");
  auto* right = node.child("rexpr");
  if (!left || !right) return named("bool");
  if (auto* names = node.nodes("name"); names && qualifier(*names) == "pg_catalog") names->erase(names->begin());
  // The array is looked at by its elements: `(array['a'])::text[]` is `array['a'::text]`.
  if (right->is("TypeCast")) type_cast(*right);
  if (left->is("TypeCast")) {
    const Type inner = expression(*left->child("arg"));
    Node whole = *left;
    if (type_cast(whole).is("text") && base(inner).is("varchar")) {
      Node bare = *left->child("arg");
      if (all_as_varchar(node, base(inner))) {
        node.set("lexpr", std::move(bare));
        return named("bool");
      }
    }
  }
  left = node.child("lexpr");
  right = node.child("rexpr");
  const Type declared = expression(*left);
  const Type left_type = base(declared);
  if (left_type.known() && left_type.name != declared.name) become(*left, left_type);
  if (auto* elements = right->is("AArrayExpr") ? right->nodes("elements") : nullptr) {
    among(node, *left, left_type, *elements);
    return named("bool");
  }
  const Type type = expression(*right);
  if (is_open(*right, type) && left_type.known() && !left_type.array && !left_type.is(literal_type))
    become(*right, named(is_text(left_type) ? "text" : left_type.name, true));
  if (!type.array) return named("bool");
  const bool texts = type.name == "varchar" || type.name == "text";
  if (is_open(*left, left_type)) become(*left, named(texts ? "text" : type.name));
  if (left_type.is("varchar") && texts) become(*left, named("text"));
  if (type.name == "varchar") become(*right, named("text", true));
  return named("bool");
}

/// `left = any (array[…])`: the array has a type of its own, and then the operator adapts the two.
void Normaliser::among(const Node& node, Node& left, Type left_type, std::vector<Node>& elements) {
  const auto declared = each(&elements);
  std::vector<Node*> nodes;
  for (Node& element : elements) nodes.push_back(&element);
  Type type = base(unify(nodes, declared));
  if (!type.known() || type.array || !left_type.known() || left_type.array) return;
  const auto all_become = [&](std::string_view name) {
    for (Node& element : elements) become(element, named(name));
  };
  const bool matching = one_of(matches, last_name(node.list("name")));
  const auto stringish = [](const Type& one) { return is_text(one) || one.is("bpchar"); };
  if (is_open(left, left_type)) {
    left_type = type.is("varchar") ? named("text") : type;
    become(left, left_type);
  }
  if (stringish(left_type) && stringish(type)) {
    const bool blank_padded =
        !matching && (left_type.is("bpchar") || type.is("bpchar")) && !left_type.is("text") && !type.is("text");
    const std::string_view common = blank_padded ? "bpchar" : "text";
    if (type.name != common) all_become(common);
    if (left_type.name != common && !(matching && left_type.is("bpchar"))) become(left, named(common));
    return;
  }
  const int low = numeric_rank(left_type);
  const int high = numeric_rank(type);
  constexpr int numeric = 4;
  constexpr int float4 = 5;
  if (low == 0 || high == 0 || low == high) return;
  if (low < numeric && high < numeric) {
    // The values stay what they are: an IN would have widened them.
    if (high < low) all_become(left_type.name);
  } else if (std::max(low, high) == numeric) {
    if (low < high)
      become(left, named("numeric"));
    else
      all_become("numeric");
  } else if (std::min(low, high) < float4) {
    if (low < high)
      become(left, named("float8"));
    else
      all_become("float8");
  }
}

Type Normaliser::unify(const std::vector<Node*>& nodes, const std::vector<Type>& types) {
  const auto bare = [](Type type) {
    type.modifier.clear();
    return type;
  };
  const auto stringish = [](const Type& type) { return is_text(type) || type.is("bpchar") || type.is("name"); };
  std::vector<Type> known;
  bool some_open = false;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (is_open(*nodes[i], types[i]))
      some_open = true;
    else
      known.push_back(bare(types[i]));
  }
  Type common = known.empty() ? named("text") : known.front();
  const bool alike = !some_open && std::ranges::all_of(known, [&](const Type& type) { return type == common; });
  // A domain is kept only where every value is of it.
  if (!alike && !known.empty()) common = bare(base(common));
  if (!common.known() || common.is(literal_type)) return {};
  for (const Type& type : known) {
    const Type below = alike ? type : bare(base(type));
    if (!below.known() || below.is(literal_type)) return {};
    if (below == common) continue;
    if (stringish(common) && stringish(below)) {
      // All can be cast to each other but for a name, which becomes only text: so a name counts, else the first.
      if (below.is("name") && !common.is("text")) common = below;
    } else if (numeric_rank(common) > 0 && numeric_rank(below) > 0) {
      if (numeric_rank(below) > numeric_rank(common)) common = below;
    } else {
      return {};
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (is_open(*nodes[i], types[i]) || !(bare(types[i]) == common)) become(*nodes[i], common);
  return common;
}

}  // namespace dmc::dialects::postgres::sql
