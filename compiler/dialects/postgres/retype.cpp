// A type change that writes rows: a second column is kept equal by a trigger, filled, proven and indexed like the
// first, and the two change places in one transaction. From then on a trigger the other way keeps the old one equal, so
// that the way back loses nothing; then it is taken apart in the opposite order.
#include <algorithm>
#include <optional>
#include <ranges>

#include <fmt/format.h>

#include "compiler/dialects/postgres/beside.hpp"
#include "compiler/dialects/postgres/column_parts.hpp"
#include "compiler/dialects/postgres/companions.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/keeping.hpp"
#include "compiler/dialects/postgres/pointing.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/type_change.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Column;

class Retype {
 public:
  Retype(Alteration& alteration, const Column& before, const Column& after)
      : alteration_(alteration),
        table_(alteration.now()),
        name_(alteration.name()),
        new_(beside("new", after, before)),
        old_(beside("old", before, after)),
        indexes_(new_.indexes()),
        keys_(new_.keys()),
        pointing_(pointing_at(alteration.lowering().before, table_, before.name)) {
    const auto* move = alteration.move_to(after.name);
    if (move && move->using_expression) {
      auto text = move->using_expression->text;
      if (move->from != after.name)
        text = model::with_renamed(text, move->from, after.name,
                                   {table_.name, model::RenameScope::Text::expression, false});
      new_.value = in_parentheses(text);
    }
    if (move && move->undo) old_.value = in_parentheses(move->undo->text);
    unknown_back_ = move && move->using_expression && !move->undo;
    written_back_ = move && move->undo;
    // From the swap on nobody's write may fail for the sake of the old column.
    old_.tolerant = true;
    for (const auto& column : alteration.after().columns)
      if (column.kept && column.kept->with == after.name && !alteration.alter().before.column(column.name))
        keep(column);
  }

  void run() {
    auto pairs = new_.build(true);
    if (kept_) pairs.front().forward.pre.push_back(no_trigger_names(name_, new_.place));
    if (auto fits = every_row_becomes(table_, new_.place, new_.value, old_.column.type, new_.column.type))
      pairs.front().forward.pre.push_back(std::move(*fits));
    if (!unknown_back_)
      fits_back_ = every_row_becomes(table_, new_.place, old_.value, new_.column.type, old_.column.type);
    for (auto& pair : pairs) alteration_.add(std::move(pair));
    for (const auto& [key, primary] : keys_) alteration_.add(spare(key));
    alteration_.add(new_.agreement());
    auto back = proofs();
    // What the swap on the way back leaves unproven; the last of them is the first there.
    for (auto& step : std::views::reverse(back))
      alteration_.add(old_.only_back(pair_of(std::move(step), exact(), plan::Step())));
    auto change = swap();
    change.disturbs = children_of(pointing_, table_);
    alteration_.add(std::move(change));
    for (auto& step : proofs()) alteration_.add(new_.looked(std::move(step)));
    // Until then a foreign key is not as it is declared.
    alteration_.takes_effect();
    if (kept_) return;
    for (const auto& [key, primary] : keys_) {
      auto drop = turned(spare(key));
      drop.forward.summary = fmt::format("drop what {} was built by", key.name);
      alteration_.add(std::move(drop));
    }
    auto apart = old_.build(false);
    if (fits_back_) apart.front().forward.pre.push_back(*fits_back_);
    for (auto pair = apart.rbegin(); pair != apart.rend(); ++pair) {
      auto other = turned(std::move(*pair));
      if (const auto* sql = std::get_if<plan::RunSql>(&other.forward.action); sql && sql->statements.empty())
        other.forward.summary = other.reverse->summary + std::string(only_on_the_way_back);
      alteration_.add(std::move(other));
    }
  }

 private:
  Beside beside(const std::string& purpose, const Column& column, const Column& other) const {
    return {&alteration_.lowering(),
            &table_,
            column.name,
            column,
            alteration_.own(purpose, column.name),
            fmt::format("{}::{}", quoted(other.name), column.type),
            purpose,
            alteration_.lowering().serves(alteration_.after().path() + '\x1f' + column.name),
            fmt::format("retype {}.{}", table_.path(), column.name),
            false,
            false,
            false,
            alteration_.alter().pace};
  }

