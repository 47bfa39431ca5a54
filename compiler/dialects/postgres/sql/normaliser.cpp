// Dispatch over the kinds of expressions; names, casts and calls.
#include "compiler/dialects/postgres/sql/normaliser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/dialects/postgres/sql/functions.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

/// Functions that have a syntax of their own; a call by name means the same.
constexpr std::array<std::string_view, 14> with_syntax{
    "btrim",   "extract",          "is_normalized", "like_escape", "ltrim",     "normalize", "overlaps",
    "overlay", "pg_collation_for", "position",      "rtrim",       "substring", "timezone",  "xmlexists"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> value_types{{
    {"SVFOP_CURRENT_DATE", "date"},
    {"SVFOP_CURRENT_TIME", "timetz"},
    {"SVFOP_CURRENT_TIMESTAMP", "timestamptz"},
    {"SVFOP_LOCALTIME", "time"},
    {"SVFOP_LOCALTIMESTAMP", "timestamp"},
    {"SVFOP_CURRENT_ROLE", "name"},
    {"SVFOP_CURRENT_USER", "name"},
    {"SVFOP_USER", "name"},
    {"SVFOP_SESSION_USER", "name"},
    {"SVFOP_CURRENT_CATALOG", "name"},
    {"SVFOP_CURRENT_SCHEMA", "name"},
}};

Type constant_type(const Node& node) {
  if (node.child("ival")) return {"int4"};
  if (node.child("boolval")) return {"bool"};
  if (node.child("bsval")) return {"bit"};
  if (const auto* number = node.child("fval")) {
    const auto text = number->text("fval");
    const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
    const bool whole = digits.find_first_not_of("0123456789") == std::string_view::npos;
    // 18 digits always fit; what has 19 may not, and which type it has then is left open.
    if (whole && digits.size() > 18) return {};
    return {whole ? "int8" : "numeric"};
  }
  return {std::string(literal_type)};
}

bool polymorphic(std::string_view type) { return type.starts_with("any"); }

/// Whether a type of PostgreSQL's own can stand for the polymorphic one.
bool can_be(const Type& type, std::string_view polymorphic_type) {
  if (polymorphic_type.ends_with("multirange")) return !type.array && type.name.ends_with("multirange");
  if (polymorphic_type.ends_with("range")) return !type.array && type.name.ends_with("range");
  if (polymorphic_type.ends_with("nonarray")) return !type.array;
  if (polymorphic_type.ends_with("array")) return type.array;
  return polymorphic_type != "anyenum" || !is_builtin_type(type.name);
}

/// Whether a call with arguments of these types (`unknown`: open) fits the overload exactly; varchar counts as text.
bool fits(const Overload& overload, const std::vector<Type>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& have = arguments[i];
    if (!have.known() || have.is(literal_type)) continue;
    if (overload.arguments.empty()) return false;
    const auto want = i < overload.arguments.size() ? overload.arguments[i] : overload.arguments.back();
    if (polymorphic(want)
            ? can_be(have, want)
            : want == have.plain() || (want == "text" && (have.is("varchar") || have.is("name") || have.is("bpchar"))))
      continue;
    return false;
  }
  return true;
}

std::vector<const Overload*> candidates(const Function& function, std::size_t arguments) {
  std::vector<const Overload*> found;
  for (const auto& overload : function.overloads) {
    const auto most = overload.arguments.size();
    if (overload.repeats ? arguments + 1 >= most : arguments <= most && arguments + overload.optional >= most)
      found.push_back(&overload);
  }
  return found;
}

/// What all of them take there, or for a bare string the text that one of them takes; "" when that is open.
std::string_view taken_at(const std::vector<const Overload*>& overloads, std::size_t at, bool prefers_text) {
  std::string_view taken;
  bool same = true;
  bool text = false;
  for (const auto* overload : overloads) {
    const auto type = at < overload->arguments.size() ? overload->arguments[at] : overload->arguments.back();
    same = same && (taken.empty() || taken == type);
    taken = type;
    text = text || type == "text";
  }
  if (same) return taken;
  return text && prefers_text ? "text" : "";
}

