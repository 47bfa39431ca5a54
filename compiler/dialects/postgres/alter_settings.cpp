// Settings of a table: storage parameters, row security, replica identity, inheritance, comments.
#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::dialects::postgres {

namespace {

std::string replica_words(const std::string* value) {
  if (!value) return "default";
  return value->starts_with("index ") ? "using index " + quoted(std::string_view(*value).substr(6)) : *value;
}

std::vector<std::string> security_statements(const std::string& table, const std::string* from, const std::string* to) {
  std::vector<std::string> statements;
  const auto say = [&](const char* words) { statements.push_back("alter table " + table + " " + words); };
  if (from && *from == "forced" && (!to || *to != "forced")) say("no force row level security");
  if (from && !to) say("disable row level security");
  if (to && !from) say("enable row level security");
  if (to && *to == "forced" && (!from || *from != "forced")) say("force row level security");
  return statements;
}

std::vector<std::string> inheritance(const Alteration& alteration, const std::string* from, const std::string* to) {
  std::vector<std::string> statements;
  const auto old = model::paths_in(from ? std::string_view(*from) : std::string_view()),
             now = model::paths_in(to ? std::string_view(*to) : std::string_view());
  const auto say = [&](const char* words, const std::string& parent) {
    statements.push_back(
        fmt::format("alter table {} {} {}", alteration.name(), words, full_path(parent, alteration.lowering().before)));
  };
  for (const auto& parent : old)
    if (std::ranges::find(now, parent) == now.end()) say("no inherit", parent);
  for (const auto& parent : now)
    if (std::ranges::find(old, parent) == old.end()) say("inherit", parent);
  return statements;
}

std::string parameter(const std::string& table, const std::string& name, const std::string* value) {
  return value ? fmt::format("alter table {} set ({})", table, storage_parameters({{name, *value}}))
               : fmt::format("alter table {} reset ({})", table, name);
}

/// A setting that writes the whole table anew.
void rewrite(Alteration& alteration, const std::string& words, const std::string& words_back, const std::string& what) {
  alteration.flush();
  const auto step = [&](const std::string& one) {
    auto made = lengthy(alteration.object(), fmt::format("alter {}: {}", alteration.after().path(), what),
                        {"alter table " + alteration.name() + " " + one});
    add_lock(made, alteration.lowering(), "set_logged_unlogged", alteration.object());
    return made;
  };
  auto forward = step(words);
  add_hazard(forward, "rewrite.under_lock", alteration.after().path(),
             "every row is written anew under a lock that stops reads: PostgreSQL has no other way");
  alteration.add(pair_of(std::move(forward), exact(), step(words_back)));
}

/// A setting whose value names an index: it can only be said while that is there, and goes with it.
struct IndexSetting {
  std::string_view setting;
  std::string_view prefix;  ///< of a value that names one
  std::string (*statement)(const std::string& table, const std::string* value);
};
constexpr std::array index_settings{
    IndexSetting{"cluster_on", "", cluster_on},
    IndexSetting{"replica_identity", "index ",
                 [](const std::string& table, const std::string* value) {
                   return "alter table " + table + " replica identity " + replica_words(value);
                 }},
};

std::optional<std::string> index_in(const IndexSetting& kind, const std::string* value) {
  if (!value || !value->starts_with(kind.prefix)) return std::nullopt;
  return value->substr(kind.prefix.size());
}

/// What makes the index of that name; nothing when there is none.
std::optional<model::Index> index_called(const model::Table& table, const std::string& name) {
  for (const auto& index : table.indexes)
    if (index.name == name) return index;
  if (table.primary_key && table.primary_key->name == name) return index_of(*table.primary_key);
  for (const auto& key : table.uniques)
    if (key.name == name) return index_of(key);
  return std::nullopt;
}

/// The index that a setting names leaves, or makes room for another one of its name: the way back says the setting
/// again once it is there again.
bool its_index_goes(const Alteration& alteration, const IndexSetting& kind) {
  const auto name = index_in(kind, setting(alteration.now(), std::string(kind.setting)));
  if (!name) return false;
  const auto was = index_called(alteration.now(), *name);
  return was && was != index_called(alteration.after(), *name);
}

}  // namespace

