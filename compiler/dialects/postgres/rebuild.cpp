// First everything is altered in place that can be; then the copy is made and takes its place in one transaction, from
// which on the old one follows it; then that is taken apart in the opposite order, so that the way back does it all
// again.
#include "compiler/dialects/postgres/rebuild.hpp"

#include <algorithm>
#include <initializer_list>
#include <ranges>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/beside.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/derived.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/pointing.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/readers.hpp"
#include "compiler/dialects/postgres/retype_by_copy.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/table_copy.hpp"
#include "compiler/dialects/postgres/type_change.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Table;

/// How rows are stored; other settings are set in place.
bool is_storage(const std::string& name) {
  return name == "unlogged" || name == "access_method" || name == "tablespace" || is_storage_parameter(name);
}

std::vector<model::Setting> storage_of(const Table& table) {
  std::vector<model::Setting> found;
  std::ranges::copy_if(table.settings, std::back_inserter(found),
                       [](const auto& setting) { return is_storage(setting.name); });
  return found;
}

bool same_partitioning(const Table& one, const Table& other) {
  if (one.partitioned.has_value() != other.partitioned.has_value()) return false;
  return !one.partitioned ||
         (one.partitioned->method == other.partitioned->method && one.partitioned->by == other.partitioned->by);
}

/// The columns that both have, in their order.
std::vector<std::string> common(const Table& table, const Table& other) {
  std::vector<std::string> names;
  for (const auto& column : table.columns)
    if (other.column(column.name)) names.push_back(column.name);
  return names;
}

/// Those of `list` whose columns are all still there.
template <class T>
std::vector<T> that_stand(std::vector<T> list, const Table& table) {
  std::erase_if(list, [&](const T& one) {
    return std::ranges::any_of(one.elements,
                               [&](const auto& element) { return element.column && !table.column(*element.column); });
  });
  return list;
}

/// A generated column depends on its table itself before 15.
std::string dependents(const Table& table, const std::vector<std::string>& views,
                       const std::vector<std::string>& triggers, const std::vector<std::string>& policies,
                       const std::vector<std::string>& children, const std::vector<std::string>& statistics) {
  const auto list = [](const std::vector<std::string>& names) {
    std::vector<std::string> literals;
    for (const auto& name : names) literals.push_back(text_literal(name));
    return "array[" + joined(literals, ", ") + "]::text[]";
  };
  const auto name = full(table);
  std::vector<std::string> sequences;
  for (const auto& column : table.columns)
    if (column.identity) sequences.push_back(full(table.schema, made_up_name(table.name, column.name, "seq")));
  return fmt::format(
      "select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) from pg_catalog.pg_depend d left join "
      "pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid left join "
      "pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = d.objid left join "
      "pg_catalog.pg_trigger t on d.classid = 'pg_catalog.pg_trigger'::regclass and t.oid = d.objid left join "
      "pg_catalog.pg_policy p on d.classid = 'pg_catalog.pg_policy'::regclass and p.oid = d.objid left join "
      "pg_catalog.pg_constraint f on d.classid = 'pg_catalog.pg_constraint'::regclass and f.oid = d.objid where "
      "((d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = {0}) or (d.refclassid = "
      "'pg_catalog.pg_type'::regclass and d.refobjid in (select y.oid from pg_catalog.pg_type y join "
      "pg_catalog.pg_type "
      "r on r.oid in (y.oid, y.typelem) where r.typrelid = {0}))) and d.deptype in ('n', 'a') and not case when c.oid "
      "is not null then c.oid = {0} or c.relkind in ('i', 'I', 't') or c.relispartition or c.oid = any (select "
      "pg_catalog.to_regclass(s) from unnest({1}) s) when w.oid is not null then w.ev_class = {0} or w.ev_class = any "
      "(select pg_catalog.to_regclass(s) from unnest({2}) s) when t.oid is not null then t.tgisinternal or "
      "{6} or t.tgname = any ({3}) when p.oid is not null then p.polname = any ({4}) when "
      "f.oid "
      "is not null then f.contype <> 'f' or f.conrelid = {0} or f.conparentid <> 0 or f.conrelid = any (select "
      "pg_catalog.to_regclass(s) from unnest({5}) s) else d.classid in ('pg_catalog.pg_attrdef'::regclass, "
      "'pg_catalog.pg_type'::regclass) or d.classid = 'pg_catalog.pg_statistic_ext'::regclass and exists (select from "
      "pg_catalog.pg_statistic_ext e where e.oid = d.objid and e.stxname = any ({7})) end limit 1",
      oid_of(name), list(sequences), list(views), list(triggers), list(policies), list(children),
      is_own_trigger_sql("t.tgname"), list(statistics));
}