Type read_plain(std::string_view plain) {
  Type type;
  type.array = plain.starts_with('_');
  type.name = plain.substr(type.array ? 1 : 0);
  return type;
}

}  // namespace

Type Normaliser::base(const Type& type) const {
  if (!type.known() || type.array || type.is(literal_type) || is_builtin_type(type.name)) return type;
  if (!around_.domain) return {};
  const auto dot = type.name.find('.');
  const auto schema = dot == std::string::npos ? around_.schema : type.name.substr(0, dot);
  const auto below = around_.domain(schema, dot == std::string::npos ? type.name : type.name.substr(dot + 1));
  if (!below) return {};
  return below->empty() ? type : base(type_of_text(*below, around_.schema));
}

void Normaliser::value(Node& node) {
  const Type wanted = base(type_of_text(around_.type, around_.schema));
  Type plain = wanted;
  plain.modifier.clear();
  if (plain.known() && is_bare_string(node)) become(node, plain);
  expression(node);
  // At the top the server hides the cast that it adds itself, and a null of any type is a null.
  if (!plain.known() || !node.is("TypeCast")) return;
  Node* inner = node.child("arg");
  Type type = normalise_type(*node.child("type_name"), around_.schema);
  if (!type.modifier.empty()) return;
  const bool constant = comparing_ && type == plain && inner->is("AConst") && !is_bare_string(*inner);
  if (is_null(*inner) || constant)
    node = Node(std::move(*inner));
  else if (comparing_ && is_bare_string(*inner) && is_text(type) && is_text(plain))
    node = cast(Node(std::move(*inner)), plain);
}

std::vector<Type> Normaliser::each(std::vector<Node>* nodes) {
  std::vector<Type> types;
  if (nodes)
    for (Node& node : *nodes) types.push_back(expression(node));
  return types;
}

void Normaliser::children(Node& node) {
  for (Field& field : node.fields)
    if (auto* list = std::get_if<std::vector<Node>>(&field.value))
      for (Node& child : *list) expression(child);
}

Type Normaliser::expression(Node& node) {
  if (node.is("AConst")) return constant_type(node);
  if (node.is("ColumnRef")) return column(node);
  if (node.is("TypeCast")) return type_cast(node);
  if (node.is("AExpr")) return operation(node);
  if (node.is("FuncCall")) return call(node);
  if (node.is("BoolExpr") || node.is("NullTest") || node.is("BooleanTest")) return boolean(node);
  if (node.is("CaseExpr") || node.is("CoalesceExpr") || node.is("MinMaxExpr")) return conditional(node);
  return unconditional(node);
}

