// Each refusal is about a table that is there under the same name before and after.
#include "compiler/dialects/postgres/refusals.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/artifact.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/lower_types.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/pointing.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/rebuild.hpp"
#include "compiler/dialects/postgres/rename.hpp"
#include "compiler/dialects/postgres/rename_value.hpp"
#include "compiler/dialects/postgres/retype_by_copy.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/sql/tree.hpp"
#include "compiler/dialects/postgres/sql/types.hpp"
#include "compiler/dialects/postgres/table_copy.hpp"
#include "compiler/dialects/postgres/triggers_off.hpp"
#include "compiler/dialects/postgres/type_change.hpp"
#include "compiler/dialects/postgres/types.hpp"
#include "compiler/model/parents.hpp"
#include "compiler/model/print.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Column;
using model::Table;

/// Types of one family compare with one another; of two of them no two do. "": nobody knows here.
std::string_view family_of(const sql::Type& type) {
  constexpr auto families = std::to_array<std::array<std::string_view, 2>>({{"text", "text"},
                                                                            {"varchar", "text"},
                                                                            {"bpchar", "text"},
                                                                            {"date", "moment"},
                                                                            {"timestamp", "moment"},
                                                                            {"timestamptz", "moment"},
                                                                            {"bool", "bool"},
                                                                            {"uuid", "uuid"},
                                                                            {"json", "json"},
                                                                            {"jsonb", "jsonb"},
                                                                            {"bytea", "bytea"}});
  if (sql::numeric_rank(type) > 0) return "number";
  const auto* found = std::ranges::find(families, type.plain(), [](const auto& one) { return one[0]; });
  return found == families.end() ? std::string_view() : (*found)[1];
}
std::string_view family_of(std::string_view type) { return family_of(sql::type_of_text(type, "public")); }

/// What stands on one side of a comparison: a column, or what has a type by itself.
struct Side {
  std::string column;
  std::string_view family;
};
Side side_of(const sql::Node& node) {
  if (node.is("ColumnRef")) return {std::string(sql::last_name(node.list("fields"))), {}};
  if (node.is("AConst")) return {{}, node.child("ival") || node.child("fval") ? "number" : std::string_view()};
  if (!node.is("TypeCast")) return {};
  auto type = node.child("type_name") ? *node.child("type_name") : sql::Node{};
  return {{}, family_of(sql::normalise_type(type, "public"))};
}

/// What the expression compares with this column, each as it stands.
std::vector<Side> compared_with(const std::string& expression, std::string_view column) {
  constexpr std::array<std::string_view, 7> comparisons{"=", "<>", "!=", "<", "<=", ">", ">="};
  std::vector<Side> found;
  const auto node = sql::parse_expression(expression);
  if (!node) return found;
  sql::walk(*node, [&](const sql::Node& one) {
    const auto *left = one.is("AExpr") ? one.child("lexpr") : nullptr, *right = left ? one.child("rexpr") : nullptr;
    if (!right || std::ranges::find(comparisons, sql::last_name(one.list("name"))) == comparisons.end()) return true;
    const auto first = side_of(*left), second = side_of(*right);
    if (first.column == column && second.column != column) found.push_back(second);
    if (second.column == column && first.column != column) found.push_back(first);
    return true;
  });
  return found;
}

class Refusals {
 public:
  Refusals(const Tried& tried, const model::Database& before, grammar::Diagnostics& diagnostics)
      : before_(before),
        desired_(tried.desired),
        intent_(tried.intent),
        diagnostics_(diagnostics),
        major_(major_of(desired_.oldest_version)) {}

  void run() {
    for (const auto& table : desired_.tables)
      if (const auto* old = before_.table(table.path())) compare(*old, table);
    for (const auto& object : desired_.objects)
      if (const auto* old = before_.object(object.path())) compare(*old, object);
    if (intent_) overwrites_with_backup();
    if (intent_) drops_rows_of_children();
  }

