// The words for the kinds of objects.
#include <array>
#include <utility>

#include "compiler/ast/builder.hpp"

namespace dmc::ast {

namespace {

constexpr std::array<std::pair<ObjectKind, std::string_view>, 23> kind_words{{
    {ObjectKind::table, "table"},
    {ObjectKind::view, "view"},
    {ObjectKind::materialized_view, "materialized view"},
    {ObjectKind::sequence, "sequence"},
    {ObjectKind::enumeration, "enum"},
    {ObjectKind::domain, "domain"},
    {ObjectKind::function, "function"},
    {ObjectKind::procedure, "procedure"},
    {ObjectKind::trigger, "trigger"},
    {ObjectKind::extension, "extension"},
    {ObjectKind::schema, "schema"},
    {ObjectKind::row_policy, "row policy"},
    {ObjectKind::grant, "grant"},
    {ObjectKind::object, "object"},
    {ObjectKind::column, "column"},
    {ObjectKind::value, "value"},
    {ObjectKind::index, "index"},
    {ObjectKind::constraint, "constraint"},
    {ObjectKind::partition, "partition"},
    {ObjectKind::projection, "projection"},
    {ObjectKind::replica, "replica"},
    {ObjectKind::reconcile, "reconcile"},
    {ObjectKind::invariant, "invariant"},
}};

}  // namespace

std::string_view word(ObjectKind kind) {
  for (const auto& [candidate, text] : kind_words) {
    if (candidate == kind) return text;
  }
  return {};
}

ObjectKind build_object_kind(const Builder& builder, Node node) {
  const std::string_view words = build_words(builder, node);
  std::optional<ObjectKind> found;
  for (const auto& [kind, text] : kind_words) {
    if (text == words) found = kind;
  }
  return found.value();
}

}  // namespace dmc::ast
