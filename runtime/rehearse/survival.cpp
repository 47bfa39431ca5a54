// What a plan says about rows stands in its backfills, in statements as their author wrote them, and in triggers that
// fire meanwhile.
#include "runtime/rehearse/survival.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/model/sql_text.hpp"
#include "runtime/rehearse/literals.hpp"

namespace dmc::rehearse {

namespace {

using Names = std::set<std::string>;

void add_names(Names& names, const std::string& sql) {
  for (const auto name : model::names_in(sql)) names.insert(folded(name));
}

bool is_raw(const plan::Step& step) {
  return step.object.starts_with("object ") || step.object.starts_with("run ") ||
         std::any_of(step.hazards.begin(), step.hazards.end(),
                     [](const auto& hazard) { return hazard.id == "raw.execute"; });
}

/// The texts that change rows, as far as an author had a word in them.
std::vector<std::string> row_texts(const plan::Plan& plan, const std::string& database) {
  std::vector<std::string> texts;
  for (const auto& step : plan.steps) {
    if (step.database != database) continue;
    if (const auto* fill = std::get_if<plan::Backfill>(&step.action)) texts.push_back(fill->change_first);
    const auto* run = std::get_if<plan::RunSql>(&step.action);
    // What an engine carries out behind its answer, and is known by its token there, is of rows.
    const bool of_rows = step.exactly_once_by == plan::ExactlyOnce::token;
    if (run && (is_raw(step) || of_rows)) texts.insert(texts.end(), run->statements.begin(), run->statements.end());
  }
  return texts;
}

/// What stands between the dollars of a function: names in quotes are no names.
std::string body_of(const std::string& create) {
  const auto open = create.find('$');
  const auto tag_end = open == std::string::npos ? open : create.find('$', open + 1);
  if (tag_end == std::string::npos) return create;
  const auto tag = create.substr(open, tag_end + 1 - open);
  const auto close = create.rfind(tag);
  return close > tag_end ? create.substr(tag_end + 1, close - tag_end - 1) : create;
}

/// What the triggers do; of one that calls a function, its table and the function.
std::vector<std::string> trigger_texts(const model::Database& database) {
  std::vector<std::string> texts;
  for (const auto& trigger : database.triggers) {
    if (trigger.body) texts.push_back(trigger.body->text);
    if (!trigger.execute) continue;
    for (const auto& object : database.objects)
      if (object.type == "function" && says(*trigger.execute, object.provides()))
        texts.push_back(trigger.table + " " + body_of(object.create.text));
  }
  return texts;
}

/// Names that may say that something is changed; rows that follow a reference go with the rows they refer to.
Names said(const Passage& passage) {
  Names names;
  auto texts = row_texts(passage.plan, passage.before.name);
  if (!texts.empty())
    for (const auto* side : {&passage.before, &passage.after})
      for (auto& text : trigger_texts(*side)) texts.push_back(std::move(text));
  for (const auto& text : texts) add_names(names, text);
  for (bool more = true; more;) {
    more = false;
    for (const auto& table : passage.before.tables)
      for (const auto& key : table.foreign_keys) {
        if (key.on_delete == "no action" || key.on_delete == "restrict") continue;
        if (!names.contains(folded(key.table)) || names.contains(folded(table.name))) continue;
        names.insert(folded(table.name));
        for (const auto& column : key.columns) names.insert(folded(column));
        more = true;
      }
  }
  return names;
}

std::size_t place_of(const TableRows& rows, const std::string& column) {
  return static_cast<std::size_t>(std::find(rows.columns.begin(), rows.columns.end(), column) - rows.columns.begin());
}

/// These columns of every row, sorted.
std::vector<std::vector<std::string>> only(const TableRows& rows, const std::vector<std::string>& columns) {
  std::vector<std::size_t> places;
  for (const auto& column : columns) places.push_back(place_of(rows, column));
  std::vector<std::vector<std::string>> out;
  for (const auto& row : rows.rows) {
    auto& taken = out.emplace_back();
    for (const auto place : places) taken.push_back(place < row.size() ? row[place] : "");
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// The base's column and what it is called afterwards, of those that are plain values on both sides.
using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs common_columns(const model::Table& before, const model::Table& after, const Followed& followed) {
  Pairs pairs;
  for (const auto& column : before.columns) {
    const auto* now = after.column(followed.columns.at(column.name));
    if (now && !now->generated && !column.generated) pairs.emplace_back(column.name, now->name);
  }
  return pairs;
}

bool equal(const Pairs& pairs, const TableRows& before, const TableRows& after) {
  std::vector<std::string> then, now;
  for (const auto& [old_name, new_name] : pairs) {
    then.push_back(old_name);
    now.push_back(new_name);
  }
  return only(before, then) == only(after, now);
}

Pairs key_of(const model::Table& table, const Pairs& pairs) {
  Pairs key;
  if (table.primary_key)
    for (const auto& element : table.primary_key->elements)
      for (const auto& pair : pairs)
        if (element.column == pair.first) key.push_back(pair);
  return key;
}

/// What one step of a plan takes away for good.
struct Losing {
  Names names;        ///< all that it says
  bool rows = false;  ///< whole rows, and not values of columns that it names

  bool loses_rows_of(const std::string& table) const { return rows && names.contains(folded(table)); }
  bool loses(const std::string& table, const std::string& column) const {
    return names.contains(folded(table)) && names.contains(folded(column));
  }
};

/// An author's own statements may do anything to the tables they name; of dmc's, those that put values into columns or
/// take a column away leave the rows where they are.
bool takes_rows(const plan::Step& step, const std::string& statement) {
  if (is_raw(step)) return true;
  Names words;
  add_names(words, statement);
  const bool of_columns = words.contains("update") || (words.contains("drop") && words.contains("column"));
  return !of_columns || words.contains("delete") || words.contains("insert");
}

std::vector<Losing> losing(const plan::Plan& plan, const std::string& database) {
  std::vector<Losing> all;
  for (const auto& step : plan.steps) {
    if (step.database != database) continue;
    if (step.reverse.grade != plan::ReverseClass::lossy && step.reverse.grade != plan::ReverseClass::none) continue;
    std::vector<std::string> statements;
    if (const auto* fill = std::get_if<plan::Backfill>(&step.action)) statements.push_back(fill->change_first);
    if (const auto* run = std::get_if<plan::RunSql>(&step.action)) statements = run->statements;
    auto& one = all.emplace_back();
    add_names(one.names, step.object.substr(step.object.find(' ') + 1));
    for (const auto& effect : step.effects) add_names(one.names, effect.object.substr(effect.object.find(' ') + 1));
    for (const auto& statement : statements) add_names(one.names, statement);
    one.rows = statements.empty() || std::any_of(statements.begin(), statements.end(),
                                                 [&](const auto& statement) { return takes_rows(step, statement); });
    // The base knows what was renamed before by its older name.
    for (const auto& renamed : plan.renames) {
      const auto last = [](const std::string& path) { return folded(path.substr(path.rfind('.') + 1)); };
      if (renamed.database == database && one.names.contains(last(renamed.to))) one.names.insert(last(renamed.from));
    }
  }
  return all;
}

/// Of an enum, an array of it, or a type over it, of which the plan calls a value otherwise.
bool has_renamed_value(const plan::Plan& plan, const model::Database& database, std::string type) {
  while (type.ends_with("[]")) type.resize(type.size() - 2);
  for (const auto& object : database.objects) {
    if ((object.type != "domain" && object.type != "type") || object.name != object.type + " " + type) continue;
    for (const auto& inner : database.objects)
      if (inner.type == "enum" && says(object.create.text, inner.provides()) &&
          has_renamed_value(plan, database, inner.name.substr(inner.type.size() + 1)))
        return true;
  }
  return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const plan::Step& step) {
    return step.database == database.name &&
           std::any_of(step.hazards.begin(), step.hazards.end(), [&](const auto& hazard) {
             return hazard.id == "compat.rename_enum_value" && hazard.object.starts_with("enum " + type + ".");
           });
  });
}

bool is_chance(const std::string& sql) {
  static const std::vector<std::string_view> words{"current_timestamp",
                                                   "current_date",
                                                   "current_time",
                                                   "random",
                                                   "randomblob",
                                                   "julianday",
                                                   "unixepoch",
                                                   "changes",
                                                   "total_changes",
                                                   "now",
                                                   "localtimestamp",
                                                   "localtime",
                                                   "clock_timestamp",
                                                   "timeofday",
                                                   "statement_timestamp",
                                                   "gen_random_uuid",
                                                   "gen_random_bytes",
                                                   "transaction_timestamp",
                                                   "uuid_generate_v4",
                                                   "uuid_generate_v1",
                                                   "uuidv4",
                                                   "uuidv7",
                                                   "nextval",
                                                   "pg_current_xact_id"};
  const auto text = folded(sql);
  if (text.find("'now'") != std::string::npos) return true;
  return std::any_of(words.begin(), words.end(), [&](const auto& word) { return says(sql, word); }) ||
         text.find("datetime()") != std::string::npos;
}

}  // namespace

Followed follow(const plan::Plan& plan, const std::string& database, const model::Table& table) {
  Followed followed{table.path(), {}};
  Names called{table.path()};
  for (const auto& renamed : plan.renames)
    if (renamed.database == database && called.contains(renamed.from)) called.insert(followed.table = renamed.to);
  for (const auto& column : table.columns) {
    std::string name = column.name;
    for (const auto& renamed : plan.renames) {
      const auto dot = renamed.to.rfind('.');
      if (renamed.database != database || dot == std::string::npos) continue;
      if (std::any_of(called.begin(), called.end(), [&](const auto& one) { return renamed.from == one + "." + name; }))
        name = renamed.to.substr(dot + 1);
    }
    followed.columns[column.name] = name;
  }
  return followed;
}

std::vector<std::string> fired(const plan::Plan& plan, const model::Database& before, const model::Database& after) {
  const bool fires = std::any_of(plan.steps.begin(), plan.steps.end(), [&](const auto& step) {
    return step.database == before.name &&
           std::any_of(step.hazards.begin(), step.hazards.end(),
                       [](const auto& hazard) { return hazard.id == "backfill.fires_triggers"; });
  });
  if (!fires) return {};
  auto texts = trigger_texts(before);
  for (auto& text : trigger_texts(after)) texts.push_back(std::move(text));
  return texts;
}

Survival survival(const Passage& passage) {
  Survival survival;
  const auto names = said(passage);
  for (const auto& table : passage.before.tables) {
    const auto followed = follow(passage.plan, passage.before.name, table);
    const auto* now = passage.after.table(followed.table);
    if (!now) continue;
    const auto& then_rows = passage.rows_before.at(table.path());
    const auto& now_rows = passage.rows_after.at(now->path());
    if (then_rows.rows.size() != now_rows.rows.size()) {
      const auto text =
          fmt::format("{} ({} rows before, {} after)", now->path(), then_rows.rows.size(), now_rows.rows.size());
      (names.contains(folded(table.name)) || names.contains(folded(now->name)) ? survival.changed : survival.lost)
          .push_back(text);
      continue;
    }
    ++survival.tables;
    const auto pairs = common_columns(table, *now, followed);
    if (equal(pairs, then_rows, now_rows)) {
      survival.columns += static_cast<std::int64_t>(pairs.size());
      continue;
    }
    const auto key = key_of(table, pairs);
    const bool by_key = !key.empty() && equal(key, then_rows, now_rows);
    for (const auto& pair : pairs) {
      auto with_key = key;
      with_key.push_back(pair);
      if (equal(by_key ? with_key : Pairs{pair}, then_rows, now_rows)) {
        ++survival.columns;
        continue;
      }
      const bool retyped = table.column(pair.first)->type != now->column(pair.second)->type ||
                           table.has_setting("strict") != now->has_setting("strict");
      const bool declared = retyped ||
                            has_renamed_value(passage.plan, passage.before, table.column(pair.first)->type) ||
                            names.contains(folded(pair.first)) || names.contains(folded(pair.second));
      (declared ? survival.changed : survival.lost).push_back(now->path() + "." + pair.second);
    }
  }
  return survival;
}

Return came_back(const plan::Plan& plan, const std::string& database, const Contents& base, const Contents& back,
                 const std::vector<std::string>& fired) {
  Return result;
  auto lossy = losing(plan, database);
  for (const auto& text : fired) add_names(lossy.emplace_back().names, text);
  for (const auto& [table, rows] : base) {
    const auto found = back.find(table);
    if (found != back.end() && found->second == rows) {
      ++result.tables;
      continue;
    }
    const bool same_shape = found != back.end() && found->second.columns == rows.columns;
    std::size_t same = 0;
    if (same_shape)
      for (const auto& row : rows.rows)
        if (std::binary_search(found->second.rows.begin(), found->second.rows.end(), row)) ++same;
    const auto kept = fmt::format("{} of {} rows are as they were", same, rows.rows.size());
    if (std::any_of(lossy.begin(), lossy.end(), [&](const auto& step) { return step.loses_rows_of(table); })) {
      result.lost.push_back(fmt::format("{}: {}", table, kept));
      continue;
    }
    // Whatever else is another now was lost without a word.
    std::vector<std::string> declared, rest;
    for (const auto& column : rows.columns)
      (std::any_of(lossy.begin(), lossy.end(), [&](const auto& step) { return step.loses(table, column); }) ? declared
                                                                                                            : rest)
          .push_back(column);
    if (!same_shape || declared.empty() || only(rows, rest) != only(found->second, rest)) {
      result.wrong.push_back(fmt::format("{}: {}", table, kept));
      continue;
    }
    auto gone = declared;
    std::erase_if(gone, [&](const auto& column) { return only(rows, {column}) == only(found->second, {column}); });
    result.lost.push_back(fmt::format("{} of {}: {}", fmt::join(gone.empty() ? declared : gone, ", "), table, kept));
  }
  return result;
}

std::set<std::string> drifting(const plan::Plan& plan, const model::Database& before, const model::Database& after) {
  std::set<std::string> found;
  // The engine counts rows in the order in which it meets them.
  const auto counted_anew = [&](const model::Column& column, const model::Table& table) {
    const auto* then = before.table(table.path());
    return column.identity && (!then || !then->column(column.name));
  };
  std::vector<std::string> texts = row_texts(plan, before.name);
  for (const auto* side : {&before, &after}) {
    for (auto& text : trigger_texts(*side)) texts.push_back(std::move(text));
    for (const auto& table : side->tables)
      for (const auto& column : table.columns)
        if (counted_anew(column, table) || (column.default_value && is_chance(column.default_value->text)) ||
            (column.generated && is_chance(column.generated->expression.text)))
          found.insert(table.path() + "." + column.name);
  }
  for (const auto& text : texts) {
    if (!is_chance(text)) continue;
    const bool inserts = says(text, "insert");
    for (const auto* side : {&before, &after})
      for (const auto& table : side->tables) {
        if (!says(text, table.name)) continue;
        if (inserts) found.insert(table.path() + ".*");
        for (const auto& column : table.columns)
          if (says(text, column.name)) found.insert(table.path() + "." + column.name);
      }
  }
  return found;
}

std::map<std::string, std::map<std::string, std::string>> retyped(const plan::Plan& plan, const model::Database& before,
                                                                  const model::Database& after) {
  std::map<std::string, std::map<std::string, std::string>> types;
  for (const auto& table : before.tables) {
    const auto followed = follow(plan, before.name, table);
    const auto* now = after.table(followed.table);
    if (!now) continue;
    for (const auto& column : table.columns)
      if (const auto* becomes = now->column(followed.columns.at(column.name)))
        if (becomes->type != column.type) types[table.path()][column.name] = becomes->type;
  }
  return types;
}

bool same(const Contents& left, const Contents& right, const std::set<std::string>& drifting) {
  if (left == right) return true;
  if (left.size() != right.size()) return false;
  for (const auto& [table, rows] : left) {
    const auto found = right.find(table);
    if (found == right.end() || found->second.columns != rows.columns) return false;
    if (found->second.rows.size() != rows.rows.size()) return false;
    if (drifting.contains(table + ".*")) continue;
    std::vector<std::string> steady;
    for (const auto& column : rows.columns)
      if (!drifting.contains(table + "." + column)) steady.push_back(column);
    if (only(rows, steady) != only(found->second, steady)) return false;
  }
  return true;
}

}  // namespace dmc::rehearse
