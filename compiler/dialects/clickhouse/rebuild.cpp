// Which rows the view takes and which the copy takes is written into the rows themselves. The table gets a materialized
// column, the mark, that its inserts fill without knowing it: 0 at first, written into every part that is there; then a
// view into the new table takes rows whose mark is 1, and only then the mark of what is inserted becomes 1. An insert
// reads the mark and looks for views in that order, so a row is marked 1 exactly when the view takes it, and every
// other row is copied, because it is marked 0. The mark becomes 2 before the tables change places: from then on the
// view takes nothing, both sides come to rest, and are compared exactly while inserts go on; what is marked 2 is
// brought over behind the exchange, without setting off any view. An insert that found the old table before the
// exchange writes into it whenever it wants to: it is marked 2, and is waited for. Inserts into the new table are
// marked 3, and are what the way back brings over in the same manner.
//
// So no row of the table is lost or doubled, whatever is inserted meanwhile, and whenever the runner dies. What is not
// promised: readers miss the rows of the last moments between the exchange and the step behind it; and a materialized
// view on the table may miss a row whose insert found the old table in the instant of the exchange and looked for views
// behind it, because the server takes these as one by no lock.
//
// The old table and the mark stay until a purge: as long as they are there, the way back is exact.
#include "compiler/dialects/clickhouse/rebuild.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/artifact.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"
#include "compiler/dialects/clickhouse/type_change.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Column;
using model::Table;

constexpr std::int64_t inserts_deadline_ms = 3'600'000;

bool is_ordinary(const Column& column) { return !column.generated && !column.ephemeral; }

/// What of the change can be done where the table stands, so that the copy only stores it otherwise. A key column that
/// changes does so in the copy, and all else with it.
Table middle_of(const change::AlterTable& alter) {
  const bool of_key =
      std::ranges::any_of(alter.moves,
                          [&](const auto& move) { return !move.from.empty() && is_in_key(alter.before, move.from); }) ||
      std::ranges::any_of(alter.losses, [&](const auto& loss) { return is_in_key(alter.before, loss.column); });
  if (of_key) return alter.before;
  Table middle = alter.after;
  middle.storage = alter.before.storage;
  middle.settings = alter.before.settings;
  middle.cluster = alter.before.cluster;
  return middle;
}

class Rebuild {
 public:
  Rebuild(const Lowering& lowering, const change::AlterTable& alter, Table middle)
      : lowering_(lowering), alter_(alter), old_(std::move(middle)), new_(alter.after) {
    mark_ = own("mark"), beside_ = own("new"), copy_ = own("copy"), view_ = own("sync");
    for (auto* table : {&old_, &new_}) table->name = alter.after.name;
  }

  Pairs run() {
    make();
    mark_rows();
    capture();
    copy();
    come_to_rest();
    exchange();
    bring_over();
    // All others were compared before the exchange, and both sides have kept them as they were.
    const auto at_last = fmt::format("{} = 2", quoted(mark_));
    pairs_.push_back(only_forward(verify(same(all_of(beside_, at_last), all_of(name(), at_last),
                                              fmt::format("{} holds every row that was inserted at last", name())))));
    pairs_.push_back(only_forward(verify(as_many(beside_, "1", name(), fmt::format("{} < 3", quoted(mark_)),
                                                 fmt::format("{} holds as many rows as the old table", name())))));
    return std::move(pairs_);
  }

 private:
  const std::string& name() const { return new_.name; }
  std::string object() const { return "table " + name(); }
  std::string words(const std::string& what) const { return fmt::format("rebuild {}: {}", name(), what); }
  std::string own(std::string_view purpose) const { return own_name(purpose, lowering_.serves(alter_.after.name)); }
  plan::Step idle(const std::string& what) const { return nothing(object(), words(what)); }
  StepPair only_forward(plan::Step step) const {
    return pair_of(std::move(step), exact(), idle("nothing to take back: it only looked"));
  }
  StepPair only_back(plan::Step step) const {
    auto there = idle("on the way back only: " + step.summary.substr(words("").size()));
    return pair_of(std::move(there), exact(), std::move(step));
  }

