// What can stand at the cursor: the parser says which words and which kinds of names, the project says which names.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "compiler/diff/diff.hpp"
#include "compiler/lint/hazard_ids.hpp"
#include "editors/lsp/engine_names.hpp"
#include "editors/lsp/features.hpp"
#include "editors/lsp/kind_words.hpp"
#include "editors/lsp/patterns.hpp"
#include "editors/lsp/possible.hpp"
#include "grammar/expected.hpp"
#include "grammar/probe.hpp"
#include "grammar/scan.hpp"

namespace dmc::lsp {

namespace {

using grammar::Kind;

/// Something that a person gave a name.
bool is_name(Shown kind) { return kind == Shown::field || kind == Shown::table || kind == Shown::value; }

bool is_open_literal(std::string_view text, std::uint32_t offset) {
  const auto line = text.substr(0, offset).substr(text.substr(0, offset).rfind('\n') + 1);
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\'') quoted = !quoted;
    if (!quoted && line.substr(at, 2) == "--") return true;
  }
  return quoted;
}

class Completion {
 public:
  explicit Completion(const Asked& asked) : asked_(asked), text_(asked.document.text()) {
    begin_ = asked.offset;
    while (begin_ > 0 && grammar::is_name_part(text_[begin_ - 1])) --begin_;
  }

  Json all() {
    take_open_quote();
    const SqlPiece* sql = sql_around();
    if (sql == nullptr && is_open_literal(text_, begin_)) return json_array();
    in_sql_ = sql != nullptr;
    if (sql != nullptr)
      in_sql(*sql);
    else
      outside();
    return json_array(std::move(items_));
  }

 private:
  /// A name that is begun with its quote is read without it, and gets it back when it is inserted.
  void take_open_quote() {
    const auto line = text_.substr(0, begin_).rfind('\n') + 1;
    const auto before = text_.substr(line, begin_ - line);
    if (!before.ends_with('"') || std::ranges::count(before, '"') % 2 == 0) return;
    const auto end = asked_.offset;
    closes_quote_ = !text_.substr(end).starts_with('"');
    in_quote_ = true;
    unquoted_ = text_;
    unquoted_[begin_ - 1] = ' ';
    if (!closes_quote_) unquoted_[end] = ' ';
    text_ = unquoted_;
  }

  const SqlPiece* sql_around() const {
    for (const auto& piece : asked_.document.mentions().sql)
      if (piece.begin < begin_ && begin_ < piece.end) return &piece;
    return nullptr;
  }

  void add(std::string_view label, Shown kind, std::string_view detail = {}, std::string_view snippet = {}) {
    if (label.empty() || !given_.emplace(label).second) return;
    if (in_quote_ && !is_name(kind)) return;
    const auto inserted = in_quote_          ? std::string(label) + (closes_quote_ ? "\"" : "")
                          : !snippet.empty() ? std::string(snippet)
                          : is_name(kind)    ? spelled(asked_, database_, in_sql_, label)
                                             : std::string(label);
    items_.push_back(json_object({{"label", json(label)},
                                  {"kind", json(static_cast<std::int64_t>(kind))},
                                  {"detail", detail.empty() ? absent() : json(detail)},
                                  {"insertText", inserted == label ? absent() : json(inserted)},
                                  {"insertTextFormat", snippet.empty() ? absent() : json(std::int64_t{2})},
                                  // Names first, then words.
                                  {"sortText", json(fmt::format("{}{}", kind == Shown::keyword ? 1 : 0, label))}}));
  }

  /// In another database than the place.
  bool is_elsewhere(const Mention& mention) const {
    return !database_.empty() && !mention.database.empty() && mention.database != database_;
  }

  void add_declared(Meaning meaning, std::string_view owner, Shown kind) {
    asked_.workspace.each_declaration([&](const Document& document, const Mention& mention) {
      if (mention.meaning != meaning || (!owner.empty() && mention.owner != owner) || is_elsewhere(mention)) return;
      if (meaning == Meaning::column)
        add_column(document, mention);
      else
        add(mention.name, kind, word_of(mention));
    });
  }

  /// With its type and what follows that.
  void add_column(const Document& document, const Mention& mention) {
    const auto detail = document.slice(mention.end, mention.whole_end);
    const auto begin = detail.find_first_not_of(" \t\r\n");
    add(mention.name, Shown::field, begin == std::string_view::npos ? "" : detail.substr(begin, 60));
  }

