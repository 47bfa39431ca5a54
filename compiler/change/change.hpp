// One difference between what is and what should be, as a value: what a dialect lowers and what moves the model on.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/model/intent.hpp"
#include "compiler/plan/kept.hpp"

namespace dmc::change {

struct CreateTable {
  model::Table table;
};
struct DropTable {
  model::Table table;
  model::Backup backup = model::Backup::unsaid;
};
struct RenameTable {
  model::Table before;
  model::Table after;
  std::optional<model::View> old_name{};  ///< `keeping both`: what goes on under it
};

/// A column of `after` that takes its values from one of `before` under another name or type.
struct ColumnMove {
  std::string from;
  std::string to;
  std::optional<model::Sql> using_expression;  ///< over the columns of `before`
  std::optional<model::Sql> undo;              ///< over the columns of `after`
};
struct ColumnLoss {
  std::string column;  ///< or the path of a partition
  model::Backup backup = model::Backup::unsaid;
};

/// An object as it is once a change has run.
using ObjectValue = std::variant<model::Table, model::View, model::Trigger, model::Object>;
struct ObjectAfter {
  std::string object;                ///< "table users"
  std::optional<ObjectValue> value;  ///< none: it is gone
};

/// What reads a column of which the type changes, and reads it in other words from then on: the two change places in
/// the transaction in which the type does.
struct Along {
  std::string column;
  ObjectValue before;                ///< a trigger, or an object of a table
  std::optional<ObjectValue> after;  ///< none: it cannot come yet, because of something that comes later
};

/// One table from what it is to what it becomes, all its deltas of one place in the order together. Its name stays.
/// Indexes are part of it.
struct AlterTable {
  model::Table before;
  model::Table after;
  std::vector<ColumnMove> moves;   ///< renamed or retyped columns only
  std::vector<ColumnLoss> losses;  ///< columns of `before` that are gone
  bool rebuild = false;            ///< declared: `rebuild table`
  bool together = false;           ///< new values, and what they must fit: neither may be seen without the other
  plan::Pace pace{};               ///< of the rows that are written anew
  std::vector<Along> along{};
};

struct CreateView {
  model::View view;
  std::optional<model::View> was{};  ///< it was dropped for a rename, and comes back: as it was then
};
/// The two are equal when only the columns behind a `*` have changed.
struct ReplaceView {
  model::View before;
  model::View after;
};
struct DropView {
  model::View view;
  std::optional<model::View> will_be{};  ///< it makes way for a rename, and comes back behind it: as it is then
};
struct CreateTrigger {
  model::Trigger trigger;
};
struct ReplaceTrigger {
  model::Trigger before;
  model::Trigger after;
};
struct DropTrigger {
  model::Trigger trigger;
};
struct CreateObject {
  model::Object object;
};
struct ReplaceObject {
  model::Object before;
  model::Object after;
};
struct DropObject {
  model::Object object;
};
/// A value of an enum gets another name, and every text that the engine itself rewrites has it.
struct RenameValue {
  model::Object before;
  model::Object after;
  std::string from, to;
  std::vector<ObjectAfter> objects;  ///< the enum and what says the value, as they are afterwards
};

struct BackfillRows {
  model::Table table;
  model::BackfillStatement statement;
  bool new_columns = true;
};
struct DropRows {
  model::Table table;
  model::DropRowsStatement statement;
};
struct VerifyQuery {
  model::VerifyStatement statement;
};
struct WaitAtGate {
  model::GateStatement statement;
};  ///< without a query it is of no database: the planner lowers it on each
struct RunStatements {
  model::RunStatement statement;
  std::vector<ObjectAfter> objects;  ///< what its `for` object is afterwards; empty without `for`
};
struct Adopt {
  std::vector<ObjectAfter> objects;
};  ///< starts to manage them as they are; no DDL
struct Forget {
  std::vector<std::string> objects;
};  ///< stops to manage them; no DDL

/// What a version that was settled at a gate still kept goes; no model knows it.
struct EndKept {
  plan::Kept kept;
};

using ChangeKind =
    std::variant<CreateTable, DropTable, RenameTable, AlterTable, CreateView, ReplaceView, DropView, CreateTrigger,
                 ReplaceTrigger, DropTrigger, CreateObject, ReplaceObject, DropObject, RenameValue, BackfillRows,
                 DropRows, VerifyQuery, WaitAtGate, RunStatements, Adopt, Forget, EndKept>;

struct Change {
  ChangeKind kind;
  std::string database;
  std::string object;  ///< "table users", "view paid_orders"
  std::string source;  ///< the words it came from: "change 7, line 4: …" or "schema/shop.mig:12: table users"
  model::Origin origin;
  bool declared = false;  ///< a statement asked for it: that is its acceptance
};

}  // namespace dmc::change
