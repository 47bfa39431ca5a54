// Replicas, reconciliation, copies and cutovers.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

ColumnChoice build_columns(const Builder& builder, Node node) {
  return {node.is(Kind::columns_except), build_names(builder, node.child(Kind::names).value()), node.span()};
}

std::vector<Assignment> build_map(const Builder& builder, Node node) {
  std::vector<Assignment> result;
  const Node block = node.child(Kind::block).value();
  result.reserve(block.count());
  for (const Node child : block.children()) {
    if (!child.is(Kind::map_item)) continue;
    result.push_back(
        {build_name(builder, child.child(Kind::name).value()), build_assigned_value(builder, child), child.span()});
  }
  return result;
}

Conflict conflict_of(std::string_view word) {
  if (word == "upsert") return Conflict::upsert;
  return word == "skip" ? Conflict::skip : Conflict::fail;
}

Cursor build_cursor(const Builder& builder, Node node) {
  Cursor cursor{build_names(builder, node.child(Kind::names).value()), std::nullopt, node.span()};
  if (const auto late = node.child(Kind::duration)) cursor.late = build_duration(builder, *late);
  return cursor;
}

/// Takes `node` if it is one of the clauses that all movements share.
void take_clause(const Builder& builder, Node block, Node node, FlowClauses& clauses) {
  if (build_pace_clause(builder, block, node, clauses.pace)) return;
  switch (node.kind()) {
    case Kind::key:
      if (is_first(builder, block, node)) clauses.key = build_names(builder, node.child(Kind::names).value());
      break;
    case Kind::columns:
    case Kind::columns_except:
      if (clauses.columns) {
        builder.diagnostics
            .error("E0153", node.span(), "the columns were chosen before", "'columns' or 'columns except', once")
            .notes.push_back({clauses.columns->span, "the first choice is here"});
      } else {
        clauses.columns = build_columns(builder, node);
      }
      break;
    case Kind::map:
      if (is_first(builder, block, node)) clauses.map = build_map(builder, node);
      break;
    case Kind::where:
      if (is_first(builder, block, node)) clauses.where = build_sql_in(builder, node);
      break;
    case Kind::reject:
      clauses.rejects.push_back(
          {build_text(builder, node.child(Kind::text).value()), build_sql_in(builder, node), node.span()});
      break;
    case Kind::rejects:
      if (is_first(builder, block, node)) clauses.rejects_at_most = build_tolerance(builder, node);
      break;
    case Kind::on_conflict:
      if (is_first(builder, block, node)) clauses.on_conflict = conflict_of(builder.text(node.first().value()));
      break;
    case Kind::lag:
      if (is_first(builder, block, node)) clauses.lag_under = build_duration(builder, node.first().value());
      break;
    case Kind::cursor:
      if (is_first(builder, block, node)) clauses.cursor = build_cursor(builder, node);
      break;
    default:
      break;
  }
}

/// Target, source and the shared clauses of a replica, a reconcile or a copy.
template <typename Movement>
Movement build_movement(const Builder& builder, Node node) {
  Movement movement;
  movement.span = node.span();
  movement.head = head_of(node);
  movement.target = build_endpoint(builder, node.at(0).value());
  movement.source = build_endpoint(builder, node.at(1).value());
  const Node block = node.child(Kind::block).value();
  for (const Node child : block.children()) take_clause(builder, block, child, movement.clauses);
  return movement;
}

Sync sync_of(std::string_view word) {
  if (word == "strong") return Sync::strong;
  return word == "eventual" ? Sync::eventual : Sync::best_effort;
}

History build_history(const Builder& builder, Node node) {
  if (const auto where = node.child(Kind::where)) return build_sql_in(builder, *where);
  if (builder.text(node.first().value()) == "all") return HistoryAll{};
  return HistoryNone{};
}

