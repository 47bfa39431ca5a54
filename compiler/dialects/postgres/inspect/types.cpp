// Enums, domains, composite types and ranges, as the statements that make them.
#include <algorithm>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

std::string domain_text(const Reading& reading, const Cells& row, const std::string& name,
                        const std::vector<std::pair<std::string, std::string>>& constraints) {
  std::string text = "create domain " + name + " as " + local_type(row.text(6));
  if (!row.null(9))
    if (const auto found = reading.collations.find(row.oid(9)); found != reading.collations.end())
      text += " collate " + found->second;
  if (!row.null(8)) text += " default " + row.text(8);
  if (row.flag(7)) text += " not null";
  for (const auto& [constraint, definition] : constraints)
    if (!definition.ends_with(" NOT VALID")) text += " constraint " + quoted(constraint) + " " + definition;
  for (const auto& [constraint, definition] : constraints)
    if (definition.ends_with(" NOT VALID"))
      text += "; alter domain " + name + " add constraint " + quoted(constraint) + " " + definition;
  return text;
}

std::string enum_text(const Cells& row, const std::string& name) {
  std::string text = "create type " + name + " as enum (";
  for (const auto& label : row.parts(5, '\x1f')) {
    if (!text.ends_with('(')) text += ", ";
    text += text_literal(label);
  }
  return text + ")";
}

std::string range_text(const Reading& reading, const Cells& row, const std::string& name) {
  std::string text = "create type " + name + " as range (subtype = " + local_type(row.text(10));
  if (!row.null(12))
    if (const auto found = reading.operator_classes.find(row.oid(12)); found != reading.operator_classes.end())
      text += ", subtype_opclass = " + found->second.name;
  if (!row.null(11))
    if (const auto found = reading.collations.find(row.oid(11)); found != reading.collations.end())
      text += ", collation = " + found->second;
  if (!row.text(13).empty()) text += ", canonical = " + row.text(13);
  if (!row.text(14).empty()) text += ", subtype_diff = " + row.text(14);
  if (!row.text(15).empty()) text += ", multirange_type_name = " + row.text(15);
  return text + ")";
}

}  // namespace

void read_types(Reading& reading, const QueryRows& types, const QueryRows& constraints) {
  std::unordered_map<Oid, std::vector<std::pair<std::string, std::string>>> checks;
  for (const auto& each : constraints) {
    const Cells row(each);
    if (row.oid(7) == 0 || row.sign(2) == 'n') continue;
    checks[row.oid(7)].emplace_back(row.text(1), row.text(22));
  }
  std::unordered_map<Oid, std::string> domains;
  for (const auto& each : types) {
    const Cells row(each);
    if (row.text(2).starts_with("_dmc_")) continue;
    const Oid oid = row.oid(0);
    const std::string name = written(row.text(1), row.text(2));
    const char kind = row.sign(3);
    std::string type, create, words = "type " + name;
    reading.result.names.push_back(schema_of(row.text(1)).empty() ? row.text(2) : row.text(1) + "." + row.text(2));
    if (kind == 'e') {
      type = "enum";
      create = enum_text(row, name);
    } else if (kind == 'd') {
      type = "domain";
      create = domain_text(reading, row, name, checks[oid]);
      words = "domain " + name;
      domains.emplace(oid, name);
    } else if (kind == 'r') {
      type = "type";
      create = range_text(reading, row, name);
    } else if (kind == 'p' && !row.flag(4)) {
      type = "type";
      create = "create type " + name;
    } else if (kind != 'm' && kind != 'p') {
      reading.leave_out("type", name, "base types are made by extensions");
      continue;
    } else {
      continue;
    }
    const std::string drop = (kind == 'd' ? "drop domain " : "drop type ") + name;
    const auto at = reading.add(type, name, std::move(create), drop);
    reading.know("pg_type", oid, std::move(words), reading.database().objects[at].name);
  }
  for (const auto& each : constraints) {
    const Cells row(each);
    const auto domain = domains.find(row.oid(7));
    if (row.oid(7) != 0 && domain != domains.end())
      reading.know("pg_constraint", row.oid(0), "constraint " + quoted(row.text(1)) + " on domain " + domain->second,
                   "domain " + domain->second);
  }
  for (const auto& [oid, relation] : reading.relations) {
    if (relation.kind != 'c') continue;
    std::string text = "create type " + written(relation) + " as (";
    for (const auto& attribute : relation.attributes) {
      if (!text.ends_with('(')) text += ", ";
      text += quoted(attribute.name) + " " + attribute.type;
      if (!attribute.collated) continue;
      if (const auto found = reading.collations.find(attribute.collation); found != reading.collations.end())
        text += " collate " + found->second;
    }
    const auto at = reading.add("type", written(relation), text + ")", "drop type " + written(relation));
    const std::string label = reading.database().objects[at].name;
    reading.know("pg_class", oid, "type " + written(relation), label);
    reading.know("pg_type", relation.row_type, "type " + written(relation), label);
  }
}

}  // namespace dmc::dialects::postgres::reading
