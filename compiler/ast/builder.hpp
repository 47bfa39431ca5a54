// What the builders of every topic share: the tree being read, where texts go, and the readers of common nodes.
// Internal to this folder; the door is build.hpp.
#pragma once

#include <string>

#include "compiler/ast/file.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/tree.hpp"

namespace dmc::ast {

using grammar::Node;

/// One build in progress. Everything is lent; views are taken from the source, so they outlive the tree.
struct Builder {
  const grammar::Tree& tree;
  std::string_view source;
  grammar::Diagnostics& diagnostics;
  Texts& texts;

  std::string_view text(Span span) const { return source.substr(span.begin, span.end - span.begin); }
  std::string_view text(Node node) const { return text(node.span()); }
};

// Words: names, paths, SQL, types.

/// The name in quotes or without; also reads a text as a quoted name, for enum values.
Name build_name(const Builder& builder, Node node);
std::vector<Name> build_names(const Builder& builder, Node parent);
Path build_path(const Builder& builder, Node node);
std::vector<Path> build_after(const Builder& builder, Node parent);
Sql build_sql(const Builder& builder, Node node);
/// The sql child of `parent`.
Sql build_sql_in(const Builder& builder, Node parent);
/// The sql of the child of that kind, if there is one.
std::optional<Sql> build_optional_sql(const Builder& builder, Node parent, grammar::Kind kind);
/// Splits a parenthesised list at its outermost commas.
std::vector<Argument> build_arguments(const Builder& builder, Node node);
Hazard build_hazard(const Builder& builder, Node node);
std::vector<Hazard> build_hazards(const Builder& builder, Node parent);
Type build_type(const Builder& builder, Node node);
/// The words among the children of `parent`, one space between them.
std::string_view build_words(const Builder& builder, Node parent);
/// From the first byte of the node to the end of what stands before its block: where a caret for the whole item goes.
Span head_of(Node node);

// Values.

Text build_text(const Builder& builder, Node node);
std::optional<Text> build_optional_text(const Builder& builder, Node parent);
Literal build_literal(const Builder& builder, Node node);
/// An integer that fits 64 bits, or a diagnostic and 0.
Integer build_integer(const Builder& builder, Node node);
/// An integer of at least 0, or a diagnostic and 0.
Count build_count(const Builder& builder, Node node);
Duration build_duration(const Builder& builder, Node node);
Size build_size(const Builder& builder, Node node);
Percent build_percent(const Builder& builder, Node node);
std::variant<Count, Percent> build_tolerance(const Builder& builder, Node parent);
Environment build_environment(const Builder& builder, Node node);
Setting::Value build_setting_value(const Builder& builder, Node node);
Setting build_setting(const Builder& builder, Node node);
std::vector<Setting> build_settings(const Builder& builder, Node node);
/// What `(…) = 0` says, from the sql and comparison children of `parent`.
Expectation build_expectation(const Builder& builder, Node parent);
UseArgument build_use_argument(const Builder& builder, Node node);
Use build_use(const Builder& builder, Node node);
/// Takes `node` into `pace` if it is one of its clauses; true if it was.
bool build_pace_clause(const Builder& builder, Node parent, Node node, Pace& pace);
Pace build_pace(const Builder& builder, Node parent);

/// Reports every child that repeats an earlier one.
void report_repeated(const Builder& builder, Node parent);
/// Reports a clause that repeats an earlier sibling of its kind; true if it is the first.
bool is_first(const Builder& builder, Node parent, Node node);

// Tables and what they share with other objects.

Comment build_comment(const Builder& builder, Node node);
Engine build_engine(const Builder& builder, Node node);
PartitionBy build_partition_by(const Builder& builder, Node node);
Index build_index(const Builder& builder, Node node);
Deferral build_deferral(const Builder& builder, Node node);
/// Nothing for what is no clause of a table.
std::optional<TableClause> build_table_clause(const Builder& builder, Node node);
TableBody build_table_body(const Builder& builder, Node block);
Table build_table_item(const Builder& builder, Node node);
std::vector<ColumnOption> build_column_options(const Builder& builder, Node parent);
std::vector<SequenceOption> build_sequence_options(const Builder& builder, Node parent);
PrimaryKey build_primary_key(const Builder& builder, Node node);
Unique build_unique(const Builder& builder, Node node);
ForeignKey build_foreign_key(const Builder& builder, Node node);
References build_references(const Builder& builder, Node node);
Check build_check(const Builder& builder, Node node);
Exclude build_exclude(const Builder& builder, Node node);
ConflictResolution build_conflict(const Builder& builder, Node parent);
Column build_column(const Builder& builder, Node node);

// Objects, code, flows, statements, and the items of each kind of block.

ObjectKind build_object_kind(const Builder& builder, Node node);
Routine build_routine(const Builder& builder, Node node);
Trigger build_trigger(const Builder& builder, Node node);
Grant build_grant(const Builder& builder, Node node);
Endpoint build_endpoint(const Builder& builder, Node node);
std::variant<Sql, Literal> build_assigned_value(const Builder& builder, Node parent);
Replica build_replica(const Builder& builder, Node node);
Reconcile build_reconcile(const Builder& builder, Node node);
Invariant build_invariant(const Builder& builder, Node node);
Copy build_copy(const Builder& builder, Node node);
Cutover build_cutover(const Builder& builder, Node node);
RequireApproval build_require_approval(const Builder& builder, Node node);
Policy build_policy(const Builder& builder, Node node);
Cluster build_cluster(const Builder& builder, Node node);
Pattern build_pattern(const Builder& builder, Node node);
std::vector<DatabaseItem> build_database_items(const Builder& builder, Node block);
std::vector<Statement> build_statements(const Builder& builder, Node block);
std::vector<FileItem> build_file_items(const Builder& builder, Node root);

}  // namespace dmc::ast
