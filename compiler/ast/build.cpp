// Whole files, and what patterns expand to.
#include "compiler/ast/build.hpp"

#include <charconv>

#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

EngineVersion build_version(const Builder& builder, Node node) {
  EngineVersion version{{}, builder.text(node), node.span()};
  std::string_view rest = version.text;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc() || end != part.data() + part.size()) {
      builder.diagnostics.error("E0150", node.span(), "'" + std::string(version.text) + "' is no version",
                                "numbers of at most 32 bits with dots between them: 14, 23.8");
      return {{}, version.text, version.span};
    }
    version.parts.push_back(number);
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  }
  return version;
}

Project build_project_head(const Builder& builder, Node node) {
  Project project;
  project.span = node.span();
  project.head = head_of(node);
  project.name = build_name(builder, node.child(Kind::name).value());
  if (const auto block = node.child(Kind::block)) {
    for (const Node child : block->children()) {
      if (child.is(Kind::edition) && is_first(builder, *block, child)) {
        project.edition = build_count(builder, child.first().value());
      }
    }
  }
  return project;
}

Database build_database_block(const Builder& builder, Node node) {
  Database database;
  database.span = node.span();
  database.head = head_of(node);
  database.name = build_name(builder, node.child(Kind::name).value());
  if (const auto engine = node.child(Kind::engine)) {
    database.engine = build_name(builder, engine->child(Kind::name).value());
    if (const auto version = engine->child(Kind::version)) database.version = build_version(builder, *version);
  }
  if (const auto block = node.child(Kind::block)) database.items = build_database_items(builder, *block);
  return database;
}

Change build_change_block(const Builder& builder, Node node) {
  Change change;
  change.span = node.span();
  change.head = head_of(node);
  change.number = build_count(builder, node.child(Kind::number).value());
  change.title = build_text(builder, node.child(Kind::text).value());
  if (const auto block = node.child(Kind::block)) change.statements = build_statements(builder, *block);
  return change;
}

template <typename Result, typename Fill>
Result build_expanded(const grammar::Tree& tree, const grammar::Sources& sources, grammar::Diagnostics& diagnostics,
                      Fill fill) {
  Result result;
  const Builder builder{tree, sources.file(tree.file).text, diagnostics, result.texts};
  result.splices = tree.splices;
  result.body = fill(builder, tree.root());
  return result;
}

}  // namespace

std::vector<FileItem> build_file_items(const Builder& builder, Node root) {
  std::vector<FileItem> items;
  items.reserve(root.count());
  for (const Node child : root.children()) {
    switch (child.kind()) {
      case Kind::project:
        items.emplace_back(build_project_head(builder, child));
        break;
      case Kind::database:
        items.emplace_back(build_database_block(builder, child));
        break;
      case Kind::change:
        items.emplace_back(build_change_block(builder, child));
        break;
      case Kind::pattern:
        items.emplace_back(build_pattern(builder, child));
        break;
      case Kind::policy:
        items.emplace_back(build_policy(builder, child));
        break;
      case Kind::cluster:
        items.emplace_back(build_cluster(builder, child));
        break;
      case Kind::replica:
        items.emplace_back(build_replica(builder, child));
        break;
      case Kind::reconcile:
        items.emplace_back(build_reconcile(builder, child));
        break;
      case Kind::invariant:
        items.emplace_back(build_invariant(builder, child));
        break;
      case Kind::use:
        items.emplace_back(build_use(builder, child));
        break;
      default:
        break;
    }
  }
  return items;
}

File build(const grammar::Tree& tree, const grammar::Sources& sources, grammar::Diagnostics& diagnostics) {
  File file;
  file.id = tree.file;
  file.splices = tree.splices;
  const Builder builder{tree, sources.file(tree.file).text, diagnostics, file.texts};
  file.items = build_file_items(builder, tree.root());
  return file;
}

ExpandedTable build_table(const grammar::Tree& tree, const grammar::Sources& sources,
                          grammar::Diagnostics& diagnostics) {
  return build_expanded<ExpandedTable>(tree, sources, diagnostics, build_table_body);
}

ExpandedDatabase build_database(const grammar::Tree& tree, const grammar::Sources& sources,
                                grammar::Diagnostics& diagnostics) {
  return build_expanded<ExpandedDatabase>(tree, sources, diagnostics, build_database_items);
}

ExpandedChange build_change(const grammar::Tree& tree, const grammar::Sources& sources,
                            grammar::Diagnostics& diagnostics) {
  return build_expanded<ExpandedChange>(tree, sources, diagnostics, build_statements);
}

ExpandedProject build_project(const grammar::Tree& tree, const grammar::Sources& sources,
                              grammar::Diagnostics& diagnostics) {
  return build_expanded<ExpandedProject>(tree, sources, diagnostics, build_file_items);
}

}  // namespace dmc::ast
