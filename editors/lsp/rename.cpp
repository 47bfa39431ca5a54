// A new name is an intent: the desired state says it, and the newest change says what it was before.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/diff/diff.hpp"
#include "compiler/model/print.hpp"
#include "editors/lsp/features.hpp"
#include "grammar/expected.hpp"
#include "grammar/scan.hpp"

namespace dmc::lsp {

std::string spelled(const Asked& asked, std::string_view database, bool in_sql, std::string_view name) {
  const auto engines = asked.workspace.engines_of(database);
  const auto engine = engines.empty() ? std::string_view() : std::string_view(engines.front());
  const auto* dialect = asked.dialects.find(engine.substr(0, engine.find(' ')));
  const auto* description = dialect ? &dialect->description() : nullptr;
  if (in_sql && description && description->quoted) return description->quoted(name);
  const auto quoted = model::quoted(name);
  const bool folds = description && description->unquoted_names_are_lower_case && name != grammar::lower_case(name);
  return folds && quoted == name ? fmt::format("\"{}\"", name) : quoted;
}

namespace {

using grammar::Kind;
using grammar::Node;

/// A name where a text mentions the thing.
std::string as_name(const Asked& asked, const Mention& mention, std::string_view name) {
  return spelled(asked, mention.database, mention.in_sql, name);
}

/// `audit`, `users`, `mail`: with the schema, where it has one.
std::vector<std::string_view> path_in_schema(const Mention& declared) {
  std::vector<std::string_view> path;
  if (!declared.qualifier.empty() && declared.qualifier != declared.database) path.push_back(declared.qualifier);
  if (!declared.owner.empty()) path.push_back(declared.owner);
  path.push_back(declared.name);
  return path;
}

/// As a statement of a change says it: with the database in front where another one has that, too.
std::string path_of(const Asked& asked, const Mention& declared) {
  Mention anywhere = declared;
  anywhere.database = {};
  anywhere.qualifier = {};
  auto path = path_in_schema(declared);
  if (asked.workspace.declarations(anywhere).size() > 1) path.insert(path.begin(), declared.database);
  std::string text;
  for (const auto part : path) text += (text.empty() ? "" : ".") + as_name(asked, declared, part);
  return text;
}

bool has_name(const auto& list, std::string_view name) {
  return std::ranges::any_of(list, [&](const auto& item) { return item.name == name; });
}

bool has_partition(const std::vector<model::Partition>& partitions, std::string_view name) {
  return std::ranges::any_of(partitions, [&](const model::Partition& partition) {
    return partition.name == name || std::ranges::any_of(partition.by, [&](const model::Partitioning& inner) {
             return has_partition(inner.partitions, name);
           });
  });
}

bool has_member(const model::Table& table, const Mention& declared) {
  const auto name = declared.name;
  if (declared.kind == Kind::partition) return table.partitioned && has_partition(table.partitioned->partitions, name);
  if (table.name != declared.owner) return false;
  if (declared.kind == Kind::projection) return has_name(table.projections, name);
  if (declared.meaning == Meaning::column) return table.column(name) != nullptr;
  if (declared.meaning == Meaning::index) return has_name(table.indexes, name);
  return declared.meaning == Meaning::constraint &&
         (has_name(table.checks, name) || has_name(table.uniques, name) || has_name(table.foreign_keys, name));
}

/// What the language has a word for and the model keeps as a statement: "function touch(integer)".
bool is_object(const model::Database& database, const Mention& declared) {
  auto name = fmt::format("{} {}", word_of(declared), fmt::join(path_in_schema(declared), "."));
  if (declared.meaning == Meaning::policy)
    name = fmt::format("{} {} on {}", word_of(declared), declared.name, declared.owner);
  return std::ranges::any_of(
      database.objects, [&](const auto& object) { return object.name == name || object.name.starts_with(name + "("); });
}

bool has_enum_value(const model::Database& database, const Mention& declared) {
  return declared.meaning == Meaning::enum_value && std::ranges::any_of(database.objects, [&](const auto& object) {
           return object.name == fmt::format("enum {}", declared.owner) &&
                  object.create.text.find(fmt::format("'{}'", declared.name)) != std::string::npos;
         });
}

/// Whether the catalog before the newest change has it. What is new needs no statement.
bool is_in_base(const Workspace& workspace, const Mention& declared) {
  return std::ranges::any_of(workspace.base(), [&](const model::Database& database) {
    if (!declared.database.empty() && database.name != declared.database) return false;
    const bool is_relation = declared.meaning == Meaning::relation &&
                             (has_name(database.tables, declared.name) || has_name(database.views, declared.name));
    const bool is_trigger = declared.meaning == Meaning::trigger && has_name(database.triggers, declared.name);
    return is_relation || is_trigger ||
           std::ranges::any_of(database.tables, [&](const auto& table) { return has_member(table, declared); }) ||
           has_enum_value(database, declared) || is_object(database, declared);
  });
}

/// The change that a mention stands in, and its statement there; a pattern's own names mean the same everywhere.
struct InChange {
  Node change;
  std::uint32_t statement_end = 0;
};

std::optional<InChange> in_change(const Met& met) {
  if (met.mention.meaning == Meaning::pattern || met.mention.meaning == Meaning::parameter) return std::nullopt;
  const auto holds = [&](const Node& node) {
    return node.span().begin <= met.mention.begin && met.mention.begin < node.span().end;
  };
  for (const Node item : met.document->tree().root().children()) {
    if (!item.is(Kind::change) || !holds(item)) continue;
    InChange found{item, item.span().end};
    if (const auto block = item.child(Kind::block))
      for (const Node statement : block->children())
        if (holds(statement)) found.statement_end = statement.span().end;
    return found;
  }
  return std::nullopt;
}

std::vector<Node> statements_of(const Met& change) {
  std::vector<Node> all;
  for (const Node item : change.document->tree().root().children()) {
    const auto block = item.is(Kind::change) && item.span().begin == change.mention.whole_begin
                           ? item.child(Kind::block)
                           : std::nullopt;
    if (!block) continue;
    for (const Node statement : block->children()) all.push_back(statement);
  }
  return all;
}

/// As it is called: without quotes around it, and without the doubling of those in it.
std::string plain_name(std::string_view name) {
  std::string plain(name);
  if (plain.size() > 1 && plain.front() == '"') plain = plain.substr(1, plain.size() - 2);
  for (auto at = plain.find("\"\""); at != plain.npos; at = plain.find("\"\"", at + 1)) plain.erase(at, 1);
  return plain;
}

/// The names of a path, the last one first.
std::vector<std::string> names_back(const Node& path) {
  std::vector<std::string> names;
  for (const Node child : path.children())
    if (child.is(Kind::name)) names.insert(names.begin(), plain_name(child.text()));
  return names;
}

/// `rename KIND FROM to TO`, `drop KIND FROM`: its paths, when it is about this kind.
std::vector<Node> paths_of(const Node& statement, Kind what, std::string_view kind) {
  const auto said = statement.child(Kind::kind);
  std::vector<Node> paths;
  if (!statement.is(what) || !said || said->text() != kind) return paths;
  for (const Node child : statement.children())
    if (child.is(Kind::path)) paths.push_back(child);
  return paths;
}

/// A statement of the newest change that renames a thing of this kind and owner, with what it is called and will be.
struct Renamed {
  Node statement;
  Node from, to;
  bool leads_from(std::string_view name) const { return names_back(from).front() == name; }
  bool leads_to(std::string_view name) const { return names_back(to).front() == name; }
};
std::vector<Renamed> renames_in(const Met& change, const Mention& declared) {
  std::vector<Renamed> found;
  for (const Node statement : statements_of(change)) {
    const auto paths = paths_of(statement, Kind::rename, word_of(declared));
    if (paths.size() != 2) continue;
    const auto from = names_back(paths[0]);
    if (declared.owner.empty() || std::ranges::find(from, declared.owner) != from.end())
      found.push_back({statement, paths[0], paths[1]});
  }
  return found;
}

/// What the open change does to a member before it is what the desired state declares.
struct Past {
  std::string owner;         ///< the table in the base
  std::uint32_t behind = 0;  ///< where the statement ends from which on the declared names hold; 0: from the beginning
  bool is_new = false;       ///< the one of this name in the base goes
};

Past past_of(const Met& change, const Mention& declared) {
  Past past{std::string(declared.owner), 0, false};
  for (const Node statement : statements_of(change)) {
    const auto tables = paths_of(statement, Kind::rename, "table");
    if (tables.size() == 2 && !declared.owner.empty() && names_back(tables[1]).front() == declared.owner) {
      past.owner = names_back(tables[0]).front();
      past.behind = statement.span().end;
    }
    const auto dropped = paths_of(statement, Kind::drop, word_of(declared));
    const auto path = dropped.empty() ? std::vector<std::string>() : names_back(dropped.front());
    const bool same_owner = declared.owner.empty() || (path.size() > 1 && path[1] == declared.owner);
    if (!path.empty() && path.front() == declared.name && same_owner) {
      past.is_new = true;
      past.behind = statement.span().end;
    }
  }
  return past;
}

/// A schema may be declared in many places; of anything else that would be two things.
bool is_one_thing(const Mention& meant, const std::vector<Met>& declared) {
  return declared.size() == 1 || (!declared.empty() && meant.meaning == Meaning::schema);
}

/// What bears its name for more than the desired state.
std::string_view why_bound(const Mention& meant) {
  if (meant.meaning == Meaning::database)
    return "a database cannot be renamed: catalogs, plans and inventories know it by this name";
  switch (meant.kind) {
    case Kind::extension:
      return "an extension bears the name that the server knows it by";
    case Kind::object:
      return "an object that is declared whole has its name in its own 'create', too: change both";
    case Kind::project:
    case Kind::cluster:
    case Kind::shard:
    case Kind::wave:
      return "plans, journals and ledgers know this by its name: it cannot be renamed here";
    default:
      return {};
  }
}

/// Why what is meant cannot be renamed; empty when it can.
std::string hindrance(const Asked& asked, const std::optional<Mention>& meant, const std::vector<Met>& declared) {
  if (!meant) return "nothing here has a name that can be changed";
  const auto& what = declared.empty() ? *meant : declared.front().mention;
  if (const auto why = why_bound(what); !why.empty()) return std::string(why);
  const bool is_here = std::ranges::any_of(
      declared, [&](const Met& met) { return asked.workspace.document(met.document->name()) == met.document; });
  if (!is_here && meant->meaning == Meaning::type) return "this is a type of the engine's own";
  if (what.name.find("${") != std::string_view::npos)
    return "a pattern makes this name of what it is given: change it there, and where it is used";
  if (!is_here && !declared.empty()) return "this is a pattern of the standard library";
  if (!is_here) return "this is declared nowhere in the project";
  if (!is_one_thing(*meant, declared)) return "this name means more than one thing: rename it where it is declared";
  if (is_in_base(asked.workspace, what) && !diff::can_be_renamed(word_of(what)))
    return fmt::format(
        "the {} '{}' is in the catalog already, and a change cannot rename it: drop it, and declare the other one",
        word_of(what), what.name);
  return {};
}

Json refusal(std::string_view why) { return json_object({{"refused", json(why)}}); }

/// The edits of a rename that nothing hinders.
class Renaming {
 public:
  Renaming(const Asked& asked, const Mention& meant, const Mention& declared, const std::string& wanted)
      : asked_(asked), declared_(declared), wanted_(wanted), edit_(asked), change_(asked.workspace.open_change()) {
    name_ = plain_name(declared.name);
    owner_ = plain_name(declared.owner);
    declared_.name = name_;
    declared_.owner = owner_;
    for (const auto& met : asked.workspace.references(meant)) {
      const auto place = in_change(met);
      if (!place)
        rename(met);
      else if (change_ && change_->document == met.document &&
               change_->mention.whole_begin == place->change.span().begin)
        in_change_.emplace_back(met, place->statement_end);
    }
    if (declared.meaning == Meaning::column) find_stars(declared);
  }

