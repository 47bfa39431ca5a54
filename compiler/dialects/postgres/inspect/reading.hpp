// What is gathered while a database is read: the objects by their oids, which the questions have in common.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::postgres::reading {

using Oid = std::uint32_t;

/// A row of an answer.
class Cells {
 public:
  explicit Cells(const std::vector<std::optional<std::string>>& row) : row_(row) {}
  bool null(std::size_t at) const { return !row_.at(at).has_value(); }
  const std::string& text(std::size_t at) const {
    static const std::string nothing;
    return row_.at(at) ? *row_[at] : nothing;
  }
  /// `t`, `true` or `1`: sessions hand truth values over in their own ways.
  bool flag(std::size_t at) const { return text(at).starts_with('t') || text(at) == "1"; }
  char sign(std::size_t at) const { return text(at).empty() ? '\0' : text(at).front(); }
  std::int64_t number(std::size_t at) const;
  Oid oid(std::size_t at) const { return static_cast<Oid>(number(at)); }
  /// `1 3 2`, as vectors of the catalogs print.
  std::vector<std::int64_t> numbers(std::size_t at) const;
  /// Parts between a separator; none of an empty text.
  std::vector<std::string> parts(std::size_t at, char separator) const;

 private:
  const std::vector<std::optional<std::string>>& row_;
};

struct Attribute {
  std::int64_t number = 0;
  std::string name;
  std::string type;
  Oid type_oid = 0;
  Oid collation = 0;      ///< what it sorts by; 0: nothing
  bool collated = false;  ///< by another collation than its type
  bool not_null = false;
  std::optional<std::string> expression;  ///< of a default or a generated column, as the server prints it
  char generated = '\0';
  char identity = '\0';
  char storage = '\0';
  char compression = '\0';
  std::optional<std::int64_t> statistics;
  bool local = true;
  bool inherited = false;
  std::string options;
};

struct Relation {
  Oid oid = 0;
  std::string schema;  ///< "" for public
  std::string name;
  char kind = '\0';
  bool partition = false;
  Oid row_type = 0;  ///< of a composite type
  std::vector<Oid> parents;
  std::vector<Attribute> attributes;
  std::optional<std::size_t> table;  ///< its place in the model
  std::optional<std::size_t> view;
  std::string path() const { return schema.empty() ? name : schema + "." + name; }
  const Attribute* attribute(std::int64_t number) const;
};

struct Sequence {
  std::string type;
  std::int64_t start = 1, increment = 1, most = 0, least = 1, cache = 1;
  bool cycles = false;
  Oid owner = 0;
  std::int64_t owner_column = 0;
  bool internal = false;  ///< of an identity
};

struct OperatorClass {
  std::string name;  ///< as it is written
  bool is_default = false;
  Oid takes = 0;
  Oid keeps = 0;
  std::string method;
};

/// What a comment or a dependency is about.
struct Named {
  std::string words;  ///< as `comment on` has it: "function touch(integer)"
  std::string label;  ///< of the model: "function touch(integer)", "users"
};

struct Reading {
  int major = 0;
  Inspected result;
  std::map<Oid, Relation> relations;  ///< by oid, so that what is made on the way has one order
  std::unordered_map<Oid, Sequence> sequences;
  std::unordered_map<Oid, OperatorClass> operator_classes;
  std::unordered_map<Oid, std::string> collations;                      ///< as they are written
  std::unordered_map<Oid, std::pair<Oid, std::string>> indexes;         ///< every index: its relation and its name
  std::unordered_map<Oid, model::Index> constraint_indexes;             ///< those behind a constraint
  std::map<std::pair<Oid, std::int64_t>, std::string> class_arguments;  ///< of an operator class, by index and place
  std::map<std::pair<std::string, Oid>, Named> named;                   ///< by catalog ("pg_proc") and oid

  model::Database& database() { return result.database; }
  model::Table* table(Oid relation);
  model::View* view(Oid relation);
  const Relation* relation(Oid oid) const;
  /// What has it in the model: the relation's path or, of a composite type or a sequence, its label; of a partition
  /// that of the table it is part of.
  std::string host(const Relation& relation) const;

  /// A thing with no place in the model, and why.
  void leave_out(std::string_view kind, std::string_view name, std::string_view why);
  /// An object that `create` makes; its name is `type name`. Answers its place in the model.
  std::size_t add(std::string type, const std::string& name, std::string create, std::string drop);
  void know(std::string catalog, Oid oid, std::string words, std::string label);
};

/// "" for public.
std::string schema_of(const std::string& name);
/// `users`, `audit.log`: quoted where it must be; public is not said.
std::string written(std::string_view schema, std::string_view name);
std::string written(const Relation& relation);
/// A type as the server prints it, without `public.`.
std::string local_type(std::string_view text);

/// The readers: each reads the rows of its question, in the order of inspect.cpp.
void read_others(Reading& reading, const QueryRows& rows);
void read_relations(Reading& reading, const QueryRows& rows);
void read_columns(Reading& reading, const QueryRows& rows);
void read_sequences(Reading& reading, const QueryRows& rows);
void read_types(Reading& reading, const QueryRows& types, const QueryRows& constraints);
void read_indexes(Reading& reading, const QueryRows& rows, const QueryRows& constraints);
void read_constraints(Reading& reading, const QueryRows& rows);
void read_triggers(Reading& reading, const QueryRows& rows);
void read_rules(Reading& reading, const QueryRows& rows);
void read_policies(Reading& reading, const QueryRows& rows);
void read_routines(Reading& reading, const QueryRows& rows);
void read_grants(Reading& reading, const QueryRows& rows);
void read_comments(Reading& reading, const QueryRows& rows);
void read_dependencies(Reading& reading, const QueryRows& rows);
/// Puts the columns into the tables, once it is known which sequences they own.
void place_columns(Reading& reading);

}  // namespace dmc::dialects::postgres::reading
