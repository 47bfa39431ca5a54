// Triggers: when, on what, and what they do.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/objects.hpp"
#include "compiler/check/tables.hpp"

namespace dmc::check {

namespace {

using ast::TriggerEventKind;
using ast::TriggerTiming;

std::string_view word_of(TriggerTiming timing) {
  switch (timing) {
    case TriggerTiming::before:
      return "before";
    case TriggerTiming::after:
      return "after";
    case TriggerTiming::instead_of:
      return "instead of";
  }
  return "after";
}

std::string_view word_of(TriggerEventKind kind) {
  switch (kind) {
    case TriggerEventKind::insert:
      return "insert";
    case TriggerEventKind::update:
      return "update";
    case TriggerEventKind::remove:
      return "delete";
    case TriggerEventKind::truncate:
      return "truncate";
  }
  return "insert";
}

/// As the model has it: nothing for one that fires as usual.
std::string_view word_of(ast::Firing firing) {
  switch (firing) {
    case ast::Firing::unstated:
      return "";
    case ast::Firing::disabled:
      return "disabled";
    case ast::Firing::always:
      return "always";
    case ast::Firing::replica:
      return "replica";
  }
  return "";
}

/// Reads one trigger into the model.
class Reader {
 public:
  Reader(Context& context, const DatabaseDraft& database, const ast::Trigger& syntax, model::Trigger& trigger)
      : context_(context), database_(database), syntax_(syntax), trigger_(trigger) {}

  void read() {
    const ast::Name& name = syntax_.name;
    check_new_name(context_, database_.engine(), name, "trigger");
    trigger_.name = name.text;
    trigger_.timing = word_of(syntax_.timing);
    trigger_.for_each_row = syntax_.level != ast::TriggerLevel::statement;
    trigger_.origin.span = syntax_.head;
    if (syntax_.when) trigger_.when = sql_of(*syntax_.when);
    const TableDraft* table = read_table();
    read_events(table);
    read_action();
    for (const ast::Transition& transition : syntax_.transitions)
      if (!report_lacking(context_, database_.engine(), transition.span, "'referencing' in triggers",
                          "the rows are called old and new"))
        trigger_.transitions.push_back(std::string(transition.old_rows ? "old " : "new ") +
                                       (transition.whole_table ? "table as " : "row as ") +
                                       std::string(transition.name.text));
    if (syntax_.deferral != ast::Deferral::unstated &&
        !report_lacking(context_, database_.engine(), syntax_.head, "triggers that run late")) {
      trigger_.constraint = true;
      trigger_.initially_deferred = syntax_.deferral == ast::Deferral::initially_deferred;
      trigger_.deferrable = syntax_.deferral != ast::Deferral::not_deferrable;
    }
    if (syntax_.firing != ast::Firing::unstated &&
        !report_lacking(context_, database_.engine(), syntax_.head, "triggers that are switched off",
                        "a trigger that is not to fire is not declared"))
      trigger_.enabled = word_of(syntax_.firing);
    trigger_.of_table = database_.engine().triggers_are_of_tables;
    if (trigger_.of_table) trigger_.schema.clear();
    trigger_.after = read_after(context_, database_, syntax_.after);
  }

 private:
  /// The table that the trigger is on, if it is one whose columns are known.
  const TableDraft* read_table() {
    const Met met = database_.directory.find(context_, syntax_.table, "table or view");
    if (!met.entity) return nullptr;
    trigger_.table = Directory::path_of(*met.entity);
    const bool instead = syntax_.timing == TriggerTiming::instead_of;
    if (met.entity->kind == EntityKind::index) {
      context_
          .error("E0232", syntax_.table.span, fmt::format("'{}' is an index", met.entity->name),
                 "a trigger is on a table or a view")
          .notes.push_back({met.entity->span, "declared here"});
      return nullptr;
    }
    const bool on_view = met.entity->kind == EntityKind::view;
    const bool whole = !instead && !trigger_.for_each_row && database_.engine().has("statement triggers on views");
    if (on_view != instead && !whole && met.entity->kind != EntityKind::object) {
      auto& diagnostic =
          context_.error("E0234", syntax_.head,
                         fmt::format("'{}' triggers are for {}, and '{}' is {}", word_of(syntax_.timing),
                                     instead ? "views" : "tables", met.entity->name, phrase_of(met.entity->kind)),
                         instead ? "expected: before or after" : "expected: instead of");
      diagnostic.notes.push_back({met.entity->span, "declared here"});
    }
    if (met.entity->kind != EntityKind::table) return nullptr;
    return &database_.tables[met.entity->place];
  }

  void read_events(const TableDraft* table) {
    std::array<bool, 4> seen{};
    for (const ast::TriggerEvent& event : syntax_.events) {
      bool& was_seen = seen.at(static_cast<std::size_t>(event.kind));
      if (was_seen) {
        context_.error("E0223", event.span,
                       fmt::format("'{}' stands twice in trigger '{}'", word_of(event.kind), trigger_.name),
                       "each event once");
      }
      was_seen = true;
      if (event.kind == TriggerEventKind::truncate)
        report_lacking(context_, database_.engine(), event.span, "'truncate' triggers");
      for (const ast::Name& column : event.columns) {
        const ast::Column* found = table ? find_column(database_, *table, column.text) : nullptr;
        if (table && !found) report_unknown_column(context_, *table, column, "'update of'");
        trigger_.of_columns.emplace_back(found ? found->name.text : column.text);
      }
    }
    for (const auto kind :
         {TriggerEventKind::insert, TriggerEventKind::update, TriggerEventKind::remove, TriggerEventKind::truncate})
      if (seen.at(static_cast<std::size_t>(kind))) trigger_.events.emplace_back(word_of(kind));
  }

  void read_action() {
    if (const auto* body = std::get_if<ast::Sql>(&syntax_.action)) {
      trigger_.body = sql_of(*body);
      return;
    }
    const auto& call = std::get<ast::TriggerCall>(syntax_.action);
    std::string text = called(call.function) + "(";
    for (std::size_t at = 0; at < call.arguments.size(); ++at)
      text += (at > 0 ? ", " : "") + std::string(call.arguments[at].text);
    trigger_.execute = text + ")";
    report_lacking(context_, database_.engine(), call.span, "functions that a trigger could execute",
                   "write what it does:  as $$ update …; $$");
  }

  Context& context_;
  const DatabaseDraft& database_;
  const ast::Trigger& syntax_;
  model::Trigger& trigger_;
};

}  // namespace

bool build_trigger(Context& context, const DatabaseDraft& database, const Placed<ast::Trigger>& placed,
                   model::Trigger& trigger) {
  const std::size_t before = context.diagnostics.all().size();
  trigger.schema = placed.schema;
  Reader(context, database, *placed.syntax, trigger).read();
  return !has_errors_since(context.diagnostics, before);
}

}  // namespace dmc::check
