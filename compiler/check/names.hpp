// Names: which ones an engine takes, which ones are the same, and what a path means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/check/context.hpp"

namespace dmc::check {

/// Whether two names are one on an engine that folds letter case, or does not.
bool same_name(std::string_view left, std::string_view right, bool fold);

struct NameHash {
  bool fold = false;
  std::size_t operator()(std::string_view name) const;
};
struct NameEqual {
  bool fold = false;
  bool operator()(std::string_view left, std::string_view right) const { return same_name(left, right, fold); }
};
/// Only for looking up: its own order is never used.
template <typename Value>
using NameMap = std::unordered_map<std::string_view, Value, NameHash, NameEqual>;

/// Reports a name that cannot be given to something new: reserved for dmc, too long, or not as the engine would store
/// it. `what` is for people: "table", "column". True when the name is good.
bool check_new_name(Context& context, const dialects::Description& engine, const ast::Name& name,
                    std::string_view what);

enum class EntityKind : std::uint8_t { table, view, index, object };

/// Something of a database that a path can mean. `place` counts in the list of its kind.
struct Entity {
  EntityKind kind = EntityKind::table;
  std::string_view schema;  ///< empty: the engine's default one
  std::string_view name;
  std::uint32_t place = 0;
  grammar::Span span;  ///< of its name
};

/// What a path met.
struct Met {
  const Entity* entity = nullptr;
  bool reported = false;  ///< nothing was met, and an error says so or must not
};

/// The tables, views, indexes and objects of one database, by name.
class Directory {
 public:
  Directory(const dialects::Description& engine, std::string_view database);

  /// Room for that many declarations.
  void reserve(std::size_t count);
  /// Enters a declaration. When its place is taken, reports both and answers false.
  bool enter(Context& context, const Entity& entity);
  /// What the path means; nothing, one, or an error that names every candidate. `expected` is for people: "table".
  Met find(Context& context, const ast::Path& path, std::string_view expected) const;
  /// The one declaration that the path means, or null; reports nothing.
  const Entity* peek(const ast::Path& path) const;
  /// The schema that a path before its last part names: empty for the default one, nothing when there is none such.
  std::optional<std::string_view> schema_of(Context& context, const ast::Path& path) const;

  /// `name` or `schema.name`, as the model writes it.
  static std::string path_of(const Entity& entity);
  /// Some declaration is not known: what is not found may well be there.
  void mark_incomplete() { incomplete_ = true; }
  const dialects::Description& engine() const { return engine_; }
  std::string_view database() const { return database_; }

 private:
  void report_taken(Context& context, const Entity& first, const Entity& second) const;
  bool may_be_in(const ast::Path& path, const Entity& entity) const;
  std::vector<const Entity*> candidates(const ast::Path& path) const;

  const dialects::Description& engine_;
  std::string_view database_;
  std::vector<Entity> entities_;
  std::vector<std::uint32_t> same_;  ///< the next entity of the same name in another schema; itself when there is none
  NameMap<std::uint32_t> first_;
  bool incomplete_ = false;
};

/// "a table", "an index", … for people.
std::string_view phrase_of(EntityKind kind);

}  // namespace dmc::check