 private:
  grammar::Diagnostic& say(std::string_view code, const model::Origin& origin, std::string message, std::string label,
                           std::string help) {
    auto& said = diagnostics_.error(code, origin.span, std::move(message), std::move(label));
    said.help.push_back(std::move(help));
    return said;
  }

  void compare(const Table& old, const Table& table) {
    rebuilds(old, table);
    for (const auto& column : table.columns)
      if (const auto* was = old.column(column.name)) compare(old, table, *was, column);
  }

  /// Another partitioning is another table, and a copy of it takes the place of this one.
  void rebuilds(const Table& old, const Table& table) {
    const auto called = columns_renamed(old);
    const auto &was = called ? called->partitioned : old.partitioned, &is = table.partitioned;
    const bool otherwise =
        was.has_value() != is.has_value() || (is && (was->method != is->method || !(was->by == is->by)));
    const auto* statement = rebuild_of(table);
    if (!otherwise && !statement) return;
    change::AlterTable alter{old, table, {}, {}, true};
    const auto why = copy_hindrance(altered_in_place(alter, old, before_), table, without_dropped());
    if (why.empty() || (!otherwise && !asks_for_copy(alter, old, before_))) return;
    // What the server itself writes anew under a lock it can still do.
    if (!otherwise && storage_can_be_set(alter) && retyped_by_copy(alter, old, before_).empty()) return;
    say("E0900", statement ? *statement : table.origin,
        fmt::format("'{}' cannot be brought over into a new table online: {}", grammar::escaped(table.path()), why),
        "the new one could not take its place without loss",
        "take that away in a version before; or create a table of another name, move the rows with `run`, and rename "
        "it");
  }

  /// The table with its columns under the names that the change gives them, where it is divided by some.
  std::optional<Table> columns_renamed(const Table& old) const {
    std::optional<model::Database> after;
    if (!intent_ || !old.partitioned) return std::nullopt;
    for (const auto& statement : intent_->statements) {
      const auto* rename = std::get_if<model::RenameStatement>(&statement.kind);
      if (!rename || rename->object_kind != "column" || rename->from.parts.size() < 2) continue;
      const auto& parts = rename->from.parts;
      if (parts[parts.size() - 2] != old.name || !old.column(parts.back())) continue;
      if (!after) after.emplace().tables.push_back(old);
      postgres::rename(*after, old.path(), parts.back(), rename->to.parts.back());
    }
    return after ? std::optional(after->tables.front()) : std::nullopt;
  }

  /// The database without the whole objects that the change drops; where that comes too late, the step is refused.
  model::Database without_dropped() const {
    auto rest = before_;
    const auto is_dropped = [&](const model::Object& object) {
      return std::ranges::any_of(intent_->statements, [&](const model::Statement& statement) {
        const auto* drop = std::get_if<model::DropStatement>(&statement.kind);
        return drop && drop->object_kind == "object" && !drop->path.parts.empty() &&
               drop->path.parts.back() == object.path();
      });
    };
    if (intent_) std::erase_if(rest.objects, is_dropped);
    return rest;
  }

  const model::Origin* rebuild_of(const Table& table) const {
    if (!intent_) return nullptr;
    for (const auto& statement : intent_->statements)
      if (const auto* rebuild = std::get_if<model::RebuildStatement>(&statement.kind))
        if (!rebuild->table.parts.empty() && rebuild->table.parts.back() == table.name) return &statement.origin;
    return nullptr;
  }

  /// Whether a `retype` says what the new values are.
  bool computes(const Table& table, const std::string& column) const {
    if (!intent_) return false;
    return std::ranges::any_of(intent_->statements, [&](const model::Statement& statement) {
      const auto* retype = std::get_if<model::RetypeStatement>(&statement.kind);
      if (!retype || !retype->using_expression || retype->using_expression->text == column) return false;
      const auto& parts = retype->column.parts;
      return parts.size() > 1 && parts.back() == column && parts[parts.size() - 2] == table.name;
    });
  }