  // Columns that both have, and how the one's values are read from the other.

  using Carried = std::pair<std::string, std::string>;
  std::vector<Carried> carried(bool back) const {
    std::vector<Carried> list;
    for (const auto& column : new_.columns) {
      if (!is_ordinary(column)) continue;
      const auto move = std::ranges::find(alter_.moves, column.name, &change::ColumnMove::to);
      const bool moved = move != alter_.moves.end() && old_.column(column.name) == nullptr;
      const auto from = moved ? move->from : column.name;
      const auto* was = old_.column(from);
      if (!was || !is_ordinary(*was)) continue;
      const bool other_type = was->type != column.type;
      std::string value = quoted(back ? column.name : from);
      if (!back && other_type && move != alter_.moves.end() && move->using_expression)
        value = in_parentheses(move->using_expression->text);
      else if (back && other_type && move != alter_.moves.end() && move->undo)
        value = in_parentheses(move->undo->text);
      else if (other_type)
        value = fmt::format("cast({}, {})", value, text_literal(back ? was->type : column.type));
      list.emplace_back(back ? from : column.name, std::move(value));
    }
    return list;
  }

  std::string insert(const std::string& into, const std::string& from, const std::string& where, bool back,
                     const std::string& more_columns = {}, const std::string& more_values = {}) const {
    std::vector<std::string> columns, values;
    for (const auto& [column, value] : carried(back)) {
      columns.push_back(quoted(column));
      values.push_back(value);
    }
    return fmt::format("INSERT INTO {} ({}{}) SELECT {}{} FROM {} WHERE {}", quoted(into), joined(columns, ", "),
                       more_columns, joined(values, ", "), more_values, quoted(from), where);
  }

  /// What rows of `table` come to, as they are read by the other one.
  /// `old_side`: the table is stored as before.
  std::string rows_of(const std::string& table, const std::string& where, bool old_side) const {
    std::vector<std::string> values;
    Table as;
    for (const auto& [column, value] : carried(false)) {
      values.push_back(old_side ? fmt::format("{} as {}", value, quoted(column)) : quoted(column));
      as.columns.push_back(*new_.column(column));
    }
    return fmt::format("select count() as _dmc_n, sum({}) as _dmc_s from (select {} from {} where {})", row_hash(as),
                       joined(values, ", "), quoted(table), where);
  }
  std::string all_of(const std::string& table, const std::string& where) const {
    return rows_of(table, where, table == beside_ ? exchanged_ : !exchanged_);
  }
  static plan::QueryCheck same(const std::string& one, const std::string& other, const std::string& means) {
    return {means, fmt::format("select uniqExact(_dmc_n, _dmc_s) from ({} union all {})", one, other),
            plan::Comparison::equal, "1", ""};
  }
  plan::Step verify(plan::QueryCheck check) const {
    plan::Step step;
    step.object = object();
    step.summary = words(check.means);
    step.action = plan::Verify{std::move(check), true};
    return step;
  }

  Column mark(const std::string& expression, bool computed) const {
    Column column;
    column.name = mark_;
    column.type = "UInt8";
    column.not_null = true;
    if (computed)
      column.generated = model::Generated{{expression}, true};
    else
      column.default_value = model::Sql{expression};
    return column;
  }

  /// A table with the mark, under a name of ours. Replicas of it meet where its own do not.
  static Table apart(Table table, Column mark) {
    table.columns.push_back(std::move(mark));
    return table;
  }

  plan::Step create(const Table& table, const std::string& as, const std::string& what) const {
    auto step = once(object(), words(what), create_table(table, as));
    step.pre.push_back(name_is_free("table", as));
    step.post.push_back(relation_is("table", as));
    return step;
  }
  plan::Step drop(const std::string& table, const std::string& what) const {
    auto step = once(object(), words(what), "DROP TABLE " + quoted(table));
    step.pre.push_back(relation_is("table", table));
    step.post.push_back(relation_is_gone("table", table));
    return step;
  }

  Table called(const Table& table, const std::string& other) const {
    Table renamed = table;
    renamed.name = other;
    return renamed;
  }

