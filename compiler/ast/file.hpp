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

/// Items in the order written, and the texts they view. What did not parse is not among them, but in the diagnostics.
template <typename Item>
struct Items {
  std::vector<Item> items;
  Texts texts;
};

using File = Items<FileItem>;

}  // namespace dmc::ast
