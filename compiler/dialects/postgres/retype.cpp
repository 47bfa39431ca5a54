// A type change that writes rows: a second column is kept equal by a trigger, filled, proven and indexed like the
// first, and the two change places in one transaction. From then on a trigger the other way keeps the old one equal, so
// that the way back loses nothing; then it is taken apart in the opposite order.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/row_triggers.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/triggers_off.hpp"
#include "compiler/dialects/postgres/type_change.hpp"
#include "compiler/dialects/postgres/types.hpp"
#include "compiler/dialects/postgres/volatility.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Column;

/// One of the two columns while it stands beside the other.
struct Side {
  Column column;        ///< as it is called and declared in its place
  std::string aside;    ///< its name while it is not there
  std::string value;    ///< of it, over a row whose other column is in its place
  std::string purpose;  ///< of derived names: "new", "old"
};

class Retype {
 public:
  Retype(Alteration& alteration, const Column& before, const Column& after)
      : alteration_(alteration), table_(alteration.now()), name_(alteration.name()) {
    const auto* move = alteration.move_to(after.name);
    const auto cast = [](const Column& from, const Column& to) {
      return fmt::format("{}::{}", quoted(from.name), to.type);
    };
    new_ = {after, alteration.own("new", after.name), cast(before, after), "new"};
    old_ = {before, alteration.own("old", after.name), cast(after, before), "old"};
    if (move && move->using_expression) {
      auto text = move->using_expression->text;
      if (move->from != after.name)
        text = model::with_renamed(text, move->from, after.name,
                                   {table_.name, model::RenameScope::Text::expression, false});
      new_.value = in_parentheses(text);
    }
    if (move && move->undo) old_.value = in_parentheses(move->undo->text);
    unknown_back_ = move && move->using_expression && !move->undo;
    for (const auto& index : table_.indexes)
      if (touches(index)) indexes_.push_back(index);
    if (table_.primary_key && touches(*table_.primary_key)) keys_.emplace_back(*table_.primary_key, true);
    for (const auto& key : table_.uniques)
      if (touches(key)) keys_.emplace_back(key, false);
  }

  void run() {
    for (auto& pair : build(new_, old_)) alteration_.add(std::move(pair));
    for (const auto& [key, primary] : keys_) alteration_.add(spare(key));
    alteration_.add(agreement());
    alteration_.add(swap());
    alteration_.takes_effect();
    for (const auto& [key, primary] : keys_) {
      auto drop = turned(spare(key));
      drop.forward.summary = fmt::format("drop what {} was built by", key.name);
      alteration_.add(std::move(drop));
    }
    auto apart = build(old_, new_);
    for (auto pair = apart.rbegin(); pair != apart.rend(); ++pair) {
      auto other = turned(std::move(*pair));
      if (const auto* sql = std::get_if<plan::RunSql>(&other.forward.action); sql && sql->statements.empty())
        other.forward.summary = words("nothing to do here, where the way back does again what it undoes");
      alteration_.add(std::move(other));
    }
  }

 private:
  bool names_column(std::string_view text) const {
    const auto names = model::names_in(text);
    return std::ranges::find(names, std::string_view(new_.column.name)) != names.end();
  }
  bool touches(const std::vector<model::Element>& elements) const {
    return std::ranges::any_of(elements, [&](const auto& element) {
      return element.column ? *element.column == new_.column.name : names_column(element.expression->text);
    });
  }
  bool touches(const model::Index& index) const {
    return touches(index.elements) || std::ranges::find(index.include, new_.column.name) != index.include.end() ||
           (index.where && names_column(index.where->text));
  }
  bool touches(const model::Key& key) const { return touches(index_of(key)); }

  std::string words(const std::string& what) const {
    return fmt::format("retype {}.{}: {}", table_.path(), new_.column.name, what);
  }

