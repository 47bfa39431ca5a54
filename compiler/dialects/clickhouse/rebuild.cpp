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
//
// Where the table is Replicated, the new one has a path of its own, and the hosts take every step together; none is
// begun while a replica cannot be asked. There is no view: 18.16 fails an insert that meets an alter between two of its
// parts, and what is stored of it by then no view has seen. Rows that are marked 1 are copied too, once inserts are
// marked 2. Every replica copies all rows into a table that only it knows, and one of them attaches its copy for all:
// whoever it is, nobody else is needed for that. A server leaves out a part whose bytes it has attached before, and
// fails over two that are the same; so the mark of a copied row also says of which attempt and of which block it is.
// Between the exchange on one host and that on the next both tables take rows, as on one host before and behind it.
//
// Where the new table leaves one row of several (Replacing, Collapsing), it would do so to what a view brings it too:
// rows come to it in copies that are plain, as parts, and a setting keeps it from merging any before all is compared.
#include "compiler/dialects/clickhouse/rebuild.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/engine_kinds.hpp"
#include "compiler/dialects/clickhouse/rebuilding.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"
#include "compiler/dialects/clickhouse/type_change.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Column;
using model::Table;

using Limits = std::vector<model::Setting>;

/// Parts are merged up to these sizes: at one byte, none. What is merged for its age asks for no size.
Limits without_merges(const Table& table) {
  Limits limits{{"max_bytes_to_merge_at_max_space_in_pool", "1"}, {"max_bytes_to_merge_at_min_space_in_pool", "1"}};
  const std::string by_age = "min_age_to_force_merge_seconds";
  if (std::ranges::find(table.settings, by_age, &model::Setting::name) != table.settings.end())
    limits.push_back({by_age, "0"});
  return limits;
}

/// Where nothing is merged every insert stays a part, and none may be kept waiting or refused for it.
const Limits for_inserts{{"parts_to_delay_insert", "1000000"}, {"parts_to_throw_insert", "1000000"}};
/// So many in a partition are no hindrance to inserts, whatever the server's version, and half of what is declared.
std::int64_t few_parts(const Table& table) {
  std::int64_t few = 140;
  for (const auto& limit : for_inserts) {
    const auto declared = std::ranges::find(table.settings, limit.name, &model::Setting::name);
    if (declared == table.settings.end()) continue;
    const auto most = std::strtoll(declared->value.c_str(), nullptr, 10);
    if (most > 0) few = std::min<std::int64_t>(few, std::max(most / 2, 2LL));
  }
  return few;
}

/// What of the change can be done where the table stands, so that the copy only stores it otherwise. A key column that
/// changes does so in the copy, and one whose values an expression makes, and all else with it.
Table middle_of(const change::AlterTable& alter) {
  const bool in_copy =
      std::ranges::any_of(alter.moves,
                          [&](const auto& move) {
                            return move.using_expression || (!move.from.empty() && is_in_key(alter.before, move.from));
                          }) ||
      std::ranges::any_of(alter.losses, [&](const auto& loss) { return is_in_key(alter.before, loss.column); });
  if (in_copy) return alter.before;
  Table middle = alter.after;
  middle.storage = alter.before.storage;
  middle.settings = alter.before.settings;
  middle.cluster = alter.before.cluster;
  return middle;
}

}  // namespace

Rebuild::Rebuild(const Lowering& lowering, const change::AlterTable& alter, Table middle)
    : lowering_(lowering), alter_(alter), old_(std::move(middle)), new_(alter.after) {
  mark_ = own("mark"), beside_ = own("new"), copy_ = own("copy"), view_ = own("sync");
  for (auto* table : {&old_, &new_}) table->name = alter.after.name;
}

Pairs Rebuild::run() {
  make();
  mark_rows();
  capture();
  copy();
  come_to_rest();
  exchange();
  bring_over();
  add_arrival({name(), beside_});
  // All others were compared before the exchange, and both sides have kept them as they were.
  const auto at_last = marked("= 2");
  add(only_forward(verify(same(all_of(beside_, at_last), all_of(name(), at_last),
                               fmt::format("{} holds every row that was inserted at last", name())))));
  add(only_forward(verify(
      as_many(beside_, "1", name(), marked("< 3"), fmt::format("{} holds as many rows as the old table", name())))));
  if (collapses()) let_merge();
  for (auto& pair : pairs_)
    for (auto* step : {&pair.forward, &*pair.reverse}) {
      step->all_known = is_shared();
      if (is_replicated(old_)) pass_on(*step, old_);
    }
  return std::move(pairs_);
}

void Rebuild::add_arrival(const std::vector<std::string>& tables) {
  for (auto& step : arrived(tables)) add(only_forward(std::move(step)));
}

