// Reads the texts of views, triggers and objects, and the foreign keys of tables.
#include "compiler/diff/pointing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/diff/reading.hpp"
#include "compiler/diff/store.hpp"

namespace dmc::diff {

namespace {

std::string bare(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

class Readers {
 public:
  Readers(const Ground& ground, const State& state, std::size_t site, const std::string& relation,
          const std::string& column)
      : ground_(ground),
        state_(state),
        site_(site),
        relation_(relation),
        column_(column),
        word_(column.empty() ? bare(relation) : column) {}

  std::vector<Pointer> find() && {
    state_.views.each([&](const model::View& view) {
      if (view.path() != relation_ && reads(view.query.text, {}))
        note(Kind::view, view.path(), ground_.wanted()[site_].views.find(view.path()));
    });
    state_.triggers.each([&](const model::Trigger& trigger) {
      if (trigger.table == relation_ && column_.empty()) return;
      const bool of =
          trigger.table == relation_ && std::ranges::find(trigger.of_columns, column_) != trigger.of_columns.end();
      if (of || (trigger.when && reads(trigger.when->text, trigger.table)) ||
          (trigger.body && reads(trigger.body->text, trigger.table)))
        note(Kind::trigger, trigger.path(), ground_.wanted()[site_].triggers.find(trigger.path()));
    });
    state_.objects.each([&](const model::Object& object) {
      if (!(column_.empty() && lives_on_it(object)) && reads(object.create.text, {}))
        note(Kind::object, object.path(), ground_.wanted()[site_].objects.find(object.path()));
    });
    return std::move(found_);
  }

 private:
  /// It goes with the relation, by itself or with a trigger or a policy of it.
  bool lives_on_it(const model::Object& object) const {
    return std::ranges::any_of(object.lives_on(), [&](const auto& host) {
      if (host == "table " + relation_ || host == "view " + relation_ || host.starts_with("trigger " + relation_ + "."))
        return true;
      const auto* between = state_.objects.find(host);
      return between && lives_on_it(*between);
    });
  }

  bool reads(const std::string& text, const std::string& rows) {
    if (!may_mention(text, word_)) return false;
    const auto reading = read_statements(text, names(), rows);
    return column_.empty() ? reading.relations.contains(relation_) : reading.columns.contains({relation_, column_});
  }

  /// Made at the first text that may read it. Other tables may have a column of that name.
  const Names& names() {
    if (names_) return *names_;
    names_.emplace(state_.dialect->description().names_fold_case);
    state_.tables.each([&](const model::Table& table) { names_->add(table); });
    if (const auto* view = state_.views.find(relation_)) names_->add(*view);
    return *names_;
  }

  template <class T>
  void note(Kind kind, const std::string& path, const T* desired) {
    const Subject subject{site_, kind, path, {}};
    found_.push_back({fmt::format("{} reads it", shown(ground_, subject)),
                      fmt::format("drop {} {};", word_of(kind), written(ground_, subject)),
                      desired ? desired->origin.span : std::nullopt, subject});
  }

  const Ground& ground_;
  const State& state_;
  std::size_t site_;
  const std::string& relation_;
  const std::string& column_;
  std::string word_;
  std::optional<Names> names_;
  std::vector<Pointer> found_;
};

}  // namespace

std::vector<Pointer> readers_of(const Ground& ground, const State& state, std::size_t site, const std::string& relation,
                                const std::string& column) {
  return Readers(ground, state, site, relation, column).find();
}

namespace {

/// Columns of a key that foreign keys of other tables may rely on; none for what is no key.
std::optional<std::vector<std::string>> key_columns(const model::Table& table, const std::string& name) {
  const auto columns = [](const model::Key& key) {
    std::vector<std::string> names;
    for (const auto& element : key.elements) names.push_back(element.column.value_or(""));
    return names;
  };
  if (table.primary_key && table.primary_key->name == name) return columns(*table.primary_key);
  for (const auto& key : table.uniques)
    if (key.name == name) return columns(key);
  return std::nullopt;
}

/// Foreign keys of other tables whose referenced columns are so.
std::vector<Pointer> referencing_so(const Ground& ground, const State& state, std::size_t site,
                                    const std::string& table, const auto& is_so) {
  const auto* target = state.tables.find(table);
  std::vector<std::string> key;
  if (target && target->primary_key)
    for (const auto& element : target->primary_key->elements) key.push_back(element.column.value_or(""));
  std::vector<Pointer> found;
  state.tables.each([&](const model::Table& other) {
    if (other.path() == table) return;
    for (const auto& reference : other.foreign_keys) {
      if (reference.table != table || !is_so(reference.referenced.empty() ? key : reference.referenced)) continue;
      const Subject subject{site, Kind::constraint, other.path(), reference.name};
      found.push_back(
          {fmt::format("the foreign key '{}' references it", ground.shown(site, other.path(), reference.name)),
           fmt::format("drop constraint {};", written(ground, subject)), reference.origin.span, subject});
    }
  });
  return found;
}

}  // namespace

std::vector<Pointer> referencing(const Ground& ground, const State& state, std::size_t site, const std::string& table,
                                 const std::optional<std::string>& column) {
  return referencing_so(ground, state, site, table, [&](const std::vector<std::string>& referenced) {
    return !column || std::ranges::find(referenced, *column) != referenced.end();
  });
}

std::vector<Pointer> relying(const Ground& ground, const State& state, const Subject& key) {
  const auto* table = state.tables.find(key.path);
  auto columns = table ? key_columns(*table, key.member) : std::nullopt;
  if (!columns) return {};
  std::ranges::sort(*columns);
  return referencing_so(ground, state, key.site, key.path, [&](std::vector<std::string> referenced) {
    std::ranges::sort(referenced);
    return referenced == *columns;
  });
}

bool report_pointers(const Ground& ground, const Subject& subject, const model::Origin& where,
                     const std::vector<Pointer>& pointers) {
  if (pointers.empty()) return false;
  auto& diagnostic = ground.diagnostics().error(
      "E0295", where.span, fmt::format("{} cannot go here", shown(ground, subject)),
      pointers.size() == 1 ? pointers.front().words : fmt::format("{} others still point at it", pointers.size()));
  for (const auto& pointer : pointers) {
    if (pointer.span) diagnostic.notes.push_back({*pointer.span, pointer.words});
    diagnostic.help.push_back(
        fmt::format("{}: change it in the desired state, or before this line:  {}", pointer.words, pointer.mend));
  }
  return true;
}

}  // namespace dmc::diff