  std::string own(const Side& side, const std::string& what) const {
    return alteration_.own(side.purpose, new_.column.name + '\x1f' + what);
  }

  /// A text over the column in its place as one over the side's column aside.
  std::string over(const Side& side, const std::string& text) const {
    return model::with_renamed(text, new_.column.name, side.aside,
                               {table_.name, model::RenameScope::Text::expression, false});
  }
  model::Index over(const Side& side, model::Index index) const {
    for (auto& element : index.elements) {
      if (element.column == new_.column.name) element.column = side.aside;
      if (element.expression) element.expression->text = over(side, element.expression->text);
    }
    std::ranges::replace(index.include, new_.column.name, side.aside);
    if (index.where) index.where->text = over(side, index.where->text);
    return index;
  }

  RowTrigger keeper(const Side& side) const {
    // From the swap on nobody's write may fail for the sake of the old column.
    return {own(side, "keep"), table_.schema, name_, {{side.aside, side.value}}, "", {}, side.purpose == "old"};
  }

  std::string not_null_name(const Side& side) const { return own(side, "not null"); }

  StepPair looked(plan::Step step) const {
    return pair_of(std::move(step), exact(), brief(alteration_.object(), "nothing to take back: it only looked", {}));
  }

  /// Everything that `side` needs beside the other, in an order in which it can be taken back.
  Pairs build(const Side& side, const Side& other) const {
    Pairs pairs;
    pairs.push_back(column_pair(side));
    pairs.push_back(filling(side));
    if (side.column.not_null) mandatory(side, pairs);
    for (const auto& index : indexes_)
      pairs.push_back(build_pair(alteration_.lowering(), alteration_.object(), over(side, index), table_.schema, name_,
                                 own(side, index.name),
                                 words("build index " + index.name + " for the " + side.purpose + " column")));
    if (&side == &new_)
      for (const auto& [key, primary] : keys_)
        pairs.push_back(build_pair(alteration_.lowering(), alteration_.object(), over(side, index_of(key)),
                                   table_.schema, name_, own(side, key.name), words("build the index of " + key.name)));
    for (const auto& check : table_.checks)
      if (names_column(check.expression.text))
        unproven(side, "check", check.name, "check " + in_parentheses(over(side, check.expression.text)), "", pairs);
    for (const auto& key : table_.foreign_keys) {
      if (std::ranges::find(key.columns, new_.column.name) == key.columns.end()) continue;
      auto same = key;
      std::ranges::replace(same.columns, new_.column.name, side.aside);
      std::ranges::replace(same.set_columns, new_.column.name, side.aside);
      unproven(side, "foreign key", key.name, foreign_key_words(same, alteration_.lowering().before),
               key.table == table_.path() ? "" : "table " + key.table, pairs);
    }
    (void)other;
    return pairs;
  }

  /// Works the new value of every row out, and fails where one has none.
  std::optional<plan::QueryCheck> every_row_fits(const Side& side) const {
    if (&side != &new_ || widens(old_.column.type, new_.column.type) || may_be_volatile(new_.value))
      return std::nullopt;
    const auto& column = new_.column;
    return no_rows(fmt::format("every row of {} has a {} that can become {}", table_.path(), column.name, column.type),
                   fmt::format("select 1 from (select count({}) as n from {}) as c where c.n < 0", new_.value, name_),
                   fmt::format("change the rows that have not:  backfill {} set {} = … where (…) with backup;",
                               table_.path(), column.name));
  }