class Rebuild {
 public:
  Rebuild(const Lowering& lowering, const change::AlterTable& alter, const Table& middle,
          const std::vector<RetypedByCopy>& retyped)
      : lowering_(lowering),
        after_(alter.after),
        middle_(middle),
        retyped_(retyped),
        new_(lowering, middle_, after_, "new", alter.pace, conversions(retyped, &RetypedByCopy::forth)),
        old_(lowering, after_, middle_, "old", alter.pace, conversions(retyped, &RetypedByCopy::back)),
        readers_(readers_of(lowering.before, alter.before.path())) {
    for (const auto& trigger : lowering.before.triggers)
      if (trigger.table == after_.path()) triggers_.push_back(&trigger);
    std::vector<std::string> hosts{"table " + after_.path()};
    for (const auto* trigger : triggers_) hosts.push_back("trigger " + trigger->path());
    for (const auto& [sequence, same] : sequences_along(after_, std::nullopt, after_.name))
      hosts.push_back("sequence " + (after_.schema.empty() ? sequence : after_.schema + "." + sequence));
    const auto bring = [&](std::initializer_list<std::string_view> types) {
      for (const auto& object : lowering.before.objects) {
        const auto lives_on = object.lives_on();
        if (std::ranges::find(types, std::string_view(object.type)) == types.end()) continue;
        if (!is_statistics_of(object, after_) && std::ranges::find_first_of(lives_on, hosts) == lives_on.end())
          continue;
        belongings_.push_back(&object);
        hosts.push_back(object.label());
      }
    };
    bring({"row policy", "rule", "statistics"});
    bring({"comment", "column options"});
    // Its own are late keys of the copy.
    pointing_ = pointing_at(lowering.before, after_);
    std::erase_if(pointing_, [&](const auto& one) { return one.child->path() == after_.path(); });
  }

  Pairs run() {
    Pairs pairs = new_.build();
    pairs.front().forward.pre.push_back(nothing_else());
    auto back = proofs(middle_, old_);
    // What the swap on the way back leaves unproven; the last of them is the first there.
    for (auto& step : std::views::reverse(back)) pairs.push_back(only_back(std::move(step)));
    if (has_statistics()) pairs.push_back(only_back(analysed()));
    pairs.push_back(swap());
    pairs.back().disturbs = children_of(pointing_, after_);
    for (auto& step : proofs(after_, new_))
      pairs.push_back(pair_of(std::move(step), exact(), brief(object(), "nothing to take back: it only looked", {})));
    if (has_statistics()) pairs.push_back(pair_of(analysed(), exact(), brief(object(), "nothing to take back", {})));
    // Until then a foreign key is not as it is declared.
    pairs.back().takes_effect = true;
    auto apart = old_.build();
    for (auto pair = apart.rbegin(); pair != apart.rend(); ++pair) {
      auto other = turned(std::move(*pair));
      if (const auto* sql = std::get_if<plan::RunSql>(&other.forward.action); sql && sql->statements.empty())
        other.forward.summary = other.reverse->summary + std::string(only_on_the_way_back);
      pairs.push_back(std::move(other));
    }
    return pairs;
  }

 private:
  std::string object() const { return "table " + after_.path(); }
  std::string words(const std::string& what) const { return fmt::format("rebuild {}: {}", after_.path(), what); }

  StepPair only_back(plan::Step step) const {
    step.reverse = plan::Reverse();
    auto forward = brief(object(), step.summary + std::string(only_on_the_way_back), {});
    return pair_of(std::move(forward), exact(), std::move(step));
  }

  bool has_statistics() const {
    return std::ranges::any_of(belongings_, [](const auto* one) { return one->type == "statistics"; });
  }
  /// Extended statistics are made anew with the table, and are empty until then.
  plan::Step analysed() const {
    auto step = lengthy(object(), words("analyse it for its statistics"), {"analyze " + full(after_)});
    add_lock(step, object(), "share update exclusive", "scan");
    return step;
  }

  /// Whatever the database holds on to by the table itself, and dmc does not bring along.
  plan::QueryCheck nothing_else() const {
    std::vector<std::string> views, triggers, policies, children, statistics;
    for (const auto& reader : readers_)
      if (reader.view) views.push_back(full(*reader.view));
    for (const auto* trigger : triggers_) triggers.push_back(trigger->name);
    for (const auto* one : belongings_)
      if (one->type == "row policy")
        policies.push_back(unquoted(bare_name_of(*one)));
      else if (one->type == "statistics")
        statistics.push_back(one->provides());
    for (const auto& [table, key] : pointing_) children.push_back(full(*table));
    return no_rows(fmt::format("nothing depends on {} that would not come along", after_.path()),
                   dependents(middle_, views, triggers, policies, children, statistics),
                   "what it names is not managed by dmc, or cannot point at another table: adopt it, or drop it first");
  }