Mismatch build_mismatch(const Builder& builder, Node node) {
  if (const auto column = node.child(Kind::name)) return LatestBy{build_name(builder, *column)};
  if (builder.text(node.first().value()) == "source") return SourceWins{};
  return TargetWins{};
}

/// Takes what replicas and reconciliations do again and again.
template <typename Movement>
void take_repetition(const Builder& builder, Node block, Node node, Movement& movement) {
  if (node.is(Kind::every) && is_first(builder, block, node)) {
    movement.every = build_duration(builder, node.first().value());
  }
  if (node.is(Kind::on_mismatch) && is_first(builder, block, node)) {
    movement.on_mismatch = build_mismatch(builder, node);
  }
}

ReadShare build_share(const Builder& builder, Node node) {
  ReadShare share{build_percent(builder, node.first().value()), std::nullopt};
  if (const auto duration = node.child(Kind::duration)) share.duration = build_duration(builder, *duration);
  return share;
}

}  // namespace

Endpoint build_endpoint(const Builder& builder, Node node) {
  Endpoint endpoint{build_path(builder, node.child(Kind::path).value()), {}, node.span()};
  if (const auto names = node.child(Kind::names)) endpoint.tables = build_names(builder, *names);
  return endpoint;
}

std::variant<Sql, Literal> build_assigned_value(const Builder& builder, Node parent) {
  const Node value = parent.at(1).value();
  if (value.is(Kind::sql)) return build_sql(builder, value);
  return build_literal(builder, value);
}

Replica build_replica(const Builder& builder, Node node) {
  auto replica = build_movement<Replica>(builder, node);
  const Node block = node.child(Kind::block).value();
  for (const Node child : block.children()) {
    take_repetition(builder, block, child, replica);
    if (child.is(Kind::sync) && is_first(builder, block, child)) {
      replica.sync = sync_of(builder.text(child.first().value()));
    }
    if (child.is(Kind::history) && is_first(builder, block, child)) replica.history = build_history(builder, child);
  }
  return replica;
}

Reconcile build_reconcile(const Builder& builder, Node node) {
  auto reconcile = build_movement<Reconcile>(builder, node);
  const Node block = node.child(Kind::block).value();
  for (const Node child : block.children()) {
    take_repetition(builder, block, child, reconcile);
    if (child.is(Kind::repair) && is_first(builder, block, child)) {
      reconcile.repair_at_most = build_tolerance(builder, child);
    }
  }
  return reconcile;
}

Invariant build_invariant(const Builder& builder, Node node) {
  Invariant invariant{build_text(builder, node.child(Kind::text).value()),
                      build_name(builder, node.child(Kind::name).value()), build_expectation(builder, node),
                      node.span(), node.span()};
  invariant.head.end = invariant.name.span.end;
  return invariant;
}

Copy build_copy(const Builder& builder, Node node) { return build_movement<Copy>(builder, node); }

Cutover build_cutover(const Builder& builder, Node node) {
  Cutover cutover;
  cutover.span = node.span();
  cutover.head = head_of(node);
  cutover.target = build_endpoint(builder, node.child(Kind::endpoint).value());
  const Node block = node.child(Kind::block).value();
  for (const Node child : block.children()) {
    if (child.is(Kind::unknown) || !is_first(builder, block, child)) continue;
    switch (child.kind()) {
      case Kind::require_mismatches:
        cutover.require_mismatches_under = build_tolerance(builder, child);
        break;
      case Kind::require_lag:
        cutover.require_lag_under = build_duration(builder, child.first().value());
        break;
      case Kind::reads:
        for (const Node share : child.children()) cutover.reads.push_back(build_share(builder, share));
        break;
      case Kind::writes:
        cutover.writes_fenced = true;
        break;
      case Kind::hold:
        cutover.hold = build_duration(builder, child.first().value());
        break;
      case Kind::on_breach:
        cutover.revert_on_breach = true;
        break;
      default:
        break;
    }
  }
  return cutover;
}

}  // namespace dmc::ast