  StepPair column_pair(const Side& side) const {
    Column bare;
    bare.name = side.aside;
    bare.type = side.column.type;
    bare.collation = side.column.collation;
    std::vector<std::string> forward{fmt::format("alter table {} add column {}", name_, column_definition(bare))};
    const auto trigger = keeper(side);
    append(forward, trigger.create(table_));
    auto back = trigger.drop();
    back.push_back(fmt::format("alter table {} drop column if exists {}", name_, side.aside));
    auto step = brief(alteration_.object(), words("a " + side.purpose + " column beside it, kept equal by a trigger"),
                      std::move(forward));
    read_in_public(step);
    if (auto fits = every_row_fits(side)) step.pre.push_back(std::move(*fits));
    step.post.push_back(column_is(name_, side.aside));
    add_lock(step, alteration_.lowering(), "add_column_nullable", alteration_.object());
    auto reverse =
        brief(alteration_.object(), words("drop the " + side.purpose + " column beside it"), std::move(back));
    add_lock(reverse, alteration_.lowering(), "drop_column", alteration_.object());
    return pair_of(std::move(step), exact(), std::move(reverse));
  }

  StepPair filling(const Side& side) const {
    const auto differs = fmt::format("{} is distinct from ({})", side.aside, side.value);
    auto step = fill_step(alteration_.lowering(), table_, words("fill the " + side.purpose + " column"),
                          fmt::format("{} = {}", side.aside, side.value), differs);
    step.reverse = exact();
    note_firing(step, alteration_.object(), set_off(alteration_.lowering().before, table_, "update", {side.aside}));
    auto back = step.reverse;
    return pair_of(std::move(step), back, brief(alteration_.object(), words("nothing to empty"), {}));
  }

  void mandatory(const Side& side, Pairs& pairs) const {
    const auto check = not_null_name(side);
    auto add = brief(
        alteration_.object(), words("the " + side.purpose + " column not null, unproven"),
        {fmt::format("alter table {} drop constraint if exists {}", name_, check),
         fmt::format("alter table {} add constraint {} check ({} is not null) not valid", name_, check, side.aside)});
    add_lock(add, alteration_.lowering(), "add_check_notnull_not_valid", alteration_.object());
    auto drop = brief(alteration_.object(), words("the " + side.purpose + " column may be null"),
                      {fmt::format("alter table {} drop constraint if exists {}", name_, check)});
    add_lock(drop, alteration_.lowering(), "drop_constraint", alteration_.object());
    pairs.push_back(pair_of(std::move(add), exact(), std::move(drop)));
    pairs.push_back(looked(prove(side, check)));
  }

  /// Where the way back was turned round before the constraint was dropped there is nothing to prove, or it is proven.
  plan::Step prove(const Side& side, const std::string& constraint) const {
    const auto unproven =
        fmt::format("select 1 from pg_catalog.pg_constraint where conrelid = {} and conname = {} and not convalidated",
                    oid_of(name_), text_literal(constraint));
    auto step =
        lengthy(alteration_.object(), words("prove " + constraint + " of the " + side.purpose + " column"),
                {fmt::format("do $dmc$ begin if exists ({}) then alter table {} validate constraint {}; end if; "
                             "end $dmc$",
                             unproven, name_, constraint)});
    step.post.push_back(no_rows(fmt::format("every row of {} is proven to fit {}", name_, constraint), unproven));
    add_lock(step, alteration_.lowering(), "validate_check", alteration_.object());
    return step;
  }

  /// `references`: the other table of a foreign key.
  void unproven(const Side& side, const std::string& kind, const std::string& name, const std::string& sql,
                const std::string& references, Pairs& pairs) const {
    const auto constraint = own(side, name);
    auto add =
        brief(alteration_.object(), words(fmt::format("{} {} for the {} column, unproven", kind, name, side.purpose)),
              {fmt::format("alter table {} drop constraint if exists {}", name_, constraint),
               fmt::format("alter table {} add constraint {} {} not valid", name_, constraint, sql)});
    read_in_public(add);
    auto drop = brief(alteration_.object(), words(fmt::format("drop {} {} of the {} column", kind, name, side.purpose)),
                      {fmt::format("alter table {} drop constraint if exists {}", name_, constraint)});
    auto proof = prove(side, constraint);
    for (auto* step : {&add, &drop}) add_lock(*step, alteration_.object(), "access exclusive", "catalog");
    if (!references.empty()) {
      // A constraint of that name that an earlier attempt left is dropped first.
      for (auto* step : {&add, &drop}) add_lock(*step, references, "access exclusive", "catalog");
      add_lock(proof, alteration_.lowering(), "validate_fk", "p", references);
    }
    pairs.push_back(pair_of(std::move(add), exact(), std::move(drop)));
    pairs.push_back(looked(std::move(proof)));
  }

