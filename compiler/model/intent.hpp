// The one change of a version: statements as meant, paths not yet resolved (diff knows what they met).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/model/origin.hpp"
#include "compiler/model/sql_text.hpp"
#include "compiler/plan/query_check.hpp"
#include "compiler/plan/steps/backfill.hpp"

namespace dmc::model {

/// `[database.][schema.]table[.member]` as written, and the span of it.
struct Path {
  std::vector<std::string> parts;
  Origin origin;
  std::string text() const;  ///< joined by dots
  bool operator==(const Path&) const = default;
};

enum class Backup { unsaid, with, without };

struct RenameStatement {
  std::string object_kind;
  Path from;
  Path to;
  bool keeping_both = false;
};
struct DropStatement {
  std::string object_kind;
  Path path;
  Backup backup = Backup::unsaid;
};
struct DropRowsStatement {
  Path table;
  Sql where;
  Backup backup = Backup::unsaid;
  plan::Pace pace;
};
struct RetypeStatement {
  Path column;
  std::optional<Sql> using_expression;
  std::optional<Sql> undo;
  bool keeping_both = false;
  plan::Pace pace;
};
struct RebuildStatement {
  Path table;
  plan::Pace pace;
};
struct Assignment {
  std::string column;
  Sql value;
  Origin origin;
};
struct BackfillStatement {
  Path table;
  std::vector<Assignment> set;
  std::optional<Sql> where;
  bool follow = false;
  Backup backup = Backup::unsaid;
  plan::Pace pace;
};
struct VerifyStatement {
  std::string name;
  std::string database;
  plan::QueryCheck check;
  Origin database_origin;
};
struct GateStatement {
  std::string text;
  std::optional<std::string> database;
  std::optional<plan::QueryCheck> check;
  std::int64_t hold_ms = 0;
  std::int64_t valid_for_ms = 0;  ///< 0: for good
};
struct RunStatement {
  std::string name;
  std::string database;
  std::optional<std::pair<std::string, Path>> for_object;  ///< `for KIND A`
  std::vector<Sql> statements;
  std::vector<grammar::Span> places;  ///< of the statements, in the same order
  std::optional<plan::QueryCheck> verify;
  std::vector<Sql> undo;
  bool undo_nothing = false;
  bool in_transaction = true;
  Origin database_origin;
};
struct ApplyStatement {
  std::string object_kind;
  Path path;
};
struct AcceptStatement {
  std::string hazard;
  Path path;
  std::string because;
};
struct AdoptStatement {
  std::string object_kind;
  Path path;
};  ///< kind "database" for `adopt DB`
struct ForgetStatement {
  std::string object_kind;
  Path path;
};

using StatementKind = std::variant<RenameStatement, DropStatement, DropRowsStatement, RetypeStatement, RebuildStatement,
                                   BackfillStatement, VerifyStatement, GateStatement, RunStatement, ApplyStatement,
                                   AcceptStatement, AdoptStatement, ForgetStatement>;

struct Statement {
  StatementKind kind;
  Origin origin;
  std::string words;  ///< its own text, white space folded, at most 120 characters: "backfill users set full_name = …"
  std::int64_t line = 0;
};

struct Intent {
  std::int64_t number = 0;
  std::string title;
  std::string file;    ///< path of the file it stands in
  std::string digest;  ///< of its text, token by token: a sealed change must keep it
  std::vector<Statement> statements;
  Origin origin;
};

/// One policy of the project after merging: the strictest wins.
struct NameRule {
  std::string object_kind;
  std::string pattern;
  Origin origin;
};
struct Policy {
  std::vector<std::string> deny;  ///< hazard ids or families, sorted
  std::vector<std::string> warn;
  std::vector<NameRule> names;
  std::optional<std::int64_t> lock_timeout_ms;
  std::optional<std::int64_t> lock_retries;
  std::optional<std::int64_t> backoff_min_ms;
  std::optional<std::int64_t> backoff_max_ms;
  std::optional<std::int64_t> statement_timeout_ms;
  std::vector<std::pair<std::string, std::int64_t>>
      approvals;  ///< hazard or family ("": every plan), number of persons
};

}  // namespace dmc::model
