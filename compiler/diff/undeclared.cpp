// The errors that print the statement which mends them.
#include "compiler/diff/undeclared.hpp"

#include <algorithm>

#include <fmt/format.h>

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

/// What a text of that type has to be for `cast`.
std::string cast_of(const model::Column& after) {
  return fmt::format("cast({} as {})", model::quoted(after.name), after.type);
}

}  // namespace

bool Survey::excuses(const Subject& subject) const {
  const auto dot = subject.path.rfind('.');
  const std::string table = dot == std::string::npos ? subject.path : subject.path.substr(dot + 1);
  return failed.contains(table) || (!subject.member.empty() && failed.contains(subject.member));
}

void Undeclarations::loss(const Subject& subject, const model::Origin& where, const std::vector<std::string>& became) {
  if (survey_.excuses(subject)) return;
  if (const auto arrival = survey_.arrivals.find(subject); arrival != survey_.arrivals.end()) {
    const auto& statement = ground_.intent().statements[arrival->second];
    auto& diagnostic = ground_.diagnostics().error(
        "E0294", statement.origin.span,
        fmt::format("this makes {}, but the desired state has none such", shown(ground_, subject)),
        "a rename ends in something that is declared");
    if (where.span) diagnostic.notes.push_back({*where.span, fmt::format("'{}' is not in here", own_name(subject))});
    return;
  }
  const std::string target = written(ground_, subject);
  const std::string drop =
      fmt::format("drop {} {}{};", word_of(subject.kind), target, holds_rows(subject) ? " with backup" : "");
  const std::string what = subject.kind == Kind::column
                               ? fmt::format("'{}'", ground_.shown(subject.site, subject.path, subject.member))
                               : shown(ground_, subject);
  Undeclared entry{
      drop, fmt::format("'{}' is in {} and no longer here", own_name(subject), ground_.base_name()), {}, true, false};
  auto& diagnostic = ground_.diagnostics().error(
      "E0207", where.span, fmt::format("this change drops {}, but nothing declares it", what), entry.reason);
  diagnostic.help.push_back(ground_.declare(drop));
  for (const auto& name : became) {
    entry.instead.push_back(fmt::format("rename {} {} to {};", word_of(subject.kind), target, model::quoted(name)));
    diagnostic.help.push_back(fmt::format("or, if it became '{}':  {}", name, entry.instead.back()));
  }
  entries_.push_back(std::move(entry));
}

void Undeclarations::rename(const Subject& subject, const model::Origin& where, const std::string& became) {
  if (survey_.excuses(subject)) return;
  Undeclared entry{
      fmt::format("rename {} {} to {};", word_of(subject.kind), written(ground_, subject), model::quoted(became)),
      fmt::format("it is called '{}' in {}", own_name(subject), ground_.base_name()),
      {},
      false,
      false};
  auto& diagnostic = ground_.diagnostics().error(
      "E0207", where.span,
      fmt::format("this change calls {} '{}', but nothing declares it", shown(ground_, subject), became), entry.reason);
  diagnostic.help.push_back(ground_.declare(entry.statement));
  entries_.push_back(std::move(entry));
}

void Undeclarations::retype(const Subject& column, const model::Column& before, const model::Column& after) {
  if (survey_.excuses(column)) return;
  const bool same_type = before.type == after.type;
  const bool widens = same_type || ground_.sites()[column.site].dialect->widens(before.type, after.type);
  const std::string target = written(ground_, column);
  Undeclared entry{
      widens ? fmt::format("retype {};", target) : fmt::format("retype {} using ({});", target, cast_of(after)),
      fmt::format("it is {} in {}", type_of(before), ground_.base_name()),
      {},
      !widens,
      false};
  auto& diagnostic =
      ground_.diagnostics().error("E0208", after.origin.span,
                                  fmt::format("this change makes '{}' {}, but nothing declares it",
                                              ground_.shown(column.site, column.path, column.member), type_of(after)),
                                  entry.reason);
  diagnostic.help.push_back(ground_.declare(entry.statement));
  if (!widens)
    diagnostic.help.push_back(
        fmt::format("not every {} survives as {}: say how it is to be read", before.type, after.type));
  entries_.push_back(std::move(entry));
}

void Undeclarations::required(const Subject& column, const model::Column& after) {
  if (survey_.excuses(column)) return;
  Undeclared entry{fmt::format("backfill {} set {} = (…) follow;", ground_.written(column.site, column.path),
                               model::quoted(column.member)),
                   fmt::format("'{}' is new and not null, and the rows that exist have no value for it",
                               ground_.shown(column.site, column.path, column.member)),
                   {},
                   false,
                   true};
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
  Undeclared entry{fmt::format("rebuild table {};", ground_.written(table.site, table.path)),
                   fmt::format("it has {} in {} and {} here", was, ground_.base_name(), is),
                   {},
                   false,
                   false};
  auto& diagnostic = ground_.diagnostics().error(
      "E0296", where.span,
      fmt::format("this change writes '{}' anew, but nothing declares it", ground_.shown(table.site, table.path)),
      entry.reason);
  diagnostic.help.push_back(ground_.declare(entry.statement));
  entries_.push_back(std::move(entry));
}

}  // namespace dmc::diff
