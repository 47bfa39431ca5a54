#include "compiler/dialects/postgres/sql/loose.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/dialects/postgres/sql/types.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

/// Constants of every type as text: `5`, `'5'` and `5::numeric` are one.
void loosen_constant(Node& node) {
  std::string text;
  if (const auto* integer = node.child("ival"))
    text = std::to_string(integer->number("ival"));
  else if (const auto* number = node.child("fval"))
    text = number->text("fval");
  else if (const auto* truth = node.child("boolval"))
    text = truth->flag("boolval") ? "true" : "false";
  else
    return;
  node = Node{"AConst", {}};
  Node value{"String", {}};
  value.set("sval", std::move(text));
  node.set("sval", std::move(value));
}

/// Types whose constants the server prints as they were written.
constexpr std::array<std::string_view, 9> printed_as_written{"bool", "bpchar",   "char", "json",   "name",
                                                             "oid",  "regclass", "text", "varchar"};

/// A constant of some value that is not known here.
constexpr std::string_view any_constant = "AnyConstant";
/// An IN that the server takes apart in a way that is not known here.
constexpr std::string_view any_condition = "AnyCondition";

bool prints_anew(const Node& type_name) {
  const auto name = last_name(type_name.list("names"));
  if (!type_name.list("array_bounds").empty()) return true;
  return is_builtin_type(name) && std::ranges::find(printed_as_written, name) == printed_as_written.end();
}

void keep_last(Node& node, std::string_view field) {
  if (auto* names = node.nodes(field); names && names->size() > 1) names->erase(names->begin(), names->end() - 1);
}

}  // namespace

void loosen(Node& node) {
  while (node.is("TypeCast")) {
    auto* inner = node.child("arg");
    const auto* type = node.child("type_name");
    if (!inner || !type) break;
    if (inner->is("AConst") && inner->child("sval") && prints_anew(*type)) {
      node = Node{any_constant, {}};
      return;
    }
    Node value = std::move(*inner);
    node = std::move(value);
  }
  if (node.is("AConst")) return loosen_constant(node);
  if (node.is("ColumnRef")) keep_last(node, "fields");
  if (node.is("AExpr") || node.is("CollateClause")) keep_last(node, node.is("AExpr") ? "name" : "collname");
  if (node.is("TypeName")) keep_last(node, "names");
  if (node.is("FuncCall")) {
    keep_last(node, "funcname");
    if (last_name(node.list("funcname")) == "date_part") node.set("funcname", name_node("extract"));
    if (last_name(node.list("funcname")) == "transaction_timestamp") node.set("funcname", name_node("now"));
  }
  if (node.is("AExpr") && node.text("kind") == "AEXPR_IN") {
    const bool all = last_name(node.list("name")) == "<>";
    bool columns = false;
    if (const auto* items = node.child("rexpr"))
      walk(*items, [&](const Node& each) {
        columns = columns || each.is("ColumnRef");
        return !columns;
      });
    if (columns) {
      node = Node{any_condition, {}};
      return;
    }
    node.set_word("kind", all ? "AEXPR_OP_ALL" : "AEXPR_OP_ANY");
    if (auto* items = node.child("rexpr"); items && items->is("List")) {
      Node array{"AArrayExpr", {}};
      array.set("elements", items->list("items"));
      node.set("rexpr", std::move(array));
    }
  }
  if (node.is("RangeVar")) {
    node.erase("schemaname");
    node.erase("alias");
  }
  if (node.is("ResTarget")) node.erase("name");
  if (node.is("InsertStmt")) node.erase("cols");
  if (node.is("Alias")) node.erase("colnames");
  for (Field& field : node.fields)
    if (auto* list = std::get_if<std::vector<Node>>(&field.value))
      for (Node& each : *list) loosen(each);
}

bool may_be_alike(const Node& left, const Node& right) {
  const auto constant = [](const Node& node) { return node.is("AConst") || node.is(any_constant); };
  if (left.is(any_condition) || right.is(any_condition)) return true;
  if (left.is(any_constant) || right.is(any_constant)) return constant(left) && constant(right);
  if (left.kind != right.kind || left.fields.size() != right.fields.size()) return false;
  return std::ranges::all_of(left.fields, [&](const Field& field) {
    const auto* same = right.find(field.name);
    if (!same) return false;
    const auto* one = std::get_if<std::vector<Node>>(&field.value);
    const auto* other = std::get_if<std::vector<Node>>(&same->value);
    if (!one || !other) return field.value == same->value;
    return std::ranges::equal(*one, *other, may_be_alike);
  });
}

}  // namespace dmc::dialects::postgres::sql