  /// What is inserted into the table is marked so from then on.
  plan::Step mark_inserts(const std::string& table, const std::string& value, const std::string& what) const {
    auto step = again(object(), words(what), alter(lowering_, called(old_, table), modify_words(mark(value, true))));
    step.pre.push_back(column_is(table, mark_));
    step.post.push_back(column_is(table, mark_));
    return step;
  }

  /// Waits for inserts that began before the table's definition was last changed. An insert that goes on belongs to
  /// whatever it found when it began.
  plan::Step inserts_end(const std::string& table, const std::string& what) const {
    plan::Wait wait;
    wait.until =
        no_rows(fmt::format("no insert is under way that began before the last change of {}", table),
                fmt::format("select 1 from system.processes where positionCaseInsensitive(query, 'insert') > 0 and "
                            "position(query, 'system.processes') = 0 and toUnixTimestamp(now()) - elapsed <= (select "
                            "toUnixTimestamp(metadata_modification_time) + 1 from system.tables where database = "
                            "currentDatabase() and name = {}) limit 1",
                            text_literal(table)));
    wait.deadline_ms = inserts_deadline_ms;
    plan::Step step;
    step.action = std::move(wait);
    step.object = object();
    step.summary = words(what);
    step.exactly_once_by = plan::ExactlyOnce::repeat;
    step.timeouts.lock_ms = 0;
    return step;
  }

  /// A column that no key names, for servers that write a computed column only along with what it is computed of.
  const Column* unkeyed() const {
    const auto found = std::ranges::find_if(
        old_.columns, [&](const Column& column) { return is_ordinary(column) && !is_in_key(old_, column.name); });
    return found == old_.columns.end() ? nullptr : &*found;
  }

  void make() {
    auto forward = create(apart(new_, mark("1", true)), beside_, "the new table beside it, empty");
    forward.leftovers.push_back(leftover(beside_, "purge"));
    pairs_.push_back(pair_of(std::move(forward), exact(), drop(beside_, "drop the new table beside it")));
  }

  void mark_rows() {
    const bool alone = lowering_.oldest() >= materialize_column;
    const auto* other = unkeyed();
    const std::string zero = alone || !other ? "0" : fmt::format("toUInt8(ignore({}))", quoted(other->name));
    auto add = once(object(), words("a mark for every row"),
                    alter(lowering_, old_, "ADD COLUMN " + column_definition(mark(zero, true))));
    add.pre.push_back(column_is_gone(name(), mark_));
    add.post.push_back(column_is(name(), mark_));
    plan::Leftover left;
    left.name = mark_;
    left.kind = "column";
    left.detect = column_is(name(), mark_).query;
    left.cleanup = {fmt::format("ALTER TABLE {} DROP COLUMN {}", quoted(name()), quoted(mark_))};
    left.release = "purge";
    add.leftovers.push_back(std::move(left));
    auto drop_mark =
        once(object(), words("take the mark away"), mutate(lowering_, old_, "DROP COLUMN " + quoted(mark_)));
    drop_mark.pre.push_back(column_is(name(), mark_));
    drop_mark.post.push_back(column_is_gone(name(), mark_));
    pairs_.push_back(pair_of(std::move(add), exact(), std::move(drop_mark)));
    pairs_.push_back(only_forward(inserts_end(name(), "wait for inserts that began without the mark")));
    const auto action = alone ? "MATERIALIZE COLUMN " + quoted(mark_)
                              : fmt::format("UPDATE {0} = {0} WHERE 1", quoted(other ? other->name : mark_));
    auto write = again(object(), words("write the mark into every part"), mutate(lowering_, old_, action), "rows");
    write.pre.push_back(nothing_under_way(name()));
    pairs_.push_back(
        pair_of(std::move(write), exact(), mutations_end(lowering_, old_, words("wait until the mark is written"))));
    pairs_.push_back(waited(lowering_, old_, words("wait until every part has the mark")));
  }

