// What a change does to rows that exist and to programs that read and write them.
#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "compiler/lint/rules.hpp"

namespace dmc::lint {

namespace {

plan::Hazard hazard(std::string id, std::string object, std::string evidence) {
  return {std::move(id), std::move(object), std::move(evidence), std::nullopt};
}

const change::ColumnMove* move_to(const change::AlterTable& kind, std::string_view column) {
  const auto found = std::ranges::find(kind.moves, column, &change::ColumnMove::to);
  return found == kind.moves.end() ? nullptr : &*found;
}

/// The column of `before` that a column of `after` goes on from.
const model::Column* origin_of(const change::AlterTable& kind, const model::Column& column) {
  const auto* move = move_to(kind, column.name);
  const auto* same = kind.before.column(column.name);
  // What goes on beside its successor is new.
  if (column.kept && !(same && same->kept)) return nullptr;
  return kind.before.column(move ? move->from : column.name);
}

bool filled_by_itself(const model::Column& column) {
  return column.default_value || column.generated || column.identity;
}

/// What of `before` is not in `after` any more, by name, and not only called otherwise there.
template <class T>
std::vector<std::string> gone(const std::vector<T>& before, const std::vector<T>& after) {
  const auto is_new_name_of = [&](const T& one, const T& other) {
    auto same = other;
    same.name = one.name;
    same.origin = one.origin;
    return same == one && std::ranges::find(before, other.name, &T::name) == before.end();
  };
  std::vector<std::string> names;
  for (const auto& one : before)
    if (std::ranges::none_of(after,
                             [&](const T& other) { return other.name == one.name || is_new_name_of(one, other); }))
      names.push_back(one.name);
  return names;
}

/// The elements of a key under the names that the alteration gives its columns.
std::vector<model::Element> carried(std::vector<model::Element> elements, const change::AlterTable& kind) {
  for (auto& element : elements)
    for (const auto& move : kind.moves)
      if (element.column == move.from) element.column = move.to;
  return elements;
}

/// A key that is only called otherwise keeps out what it kept out.
bool is_kept(const std::string& name, const change::AlterTable& kind) {
  const auto was = std::ranges::find(kind.before.uniques, name, &model::Key::name);
  const auto elements = carried(was->elements, kind);
  return std::ranges::any_of(kind.after.uniques, [&](const auto& key) {
    return key.elements == elements &&
           std::ranges::find(kind.before.uniques, key.name, &model::Key::name) == kind.before.uniques.end();
  });
}

class Finder {
 public:
  explicit Finder(const std::vector<std::string>& tightened) : tightened_(tightened) {}
  std::vector<plan::Hazard> found;