  /// A second index of the key on the column that leaves: the key's own goes with the key.
  StepPair spare(const model::Key& key) const {
    // In front of the swap it stands on the column in its place, behind it on the one aside: it is the same column.
    auto index = index_of(key);
    auto pair = build_pair(alteration_.lowering(), alteration_.object(), index, table_.schema, name_,
                           own(old_, key.name), words("a second index of " + key.name + ", for the way back"));
    if (swapped_) {
      pair = build_pair(alteration_.lowering(), alteration_.object(), over(old_, index), table_.schema, name_,
                        own(old_, key.name), words("a second index of " + key.name + ", for the way back"));
    }
    return pair;
  }

  StepPair agreement() const {
    auto step = brief(alteration_.object(), words("the two columns agree"), {});
    step.timeouts.statement_ms.reset();
    step.action = plan::Verify{no_rows(
        fmt::format("the new {} of every row is what its old one becomes", new_.column.name),
        fmt::format("select 1 from {} where {} is distinct from ({}) limit 1", name_, new_.aside, new_.value),
        "a trigger of the table changes the value after dmc's own has read it: let it act on the new column too")};
    read_in_public(step);
    return looked(std::move(step));
  }

  /// `in` takes its place from `out`.
  std::vector<std::string> change_places(const Side& in, const Side& out) const {
    const auto& place = new_.column.name;
    const auto constraint = [&](const std::string& from, const std::string& to) {
      return fmt::format("alter table {} rename constraint {} to {}", name_, quoted(from), quoted(to));
    };
    const auto index = [&](const std::string& from, const std::string& to) {
      return fmt::format("alter index {} rename to {}", full(table_.schema, from), quoted(to));
    };
    const auto column = [&](const std::string& name, const std::string& sql) {
      return fmt::format("alter table {} alter column {} {}", name_, quoted(name), sql);
    };
    const auto rename = [&](const std::string& from, const std::string& to) {
      return fmt::format("alter table {} rename column {} to {}", name_, quoted(from), quoted(to));
    };
    const auto way = in_the_way(alteration_.lowering().before, table_, {place});
    auto statements = take_away(way.views);
    append(statements, way.drop);
    append(statements, keeper(in).drop());
    for (const auto& [key, primary] : keys_) statements.push_back(drop_constraint(name_, key.name));
    for (const auto& one : indexes_) {
      statements.push_back(index(one.name, own(out, one.name)));
      statements.push_back(index(own(in, one.name), one.name));
      if (one.comment) statements.push_back(comment_on("index", full(table_.schema, one.name), one.comment));
    }
    const auto move_constraint = [&](const std::string& name) {
      statements.push_back(constraint(name, own(out, name)));
      statements.push_back(constraint(own(in, name), name));
    };
    for (const auto& check : table_.checks)
      if (names_column(check.expression.text)) move_constraint(check.name);
    for (const auto& key : table_.foreign_keys)
      if (std::ranges::find(key.columns, place) != key.columns.end()) move_constraint(key.name);
    const bool serial = in.column.identity == model::Identity::serial;
    const bool identity = in.column.identity && !serial;
    const auto sequence = full(table_.schema, made_up_name(table_.name, place, "seq"));
    if (identity) statements.push_back(column(place, "drop identity"));
    if (serial || out.column.default_value) statements.push_back(column(place, "drop default"));
    statements.push_back(rename(place, out.aside));
    statements.push_back(rename(in.aside, place));
    if (in.column.not_null) {
      statements.push_back(column(place, "set not null"));
      statements.push_back(fmt::format("alter table {} drop constraint if exists {}", name_, not_null_name(in)));
    }
    // The way back proves it anew.
    if (out.column.not_null) statements.push_back(column(out.aside, "drop not null"));
    for (const auto& [key, primary] : keys_)
      statements.push_back(add_constraint(
          name_, key.name,
          fmt::format("{} using index {}{}", primary ? "primary key" : "unique", quoted(own(in, key.name)),
                      deferrable_words(key.deferrable, key.initially_deferred))));
    if (serial) {
      statements.push_back(fmt::format("alter sequence {} owned by {}.{}", sequence, name_, quoted(place)));
      statements.push_back(fmt::format("alter sequence {} as {}", sequence, in.column.type));
      statements.push_back(column(place, "set default nextval(" + text_literal(sequence) + "::regclass)"));
    }
    if (identity) {
      statements.push_back(column(place, "add " + identity_words(in.column)));
      statements.push_back(
          fmt::format("select pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), coalesce(max({}), 1), "
                      "max({}) is not null) "
                      "from {}",
                      text_literal(name_), text_literal(place), quoted(place), quoted(place), name_));
    }
    if (in.column.default_value)
      statements.push_back(column(place, "set default " + default_words(*in.column.default_value)));
    Column named = in.column;
    named.name = place;
    append(statements, column_extras(name_, named));
    append(statements, keeper(out).create(with_place(in)));
    append(statements, way.create);
    append(statements, make_anew(way.views, alteration_.lowering().before));
    return statements;
  }

