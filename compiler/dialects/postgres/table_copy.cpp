// A batch locks its rows against writers until it is committed: a writer that comes later finds the copy there and
// writes to it too, one that came earlier is waited for. So no row is copied as it was.
#include "compiler/dialects/postgres/table_copy.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/postgres/artifact.hpp"
#include "compiler/dialects/postgres/beside.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/keyset.hpp"
#include "compiler/dialects/postgres/pointing.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/readers.hpp"
#include "compiler/dialects/postgres/row_triggers.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/type_change.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Table;

void lie_in(model::Partitioning& partitioning, const std::string& schema) {
  for (auto& partition : partitioning.partitions) {
    partition.schema = schema;
    for (auto& inner : partition.by) lie_in(inner, schema);
  }
}

bool is_late_setting(const model::Setting& setting) {
  return setting.name == "row_security" || setting.name == "replica_identity" || setting.name == "cluster_on";
}

/// The table as it is while nobody but the trigger writes to it.
Table shadow_of(const Table& wanted, const std::string& schema, int major) {
  Table shadow = wanted;
  shadow.schema = schema;
  std::erase_if(shadow.settings, is_late_setting);
  if (adds_unproven(wanted, major)) shadow.foreign_keys.clear();
  if (shadow.partitioned)
    lie_in(*shadow.partitioned, schema);
  else
    shadow.indexes.clear();
  for (auto& column : shadow.columns)
    if (column.identity == model::Identity::always) column.identity = model::Identity::by_default;
  return shadow;
}

bool is_deferrable(const Table& table) {
  const auto late = [](const auto& one) { return one.deferrable; };
  return (table.primary_key && table.primary_key->deferrable) || std::ranges::any_of(table.uniques, late) ||
         std::ranges::any_of(table.exclusions, late);
}

/// A key by which a row of either is found in the other: one lies within the other.
bool keys_agree(const Table& live, const Table& wanted) {
  const auto key = row_key(live);
  const auto agrees = [&](const model::Key& other) {
    const auto names = column_names_of(other.elements);
    const auto within = [](const auto& small, const auto& large) {
      return std::ranges::all_of(small,
                                 [&](const auto& name) { return std::ranges::find(large, name) != large.end(); });
    };
    return names.size() == other.elements.size() && !key.empty() && (within(key, names) || within(names, key));
  };
  return (wanted.primary_key && agrees(*wanted.primary_key)) || std::ranges::any_of(wanted.uniques, agrees);
}

/// Whether the columns are a key of the table, so that foreign keys can reference them.
bool is_key(const std::vector<std::string>& columns, const Table& table) {
  const auto same = [&](const model::Key& key) {
    return std::ranges::is_permutation(column_names_of(key.elements), columns);
  };
  return (table.primary_key && same(*table.primary_key)) || std::ranges::any_of(table.uniques, same);
}

std::string partition_hindrance(const Table& table, const model::Database& database) {
  if (!table.partitioned) return {};
  std::set<std::string> names;
  std::string twice, belongs, reads;
  each_partition(*table.partitioned, [&](const model::Partition& partition) {
    if (!names.insert(partition.name).second) twice = partition.name;
    const auto label = "table " + partition.path();
    for (const auto& object : database.objects) {
      const auto hosts = object.lives_on();
      const bool is_about = object.type == "statistics" || object.type == "publication" || object.type == "index";
      if (std::ranges::find(object.after, partition.path()) != object.after.end() ||
          std::ranges::find(hosts, label) != hosts.end() ||
          (is_about && text_names(object.create.text, partition.name)))
        belongs = object.label();
    }
    for (const auto& trigger : database.triggers)
      if (trigger.table == partition.path()) belongs = "trigger " + trigger.path();
    for (const auto& view : database.views)
      if (text_names(view.query.text, partition.name)) reads = view.path();
  });
  if (!reads.empty()) return fmt::format("view '{}' reads one of its partitions", grammar::escaped(reads));
  if (!twice.empty()) return fmt::format("two of its partitions are called '{}'", grammar::escaped(twice));
  if (!belongs.empty()) return fmt::format("{} belongs to one of its partitions", grammar::escaped(belongs));
  return {};
}

}  // namespace