  /// The old column is not taken apart: it goes on under the name of its own.
  void keep(const Column& column) {
    kept_ = &column;
    old_ = kept_beside(alteration_.lowering(), table_, column);
    old_.column = *alteration_.now().column(column.kept->with);
    old_.words = new_.words;
  }

  /// A second index of the key on the column that leaves: the key's own goes with the key.
  StepPair spare(const model::Key& key) const {
    // In front of the swap it stands on the column in its place, behind it on the one aside: it is the same column.
    const auto index = index_of(key);
    return build_pair(alteration_.lowering(), alteration_.object(), swapped_ ? old_.over(index) : index, table_.schema,
                      name_, old_.index_name(index),
                      new_.named("a second index of " + key.name + ", for the way back"));
  }

  std::vector<plan::Step> proofs() const {
    std::vector<plan::Step> steps;
    for (const auto& one : pointing_)
      for (auto& step : prove_pointing(alteration_.lowering(), alteration_.object(), new_.words, one))
        steps.push_back(std::move(step));
    return steps;
  }

  /// `in` takes its place from `out`.
  std::vector<std::string> change_places(const Beside& in, const Beside& out) const {
    const auto& place = new_.place;
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
    const auto way = in_the_way(alteration_.lowering(), table_, place, &in == &old_);
    auto statements = take_away(way.views);
    if (!pointing_.empty()) lock_children(pointing_, table_, statements);
    drop_references(pointing_, alteration_.lowering().before, statements);
    append(statements, way.drop);
    statements.push_back("lock table " + name_ + " in access exclusive mode");
    statements.push_back(in.keeper().assert_in_force());
    const auto left = left_behind(alteration_.lowering().before, table_, {place});
    append(statements, left.drop);
    append(statements, in.keeper().drop(*in.table));
    for (const auto& [key, primary] : keys_) statements.push_back(drop_constraint(name_, key.name));
    for (const auto& one : indexes_) {
      statements.push_back(index(one.name, out.index_name(one)));
      statements.push_back(index(in.index_name(one), one.name));
      if (one.comment) statements.push_back(comment_on("index", full(table_.schema, one.name), one.comment));
    }
    const auto coming = in.constraints(), leaving = out.constraints();
    for (std::size_t i = 0; i < coming.size(); ++i) {
      statements.push_back(constraint(leaving[i].name, leaving[i].own));
      statements.push_back(constraint(coming[i].own, coming[i].name));
    }
    const bool serial = in.column.identity == model::Identity::serial;
    const bool identity = in.column.identity && !serial;
    const auto sequence = full(table_.schema, made_up_name(table_.name, place, "seq"));
    if (identity) statements.push_back(column(place, "drop identity"));
    if (serial || out.column.default_value) statements.push_back(column(place, "drop default"));
    statements.push_back(rename(place, out.aside));
    statements.push_back(rename(in.aside, place));
    if (in.column.not_null) {
      statements.push_back(column(place, "set not null"));
      statements.push_back(fmt::format("alter table {} drop constraint if exists {}", name_, in.not_null_name()));
    }
    // The way back proves it anew.
    if (out.column.not_null) statements.push_back(column(out.aside, "drop not null"));
    for (const auto& [key, primary] : keys_)
      statements.push_back(add_constraint(
          name_, key.name,
          fmt::format("{} using index {}{}", primary ? "primary key" : "unique", quoted(in.index_name(index_of(key))),
                      deferrable_words(key.deferrable, key.initially_deferred))));
    for (const auto& [key, primary] : keys_)
      append(statements, comments_on_constraint(key.name, table_, alteration_.lowering().before));
    for (const auto& one : coming)
      append(statements, comments_on_constraint(one.name, table_, alteration_.lowering().before));
    append(statements, replica_identity());
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
    append(statements, said_of_place(identity));
    append(statements, clustered());
    append(statements, kept_equal(out, with_place(in)));
    add_references(pointing_, alteration_.lowering().before, statements);
    append(statements, left.create);
    append(statements, way.create);
    append(statements, make_anew(way.views, alteration_.lowering().before));
    return statements;
  }

  /// What stands by itself and is about the column, or about a sequence that was made anew with it.
  std::vector<std::string> said_of_place(bool made_anew) const {
    const std::string schema = table_.schema.empty() ? std::string() : quoted(table_.schema) + ".";
    const auto options = "column options " + schema + quoted(table_.name) + "." + quoted(new_.place);
    std::vector<std::string> statements;
    if (const auto* object = alteration_.lowering().before.object(options))
      append(statements, statements_in(object->create.text));
    if (made_anew) append(statements, said_of_sequence(alteration_.lowering(), table_, new_.place));
    return statements;
  }

