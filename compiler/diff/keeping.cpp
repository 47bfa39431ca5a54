// The desired state shows the old one as an ordinary column or view; that it is bound to another one is known by the
// catalog alone.
#include "compiler/diff/keeping.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/model/print.hpp"

namespace dmc::diff {

namespace {

constexpr std::string_view code = "E0285";

/// A name that every engine reads as a name.
std::string in_quotes(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text + '"';
}

/// The column of the table that the text reads besides `own`.
const model::Column* reads_more(const model::Sql& text, const model::Table& table, const std::string& own) {
  const auto names = model::names_in(text.text);
  const auto found = std::ranges::find_if(table.columns, [&](const auto& column) {
    return column.name != own && std::ranges::find(names, std::string_view(column.name)) != names.end();
  });
  return found == table.columns.end() ? nullptr : &*found;
}

}  // namespace

bool can_keep_both(const Subject& subject, const Place& place) {
  const auto& engine = place.state(subject.site).dialect->description();
  if (engine.has("'keeping both'")) return true;
  place
      .error(code, fmt::format("{} has no 'keeping both'", engine.label),
             subject.kind == Kind::table ? "no view takes what is written to it there"
                                         : "no trigger can set a column of the row that is written there")
      .help.push_back("leave out: keeping both");
  return false;
}

model::Column kept_column(const Subject& subject, const Place& place, std::string name, std::string with) {
  const State& state = place.state(subject.site);
  const auto& was = *state.tables.find(subject.path)->column(subject.member);
  model::Column kept;
  kept.name = std::move(name);
  kept.type = was.type;
  kept.collation = was.collation;
  kept.kept = model::KeptEqual{
      fmt::format("{} {} {}.{}", place.ground.intent().number, state.name, subject.path, subject.member),
      std::move(with), std::nullopt, std::nullopt};
  return kept;
}

std::optional<model::View> old_name(const model::Table& before, const model::Table& after, std::size_t site,
                                    const Place& place) {
  const State& state = place.state(site);
  model::View view;
  view.schema = before.schema;
  view.name = before.name;
  view.old_name_of = after.path();
  for (const auto& column : after.columns)
    view.query.text += (view.query.text.empty() ? "select " : ", ") + in_quotes(column.name);
  view.query.text += " from " + (after.schema.empty() ? "" : in_quotes(after.schema) + ".") + in_quotes(after.name);

  model::Database alone;
  alone.name = state.name;
  alone.engine = state.dialect->description().name;
  alone.oldest_version = place.ground.sites()[site].desired->oldest_version;
  alone.tables.push_back(after);
  alone.views.push_back(std::move(view));
  grammar::Diagnostics found;
  state.dialect->check(alone, found);
  // What its foreign keys and types need is not here: only what is said of the view counts.
  for (const auto& diagnostic : found.all()) {
    if (diagnostic.code != code) continue;
    auto& error = place.error(code, diagnostic.message, diagnostic.label);
    error.help = diagnostic.help;
    return std::nullopt;
  }
  return std::move(alone.views.front());
}

std::optional<model::Column> old_column(const model::RetypeStatement& statement, const Subject& subject,
                                        const model::Column& desired, const Place& place) {
  const auto& table = *place.state(subject.site).tables.find(subject.path);
  const auto& name = subject.member;
  const std::string old = name + "_old";
  const auto longest = place.state(subject.site).dialect->description().longest_name;
  if (table.column(old) || (longest > 0 && static_cast<std::int64_t>(old.size()) > longest)) {
    place.error("E0293", fmt::format("{} cannot go on as '{}'", shown(place.ground, subject), grammar::escaped(old)),
                table.column(old) ? "there is such a column already" : "the name is too long");
    return std::nullopt;
  }
  for (const auto* text : {&statement.using_expression, &statement.undo}) {
    const auto* other = *text ? reads_more(**text, table, name) : nullptr;
    if (!other) continue;
    place
        .error(code,
               fmt::format("{} could not be kept equal to what it was: the text reads '{}' too",
                           shown(place.ground, subject), grammar::escaped(other->name)),
               "with 'keeping both', `using` and `undo` may read the column alone")
        .help.push_back("leave out: keeping both");
    return std::nullopt;
  }
  const auto* whole = place.ground.sites()[subject.site].desired->table(subject.path);
  if (const auto* shown_old = whole ? whole->column(old) : nullptr; shown_old && shown_old->not_null) {
    place
        .error(
            code,
            fmt::format("'{}.{}' is to be not null, and a value that is written to '{}' may have none in the old type",
                        grammar::escaped(subject.path), grammar::escaped(old), grammar::escaped(name)),
            "the old one has no value then, and nobody's write may fail for its sake")
        .help.push_back(fmt::format("declare it without 'not null':  {} {};", old, shown_old->type));
  }
  auto kept = kept_column(subject, place, old, name);
  const auto cast = [](const std::string& from, const std::string& type) {
    return model::Sql{fmt::format("cast({} as {})", in_quotes(from), type)};
  };
  auto& equal = *kept.kept;
  equal.value = statement.undo ? *statement.undo : cast(name, kept.type);
  equal.back = cast(old, desired.type);
  if (statement.using_expression)
    equal.back->text = model::with_renamed(statement.using_expression->text, name, old,
                                           {table.name, model::RenameScope::Text::expression, false});
  equal.lossy = statement.using_expression && !statement.undo;
  return kept;
}

bool is_bound(const Subject& subject, const Place& place, bool kept_one_may) {
  const auto* table = place.state(subject.site).tables.find(subject.path);
  if (!table) return false;
  for (const auto& column : table->columns) {
    if (!column.kept || (column.name != subject.member && column.kept->with != subject.member)) continue;
    if (kept_one_may && column.name == subject.member) continue;
    place
        .error(code,
               fmt::format("'{}' and '{}' of '{}' are kept equal", grammar::escaped(column.kept->with),
                           grammar::escaped(column.name), place.ground.shown(subject.site, subject.path)),
               "as long as both are there, neither can become another column")
        .help.push_back(fmt::format("end that first:  drop column {} without backup;",
                                    place.ground.written(subject.site, subject.path, column.name)));
    return true;
  }
  return false;
}

bool is_bound(const model::Table& table, const Subject& subject, const Place& place) {
  return std::ranges::any_of(table.columns, [&](const auto& column) {
    return column.kept && is_bound({subject.site, Kind::column, subject.path, column.name}, place, false);
  });
}

void take_over_kept(Comparison& comparison, const model::Table& before, model::Table& desired) {
  for (const auto& column : before.columns) {
    if (!column.kept) continue;
    const auto wanted = std::ranges::find(desired.columns, column.name, &model::Column::name);
    if (wanted == desired.columns.end()) continue;
    wanted->kept = column.kept;
    if (!wanted->default_value && !wanted->generated && !wanted->identity) continue;
    comparison.ground.diagnostics().error(
        code, wanted->origin.span,
        fmt::format("'{}' is kept equal to '{}' and has a value of its own",
                    comparison.ground.shown(comparison.site, desired.path(), column.name),
                    grammar::escaped(column.kept->with)),
        "a row that is written without it takes it from the other column: the default stands there");
  }
}

}  // namespace dmc::diff