std::string copy_hindrance(const Table& live, const Table& wanted, const model::Database& database) {
  const int major = major_of(database.oldest_version);
  if (row_key(live).empty()) return "it has no primary key, and no unique key that is not null, to follow its rows by";
  if (!keys_agree(live, wanted)) return "no key of the new one holds the key that its rows are followed by";
  const auto becomes_another = [&](const std::string& column, const std::string& type) {
    const auto *was = live.column(column), *is = wanted.column(column);
    return was && is && was->type != is->type && !(can_reference(type, was->type) && can_reference(type, is->type));
  };
  for (const auto& column : row_key(live))
    if (becomes_another(column, live.column(column)->type))
      return fmt::format("its rows are followed by '{}', whose two types are not compared by one index",
                         grammar::escaped(column));
  for (const auto* table : {&live, &wanted}) {
    if (!model::parents_of(*table).empty()) return "it inherits from another table";
    if (is_deferrable(*table)) return "one of its keys is checked late, and the copy's would be checked row by row";
    for (const auto& column : table->columns)
      if (column.identity && column.identity_options.starts_with("sequence name "))
        return fmt::format("'{}' is counted by a sequence with a name of its own", grammar::escaped(column.name));
    const auto itself = std::ranges::find(table->foreign_keys, table->path(), &model::ForeignKey::table);
    if (itself != table->foreign_keys.end() && !adds_unproven(*table, major))
      return fmt::format("'{}' references its own table, and is not added unproven to a partitioned one before 18",
                         grammar::escaped(itself->name));
    if (itself != table->foreign_keys.end()) {
      const auto referenced = referenced_by(*itself, *table);
      for (std::size_t i = 0; i < referenced.size() && i < itself->columns.size(); ++i) {
        const auto *from = table->column(itself->columns[i]), *to = table->column(referenced[i]);
        if (from && to && !can_reference(from->type, to->type))
          return fmt::format("'{}' could not reference '{}' any more", grammar::escaped(from->name),
                             grammar::escaped(to->name));
      }
    }
    if (auto why = partition_hindrance(*table, database); !why.empty()) return why;
  }
  for (const auto& other : database.tables) {
    const auto parents = model::parents_of(other);
    if (std::ranges::find(parents, live.path()) != parents.end())
      return fmt::format("'{}' inherits from it", grammar::escaped(other.path()));
    const auto key = std::ranges::find(other.foreign_keys, live.path(), &model::ForeignKey::table);
    if (other.path() == live.path() || key == other.foreign_keys.end()) continue;
    const auto referenced = referenced_by(*key, live);
    if (!is_key(referenced, wanted))
      return fmt::format("'{}' of '{}' references {}, which would be no key any more", grammar::escaped(key->name),
                         grammar::escaped(other.path()), listed(referenced));
    for (std::size_t i = 0; i < referenced.size() && i < key->columns.size(); ++i)
      if (const auto* from = other.column(key->columns[i]); from && becomes_another(referenced[i], from->type))
        return fmt::format("'{}' of '{}' references '{}', and cannot reference both types", grammar::escaped(key->name),
                           grammar::escaped(other.path()), grammar::escaped(referenced[i]));
  }
  for (const auto& [view, function] : readers_of(database, live.path()))
    if (view && view->materialized)
      return fmt::format("the materialized view '{}' reads it, and would be filled while nobody can read the table",
                         grammar::escaped(view->path()));
  if (const auto* publication = publication_of(database, live))
    return fmt::format("{} names it, and would stay with the table that leaves",
                       grammar::escaped(publication->label()));
  for (const auto& object : database.objects)
    if (object.type == "sequence owner" && std::ranges::find(object.after, live.path()) != object.after.end())
      return fmt::format("a sequence that is declared by itself belongs to it ({})", grammar::escaped(object.label()));
  return {};
}

TableCopy::TableCopy(const Lowering& lowering, const Table& live, const Table& wanted, std::string purpose,
                     plan::Pace pace, std::vector<Conversion> conversions)
    : lowering_(lowering),
      live_(live),
      wanted_(wanted),
      purpose_(std::move(purpose)),
      pace_(pace),
      conversions_(std::move(conversions)),
      schema_(own_name(purpose_, lowering.serves(live.path()))),
      shadow_(shadow_of(wanted, schema_, lowering.major())) {}

std::string TableCopy::name() const { return full(shadow_); }

std::string TableCopy::words(const std::string& what) const {
  return fmt::format("rebuild {}: {}", live_.path(), what);
}

/// What is computed is computed there too.
std::vector<std::string> TableCopy::columns() const {
  std::vector<std::string> names;
  for (const auto& column : shadow_.columns)
    if (!column.generated) names.push_back(column.name);
  return names;
}

std::string TableCopy::value_of(const std::string& column, std::string_view row) const {
  const auto found = std::ranges::find(conversions_, column, &Conversion::column);
  const auto value = found == conversions_.end() ? quoted(column) : found->value;
  return row.empty() ? value : over_row(row, value, live_);
}

