// Constants, casts of constants, and the names of columns that have none.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "compiler/dialects/postgres/sql/normaliser.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_sign(std::string_view text) { return text.starts_with('-') ? text.substr(1) : text; }

/// As a number would be printed: no plus, no blanks, no zero in front.
bool is_whole(std::string_view text) {
  const auto digits = without_sign(text);
  return all_digits(digits) && (digits.size() == 1 ? text != "-0" : digits.front() != '0');
}

bool is_decimal(std::string_view text) {
  const auto digits = without_sign(text);
  const auto dot = digits.find('.');
  return dot != std::string_view::npos && is_whole(digits.substr(0, dot)) && all_digits(digits.substr(dot + 1));
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Node constant(std::string_view field, Node value) {
  Node node{"AConst", {}};
  node.set(field, std::move(value));
  return node;
}
Node whole(std::int32_t number) {
  Node value{"Integer", {}};
  if (number != 0) value.set_number("ival", number);
  return constant("ival", std::move(value));
}
Node decimal(std::string_view text) {
  Node value{"Float", {}};
  value.set("fval", std::string(text));
  return constant("fval", std::move(value));
}
Node string(std::string_view text) {
  Node value{"String", {}};
  if (!text.empty()) value.set("sval", std::string(text));
  return constant("sval", std::move(value));
}
Node truth(bool is_true) {
  Node value{"Boolean", {}};
  if (is_true) value.fields.push_back({"boolval", true});
  return constant("boolval", std::move(value));
}

/// The constants that the server prints, or reads, as numbers.
std::optional<Node> number(std::string_view text, const Type& type) {
  if (is_whole(text)) {
    const auto small = number_of<std::int32_t>(text);
    const auto large = number_of<std::int64_t>(text);
    if (type.is("int4")) return small ? std::optional(whole(*small)) : std::nullopt;
    if (type.is("int8") && !small && large) return decimal(text);
    return std::nullopt;
  }
  if (is_decimal(text) && type.is("numeric")) return decimal(text);
  return std::nullopt;
}

struct Named {
  std::string name;
  int strength = 0;  ///< 2: a name; 1: of a type or a construct, which a name inside overrides
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 15> value_functions{{
    {"SVFOP_CURRENT_DATE", "current_date"},
    {"SVFOP_CURRENT_TIME", "current_time"},
    {"SVFOP_CURRENT_TIME_N", "current_time"},
    {"SVFOP_CURRENT_TIMESTAMP", "current_timestamp"},
    {"SVFOP_CURRENT_TIMESTAMP_N", "current_timestamp"},
    {"SVFOP_LOCALTIME", "localtime"},
    {"SVFOP_LOCALTIME_N", "localtime"},
    {"SVFOP_LOCALTIMESTAMP", "localtimestamp"},
    {"SVFOP_LOCALTIMESTAMP_N", "localtimestamp"},
    {"SVFOP_CURRENT_ROLE", "current_role"},
    {"SVFOP_CURRENT_USER", "current_user"},
    {"SVFOP_USER", "user"},
    {"SVFOP_SESSION_USER", "session_user"},
    {"SVFOP_CURRENT_CATALOG", "current_catalog"},
    {"SVFOP_CURRENT_SCHEMA", "current_schema"},
}};

Named figured(const Node& node);

Named figured_sublink(const Node& node) {
  const auto kind = node.text("sub_link_type");
  if (kind == "EXISTS_SUBLINK") return {"exists", 2};
  if (kind == "ARRAY_SUBLINK") return {"array", 2};
  if (kind != "EXPR_SUBLINK") return {};
  const auto* select = node.child("subselect");
  const auto* target = select ? select->child("target_list") : nullptr;
  if (!target) return {};
  if (!target->text("name").empty()) return {std::string(target->text("name")), 2};
  const auto* value = target->child("val");
  return value ? figured(*value) : Named{};
}

Named figured(const Node& node) {
  const auto last_string = [](const std::vector<Node>& names) {
    for (auto name = names.rbegin(); name != names.rend(); ++name)
      if (name->is("String")) return std::string(name_of(*name));
    return std::string();
  };
  const auto inside = [&](std::string_view field) {
    const auto* child = node.child(field);
    return child ? figured(*child) : Named{};
  };
  if (node.is("ColumnRef")) {
    auto name = last_string(node.list("fields"));
    const int strength = name.empty() ? 0 : 2;
    return {std::move(name), strength};
  }
  if (node.is("AIndirection")) {
    auto name = last_string(node.list("indirection"));
    return name.empty() ? inside("arg") : Named{std::move(name), 2};
  }
  if (node.is("FuncCall")) return {last_string(node.list("funcname")), 2};
  if (node.is("AExpr") && node.text("kind") == "AEXPR_NULLIF") return {"nullif", 2};
  if (node.is("TypeCast")) {
    auto name = inside("arg");
    const auto* type = node.child("type_name");
    if (name.strength > 1 || !type) return name;
    return {std::string(last_name(type->list("names"))), 1};
  }
  if (node.is("CollateClause")) return inside("arg");
  if (node.is("GroupingFunc")) return {"grouping", 2};
  if (node.is("SubLink")) return figured_sublink(node);
  if (node.is("CaseExpr")) {
    auto name = inside("defresult");
    return name.strength > 1 ? name : Named{"case", 1};
  }
  if (node.is("AArrayExpr")) return {"array", 2};
  if (node.is("RowExpr")) return {"row", 2};
  if (node.is("CoalesceExpr")) return {"coalesce", 2};
  if (node.is("MinMaxExpr")) return {node.text("op") == "IS_LEAST" ? "least" : "greatest", 2};
  if (node.is("SQLValueFunction"))
    for (const auto& [op, name] : value_functions)
      if (node.text("op") == op) return {std::string(name), 2};
  return {};
}

}  // namespace

bool is_bare_string(const Node& node) { return node.is("AConst") && node.child("sval"); }
bool is_null(const Node& node) { return node.is("AConst") && node.flag("isnull"); }

bool is_text_constant(const Node& node) {
  if (!node.is("TypeCast") || !is_bare_string(*node.child("arg"))) return false;
  const auto* type = node.child("type_name");
  const auto name = last_name(type->list("names"));
  const auto from = qualifier(type->list("names"));
  return (name == "text" || name == "varchar") && (from.empty() || from == "pg_catalog") &&
         type->list("typmods").empty() && type->list("array_bounds").empty();
}

Node cast(Node value, const Type& type) {
  Node node{"TypeCast", {}};
  node.set("arg", std::move(value));
  node.set("type_name", type_node(type));
  return node;
}

Node typed_literal(std::string_view text, const Type& type) {
  if (type.modifier.empty() && !type.array) {
    if (numeric_rank(type) > 0)
      if (auto value = number(text, type)) return std::move(*value);
    if (type.is("bool") && (text == "t" || text == "true")) return truth(true);
    if (type.is("bool") && (text == "f" || text == "false")) return truth(false);
  }
  return cast(string(text), type);
}

void unquote_number(Node& node, const Type& type) {
  if (!node.is("TypeCast") || numeric_rank(type) == 0 || !is_bare_string(*node.child("arg"))) return;
  const std::string text(node.child("arg")->child("sval")->text("sval"));
  if (is_whole(text) && number_of<std::int32_t>(text))
    node.set("arg", whole(*number_of<std::int32_t>(text)));
  else if ((is_whole(text) && number_of<std::int64_t>(text)) ||
           (is_decimal(text) && !type.is("int2") && !type.is("int4") && !type.is("int8")))
    node.set("arg", decimal(text));
}

void Normaliser::become(Node& node, const Type& type) const {
  Type bare = type;
  bare.modifier.clear();
  if (is_bare_string(node)) {
    node = typed_literal(std::string(node.child("sval")->text("sval")), bare);
  } else if (comparing_ && is_text_constant(node) && is_text(bare)) {
    node.set("type_name", type_node(bare));  // 'a'::varchar as text is 'a'::text
  } else {
    Node value = std::move(node);
    node = cast(std::move(value), bare);
  }
}

std::string figured_name(const Node& value) { return figured(value).name; }

}  // namespace dmc::dialects::postgres::sql