  Json all() {
    const auto past = change_ ? past_of(*change_, declared_) : Past{std::string(declared_.owner), 0, false};
    Mention before = declared_;
    before.owner = past.owner;
    const auto renames = change_ ? renames_in(*change_, declared_) : std::vector<Renamed>();
    const auto again = std::ranges::find_if(renames, [&](const auto& one) { return one.leads_to(declared_.name); });
    const auto said = std::ranges::find_if(
        renames, [&](const auto& one) { return one.leads_from(declared_.name) && one.leads_to(wanted_); });
    if (again != renames.end()) {
      if (again->leads_from(wanted_))
        take_out(again->statement);
      else
        edit_.add(*change_->document, again->to.span().begin, again->to.span().end,
                  as_name(asked_, declared_, wanted_));
      rename_in_change(again->statement.span().end);
    } else if (said != renames.end()) {
      rename_in_change(said->statement.span().end);
    } else if (past.is_new || !is_in_base(asked_.workspace, before)) {
      rename_in_change(past.behind);
    } else {
      declare(past.behind);
    }
    auto result = edit_.whole();
    if (const auto said = this->said(); !said.empty())
      std::get<JsonObject>(result.value).emplace_back("said", json(said));
    return result;
  }

 private:
  void rename(const Met& met) {
    if (!met.mention.sure) return doubt(met);
    Mention there = met.mention;
    there.database = declared_.database;
    auto text = as_name(asked_, there, wanted_);
    if (met.mention.output) text += " as " + as_name(asked_, there, declared_.name);
    edit_.add(*met.document, met.mention.begin, met.mention.end, text);
  }