std::string TableCopy::values() const {
  std::vector<std::string> list;
  for (const auto& one : columns()) {
    const auto name = quoted(one), value = value_of(one, "");
    list.push_back(value == name ? name : value + " as " + name);
  }
  return joined(list, ", ");
}

/// A row of the one may not fit the other.
bool TableCopy::is_stricter() const {
  return !conversions_.empty() || live_.primary_key != wanted_.primary_key || live_.uniques != wanted_.uniques ||
         live_.exclusions != wanted_.exclusions || live_.partitioned != wanted_.partitioned;
}

Pairs TableCopy::build() const {
  Pairs pairs;
  pairs.push_back(created());
  if (wanted_.partitioned) pairs.push_back(fits());
  pairs.push_back(followed());
  pairs.push_back(copied());
  if (!wanted_.partitioned)
    for (const auto& index : wanted_.indexes) pairs.push_back(built(index));
  pairs.push_back(analysed());
  pairs.push_back(proven());
  return pairs;
}

StepPair TableCopy::looked(plan::Step step) const {
  return pair_of(std::move(step), exact(), brief(object(), "nothing to take back: it only looked", {}));
}

StepPair TableCopy::created() const {
  std::vector<std::string> statements{"create schema " + schema_};
  append(statements, create_table(shadow_, lowering_.before));
  auto step = brief(object(), words("a " + purpose_ + " table beside it, empty"), std::move(statements));
  read_in_public(step);
  step.post.push_back(relation_is("table", name(), "'r', 'p'"));
  for (const auto& [column, value] : conversions_)
    if (auto fits = every_row_becomes(live_, column, value, live_.column(column)->type, wanted_.column(column)->type))
      step.pre.push_back(std::move(*fits));
  for (const auto& key : shadow_.foreign_keys)
    add_lock(step, lowering_, "create_table_with_fk", "p", "table " + key.table);
  auto reverse = brief(object(), words("drop the " + purpose_ + " table beside it"),
                       {"drop table if exists " + name(), "drop schema if exists " + schema_});
  add_lock(reverse, "table " + shadow_.path(), "access exclusive", "catalog");
  for (const auto& key : shadow_.foreign_keys)
    add_lock(reverse, lowering_, "drop_table_with_fk", "p", "table " + key.table);
  return pair_of(std::move(step), exact(), std::move(reverse));
}

/// Asked before any writer could notice. The bounds are put in words by the server.
StepPair TableCopy::fits() const {
  const auto inside = [](const std::string& text) {
    std::string out;
    for (const char c : text) out.append(c == '\'' || c == '%' ? 2 : 1, c);
    return out;
  };
  const auto rows =
      conversions_.empty() ? full(live_) : inside(fmt::format("(select {} from {}) as c", values(), full(live_)));
  auto step = lengthy(
      object(), words("every row has a partition to go to"),
      {fmt::format(
          "do $dmc$ declare fits text; lost boolean; begin\n"
          "  select string_agg('(' || coalesce(pg_catalog.pg_get_partition_constraintdef(relid), 'true') || ')', ' or "
          "') into fits from pg_catalog.pg_partition_tree({}) where isleaf and level > 0;\n"
          "  execute format('select exists (select from {} where (%s) is not true)', coalesce(fits, 'false')) into "
          "lost;\n"
          "  if lost then raise exception 'a row of {} fits no partition: add a default one, or move the row' using "
          "errcode = 'check_violation'; end if;\n"
          "end $dmc$",
          text_literal(name()), rows, live_.path())});
  read_in_public(step);
  add_lock(step, object(), "access share", "scan");
  return looked(std::move(step));
}

