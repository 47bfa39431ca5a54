// Reading and changing the fields of a node.
#include "compiler/dialects/postgres/sql/tree.hpp"

#include <algorithm>

namespace dmc::dialects::postgres::sql {

namespace {

const std::vector<Node> no_nodes;

template <class Value>
void put(Node& node, std::string_view name, Value value) {
  const auto found = std::ranges::find(node.fields, name, &Field::name);
  if (found != node.fields.end())
    found->value = std::move(value);
  else
    node.fields.push_back({name, std::move(value)});
}

}  // namespace

bool Field::operator==(const Field& other) const { return name == other.name && value == other.value; }

bool Node::operator==(const Node& other) const {
  if (kind != other.kind || fields.size() != other.fields.size()) return false;
  // Fields that were set later stand elsewhere in the list.
  return std::ranges::all_of(fields, [&](const Field& field) {
    const auto* same = other.find(field.name);
    return same && same->value == field.value;
  });
}

const Field* Node::find(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

std::string_view Node::text(std::string_view field) const {
  const auto* found = find(field);
  if (!found) return {};
  if (const auto* text = std::get_if<std::string>(&found->value)) return *text;
  if (const auto* word = std::get_if<Word>(&found->value)) return word->text;
  return {};
}

std::int64_t Node::number(std::string_view field) const {
  const auto* found = find(field);
  const auto* number = found ? std::get_if<std::int64_t>(&found->value) : nullptr;
  return number ? *number : 0;
}

bool Node::flag(std::string_view field) const {
  const auto* found = find(field);
  const auto* flag = found ? std::get_if<bool>(&found->value) : nullptr;
  return flag && *flag;
}

const std::vector<Node>& Node::list(std::string_view field) const {
  const auto* found = find(field);
  const auto* list = found ? std::get_if<std::vector<Node>>(&found->value) : nullptr;
  return list ? *list : no_nodes;
}

const Node* Node::child(std::string_view field) const {
  const auto& nodes = list(field);
  return nodes.empty() ? nullptr : &nodes.front();
}

std::vector<Node>* Node::nodes(std::string_view field) {
  const auto found = std::ranges::find(fields, field, &Field::name);
  return found == fields.end() ? nullptr : std::get_if<std::vector<Node>>(&found->value);
}

Node* Node::child(std::string_view field) {
  auto* list = nodes(field);
  return list && !list->empty() ? &list->front() : nullptr;
}

void Node::erase(std::string_view field) {
  std::erase_if(fields, [&](const Field& f) { return f.name == field; });
}
void Node::set(std::string_view field, std::string text) { put(*this, field, std::move(text)); }
void Node::set(std::string_view field, std::vector<Node> list) { put(*this, field, std::move(list)); }
void Node::set_word(std::string_view field, std::string_view word) { put(*this, field, Word{word}); }
void Node::set_number(std::string_view field, std::int64_t number) { put(*this, field, number); }
void Node::set(std::string_view field, Node node) {
  std::vector<Node> one;
  one.push_back(std::move(node));
  put(*this, field, std::move(one));
}

std::string_view name_of(const Node& node) { return node.is("String") ? node.text("sval") : std::string_view(); }
std::string_view last_name(const std::vector<Node>& names) {
  return names.empty() ? std::string_view() : name_of(names.back());
}
std::string_view qualifier(const std::vector<Node>& names) {
  return names.size() < 2 ? std::string_view() : name_of(names[names.size() - 2]);
}

Node name_node(std::string_view text) {
  Node node{"String", {}};
  node.set("sval", std::string(text));
  return node;
}

void forget_places(Node& node) {
  std::erase_if(node.fields, [](const Field& field) {
    return field.name == "location" || field.name == "stmt_location" || field.name == "stmt_len";
  });
  for (Field& field : node.fields)
    if (auto* list = std::get_if<std::vector<Node>>(&field.value))
      for (Node& each : *list) forget_places(each);
}

}  // namespace dmc::dialects::postgres::sql