  /// Rows are kept in the order of an index that took its place.
  std::vector<std::string> clustered() const {
    const auto* index = setting(table_, "cluster_on");
    if (!index || !moved(*index)) return {};
    return {cluster_on(name_, index)};
  }

  bool moved(std::string_view index) const {
    return std::ranges::find(indexes_, index, &model::Index::name) != indexes_.end() ||
           std::ranges::any_of(keys_, [&](const auto& key) { return key.first.name == index; });
  }

  /// Where an index that took its place says which row a subscriber is told of.
  std::vector<std::string> replica_identity() const {
    constexpr std::string_view by_index = "index ";
    const auto* identity = setting(table_, "replica_identity");
    if (!identity || !identity->starts_with(by_index)) return {};
    const auto name = std::string_view(*identity).substr(by_index.size());
    if (!moved(name)) return {};
    return {fmt::format("alter table {} replica identity using index {}", name_, quoted(name))};
  }

  std::vector<std::string> kept_equal(const Beside& out, const model::Table& table) const {
    return kept_ && &out == &old_ ? keep_equal(*kept_, table) : out.keeper().create(table);
  }

  /// The table while `side` is in its place.
  model::Table with_place(const Beside& side) const {
    auto table = table_;
    for (auto& column : table.columns)
      if (column.name == new_.place) column.type = side.column.type;
    return table;
  }

  StepPair swap() {
    auto step = brief(alteration_.object(), new_.named("the new column takes its place"), change_places(new_, old_));
    auto reverse =
        lengthy(alteration_.object(), new_.named("the old column takes its place again"), change_places(old_, new_));
    for (auto* one : {&step, &reverse}) {
      read_in_public(*one);
      const auto& in = (one == &step ? new_ : old_).column;
      const bool counts = in.identity && in.identity != model::Identity::serial;
      // Taken back before the old one was proven again, it is proven under the lock.
      const bool reads = (one == &reverse && in.not_null) || (counts && work_of_counting(table_, new_.place) == "scan");
      if (reads) one->timeouts.statement_ms.reset();
      add_lock(*one, alteration_.object(), "access exclusive", reads ? "scan" : "catalog");
      note_readers(*one, readers_of(alteration_.lowering().before, table_.path(), {new_.column.name}),
                   alteration_.lowering().before);
      if (!pointing_.empty()) note_children(*one, pointing_, table_);
    }
    for (const auto& [key, primary] : keys_) step.pre.push_back(no_other_reference(name_, key.name, pointing_));
    add_hazard(step, "rewrite.type_change", table_.path() + "." + new_.column.name,
               "rows are written in batches beside the old column, which is kept equal until the step after",
               "the recipe");
    add_hazard(
        step, "compat.column_order", table_.path() + "." + new_.column.name,
        "the column goes behind all others, and stays there when this is taken back: an insert or a copy without "
        "a list of columns means others than before");
    if (fits_back_) reverse.pre.push_back(*fits_back_);
    swapped_ = true;
    return pair_of(std::move(step), way_back(), std::move(reverse));
  }

  plan::Reverse way_back() const {
    if (unknown_back_) return lossy(fmt::format("what {} was before it was computed anew", new_.column.name));
    if (written_back_) return plan::as_written(fmt::format("what {} was", new_.column.name));
    if (!fits_back_) return exact();
    return until_written(
        fmt::format("values of {}.{} that {} has no room for", table_.path(), new_.column.name, old_.column.type));
  }

  Alteration& alteration_;
  const model::Table& table_;
  std::string name_;
  Beside new_, old_;
  std::vector<model::Index> indexes_;
  std::vector<std::pair<model::Key, bool>> keys_;
  std::vector<Pointing> pointing_;
  const Column* kept_ = nullptr;               ///< with `keeping both`, the old one as it goes on
  std::optional<plan::QueryCheck> fits_back_;  ///< asked before the old column takes its place again
  bool unknown_back_ = false, written_back_ = false, swapped_ = false;
};

}  // namespace

void lower_retype(Alteration& alteration, const Column& before, const Column& after) {
  Retype(alteration, before, after).run();
}

}  // namespace dmc::dialects::postgres