  void compare(const Table& old, const Table& table, const Column& was, const Column& column) {
    const auto shown = grammar::escaped(table.path() + "." + column.name);
    if (was.generated && !column.generated && major_ < drop_expression)
      say("E0902", column.origin, fmt::format("'{}' cannot cease to be generated", shown),
          fmt::format("PostgreSQL {} has no way to do that; 13 has", major_),
          "add a plain column of another name, fill it from this one, and drop this one");
    if (was.identity == model::Identity::serial && !column.identity) parts_from_sequence(table, column, shown);
    if (was.type == column.type || was.generated || column.generated) return;
    if (is_free(was.type, column.type, desired_) && !computes(table, column.name)) return;
    if (!widens(was.type, column.type) && reworded(old, column, shown)) return;
    if (const auto why = stays_in_place(old, was.name); !why.empty()) {
      comes_with_a_copy(table, column, why, old.partitioned.has_value(), shown);
      return;
    }
    moves_rows(old, was, column, shown);
  }

  /// At which statement of the change, from 0; as many as it has where none is so.
  std::size_t place_of(const auto& is_it) const {
    if (!intent_) return 0;
    const auto& all = intent_->statements;
    return static_cast<std::size_t>(std::ranges::find_if(all, is_it) - all.begin());
  }

  static bool is_member(const model::Path& path, std::string_view table, std::string_view member) {
    const auto& parts = path.parts;
    return parts.size() > 1 && parts.back() == member && parts[parts.size() - 2] == table;
  }
  std::size_t retyped_at(const Table& table, std::string_view column) const {
    return place_of([&](const model::Statement& statement) {
      const auto* retype = std::get_if<model::RetypeStatement>(&statement.kind);
      return retype && is_member(retype->column, table.name, column);
    });
  }
  std::size_t dropped_at(std::string_view kind, std::string_view table, std::string_view member) const {
    return place_of([&](const model::Statement& statement) {
      const auto* drop = std::get_if<model::DropStatement>(&statement.kind);
      return drop && drop->object_kind == kind && is_member(drop->path, table, member);
    });
  }

  /// `dropped`: at which statement; as many as there are where none drops it.
  bool in_old_words(const Table& table, const Column& column, const std::string& shown, const std::string& reader,
                    const std::string& drop, std::size_t dropped, bool is_declared) {
    if (dropped < retyped_at(table, column.name)) return false;
    const bool is_dropped = intent_ && dropped < intent_->statements.size();
    // Its new words come in the moment in which the type does.
    if (is_declared && !is_dropped && !rebuild_of(table)) return false;
    say("E0904", column.origin,
        fmt::format("the type of '{}' cannot change while {} reads it in its old words", shown, reader),
        "the new type comes under it, and it is another one only afterwards",
        is_declared && !rebuild_of(table)
            ? fmt::format("leave `drop {};` out: its new words come in the transaction in which the type does", drop)
            : fmt::format("say in front of the retype:  drop {};{}", drop,
                          is_declared ? "  the one that is declared is made behind it" + window(reader) : ""));
    return true;
  }

  static std::string window(const std::string& reader) {
    return reader.starts_with("row policy") ? "; until then a policy that lets in keeps out, and one that is `as "
                                              "restrictive` hides nothing"
                                            : "";
  }