  static std::vector<Conversion> conversions(const std::vector<RetypedByCopy>& retyped,
                                             Conversion RetypedByCopy::*way) {
    std::vector<Conversion> list;
    for (const auto& one : retyped) list.push_back(one.*way);
    return list;
  }

  static std::string_view bare_name_of(const model::Object& object) {
    std::string_view name = object.name;
    name.remove_prefix(object.type.size() + 1);
    return name.substr(0, name.rfind(" on "));
  }

  static std::string unquoted(std::string_view name) {
    const auto tokens = model::sql_tokens(name);
    return tokens.empty() ? std::string(name) : std::string(tokens.front().text);
  }

  /// Foreign keys that were added unproven, proven without making anybody wait.
  std::vector<plan::Step> proofs(const Table& table, const TableCopy& copy) const {
    std::vector<plan::Step> steps;
    const auto prove = [&](const std::string& on, const model::ForeignKey& key, const std::string& owner) {
      steps.push_back(prove_reference(
          lowering_, object(), words(fmt::format("prove foreign key {} of {}", key.name, owner)), on, owner, key));
    };
    for (const auto& key : copy.late_keys()) prove(full(table), key, table.path());
    for (const auto& one : pointing_)
      for (auto& step : prove_pointing(lowering_, object(), "rebuild " + after_.path(), one))
        steps.push_back(std::move(step));
    return steps;
  }

  std::vector<std::string> sequences(const Table& table) const {
    std::vector<std::string> names;
    for (const auto& column : table.columns)
      if (column.identity) names.push_back(full(table.schema, made_up_name(table.name, column.name, "seq")));
    return names;
  }

  /// `in` takes the place of the table in use, which leaves for the place of `out`.
  std::vector<std::string> change_places(const TableCopy& in, const TableCopy& out) const {
    const auto table = full(after_);
    const auto &coming = in.wanted(), &leaving = out.wanted();
    std::vector<std::string> statements, relations{table};
    append(relations, sequences(leaving));
    append(statements, take_away(readers_, relations));
    // In the order in which a reader locks: the view first, then what it reads.
    lock_children(pointing_, after_, statements);
    append(statements, in.locked_with_every_row());
    append(statements, in.follow_no_longer());
    for (const auto* trigger : triggers_) append(statements, drop_trigger(*trigger, lowering_.before));
    for (const auto* one : belongings_)
      if (one->type != "comment") append(statements, statements_in(one->drop.text));
    drop_references(pointing_, lowering_.before, statements);
    for (const auto& key : out.late_keys()) statements.push_back(drop_constraint(table, key.name));
    if (setting(leaving, "row_security"))
      append(statements, {"alter table " + table + " disable row level security",
                          "alter table " + table + " no force row level security"});
    counters(in, leaving, statements);
    append(statements, out.move_out());
    append(statements, in.move_in());
    settle(coming, statements);
    for (const auto& key : in.late_keys())
      statements.push_back(add_constraint(table, key.name, foreign_key_words(key, lowering_.before) + " not valid"));
    add_references(pointing_, lowering_.before, statements);
    for (const auto* trigger : triggers_) append(statements, trigger_statements(*trigger, lowering_.before));
    for (const auto* one : belongings_) append(statements, statements_in(one->create.text));
    append(statements, make_anew(readers_, lowering_.before, relations));
    append(statements, out.follow());
    return statements;
  }

  /// Every counter goes on where the other one stands.
  void counters(const TableCopy& in, const Table& leaving, std::vector<std::string>& statements) const {
    for (const auto& column : in.wanted().columns) {
      const auto* old = leaving.column(column.name);
      if (!column.identity || !old || !old->identity) continue;
      statements.push_back(fmt::format("select pg_catalog.setval({}, last_value, is_called) from {}",
                                       text_literal(full(in.schema(), made_up_name(after_.name, column.name, "seq"))),
                                       full(leaving.schema, made_up_name(leaving.name, column.name, "seq"))));
    }
    for (const auto& column : leaving.columns)
      if (column.identity == model::Identity::always)
        statements.push_back(
            fmt::format("alter table {} alter column {} set generated by default", full(leaving), quoted(column.name)));
  }

  /// What it is only in its place.
  static void settle(const Table& table, std::vector<std::string>& statements) {
    const auto alter = "alter table " + full(table) + " ";
    for (const auto& column : table.columns)
      if (column.identity == model::Identity::always)
        statements.push_back(alter + "alter column " + quoted(column.name) + " set generated always");
    if (const auto* security = setting(table, "row_security")) {
      statements.push_back(alter + "enable row level security");
      if (*security == "forced") statements.push_back(alter + "force row level security");
    }
    if (const auto* identity = setting(table, "replica_identity")) {
      std::string what = *identity;
      if (what.starts_with("index ")) what = "using index " + quoted(std::string_view(what).substr(6));
      statements.push_back(alter + "replica identity " + what);
    }
    if (const auto* index = setting(table, "cluster_on")) statements.push_back(cluster_on(full(table), index));
    for (const auto& index : table.indexes)
      if (index.comment) statements.push_back(comment_on("index", full(table.schema, index.name), index.comment));
  }

