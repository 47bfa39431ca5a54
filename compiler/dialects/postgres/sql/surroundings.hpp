// What an SQL text can see from where it stands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dmc::dialects::postgres::sql {

struct NamedType {
  std::string name;
  std::string type;  ///< as the server prints it or an author writes it: "character varying(10)"; "": not known
};

/// What a function takes and gives; a type is "" where its overloads differ.
struct FunctionTypes {
  std::vector<std::string> arguments;
  std::string result;
};

/// Everything may be left empty: then less can be proven, and nothing becomes wrong.
struct Surroundings {
  std::string schema = "public";    ///< where names without a schema lie, besides pg_catalog
  std::string table;                ///< whose expression it is, without schema; for a query: nothing
  std::vector<NamedType> row;       ///< its columns
  std::string type;                 ///< what the value becomes: the column's type of a default, "boolean" of a check
  std::vector<std::string> output;  ///< of a query: the view's own names of its columns; empty: as the query says
  /// The columns of a table or view, in order; nothing when it is not known. Lent, and asked while a call runs.
  std::function<std::optional<std::vector<NamedType>>(std::string_view schema, std::string_view name)> relation;
  /// The function of the database that takes so many arguments; nothing when there is none such.
  std::function<std::optional<FunctionTypes>(std::string_view schema, std::string_view name, std::size_t arguments)>
      function;
  /// Told of every call of a function that is not PostgreSQL's own, with the types of what it is given: "int4",
  /// "unknown" of a bare string, "" where it is not known.
  std::function<void(std::string_view schema, std::string_view name, const std::vector<std::string>& given)> called;
  /// Of a type that is not PostgreSQL's own: the type below when it is a domain, "" when it is none, nothing when it is
  /// not known.
  std::function<std::optional<std::string>(std::string_view schema, std::string_view name)> domain;
  int major = 15;  ///< of the server that the text is for; before 14, `extract` is `date_part`
};

}  // namespace dmc::dialects::postgres::sql