  /// A policy, rule or trigger that reads the column otherwise from now on cannot stand over the new type with its old
  /// text.
  bool reworded(const Table& table, const Column& column, const std::string& shown) {
    for (const auto& trigger : before_.triggers) {
      if (trigger.table != table.path() || !trigger.when || !text_names(trigger.when->text, column.name)) continue;
      const auto* wanted = desired_.trigger(trigger.path());
      if (wanted && wanted->when == trigger.when) continue;
      const auto dropped = dropped_at("trigger", table.name, trigger.name);
      if (in_old_words(table, column, shown, fmt::format("trigger '{}'", grammar::escaped(trigger.path())),
                       fmt::format("trigger {}.{}", table.path(), model::quoted(trigger.name)), dropped, wanted))
        return true;
    }
    for (const auto& object : before_.objects) {
      if (object.type != "row policy" && object.type != "rule") continue;
      if (model::unquoted_path(table_of(object)) != table.path()) continue;
      if (!text_names(object.create.text, column.name)) continue;
      const auto* wanted = desired_.object(object.path());
      if (wanted && wanted->create == object.create) continue;
      const auto dropped = place_of([&](const model::Statement& statement) {
        const auto* drop = std::get_if<model::DropStatement>(&statement.kind);
        return drop && !drop->path.parts.empty() && drop->path.parts.back() == object.path();
      });
      if (in_old_words(table, column, shown, grammar::escaped(object.label()), "object " + model::quoted(object.path()),
                       dropped, wanted))
        return true;
    }
    return false;
  }

  /// The sequence of a serial column goes with it, and cannot be declared by itself in the same version.
  void parts_from_sequence(const Table& table, const Column& column, const std::string& shown) {
    const auto home = table.schema.empty() ? std::string() : quoted(table.schema) + ".";
    const auto* sequence = desired_.object("sequence " + home + quoted(made_up_name(table.name, column.name, "seq")));
    if (!sequence || before_.object(sequence->path())) return;
    say("E0909", sequence->origin,
        fmt::format("{} is that of '{}' already", grammar::escaped(sequence->label()), shown),
        "a serial column takes its sequence along, and this would make another one of the same name",
        fmt::format("say `identity serial` at '{}', without the default, the sequence and its owner", shown));
  }

  void comes_with_a_copy(const Table& table, const Column& column, const std::string& why, bool is_partitioned,
                         const std::string& shown) {
    const bool copies = rebuild_of(table) != nullptr;
    if (copies && !keeps_both(table, column.name)) return;
    auto& said = say(is_partitioned ? "E0903" : "E0904", column.origin,
                     is_partitioned ? fmt::format("the type of '{}' cannot change where it stands", shown)
                                    : fmt::format("the type of '{}' cannot change while {}", shown, why),
                     is_partitioned ? "every row must be written, and the table is partitioned"
                                    : "a second column takes its place, and this does not move along",
                     copies ? "say `retype` without `keeping both`: with the copy of the table the old column goes"
                            : fmt::format("bring the rows over into a second table, in the same change:  rebuild "
                                          "table {};",
                                          grammar::escaped(table.path())));
    if (!is_partitioned && !copies)
      said.help.emplace_back("or drop it in this version and declare it anew in the next one");
  }

