#include "compiler/dialects/postgres/sql/compare.hpp"

#include <utility>
#include <vector>

#include "compiler/dialects/postgres/sql/loose.hpp"
#include "compiler/dialects/postgres/sql/normaliser.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

using Aim = Normaliser::Aim;

std::optional<Node> read_expression(std::string_view text, const Surroundings& around, Aim aim) {
  auto node = parse_expression(text);
  if (!node) return std::nullopt;
  forget_places(*node);
  Normaliser(around, aim).value(*node);
  return node;
}

void name_outputs(Node& select, const std::vector<std::string>& names) {
  // The first part of a UNION names the columns of the whole.
  Node* first = &select;
  while (auto* left = first->child("larg")) first = left;
  auto* targets = first->nodes("target_list");
  if (!targets || targets->size() < names.size()) return;
  for (std::size_t i = 0; i < names.size(); ++i) (*targets)[i].set("name", names[i]);
}

std::string_view without_end(std::string_view text) {
  while (!text.empty() && (text.back() == ';' || text.back() == ' ' || text.back() == '\n' || text.back() == '\t' ||
                           text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

std::optional<Node> read_query(std::string_view text, const Surroundings& around, Aim aim) {
  auto node = parse_statement(without_end(text));
  if (!node || !node->is("SelectStmt")) return std::nullopt;
  forget_places(*node);
  Normaliser(around, aim).query(*node);
  name_outputs(*node, around.output);
  return node;
}

/// The statements of a body. Names of arguments look like columns there, so only what needs no types is normalised.
std::optional<Node> read_body(std::string_view text, const Surroundings& around, Aim aim) {
  auto parsed = parse(text);
  auto* statements = std::get_if<std::vector<ParsedStatement>>(&parsed);
  if (!statements || statements->empty()) return std::nullopt;
  std::vector<Node> list;
  for (auto& statement : *statements) {
    forget_places(statement.tree);
    if (statement.tree.is("CreateFunctionStmt")) Normaliser(around, aim).body_of(statement.tree);
    if (statement.tree.is("SelectStmt") && around.row.empty()) {
      Surroundings blind = around;
      blind.relation = nullptr;
      blind.table.clear();
      Node tree = statement.tree;
      Normaliser(blind, aim).query(tree);
      statement.tree = std::move(tree);
    }
    list.push_back(std::move(statement.tree));
  }
  Node body{"List", {}};
  body.set("items", std::move(list));
  return body;
}

Sameness judge(std::string_view left, std::string_view right, std::optional<Node> a, std::optional<Node> b) {
  if (model::normalised(left) == model::normalised(right)) return Sameness::equal;
  if (!a || !b) return Sameness::unproven;
  if (*a == *b) return Sameness::equal;
  loosen(*a);
  loosen(*b);
  return may_be_alike(*a, *b) ? Sameness::unproven : Sameness::different;
}

}  // namespace

std::optional<std::string> normal_expression(std::string_view text, const Surroundings& around) {
  const auto node = read_expression(text, around, Aim::print);
  return node ? print_expression(*node) : std::nullopt;
}

std::optional<std::string> normal_query(std::string_view text, const Surroundings& around) {
  const auto node = read_query(text, around, Aim::print);
  return node ? print_statement(*node) : std::nullopt;
}

std::vector<NamedType> outputs_of(std::string_view query, const Surroundings& around) {
  auto node = parse_statement(without_end(query));
  if (!node || !node->is("SelectStmt")) return {};
  forget_places(*node);
  std::vector<NamedType> columns;
  for (const auto& column : Normaliser(around, Normaliser::Aim::print).query(*node))
    columns.push_back({column.name.empty() ? "?column?" : column.name,
                       column.type.name + column.type.modifier + (column.type.array ? "[]" : "")});
  for (std::size_t i = 0; i < around.output.size() && i < columns.size(); ++i) columns[i].name = around.output[i];
  return columns;
}

std::optional<std::string> normal_type(std::string_view text, std::string_view schema) {
  auto type = parse_type(text);
  if (!type) return std::nullopt;
  normalise_type(*type, schema);
  Node null{"AConst", {}};
  null.fields.push_back({"isnull", true});
  Node node{"TypeCast", {}};
  node.set("arg", std::move(null));
  node.set("type_name", std::move(*type));
  auto printed = print_expression(node);
  if (printed) printed->erase(0, printed->find("::") + 2);
  return printed;
}

std::optional<std::string> normal_body(std::string_view text, const Surroundings& around) {
  const auto body = read_body(text, around, Aim::print);
  if (!body) return std::nullopt;
  std::string out;
  for (const Node& statement : body->list("items")) {
    const auto printed = print_statement(statement);
    if (!printed) return std::nullopt;
    if (!out.empty()) out += "; ";
    out += *printed;
  }
  return out;
}

std::optional<std::string> normal_atomic(Node create_function, const Surroundings& around) {
  forget_places(create_function);
  Normaliser(around, Aim::print).body_of(create_function);
  const auto* body = create_function.child("sql_body");
  if (!body) return std::nullopt;
  if (body->is("ReturnStmt")) {
    const auto* value = body->child("returnval");
    const auto printed = value ? print_expression(*value) : std::nullopt;
    return printed ? std::optional("return " + *printed) : std::nullopt;
  }
  std::string out = "begin atomic ";
  for (const Node& list : body->list("items"))
    for (const Node& statement : list.list("items")) {
      const auto printed = print_statement(statement);
      if (!printed) return std::nullopt;
      out.append(*printed).append("; ");
    }
  return out + "end";
}

Sameness compare_expressions(std::string_view left, std::string_view right, const Surroundings& around) {
  return judge(left, right, read_expression(left, around, Aim::compare), read_expression(right, around, Aim::compare));
}
Sameness compare_queries(std::string_view left, std::string_view right, const Surroundings& around) {
  return judge(left, right, read_query(left, around, Aim::compare), read_query(right, around, Aim::compare));
}
Sameness compare_bodies(std::string_view left, std::string_view right, const Surroundings& around) {
  return judge(left, right, read_body(left, around, Aim::compare), read_body(right, around, Aim::compare));
}

}  // namespace dmc::dialects::postgres::sql
