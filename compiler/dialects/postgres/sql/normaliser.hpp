// Brings trees to the form in which the server prints them: with the casts that its analysis adds wherever types are
// known. Internal to this folder; the doors are normal.hpp and compare.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/sql/surroundings.hpp"
#include "compiler/dialects/postgres/sql/tree.hpp"
#include "compiler/dialects/postgres/sql/types.hpp"

namespace dmc::dialects::postgres::sql {

/// A column as a query level sees it.
struct OutputColumn {
  std::string name;
  Type type;
};

/// What stands in one FROM: a table, a view, a subquery, under the name that qualifies its columns.
struct Source {
  std::string name;
  std::vector<OutputColumn> columns;
  bool complete = false;  ///< whether `columns` are all there are
};

/// One use a tree. Every rewriting keeps the meaning; where a type or a name is not known nothing is rewritten.
class Normaliser {
 public:
  enum class Aim {
    print,   ///< what the server would print, so that it prints the result alike
    compare  ///< also what means the same and is printed otherwise: `now()` and CURRENT_TIMESTAMP
  };
  Normaliser(const Surroundings& around, Aim aim) : around_(around), comparing_(aim == Aim::compare) {}

  /// A whole value expression; `around.type` says what it becomes.
  void value(Node& node);
  /// A whole query; answers its columns.
  std::vector<OutputColumn> query(Node& select);
  /// The body of a `create function` that is written as SQL; its parameters are seen under the function's name.
  void body_of(Node& create_function);

 private:
  // normaliser.cpp: dispatch, names, casts
  Type expression(Node& node);
  Type type_cast(Node& node);
  Type column(Node& node);
  Type unconditional(Node& node);
  void function_name(Node& call);
  Type call(Node& node);
  Type result_of(Node& node, const std::vector<Type>& arguments);
  Type own_result(Node& node, const std::vector<Type>& arguments);
  Type boolean(Node& node);
  Type conditional(Node& node);
  void children(Node& node);
  std::vector<Type> each(std::vector<Node>* nodes);
  Type base(const Type& type) const;
  /// Gives a bare string or null the type, and casts every other value.
  void become(Node& node, const Type& type) const;

  // operators.cpp
  Type operation(Node& node);
  Type binary(Node& node, std::string_view name, Node& left, Type left_type, Node& right, Type right_type);
  Type resolve(Node& node, std::string_view name, Node& left, Type left_type, Node& right, Type right_type);
  Type any_or_all(Node& node);
  void among(const Node& node, Node& left, Type left_type, std::vector<Node>& elements);
  bool one_type(Node& left, Type left_type, std::vector<Node>& items);
  bool all_as_varchar(Node& node, const Type& left_type);
  Type in_list(Node& node);
  Type between(Node& node);
  Type unify(const std::vector<Node*>& nodes, const std::vector<Type>& types);
  bool promote(Node& left, Type& left_type, Node& right, Type& right_type);

  // bodies.cpp
  void statement(Node& node);
  void write(Node& node);
  void values_set(Node& node);
  /// `parameter.field` as `(function.parameter).field`; false when it is none.
  bool field_of_parameter(Node& column) const;

  // queries.cpp
  void source(Node& node);
  void add_table(Node& range);
  void with(Node& clause);
  std::vector<OutputColumn> targets(Node& select);
  void expand_stars(Node& select, std::string_view of = "target_list");
  void sorted_by(Node& select, const std::vector<OutputColumn>& outputs);
  void window(Node& definition);
  std::vector<OutputColumn> body(Node& select);
  std::vector<OutputColumn> values(Node& select);

  const Surroundings& around_;
  bool comparing_;
  std::vector<std::vector<Source>> levels_;
  const Source* parameters_ = nullptr;  ///< of the function whose body it is
  std::vector<Source> common_;          ///< of WITH, the innermost last
};

/// The type of a bare string; and of a bare null.
inline constexpr std::string_view literal_type = "unknown";

bool is_bare_string(const Node& node);
bool is_null(const Node& node);
/// `'a'::text` or `'a'::varchar`, without a length.
bool is_text_constant(const Node& node);
/// `text` typed in, in the spelling that the server prints for it: `'5'::integer` is `5`.
Node typed_literal(std::string_view text, const Type& type);
Node cast(Node value, const Type& type);
/// `'5'::numeric` as `5::numeric`, which has the same value.
void unquote_number(Node& node, const Type& type);
/// The name that the server gives to an output column without one; "" for `?column?`.
std::string figured_name(const Node& value);

}  // namespace dmc::dialects::postgres::sql