  /// A second column takes its place: what else stands on the first one must be able to move.
  void moves_rows(const Table& old, const Column& was, const Column& column, const std::string& shown) {
    if (const auto* behind = fires_behind_own(before_, old)) {
      say("E0904", column.origin,
          fmt::format("the type of '{}' cannot change while trigger '{}' fires behind all others", shown,
                      grammar::escaped(behind->name)),
          "a trigger before each row keeps a second column equal, and would not see what this makes of the row",
          "they fire in the order of their names: rename it to one that begins with a letter of ASCII, in a version "
          "before");
      return;
    }
    const auto refuse = [&](const std::string& what) {
      say("E0904", column.origin, fmt::format("the type of '{}' cannot change while {}", shown, what),
          "a second column takes its place, and this does not move along",
          "drop it in this version and declare it anew in the next one");
    };
    if (const auto* publication = publication_of(before_, old, was.name))
      return void(say("E0904", column.origin,
                      fmt::format("the type of '{}' cannot change while {} names it", shown,
                                  grammar::escaped(publication->label())),
                      "a second column takes its place, and a publication stays with the old one",
                      "drop it in a version before, and declare it anew in the one behind"));
    if (const auto* check = no_longer_compares(old, was, column))
      return void(
          say("E0904", column.origin,
              fmt::format("the type of '{}' cannot change while check '{}' compares it with what has another "
                          "type then",
                          shown, grammar::escaped(check->name)),
              "the check is put on the new column too, in the words it has, and nothing compares those types",
              fmt::format("leave it out of this version, say in front of the retype:  drop constraint {}{}.{};  "
                          "and declare it anew in the next version",
                          old.schema.empty() ? std::string() : model::quoted(old.schema) + ".", model::quoted(old.name),
                          model::quoted(check->name))));
    for (const auto& [child, key] : pointing_at(before_, old, was.name)) {
      const auto* wanted = desired_.table(child->path());
      const bool stays = wanted && std::ranges::find(wanted->foreign_keys, key->name, &model::ForeignKey::name) !=
                                       wanted->foreign_keys.end();
      if (!stays || follows(*child, *key, old, was, column)) continue;
      return refuse(fmt::format("foreign key '{}' of '{}' references it", grammar::escaped(key->name),
                                grammar::escaped(child->path())));
    }
  }

  /// A check that is there when the type comes, and compares the column with what no value of the new type compares
  /// with: the old type of a column whose own comes later, too.
  const model::Check* no_longer_compares(const Table& old, const Column& was, const Column& column) const {
    const auto retyped = retyped_at(old, was.name);
    const auto type_then = [&](const std::string& name) -> std::string_view {
      const auto* other = old.column(name);
      const auto* its = desired_.table(old.path()) ? desired_.table(old.path())->column(name) : nullptr;
      if (!other) return {};
      return its && retyped_at(old, name) < retyped ? its->type : other->type;
    };
    for (const auto& check : old.checks) {
      if (dropped_at("constraint", old.name, check.name) < retyped) continue;
      for (const auto& side : compared_with(check.expression.text, was.name)) {
        const auto mine = family_of(column.type),
                   other = side.column.empty() ? side.family : family_of(type_then(side.column));
        if (!mine.empty() && !other.empty() && mine != other) return &check;
      }
    }
    return nullptr;
  }

  /// Whether the foreign key can stand on the old type and on the new one, and be added unproven.
  bool follows(const Table& child, const model::ForeignKey& key, const Table& table, const Column& was,
               const Column& column) const {
    // Of a key of its own that the column is in too, the second column would have one as well.
    if (child.path() == table.path() && std::ranges::find(key.columns, was.name) != key.columns.end()) return false;
    const auto referenced = referenced_by(key, table);
    for (std::size_t i = 0; i < referenced.size() && i < key.columns.size(); ++i) {
      const auto* from = child.column(key.columns[i]);
      if (referenced[i] == was.name &&
          (!from || !can_reference(from->type, was.type) || !can_reference(from->type, column.type)))
        return false;
    }
    return true;
  }

  void compare(const model::Object& old, const model::Object& object) {
    if (object.type == "domain") return narrows(old, object);
    if (object.type != "type" || old.create == object.create || !columns_of_type_exist(object)) return;
    const auto was = attributes_of(old.create.text), is = attributes_of(object.create.text);
    if (!was || !is)
      return void(say("E0905", object.origin,
                      fmt::format("{} cannot change while columns have it", grammar::escaped(object.label())),
                      "PostgreSQL alters composite types only",
                      "declare the new one under another name, and retype the columns to it"));
    for (const auto& attribute : *was) {
      const auto now = std::ranges::find(*is, attribute.name, &Part::name);
      if (now != is->end() && now->text == attribute.text) continue;
      const bool goes = now == is->end();
      return void(say("E0905", object.origin,
                      fmt::format("'{}' of {} cannot {} while columns have it", grammar::escaped(attribute.name),
                                  grammar::escaped(object.label()), goes ? "go" : "get another type"),
                      goes ? "its values would go with it, in every row, and nothing would be kept of them"
                           : "the server refuses that while a column has the type",
                      "declare the new one under another name, and retype the columns to it"));
    }
  }