Type Normaliser::unconditional(Node& node) {
  if (node.is("SelectStmt")) {
    const auto columns = query(node);
    return columns.size() == 1 ? columns.front().type : Type{};
  }
  if (node.is("TypeName")) return normalise_type(node, around_.schema);
  if (node.is("SQLValueFunction")) {
    const auto op = node.text("op");
    if (comparing_ && op == "SVFOP_CURRENT_TIMESTAMP") {
      node = Node{"FuncCall", {}};
      node.set("funcname", name_node("now"));
      node.set_word("funcformat", "COERCE_EXPLICIT_CALL");
      return {"timestamptz"};
    }
    if (comparing_ && (op == "SVFOP_USER" || op == "SVFOP_CURRENT_ROLE")) node.set_word("op", "SVFOP_CURRENT_USER");
    for (const auto& [name, type] : value_types)
      if (op == name) return {std::string(type)};
    return {};
  }
  if (node.is("AArrayExpr")) {
    auto* elements = node.nodes("elements");
    const auto types = each(elements);
    std::vector<Node*> all;
    if (elements)
      for (Node& element : *elements) all.push_back(&element);
    Type type = all.empty() ? Type{} : unify(all, types);
    if (type.array || !type.known()) return {};
    type.array = true;
    type.modifier.clear();
    return type;
  }
  if (node.is("SubLink")) {
    // `= any (select …)` is `in (select …)`.
    if (node.text("sub_link_type") == "ANY_SUBLINK" && last_name(node.list("oper_name")) == "=")
      node.erase("oper_name");
    if (auto* test = node.child("testexpr")) expression(*test);
    Type type;
    if (auto* select = node.child("subselect")) type = expression(*select);
    const auto kind = node.text("sub_link_type");
    if (kind == "EXPR_SUBLINK") return type;
    return kind == "ARRAY_SUBLINK" ? Type{} : Type{"bool"};
  }
  if (node.is("RowExpr")) node.set_word("row_format", "COERCE_EXPLICIT_CALL");
  if (node.is("CollateClause")) {
    if (auto* names = node.nodes("collname"); names && qualifier(*names) == "pg_catalog") names->erase(names->begin());
    auto* inner = node.child("arg");
    if (!inner) return {};
    Type type = expression(*inner);
    if (is_bare_string(*inner)) become(*inner, type = Type{"text"});
    return type;
  }
  if (node.is("AIndirection")) {
    Type type;
    if (auto* inner = node.child("arg")) type = expression(*inner);
    auto* path = node.nodes("indirection");
    each(path);
    const bool element = path && path->size() == 1 && path->front().is("AIndices") && !path->front().flag("is_slice");
    if (!element || !type.array) return {};
    type.array = false;
    return type;
  }
  children(node);
  return {};
}

Type Normaliser::type_cast(Node& node) {
  auto* inner = node.child("arg");
  auto* name = node.child("type_name");
  if (!inner || !name) return {};
  const Type type = normalise_type(*name, around_.schema);
  if (is_bare_string(*inner)) {
    // An explicit name of the type, as the author wrote it, with its modifier.
    std::string text(inner->child("sval")->text("sval"));
    // A relation of the default schema is found without it.
    const auto dot = around_.schema.size();
    if (type.is("regclass") && text.starts_with(around_.schema) && text.size() > dot + 1 && text[dot] == '.' &&
        text.compare(dot + 1, 3, "pg_") != 0)
      text.erase(0, dot + 1);
    if (!type.modifier.empty()) return type;
    node = typed_literal(text, type);
    if (comparing_) unquote_number(node, type);
    return type;
  }
  if (is_null(*inner)) return type;
  if (inner->is("AArrayExpr") && type.array && type.modifier.empty() && !inner->list("elements").empty()) {
    // The server gives the type to the elements and forgets the cast.
    Type element = type;
    element.array = false;
    Node array = std::move(*inner);
    for (Node& each_one : *array.nodes("elements")) {
      if (each_one.is("AArrayExpr")) return type;
      Node value = std::move(each_one);
      each_one = cast(std::move(value), element);
      type_cast(each_one);
    }
    node = std::move(array);
    return type;
  }
  const Type from = expression(*inner);
  if (!from.known()) return type;
  if (comparing_ && is_text_constant(*inner) && is_text(type) && type.modifier.empty()) {
    Node literal = std::move(*inner->child("arg"));
    node.set("arg", std::move(literal));
    return type;
  }
  if (from.name == type.name && from.array == type.array && (type.modifier.empty() || type.modifier == from.modifier)) {
    Node value = std::move(*inner);
    node = std::move(value);
    return from;
  }
  return type;
}

void Normaliser::function_name(Node& call) {
  auto* names = call.nodes("funcname");
  if (!names || names->empty()) return;
  // `extract (… from …)` and its like are printed as they were written.
  if (!comparing_ && call.text("funcformat") == "COERCE_SQL_SYNTAX") return;
  const auto from = qualifier(*names);
  const bool builtin = find_function(last_name(*names)) != nullptr;
  // A function that is there under its schema, and that no function of PostgreSQL's own hides, needs no qualifier.
  const auto known = [&] {
    return around_.function && around_.function(from, last_name(*names), call.list("args").size()).has_value();
  };
  const bool hidden = builtin || last_name(*names).starts_with("pg_");
  if (names->size() > 1 && (from == "pg_catalog" ? builtin : from == around_.schema && !hidden && known()))
    names->erase(names->begin(), names->end() - 1);
  call.set_word("funcformat", "COERCE_EXPLICIT_CALL");
  if (names->size() != 1) return;
  std::string name(last_name(*names));
  if (comparing_ && name == "transaction_timestamp") *names = {name_node("now")};
  if (comparing_ && name == "extract" && around_.major < 14) name = "date_part", *names = {name_node("date_part")};
  // Their bare names are words of the grammar.
  if (std::ranges::find(with_syntax, name) != with_syntax.end()) names->insert(names->begin(), name_node("pg_catalog"));
}

