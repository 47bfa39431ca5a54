// Tables, views, sequences and composite types as pg_class has them, and what belongs to a table as a whole.
#include <algorithm>
#include <functional>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

void add_setting(std::vector<model::Setting>& settings, std::string name, std::string value) {
  settings.push_back({std::move(name), std::move(value)});
}

/// `fillfactor=80`, each on its line.
void add_options(std::vector<model::Setting>& settings, const std::vector<std::string>& options,
                 std::string_view prefix) {
  for (const auto& option : options) {
    const auto equals = option.find('=');
    if (equals == std::string::npos) continue;
    add_setting(settings, std::string(prefix).append(option.substr(0, equals)), option.substr(equals + 1));
  }
}

std::vector<model::Setting> table_settings(const Cells& row, const Reading& reading, const Relation& relation) {
  std::vector<model::Setting> settings;
  add_options(settings, row.parts(8, '\n'), "");
  add_options(settings, row.parts(9, '\n'), "toast.");
  if (row.sign(4) == 'u') add_setting(settings, "unlogged", "true");
  const bool secured = row.flag(5), forced = row.flag(6);
  if (secured) add_setting(settings, "row_security", forced ? "forced" : "on");
  if (!secured && forced) add_setting(settings, "row_security", "forced when on");
  if (row.sign(7) == 'n') add_setting(settings, "replica_identity", "nothing");
  if (row.sign(7) == 'f') add_setting(settings, "replica_identity", "full");
  if (!row.text(10).empty() && row.text(10) != "heap") add_setting(settings, "access_method", row.text(10));
  if (!row.text(11).empty()) add_setting(settings, "tablespace", row.text(11));
  std::string parents;
  if (!relation.partition)
    for (const Oid parent : relation.parents)
      if (const auto* found = reading.relation(parent)) {
        if (!parents.empty()) parents += ", ";
        parents += written(*found);
      }
  if (!parents.empty()) add_setting(settings, "inherits", parents);
  return settings;
}

/// Keywords of a bound in lower case, without `for values`; the values as they are.
std::string bounds_of(std::string_view text) {
  constexpr std::string_view values = "FOR VALUES ";
  if (text.starts_with(values)) text.remove_prefix(values.size());
  std::string out;
  for (const auto& token : model::sql_tokens(text)) {
    std::string word(text.substr(token.begin, token.end - token.begin));
    if (token.kind == model::SqlToken::Kind::word)
      for (char& c : word)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool tight = word == ")" || word == "," || out.empty() || out.ends_with('(') || word == "::" ||
                       out.ends_with("::") || out.ends_with('-');
    if (!tight) out += ' ';
    out += word;
  }
  return out;
}

/// `RANGE (at)`
model::Partitioning partitioning_of(const std::string& key) {
  model::Partitioning partitioning;
  const auto open = key.find('(');
  if (open == std::string::npos || !key.ends_with(')')) return partitioning;
  partitioning.method = key.substr(0, open);
  while (partitioning.method.ends_with(' ')) partitioning.method.pop_back();
  for (char& c : partitioning.method)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  partitioning.by.text = key.substr(open + 1, key.size() - open - 2);
  return partitioning;
}

void read_view(Reading& reading, Relation& relation, const Cells& row) {
  model::View view;
  view.schema = relation.schema;
  view.name = relation.name;
  view.materialized = relation.kind == 'm';
  view.query.text = row.text(17);
  while (view.query.text.ends_with(';') || view.query.text.ends_with('\n')) view.query.text.pop_back();
  add_options(view.settings, row.parts(8, '\n'), "");
  std::erase_if(view.settings, [&](const model::Setting& setting) {
    if (setting.name != "check_option") return false;
    view.check_option = setting.value;
    return true;
  });
  if (view.materialized && !row.text(10).empty() && row.text(10) != "heap")
    add_setting(view.settings, "access_method", row.text(10));
  if (!row.text(11).empty()) add_setting(view.settings, "tablespace", row.text(11));
  relation.view = reading.database().views.size();
  reading.database().views.push_back(std::move(view));
}

}  // namespace

