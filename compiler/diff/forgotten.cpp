// An engine carries a new name into the texts that it holds; sources that were not edited along ask for the old ones.
#include "compiler/diff/forgotten.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "compiler/dialects/mentions.hpp"
#include "compiler/diff/pointing.hpp"
#include "compiler/model/print.hpp"

namespace dmc::diff {

namespace {

struct Text {
  std::string holder;  ///< "check 't_check'"
  const model::Sql* sql;
  const model::Origin* origin;
};

std::vector<Text> texts_of(const model::Table& table) {
  std::vector<Text> texts;
  for (const auto& column : table.columns)
    if (column.generated)
      texts.push_back({fmt::format("column '{}'", column.name), &column.generated->expression, &column.origin});
  for (const auto& check : table.checks)
    texts.push_back({fmt::format("check '{}'", check.name), &check.expression, &check.origin});
  for (const auto& index : table.indexes) {
    const std::string holder = fmt::format("index '{}'", index.name);
    for (const auto& element : index.elements)
      if (element.expression) texts.push_back({holder, &*element.expression, &index.origin});
    if (index.where) texts.push_back({holder, &*index.where, &index.origin});
  }
  return texts;
}

class Forgotten {
 public:
  Forgotten(const Subject& subject, const Subject& target, const State& before, const Place& place)
      : place_(place), from_(name_of(subject)), to_(name_of(target)) {
    const State &after = place.state(subject.site), &wanted = place.wanted(subject.site);
    if (const auto* table = wanted.tables.find(target.path))
      look(*table, *before.tables.find(subject.path), *after.tables.find(target.path));
    look(wanted.views, before.views, after.views);
    look(wanted.triggers, before.triggers, after.triggers);
    const auto* table = after.tables.find(target.path);
    const bool goes_on = is_member(subject.kind) && table && table->column(subject.member);  // `keeping both`
    if (!goes_on) look_at_grants(wanted, before, after);
    if (after.dialect->description().views_keep_old_names) look_at_readers(subject, target, before, after);
  }

 private:
  static std::string name_of(const Subject& subject) {
    return is_member(subject.kind) ? subject.member : subject.path.substr(subject.path.rfind('.') + 1);
  }

  /// Names of constraints and indexes may follow from the renamed column, so their texts alone are compared.
  void look(const model::Table& wanted, const model::Table& before, const model::Table& after) {
    const auto was = texts_of(before), is = texts_of(after);
    for (const auto& text : texts_of(wanted)) {
      const auto says_so = [&](const Text& other) { return *other.sql == *text.sql; };
      if (std::ranges::any_of(was, says_so) && std::ranges::none_of(is, says_so))
        report(text.holder, text.origin->span ? *text.origin : wanted.origin);
    }
  }

  template <class T>
  void look(const Layered<T>& wanted, const Layered<T>& before, const Layered<T>& after) {
    wanted.each([&](const T& object) {
      const std::string path = object.path();
      const T *was = before.find(path), *is = after.find(path);
      if (was && is && is_left_behind(object, *was, *is))
        report(fmt::format("{} '{}'", std::is_same_v<T, model::View> ? "view" : "trigger", path), object.origin);
    });
  }

  /// The server carries a column's new name into what was granted on it.
  void look_at_grants(const State& wanted, const State& before, const State& after) {
    wanted.objects.each([&](const model::Object& object) {
      const auto *was = before.objects.find(object.path()), *is = after.objects.find(object.path());
      if (object.type == "grant" && was && is && object.create == was->create && object.create != is->create)
        report(grammar::escaped(object.label()), object.origin);
    });
  }

  /// Nobody carries the new name into these; a text that changes along comes behind the rename.
  void look_at_readers(const Subject& subject, const Subject& target, const State& before, const State& after) {
    const auto* table = after.tables.find(target.path);
    // `keeping both`
    if (is_member(subject.kind) ? table && table->column(subject.member) : after.has_relation(subject.path)) return;
    for (const auto& reader : readers_of(place_.ground, before, subject.site, subject.path, subject.member)) {
      const auto& path = reader.subject.path;
      const auto* is = after.views.find(path);
      const auto* wanted = place_.wanted(subject.site).views.find(path);
      if (reader.subject.kind == Kind::view && is && wanted && is->query == wanted->query &&
          is_meant(subject, before, is->query.text))
        report(fmt::format("view '{}'", path), wanted->origin);
    }
  }

  /// By the engine's rules of scope; what cannot be told so is not held against anybody.
  bool is_meant(const Subject& subject, const State& before, const std::string& query) {
    const auto* reader = dynamic_cast<const dialects::Mentioning*>(&before.dialect->texts());
    if (!reader) return true;
    if (!before_) {
      before_.emplace();
      before.tables.each([&](const model::Table& table) { before_->tables.push_back(table); });
      before.views.each([&](const model::View& view) { before_->views.push_back(view); });
    }
    const auto column = is_member(subject.kind) ? std::optional(subject.member) : std::nullopt;
    const auto found = reader->mentions(*before_, {{query, {}}}, subject.path, column);
    return !found.front() || std::ranges::any_of(*found.front(), &model::SqlMention::sure);
  }

  static bool is_left_behind(const model::View& wanted, const model::View& was, const model::View& is) {
    return wanted.query == was.query && wanted.query != is.query;
  }
  static bool is_left_behind(const model::Trigger& wanted, const model::Trigger& was, const model::Trigger& is) {
    return (wanted.body == was.body && wanted.body != is.body) || (wanted.when == was.when && wanted.when != is.when);
  }

  void report(const std::string& holder, const model::Origin& where) const {
    place_
        .error("E0294", where,
               place_.statement.line > 0
                   ? fmt::format("the {} still says '{}', which is called '{}' after line {} of change {}", holder,
                                 from_, to_, place_.statement.line, place_.ground.intent().number)
                   : fmt::format("the {} still says '{}', which this change calls '{}'", holder, from_, to_),
               "the old name")
        .help.push_back(fmt::format("write {} there", model::quoted(to_)));
  }

  const Place& place_;
  std::string from_, to_;
  std::optional<model::Database> before_;  ///< made when the first view is asked about
};

/// The desired state has something else under the old name: what says it means that.
bool is_taken_again(const Subject& subject, const Subject& target, const State& wanted) {
  if (subject.kind == Kind::table) return wanted.has_relation(subject.path);
  const auto* table = wanted.tables.find(target.path);
  return table && table->column(subject.member);
}

}  // namespace

void report_forgotten(const Subject& subject, const Subject& target, const State& before, const Place& place) {
  if (!is_taken_again(subject, target, place.wanted(subject.site))) Forgotten(subject, target, before, place);
}

}  // namespace dmc::diff
