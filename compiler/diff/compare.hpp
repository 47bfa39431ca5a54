// The databases as the statements leave them × the desired state → what is still to do. One file per kind of object.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diff/delta.hpp"
#include "compiler/diff/undeclared.hpp"

namespace dmc::diff {

/// Additions, replacements, relaxations and tightenings, site by site and by path. Whatever else differs is reported.
std::vector<std::vector<Delta>> compare(const Ground& ground, const Survey& survey,
                                        std::vector<Undeclared>& undeclared);

/// The comparison of one database, lent to the files of the kinds.
class Comparison {
 public:
  Comparison(const Ground& ground, const Survey& survey, std::size_t site, Undeclarations& undeclared);

  const Ground& ground;
  const Survey& survey;
  std::size_t site;
  const State& after;        ///< once the statements have run
  model::Database& desired;  ///< unnamed constraints and indexes in it take the names that they keep
  Undeclarations& undeclared;
  std::vector<Delta> deltas;

  const dialects::Description& engine() const { return after.dialect->description(); }
  /// What a text of the desired state may mean; made at the first question, because most changes touch no text.
  const Names& names();
  void add(Delta delta);
  Subject subject(Kind kind, std::string_view path, std::string_view member = {}) const {
    return {site, kind, std::string(path), std::string(member)};
  }

 private:
  std::optional<std::size_t> hold(const Delta& delta) const;
  /// What an extension brings goes by names that stand nowhere in its text: all else comes behind every one.
  void need_extensions(Delta& delta) const;

  std::optional<Names> names_;
};

void compare_tables(Comparison& comparison);
void compare_views(Comparison& comparison);
void compare_triggers(Comparison& comparison);
void compare_objects(Comparison& comparison);

/// Parts of a table that both sides have.
void compare_columns(Comparison& comparison, const model::Table& before, const model::Table& desired);
void compare_constraints(Comparison& comparison, const model::Table& before, const model::Table& desired);
void compare_indexes(Comparison& comparison, const model::Table& before, const model::Table& desired);
void compare_projections(Comparison& comparison, const model::Table& before, const model::Table& desired);
void compare_storage(Comparison& comparison, const model::Table& before, const model::Table& desired);

/// Gives unnamed constraints and indexes of `desired` the names that the same ones have in `before`.
void keep_constraint_names(const model::Table& before, model::Table& desired);
void keep_index_names(const model::Table& before, model::Table& desired);

/// What the parts of a table need: the columns and objects in their texts.
Needs needs_of(Comparison& comparison, const model::Table& table, const model::Column& column);
Needs needs_of(Comparison& comparison, const model::Table& table, const model::Check& check);
Needs needs_of(Comparison& comparison, const model::Table& table, const model::ForeignKey& key);
Needs needs_of(Comparison& comparison, const model::Table& table, const model::Exclusion& exclusion);
Needs needs_of(Comparison& comparison, const model::Table& table, const model::Index& index);
Needs needs_of(Comparison& comparison, const model::Table& table, const model::Key& key);
Needs needs_of(Comparison& comparison, const model::Table& table, const model::Projection& projection);
Needs needs_of(Comparison& comparison, const model::Table& table, const model::Storage& storage);
/// Of a table or a view that is desired; false: there is none of that path.
bool add_relation(Comparison& comparison, Needs& needs, const std::string& path);
/// Of an `after a, b`.
void add_named(Comparison& comparison, Needs& needs, const std::vector<std::string>& after);

}  // namespace dmc::diff