Type Normaliser::call(Node& node) {
  function_name(node);
  const auto types = each(node.nodes("args"));
  for (const std::string_view field : {"agg_order", "agg_filter"})
    if (auto* list = node.nodes(field))
      for (Node& child : *list) expression(child);
  if (auto* over = node.child("over")) window(*over);
  return result_of(node, types);
}

Type Normaliser::result_of(Node& node, const std::vector<Type>& arguments) {
  auto* values = node.nodes("args");
  const auto& names = node.list("funcname");
  const auto name = last_name(names);
  const auto from = qualifier(names);
  const Function* function = from.empty() || from == "pg_catalog" ? find_function(name) : nullptr;
  if (!function) return from == "pg_catalog" ? Type{} : own_result(node, arguments);
  if (node.flag("func_variadic")) return {};
  auto overloads = candidates(*function, arguments.size());
  if (overloads.empty()) return {};
  const bool named = values && std::ranges::any_of(*values, [](const Node& one) { return one.is("NamedArgExpr"); });
  if (named) return {};
  const bool all_known = std::ranges::all_of(arguments, [](const Type& type) { return type.known(); });
  std::vector<Type> plain;
  for (const Type& type : arguments) plain.push_back(base(type));
  auto exact = overloads;
  std::erase_if(exact, [&](const Overload* one) { return !fits(*one, plain); });
  // An overload that takes the very types is taken before one that takes text for them.
  const auto takes_them = [&](const Overload* one) {
    for (std::size_t i = 0; i < plain.size(); ++i) {
      const auto want = i < one->arguments.size() ? one->arguments[i] : one->arguments.back();
      if (!plain[i].is(literal_type) && want != plain[i].plain()) return false;
    }
    return true;
  };
  if (all_known && std::ranges::any_of(exact, takes_them))
    std::erase_if(exact, [&](const Overload* one) { return !takes_them(one); });
  const bool is_exact = all_known && !exact.empty();
  const auto chosen = is_exact ? exact : overloads;
  // What stands there as a word of the grammar is no text.
  const bool hides = node.text("funcformat") == "COERCE_SQL_SYNTAX";  // the server prints no cast of its own in it
  const bool worded = node.text("funcformat") == "COERCE_SQL_SYNTAX" &&
                      (name == "extract" || name == "normalize" || name == "is_normalized");
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (worded && is_bare_string((*values)[i])) continue;
    const auto taken = taken_at(chosen, i, is_exact);
    if (taken.empty() || polymorphic(taken)) continue;
    const Type want = read_plain(taken);
    Node& value = (*values)[i];
    const Type have = base(arguments[i]);
    const bool open = arguments[i].is(literal_type);
    const bool of_domain = have.known() && !arguments[i].is(literal_type) && have.name != arguments[i].name;
    const bool relabels = (want.is("text") && (have.is("varchar") || have.is("name") || have.is("bpchar"))) ||
                          (of_domain && have.name == want.name);
    const bool promotes =
        chosen.size() == 1 && numeric_rank(have) > 0 && numeric_rank(want) > numeric_rank(have) && !have.is("float4");
    if (open || (!hides && (relabels || promotes))) become(value, want);
    if (open) plain[i] = want;
    if (open && want.is("regclass")) type_cast(value);
  }
  std::string_view result;
  if (is_exact) std::erase_if(exact, [&](const Overload* one) { return !fits(*one, plain); });
  for (const auto* one : is_exact ? exact : chosen) {
    if (!result.empty() && one->result != result) return {};
    result = one->result;
  }
  if (result.empty()) return {};
  if (!polymorphic(result)) return read_plain(result);
  const bool simple =
      chosen.size() == 1 && chosen.front()->arguments.size() == 1 && chosen.front()->arguments[0] == result;
  return simple && arguments.size() == 1 && !arguments[0].is(literal_type) ? base(arguments[0]) : Type{};
}