  /// A statement that says nothing any more, with its line when that has nothing else.
  void take_out(const Node& statement) {
    const std::string_view text = change_->document->text();
    auto begin = statement.span().begin, end = statement.span().end;
    if (end < text.size() && text[end] == ';') ++end;
    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
    const bool is_line = begin > 0 && text[begin - 1] == '\n' && end < text.size() && text[end] == '\n';
    edit_.add(*change_->document, is_line ? begin : statement.span().begin, is_line ? end + 1 : end, "");
  }

  void doubt(const Met& met) { doubts_.push_back(place_in(*met.document, met.mention.begin)); }

  static std::string place_in(const Document& document, std::uint32_t offset) {
    const auto place = document.lines().place(document.text(), offset);
    return fmt::format("{}:{}:{}", document.name(), place.line + 1, place.character + 1);
  }

  /// Where a query shows all columns of the table, whoever reads it there must say the new name.
  void find_stars(const Mention& declared) {
    Mention table = declared;
    table.meaning = Meaning::relation;
    table.name = declared.owner;
    table.owner = {};
    for (const auto& met : asked_.workspace.references(table)) {
      if (!met.mention.in_sql || in_change(met)) continue;
      for (const auto& piece : met.document->mentions().sql)
        if (piece.begin <= met.mention.begin && met.mention.begin < piece.end)
          if (const auto star = star_in(met.document->text(), piece)) stars_.insert(place_in(*met.document, *star));
    }
  }

