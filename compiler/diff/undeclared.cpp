// The errors that print the statement which mends them.
#include "compiler/diff/undeclared.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/diff/pointing.hpp"
#include "compiler/model/print.hpp"

namespace dmc::diff {

namespace {

/// The last part of what a subject is called: `nickname` of `users.nickname`.
const std::string& own_name(const Subject& subject) { return subject.member.empty() ? subject.path : subject.member; }

std::string type_of(const model::Column& column) {
  std::string text = column.type.empty() ? std::string("without a type") : column.type;
  if (column.collation) text += " collate " + *column.collation;
  if (column.generated)
    text +=
        fmt::format(" generated ({}){}", column.generated->expression.text, column.generated->stored ? " stored" : "");
  return text;
}

/// Constraints and indexes go before the columns they are on, readers before what they read.
int rank_of(Kind kind) {
  switch (kind) {
    case Kind::trigger:
      return 10;
    case Kind::view:
      return 11;
    case Kind::object:
      return 12;
    case Kind::index:
    case Kind::projection:
      return 13;
    case Kind::constraint:
      return 14;
    case Kind::column:
    case Kind::partition:
      return 15;
    case Kind::table:
      return 16;
  }
  return 0;
}
constexpr int rename_rank = 1, retype_rank = 2, backfill_rank = 3, rebuild_rank = 17;

/// A path that the rename can be resolved by: with its database where there are several.
model::Path path_of(const Ground& ground, const Subject& subject) {
  model::Path path;
  if (ground.sites().size() > 1) path.parts.push_back(ground.sites()[subject.site].desired->name);
  const auto dot = subject.path.find('.');
  if (dot != std::string::npos) path.parts.push_back(subject.path.substr(0, dot));
  path.parts.push_back(dot == std::string::npos ? subject.path : subject.path.substr(dot + 1));
  if (!subject.member.empty()) path.parts.push_back(subject.member);
  return path;
}

/// `to` is a name, or the path of an object that also has another schema.
Renaming renaming(const Ground& ground, const Subject& subject, const std::string& to) {
  const auto dot = is_member(subject.kind) ? std::string::npos : to.find('.');
  Renaming found;
  if (dot != std::string::npos) found.rename.to.parts.push_back(to.substr(0, dot));
  found.rename.to.parts.push_back(dot == std::string::npos ? to : to.substr(dot + 1));
  found.rename.object_kind = std::string(word_of(subject.kind));
  found.rename.from = path_of(ground, subject);
  std::string name;
  for (const auto& part : found.rename.to.parts) name += (name.empty() ? "" : ".") + model::quoted(part);
  found.statement = fmt::format("rename {} {} to {};", word_of(subject.kind), written(ground, subject), name);
  return found;
}

/// What it holds stands in the column beside it, too, unless that was computed with a loss.
bool is_kept_equal(const Subject& subject, const State& state) {
  const auto* table = subject.kind == Kind::column ? state.tables.find(subject.path) : nullptr;
  const auto* column = table ? table->column(subject.member) : nullptr;
  return column && column->kept && !column->kept->lossy;
}

/// What the entry is about.
void say_what(Undeclared& entry, const Subject& subject) {
  entry.site = subject.site;
  entry.kind = word_of(subject.kind);
  entry.path = subject.path;
  entry.member = subject.member;
}

/// What a text of that type has to be for `cast`.
std::string cast_of(const model::Column& after) {
  return fmt::format("cast({} as {})", model::quoted(after.name), after.type);
}

}  // namespace

bool Survey::excuses(const Subject& subject) const {
  const auto dot = subject.path.rfind('.');
  const std::string object = dot == std::string::npos ? subject.path : subject.path.substr(dot + 1);
  const auto means = [](const Named& named, const std::string& word, const std::string& name) {
    return word == name || (named.unknown && !grammar::nearest(word, std::vector<std::string_view>{name}).empty());
  };
  return std::ranges::any_of(failed, [&](const Named& named) {
    if (named.member.empty()) return means(named, named.object, object);
    return (named.object.empty() || named.object == object) && !subject.member.empty() &&
           means(named, named.member, subject.member);
  });
}

void Undeclarations::loss(const Subject& subject, const model::Origin& where, const std::vector<std::string>& became) {
  if (survey_.excuses(subject)) return;
  if (const auto arrival = survey_.arrivals.find(subject); arrival != survey_.arrivals.end())
    return undeclared_arrival(subject, ground_.intent().statements[arrival->second], where);
  if (const auto old = survey_.old_names.find(subject); old != survey_.old_names.end())
    return unshown(subject, ground_.intent().statements[old->second]);
  const std::string target = written(ground_, subject);
  const std::string drop = fmt::format("drop {} {}{};", word_of(subject.kind), target,
                                       !holds_rows(subject, survey_.after[subject.site])     ? ""
                                       : is_kept_equal(subject, survey_.after[subject.site]) ? " without backup"
                                                                                             : " with backup");
  const std::string what = subject.kind == Kind::column
                               ? fmt::format("'{}'", ground_.shown(subject.site, subject.path, subject.member))
                               : shown(ground_, subject);
  Undeclared entry;
  entry.rank = rank_of(subject.kind);
  entry.statement = drop;
  entry.reason = fmt::format("'{}' is in {} and no longer here", own_name(subject), ground_.base_name());
  entry.destructive = true;
  say_what(entry, subject);
  auto& diagnostic =
      ground_.diagnostics().error("E0207", where.span ? where.span : ground_.intent().origin.span,
                                  fmt::format("this change drops {}, but nothing declares it", what), entry.reason);
  // What relies on a key goes with it, and comes again behind the one that takes its place.
  if (subject.kind == Kind::constraint)
    for (const auto& pointer : relying(ground_, survey_.after[subject.site], subject)) {
      const auto* table = ground_.wanted()[subject.site].tables.find(pointer.subject.path);
      const bool said = std::ranges::find(entries_, pointer.mend, &Undeclared::statement) != entries_.end();
      if (said || !table || !has_constraint(*table, pointer.subject.member)) continue;
      Undeclared before;
      before.rank = rank_of(Kind::index);
      before.statement = pointer.mend;
      before.reason = pointer.words + ", and comes again at the end";
      before.destructive = true;
      entries_.push_back(std::move(before));
      diagnostic.help.push_back(ground_.declare(pointer.mend));
    }
  diagnostic.help.push_back(ground_.declare(drop));
  for (const auto& name : became) {
    entry.instead.push_back(renaming(ground_, subject, name));
    diagnostic.help.push_back(fmt::format("or, if it became '{}':  {}", name, entry.instead.back().statement));
  }
  const bool database_is_gone = !ground_.sites()[subject.site].desired->origin.span.has_value();
  if (database_is_gone && !is_member(subject.kind))
    diagnostic.help.push_back(
        fmt::format("or, to leave it there and stop managing it:  forget {} {};", word_of(subject.kind), target));
  entries_.push_back(std::move(entry));
}

void Undeclarations::unshown(const Subject& subject, const model::Statement& statement) {
  const bool column = subject.kind == Kind::column;
  auto& diagnostic = ground_.diagnostics().error(
      "E0207", statement.origin.span,
      fmt::format("nothing says how long {} goes on beside what it became", shown(ground_, subject)),
      "both are kept until the old one is dropped");
  diagnostic.help.push_back(fmt::format("behind a gate of this change:  drop {} {}{};", word_of(subject.kind),
                                        written(ground_, subject), column ? " without backup" : ""));
  diagnostic.help.push_back(fmt::format("or show it in the desired state until a later change drops it: the {} '{}'{}",
                                        word_of(subject.kind), grammar::escaped(own_name(subject)),
                                        column ? " with its type" : ", which reads the table"));
}

void Undeclarations::undeclared_arrival(const Subject& subject, const model::Statement& statement,
                                        const model::Origin& where, const std::string& instead) {
  auto& diagnostic = ground_.diagnostics().error(
      "E0294", statement.origin.span,
      fmt::format("this ends in {}, which the desired state does not have", shown(ground_, subject)),
      "rename it to what is declared");
  if (where.span)
    diagnostic.notes.push_back({*where.span, fmt::format("'{}' is not declared in here", own_name(subject))});
  const auto& wanted = ground_.wanted()[subject.site];
  std::vector<std::string_view> names;
  if (const auto* table = wanted.tables.find(subject.path); table && subject.kind == Kind::column)
    for (const auto& column : table->columns) names.push_back(column.name);
  if (subject.kind == Kind::table) wanted.tables.each([&](const model::Table& table) { names.push_back(table.name); });
  const auto* rename = std::get_if<model::RenameStatement>(&statement.kind);
  if (rename && rename->from.parts.back() == instead)
    diagnostic.help.push_back("call it so in the desired state, or leave out the rename");
  else if (!instead.empty())
    diagnostic.help.push_back(fmt::format("did you mean '{}'?", instead));
  for (const auto& near : grammar::nearest(own_name(subject), names))
    diagnostic.help.push_back(fmt::format("did you mean '{}'?", near));
}

void Undeclarations::rename(const Subject& subject, const model::Origin& where, const std::string& became) {
  if (survey_.excuses(subject)) return;
  if (const auto arrival = survey_.arrivals.find(subject); arrival != survey_.arrivals.end())
    return undeclared_arrival(subject, ground_.intent().statements[arrival->second], where, became);
  Undeclared entry;
  entry.rank = rename_rank;
  entry.instead.push_back(renaming(ground_, subject, became));
  entry.statement = entry.instead.back().statement;
  entry.reason = fmt::format("it is called '{}' in {}", own_name(subject), ground_.base_name());
  auto& diagnostic = ground_.diagnostics().error(
      "E0207", where.span,
      fmt::format("this change calls {} '{}', but nothing declares it", shown(ground_, subject), became), entry.reason);
  diagnostic.help.push_back(ground_.declare(entry.statement));
  entries_.push_back(std::move(entry));
}

void Undeclarations::retype(const Subject& column, const model::Table& table, const model::Column& before,
                            const model::Column& after) {
  if (survey_.excuses(column)) return;
  if (after.generated && !before.generated) return computed(column, before, after);
  const bool same_type = before.type == after.type;
  const auto& dialect = *ground_.sites()[column.site].dialect;
  const bool widens = same_type || dialect.widens(before.type, after.type, table);
  const bool by_itself = widens || dialect.description().converts_types;
  const std::string target = written(ground_, column);
  Undeclared entry;
  entry.rank = retype_rank;
  say_what(entry, column);
  entry.retyped = true;
  entry.statement =
      by_itself ? fmt::format("retype {};", target) : fmt::format("retype {} using ({});", target, cast_of(after));
  entry.reason = fmt::format("it is {} in {}", type_of(before), ground_.base_name());
  entry.destructive = !widens;
  auto& diagnostic =
      ground_.diagnostics().error("E0208", after.origin.span,
                                  fmt::format("this change makes '{}' {}, but nothing declares it",
                                              ground_.shown(column.site, column.path, column.member), type_of(after)),
                                  entry.reason);
  diagnostic.help.push_back(ground_.declare(entry.statement));
  if (!widens)
    diagnostic.help.push_back(fmt::format(
        "not every {} survives as {}: {}", before.type.empty() ? "value of a column without a type" : before.type,
        after.type, by_itself ? "the run stops before it where one would not" : "say how it is to be read"));
  entries_.push_back(std::move(entry));
}

void Undeclarations::computed(const Subject& column, const model::Column& before, const model::Column& after) {
  Undeclared entry;
  entry.rank = rank_of(Kind::column);
  entry.statement = fmt::format("drop column {} with backup;", written(ground_, column));
  entry.reason = fmt::format("it is {} in {}, and its expression takes the place of every value", type_of(before),
                             ground_.base_name());
  entry.destructive = true;
  auto& diagnostic =
      ground_.diagnostics().error("E0208", after.origin.span,
                                  fmt::format("this change makes '{}' {}, but nothing declares it",
                                              ground_.shown(column.site, column.path, column.member), type_of(after)),
                                  entry.reason);
  diagnostic.help.push_back(ground_.declare(entry.statement));
  entries_.push_back(std::move(entry));
}

void Undeclarations::replacement(const Subject& object, const model::Origin& where) {
  if (survey_.excuses(object)) return;
  Undeclared entry;
  entry.rank = rank_of(Kind::object);
  entry.statement = fmt::format("drop object {};", written(ground_, object));
  entry.reason =
      fmt::format("another text makes it than in {}, and what it holds goes with the old one", ground_.base_name());
  entry.destructive = true;
  auto& diagnostic = ground_.diagnostics().error(
      "E0207", where.span, fmt::format("this change makes {} anew, but nothing declares it", shown(ground_, object)),
      entry.reason);
  diagnostic.help.push_back(ground_.declare(entry.statement));
  diagnostic.help.push_back("or say here how it becomes the new one and keeps what it holds:  replace (…)");
  entries_.push_back(std::move(entry));
}

void Undeclarations::required(const Subject& column, const model::Column& after) {
  if (survey_.excuses(column)) return;
  const std::string what = ground_.shown(column.site, column.path, column.member);
  Undeclared entry;
  entry.rank = backfill_rank;
  entry.statement = fmt::format("backfill {} set {} = (…) follow;", ground_.written(column.site, column.path),
                                model::quoted(column.member));
  entry.reason = fmt::format("'{}' is new and not null, and the rows that exist have no value for it", what);
  entry.skeleton = true;
  auto& diagnostic =
      ground_.diagnostics().error("E0209", after.origin.span,
                                  fmt::format("'{}' is new and not null, but the rows that exist have no value for it",
                                              ground_.shown(column.site, column.path, column.member)),
                                  "needs a default, a backfill, an identity or a generated value");
  diagnostic.help.push_back(fmt::format("fill it in change {}:  {}", ground_.intent().number, entry.statement));
  diagnostic.help.push_back("or give it a value here:  default …");
  entries_.push_back(std::move(entry));
}

void Undeclarations::rebuild(const Subject& table, const model::Origin& where, const std::string& was,
                             const std::string& is) {
  if (survey_.excuses(table)) return;
  Undeclared entry;
  entry.rank = rebuild_rank;
  entry.statement = fmt::format("rebuild table {};", ground_.written(table.site, table.path));
  entry.reason = fmt::format("it has {} in {} and {} here", was, ground_.base_name(), is);
  auto& diagnostic = ground_.diagnostics().error(
      "E0296", where.span,
      fmt::format("this change writes '{}' anew, but nothing declares it", ground_.shown(table.site, table.path)),
      entry.reason);
  diagnostic.help.push_back(ground_.declare(entry.statement));
  entries_.push_back(std::move(entry));
}

}  // namespace dmc::diff
