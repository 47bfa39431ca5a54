// Values side by side that get one type: IN, ANY, ALL, the branches of CASE and COALESCE.
#include <algorithm>
#include <utility>

#include "compiler/dialects/postgres/sql/normaliser.hpp"
#include "compiler/dialects/postgres/sql/operators.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

bool has_column(const Node& node) {
  bool found = false;
  walk(node, [&](const Node& each) {
    found = found || each.is("ColumnRef");
    return !found;
  });
  return found;
}

}  // namespace

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
  const bool cast_whole = right->is("TypeCast");
  if (cast_whole) type_cast(*right);
  if (cast_whole && left->is("TypeCast")) {
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