  /// Its values go over to the new base as they are: none may be cut.
  void narrows(const model::Object& old, const model::Object& object) {
    const auto type_in = [](const model::Object& domain) {
      const auto base = domain_of(domain.create.text).base;
      return base.substr(0, base.find(" collate "));
    };
    const auto was = type_in(old), is = type_in(object);
    if (was == is || widens(was, is) || !columns_of_type_exist(old)) return;
    say("E0905", object.origin,
        fmt::format("not every {} of {} survives as {}", was, grammar::escaped(object.label()), is),
        "every column that has it changes over, value by value",
        "declare the new one under another name, and say for each column how it is to be read:  retype TABLE.COLUMN "
        "using (…);");
  }

  bool columns_of_type_exist(const model::Object& type) const {
    const auto name = bare_name(type);
    return std::ranges::any_of(before_.tables, [&](const Table& table) {
      return std::ranges::any_of(table.columns, [&](const Column& column) {
        return column.type == name || column.type == std::string(name) + "[]";
      });
    });
  }

  /// A row of a child would come back in its parent, without what it has there alone.
  void drops_rows_of_children() {
    for (const auto& statement : intent_->statements) {
      const auto* drop = std::get_if<model::DropRowsStatement>(&statement.kind);
      if (!drop || drop->backup != model::Backup::with || drop->table.parts.empty()) continue;
      for (const auto& child : before_.tables)
        for (const auto& parent : model::parents_of(child))
          if (parent.substr(parent.rfind('.') + 1) == drop->table.parts.back())
            return void(say("E0906", statement.origin,
                            fmt::format("rows of '{}' would come back in '{}', which it inherits from",
                                        grammar::escaped(child.path()), grammar::escaped(parent)),
                            "a delete takes rows of the children too, and a backup keeps what the parent shows of them",
                            fmt::format("say it of each child by itself first, or `without backup`:  drop rows of {} "
                                        "where (…) with backup;",
                                        grammar::escaped(child.path()))));
    }
  }

  /// Nothing tells afterwards which row was overwritten.
  void overwrites_with_backup() {
    for (const auto& statement : intent_->statements) {
      const auto* fill = std::get_if<model::BackfillStatement>(&statement.kind);
      if (!fill || fill->backup != model::Backup::with || fill->set.empty() || fill->table.parts.empty()) continue;
      const auto& parts = fill->table.parts;
      const Table* table = desired_.table(parts.back());
      if (!table && parts.size() > 1) table = desired_.table(parts[parts.size() - 2] + "." + parts.back());
      const auto* old = table ? before_.table(table->path()) : nullptr;
      const auto is_old = [&](const model::Assignment& one) { return old && old->column(one.column); };
      if (!table || !row_key(*table).empty() || std::ranges::none_of(fill->set, is_old)) continue;
      say("E0906", statement.origin,
          fmt::format("'{}' has no key by which what is overwritten could be given back",
                      grammar::escaped(table->path())),
          "a backup of values needs a primary key, or a unique key that is not null",
          "give the table a key first, or say `without backup`");
    }
  }

  const model::Database& before_;
  const model::Database& desired_;
  const model::Intent* intent_;
  grammar::Diagnostics& diagnostics_;
  int major_;
};

}  // namespace

void refuse(const Tried& tried, grammar::Diagnostics& diagnostics) {
  refuse_unknown_names(tried, diagnostics);
  if (!tried.before) return;
  // An enum is another one only by what is left to do behind its renames.
  const auto renamed = with_renamed_values(*tried.before, tried.intent);
  Refusals(tried, renamed ? *renamed : *tried.before, diagnostics).run();
  refuse_keeping(tried, diagnostics);
}

}  // namespace dmc::dialects::postgres
