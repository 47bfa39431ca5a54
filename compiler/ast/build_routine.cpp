// Functions, procedures and triggers.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

Returns build_returns(const Builder& builder, Node node) {
  Returns returns;
  returns.span = node.span();
  returns.set = build_words(builder, node) == "setof";
  std::optional<Span> text;
  for (const Node child : node.children()) {
    const Span span = child.span();
    text = text ? Span{span.file, text->begin, span.end} : span;
    if (child.is(Kind::type)) returns.type = build_type(builder, child);
    if (child.is(Kind::arguments)) returns.table_columns = build_arguments(builder, child);
  }
  returns.text = builder.text(text.value());
  return returns;
}

RoutineSetting build_routine_setting(const Builder& builder, Node node) {
  RoutineSetting setting;
  for (const Node child : node.children()) {
    if (child.is(Kind::path)) {
      setting.name = build_path(builder, child);
    } else {
      setting.values.push_back(build_setting_value(builder, child));
    }
  }
  return setting;
}

RoutineOption build_option(const Builder& builder, Node node) {
  RoutineOption option{build_words(builder, node), {}, node.span()};
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::name:
        option.value = build_name(builder, child);
        break;
      case Kind::setting:
        option.value = build_routine_setting(builder, child);
        break;
      case Kind::number: {
        const Literal number = build_literal(builder, child);
        if (const auto* integer = std::get_if<Integer>(&number)) option.value = *integer;
        if (const auto* decimal = std::get_if<Decimal>(&number)) option.value = *decimal;
        break;
      }
      default:
        break;
    }
  }
  return option;
}

std::variant<Sql, Text, LibraryBody> build_body(const Builder& builder, Node node) {
  const Node body = node.first().value();
  if (body.is(Kind::sql)) return build_sql(builder, body);
  const Text text = build_text(builder, body);
  if (const auto symbol = node.at(1)) return LibraryBody{text, build_text(builder, *symbol)};
  return text;
}

/// The statements of a trigger; a function in a library is called, not written here.
std::variant<TriggerCall, Sql, Text> build_statements_of(const Builder& builder, Node node) {
  const Node body = node.first().value();
  if (const auto symbol = node.at(1)) {
    builder.diagnostics.error("E0155", symbol->span(), "a trigger is one text of statements", "nothing more");
  }
  if (body.is(Kind::sql)) return build_sql(builder, body);
  return build_text(builder, body);
}

TriggerEvent build_event(const Builder& builder, Node node) {
  TriggerEvent event;
  event.span = node.span();
  const std::string_view word = builder.text(node.first().value());
  event.kind = word == "insert"   ? TriggerEventKind::insert
               : word == "update" ? TriggerEventKind::update
               : word == "delete" ? TriggerEventKind::remove
                                  : TriggerEventKind::truncate;
  if (const auto names = node.child(Kind::names)) event.columns = build_names(builder, *names);
  return event;
}

Transition build_transition(const Builder& builder, Node node) {
  const Node name = node.child(Kind::name).value();
  const std::string_view words = build_words(builder, node);
  return {words.substr(0, 3) == "old", words.ends_with("table"), build_name(builder, name), node.span()};
}

TriggerCall build_call(const Builder& builder, Node node) {
  TriggerCall call;
  call.span = node.span();
  call.function = build_path(builder, node.child(Kind::path).value());
  if (const auto arguments = node.child(Kind::arguments)) call.arguments = build_arguments(builder, *arguments);
  return call;
}

TriggerTiming timing_of(std::string_view words) {
  if (words == "before") return TriggerTiming::before;
  return words == "after" ? TriggerTiming::after : TriggerTiming::instead_of;
}

Firing firing_of(std::string_view words) {
  if (words == "disabled") return Firing::disabled;
  return words == "enabled always" ? Firing::always : Firing::replica;
}

}  // namespace

Routine build_routine(const Builder& builder, Node node) {
  Routine routine;
  routine.kind = node.is(Kind::function) ? RoutineKind::function : RoutineKind::procedure;
  routine.span = node.span();
  routine.head = head_of(node);
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::path:
        routine.name = build_path(builder, child);
        break;
      case Kind::arguments:
        routine.parameters = build_arguments(builder, child);
        break;
      case Kind::returns:
        routine.returns = build_returns(builder, child);
        break;
      case Kind::function_option:
        routine.options.push_back(build_option(builder, child));
        break;
      case Kind::function_body:
        routine.body = build_body(builder, child);
        break;
      default:
        break;
    }
  }
  routine.after = build_after(builder, node);
  return routine;
}

Trigger build_trigger(const Builder& builder, Node node) {
  Trigger trigger;
  trigger.span = node.span();
  trigger.head = head_of(node);
  trigger.timing = timing_of(build_words(builder, node));
  trigger.after = build_after(builder, node);
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::name:
        trigger.name = build_name(builder, child);
        break;
      case Kind::path:
        trigger.table = build_path(builder, child);
        break;
      case Kind::trigger_event:
        trigger.events.push_back(build_event(builder, child));
        break;
      case Kind::transition:
        trigger.transitions.push_back(build_transition(builder, child));
        break;
      case Kind::for_each:
        if (is_first(builder, node, child)) {
          trigger.level = builder.text(child.first().value()) == "row" ? TriggerLevel::row : TriggerLevel::statement;
        }
        break;
      case Kind::deferrable:
        if (is_first(builder, node, child)) trigger.deferral = build_deferral(builder, node);
        break;
      case Kind::when:
        if (is_first(builder, node, child)) trigger.when = build_sql_in(builder, child);
        break;
      case Kind::trigger_call:
        trigger.action = build_call(builder, child);
        break;
      case Kind::function_body:
        trigger.action = build_statements_of(builder, child);
        break;
      case Kind::firing:
        trigger.firing = firing_of(build_words(builder, child));
        break;
      default:
        break;
    }
  }
  return trigger;
}

}  // namespace dmc::ast
