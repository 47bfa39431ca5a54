// The statements of a change.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

/// Reads the kind and the name after it from the children of `parent`.
Subject build_subject(const Builder& builder, Node parent) {
  const Node kind = parent.child(Kind::kind).value();
  Subject subject;
  subject.kind = build_object_kind(builder, kind);
  subject.span = kind.span();
  for (const Node child : parent.children()) {
    const bool is_name = child.is(Kind::path) || child.is(Kind::text) || child.is(Kind::endpoint);
    if (!is_name) continue;
    subject.span.end = child.span().end;
    if (child.is(Kind::path)) subject.name = build_path(builder, child);
    if (child.is(Kind::text)) subject.name = build_text(builder, child);
    if (child.is(Kind::endpoint)) subject.name = build_endpoint(builder, child);
    break;
  }
  return subject;
}

Path build_path_in(const Builder& builder, Node node) { return build_path(builder, node.child(Kind::path).value()); }

Backup backup_of(Node node) {
  if (node.has(Kind::with_backup)) return Backup::with;
  return node.has(Kind::without_backup) ? Backup::without : Backup::unstated;
}

Rename build_rename(const Builder& builder, Node node) {
  Rename rename{build_subject(builder, node), {}, node.has(Kind::keeping_both), node.span()};
  for (const Node child : node.children()) {
    // The last path is the new name; the first may be the old one.
    if (child.is(Kind::path)) rename.to = build_path(builder, child);
  }
  return rename;
}

Drop build_drop(const Builder& builder, Node node) {
  Drop drop;
  drop.span = node.span();
  drop.backup = backup_of(node);
  if (const auto grant = node.child(Kind::grant)) {
    drop.subject = build_grant(builder, *grant);
  } else {
    drop.subject = build_subject(builder, node);
  }
  return drop;
}

DropRows build_drop_rows(const Builder& builder, Node node) {
  return {build_path_in(builder, node), build_optional_sql(builder, node, Kind::where).value(), backup_of(node),
          build_pace(builder, node), node.span()};
}

Retype build_retype(const Builder& builder, Node node) {
  return {build_path_in(builder, node),
          build_optional_sql(builder, node, Kind::using_expression),
          build_optional_sql(builder, node, Kind::undo),
          node.has(Kind::keeping_both),
          build_pace(builder, node),
          node.span()};
}

Rebuild build_rebuild(const Builder& builder, Node node) {
  return {build_path_in(builder, node), build_pace(builder, node), node.span()};
}

Backfill build_backfill(const Builder& builder, Node node) {
  Backfill backfill;
  backfill.span = node.span();
  backfill.target = build_path_in(builder, node);
  backfill.where = build_optional_sql(builder, node, Kind::where);
  backfill.follow = node.has(Kind::follow);
  backfill.backup = backup_of(node);
  backfill.pace = build_pace(builder, node);
  for (const Node child : node.children()) {
    if (!child.is(Kind::assignment)) continue;
    backfill.set.push_back(
        {build_name(builder, child.first().value()), build_assigned_value(builder, child), child.span()});
  }
  return backfill;
}

Verify build_verify(const Builder& builder, Node node) {
  return {build_text(builder, node.child(Kind::text).value()), build_name(builder, node.child(Kind::name).value()),
          build_expectation(builder, node), node.span()};
}

Gate build_gate(const Builder& builder, Node node) {
  Gate gate{build_text(builder, node.child(Kind::text).value()), std::nullopt, std::nullopt, node.span()};
  if (const auto query = node.child(Kind::gate_query)) {
    gate.condition = GateCondition{build_name(builder, query->child(Kind::name).value()),
                                   build_expectation(builder, *query), std::nullopt};
    if (const auto duration = query->child(Kind::duration)) {
      gate.condition->duration = build_duration(builder, *duration);
    }
  }
  if (const auto validity = node.child(Kind::gate_validity))
    if (const auto duration = validity->child(Kind::duration)) gate.validity = build_duration(builder, *duration);
  return gate;
}

void add_undo(const Builder& builder, Node node, Run& run) {
  const bool nothing = node.has(Kind::nothing);
  auto* statements = std::get_if<std::vector<Sql>>(&run.undo);
  if (std::holds_alternative<UndoNothing>(run.undo) || (nothing && statements)) {
    builder.diagnostics.error("E0154", node.span(), "'undo nothing' and another undo exclude each other",
                              "one of the two");
  } else if (nothing) {
    run.undo = UndoNothing{};
  } else if (statements) {
    statements->push_back(build_sql_in(builder, node));
  } else {
    run.undo = std::vector<Sql>{build_sql_in(builder, node)};
  }
}

Run build_run(const Builder& builder, Node node) {
  Run run;
  run.span = node.span();
  run.head = head_of(node);
  run.name = build_text(builder, node.child(Kind::text).value());
  run.database = build_name(builder, node.child(Kind::name).value());
  if (const auto subject = node.child(Kind::run_for)) run.subject = build_subject(builder, *subject);
  const Node block = node.child(Kind::block).value();
  for (const Node child : block.children()) {
    switch (child.kind()) {
      case Kind::action:
        run.actions.push_back(build_sql_in(builder, child));
        break;
      case Kind::verify:
        run.verify.push_back(build_expectation(builder, child));
        break;
      case Kind::undo:
        add_undo(builder, child, run);
        break;
      case Kind::outside_transaction:
        if (is_first(builder, block, child)) run.outside_transaction = true;
        break;
      default:
        break;
    }
  }
  return run;
}

Accept build_accept(const Builder& builder, Node node) {
  return {build_hazard(builder, node.child(Kind::hazard).value()), build_path_in(builder, node),
          build_text(builder, node.child(Kind::text).value()), node.span()};
}

Adopt build_adopt(const Builder& builder, Node node) {
  if (const auto database = node.child(Kind::name)) return {build_name(builder, *database), node.span()};
  return {build_subject(builder, node), node.span()};
}

void add_statement(const Builder& builder, Node node, std::vector<Statement>& statements) {
  const auto add = [&](auto statement) { statements.emplace_back(std::move(statement)); };
  switch (node.kind()) {
    case Kind::rename:
      return add(build_rename(builder, node));
    case Kind::drop:
      return add(build_drop(builder, node));
    case Kind::drop_rows:
      return add(build_drop_rows(builder, node));
    case Kind::retype:
      return add(build_retype(builder, node));
    case Kind::rebuild:
      return add(build_rebuild(builder, node));
    case Kind::backfill:
      return add(build_backfill(builder, node));
    case Kind::copy:
      return add(build_copy(builder, node));
    case Kind::cutover:
      return add(build_cutover(builder, node));
    case Kind::verify:
      return add(build_verify(builder, node));
    case Kind::gate:
      return add(build_gate(builder, node));
    case Kind::run:
      return add(build_run(builder, node));
    case Kind::apply:
      return add(Apply{build_subject(builder, node), node.span()});
    case Kind::accept:
      return add(build_accept(builder, node));
    case Kind::adopt:
      return add(build_adopt(builder, node));
    case Kind::forget:
      return add(Forget{build_subject(builder, node), node.span()});
    case Kind::use:
      return add(build_use(builder, node));
    default:
      return;
  }
}

}  // namespace

std::vector<Statement> build_statements(const Builder& builder, Node block) {
  std::vector<Statement> statements;
  statements.reserve(block.count());
  for (const Node child : block.children()) add_statement(builder, child, statements);
  return statements;
}

}  // namespace dmc::ast
