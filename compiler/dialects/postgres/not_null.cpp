// Columns that become mandatory: proven by a check that lets writers pass while rows are read.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/column_parts.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/volatility.hpp"

namespace dmc::dialects::postgres {

namespace {

bool proven_by_check(const Alteration& alteration, const std::string& column) {
  const model::Sql wanted{column + " is not null"};
  return std::ranges::any_of(alteration.now().checks, [&](const auto& check) {
    return !check.unproven &&
           (check.expression == wanted || in_parentheses(check.expression.text) == "(" + wanted.text + ")");
  });
}

}  // namespace

void lower_not_null(Alteration& alteration) {
  std::vector<const model::Column*> columns;
  for (const auto& after : alteration.after().columns) {
    const auto* now = alteration.source(after.name);
    const bool new_one = !now && after.not_null && !after.generated &&
                         (counted(after) || (after.default_value && may_be_volatile(after.default_value->text)));
    if (new_one || (now && after.not_null && (!now->not_null || now->not_null_unproven) && now->type == after.type))
      columns.push_back(&after);
  }
  if (columns.empty()) return;
  const auto table = alteration.name();
  const bool as_constraint = alteration.lowering().major() >= not_null_not_valid;
  std::vector<std::string> add, undo, prove, finish, unfinish, names;
  std::vector<plan::QueryCheck> proof, proven;
  bool scan = false;
  for (const auto* column : columns) {
    names.push_back(column->name);
    proof.push_back(rows_fit(alteration, "has a " + column->name, quoted(column->name) + " is null"));
    unfinish.push_back(alter_column(alteration, *column, "drop not null"));
    if (!as_constraint) finish.push_back(alter_column(alteration, *column, "set not null"));
    if (!as_constraint && proven_by_check(alteration, column->name)) continue;
    const auto aux = as_constraint ? made_up_name(alteration.after().name, column->name, "not_null")
                                   : alteration.own("not_null", column->name);
    const auto* now = alteration.source(column->name);
    if (!now || !now->not_null_unproven) {
      add.push_back(as_constraint ? fmt::format("alter table {} add constraint {} not null {} not valid", table,
                                                quoted(aux), quoted(column->name))
                                  : fmt::format("alter table {} add constraint {} check ({} is not null) not valid",
                                                table, aux, quoted(column->name)));
      undo.push_back(fmt::format("alter table {} drop constraint if exists {}", table, quoted(aux)));
    }
    prove.push_back(fmt::format("alter table {} validate constraint {}", table, quoted(aux)));
    proven.push_back(constraint_is(table, aux, "c.convalidated"));
    if (!as_constraint) finish.push_back(drop_constraint(table, aux));
    scan = true;
  }
  const auto what = listed(names);
  std::ranges::reverse(undo);
  if (scan) {
    if (!add.empty()) {
      auto first = brief(alteration.object(),
                         fmt::format("{} of {} not null, unproven", what, alteration.after().path()), std::move(add));
      first.pre = proof;
      for (const auto& name : names)
        add_hazard(first, "data.not_null_may_fail", column_path(alteration, name),
                   "it fails and changes nothing while a row has no value", "a check before the step proves it");
      add_lock(first, alteration.lowering(), "add_check_notnull_not_valid", alteration.object());
      auto reverse = brief(alteration.object(), fmt::format("{} may be null", what), std::move(undo));
      add_lock(reverse, alteration.lowering(), "drop_constraint", alteration.object());
      alteration.add(pair_of(std::move(first), exact(), std::move(reverse)));
    }
    auto second = lengthy(alteration.object(), fmt::format("prove that every row has {}", what), std::move(prove));
    second.post = std::move(proven);
    add_lock(second, alteration.lowering(), "validate_check", alteration.object());
    alteration.add(
        pair_of(std::move(second), exact(), brief(alteration.object(), "nothing to take back: it only looked", {})));
  }
  bool reads_rows = false, reads_rows_back = false;
  for (const auto* column : columns) {
    if (!counted(*column) || column->identity == model::Identity::serial) continue;
    const auto* now = alteration.source(column->name);
    if (now && now->identity) continue;
    if (work_of_counting(alteration.now(), column->name) == "scan") (now ? reads_rows : reads_rows_back) = true;
    if (!now) {
      append(finish, become_identity(alteration, *column));
      auto back = no_identity(alteration, *column);
      unfinish.insert(unfinish.begin(), back.begin(), back.end());
    } else {
      finish.push_back(alter_column(alteration, *column, "add " + identity_words(*column)));
      finish.push_back(count_on(alteration, *column));
      unfinish.insert(unfinish.begin(), alter_column(alteration, *column, "drop identity"));
    }
  }
  if (finish.empty()) return;
  auto last =
      brief(alteration.object(), fmt::format("{} of {} not null", what, alteration.after().path()), std::move(finish));
  if (!scan) last.pre = std::move(proof);
  for (const auto* column : columns)
    last.post.push_back(column_meets(fmt::format("{} is not null", column_path(alteration, column->name)), table,
                                     column->name, "a.attnotnull"));
  const auto reads = [&](plan::Step& step) {
    add_lock(step, alteration.object(), "access exclusive", "scan");
    step.timeouts.statement_ms.reset();
  };
  if (reads_rows) reads(last);
  add_lock(last, alteration.lowering(), "set_not_null_with_valid_check", alteration.object());
  auto reverse = brief(alteration.object(), fmt::format("{} may be null", what), std::move(unfinish));
  if (reads_rows_back) reads(reverse);
  add_lock(reverse, alteration.lowering(), "drop_not_null", alteration.object());
  alteration.add(pair_of(std::move(last), exact(), std::move(reverse)));
}

}  // namespace dmc::dialects::postgres
