// A parse tree of PostgreSQL's own parser as plain values, in the parser's words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dmc::dialects::postgres::sql {

struct Field;

/// `ColumnRef`, `SelectStmt`, …: the kinds and fields of the server's `parsenodes.h`, names in snake case as in
/// `pg_query.proto`. A field that holds its default (0, "", false, nothing) is absent. An empty place in a list is a
/// node of kind "".
struct Node {
  std::string_view kind;  ///< static text
  std::vector<Field> fields;

  bool is(std::string_view name) const { return kind == name; }
  const Field* find(std::string_view field) const;
  std::string_view text(std::string_view field) const;  ///< of a text or an enumeration; "" when absent
  std::int64_t number(std::string_view field) const;    ///< 0 when absent
  bool flag(std::string_view field) const;
  const Node* child(std::string_view field) const;  ///< the node of a field that holds one; null when absent
  const std::vector<Node>& list(std::string_view field) const;

  Node* child(std::string_view field);
  std::vector<Node>* nodes(std::string_view field);  ///< of a list, for changing it; null when absent
  void erase(std::string_view field);
  void set(std::string_view field, std::string text);
  void set(std::string_view field, Node node);
  void set(std::string_view field, std::vector<Node> list);
  void set_word(std::string_view field, std::string_view word);  ///< an enumeration's value; `word` is static text
  void set_number(std::string_view field, std::int64_t number);

  bool operator==(const Node& other) const;
};

/// The value of an enumeration.
struct Word {
  std::string_view text;  ///< static
  bool operator==(const Word&) const = default;
};

struct Field {
  std::string_view name;  ///< static text
  std::variant<bool, std::int64_t, std::string, Word, std::vector<Node>> value;
  bool operator==(const Field&) const;
};

/// `pg_catalog . int4` of a list of String nodes: the last name, and the one before it.
std::string_view last_name(const std::vector<Node>& names);
std::string_view qualifier(const std::vector<Node>& names);
/// The text of a String node; "" of any other.
std::string_view name_of(const Node& node);
Node name_node(std::string_view text);

/// Calls `visit(node)` for the node and, as long as that answers true, everything below it, parents first.
template <class Visit>
void walk(const Node& node, const Visit& visit) {
  if (!visit(node)) return;
  for (const Field& field : node.fields)
    if (const auto* list = std::get_if<std::vector<Node>>(&field.value))
      for (const Node& each : *list) walk(each, visit);
}

/// Takes every place in the text out of the tree, so that equal texts make equal trees.
void forget_places(Node& node);

}  // namespace dmc::dialects::postgres::sql