  void add_columns(std::string_view table) {
    if (!table.empty()) add_declared(Meaning::column, table, Shown::field);
  }
  void add_relations() { add_declared(Meaning::relation, {}, Shown::table); }

  /// The kind that the statement so far speaks of: "column" of `drop column us`.
  const KindWord* kind_said() const {
    if (begins_with("rebuild") || begins_with("backfill") || begins_with("drop rows")) return named("table");
    if (begins_with("retype")) return named("column");
    auto rest = item_;
    if (begins_with("run")) {
      const auto place = rest.rfind(" for ");
      if (place == rest.npos) return nullptr;
      rest.remove_prefix(place + 1);
    } else if (!begins_with("drop") && !begins_with("rename") && !begins_with("apply") && !begins_with("forget") &&
               !begins_with("adopt")) {
      return nullptr;
    }
    const auto word = next_word(rest);
    const auto first = next_word(word.second);
    const auto second = next_word(first.second);
    const auto* both = named(fmt::format("{} {}", first.first, second.first));
    return both ? both : named(first.first);
  }
  /// The first word, and what stands behind it.
  static std::pair<std::string_view, std::string_view> next_word(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    std::size_t end = 0;
    while (end < text.size() && grammar::is_name_part(text[end])) ++end;
    return {text.substr(0, end), text.substr(end)};
  }

  /// Of one kind; those in a table, a schema or a database where one is named.
  void add_of_kind(const KindWord& kind, std::string_view in) {
    if (in_change() && kind.meaning == Meaning::relation) add_base_relations(kind.kind, in);
    if (in_change() && kind.meaning == Meaning::column) add_base(true, in);
    asked_.workspace.each_declaration([&](const Document& document, const Mention& mention) {
      if (mention.meaning != kind.meaning || mention.kind != kind.kind || is_elsewhere(mention)) return;
      const bool is_in = mention.owner == in || mention.qualifier == in || mention.database == in;
      if (!in.empty() && (kind.is_member ? mention.owner != in : !is_in)) return;
      if (kind.meaning == Meaning::column)
        add_column(document, mention);
      else
        add(mention.name, kind.shown, kind.word);
    });
  }

  /// Where a member is meant, what it can be a part of.
  void add_subjects(const KindWord& kind, std::string_view in) {
    if (!kind.is_member) return add_of_kind(kind, in);
    if (kind.kind == Kind::enum_value) return add_of_kind(*named("enum"), in);
    add_of_kind(*named("table"), in);
    if (kind.kind == Kind::index) add_of_kind(*named("materialized view"), in);
  }

  void add_base_relations(Kind kind, std::string_view in) {
    for (const auto& database : asked_.workspace.base()) {
      const auto is_in = [&](const auto& one) { return in.empty() || in == database.name || in == one.schema; };
      for (const auto& known : database.tables)
        if (kind == Kind::table && is_in(known)) add(known.name, Shown::table, "table");
      for (const auto& view : database.views)
        if (kind == (view.materialized ? Kind::materialized_view : Kind::view) && is_in(view))
          add(view.name, Shown::table, view.materialized ? "materialized view" : "view");
    }
  }

  /// What the catalog has and the desired state may have no longer: what a change is about.
  void add_base(bool columns, std::string_view table) {
    for (const auto& database : asked_.workspace.base()) {
      for (const auto& known : database.tables) {
        if (!columns) add(known.name, Shown::table, "table");
        if (columns && known.name == table)
          for (const auto& column : known.columns) add(column.name, Shown::field, column.type);
      }
      for (const auto& view : database.views)
        if (!columns) add(view.name, Shown::table, "view");
    }
  }

  void in_sql(const SqlPiece& sql) {
    database_ = sql.database;
    const auto words = asked_.workspace.words_in(asked_.document, sql);
    if (begin_ > sql.begin && text_[begin_ - 1] == '.') {
      const auto qualifier = word_before(begin_ - 1);
      add_columns(qualifier);
      for (const auto& word : before_alias(text_, words, qualifier))
        if (is_relation(word)) add_columns(word.name);
      return;
    }
    add_columns(sql.owner);
    for (const auto& word : words)
      if ((word.end < begin_ || word.begin > asked_.offset) && is_relation(word)) add_columns(word.name);
    if (!in_table()) add_relations();
    add_declared(Meaning::function, {}, Shown::function);
  }

