// A serial column and an identity count by sequences of the same name; the one becomes the other without losing its
// place.
#include "compiler/dialects/postgres/column_parts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

std::string alter_column(const Alteration& alteration, const model::Column& column, const std::string& words) {
  return fmt::format("alter table {} alter column {} {}", alteration.name(), quoted(column.name), words);
}

std::string column_path(const Alteration& alteration, const std::string& column) {
  return alteration.after().path() + "." + column;
}

std::string drop_column_words(const Alteration& alteration, const std::string& column) {
  return fmt::format("alter table {} drop column {}", alteration.name(), quoted(column));
}

bool counted(const model::Column& column) { return column.identity.has_value(); }

std::string sequence_of(const Alteration& alteration, const model::Column& column) {
  return full(alteration.after().schema, made_up_name(alteration.after().name, column.name, "seq"));
}

std::vector<std::string> start_counting(const Alteration& alteration, const model::Column& column) {
  const auto sequence = sequence_of(alteration, column);
  return {fmt::format("create sequence {} as {} owned by {}.{}", sequence, column.type, alteration.name(),
                      quoted(column.name)),
          alter_column(alteration, column, "set default nextval(" + text_literal(sequence) + "::regclass)")};
}

std::string count_on(const Alteration& alteration, const model::Column& column) {
  return fmt::format(
      "select pg_catalog.setval(pg_catalog.pg_get_serial_sequence({0}, {1}), coalesce(max({2}), 1), max({2}) is not "
      "null) "
      "from {3}",
      text_literal(alteration.name()), text_literal(column.name), quoted(column.name), alteration.name());
}

std::string work_of_counting(const model::Table& table, std::string_view column) {
  const auto begins = [&](const std::vector<model::Element>& elements) {
    return !elements.empty() && elements.front().column == column && !elements.front().collation;
  };
  const bool tells = (table.primary_key && begins(table.primary_key->elements)) ||
                     std::ranges::any_of(table.uniques, begins, &model::Key::elements) ||
                     std::ranges::any_of(table.indexes, [&](const auto& index) {
                       return !index.where && index.method.value_or("btree") == "btree" && begins(index.elements);
                     });
  return tells ? "catalog" : "scan";
}

std::vector<std::string> become_identity(const Alteration& alteration, const model::Column& column) {
  const auto sequence = sequence_of(alteration, column);
  const auto aside = alteration.own("sequence", column.name);
  const auto other = full(alteration.after().schema, aside);
  return {
      alter_column(alteration, column, "drop default"),
      fmt::format("alter sequence {} owned by none", sequence),
      fmt::format("alter sequence {} rename to {}", sequence, aside),
      alter_column(alteration, column, "add " + identity_words(column)),
      fmt::format("select pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), last_value, is_called) from {}",
                  text_literal(alteration.name()), text_literal(column.name), other),
      "drop sequence " + other};
}
std::vector<std::string> no_identity(const Alteration& alteration, const model::Column& column) {
  auto statements = std::vector{alter_column(alteration, column, "drop identity")};
  append(statements, start_counting(alteration, column));
  statements.push_back(count_on(alteration, column));
  return statements;
}

namespace {

std::optional<Domain> domain_named(const Alteration& alteration, const std::string& type) {
  for (const auto& object : alteration.lowering().before.objects)
    if (object.type == "domain" && bare_name(object) == type) return domain_of(object.create.text);
  return std::nullopt;
}

}  // namespace

bool is_constrained_domain(const Alteration& alteration, const std::string& type) {
  const auto domain = domain_named(alteration, type);
  return domain && (domain->not_null || !domain->constraints.empty());
}

bool is_filling_domain(const Alteration& alteration, const std::string& type) {
  const auto domain = domain_named(alteration, type);
  return domain && !domain->default_value.empty() && !domain->not_null;
}

}  // namespace dmc::dialects::postgres
