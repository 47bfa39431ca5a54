// Text by text: a server adds casts that the compiler cannot always foresee (of an extension's type, of an overloaded
// operator). What is proven to differ in more than that is another text.
#include "compiler/dialects/postgres/rewords.hpp"

#include <algorithm>
#include <variant>
#include <vector>

#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/compare.hpp"
#include "compiler/model/masked.hpp"
#include "compiler/plan/canonical_write.hpp"

namespace dmc::dialects::postgres {

namespace {

using sql::Sameness;

/// Bounds are constants of the key's type, which the server shows in that type's own print: the words around them
/// count.
bool may_mean(const model::Sql& declared, const model::Sql& shown) {
  const auto said = model::sql_tokens(declared.text), seen = model::sql_tokens(shown.text);
  return std::ranges::equal(said, seen, [](const model::SqlToken& one, const model::SqlToken& other) {
    return one == other || (one.kind == model::SqlToken::Kind::string && other.kind == model::SqlToken::Kind::string);
  });
}

bool may_mean(const model::Partitioning& declared, const model::Partitioning& shown) {
  return declared.method == shown.method && declared.by == shown.by &&
         std::ranges::equal(declared.partitions, shown.partitions, [](const auto& said, const auto& seen) {
           return said.path() == seen.path() && may_mean(said.bounds, seen.bounds) &&
                  std::ranges::equal(said.by, seen.by, [](const auto& a, const auto& b) { return may_mean(a, b); });
         });
}

/// How the texts of a kind of object are compared; `at` counts them.
Sameness compared(const model::View&, std::size_t at, const std::string& said, const std::string& seen,
                  const sql::Surroundings& around) {
  return at == 0 ? sql::compare_queries(said, seen, around) : sql::compare_expressions(said, seen, around);
}
Sameness compared(const model::Object&, std::size_t, const std::string& said, const std::string& seen,
                  const sql::Surroundings& around) {
  return sql::compare_bodies(said, seen, around);
}
template <class T>
Sameness compared(const T&, std::size_t, const std::string& said, const std::string& seen,
                  const sql::Surroundings& around) {
  return sql::compare_expressions(said, seen, around);
}

sql::Surroundings surroundings(Scope& scope, const model::Table& table) { return scope.inside(table, {}); }
template <class T>
sql::Surroundings surroundings(Scope& scope, const T&) {
  return scope.anywhere();
}

/// What is no part of what the object is, and order that means nothing.
void level(model::Table& table) {
  for (auto& column : table.columns) column.kept.reset();
  std::ranges::sort(table.columns, {}, &model::Column::name);
  table.partitioned.reset();
}
void level(model::View& view) {
  view.after.clear();
  view.old_name_of.clear();
}
void level(model::Trigger& trigger) { trigger.after.clear(); }
/// Extended statistics are of a set of columns, which the server shows in the order of the table's.
void level_columns(std::string& create) {
  const auto tokens = model::sql_tokens(create);
  const auto is = [](std::string_view word) {
    return [word](const model::SqlToken& token) { return token.text == word; };
  };
  const auto on = std::ranges::find_if(tokens, is("ON"));
  const auto from = std::find_if(on, tokens.end(), is("FROM"));
  if (from == tokens.end()) return;
  std::vector<std::string> columns(1);
  int open = 0;
  for (auto token = on + 1; token != from; ++token) {
    open += token->text == "(" ? 1 : token->text == ")" ? -1 : 0;
    if (token->text == "," && open == 0)
      columns.emplace_back();
    else
      columns.back() += (columns.back().empty() ? "" : " ") + std::string(token->text);
  }
  std::ranges::sort(columns);
  create.replace(on->end, from->begin - on->end, " " + joined(columns, ", ") + " ");
}

void level(model::Object& object) {
  if (object.type == "statistics") level_columns(object.create.text);
  object.after.clear();
  object.drop = {};
  object.replace.reset();
}

struct Pair {
  const model::Database& all;

  template <class T>
  Wording operator()(const T& declared, const T& shown) const {
    auto wording = Wording::same;
    if constexpr (std::same_as<T, model::Table>) {
      if (declared.partitioned.has_value() != shown.partitioned.has_value()) return Wording::another;
      if (declared.partitioned && *declared.partitioned != *shown.partitioned) {
        if (!may_mean(*declared.partitioned, *shown.partitioned)) return Wording::another;
        wording = Wording::unproven;
      }
    }
    T left = declared, right = shown;
    level(left);
    level(right);
    std::vector<std::string> said, seen;
    model::take_sql(left, said);
    model::take_sql(right, seen);
    if (plan::canonical(left) != plan::canonical(right) || said.size() != seen.size()) return Wording::another;
    Scope scope(all);
    const auto around = surroundings(scope, shown);
    for (std::size_t at = 0; at < said.size(); ++at) {
      const auto sameness = compared(shown, at, said[at], seen[at], around);
      if (sameness == Sameness::different) return Wording::another;
      if (sameness == Sameness::unproven) wording = Wording::unproven;
    }
    return wording;
  }

  template <class T, class Other>
  Wording operator()(const T&, const Other&) const {
    return Wording::another;
  }
};

}  // namespace

Wording rewords(const change::ObjectValue& declared, const change::ObjectValue& shown,
                const model::Database& all_shown) {
  return std::visit(Pair{all_shown}, declared, shown);
}

}  // namespace dmc::dialects::postgres