  /// A key, a check, an index: nothing in it reads another table.
  bool in_table() const {
    return std::ranges::any_of(asked_.document.mentions().names, [&](const auto& mention) {
      return mention.declares && mention.kind == Kind::table && mention.whole_begin < begin_ &&
             begin_ < mention.whole_end;
    });
  }

  bool is_relation(Mention word) const {
    word.meaning = Meaning::relation;
    word.owner = {};
    return !asked_.workspace.declarations(word).empty();
  }

  std::string_view word_before(std::uint32_t end) const {
    auto begin = end;
    while (begin > 0 && grammar::is_name_part(text_[begin - 1])) --begin;
    return text_.substr(begin, end - begin);
  }

  std::uint32_t end_of_word_before() const {
    auto end = begin_;
    while (end > 0 && grammar::is_blank(text_[end - 1])) --end;
    return end;
  }

  void outside() {
    const auto expected = grammar::expectations_at(text_, begin_);
    items_here_ = expected.items;
    item_ = text_.substr(std::min<std::size_t>(expected.item, begin_), begin_ - std::min(expected.item, begin_));
    find_surroundings();
    if (begins_with("database") && word_before(end_of_word_before()) == "on") return engines();
    if (begin_ > 0 && text_[begin_ - 1] == '.') return behind_dot();
    if (const auto use = open_use(text_, begin_)) return argument(*use);
    const auto expects = [&](std::string_view text) {
      return std::ranges::find(expected.texts, text) != expected.texts.end();
    };
    if (expects(grammar::expected::type)) types();
    if (!in_change_ && begin_ > 0 && text_[begin_ - 1] == '(')
      for (const auto& [name, engine, is_quoted] : inner_types(word_before(begin_ - 1), engines_, asked_.dialects))
        add(name, Shown::type, engine);
    const auto before = text_.substr(0, end_of_word_before());
    if (ends_with_word(before, "default")) enum_values();
    for (const auto& [name, engine, is_quoted] :
         engine_names(before, begins_with("index"), expects(grammar::expected::privilege), engines_, asked_.dialects))
      add(name, is_quoted ? Shown::value : Shown::constant, engine);
    if (expects(grammar::expected::hazard)) hazards();
    if (expects(grammar::expected::name) || expects("a column, a call or an expression in parentheses") ||
        expects("a column"))
      names(expected);
    auto words = expected.words;
    if (expected.met && begin_ == expected.item) {
      const auto first = grammar::first_words(expected.items);
      words.insert(words.end(), first.begin(), first.end());
    }
    for (const auto word : possible_words({expected.items, item_, engines_}, words, asked_.dialects))
      if (is_kind_for_statement(word) && !is_to_come(word)) add(word, Shown::keyword);
  }

  /// By the kind of the parameter; everything where the pattern is not known.
  void argument(const OpenUse& use) {
    std::string_view kind;
    std::vector<std::string> parameters;
    for (const auto& [name, pattern] : patterns_of(asked_.workspace))
      if (name == use.name && parameters.empty()) parameters = parameters_of(pattern);
    if (use.argument < parameters.size()) kind = std::string_view(parameters[use.argument]);
    kind.remove_prefix(std::min(kind.find_first_not_of(": ", std::min(kind.find(':'), kind.size())), kind.size()));
    if (kind == "database") return add_declared(Meaning::database, {}, Shown::module);
    if (kind.empty() || kind == "table") add_relations();
    if (kind.empty() || kind == "column") add_columns(table_);
    if (kind == "column") add_columns(word_before_comma());
  }

  /// The argument before: the table that a column is of.
  std::string_view word_before_comma() const {
    const auto comma = text_.substr(0, begin_).rfind(',');
    return comma == text_.npos ? std::string_view() : word_before(static_cast<std::uint32_t>(comma));
  }

  void behind_dot() {
    const auto owner = word_before(begin_ - 1);
    if (owner == "std" || (begins_with("use") && !open_use(text_, begin_))) return patterns(std::string(owner) + ".");
    if (const auto* kind = in_change() ? kind_said() : nullptr) {
      if (begins_with("rename") && said(" to ")) return;
      add_of_kind(*kind, owner);
      if (kind->is_member && is_place(owner)) add_subjects(*kind, owner);
      return;
    }
    add_columns(owner);
    if (in_change()) add_base(true, owner);
    asked_.workspace.each_declaration([&](const Document&, const Mention& mention) {
      if (mention.meaning == Meaning::relation && (mention.qualifier == owner || mention.database == owner))
        add(mention.name, Shown::table, word_of(mention));
      if (mention.owner == owner && mention.meaning != Meaning::column && mention.meaning != Meaning::change)
        add(mention.name, Shown::value, word_of(mention));
    });
    for (const auto& id : lint::hazard_ids)
      if (lint::hazard_family(id.id) == owner) add(id.id.substr(owner.size() + 1), Shown::constant);
  }