void Rebuild::make() {
  auto with_mark = new_;
  with_mark.columns.push_back(mark(value_of("1"), true));
  if (collapses())
    for (const auto& limits : {without_merges(new_), for_inserts})
      for (const auto& limit : limits) {
        std::erase_if(with_mark.settings, [&](const auto& setting) { return setting.name == limit.name; });
        with_mark.settings.push_back(limit);
      }
  auto forward = create(with_mark, beside_, "the new table beside it, empty");
  forward.leftovers.push_back(leftover(beside_, "purge"));
  forward.leftovers.back().cleanup = {drop_table(lowering_, is_replicated(old_) ? old_ : new_, beside_, true)};
  add(pair_of(std::move(forward), exact(), drop(beside_, "drop the new table beside it")));
}

void Rebuild::mark_rows() {
  const bool alone = lowering_.oldest() >= materialize_column;
  const auto* other = unkeyed();
  const std::string zero =
      alone || !other ? value_of("0") : value_of(fmt::format("toUInt8(ignore({}))", quoted(other->name)));
  auto column = once(object(), words("a mark for every row"),
                     alter(lowering_, old_, "ADD COLUMN " + column_definition(mark(zero, true))));
  column.pre.push_back(column_is_gone(name(), mark_));
  column.post.push_back(column_is(name(), mark_));
  column.leftovers.push_back(leftover_column(lowering_, name(), mark_));
  auto drop_mark = once(object(), words("take the mark away"), mutate(lowering_, old_, "DROP COLUMN " + quoted(mark_)));
  drop_mark.pre.push_back(column_is(name(), mark_));
  drop_mark.post.push_back(column_is_gone(name(), mark_));
  add(pair_of(std::move(column), exact(), std::move(drop_mark)));
  add(only_forward(inserts_end(name(), "wait for inserts that began without the mark")));
  const auto action = alone ? "MATERIALIZE COLUMN " + quoted(mark_)
                            : fmt::format("UPDATE {0} = {0} WHERE 1", quoted(other ? other->name : mark_));
  auto write = again(object(), words("write the mark into every part"), mutate(lowering_, old_, action), "rows");
  write.pre.push_back(nothing_under_way(name()));
  add(pair_of(std::move(write), exact(), mutations_end(lowering_, old_, words("wait until the mark is written"))));
  add(waited(lowering_, old_, words("wait until every part has the mark")));
  if (!is_replicated(old_)) return;
  // Each replica writes its own parts, and has to know of all of them.
  add_arrival({name()});
  add(only_forward(waits(every_part_is_marked(), "wait until every part has the mark here too")));
}

void Rebuild::capture() {
  std::string what = "mark what is inserted from now on", what_back = "mark what is inserted as at first";
  if (!by_rounds()) {
    make_view();
    what = "the view takes what is inserted from now on";
    what_back = "the view takes nothing of what is inserted from now on";
  }
  auto on = mark_inserts(name(), "1", what);
  on.pre.push_back(no_rows(
      fmt::format("every part of {} has the mark", name()),
      // One question to one table: parts come and go between two.
      fmt::format("select name from system.parts_columns where database = currentDatabase() and table = {} and active "
                  "group by name having countIf(column = {}) = 0 limit 1",
                  text_literal(name()), text_literal(mark_)),
      "an insert that began without it has ended late: undo, and run it again"));
  if (is_shared()) on.pre.push_back(is_empty(beside_, "another table has its replicas at that path: name another one"));
  add(pair_of(std::move(on), exact(), mark_inserts(name(), "0", what_back)));
  add(only_forward(inserts_end(name(), by_rounds() ? "wait for inserts that are marked as at first"
                                                   : "wait for inserts that the view does not take")));
}

void Rebuild::make_view() {
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
  add(pair_of(std::move(view), exact(), drop(view_, "drop the view into the new table")));
}

void Rebuild::copy() {
  add_arrival({name()});
  bring(copy_, name(), beside_, marked("= 0"), "0", true, false, "the rows that are there");
}

void Rebuild::come_to_rest() {
  const auto marked_so = [&](const std::string& value, const std::string& with_view) {
    return mark_inserts(name(), value, by_rounds() ? "mark what is inserted from now on anew" : with_view);
  };
  add(pair_of(marked_so("2", "the view takes nothing of what is inserted from now on"), exact(),
              marked_so("1", "the view takes what is inserted from now on")));
  add(only_forward(inserts_end(name(), by_rounds() ? "wait for inserts that are marked as before"
                                                   : "wait for inserts that the view still takes")));
  if (by_rounds()) {
    add_arrival({name()});
    bring(own("more"), name(), beside_, marked("= 1"), "1", false, false, "what was inserted meanwhile");
    add_arrival({beside_});
  }
  add(only_forward(verify(same(all_of(name(), marked("< 2")), all_of(beside_, "1"),
                               fmt::format("the new table holds every row of {} so far", name())))));
  if (!by_rounds()) add(pair_of(drop(view_, "drop the view into the new table"), exact(), sync_));
  const auto inserted = mark_inserts(beside_, "3", "mark what will be inserted into the new table");
  if (!is_replicated(new_)) add(pair_of(inserted, exact(), idle("nothing to take back: the new table goes")));
  // The way back brings over what was inserted into the new table, and marks it as if it had been there.
  add(only_back(verify_back()));
  bring(own("return"), beside_, name(), marked("= 3"), "4", false, true, "what was inserted since");
  auto waits = arrived({beside_});
  for (auto step = waits.rbegin(); step != waits.rend(); ++step) add(only_back(std::move(*step)));
  add(only_back(inserts_end(beside_, "wait for inserts into the new table")));
  auto last = mark_inserts(beside_, "3", "nothing new is marked in the new table", true);
  add(is_replicated(new_) ? pair_of(inserted, exact(), std::move(last)) : only_back(std::move(last)));
}