Type Normaliser::own_result(Node& node, const std::vector<Type>& arguments) {
  const auto& names = node.list("funcname");
  const auto from = qualifier(names);
  if (around_.called) {
    std::vector<std::string> given;
    for (const Type& type : arguments) given.push_back(type.known() ? type.plain() : std::string());
    around_.called(from, last_name(names), given);
  }
  if (!around_.function) return {};
  const auto own =
      around_.function(from.empty() ? std::string_view(around_.schema) : from, last_name(names), arguments.size());
  if (!own) return {};
  auto* values = node.nodes("args");
  for (std::size_t i = 0; values && i < std::min(own->arguments.size(), arguments.size()); ++i) {
    Type want = type_of_text(own->arguments[i], around_.schema);
    want.modifier.clear();
    if (!want.known() || polymorphic(want.name) || (*values)[i].is("NamedArgExpr")) continue;
    const Type have = base(arguments[i]);
    const bool of_domain = have.known() && !arguments[i].is(literal_type) && have.name != arguments[i].name;
    const bool relabels = (want.is("text") && have.is("varchar")) || (of_domain && have.name == want.name);
    if (arguments[i].is(literal_type) || relabels) become((*values)[i], want);
  }
  return type_of_text(own->result, around_.schema);
}

Type Normaliser::boolean(Node& node) {
  if (!node.is("BoolExpr")) {
    if (auto* inner = node.child("arg")) expression(*inner);
    return {"bool"};
  }
  auto* list = node.nodes("args");
  each(list);
  const auto op = node.text("boolop");
  if (!list || op == "NOT_EXPR" || !comparing_) return {"bool"};
  std::vector<Node> flat;
  for (Node& one : *list) {
    auto* inner = one.is("BoolExpr") && one.text("boolop") == op ? one.nodes("args") : nullptr;
    if (!inner)
      flat.push_back(std::move(one));
    else
      for (Node& deeper : *inner) flat.push_back(std::move(deeper));
  }
  *list = std::move(flat);
  return {"bool"};
}

Type Normaliser::conditional(Node& node) {
  std::vector<Node*> values;
  std::vector<Type> types;
  if (!node.is("CaseExpr")) {
    auto* list = node.nodes("args");
    types = each(list);
    if (list)
      for (Node& one : *list) values.push_back(&one);
    return unify(values, types);
  }
  Type subject;
  auto* tested = node.child("arg");
  if (tested) subject = expression(*tested);
  for (Node& when : *node.nodes("args")) {
    auto* test = when.child("expr");
    auto* result = when.child("result");
    if (test) {
      Type type = expression(*test);
      const Type plain = base(subject);
      if (tested && plain.known() && !plain.array && type.is(literal_type) && !plain.is(literal_type))
        become(*test, is_text(plain) ? Type{"text"} : plain);
    }
    if (result) {
      types.push_back(expression(*result));
      values.push_back(result);
    }
  }
  // No ELSE is ELSE NULL.
  auto* otherwise = node.child("defresult");
  if (otherwise && otherwise->is("TypeCast") && is_null(*otherwise->child("arg"))) {
    node.erase("defresult");
    otherwise = nullptr;
  } else if (otherwise && is_null(*otherwise)) {
    node.erase("defresult");
    otherwise = nullptr;
  }
  if (otherwise) {
    // Its type counts first.
    types.insert(types.begin(), expression(*otherwise));
    values.insert(values.begin(), otherwise);
  }
  return unify(values, types);
}

}  // namespace dmc::dialects::postgres::sql