  /// A schema or a database.
  bool is_place(std::string_view name) const {
    bool found = false;
    asked_.workspace.each_declared_as(name, [&](const Document&, const Mention& mention) {
      found = found || mention.meaning == Meaning::schema || mention.meaning == Meaning::database;
    });
    return found;
  }

  void engines() {
    for (const auto& dialect : asked_.dialects.all())
      add(dialect->description().name, Shown::module, dialect->description().label);
  }

  void types() {
    for (const auto& engine : engines_)
      if (const auto* dialect = asked_.dialects.find(std::string_view(engine).substr(0, engine.find(' '))))
        for (const auto type : dialect->description().types) add(type, Shown::type, dialect->description().label);
    add_declared(Meaning::type, {}, Shown::type);
  }

  /// Where a statement's kind of thing is to be said: whether the statement can be about that.
  bool is_kind_for_statement(std::string_view word) const {
    const auto [statement, rest] = next_word(item_);
    if (!in_change() || !next_word(rest).first.empty()) return true;
    const auto kind = word == "materialized" ? "materialized view" : word;
    if (statement == "rename") return diff::can_be_renamed(kind);
    return (statement != "adopt" && statement != "forget") || diff::can_be_adopted(kind);
  }

  /// `state order_state default `: the values of that type.
  void enum_values() {
    const auto type = next_word(next_word(item_).second).first;
    asked_.workspace.each_declaration([&](const Document&, const Mention& mention) {
      if (mention.kind != Kind::enum_value || mention.owner != type) return;
      std::string literal = "'";
      for (const char c : mention.name) literal += c == '\'' ? std::string("\'\'") : std::string(1, c);
      add(literal + "'", Shown::constant, type);
    });
  }

  void hazards() {
    const auto concerns = [&](std::string_view id) {
      const auto engine = lint::engine_of(id);
      return engine.empty() || engines_.empty() ||
             std::ranges::any_of(engines_, [&](const auto& one) { return one.starts_with(engine); });
    };
    for (const auto& id : lint::hazard_ids)
      if (concerns(id.id)) add(id.id, Shown::constant, "hazard");
    if (!begins_with("accept"))
      for (const auto& id : lint::hazard_ids) add(lint::hazard_family(id.id), Shown::constant, "hazards");
  }

  /// Where a pattern has to say that it can be used.
  std::string_view scope() const {
    using grammar::Items;
    return in_change() ? "change" : items_here_ == Items::table ? "table" : "database";
  }

  void patterns(std::string_view prefix) {
    for (const auto& [name, pattern] : patterns_of(asked_.workspace)) {
      const auto place = place_of(pattern);
      const auto engine = engine_of(pattern);
      const bool is_for_others =
          !engine.empty() && !engines_.empty() &&
          std::ranges::none_of(engines_, [&](const auto& one) { return one.starts_with(engine); });
      if (!name.starts_with(prefix) || (!place.empty() && place != scope()) || is_for_others) continue;
      const auto call = call_of(name.substr(prefix.size()), pattern);
      add(name.substr(prefix.size()), Shown::function, call.label, call.snippet);
    }
  }

  bool in_change() const { return in_change_; }

  /// The table and the database that the place lies in, and the engines that may have to take what is written here.
  void find_surroundings() {
    for (const auto& mention : asked_.document.mentions().names) {
      if (!mention.declares || mention.whole_begin > begin_ || mention.whole_end < begin_) continue;
      if (mention.meaning == Meaning::database) database_ = mention.name;
      if (mention.meaning == Meaning::relation) table_ = mention.name;
      if (mention.meaning == Meaning::change) in_change_ = true;
    }
    engines_ = asked_.workspace.engines_of(database_);
    for (const auto item : asked_.document.tree().root().children())
      if (item.is(Kind::pattern) && item.span().begin <= begin_ && begin_ <= item.span().end)
        if (const auto engine = item.child(Kind::engine))
          if (const auto name = engine->child(Kind::name)) engines_ = {newest_of(name->text())};
  }

