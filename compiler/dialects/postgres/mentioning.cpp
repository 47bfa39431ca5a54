// Where texts mention what is to be renamed.
#include "compiler/dialects/postgres/rename.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/names.hpp"

namespace dmc::dialects::postgres {

std::vector<Mentions> mentions(const model::Database& database, const std::vector<AuthorText>& texts,
                               std::string_view relation, const std::optional<std::string>& column) {
  sql::Rename wanted;
  wanted.column = column;
  if (const auto* table = database.table(relation)) {
    wanted.schema = table->schema;
    wanted.relation = table->name;
  } else if (const auto* view = database.view(relation)) {
    wanted.schema = view->schema;
    wanted.relation = view->name;
  } else {
    return std::vector<Mentions>(texts.size());
  }
  Scope scope(database);
  std::vector<Mentions> all;
  for (const auto& text : texts)
    all.push_back(
        sql::mentions_of(text.text, wanted, text.table.empty() ? scope.anywhere() : scope.inside(text.table, {})));
  return all;
}

}  // namespace dmc::dialects::postgres