void lower_settings_of_lost_indexes(Alteration& alteration) {
  const auto table = alteration.name();
  for (const auto& kind : index_settings) {
    if (!its_index_goes(alteration, kind)) continue;
    alteration.brief().add(kind.statement(table, nullptr),
                           kind.statement(table, setting(alteration.now(), std::string(kind.setting))),
                           fmt::format("reset {}", kind.setting), fmt::format("set {}", kind.setting));
    alteration.flush();
  }
}

void lower_settings_of_indexes(Alteration& alteration) {
  const auto table = alteration.name();
  auto& brief = alteration.brief();
  for (const auto& kind : index_settings) {
    const std::string name(kind.setting);
    const auto *from = setting(alteration.now(), name), *to = setting(alteration.after(), name);
    const bool same = (!from && !to) || (from && to && *from == *to);
    const auto was = index_in(kind, from);
    const bool goes = its_index_goes(alteration, kind);
    if (same && (!goes || !index_called(alteration.after(), *was))) continue;
    // What it named is not there at this place of the way back.
    const bool cannot_go_back = goes || (was && !index_called(alteration.now(), *was));
    const auto* back = cannot_go_back ? nullptr : from;
    if (!goes || to)
      brief.add(kind.statement(table, to), kind.statement(table, back), (to ? "set " : "reset ") + name,
                (back ? "set " : "reset ") + name);
    if (kind.setting == "replica_identity" && !same)
      brief.hazards.push_back({"compat.replica_identity", alteration.after().path(),
                               "what logical replication sends of changed rows changes", alteration.accepted()});
  }
}

void lower_settings(Alteration& alteration) {
  const auto& now = alteration.now();
  const auto& after = alteration.after();
  const auto table = alteration.name();
  auto& brief = alteration.brief();
  std::vector<std::string> names;
  for (const auto* list : {&now.settings, &after.settings})
    for (const auto& one : *list)
      if (std::ranges::find(names, one.name) == names.end()) names.push_back(one.name);
  for (const auto& name : names) {
    const auto* from = setting(now, name);
    const auto* to = setting(after, name);
    if (from && to && *from == *to) continue;
    if (std::ranges::find(index_settings, name, &IndexSetting::setting) != index_settings.end()) continue;
    const auto word = (to ? "set " : "reset ") + name, back = (from ? "set " : "reset ") + name;
    if (is_storage_parameter(name)) {
      brief.add(parameter(table, name, to), parameter(table, name, from), word, back);
    } else if (name == "row_security") {
      brief.add(security_statements(table, from, to), security_statements(table, to, from),
                to ? "row security" : "no row security", from ? "row security" : "no row security");
      brief.hazards.push_back(
          {"compat.authz", after.path(), "who sees which rows changes at once", alteration.accepted()});
    } else if (name == "inherits") {
      brief.add(inheritance(alteration, from, to), inheritance(alteration, to, from), "change what it inherits",
                "change what it inherits back");
      for (const auto* list : {from, to})
        for (const auto& parent : model::paths_in(list ? std::string_view(*list) : std::string_view())) {
          brief.locks.push_back({"table " + parent, "share update exclusive", "catalog"});
          brief.locks_back.push_back(brief.locks.back());
        }
    } else if (name == "unlogged") {
      rewrite(alteration, to ? "set unlogged" : "set logged", to ? "set logged" : "set unlogged",
              to ? "unlogged" : "logged");
    } else if (name == "tablespace") {
      rewrite(alteration, "set tablespace " + quoted(to ? *to : "pg_default"),
              "set tablespace " + quoted(from ? *from : "pg_default"), "another tablespace");
    } else if (name == "access_method") {
      rewrite(alteration, "set access method " + quoted(to ? *to : "heap"),
              "set access method " + quoted(from ? *from : "heap"), "another access method");
    }
  }
  if (now.comment != after.comment)
    brief.add(comment_on("table", table, after.comment), comment_on("table", table, now.comment), "comment", "comment");
}

}  // namespace dmc::dialects::postgres