  void capture() {
    std::vector<std::string> values;
    const auto list = carried(false);
    for (const auto& [column, value] : list) values.push_back(fmt::format("{} AS {}", value, quoted(column)));
    // Before, a view had to bring every column itself.
    if (lowering_.oldest() < views_fill_defaults) {
      values.push_back(quoted(mark_));  // 1; under an alias the condition would be read as one
      for (const auto& column : new_.columns) {
        const auto* value = column.default_value                           ? &*column.default_value
                            : column.generated && column.generated->stored ? &column.generated->expression
                                                                           : nullptr;
        if (value && std::ranges::find(list, column.name, &Carried::first) == list.end())
          values.push_back(fmt::format("cast({}, {}) AS {}", in_parentheses(value->text), text_literal(column.type),
                                       quoted(column.name)));
      }
    }
    auto view = once(object(), words("a view that takes marked rows into the new table"),
                     fmt::format("CREATE MATERIALIZED VIEW {} TO {} AS SELECT {} FROM {} WHERE {} = 1", quoted(view_),
                                 quoted(beside_), joined(values, ", "), quoted(name()), quoted(mark_)));
    view.pre.push_back(name_is_free("view", view_));
    view.post.push_back(relation_is("view", view_));
    sync_ = view;
    pairs_.push_back(pair_of(std::move(view), exact(), drop(view_, "drop the view into the new table")));
    auto on = mark_inserts(name(), "1", "the view takes what is inserted from now on");
    on.pre.push_back(no_rows(
        fmt::format("every part of {} has the mark", name()),
        // One question to one table: parts come and go between two.
        fmt::format(
            "select name from system.parts_columns where database = currentDatabase() and table = {} and active "
            "group by name having countIf(column = {}) = 0 limit 1",
            text_literal(name()), text_literal(mark_)),
        "an insert that began without it has ended late: undo, and run it again"));
    pairs_.push_back(pair_of(std::move(on), exact(),
                             mark_inserts(name(), "0", "the view takes nothing of what is inserted from now on")));
    pairs_.push_back(only_forward(inserts_end(name(), "wait for inserts that the view does not take")));
  }

  /// Every row of one partition lands in the partition of that id: nothing that it is made of is computed anew.
  bool same_partitions() const {
    return old_.storage->partition_by == new_.storage->partition_by &&
           std::ranges::none_of(new_.columns, [&](const Column& column) { return column.generated.has_value(); }) &&
           std::ranges::all_of(carried(false), [](const auto& pair) { return pair.second == quoted(pair.first); });
  }

