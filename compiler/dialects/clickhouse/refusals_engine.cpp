#include "compiler/dialects/clickhouse/refusals_engine.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/engine_kinds.hpp"
#include "compiler/dialects/clickhouse/quoting.hpp"
#include "compiler/dialects/clickhouse/readers.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/model/renamed.hpp"
#include "grammar/encoding.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Table;

const model::RenameStatement* renames(const model::Statement& statement, std::string_view kind) {
  const auto* rename = std::get_if<model::RenameStatement>(&statement.kind);
  return rename && rename->object_kind == kind && !rename->from.parts.empty() && !rename->to.parts.empty() ? rename
                                                                                                           : nullptr;
}

/// What the table was called before the change.
std::string old_name_of(const Table& table, const model::Intent& intent) {
  for (const auto& statement : intent.statements)
    if (const auto* rename = renames(statement, "table"); rename && rename->to.parts.back() == table.name)
      return rename->from.parts.back();
  return table.name;
}

/// As far as an alter is needed: the server takes another comment for every engine.
model::Column without_comment(model::Column column) {
  column.comment.reset();
  return column;
}

/// The first column that is otherwise; null: one that is gone, or none.
bool differs(const Table& was, const Table& is, const model::Column*& first) {
  for (const auto& column : is.columns)
    if (const auto* old = was.column(column.name); !old || !(without_comment(*old) == without_comment(column))) {
      first = &column;
      return true;
    }
  return std::ranges::any_of(was.columns, [&](const auto& column) { return !is.column(column.name); });
}

void refuse_columns(const Table& was, const Table& is, Version oldest, grammar::Diagnostics& diagnostics) {
  const model::Column* first = nullptr;
  if (alters_columns(was, oldest) || was.storage != is.storage || !differs(was, is, first)) return;
  const auto engine = engine_of(was);
  const auto name = grammar::escaped(is.name);
  auto& error = diagnostics.error(
      "E0963", first ? first->origin.span : is.origin.span,
      fmt::format("no column of '{}' can change, because its engine is {}", name, engine),
      engine == "Memory" ? fmt::format("only from {}.{} on does the server alter columns of a Memory table",
                                       alter_memory.major, alter_memory.minor)
                         : fmt::format("the server alters no column of a {} table", engine));
  error.help.push_back(
      reads_elsewhere(was)
          ? fmt::format("it holds no rows itself: drop it in one change (drop table {} without backup;), and declare "
                        "it with its new columns in the next",
                        is.name)
      : engine == "Set"
          ? "declare a table of another name beside it, fill that one, and drop this one"
          : fmt::format("declare a table of another name beside it, move the rows with a `run` (insert into … select "
                        "… from {}), and drop this one in the next change",
                        is.name));
}

/// Columns that stay are not moved past each other, and `insert … values` goes by where they stand.
void warn_of_order(const Table& was, const Table& is, const model::Intent& intent, grammar::Diagnostics& diagnostics) {
  std::vector<std::string> declared, standing;
  for (const auto& column : is.columns) {
    const auto* from = model::renamed_from(intent, is.name, column.name);
    if (const auto* old = was.column(from ? *from : column.name); old && !old->generated && !column.generated)
      declared.push_back(old->name);
  }
  for (const auto& column : was.columns)
    if (std::ranges::find(declared, column.name) != declared.end()) standing.push_back(column.name);
  if (declared == standing) return;
  diagnostics
      .warning("E0964", is.origin.span,
               fmt::format("the columns of '{}' stand in another order than they are declared in",
                           grammar::escaped(is.name)),
               "they stay where they are, and an insert or a select without a list of columns goes by that")
      .help.push_back(fmt::format("declare them as they stand: {}", joined(standing, ", ")));
}

/// Whether a Buffer writes into the table by itself: `Buffer(currentDatabase(), 'hits', …)`.
bool is_before(const Table& buffer, const model::Database& database, std::string_view table) {
  if (engine_of(buffer) != "Buffer") return false;
  const auto arguments = parts_of(call_of(buffer.storage->engine).arguments);
  if (arguments.size() < 2 || arguments[1] != literal_of(table)) return false;
  return arguments[0] == "currentDatabase()" || arguments[0] == "''" || arguments[0] == literal_of(database.name);
}

