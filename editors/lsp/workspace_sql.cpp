// What the words of SQL mean: relations and their columns by the rules of the engine, which the compiler knows; other
// names, and what no parser reads, by how they are called.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/mentions.hpp"
#include "editors/lsp/workspace.hpp"
#include "grammar/expected.hpp"

namespace dmc::lsp {

namespace {

bool is_relational(Meaning meaning) { return meaning == Meaning::relation || meaning == Meaning::column; }

/// Of a database, by its schema where it has one; empty when the desired state has none such.
std::string path_in(const model::Database& database, std::string_view schema, std::string_view name) {
  const auto is_there = [&](std::string_view path) { return database.table(path) || database.view(path); };
  if (const auto path = fmt::format("{}.{}", schema, name); !schema.empty() && is_there(path)) return path;
  if (is_there(name)) return std::string(name);
  // A declaration may say its schema itself.
  for (const auto& table : database.tables)
    if (table.name == name) return table.path();
  for (const auto& view : database.views)
    if (view.name == name) return view.path();
  return {};
}

/// Without the doubling of quotes in it.
std::string plain(std::string_view name) {
  std::string text(name);
  for (auto at = text.find("\"\""); at != text.npos; at = text.find("\"\"", at + 1)) text.erase(at, 1);
  return text;
}

/// Engines that fold names find this one in any letter case.
bool holds_name(std::string_view text, std::string_view name) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return !std::ranges::search(text, name, {}, folded, folded).empty();
}

/// In a pattern, which may be used elsewhere, too.
bool is_in_pattern(const Document& document, std::uint32_t offset) {
  for (const auto item : document.tree().root().children())
    if (item.is(grammar::Kind::pattern) && item.span().begin <= offset && offset < item.span().end) return true;
  return false;
}

}  // namespace

const model::Project& Workspace::desired() const {
  if (checked_.revision == revision_) return checked_.model;
  if (state_revision_ != revision_) {
    state_ = desired_state(check_input([](const std::string&) { return true; }), dialects_);
    state_revision_ = revision_;
  }
  return state_;
}

Workspace::Text Workspace::text_of(const Document& document, const SqlPiece& piece) {
  const auto text = document.slice(piece.begin, piece.end);
  std::uint32_t around = text.starts_with('(') && text.ends_with(')') ? 1 : 0;
  const auto inside = text.substr(around, text.size() - 2 * around);
  const auto first = inside.substr(std::min(inside.find_first_not_of(" \t\r\n"), inside.size()));
  // A query in the place of a value is part of an expression.
  if (!piece.owner.empty() && (first.starts_with("select") || first.starts_with("with"))) around = 0;
  if (text.starts_with('$')) {  // `$$ … $$`, `$tag$ … $tag$`
    const auto tag = text.substr(0, text.find('$', 1) + 1);
    if (text.size() >= 2 * tag.size() && text.ends_with(tag)) around = static_cast<std::uint32_t>(tag.size());
  }
  return {&document, &piece, piece.begin + around, piece.end - around};
}

std::vector<std::optional<std::vector<Met>>> Workspace::read(const std::vector<Text>& texts,
                                                             const Mention& wanted) const {
  std::vector<std::optional<std::vector<Met>>> all(texts.size());
  const auto& databases = desired().databases;
  const auto database = std::ranges::find(databases, wanted.database, &model::Database::name);
  const auto* dialect = database == databases.end() ? nullptr : dialects_.find(database->engine);
  const auto* reader = dialect ? dynamic_cast<const dialects::Mentioning*>(&dialect->texts()) : nullptr;
  if (!reader) return all;
  const bool of_column = wanted.meaning == Meaning::column;
  const auto path = path_in(*database, plain(wanted.qualifier), plain(of_column ? wanted.owner : wanted.name));
  if (path.empty()) return all;
  std::vector<std::string> owners;
  for (const auto& text : texts)
    owners.push_back(text.piece->owner.empty() ? std::string()
                                               : path_in(*database, text.piece->schema, plain(text.piece->owner)));
  std::vector<dialects::AuthorText> given;
  for (std::size_t at = 0; at < texts.size(); ++at)
    given.push_back({texts[at].document->slice(texts[at].begin, texts[at].end), owners[at]});
  const auto column = of_column ? std::optional(plain(wanted.name)) : std::nullopt;
  const auto found = reader->mentions(*database, given, path, column);
  for (std::size_t at = 0; at < texts.size(); ++at) {
    if (!found[at]) continue;
    auto& mets = all[at].emplace();
    for (const auto& place : *found[at]) {
      Mention mention = wanted;
      mention.declares = false;
      mention.begin = texts[at].begin + static_cast<std::uint32_t>(place.begin);
      mention.end = texts[at].begin + static_cast<std::uint32_t>(place.end);
      mention.in_sql = true;
      mention.output = place.output;
      mention.sure = place.sure && !is_in_pattern(*texts[at].document, mention.begin);
      mets.push_back({texts[at].document, mention});
    }
  }
  return all;
}

