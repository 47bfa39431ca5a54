// One difference between what is and what should be, as a value: what a dialect lowers and what moves the model on.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/model/intent.hpp"

namespace dmc::change {

struct CreateTable { model::Table table; };
struct DropTable { model::Table table; model::Backup backup = model::Backup::unsaid; };
struct RenameTable { model::Table before; model::Table after; };

/// A column of `after` that takes its values from one of `before` under another name or type.
struct ColumnMove {
  std::string from;
  std::string to;
  std::optional<model::Sql> using_expression;  ///< over the columns of `before`
  std::optional<model::Sql> undo;              ///< over the columns of `after`
};
struct ColumnLoss { std::string column; model::Backup backup = model::Backup::unsaid; };

/// One table from what it is to what it becomes, all its deltas of one place in the order together. Its name stays.
/// Indexes are part of it.
struct AlterTable {
  model::Table before;
  model::Table after;
  std::vector<ColumnMove> moves;    ///< renamed or retyped columns only
  std::vector<ColumnLoss> losses;   ///< columns of `before` that are gone
  bool rebuild = false;             ///< declared: `rebuild table`
};

struct CreateView { model::View view; };
struct ReplaceView { model::View before; model::View after; };
struct DropView { model::View view; };
struct CreateTrigger { model::Trigger trigger; };
struct ReplaceTrigger { model::Trigger before; model::Trigger after; };
struct DropTrigger { model::Trigger trigger; };
struct CreateObject { model::Object object; };
struct ReplaceObject { model::Object before; model::Object after; };
struct DropObject { model::Object object; };

struct BackfillRows { model::Table table; model::BackfillStatement statement; bool new_columns = true; };
struct DropRows { model::Table table; model::DropRowsStatement statement; };
struct VerifyQuery { model::VerifyStatement statement; };
struct WaitAtGate { model::GateStatement statement; };
struct RunStatements {
  model::RunStatement statement;
  model::Database after;  ///< the database once it has run; equal to the one before unless it runs `for` an object
};
struct Adopt { model::Database after; std::vector<std::string> objects; };   ///< starts to manage; no DDL
struct Forget { model::Database after; std::vector<std::string> objects; };

using ChangeKind = std::variant<CreateTable, DropTable, RenameTable, AlterTable, CreateView, ReplaceView, DropView, CreateTrigger, ReplaceTrigger,
                                DropTrigger, CreateObject, ReplaceObject, DropObject, BackfillRows, DropRows, VerifyQuery, WaitAtGate,
                                RunStatements, Adopt, Forget>;

struct Change {
  ChangeKind kind;
  std::string database;
  std::string object;      ///< "table users", "view paid_orders"
  std::string source;      ///< the words it came from: "change 7, line 4: …" or "schema/shop.mig:12: table users"
  model::Origin origin;
  bool declared = false;   ///< a statement asked for it: that is its acceptance
};

}  // namespace dmc::change