  void operator()(const change::DropTable& kind) {
    const auto path = kind.table.path();
    add("data.drop_table", path, "the table and every row in it go");
    if (kind.backup == model::Backup::without) add("data.no_backup", path, "nothing is kept of the table's rows");
  }
  void operator()(const change::RenameTable& kind) {
    if (kind.old_name) return;
    add("compat.rename_table", kind.before.path(),
        fmt::format("programs that say {} fail from the rename on; they must say {}", kind.before.path(),
                    kind.after.path()));
  }
  void operator()(const change::AlterTable& kind) {
    const auto path = kind.after.path();
    for (const auto& loss : kind.losses) {
      // What is kept equal to another column is not lost with its old name.
      const auto* lost = kind.before.column(loss.column);
      if (lost && lost->kept && !lost->kept->lossy) continue;
      const auto name = path + "." + loss.column;
      if (lost)
        add("data.drop_column", name, "the column and every value in it go");
      else
        add("data.drop_table", name, "the partition and every row in it go");
      if (loss.backup == model::Backup::without)
        add("data.no_backup", name,
            lost ? "nothing is kept of the column's values" : "nothing is kept of the partition's rows");
    }
    for (const auto& move : kind.moves)
      if (move.from != move.to && !kind.after.column(move.from))
        add("compat.rename_column", path + "." + move.from,
            fmt::format("programs that say {} fail from the rename on; they must say {}", move.from, move.to));
    for (const auto& column : kind.after.columns) compare(kind, column, path);
    for (const auto& name : gone(kind.before.checks, kind.after.checks))
      add("data.drop_check", path + "." + name, "rows that the check kept out can come in");
    for (const auto& name : gone(kind.before.uniques, kind.after.uniques))
      if (!is_kept(name, kind))
        add("data.drop_unique", path + "." + name, "equal rows can come in, and then the key cannot be made again");
    for (const auto& name : gone(kind.before.foreign_keys, kind.after.foreign_keys))
      add("data.drop_fk", path + "." + name, "rows that point nowhere can come in");
  }
  void operator()(const change::BackfillRows& kind) {
    const auto path = kind.table.path();
    if (!kind.new_columns && kind.statement.backup == model::Backup::without)
      add("data.no_backup", path, "the values that the backfill overwrites are not kept");
    if (kind.statement.follow) return;
    for (const auto& assignment : kind.statement.set) {
      const auto column = path + "." + assignment.column;
      if (std::ranges::find(tightened_, column) == tightened_.end()) continue;
      add("backfill.unguarded", column,
          "a row written after the backfill has passed is not filled, and the column cannot become not null then; "
          "`follow` "
          "fills such rows");
    }
  }
  void operator()(const change::DropRows& kind) {
    if (kind.statement.backup == model::Backup::without)
      add("data.no_backup", kind.table.path(), "the rows that are deleted are not kept");
    else
      add("data.drop_rows", kind.table.path(),
          fmt::format("rows where {} are deleted; a copy of them is kept", kind.statement.where.text));
  }
  void operator()(const change::RunStatements& kind) {
    add("raw.execute", kind.statement.name, "statements that dmc does not understand; only their verify is known");
  }
  void operator()(const change::RenameValue&) {}
  void operator()(const change::CreateObject& kind) { declared_whole(kind.object); }
  void operator()(const change::ReplaceObject& kind) { declared_whole(kind.after); }
  void operator()(const change::DropObject& kind) {
    // A function or a grant holds nothing; a sequence its place, and of what is declared whole nobody knows.
    if (!kind.object.has_type_in_name() || kind.object.type == "sequence" || kind.object.type == "schema")
      add("data.drop_table", kind.object.name, "whatever it holds goes, and nothing is kept of it");
  }
  /// What the language has a word for is read back from the server, and compared.
  void declared_whole(const model::Object& object) {
    if (!object.has_type_in_name())
      add("raw.unparsed", object.name, "declared as text: dmc sees that it is there, not what it is");
  }
  void operator()(const change::CreateTable&) {}
  void operator()(const change::CreateView&) {}
  void operator()(const change::ReplaceView&) {}
  void operator()(const change::DropView&) {}
  void operator()(const change::CreateTrigger&) {}
  void operator()(const change::ReplaceTrigger&) {}
  void operator()(const change::DropTrigger&) {}
  void operator()(const change::VerifyQuery&) {}
  void operator()(const change::WaitAtGate&) {}
  void operator()(const change::Adopt&) {}
  void operator()(const change::Forget&) {}
  void operator()(const change::EndKept&) {}

 private:
  void add(std::string id, std::string object, std::string evidence) {
    found.push_back(hazard(std::move(id), std::move(object), std::move(evidence)));
  }

  void compare(const change::AlterTable& kind, const model::Column& column, const std::string& path) {
    const auto* before = origin_of(kind, column);
    const auto object = path + "." + column.name;
    if (!before) return;
    if (before->not_null && !column.not_null)
      add("data.drop_not_null", object, "readers may meet a null where none could be");
    if (!before->not_null && column.not_null && !filled_by_itself(column))
      add("compat.required_column", object, "programs that leave the column out of an insert fail from then on");
    if (before->default_value != column.default_value && !column.generated)
      add("compat.default_change", object, "inserts that leave the column out get another value from then on");
  }

  const std::vector<std::string>& tightened_;
};

}  // namespace

std::vector<plan::Hazard> hazards_of(const change::Change& change, const std::vector<std::string>& tightened) {
  Finder finder(tightened);
  std::visit(finder, change.kind);
  return std::move(finder.found);
}

std::vector<std::string> tightened_columns(const std::vector<change::Change>& changes) {
  std::vector<std::string> tightened;
  std::set<std::string> made;  // by this change, before they got their default
  for (const auto& change : changes) {
    const auto* kind = std::get_if<change::AlterTable>(&change.kind);
    if (!kind) continue;
    for (const auto& column : kind->after.columns) {
      const auto* before = origin_of(*kind, column);
      const auto name = kind->after.path() + "." + column.name;
      if (filled_by_itself(column)) {
        if (made.contains(name)) std::erase(tightened, name);
        continue;
      }
      if (!column.not_null || (before && before->not_null)) continue;
      if (!before) made.insert(name);
      tightened.push_back(name);
    }
  }
  return tightened;
}

bool accepts_itself(const change::Change& change, std::string_view hazard) {
  // What a statement of the change asked for in so many words (language page, §4), and what is declared whole.
  if (hazard == "raw.unparsed") return true;
  if (hazard == "compat.required_column") return true;  // the backfill that makes it possible is the declaration
  if (!change.declared) return false;
  const bool by_hand = std::holds_alternative<change::RunStatements>(change.kind);
  if (hazard == "raw.execute") return by_hand;
  if (by_hand && hazard.starts_with("rewrite.")) return false;
  return hazard.starts_with("data.drop_") || hazard == "data.no_backup" || hazard.starts_with("compat.rename_") ||
         hazard == "rewrite.type_change" || hazard == "rewrite.type_narrowing";
}

}  // namespace dmc::lint