std::vector<Met> Workspace::sql_references(const Mention& wanted) const {
  std::vector<Met> found;
  const bool in_sql_at_all =
      is_relational(wanted.meaning) || wanted.meaning == Meaning::function || wanted.meaning == Meaning::schema;
  if (!in_sql_at_all) return found;
  // With all that its declaration says.
  const auto declared = declarations(wanted);
  const auto& meant = declared.empty() ? wanted : declared.front().mention;
  std::vector<Text> texts;
  for (const auto& [name, document] : documents_)
    for (const auto& piece : document->mentions().sql) {
      const auto text = document->slice(piece.begin, piece.end);
      const bool of_its_table =
          wanted.meaning != Meaning::column || piece.owner == wanted.owner || holds_name(text, wanted.owner);
      const bool elsewhere = !piece.database.empty() && !meant.database.empty() && piece.database != meant.database;
      if (of_its_table && !elsewhere && holds_name(text, wanted.name)) texts.push_back(text_of(*document, piece));
    }
  auto all =
      is_relational(wanted.meaning) ? read(texts, meant) : std::vector<std::optional<std::vector<Met>>>(texts.size());
  for (std::size_t at = 0; at < texts.size(); ++at) {
    if (all[at]) {
      for (auto& met : *all[at]) found.push_back(std::move(met));
      continue;
    }
    const auto words = words_in(*texts[at].document, *texts[at].piece);
    for (const auto& word : words) {
      if (word.name != wanted.name) continue;
      auto other = in_sql(word, words);
      if (!other || !same_thing(*other, wanted)) continue;
      other->sure = !is_relational(wanted.meaning);
      found.push_back({texts[at].document, *other});
    }
  }
  return found;
}

/// Of all that is called so and can be meant there, what the engine takes it for.
std::optional<Mention> Workspace::meant_in_sql(const Document& document, const SqlPiece& piece,
                                               std::uint32_t offset) const {
  const auto words = words_in(document, piece);
  const auto at =
      std::ranges::find_if(words, [&](const Mention& word) { return word.begin <= offset && offset <= word.end; });
  if (at == words.end()) return std::nullopt;
  std::vector<Mention> candidates;
  const auto collect = [&](const Document&, const Mention& declared) {
    const bool elsewhere = !piece.database.empty() && declared.database != piece.database;
    const bool is_named = declared.meaning == Meaning::relation || declared.owner == piece.owner ||
                          std::ranges::any_of(words, [&](const Mention& word) { return word.name == declared.owner; });
    if (is_relational(declared.meaning) && !elsewhere && is_named) candidates.push_back(declared);
  };
  each_declared_as(at->name, collect);
  if (const auto folded = grammar::lower_case(at->name); folded != at->name) each_declared_as(folded, collect);
  bool was_read = false;
  std::optional<Mention> perhaps;
  for (const auto& candidate : candidates) {
    const auto found = read({text_of(document, piece)}, candidate);
    if (!found.front()) continue;
    was_read = true;
    for (const auto& met : *found.front()) {
      if (met.mention.begin != at->begin) continue;
      if (met.mention.sure) return met.mention;
      perhaps = met.mention;
    }
  }
  if (perhaps) return perhaps;
  auto guessed = in_sql(*at, words);
  if (guessed && was_read && is_relational(guessed->meaning)) return std::nullopt;
  return guessed;
}

/// A word of SQL is a column of the table that the SQL is about, or of one that it names; else a table or a function.
std::optional<Mention> Workspace::in_sql(const Mention& word, const std::vector<Mention>& all) const {
  const auto declared = [&](Meaning meaning, std::string_view owner) -> std::optional<Mention> {
    Mention wanted = word;
    wanted.meaning = meaning;
    wanted.owner = owner;
    return declarations(wanted).empty() ? std::nullopt : std::optional(wanted);
  };
  if (!word.owner.empty())
    if (auto column = declared(Meaning::column, word.owner)) return column;
  for (const auto meaning : {Meaning::relation, Meaning::function, Meaning::schema})
    if (auto found = declared(meaning, {})) return found;
  for (const auto& other : all) {
    if (other.name == word.name) continue;
    if (auto column = declared(Meaning::column, other.name)) return column;
  }
  return std::nullopt;
}

}  // namespace dmc::lsp
