// A delta is found by comparing what is, under the new names, with what is wanted; each topic turns its deltas into
// steps of one statement.
#include "compiler/dialects/clickhouse/alteration.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/rebuild.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Table;

/// The table's own texts and lists with a column under another name, as the server itself carries a rename.
void carry(Table& table, const std::string& from, const std::string& to) {
  const model::RenameScope scope{table.name, model::RenameScope::Text::expression, false};
  const auto text = [&](model::Sql& sql) { sql.text = model::with_renamed(sql.text, from, to, scope); };
  const auto maybe = [&](std::optional<model::Sql>& sql) {
    if (sql) text(*sql);
  };
  for (auto& column : table.columns) {
    if (column.name == from) column.name = to;
    maybe(column.default_value), maybe(column.ttl), maybe(column.ephemeral);
    if (column.generated) text(column.generated->expression);
  }
  for (auto& check : table.checks) text(check.expression);
  for (auto& index : table.indexes)
    for (auto& element : index.elements) {
      if (element.column == from) element.column = to;
      maybe(element.expression);
    }
  for (auto& projection : table.projections) text(projection.query);
  if (!table.storage) return;
  text(table.storage->order_by), text(table.storage->partition_by), text(table.storage->primary_key);
  text(table.storage->sample_by), text(table.storage->ttl);
}

}  // namespace

Alteration::Alteration(const Lowering& lowering, const change::AlterTable& alter)
    : lowering_(lowering), alter_(alter), now_(alter.before), places_(alter.before, lowering.oldest()) {
  // Names that change places meet on the way, so all leave first.
  std::vector<std::pair<std::string, std::string>> aside;
  for (const auto& move : alter.moves) {
    if (move.from == move.to || move.from.empty()) continue;
    auto name = own("aside", move.from);
    carry(now_, move.from, name);
    aside.emplace_back(std::move(name), move.to);
  }
  for (const auto& [from, to] : aside) carry(now_, from, to);
}

const change::ColumnMove* Alteration::move_to(const std::string& column) const {
  const auto found = std::ranges::find(alter_.moves, column, &change::ColumnMove::to);
  return found == alter_.moves.end() ? nullptr : &*found;
}

std::string Alteration::own(std::string_view purpose, std::string_view what) const {
  return own_name(purpose, lowering_.serves(alter_.after.name + '\x1f' + std::string(what)));
}

std::optional<std::string> Alteration::accepted() const { return own_acceptance(lowering_.change); }

StepPair& Alteration::change(const std::string& words, const std::string& actions, const std::string& words_back,
                             const std::string& actions_back, std::string_view settings) {
  const auto make = [&](const std::string& what, const std::string& action) {
    return again(object(), fmt::format("alter {}: {}", name(), what),
                 clickhouse::alter(lowering_, now_, action, settings));
  };
  pairs_.push_back(pair_of(make(words, actions), exact(), make(words_back, actions_back)));
  return pairs_.back();
}

void Alteration::lacks_projection(const std::string& projection) {
  std::erase_if(now_.projections, [&](const auto& one) { return one.name == projection; });
}

void Alteration::wait(const std::string& summary) { pairs_.push_back(waited(lowering_, now_, summary)); }

plan::QueryCheck still_unwritten(const Alteration& alteration, const model::Column& column,
                                 const std::string& computed) {
  const auto name = quoted(column.name);
  const auto value = column.default_value ? in_parentheses(column.default_value->text)
                                          : fmt::format("defaultValueOfArgumentType({})", name);
  const bool may_be_null = column.type.starts_with("Nullable(") || column.type.starts_with("LowCardinality(Nullable(");
  const auto differs = [&](const std::string& other) {
    return may_be_null ? fmt::format("ifNull(toString({0}), '') != ifNull(toString({1}), '')", name, other)
                       : fmt::format("toString({}) != toString({})", name, other);
  };
  auto written = may_be_null && !column.default_value ? fmt::format("isNotNull({})", name) : differs(value);
  if (!computed.empty()) written += " and " + differs(computed);
  return no_rows("nothing was written to " + alteration.path(column.name),
                 fmt::format("select 1 from {} where {} limit 1", quoted(alteration.name()), written),
                 "what was written would be lost: undo with --lossy to accept that");
}

std::string modify_words(const model::Column& column) {
  const auto clause = default_clause(column);
  return fmt::format("MODIFY COLUMN {} {}{}{}{}", quoted(column.name), column.type, clause.empty() ? "" : " ", clause,
                     behind_ephemeral(column));
}

bool is_volatile(std::string_view expression) {
  static constexpr std::array<std::string_view, 22> functions{"now",
                                                              "now64",
                                                              "nowInBlock",
                                                              "today",
                                                              "yesterday",
                                                              "timezone",
                                                              "rand",
                                                              "rand32",
                                                              "rand64",
                                                              "randConstant",
                                                              "randCanonical",
                                                              "generateUUIDv4",
                                                              "generateUUIDv7",
                                                              "generateULID",
                                                              "generateSnowflakeID",
                                                              "randomString",
                                                              "randomFixedString",
                                                              "randomPrintableASCII",
                                                              "hostName",
                                                              "rowNumberInAllBlocks",
                                                              "rowNumberInBlock",
                                                              "blockNumber"};
  return std::ranges::any_of(model::names_in(expression), [](std::string_view name) {
    return std::ranges::find(functions, name) != functions.end();
  });
}

void materialize(Alteration& alteration, const model::Column& column, const std::string& summary) {
  const auto name = quoted(column.name);
  // An update that sets a column to itself writes what reads show.
  const auto action = alteration.oldest() >= materialize_column ? "MATERIALIZE COLUMN " + name
                                                                : fmt::format("UPDATE {0} = {0} WHERE 1", name);
  auto step = again(alteration.object(), summary, mutate(alteration.lowering(), alteration.now(), action), "rows");
  step.pre.push_back(nothing_under_way(alteration.name()));
  // A column that is being written cannot go.
  alteration.add(pair_of(
      std::move(step), exact(),
      mutations_end(alteration.lowering(), alteration.now(), fmt::format("wait until {} is written", column.name))));
  alteration.wait(fmt::format("wait until every part of {} holds {}", alteration.name(), column.name));
}

Pairs Alteration::run() {
  lower_bound_projections(*this);
  lower_column_renames(*this);
  lower_lost_members(*this);
  lower_lost_columns(*this);
  lower_new_columns(*this);
  lower_column_changes(*this);
  lower_storage(*this);
  lower_new_members(*this);
  // The model moves on all the same: that a column takes no null is said by its type already.
  if (pairs_.empty())
    pairs_.push_back(pair_of(nothing(object(), fmt::format("alter {}: nothing that the server keeps", name())), exact(),
                             nothing(object(), fmt::format("alter {}: nothing that the server kept", name()))));
  return std::move(pairs_);
}

Pairs lower_alter(const Lowering& lowering, const change::AlterTable& alter) {
  if (asks_for_copy(alter)) return lower_rebuild(lowering, alter);
  return Alteration(lowering, alter).run();
}

}  // namespace dmc::dialects::clickhouse
