#include "compiler/check/secrets.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace dmc::check {

namespace {

/// Collects the texts that may hold a secret, and the bodies that are looked at elsewhere.
struct Places {
  std::vector<grammar::Span> sent;
  std::vector<grammar::Span> bodies;

  void add(const ast::Sql& sql) { sent.push_back(sql.span); }
  void add(const ast::DatabaseItem& item) {
    if (const auto* schema = std::get_if<ast::Schema>(&item.value)) add(schema->items);
    const auto* object = std::get_if<ast::Object>(&item.value);
    if (!object) return;
    add(object->create);
    if (object->replace) add(*object->replace);
    add(object->drop);
  }
  void add(const ast::Statement& statement) {
    const auto* run = std::get_if<ast::Run>(&statement);
    if (!run) return;
    add(run->actions);
    if (const auto* undo = std::get_if<std::vector<ast::Sql>>(&run->undo)) add(*undo);
  }
  void add(const ast::FileItem& item) {
    if (const auto* database = std::get_if<ast::Database>(&item)) add(database->items);
    if (const auto* change = std::get_if<ast::Change>(&item)) add(change->statements);
    if (const auto* pattern = std::get_if<ast::Pattern>(&item)) bodies.push_back(pattern->body_span);
  }
  void add(const ast::TableBody&) {}
  template <class T>
  void add(const std::vector<T>& list) {
    for (const auto& item : list) add(item);
  }
};

bool holds(const std::vector<grammar::Span>& spans, const grammar::Span& inner) {
  return std::ranges::any_of(spans, [&](const grammar::Span& span) {
    return span.file == inner.file && span.begin <= inner.begin && inner.end <= span.end;
  });
}

/// Whether the quotes of a literal stand directly around it, and no prefix that makes the literal another one.
bool is_whole(const Context& context, const grammar::Splice& splice) {
  if (splice.context != grammar::SpliceContext::sql_text || splice.span.begin < 2) return false;
  auto around = splice.span;
  around.begin -= 2;
  ++around.end;
  const auto text = context.sources.text(around);
  constexpr std::string_view joins = "'_";
  const char before = text.front();
  return text[1] == '\'' && text.back() == '\'' && joins.find(before) == std::string_view::npos &&
         !(before >= '0' && before <= '9') && !((before | 0x20) >= 'a' && (before | 0x20) <= 'z');
}

void report(Context& context, const std::vector<grammar::Splice>& splices, const Places& places) {
  for (const grammar::Splice& splice : splices) {
    if (!splice.environment || holds(places.bodies, splice.span)) continue;
    const auto name = context.sources.text(splice.name);
    if (!holds(places.sent, splice.span)) {
      context
          .error("E0281", splice.span, "a secret cannot stand here",
                 "this is kept in the catalog and in the database, where everybody reads it")
          .help.push_back(fmt::format("a secret stands in a statement that is sent:  run 'WHY' on DB {{ do (… '${{env "
                                      "{}}}' …); undo nothing; }}",
                                      name));
    } else if (!is_whole(context, splice)) {
      context.error("E0286", splice.span, "a secret is a whole literal", "its value would become part of a larger text")
          .help.push_back(fmt::format("write '${{env {}}}', with nothing else between the quotes", name));
    }
  }
}

template <class Expanded>
void check_expanded(Context& context, const Expanded& expanded) {
  Places places;
  places.add(expanded.body);
  report(context, expanded.splices, places);
}

}  // namespace

void check_secrets(Context& context, const ast::File& file) {
  Places places;
  places.add(file.items);
  report(context, file.splices, places);
}

void check_secrets(Context& context, const ast::ExpandedTable& expanded) { check_expanded(context, expanded); }
void check_secrets(Context& context, const ast::ExpandedDatabase& expanded) { check_expanded(context, expanded); }
void check_secrets(Context& context, const ast::ExpandedChange& expanded) { check_expanded(context, expanded); }
void check_secrets(Context& context, const ast::ExpandedProject& expanded) { check_expanded(context, expanded); }

}  // namespace dmc::check