  /// A `*` that stands for columns: behind `select`, a comma or a dot.
  static std::optional<std::uint32_t> star_in(std::string_view text, const SqlPiece& piece) {
    for (auto at = text.find('*', piece.begin); at < piece.end; at = text.find('*', at + 1)) {
      auto end = at;
      while (end > piece.begin && grammar::is_blank(text[end - 1])) --end;
      const auto before = text.substr(piece.begin, end - piece.begin);
      if (before.ends_with(',') || before.ends_with('.') || before.ends_with("select") || before.ends_with("distinct"))
        return static_cast<std::uint32_t>(at);
    }
    return std::nullopt;
  }

  /// What the open change says behind a place, where the name is the new one already.
  void rename_in_change(std::uint32_t from) {
    for (const auto& [met, end] : in_change_)
      if (met.mention.begin >= from) rename(met);
  }

  /// The statement stands first, and all others say the new name; where one may say the old one in a way that nobody
  /// can be sure of, it stands behind that.
  void declare(std::uint32_t behind) {
    const auto statement = fmt::format("rename {} {} to {};", word_of(declared_), path_of(asked_, declared_),
                                       as_name(asked_, declared_, wanted_));
    if (!change_) return begin_change(statement);
    const auto& document = *change_->document;
    const bool all_sure = std::ranges::all_of(in_change_, [](const auto& one) { return one.first.mention.sure; });
    if (all_sure) {
      edit_.add(document, behind > 0 ? add_behind(document, behind, statement)
                                     : add_to_change(*change_, statement, Where::first));
      return rename_in_change(behind);
    }
    auto last = behind;
    for (const auto& [met, end] : in_change_) last = std::max(last, end);
    edit_.add(document, add_behind(document, last, statement));
  }

