// Reads the texts of views, triggers and objects, and the foreign keys of tables.
#include "compiler/diff/pointing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/holders.hpp"
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

namespace {

model::Database database_of(const State& state, const Ground& ground, std::size_t site) {
  const auto& desired = *ground.sites()[site].desired;
  model::Database database;
  database.name = state.name;
  database.engine = desired.engine;
  database.oldest_version = desired.oldest_version;
  state.tables.each([&](const model::Table& table) { database.tables.push_back(table); });
  state.views.each([&](const model::View& view) { database.views.push_back(view); });
  state.triggers.each([&](const model::Trigger& trigger) { database.triggers.push_back(trigger); });
  state.objects.each([&](const model::Object& object) { database.objects.push_back(object); });
  return database;
}

/// Where the desired state declares it.
std::optional<grammar::Span> declared_at(const State& wanted, const Subject& subject) {
  if (subject.kind == Kind::view)
    if (const auto* view = wanted.views.find(subject.path)) return view->origin.span;
  if (subject.kind == Kind::trigger)
    if (const auto* trigger = wanted.triggers.find(subject.path)) return trigger->origin.span;
  if (subject.kind == Kind::object)
    if (const auto* object = wanted.objects.find(subject.path)) return object->origin.span;
  const auto* table = is_member(subject.kind) ? wanted.tables.find(subject.path) : nullptr;
  if (!table) return std::nullopt;
  if (const auto* column = subject.kind == Kind::column ? table->column(subject.member) : nullptr)
    return column->origin.span;
  for (const auto& check : table->checks)
    if (subject.kind == Kind::constraint && check.name == subject.member) return check.origin.span;
  for (const auto& index : table->indexes)
    if (subject.kind == Kind::index && index.name == subject.member) return index.origin.span;
  return table->origin.span;
}

}  // namespace

std::vector<std::vector<Pointer>> holding(const Ground& ground, const State& state, std::size_t site,
                                          const std::vector<const model::Object*>& objects) {
  std::optional<model::Database> made;
  const auto now = [&]() -> const model::Database& {
    if (!made) made = database_of(state, ground, site);
    return *made;
  };
  std::vector<std::vector<Pointer>> found(objects.size());
  const auto* dialect = dynamic_cast<const dialects::Holders*>(state.dialect);
  if (!dialect || objects.empty()) return found;
  const auto all = dialect->holders(now, objects);
  if (std::ranges::all_of(all, &std::vector<dialects::Holder>::empty)) return found;
  // What is declared to go on holding it does not let go of it by being made anew, where it is not made anew too.
  const auto& wanted = ground.wanted()[site];
  const auto declared =
      dialect->holders([&]() -> const model::Database& { return *ground.sites()[site].desired; }, objects);
  const auto stays = [&](std::size_t at, const dialects::Holder& one) {
    return !wanted.objects.has(objects[at]->path()) &&
           std::ranges::any_of(declared[at], [&](const dialects::Holder& other) {
             return other.kind == one.kind && other.path == one.path && other.member == one.member;
           });
  };
  for (std::size_t at = 0; at < objects.size(); ++at)
    for (const auto& holder : all[at]) {
      const Subject subject{site, *kind_of(holder.kind), holder.path, holder.member};
      const std::string_view how = subject.kind == Kind::column ? " with backup" : "";
      const bool goes = holder.goes && !stays(at, holder);
      found[at].push_back(
          {fmt::format("{} {}", shown(ground, subject), holder.words),
           goes ? fmt::format("drop {} {}{};", word_of(subject.kind), written(ground, subject), how) : std::string(),
           declared_at(wanted, subject), subject});
    }
  return found;
}

bool report_callers(const Ground& ground, const Subject& subject, const model::Origin& where,
                    const model::Object& object) {
  const auto& wanted = ground.wanted()[subject.site];
  const auto* holders = dynamic_cast<const dialects::Holders*>(wanted.dialect);
  if (!holders || wanted.objects.has(object.path())) return false;
  const auto callers =
      holders->callers(*ground.sites()[subject.site].base, *ground.sites()[subject.site].desired, object);
  if (callers.empty()) return false;
  auto& diagnostic =
      ground.diagnostics().error("E0910", where.span, fmt::format("{} is still called", shown(ground, subject)),
                                 "nothing that stays takes what it is given");
  for (const auto& caller : callers) {
    const Subject one{subject.site, *kind_of(caller.kind), caller.path, caller.member};
    const auto words = fmt::format("{} {}", shown(ground, one), caller.words);
    if (const auto span = declared_at(wanted, one)) diagnostic.notes.push_back({*span, words});
    diagnostic.help.push_back(words + ": declare it without the call, or take it out of the desired state as well");
  }
  diagnostic.help.emplace_back("or leave this line out, and what it drops in the desired state");
  return true;
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
        fmt::format("{}: change it in the desired state{}{}", pointer.words,
                    pointer.mend.empty() ? std::string_view() : ", or before this line:  ", pointer.mend));
  }
  return true;
}

}  // namespace dmc::diff