/// A dictionary names its source as a name or as a text: `source(clickhouse(table 'hits' …))`.
bool reads(const model::Object& dictionary, std::string_view name) {
  return dictionary.type == "dictionary" &&
         (names(dictionary.create.text, name) || dictionary.create.text.find(literal_of(name)) != std::string::npos);
}

class Readers {
 public:
  Readers(const Tried& tried, grammar::Diagnostics& diagnostics) : tried_(tried), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& statement : tried_.intent->statements) {
      if (const auto* drop = std::get_if<model::DropStatement>(&statement.kind)) {
        if (drop->object_kind == "table" && !drop->path.parts.empty())
          table_goes(statement, drop->path.parts.back(), drop->backup);
        if (drop->object_kind == "column" && drop->path.parts.size() >= 2) column_goes(statement, drop->path, false);
      }
      if (const auto* rename = renames(statement, "table"))
        table_goes(statement, rename->from.parts.back(), model::Backup::with);
      if (const auto* rename = renames(statement, "column"); rename && rename->from.parts.size() >= 2)
        column_goes(statement, rename->from, true);
    }
  }

 private:
  void table_goes(const model::Statement& statement, const std::string& table, model::Backup rows) {
    if (!tried_.before->table(table)) return;
    for (const auto& other : tried_.before->tables) {
      if (!is_before(other, *tried_.before, table)) continue;
      // Where both go, and no row is kept, none is missed.
      if (rows != model::Backup::with && !tried_.desired.table(other.name)) continue;
      buffer(statement, table, other.name);
    }
    for (const auto& object : tried_.before->objects)
      if (reads(object, table) && stays(object)) dictionary(statement, table, object.name);
  }

  void column_goes(const model::Statement& statement, const model::Path& path, bool renamed) {
    const auto &column = path.parts.back(), &table = path.parts[path.parts.size() - 2];
    if (!tried_.before->table(table)) return;
    for (const auto& other : tried_.before->tables) {
      if (!is_before(other, *tried_.before, table) || !other.column(column)) continue;
      const auto* later = tried_.desired.table(other.name);
      if (!renamed && (!later || !later->column(column))) continue;
      buffer(statement, table + "." + column, other.name);
    }
    for (const auto& object : tried_.before->objects)
      if (reads(object, table) && names(object.create.text, column) && stays(object))
        dictionary(statement, table + "." + column, object.name);
  }

  bool stays(const model::Object& object) const {
    return std::ranges::any_of(tried_.desired.objects, [&](const auto& other) {
      return other.type == object.type && other.name == object.name && other.create == object.create;
    });
  }

  void buffer(const model::Statement& statement, const std::string& what, const std::string& reader) {
    diagnostics_
        .error("E0962", statement.origin.span,
               fmt::format("rows for '{}' may still wait in the Buffer '{}'", grammar::escaped(what),
                           grammar::escaped(reader)),
               "it finds the table and its columns by their names, and what it cannot write is lost")
        .help.push_back(
            fmt::format("take the Buffer away in a change before this one (drop table {} without backup;), which "
                        "writes what waits, and declare it again in one behind it",
                        reader));
  }

  void dictionary(const model::Statement& statement, const std::string& what, const std::string& reader) {
    diagnostics_
        .error("E0962", statement.origin.span,
               fmt::format("the dictionary '{}' reads '{}'", grammar::escaped(reader), grammar::escaped(what)),
               "it would find nothing there when it is loaded the next time")
        .help.push_back("declare the dictionary as it is to read then, in this change; or drop it first");
  }

  const Tried& tried_;
  grammar::Diagnostics& diagnostics_;
};

}  // namespace

void refuse_by_engine(const Tried& tried, grammar::Diagnostics& diagnostics) {
  const auto oldest = version_of(tried.before->oldest_version);
  const bool adopts = std::ranges::any_of(tried.intent->statements, [](const auto& statement) {
    return std::holds_alternative<model::AdoptStatement>(statement.kind);
  });
  if (adopts) return;
  for (const auto& table : tried.desired.tables)
    if (const auto* was = tried.before->table(old_name_of(table, *tried.intent))) {
      refuse_columns(*was, table, oldest, diagnostics);
      warn_of_order(*was, table, *tried.intent, diagnostics);
    }
}

void refuse_under_readers(const Tried& tried, grammar::Diagnostics& diagnostics) { Readers(tried, diagnostics).run(); }

}  // namespace dmc::dialects::clickhouse