  void begin_change(const std::string& statement) {
    if (asked_.may_create_files)
      edit_.begin_change(statement.substr(0, statement.size() - 1), statement);
    else
      missing_ = fmt::format("no change is open: write change {} with  {}", asked_.workspace.next_number(), statement);
  }

  std::string said() const {
    std::vector<std::string> all;
    if (!doubts_.empty())
      all.push_back(fmt::format("not renamed, because it cannot be told from here what is meant there: {}",
                                fmt::join(doubts_, ", ")));
    if (!stars_.empty())
      all.push_back(fmt::format("a '*' shows the column under its new name: {}", fmt::join(stars_, ", ")));
    if (!missing_.empty()) all.push_back(missing_);
    return fmt::format("{}", fmt::join(all, "; "));
  }

  const Asked& asked_;
  Mention declared_;  ///< with plain names
  std::string name_;
  std::string owner_;
  std::string wanted_;
  WorkspaceEdit edit_;
  std::optional<Met> change_;
  std::vector<std::pair<Met, std::uint32_t>> in_change_;  ///< with the end of the statement
  std::vector<std::string> doubts_;
  std::set<std::string> stars_;
  std::string missing_;
};

}  // namespace

Json prepare_rename(const Asked& asked) {
  const auto meant = asked.workspace.meant_at(asked.document, asked.offset);
  const auto declared = meant ? asked.workspace.declarations(*meant) : std::vector<Met>();
  if (const auto why = hindrance(asked, meant, declared); !why.empty()) return refusal(why);
  return json_object({{"range", asked.document.range(meant->begin, meant->end)}, {"placeholder", json(meant->name)}});
}

Json rename(const Asked& asked) {
  const std::string wanted = text_at(asked.params, "newName");
  const bool writable = !wanted.empty() && wanted.find_first_of(std::string_view("\n\r\0", 3)) == std::string::npos;
  if (!writable) return refusal("a name is not empty and stands on one line");
  const auto meant = asked.workspace.meant_at(asked.document, asked.offset);
  const auto declared = meant ? asked.workspace.declarations(*meant) : std::vector<Met>();
  if (const auto why = hindrance(asked, meant, declared); !why.empty()) return refusal(why);

  Mention taken = declared.front().mention;
  const bool is_new = wanted != taken.name;
  taken.name = wanted;
  if (const auto there = asked.workspace.declarations(taken); is_new && !there.empty())
    return refusal(fmt::format("there is a {} '{}' already", word_of(there.front().mention), wanted));

  return Renaming(asked, meant->meaning == Meaning::parameter ? *meant : declared.front().mention,
                  declared.front().mention, wanted)
      .all();
}

}  // namespace dmc::lsp
