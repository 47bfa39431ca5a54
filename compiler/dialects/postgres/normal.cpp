// Walks over every text of a database.
#include "compiler/dialects/postgres/normal.hpp"

#include <algorithm>

namespace dmc::dialects::postgres {

namespace {

using model::Database;
using model::Sql;

void bring(Sql& sql) { sql.text = unqualified(sql.text); }
void bring(std::optional<Sql>& sql) {
  if (sql) bring(*sql);
}
void bring(std::vector<model::Element>& elements) {
  for (auto& element : elements) bring(element.expression);
}
void bring(std::vector<model::Index>& indexes) {
  for (auto& index : indexes) {
    bring(index.elements);
    bring(index.where);
  }
}

void bring(model::Partitioning& partitioning) {
  bring(partitioning.by);
  for (auto& partition : partitioning.partitions) {
    bring(partition.bounds);
    for (auto& inner : partition.by) bring(inner);
  }
}

void bring(model::Table& table) {
  for (auto& column : table.columns) {
    bring(column.default_value);
    if (column.generated) bring(column.generated->expression);
  }
  for (auto& check : table.checks) bring(check.expression);
  for (auto& exclusion : table.exclusions) {
    bring(exclusion.elements);
    bring(exclusion.where);
  }
  bring(table.indexes);
  if (table.partitioned) bring(*table.partitioned);
}

}  // namespace

std::string unqualified(std::string_view text) {
  if (text.find("public.") == std::string_view::npos && text.find("pg_catalog.") == std::string_view::npos)
    return std::string(text);
  std::string out;
  std::size_t copied = 0;
  const auto tokens = model::sql_tokens(text);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const auto& token = tokens[i];
    const auto drop = [&](std::size_t begin, std::size_t end) {
      out += text.substr(copied, begin - copied);
      copied = end;
    };
    const bool qualifier = token.kind == model::SqlToken::Kind::word &&
                           (token.text == "public" || token.text == "pg_catalog") && tokens[i + 1].text == "." &&
                           !(i > 0 && tokens[i - 1].text == ".");
    if (qualifier) drop(token.begin, tokens[i + 1].end);
    // 'public.t_id_seq'::regclass
    constexpr std::string_view quoted_schema = "'public.";
    if (token.kind == model::SqlToken::Kind::string && token.text.starts_with(quoted_schema) && i + 2 < tokens.size() &&
        tokens[i + 1].text == "::" && tokens[i + 2].text.starts_with("reg"))
      drop(token.begin + 1, token.begin + quoted_schema.size());
  }
  return out.append(text.substr(copied));
}

void normalise(Database& database) {
  for (auto& table : database.tables) bring(table);
  for (auto& view : database.views) {
    bring(view.query);
    bring(view.indexes);
  }
  for (auto& trigger : database.triggers) bring(trigger.when);
  for (auto& object : database.objects) {
    bring(object.create);
    bring(object.drop);
    bring(object.replace);
  }
  database.sort();
}

}  // namespace dmc::dialects::postgres
