// The model knows what an object lives on; what may be there already is dropped or replaced first.
#include "compiler/dialects/postgres/companions.hpp"

#include <algorithm>

#include "compiler/dialects/postgres/grant_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Object;

std::vector<std::string> made_again(const Lowering& lowering, const Object& object) {
  if (gives_privileges(object)) return change_grant(lowering, nullptr, &object);
  if (object.type == "rule") return statements_in(or_replace(object.create.text));
  std::vector<std::string> statements;
  if (object.type == "row policy") {
    constexpr std::string_view word = "drop policy ";
    statements = statements_in(object.drop.text);
    for (auto& statement : statements)
      if (statement.starts_with(word)) statement.insert(word.size(), "if exists ");
  }
  append(statements, statements_in(object.create.text));
  return statements;
}

}  // namespace

std::vector<std::string> companions(const Lowering& lowering, std::string_view label) {
  std::vector<std::string> hosts{std::string(label)}, statements;
  const auto bring = [&](bool parts) {
    for (const auto& object : lowering.before.objects) {
      const bool is_part = object.type == "row policy" || object.type == "rule";
      if (is_part != parts) continue;
      const auto lives_on = object.lives_on();
      if (std::ranges::find_first_of(lives_on, hosts) == lives_on.end()) continue;
      append(statements, made_again(lowering, object));
      // What is said of a part lives on the part.
      if (is_part) hosts.push_back(object.label());
    }
  };
  bring(true);
  bring(false);
  return statements;
}

std::vector<std::string> said_of_sequence(const Lowering& lowering, const model::Table& table,
                                          std::string_view column) {
  const auto sequence = (table.schema.empty() ? std::string() : quoted(table.schema) + ".") +
                        quoted(made_up_name(table.name, column, "seq"));
  std::vector<std::string> statements;
  for (const auto& object : lowering.before.objects)
    if (object.name.starts_with("grant on sequence " + sequence + " to ") ||
        object.name == "comment on sequence " + sequence)
      append(statements, statements_in(object.create.text));
  return statements;
}

std::vector<std::string> comments_on(const Object& object, const model::Database& database) {
  constexpr std::string_view row = "row ";
  const auto thing = object.name.starts_with(row) ? object.name.substr(row.size()) : object.name;
  const auto* comment = database.object("comment on " + thing);
  return comment ? statements_in(comment->create.text) : std::vector<std::string>();
}

}  // namespace dmc::dialects::postgres