std::vector<std::string> TableCopy::follow() const {
  const auto names = columns();
  std::vector<std::string> values, sets, key;
  for (const auto& one : names) {
    values.push_back(value_of(one, "new"));
    sets.push_back(fmt::format("{} = {}", quoted(one), values.back()));
  }
  for (const auto& one : row_key(live_)) key.push_back(fmt::format("{0} = old.{0}", quoted(one)));
  const auto where = joined(key, " and ");
  const auto function = schema_ + ".follow";
  std::string body = fmt::format(
      "if tg_op = 'TRUNCATE' then {5}; return null; end if; if tg_op = 'DELETE' then delete from {0} where "
      "{1}; return null; end if; if tg_op = 'UPDATE' then update {0} set {2} where {1}; if found then return null; end "
      "if; end if; insert into {0} ({3}) overriding system value values ({4}) on conflict do nothing;",
      name(), where, joined(sets, ", "), quoted_list(names), joined(values, ", "), emptied());
  std::vector<std::string> statements;
  // A row that only the table in use can hold stops no writer: its key is noted, and asked for when the copy takes the
  // place of the table.
  if (is_stricter()) {
    std::vector<std::string> written;
    for (const auto& one : row_key(live_)) written.push_back("new." + quoted(one));
    const auto note = fmt::format("insert into {} values ({}) on conflict do nothing", missed(), joined(written, ", "));
    body += fmt::format(
        " if not found then {0}; end if; return null; exception when unique_violation or exclusion_violation or "
        "check_violation{1} then if tg_op = 'UPDATE' then delete from {2} where {3}; end if; {0}; return null;",
        note, conversions_.empty() ? "" : " or not_null_violation or data_exception", name(), where);
    const auto list = quoted_list(row_key(live_));
    statements = {fmt::format("create table {} as select {} from {} with no data", missed(), list, full(live_)),
                  fmt::format("alter table {} add primary key ({})", missed(), list)};
  } else {
    body += " return null;";
  }
  append(statements,
         {fmt::format("create function {}() returns trigger language plpgsql security definer set search_path = public "
                      "as $dmc$ begin {} end $dmc$",
                      function, body),
          fmt::format("create trigger {} after insert or update or delete on {} for each row execute function {}()",
                      schema_, full(live_), function)});
  for (const auto& table : truncated_apart())
    statements.push_back(fmt::format(
        "create trigger {}_t after truncate on {} for each statement execute function {}()", schema_, table, function));
  return statements;
}

/// What a program can empty at once: the table, and each of its partitions.
std::vector<std::string> TableCopy::truncated_apart() const {
  std::vector<std::string> tables{full(live_)};
  if (live_.partitioned)
    each_partition(*live_.partitioned, [&](const model::Partition& partition) { tables.push_back(full(partition)); });
  return tables;
}

/// Rows of a partition that was emptied are those that are there no more.
std::string TableCopy::emptied() const {
  const auto all = "truncate " + name();
  if (!live_.partitioned) return all;
  std::vector<std::string> same;
  for (const auto& one : row_key(live_)) same.push_back(fmt::format("l.{0} = c.{0}", quoted(one)));
  return fmt::format(
      "if tg_relid = {} then {}; else delete from {} c where not exists (select from {} l where {}); "
      "end if",
      oid_of(full(live_)), all, name(), full(live_), joined(same, " and "));
}

/// Keys of rows that were written to the table in use and did not fit the copy then.
std::string TableCopy::missed() const { return schema_ + "._dmc_missed"; }

std::vector<std::string> TableCopy::locked_with_every_row() const {
  if (!is_stricter()) return locked_whole(live_);
  std::vector<std::string> statements{"lock table " + full(live_) + " in access exclusive mode"};
  const auto key = row_key(live_);
  std::vector<std::string> here, there;
  for (const auto& one : key) {
    here.push_back(fmt::format("a.{0} = m.{0}", quoted(one)));
    there.push_back(fmt::format("b.{0} = m.{0}", quoted(one)));
  }
  const auto [left, right] = compared();
  const auto says = fmt::format(
      "a row of {} that was written meanwhile does not fit the table that takes its place: its key is in {}; change "
      "the row or delete it, and run again",
      live_.path(), missed());
  statements.push_back(fmt::format(
      "do $dmc$ begin if exists (select from {0} m join {1} a on {2} left join {3} b on {4} where case when b.{5} is "
      "null then true else row({6})::record operator(pg_catalog.*<>) row({7})::record end) then raise exception using "
      "errcode = 'check_violation', message = {8}; end if; end $dmc$",
      missed(), full(live_), joined(here, " and "), name(), joined(there, " and "), quoted(key.front()), left, right,
      text_literal(says)));
  return statements;
}

std::vector<std::string> TableCopy::follow_no_longer() const {
  std::vector<std::string> statements{fmt::format("drop trigger if exists {} on {}", schema_, full(live_))};
  for (const auto& table : truncated_apart())
    statements.push_back(fmt::format("drop trigger if exists {}_t on {}", schema_, table));
  statements.push_back(fmt::format("drop function if exists {}.follow()", schema_));
  if (is_stricter()) statements.push_back("drop table if exists " + missed());
  return statements;
}

void TableCopy::claim_no_longer(plan::Step& step) const {
  if (is_stricter()) add_lock(step, "table " + missed(), "access exclusive", "catalog");
}

