// What names mean across the files of a project.
#include <algorithm>
#include <charconv>
#include <functional>

#include "editors/lsp/workspace.hpp"

namespace dmc::lsp {

namespace {

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// Whether a pattern encloses the place: its parameters mean something there alone.
std::optional<grammar::Span> pattern_around(const Document& document, std::uint32_t offset) {
  for (const auto item : document.tree().root().children())
    if (item.is(grammar::Kind::pattern) && item.span().begin <= offset && offset < item.span().end) return item.span();
  return std::nullopt;
}

}  // namespace

void Workspace::each_declaration(const std::function<void(const Document&, const Mention&)>& use) const {
  for (const auto& [name, document] : documents_)
    for (const auto& mention : document->mentions().names)
      if (mention.declares) use(*document, mention);
}

void Workspace::each_pattern(const std::function<void(const Document&, const Mention&, bool standard)>& use) const {
  each_declaration([&](const Document& document, const Mention& mention) {
    if (mention.meaning == Meaning::pattern) use(document, mention, false);
  });
  for (const auto& document : library_)
    for (const auto& mention : document->mentions().names)
      if (mention.declares && mention.meaning == Meaning::pattern) use(*document, mention, true);
}

std::vector<Met> Workspace::declarations(const Mention& wanted) const {
  std::vector<Met> found;
  const auto look = [&](const Document& document, const Mention& mention) {
    if (mention.declares && same_thing(mention, wanted)) found.push_back({&document, mention});
  };
  each_declared_as(wanted.name, look);
  if (wanted.meaning == Meaning::pattern)
    for (const auto& document : library_)
      for (auto mention : document->mentions().names) {
        mention.qualifier = "std";
        look(*document, mention);
      }
  std::ranges::stable_sort(found, {}, [](const Met& met) -> const std::string& { return met.document->name(); });
  // In a change what is in front may be a schema or a database: where it is one of these, nothing of another is meant.
  const auto is_of_it = [&](const Met& met) { return met.mention.database == wanted.qualifier; };
  if (!wanted.qualifier.empty() && std::ranges::any_of(found, is_of_it)) std::erase_if(found, std::not_fn(is_of_it));
  return found;
}

void Workspace::each_declared_as(std::string_view name,
                                 const std::function<void(const Document&, const Mention&)>& use) const {
  if (const auto known = declared_.find(name); known != declared_.end())
    for (const auto& [document, at] : known->second) use(*document, document->mentions().names[at]);
}

std::optional<Mention> Workspace::meant_at(const Document& document, std::uint32_t offset) const {
  const Mention* found = nullptr;
  for (const auto& mention : document.mentions().names)
    if (mention.begin <= offset && offset <= mention.end && mention.meaning != Meaning::change) found = &mention;
  if (found) return as_declared(*found);
  for (const auto& piece : document.mentions().sql) {
    if (offset < piece.begin || offset > piece.end) continue;
    if (auto meant = meant_in_sql(document, piece, offset)) return meant;
  }
  return std::nullopt;
}

/// What stands in front of a name is a database where no schema is called so.
Mention Workspace::as_declared(const Mention& mention) const {
  if (!mention.argument.pattern.empty()) return as_argument(mention);
  Mention database = mention;
  database.meaning = Meaning::database;
  const bool is_database =
      mention.meaning == Meaning::schema && declarations(mention).empty() && !declarations(database).empty();
  return is_database ? database : mention;
}

std::string_view Workspace::parameter_kind(const ArgumentOf& argument) const {
  std::string_view kind;
  each_pattern([&](const Document& document, const Mention& pattern, bool standard) {
    if (pattern.name != argument.pattern || standard != (argument.library == "std") || !kind.empty()) return;
    std::size_t number = 0;
    for (const auto& mention : document.mentions().names) {
      const bool is_its =
          mention.kind == grammar::Kind::parameter && mention.begin > pattern.begin && mention.end < pattern.whole_end;
      if (!is_its || number++ != argument.number) continue;
      const auto text = document.slice(mention.end, mention.whole_end);
      kind = text.substr(std::min(text.find_first_not_of(" \t\r\n:"), text.size()));
    }
  });
  return kind;
}

/// What an argument names, its parameter says; a column without a table in front is of the table before it, or of the
/// one that the use stands in.
Mention Workspace::as_argument(Mention mention) const {
  const auto argument = mention.argument;
  const auto kind = parameter_kind(argument);
  const auto around = mention.owner;
  mention.argument = {};
  mention.owner = {};
  if (kind == "column" && !argument.in_front) {
    ArgumentOf before = argument;
    before.number = static_cast<std::uint16_t>(argument.number - 1);
    const bool behind_table = argument.number > 0 && parameter_kind(before) == "table";
    mention.meaning = Meaning::column;
    mention.owner = !argument.before.empty() ? argument.before : behind_table ? argument.table : around;
  } else if (kind == "table") {
    mention.meaning = argument.in_front ? Meaning::schema : Meaning::relation;
    if (!argument.in_front) mention.qualifier = argument.before;
  } else if (kind == "database") {
    mention.meaning = Meaning::database;
  }
  return mention;
}

std::vector<Met> Workspace::references(const Mention& wanted) const {
  std::vector<Met> found;
  for (const auto& [name, document] : documents_) {
    for (const auto& mention : document->mentions().names) {
      if (mention.name != wanted.name || !same_thing(as_declared(mention), wanted)) continue;
      if (wanted.meaning == Meaning::parameter) {
        const auto around = pattern_around(*document, wanted.begin);
        if (!around || mention.begin < around->begin || mention.begin >= around->end) continue;
      }
      found.push_back({document.get(), mention});
    }
  }
  for (auto& met : sql_references(wanted)) found.push_back(std::move(met));
  std::ranges::stable_sort(found, [](const Met& left, const Met& right) {
    return std::pair(std::string_view(left.document->name()), left.mention.begin) <
           std::pair(std::string_view(right.document->name()), right.mention.begin);
  });
  return found;
}

std::vector<Mention> Workspace::words_in(const Document& document, const SqlPiece& piece) const {
  bool brackets = document.slice(piece.begin, piece.end).find('[') != std::string_view::npos;
  if (brackets) {
    const auto engines = engines_of(piece.database);
    brackets = !engines.empty() && std::ranges::all_of(engines, [&](std::string_view engine) {
      const auto* dialect = dialects_.find(engine.substr(0, engine.find(' ')));
      return dialect && dialect->description().brackets_quote_names;
    });
  }
  return words_of(document.text(), piece, brackets);
}

std::optional<Met> Workspace::newest_change() const {
  std::optional<Met> newest;
  each_declaration([&](const Document& document, const Mention& mention) {
    if (mention.meaning != Meaning::change) return;
    if (!newest || number_of(newest->mention.owner) < number_of(mention.owner)) newest = Met{&document, mention};
  });
  return newest;
}

std::optional<Met> Workspace::open_change() const {
  auto newest = newest_change();
  if (newest && number_of(newest->mention.owner) <= sealed_) newest.reset();
  return newest;
}

std::int64_t Workspace::next_number() const {
  const auto newest = newest_change();
  auto number = newest ? number_of(newest->mention.owner) : 0;
  for (const auto& [known, bytes] : loaded_.input.catalogs) number = std::max(number, known);
  return number + 1;
}

std::vector<std::string> Workspace::engines_of(std::string_view database) const {
  std::vector<std::string> engines;
  for (const auto& [name, document] : documents_)
    for (const auto item : document->tree().root().children()) {
      const auto its_name = item.is(grammar::Kind::database) ? item.child(grammar::Kind::name) : std::nullopt;
      const auto engine = item.child(grammar::Kind::engine);
      if (!its_name || !engine || (!database.empty() && its_name->text() != database)) continue;
      // `on` stands within the node.
      const auto word = engine->child(grammar::Kind::name);
      const auto text = std::string(document->slice(word->span().begin, engine->span().end));
      if (std::ranges::find(engines, text) == engines.end()) engines.push_back(text);
    }
  return engines;
}

}  // namespace dmc::lsp