  /// A pattern is of no version: whoever uses it may declare the newest one.
  std::string newest_of(std::string_view engine) const {
    const auto* dialect = asked_.dialects.find(engine);
    return dialect ? fmt::format("{} {}", engine, dialect->description().newest_version) : std::string(engine);
  }

  bool begins_with(std::string_view words) const {
    return item_.starts_with(words) && (item_.size() == words.size() || !grammar::is_name_part(item_[words.size()]));
  }
  bool said(std::string_view words) const { return item_.find(words) != std::string_view::npos; }

  void names(const grammar::Expectations& expected) {
    if (begins_with("use")) return patterns("");
    const auto open = item_.rfind('(');
    const bool in_list = open != std::string_view::npos && item_.find(')', open) == std::string_view::npos;
    if (const auto place = item_.rfind("references "); place != std::string_view::npos) {
      auto table = item_.substr(place + std::string_view("references ").size());
      table = table.substr(0, table.find_first_of(" ("));
      return in_list && open > place ? add_columns(table) : add_of_kind(*named("table"), {});
    }
    if (in_list) return add_columns(table_);
    if (expected.within == Kind::run || expected.within == Kind::verify || expected.within == Kind::gate ||
        expected.within == Kind::invariant)
      return add_declared(Meaning::database, {}, Shown::module);
    if (in_change()) {
      if (begins_with("backfill") && said(" set ")) return add_columns(word_before_set());
      if (begins_with("rename") && said(" to ")) return new_names();
      if (const auto* kind = kind_said()) return add_subjects(*kind, {});
      add_base(false, {});
      return add_relations();
    }
    if (begins_with("trigger") && said(" execute ")) return add_declared(Meaning::function, {}, Shown::function);
    if (begins_with("trigger") && said(" update of ") && !said(" on ")) {
      const auto rest = text_.substr(begin_);
      const auto on = rest.substr(0, rest.find(';')).find(" on ");
      return on == rest.npos ? void() : add_columns(next_word(rest.substr(on + 3)).first);
    }
    const bool on_relation = (begins_with("trigger") || begins_with("grant") || begins_with("row policy")) &&
                             said(" on ") && !said(" to ") && !said(" for ");
    const bool into = begins_with("materialized view") && said(" to ") && !said(" as ");
    if (into) return add_of_kind(*named("table"), {});
    if (on_relation || said("after ")) add_relations();
  }

  std::string_view word_before_set() const {
    auto name = item_.substr(std::string_view("backfill ").size());
    name = name.substr(0, name.find(' '));
    return name.substr(name.rfind('.') + 1);
  }

  /// What the desired state has and the catalog has not.
  void new_names() {
    const auto* kind = kind_said();
    auto from = item_.substr(0, item_.find(" to "));
    from = from.substr(from.rfind(' ') + 1);
    const auto dot = from.rfind('.');
    const auto table =
        dot == from.npos ? std::string_view() : from.substr(0, dot).substr(from.substr(0, dot).rfind('.') + 1);
    const auto is_old = [&](const Mention& mention) {
      return std::ranges::any_of(asked_.workspace.base(), [&](const model::Database& database) {
        return std::ranges::any_of(database.tables, [&](const model::Table& known) {
          return mention.meaning == Meaning::relation ? known.name == mention.name
                                                      : known.name == mention.owner && known.column(mention.name);
        });
      });
    };
    if (!kind || (kind->kind != Kind::table && kind->kind != Kind::column) || asked_.workspace.base().empty()) return;
    asked_.workspace.each_declaration([&](const Document& document, const Mention& mention) {
      if (mention.meaning != kind->meaning || mention.kind != kind->kind || is_old(mention)) return;
      if (kind->kind == Kind::table)
        add(mention.name, kind->shown, kind->word);
      else if (mention.owner == table)
        add_column(document, mention);
    });
  }

  const Asked& asked_;
  std::string_view text_;
  std::uint32_t begin_ = 0;  ///< of the word that is being typed
  std::string_view item_;    ///< the item so far
  std::string_view table_;
  std::string_view database_;
  bool in_sql_ = false;
  bool in_quote_ = false, closes_quote_ = false;
  std::string unquoted_;
  grammar::Items items_here_ = grammar::Items::project;
  std::vector<std::string> engines_;  ///< "postgres 14", as Workspace::engines_of
  bool in_change_ = false;
  std::set<std::string, std::less<>> given_;
  JsonArray items_;
};

}  // namespace

Json completion(const Asked& asked) { return Completion(asked).all(); }

}  // namespace dmc::lsp
