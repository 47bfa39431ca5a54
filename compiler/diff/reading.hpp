// What an SQL text reads, as far as its tokens tell: no engine's grammar is known here, so that a name too many is
// possible.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::diff {

/// The relations and objects that a text may mean. What was added must outlive it.
class Names {
 public:
  explicit Names(bool fold_case) : fold_case_(fold_case) {}
  void add(const model::Table& table);
  void add(const model::View& view);
  void add(const model::Object& object);

  /// Paths of the relations of that name, in any schema; null when there is none.
  const std::vector<std::string>* relations(std::string_view name) const;
  /// The table's own spelling of a column; empty when it has none such.
  std::string_view column(const std::string& relation, std::string_view name) const;
  /// Objects that go by that name: functions may share one; null when there is none.
  const std::vector<std::string>* objects(std::string_view name) const;
  bool same(std::string_view left, std::string_view right) const;
  /// What of a relation's path is its name: all of it in the default schema.
  std::string_view name_in(std::string_view path) const;

 private:
  void add(const model::Partitioning& partitioning);
  void add_relation(const std::string& name, const std::string& path);
  std::string key(std::string_view name) const;

  bool fold_case_;
  std::map<std::string, std::vector<std::string>, std::less<>> relations_;
  std::map<std::string, std::string, std::less<>> dotted_;                ///< the names with a dot in them, by path
  std::map<std::string, const model::Table*, std::less<>> tables_;        ///< by path
  std::map<std::string, std::vector<std::string>, std::less<>> objects_;  ///< by name as it is compared
};

struct Reading {
  std::set<std::string> relations;
  std::set<std::pair<std::string, std::string>> columns;  ///< of a relation
  std::set<std::string> objects;
  bool star = false;  ///< a `*` that stands for columns
};

/// A query or statements. `rows` is the table whose rows `new` and `old` are, in a trigger; else empty.
Reading read_statements(std::string_view text, const Names& names, const std::string& rows = {});

/// An expression over the columns of one table.
Reading read_expression(std::string_view text, const Names& names, const std::string& table);

/// Whether the text holds the name at all; cheap, and never wrong when it says no.
bool may_mention(std::string_view text, std::string_view name);

}  // namespace dmc::diff
