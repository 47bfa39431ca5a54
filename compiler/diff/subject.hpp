// What a path means at its place: which object, or which part of a table.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diff/ground.hpp"

namespace dmc::diff {

enum class Kind { table, view, trigger, object, column, index, constraint, partition, projection };

/// The kind that a statement's words name; none when it is not one that a change can be about.
std::optional<Kind> kind_of(std::string_view words);
std::string_view word_of(Kind kind);
/// Whether it is a part of a table.
bool is_member(Kind kind);

struct Subject {
  std::size_t site = 0;
  Kind kind = Kind::table;
  std::string path;    ///< of the object, or of the table that holds the member
  std::string member;  ///< empty for whole objects
  bool operator==(const Subject&) const = default;
  auto operator<=>(const Subject&) const = default;
};

/// "table users", as plans name what a change is about.
std::string object_of(const Subject& subject);

/// Everything that the path may mean there, read from the right; by site and path.
std::vector<Subject> candidates(const model::Path& path, Kind kind, const std::vector<State>& states);

/// The one that it means. None, and an error with the nearest names, when nothing or too much does.
std::optional<Subject> resolve(const model::Path& path, Kind kind, const Ground& ground,
                               const std::vector<State>& states);

/// Whether the table has a constraint of that name; the primary key counts.
bool has_constraint(const model::Table& table, std::string_view name);
bool has_index(const model::Table& table, std::string_view name);
/// What goes with one of its kind: rows, or the values of rows.
bool is_of_rows(Kind kind);
/// Whether there are any, in a table that holds rows of its own.
bool holds_rows(const Subject& subject, const State& state);
/// "the column 'users.nickname'"
std::string shown(const Ground& ground, const Subject& subject);
/// `users.nickname` as a statement writes it; indexes stand by their own name.
std::string written(const Ground& ground, const Subject& subject);

}  // namespace dmc::diff
