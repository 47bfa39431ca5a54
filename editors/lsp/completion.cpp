// What can stand at the cursor: the parser says which words and which kinds of names, the project says which names.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/lint/hazard_ids.hpp"
#include "editors/lsp/features.hpp"
#include "editors/lsp/patterns.hpp"
#include "editors/lsp/possible.hpp"
#include "grammar/expected.hpp"
#include "grammar/probe.hpp"
#include "grammar/scan.hpp"

namespace dmc::lsp {

namespace {

using grammar::Kind;

/// CompletionItemKind of the protocol.
enum class Shown : std::int64_t {
  function = 3,
  field = 5,
  module = 9,
  value = 12,
  keyword = 14,
  constant = 21,
  table = 22,
  type = 25
};

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
    const SqlPiece* sql = sql_around();
    if (sql == nullptr && is_open_literal(text_, begin_)) return json_array();
    if (sql != nullptr)
      in_sql(*sql);
    else
      outside();
    return json_array(std::move(items_));
  }

 private:
  const SqlPiece* sql_around() const {
    for (const auto& piece : asked_.document.mentions().sql)
      if (piece.begin < begin_ && begin_ < piece.end) return &piece;
    return nullptr;
  }

  void add(std::string_view label, Shown kind, std::string_view detail = {}, std::string_view snippet = {}) {
    if (label.empty() || !given_.emplace(label).second) return;
    items_.push_back(json_object({{"label", json(label)},
                                  {"kind", json(static_cast<std::int64_t>(kind))},
                                  {"detail", detail.empty() ? absent() : json(detail)},
                                  {"insertText", snippet.empty() ? absent() : json(snippet)},
                                  {"insertTextFormat", snippet.empty() ? absent() : json(std::int64_t{2})},
                                  // Names first, then words.
                                  {"sortText", json(fmt::format("{}{}", kind == Shown::keyword ? 1 : 0, label))}}));
  }

  void add_declared(Meaning meaning, std::string_view owner, Shown kind) {
    asked_.workspace.each_declaration([&](const Document& document, const Mention& mention) {
      if (mention.meaning != meaning || (!owner.empty() && mention.owner != owner)) return;
      const bool elsewhere = !database_.empty() && !mention.database.empty() && mention.database != database_;
      if (elsewhere) return;
      const auto detail = meaning == Meaning::column ? std::string(document.slice(mention.end, mention.whole_end))
                                                     : std::string(word_of(mention));
      const auto begin = detail.find_first_not_of(" \t\r\n");
      add(mention.name, kind, begin == std::string::npos ? "" : detail.substr(begin, 60));
    });
  }

  void add_columns(std::string_view table) {
    if (!table.empty()) add_declared(Meaning::column, table, Shown::field);
  }
  void add_relations() { add_declared(Meaning::relation, {}, Shown::table); }

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
    if (begin_ > sql.begin && text_[begin_ - 1] == '.') return add_columns(word_before(begin_ - 1));
    add_columns(sql.owner);
    for (const auto& word : asked_.workspace.words_in(asked_.document, sql)) {
      Mention relation = word;
      relation.meaning = Meaning::relation;
      relation.owner = {};
      if (word.end < begin_ || word.begin > asked_.offset)
        if (!asked_.workspace.declarations(relation).empty()) add_columns(word.name);
    }
    add_relations();
    add_declared(Meaning::function, {}, Shown::function);
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
    item_ = text_.substr(std::min<std::size_t>(expected.item, begin_), begin_ - std::min(expected.item, begin_));
    find_surroundings();
    if (begins_with("database") && word_before(end_of_word_before()) == "on") return engines();
    if (begin_ > 0 && text_[begin_ - 1] == '.') return behind_dot();
    if (open_use(text_, begin_)) {
      add_relations();
      add_columns(table_);
    }
    const auto expects = [&](std::string_view text) {
      return std::ranges::find(expected.texts, text) != expected.texts.end();
    };
    if (expects(grammar::expected::type)) types();
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
      add(word, Shown::keyword);
  }

  void behind_dot() {
    const auto owner = word_before(begin_ - 1);
    if (owner == "std" || begins_with("use")) return patterns(std::string(owner) + ".");
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

  void hazards() {
    for (const auto& id : lint::hazard_ids) add(id.id, Shown::constant, "hazard");
    if (!begins_with("accept"))
      for (const auto& id : lint::hazard_ids) add(lint::hazard_family(id.id), Shown::constant, "hazards");
  }

  void patterns(std::string_view prefix) {
    for (const auto& [name, pattern] : patterns_of(asked_.workspace)) {
      if (!name.starts_with(prefix)) continue;
      std::string call = name.substr(prefix.size()) + "(";
      std::string snippet = call;
      std::size_t count = 0;
      for (const auto& parameter : parameters_of(pattern)) {
        const auto separator = count++ > 0 ? ", " : "";
        call += separator + parameter;
        snippet += fmt::format("{}${{{}:{}}}", separator, count, parameter.substr(0, parameter.find(':')));
      }
      add(name.substr(prefix.size()), Shown::function, call + ")", snippet + ")");
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
      return in_list && open > place ? add_columns(table) : add_relations();
    }
    if (in_list) return add_columns(table_);
    if (expected.within == Kind::run || expected.within == Kind::verify || expected.within == Kind::gate ||
        expected.within == Kind::invariant)
      return add_declared(Meaning::database, {}, Shown::module);
    if (in_change()) {
      if (begins_with("backfill") && said(" set ")) return add_columns(word_before_set());
      add_base(false, {});
      return add_relations();
    }
    const bool about_relation =
        begins_with("trigger") || begins_with("grant") || begins_with("row policy") || said("after ") || said(" to ");
    if (about_relation) add_relations();
  }

  std::string_view word_before_set() const {
    auto name = item_.substr(std::string_view("backfill ").size());
    return name.substr(0, name.find(' '));
  }

  const Asked& asked_;
  std::string_view text_;
  std::uint32_t begin_ = 0;  ///< of the word that is being typed
  std::string_view item_;    ///< the item so far
  std::string_view table_;
  std::string_view database_;
  std::vector<std::string> engines_;  ///< "postgres 14", as Workspace::engines_of
  bool in_change_ = false;
  std::set<std::string, std::less<>> given_;
  JsonArray items_;
};

}  // namespace

Json completion(const Asked& asked) { return Completion(asked).all(); }

}  // namespace dmc::lsp