  /// Rows of `from` that meet `where`, into `copy`, which then becomes a part of `into`; there they are marked `value`.
  void bring(const std::string& copy_name, const std::string& from, const std::string& into, const std::string& where,
             const std::string& value, bool by_partition, bool back, const std::string& what) {
    const auto& like = back ? old_ : new_;
    const Column place = [] {
      Column column;
      column.name = "_dmc_partition";
      column.type = "String";
      column.not_null = true;
      return column;
    }();
    auto table = apart(like, mark(value, false));
    table.projections.clear();
    const bool labelled = by_partition && !same_partitions();
    if (labelled) table.columns.push_back(place);
    const auto one = fmt::format("_partition_id = '{}'", plan::ForEach::hole);
    std::vector<plan::Step> steps;
    steps.push_back(create(table, copy_name, fmt::format("a table for {}", what)));
    steps.back().leftovers.push_back(leftover(copy_name, "purge"));

    plan::ForEach fill;
    if (by_partition) {
      fill.what = "partition";
      fill.rows = partitions_of(from);
      fill.statements = {insert(copy_name, from, fmt::format("{} and {}", where, one), back,
                                labelled ? ", " + quoted(place.name) : "",
                                labelled ? fmt::format(", '{}'", plan::ForEach::hole) : "")};
      const auto there = labelled ? fmt::format("{} = '{}'", quoted(place.name), plan::ForEach::hole) : one;
      fill.settled = as_many(from, where + " and " + one, copy_name, there,
                             fmt::format("partition {} is copied", plan::ForEach::hole));
      fill.fresh = no_rows(fmt::format("nothing of partition {} is copied", plan::ForEach::hole),
                           fmt::format("select 1 from {} where {} limit 1", quoted(copy_name), there));
      fill.clean = {mutate(lowering_, called(new_, copy_name), "DELETE WHERE " + there)};
    } else {
      fill.what = "copy";
      // On the way back the table is only there where there is something to bring.
      fill.rows = fmt::format("select 'all' from system.tables where database = currentDatabase() and name = {}",
                              text_literal(copy_name));
      fill.statements = {"TRUNCATE TABLE " + quoted(copy_name), insert(copy_name, from, where, back)};
      fill.settled = as_many(from, where, copy_name, "1", what + " is copied");
    }
    steps.push_back(each(std::move(fill), fmt::format("copy {}", what), "rows"));
    if (!back) steps.back().post.push_back(as_many(from, where, copy_name, "1", what + " is copied"));

    if (labelled) {
      auto less = once(object(), words("the copy forgets where its rows came from"),
                       mutate(lowering_, called(new_, copy_name), "DROP COLUMN " + quoted(place.name)));
      less.pre.push_back(column_is(copy_name, place.name));
      less.post.push_back(column_is_gone(copy_name, place.name));
      steps.push_back(std::move(less));
      steps.push_back(
          mutations_end(lowering_, called(new_, copy_name), words("wait until every part has forgotten it")));
    }

    plan::ForEach join;
    join.what = "partition";
    join.rows = partitions_of(copy_name);
    join.statements = {fmt::format("ALTER TABLE {} ATTACH PARTITION ID '{}' FROM {}", quoted(into), plan::ForEach::hole,
                                   quoted(copy_name))};
    const auto in_mark = fmt::format("{} = {} and {}", quoted(mark_), value, one);
    join.settled = as_many(copy_name, one, into, in_mark,
                           fmt::format("partition {} of the copy is in {}", plan::ForEach::hole, into));
    join.fresh = no_rows(fmt::format("nothing of partition {} of the copy is in {}", plan::ForEach::hole, into),
                         fmt::format("select 1 from {} where {} limit 1", quoted(into), in_mark));
    join.clean = {mutate(lowering_, called(new_, into), "DELETE WHERE " + in_mark)};
    steps.push_back(each(std::move(join), fmt::format("take {} over into {}", what, into), "rows"));
    auto gone = drop(copy_name, fmt::format("drop the table for {}", what));
    if (back) {
      // What is done last on the way back stands first.
      steps.push_back(std::move(gone));
      for (auto step = steps.rbegin(); step != steps.rend(); ++step) pairs_.push_back(only_back(std::move(*step)));
      return;
    }
    pairs_.push_back(pair_of(std::move(steps.front()), exact(), std::move(gone)));
    for (auto step = steps.begin() + 1; step != steps.end(); ++step)
      pairs_.push_back(pair_of(std::move(*step), exact(), idle("nothing to take back: the tables go")));
  }

  plan::Step each(plan::ForEach action, const std::string& what, std::string work) const {
    plan::Step step;
    step.action = std::move(action);
    step.object = object();
    step.summary = words(what);
    step.exactly_once_by = plan::ExactlyOnce::repeat;
    step.locks.push_back({object(), "parts", std::move(work)});
    step.timeouts.lock_ms = 0;
    return step;
  }

  void copy() {
    bring(copy_, name(), beside_, fmt::format("{} = 0", quoted(mark_)), "0", true, false, "the rows that are there");
  }

  void come_to_rest() {
    pairs_.push_back(pair_of(mark_inserts(name(), "2", "the view takes nothing of what is inserted from now on"),
                             exact(), mark_inserts(name(), "1", "the view takes what is inserted from now on")));
    pairs_.push_back(only_forward(inserts_end(name(), "wait for inserts that the view still takes")));
    pairs_.push_back(
        only_forward(verify(same(all_of(name(), fmt::format("{} < 2", quoted(mark_))), all_of(beside_, "1"),
                                 fmt::format("the new table holds every row of {} so far", name())))));
    pairs_.push_back(pair_of(drop(view_, "drop the view into the new table"), exact(), sync_));
    pairs_.push_back(pair_of(mark_inserts(beside_, "3", "mark what will be inserted into the new table"), exact(),
                             idle("nothing to take back: the new table goes")));
    // The way back brings over what was inserted into the new table, and marks it as if it had been there.
    pairs_.push_back(only_back(verify_back()));
    bring(own("return"), beside_, name(), fmt::format("{} = 3", quoted(mark_)), "4", false, true,
          "what was inserted since");
    pairs_.push_back(only_back(inserts_end(beside_, "wait for inserts into the new table")));
    pairs_.push_back(only_back(mark_inserts(beside_, "3", "nothing new is marked in the new table")));
  }

