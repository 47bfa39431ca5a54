// The neighbours are the declarations, as they were written, of every name that stands in the file, in SQL too. What is
// found wrong with them is nobody's concern here: they lack neighbours of their own.
#include "editors/lsp/quick_check.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace dmc::lsp {

namespace {

using grammar::Kind;
using grammar::Node;

/// Larger files wait for the check of the whole project.
constexpr std::size_t quick_limit = std::size_t{512} << 10U;

bool is_neighbour(Kind kind) {
  return kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view || kind == Kind::enumeration ||
         kind == Kind::domain || kind == Kind::sequence || kind == Kind::function || kind == Kind::procedure;
}

std::set<std::string_view> names_in(const Workspace& workspace, const Document& document) {
  std::set<std::string_view> names;
  for (const auto& mention : document.mentions().names) {
    names.insert(mention.name);
    names.insert(mention.owner);
  }
  for (const auto& piece : document.mentions().sql)
    for (const auto& word : workspace.words_in(document, piece)) names.insert(word.name);
  return names;
}

/// The items of other files, by the database and the schema that they stand in.
class Neighbours {
 public:
  Neighbours(const Workspace& workspace, const Document& document) : workspace_(workspace), document_(document) {}

  std::string text() {
    for (const auto name : names_in(workspace_, document_))
      workspace_.each_declared_as(name, [this](const Document& document, const Mention& mention) {
        if (&document != &document_ && is_neighbour(mention.kind)) add(document, mention);
      });
    for (const auto& [name, other] : workspace_.documents())
      if (other.get() != &document_) add_what_is_everywhere(*other);
    std::string text = std::move(outside_);
    for (const auto& [place, items] : items_) {
      const auto& [database, schema] = place;
      const auto head = fmt::format("database {} {}{{\n", database, engines_[database]);
      engines_[database].clear();  // said once
      text += schema.empty() ? fmt::format("{}{}}}\n", head, items)
                             : fmt::format("{}schema {} {{\n{}}}\n}}\n", head, schema, items);
    }
    return text;
  }

 private:
  void add(const Document& document, const Mention& mention) {
    if (mention.database.empty()) return;
    const bool says_schema = document.slice(mention.begin - 1, mention.begin) == ".";
    auto& items = items_[{std::string(mention.database), says_schema ? "" : std::string(mention.qualifier)}];
    items.append(document.slice(mention.whole_begin, mention.whole_end));
    items += mention.kind == Kind::table || items.ends_with('}') ? "\n" : ";\n";
  }

  /// Engines, extensions, patterns and their uses are few, and may bear on anything.
  void add_what_is_everywhere(const Document& other) {
    for (const Node item : other.tree().root().children()) {
      if (item.is(Kind::pattern)) outside_.append(item.text()).append("\n");
      if (item.is(Kind::use)) outside_.append(item.text()).append(";\n");
      if (!item.is(Kind::database)) continue;
      const auto name = item.child(Kind::name);
      const auto block = item.child(Kind::block);
      if (!name || !block) continue;
      auto& items = items_[{std::string(name->text()), ""}];
      if (const auto engine = item.child(Kind::engine))
        engines_[std::string(name->text())] = std::string(engine->text()) + " ";
      for (const Node inner : block->children())
        if (inner.is(Kind::use) || inner.is(Kind::extension)) items.append(inner.text()).append(";\n");
    }
  }

  const Workspace& workspace_;
  const Document& document_;
  std::map<std::pair<std::string, std::string>, std::string> items_;
  std::map<std::string, std::string> engines_;
  std::string outside_;
};

}  // namespace

std::vector<Finding> quick_check(const Workspace& workspace, const Document& document,
                                 const dialects::Dialects& dialects) {
  std::vector<Finding> found;
  if (document.text().size() > quick_limit) return found;
  std::vector<check::SourceText> files{{document.name(), std::string(document.text())}};
  if (const auto* project = workspace.document("project.mig"); project != nullptr && project != &document)
    files.push_back({"project.mig", std::string(project->text())});
  files.push_back({"schema/!neighbours.mig", Neighbours(workspace, document).text()});
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  (void)check::check(files, sources, dialects, diagnostics);
  for (const auto& diagnostic : diagnostics.sorted()) {
    auto finding = finding_of(diagnostic, sources);
    if (finding.file != document.name() || !diagnostic.span) continue;
    std::erase_if(finding.related, [&](const auto& related) { return related.file != document.name(); });
    found.push_back(std::move(finding));
  }
  return found;
}

}  // namespace dmc::lsp