void Rebuild::exchange() {
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
  if (lowering_.oldest() < materialize_column) back.pre.push_back(marks_still_hold());
  // What was written since must find room in the old table, unless the change says what becomes of it there.
  const auto is_said = [&](const std::string& column) {
    return std::ranges::any_of(alter_.moves, [&](const auto& move) { return move.to == column && move.undo; });
  };
  for (const auto& column : new_.columns)
    if (const auto* was = old_.column(column.name); was && was->type != column.type && !is_said(column.name))
      for (auto& check : fits(lowering_, name(), column.name, column.type, was->type))
        back.pre.push_back(std::move(check));
  auto grade = exact();
  std::vector<std::string> written;
  for (const auto& move : alter_.moves)
    if (move.undo) written.push_back(move.to);
  if (!written.empty()) grade = plan::as_written(fmt::format("what {} was", joined(written, ", ")));
  if (collapses()) {
    grade = until_written(fmt::format("rows of {} that were inserted since and merged away by then", name()));
    add_hazard(forward, "data.ch_collapse", name(),
               fmt::format("of rows with the same key {} leaves one, at some time: queries meet less of them, and not "
                           "always as few",
                           engine_of(new_)));
  }
  add(pair_of(std::move(forward), std::move(grade), std::move(back)));
  pairs_.back().takes_effect = true;
  exchanged_ = true;
}

/// What was inserted into the old table after the view had stopped.
void Rebuild::bring_over() {
  add(pair_of(mark_inserts(beside_, "2", "nothing new is inserted into the old table", true), exact(),
              is_replicated(old_) ? mark_inserts(beside_, "2", "mark what is inserted into the old table as before")
                                  : idle("nothing to take back: it marks as before")));
  add(only_forward(inserts_end(beside_, "wait for inserts that found the old table")));
  add_arrival({beside_});
  bring(own("rest"), beside_, name(), marked("= 2"), "2", false, false, "what was inserted at last");
}

/// Each as it is declared, or by default; back: as it was while the table was copied.
void Rebuild::release(const std::vector<model::Setting>& limits, const std::string& what,
                      const std::string& what_back) {
  std::string held, kept, reset;
  for (const auto& limit : limits) {
    held += fmt::format("{}{} = {}", held.empty() ? "" : ", ", limit.name, limit.value);
    const auto declared = std::ranges::find(new_.settings, limit.name, &model::Setting::name);
    if (declared == new_.settings.end())
      reset += (reset.empty() ? "" : ", ") + limit.name;
    else
      kept += fmt::format("{}{} = {}", kept.empty() ? "" : ", ", limit.name, declared->value);
  }
  const auto is = now(name());
  if (!kept.empty() && !reset.empty())
    add(only_forward(again(object(), words(what + " as by default"), alter(lowering_, is, "RESET SETTING " + reset))));
  auto release =
      only_forward(again(object(), words(what + (kept.empty() && !reset.empty() ? " as by default" : " as declared")),
                         alter(lowering_, is, kept.empty() ? "RESET SETTING " + reset : "MODIFY SETTING " + kept)));
  release.reverse = again(object(), words(what_back), alter(lowering_, is, "MODIFY SETTING " + held));
  add(std::move(release));
}

/// Behind all comparisons; and the way back begins with a table that holds still again.
void Rebuild::let_merge() {
  add(only_back(waits(no_rows(fmt::format("no parts of {} are being merged", name()),
                              fmt::format("select 1 from system.merges where database = currentDatabase() and table = "
                                          "{} limit 1",
                                          text_literal(name()))),
                      "wait for merges that began before")));
  release(without_merges(new_), "its parts are merged", "no parts of it are merged");
  const auto few = few_parts(new_);
  add(only_forward(
      waits(no_rows(fmt::format("no partition of {} has {} parts or more", name(), few),
                    fmt::format("select partition from system.parts where database = currentDatabase() "
                                "and table = {} and active group by partition having count() >= {} limit 1",
                                text_literal(name()), few)),
            "wait for merges to catch up with the inserts")));
  release(for_inserts, "it takes inserts", "inserts wait for no merge");
}

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