  plan::Step verify_back() const {
    return verify(same(rows_of(beside_, fmt::format("{} = 3", quoted(mark_)), false),
                       rows_of(name(), fmt::format("{} = 4", quoted(mark_)), true),
                       fmt::format("{} holds every row that was inserted since", name())));
  }

  void exchange() {
    const auto swap = [&](const std::string& what, const std::string& before, const std::string& after) {
      const auto statement = lowering_.oldest() >= exchange_tables
                                 ? fmt::format("EXCHANGE TABLES {} AND {}", quoted(name()), quoted(beside_))
                                 : fmt::format("RENAME TABLE {0} TO {2}, {1} TO {0}, {2} TO {1}", quoted(name()),
                                               quoted(beside_), quoted(own("aside")));
      auto step = once(object(), words(what), statement);
      const auto marks = [&](const std::string& value) {
        return column_meets(fmt::format("inserts into {} are marked {}", name(), value), name(), mark_,
                            fmt::format("position(default_expression, '{}') > 0", value));
      };
      step.pre.push_back(relation_is("table", beside_));
      step.pre.push_back(marks(before));
      step.post.push_back(marks(after));
      return step;
    };
    auto forward = swap("the new table takes its place", "2", "3");
    add_hazard(forward, "rewrite.ch_key", name(), "ClickHouse cannot alter it in place: a copy takes its place",
               "the recipe");
    auto back = swap("the old table takes its place again", "3", "2");
    // What was written since must find room in the old table.
    for (const auto& column : new_.columns)
      if (const auto* was = old_.column(column.name); was && was->type != column.type)
        for (auto& check : fits(lowering_, name(), column.name, column.type, was->type))
          back.pre.push_back(std::move(check));
    pairs_.push_back(pair_of(std::move(forward), exact(), std::move(back)));
    pairs_.back().takes_effect = true;
    exchanged_ = true;
  }

  /// What was inserted into the old table after the view had stopped.
  void bring_over() {
    pairs_.push_back(pair_of(mark_inserts(beside_, "2", "nothing new is inserted into the old table"), exact(),
                             idle("nothing to take back: it marks as before")));
    pairs_.push_back(only_forward(inserts_end(beside_, "wait for inserts that found the old table")));
    bring(own("rest"), beside_, name(), fmt::format("{} = 2", quoted(mark_)), "2", false, false,
          "what was inserted at last");
  }

  const Lowering& lowering_;
  const change::AlterTable& alter_;
  Table old_;
  Table new_;
  std::string mark_, beside_, copy_, view_;
  plan::Step sync_;
  bool exchanged_ = false;
  Pairs pairs_;
};

}  // namespace

bool asks_for_copy(const change::AlterTable& alter) {
  const bool of_key = std::ranges::any_of(alter.moves, [&](const auto& move) {
    const auto* was = alter.before.column(move.from);
    const auto* is = alter.after.column(move.to);
    return was && is && is_in_key(alter.before, move.from) && (move.from != move.to || was->type != is->type);
  });
  return alter.rebuild || of_key || differ_in_fixed_settings(alter.before, alter.after) ||
         !alters_in_place(alter.before, alter.after);
}

Pairs lower_rebuild(const Lowering& lowering, const change::AlterTable& alter) {
  const auto middle = middle_of(alter);
  const change::AlterTable in_place{alter.before, middle,
                                    middle == alter.before ? std::vector<change::ColumnMove>{} : alter.moves,
                                    alter.losses, false};
  auto pairs = middle == alter.before ? Pairs{} : Alteration(lowering, in_place).run();
  for (auto& pair : pairs) pair.takes_effect = false;
  append(pairs, Rebuild(lowering, alter, middle).run());
  return pairs;
}

}  // namespace dmc::dialects::clickhouse