void read_relations(Reading& reading, const QueryRows& rows) {
  struct Keyed {
    Oid parent;
    model::Partition partition;
    Oid oid;
  };
  std::unordered_map<Oid, model::Partitioning> keys;
  std::vector<Keyed> partitions;
  std::vector<std::pair<Oid, const std::vector<std::optional<std::string>>*>> tables;
  for (const auto& each : rows) {
    const Cells row(each);
    if (row.text(2).starts_with("_dmc_")) continue;
    Relation relation;
    relation.oid = row.oid(0);
    relation.schema = schema_of(row.text(1));
    relation.name = row.text(2);
    relation.kind = row.sign(3);
    relation.partition = row.flag(13);
    relation.row_type = row.oid(19);
    for (const auto parent : row.numbers(12)) relation.parents.push_back(static_cast<Oid>(parent));
    const std::string path = relation.path();
    if (relation.kind != 'c') reading.result.names.push_back(path);
    if (relation.kind == 'p') keys[relation.oid] = partitioning_of(row.text(15));
    if (relation.kind == 'f') reading.leave_out("foreign table", path, "foreign tables are not modelled");
    if (relation.kind == 'r' || relation.kind == 'p') {
      if (row.flag(16)) {
        reading.leave_out("table", path, "it takes its columns from a type (create table … of …)");
        continue;
      }
      if (relation.partition) {
        if (row.flag(18)) reading.leave_out("partition", path, "a detach that was begun is not finished");
        if (relation.parents.empty()) continue;
        partitions.push_back(
            {relation.parents.front(), {relation.schema, relation.name, {bounds_of(row.text(14))}, {}}, relation.oid});
      } else {
        tables.emplace_back(relation.oid, &each);
      }
    }
    if (relation.kind == 'v' || relation.kind == 'm') read_view(reading, relation, row);
    reading.relations.emplace(relation.oid, std::move(relation));
  }
  std::unordered_map<Oid, std::vector<std::size_t>> below;
  for (std::size_t i = 0; i < partitions.size(); ++i) below[partitions[i].parent].push_back(i);
  const std::function<model::Partitioning(Oid)> whole = [&](Oid oid) {
    auto partitioning = std::move(keys[oid]);
    for (const std::size_t i : below[oid]) {
      auto& each = partitions[i];
      if (keys.contains(each.oid)) each.partition.by.push_back(whole(each.oid));
      partitioning.partitions.push_back(std::move(each.partition));
    }
    return partitioning;
  };
  for (const auto& [oid, cells] : tables) {
    auto& relation = reading.relations.at(oid);
    model::Table table;
    table.schema = relation.schema;
    table.name = relation.name;
    table.settings = table_settings(Cells(*cells), reading, relation);
    if (relation.kind == 'p') table.partitioned = whole(oid);
    relation.table = reading.database().tables.size();
    reading.database().tables.push_back(std::move(table));
  }
  for (const auto& each : rows) {
    const Cells row(each);
    const auto* relation = reading.relation(row.oid(0));
    if (!relation || !relation->partition) continue;
    for (const auto& setting : table_settings(row, reading, *relation)) {
      const std::string name = written(*relation);
      if (setting.name == "row_security") {
        const std::string forced = setting.value == "on" ? "" : " force";
        if (setting.value != "forced when on")
          reading.add("partition setting", name + " row_security", "alter table " + name + " enable row level security",
                      "alter table " + name + " disable row level security");
        if (!forced.empty())
          reading.add("partition setting", name + " row_security forced",
                      "alter table " + name + " force row level security",
                      "alter table " + name + " no force row level security");
      } else if (setting.name == "replica_identity") {
        reading.add("partition setting", name + " replica_identity",
                    "alter table " + name + " replica identity " + setting.value,
                    "alter table " + name + " replica identity default");
      } else if (setting.name == "unlogged" || setting.name == "access_method" || setting.name == "tablespace") {
        reading.leave_out("partition", relation->path(), "its own " + setting.name);
      } else {
        reading.add("partition setting", name + " " + setting.name,
                    "alter table " + name + " set (" + setting.name + " = " + quoted(setting.value) + ")",
                    "alter table " + name + " reset (" + setting.name + ")");
      }
    }
  }
}

}  // namespace dmc::dialects::postgres::reading