  StepPair swap() const {
    auto step = brief(object(), words("the new table takes its place"), change_places(new_, old_));
    auto reverse = brief(object(), words("the old table takes its place again"), change_places(old_, new_));
    reverse.pre.push_back(old_.equal());
    new_.claim_no_longer(step);
    old_.claim_no_longer(reverse);
    for (auto* one : {&step, &reverse}) {
      read_in_public(*one);
      add_lock(*one, object(), "access exclusive", "catalog");
      for (const auto& key : after_.foreign_keys)
        if (key.table != after_.path()) add_lock(*one, "table " + key.table, "access exclusive", "catalog");
      note_readers(*one, readers_, lowering_.before);
      note_children(*one, pointing_, after_);
    }
    std::vector<std::string> computed, written;
    for (const auto& one : retyped_) {
      add_hazard(step, "rewrite.type_change", after_.path() + "." + one.forth.column,
                 "rows are brought over in batches into a second table, which takes the place of the first",
                 "the recipe");
      if (one.computed) computed.push_back(one.forth.column);
      if (one.written) written.push_back(one.forth.column);
    }
    const auto grade = !computed.empty()
                           ? lossy(fmt::format("what {} was before it was computed anew", listed(computed)))
                       : !written.empty() ? plan::as_written(fmt::format("what {} was", listed(written)))
                                          : exact();
    return pair_of(std::move(step), grade, std::move(reverse));
  }

  const Lowering& lowering_;
  const Table& after_;
  const Table& middle_;
  const std::vector<RetypedByCopy>& retyped_;
  TableCopy new_, old_;
  Readers readers_;
  std::vector<const model::Trigger*> triggers_;
  std::vector<const model::Object*> belongings_;  ///< policies, rules, statistics and comments
  std::vector<Pointing> pointing_;
};

}  // namespace

bool asks_for_copy(const change::AlterTable& alter, const Table& now, const model::Database& database) {
  if (!alter.rebuild) return false;
  if (!retyped_by_copy(alter, now, database).empty()) return true;
  if (alter.before.partitioned != alter.after.partitioned || storage_of(alter.before) != storage_of(alter.after))
    return true;
  if (common(alter.before, alter.after) != common(alter.after, alter.before)) return true;
  auto same = alter.before;
  same.origin = alter.after.origin;
  return alter.moves.empty() && alter.losses.empty() && model::state_of(same) == model::state_of(alter.after);
}

bool storage_can_be_set(const change::AlterTable& alter) {
  return same_partitioning(alter.before, alter.after) && storage_of(alter.before) != storage_of(alter.after);
}

Table altered_in_place(const change::AlterTable& alter, const Table& now, const model::Database& database) {
  Table middle = alter.after;
  middle.settings = storage_of(now);
  for (const auto& one : alter.after.settings)
    if (!is_storage(one.name)) middle.settings.push_back(one);
  std::ranges::sort(middle.settings, {}, &model::Setting::name);
  // Rows find their partitions with the copy; a partition that a statement drops is gone before.
  middle.partitioned = now.partitioned;
  if (middle.partitioned)
    std::erase_if(middle.partitioned->partitions, [&](const auto& partition) {
      return std::ranges::find(alter.losses, partition.path(), &change::ColumnLoss::column) != alter.losses.end();
    });
  const bool key_stands = now.primary_key && that_stand(std::vector{*now.primary_key}, alter.after).size() == 1;
  middle.primary_key = key_stands ? now.primary_key : std::nullopt;
  middle.uniques = that_stand(now.uniques, alter.after);
  middle.exclusions = that_stand(now.exclusions, alter.after);
  middle.indexes = that_stand(now.indexes, alter.after);
  keep_types(middle, now, retyped_by_copy(alter, now, database));
  return middle;
}

Pairs lower_rebuild(const Lowering& lowering, const change::AlterTable& alter) {
  const auto now = Alteration(lowering, alter).now();
  const auto retyped = retyped_by_copy(alter, now, lowering.before);
  change::AlterTable in_place{alter.before, altered_in_place(alter, now, lowering.before), alter.moves, alter.losses,
                              false};
  auto pairs = Alteration(lowering, in_place).run();
  for (auto& pair : pairs) pair.takes_effect = false;
  for (auto& pair : Rebuild(lowering, alter, in_place.after, retyped).run()) pairs.push_back(std::move(pair));
  return pairs;
}

}  // namespace dmc::dialects::postgres