StepPair TableCopy::followed() const {
  auto step = brief(object(), words("the " + purpose_ + " table gets what is written from now on"), follow());
  add_lock(step, lowering_, "create_trigger", object());
  auto undone = locked_whole(live_);
  append(undone, follow_no_longer());
  auto reverse = brief(object(), words("it gets nothing any more"), std::move(undone));
  add_lock(reverse, lowering_, "drop_trigger", object());
  claim_no_longer(reverse);
  return pair_of(std::move(step), exact(), std::move(reverse));
}

StepPair TableCopy::copied() const {
  const Keyset keys{full(live_), row_key(live_), ""};
  const auto list = quoted_list(columns()), values = this->values();
  auto action = keys.backfill(live_.path(), pace_);
  const auto copy = [&](const std::string& rows) {
    return fmt::format(
        "insert into {} ({}) overriding system value select {} from {} where {} for share on "
        "conflict do nothing",
        name(), list, values, full(live_), rows);
  };
  action.change_first = copy(keys.first_rows());
  action.change_next = copy(keys.next_rows());
  auto step = lengthy(object(), words("bring the rows over"), {});
  step.action = std::move(action);
  read_in_public(step);
  add_lock(step, object(), "row share", "rows");
  return pair_of(std::move(step), exact(), brief(object(), words("nothing to empty: the table goes"), {}));
}

StepPair TableCopy::built(const model::Index& index) const {
  auto pair = build_pair(lowering_, object(), index, schema_, name(), index.name,
                         words(fmt::format("build index {} on the {} table", index.name, purpose_)));
  for (auto* step : {&pair.forward, &*pair.reverse})
    for (auto& lock : step->locks) lock.object = "table " + shadow_.path();
  return pair;
}

/// Without statistics the first queries on it would be planned blindly.
StepPair TableCopy::analysed() const {
  auto step = lengthy(object(), words("analyse the " + purpose_ + " table"), {"analyze " + name()});
  add_lock(step, "table " + shadow_.path(), "share update exclusive", "scan");
  return pair_of(std::move(step), exact(), brief(object(), "nothing to take back", {}));
}

/// The values of a row `a` of the table in use as the copy has them, and those of a row `b` of the copy.
std::pair<std::string, std::string> TableCopy::compared() const {
  std::vector<std::string> left, right;
  for (const auto& one : columns()) {
    left.push_back(value_of(one, "a"));
    right.push_back("b." + quoted(one));
  }
  return {joined(left, ", "), joined(right, ", ")};
}

plan::QueryCheck TableCopy::equal() const {
  const auto key = row_key(live_);
  std::vector<std::string> joins;
  for (const auto& one : key) joins.push_back(fmt::format("a.{0} = b.{0}", quoted(one)));
  const auto [left, right] = compared();
  const auto first = quoted(key.front());
  return no_rows(
      fmt::format("both tables {} hold the same rows", live_.path()),
      fmt::format("select 1 from {} a full join {} b on {} where a.{} is null or b.{} is null or "
                  "row({})::record operator(pg_catalog.*<>) row({})::record limit 1",
                  full(live_), name(), joined(joins, " and "), first, first, left, right),
      "a row does not fit the other table: two rows that its key or its exclusion does not let in side by side, or a "
      "row without a partition");
}

StepPair TableCopy::proven() const {
  auto step = brief(object(), words("the two tables are equal"), {});
  step.timeouts.statement_ms.reset();
  step.action = plan::Verify{equal()};
  read_in_public(step);
  return looked(std::move(step));
}

std::vector<std::string> TableCopy::move_out() const {
  std::vector<std::string> statements{"create schema " + schema_};
  const auto move = [&](const std::string& from) {
    statements.push_back(fmt::format("alter table {} set schema {}", from, schema_));
  };
  move(full(wanted_));
  if (wanted_.partitioned)
    each_partition(*wanted_.partitioned, [&](const model::Partition& partition) { move(full(partition)); });
  return statements;
}

std::vector<std::string> TableCopy::move_in() const {
  std::vector<std::string> statements;
  const auto move = [&](const std::string& one, const std::string& schema) {
    statements.push_back(fmt::format("alter table {} set schema {}", full(schema_, one),
                                     schema.empty() ? std::string("public") : quoted(schema)));
  };
  move(wanted_.name, wanted_.schema);
  if (wanted_.partitioned)
    each_partition(*wanted_.partitioned,
                   [&](const model::Partition& partition) { move(partition.name, partition.schema); });
  statements.push_back("drop schema " + schema_);
  return statements;
}

std::vector<model::ForeignKey> TableCopy::late_keys() const {
  return adds_unproven(wanted_, lowering_.major()) ? wanted_.foreign_keys : std::vector<model::ForeignKey>();
}

}  // namespace dmc::dialects::postgres
