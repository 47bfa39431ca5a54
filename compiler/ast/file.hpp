// One source file as typed syntax.
#pragma once

#include <deque>
#include <string>

#include "compiler/ast/cluster.hpp"

namespace dmc::ast {

/// Texts that differ from their source because of an escape. Views into them live as long as this does, through moves.
class Texts {
 public:
  Texts() = default;
  Texts(Texts&&) = default;
  Texts& operator=(Texts&&) = default;
  Texts(const Texts&) = delete;
  Texts& operator=(const Texts&) = delete;

  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

 private:
  std::deque<std::string> kept_;
};

/// `project shop { edition 1; }`.
struct Project {
  Name name;
  std::optional<Count> edition;
  Span span;
  Span head;
  bool operator==(const Project&) const = default;
};

using FileItem = std::variant<Project, Database, Change, Pattern, Policy, Cluster, Replica, Reconcile, Invariant, Use>;

/// One file. What did not parse is not among the items, but in the diagnostics.
struct File {
  grammar::FileId id = 0;
  std::vector<FileItem> items;           ///< in the order written
  std::vector<grammar::Splice> splices;  ///< every `${…}` of the file, in order
  Texts texts;
};

/// What a pattern expanded to: the items of one place, and what they view.
template <typename Body>
struct Expanded {
  Body body;
  std::vector<grammar::Splice> splices;
  Texts texts;
};

using ExpandedTable = Expanded<TableBody>;
using ExpandedDatabase = Expanded<std::vector<DatabaseItem>>;
using ExpandedChange = Expanded<std::vector<Statement>>;
using ExpandedProject = Expanded<std::vector<FileItem>>;

}  // namespace dmc::ast