  /// The table while `side` is in its place.
  model::Table with_place(const Side& side) const {
    auto table = table_;
    for (auto& column : table.columns)
      if (column.name == new_.column.name) column.type = side.column.type;
    return table;
  }

  StepPair swap() {
    auto step = brief(alteration_.object(), words("the new column takes its place"), change_places(new_, old_));
    auto reverse =
        lengthy(alteration_.object(), words("the old column takes its place again"), change_places(old_, new_));
    for (auto* one : {&step, &reverse}) {
      read_in_public(*one);
      add_lock(*one, alteration_.object(), "access exclusive", "catalog");
      note_readers(*one, readers_of(alteration_.lowering().before, table_.path(), {new_.column.name}));
    }
    for (const auto& [key, primary] : keys_)
      step.pre.push_back(no_rows(fmt::format("no foreign key references {} by {}", name_, key.name),
                                 fmt::format("select 1 from pg_catalog.pg_constraint f join pg_catalog.pg_class t on "
                                             "t.oid = f.conrelid join pg_catalog.pg_constraint k on "
                                             "k.conindid = f.conindid where f.contype = 'f' and f.confrelid = {0} and "
                                             "k.conrelid = {0} and k.conname = {1} limit 1",
                                             oid_of(name_), text_literal(key.name)),
                                 "drop the foreign keys that point at it first, and declare them anew afterwards"));
    add_hazard(step, "rewrite.type_change", table_.path() + "." + new_.column.name,
               "rows are written in batches beside the old column, which is kept equal until the step after",
               "the recipe");
    swapped_ = true;
    return pair_of(
        std::move(step),
        unknown_back_ ? lossy(fmt::format("what {} was before it was computed anew", new_.column.name)) : exact(),
        std::move(reverse));
  }

  Alteration& alteration_;
  const model::Table& table_;
  std::string name_;
  Side new_, old_;
  std::vector<model::Index> indexes_;
  std::vector<std::pair<model::Key, bool>> keys_;
  bool unknown_back_ = false, swapped_ = false;
};

}  // namespace

void lower_retype(Alteration& alteration, const Column& before, const Column& after) {
  Retype(alteration, before, after).run();
}

}  // namespace dmc::dialects::postgres
