// Statements that make objects: read from their trees, and written in the one form in which they are compared.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/sql/tree.hpp"
#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres {

class Scope;

/// What `create domain`, `create type`, `create function` makes; the schema is "" for the default one.
struct Made {
  std::string schema;
  std::string name;
  std::string type;                    ///< below a domain
  std::string result;                  ///< of a function
  std::vector<std::string> arguments;  ///< of a function: the types of what goes in
  std::size_t optional = 0;            ///< how many of the last ones may be left out
  std::vector<std::string> others;     ///< of a function: the types of what comes out besides the result
};
std::optional<Made> domain_in(std::string_view create);
std::optional<Made> type_in(std::string_view create);
std::optional<Made> function_in(std::string_view create);

/// The object's statements in one form, with what follows from them: its name, how it is dropped and replaced. What the
/// parser cannot read, or knows as another kind than the object says, stays as it is. Answers the column that owns a
/// sequence, where the statement says it: that is left out, because the column may take its default from the sequence.
std::string normalise(model::Object& object, Scope& scope);

/// The parts that statement.cpp puts together; each answers nothing for what it does not know.
struct Written {
  std::string type;  ///< "function"
  std::string name;  ///< "touch(integer)"
  std::string create;
  std::string drop;
  std::string owner{};  ///< of a sequence: "orders.id", the column that owns it
};
std::optional<Written> write_routine(const sql::Node& statement, Scope& scope);
std::optional<Written> write_definition(const sql::Node& statement);
std::optional<Written> write_type(const sql::Node& statement, Scope& scope);
std::optional<Written> write_grant(const sql::Node& statement, int major);
std::optional<Written> write_policy(const sql::Node& statement, Scope& scope);
std::optional<Written> write_comment(const sql::Node& statement);

/// `public.users` as `users`, of a list of names or a RangeVar.
std::string path_of(const std::vector<sql::Node>& names);
std::string path_of(const sql::Node& range);
/// A type in the server's spelling, with `setof` and `%type`.
std::string type_text(const sql::Node& type_name, bool with_modifiers = true);
/// In its normal form; `path`: of the table whose columns it sees, "" for none.
std::string expression_text(const sql::Node& expression, Scope& scope, const std::string& path, std::string type);
/// Between dollar signs that the text does not hold.
std::string dollar_quoted(std::string_view text);
/// A word, number or text of an option, without quotes.
std::string plain_value(const sql::Node& node);

}  // namespace dmc::dialects::postgres
