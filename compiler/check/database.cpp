// One database after the other: which engine, what its blocks declare, and whether it holds together.
#include "compiler/check/database.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/check/declared.hpp"
#include "compiler/check/engines.hpp"
#include "compiler/check/gather.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/objects.hpp"
#include "compiler/check/tables.hpp"

namespace dmc::check {

namespace {

using Blocks = std::vector<const ast::Database*>;

/// The engine that the blocks name, once or alike; null after an error.
const dialects::Dialect* engine_of(Context& context, const Blocks& blocks) {
  const ast::Database* first = nullptr;
  for (const ast::Database* block : blocks) {
    if (!block->engine) continue;
    if (!first) {
      first = block;
    } else if (first->engine->text != block->engine->text) {
      auto& diagnostic = context.error(
          "E0216", block->engine->span,
          fmt::format("database '{}' is on {} and on {}", block->name.text, first->engine->text, block->engine->text),
          "a database has one engine");
      diagnostic.notes.push_back({first->engine->span, "the first one"});
    }
  }
  if (first) return find_engine(context, *first->engine);
  if (context.broken.may_declare(blocks.front()->name.text)) return nullptr;
  auto& diagnostic = context.error("E0216", blocks.front()->head,
                                   fmt::format("database '{}' has no engine", blocks.front()->name.text),
                                   "expected one of its blocks to say: on ENGINE");
  std::string_view example = "sqlite";
  if (!context.dialects.all().empty() && !context.dialects.find(example))
    example = context.dialects.all().front()->description().name;
  diagnostic.help.push_back(fmt::format("write:  database {} on {} {{ … }}", blocks.front()->name.text, example));
  return nullptr;
}

std::string version_of(Context& context, const Blocks& blocks, const dialects::Description& engine) {
  const ast::EngineVersion* first = nullptr;
  for (const ast::Database* block : blocks) {
    if (!block->version || block->engine->text != engine.name) continue;
    if (!first) {
      first = &*block->version;
    } else if (first->text != block->version->text) {
      auto& diagnostic = context.error("E0216", block->version->span,
                                       fmt::format("database '{}' has two oldest versions, {} and {}", block->name.text,
                                                   first->text, block->version->text),
                                       "one version is the oldest to support");
      diagnostic.notes.push_back({first->span, "the first one"});
    }
  }
  return first ? oldest_version(context, engine, *first) : engine.oldest_version;
}

void check_trigger_names(Context& context, const DatabaseDraft& draft) {
  NameMap<std::vector<const Placed<ast::Trigger>*>> seen(draft.triggers.size() * 2, NameHash{draft.fold()},
                                                         NameEqual{draft.fold()});
  for (const Placed<ast::Trigger>& placed : draft.triggers) {
    const ast::Name& name = placed.syntax->name;
    auto& others = seen[name.text];
    const auto same = std::ranges::find_if(others, [&](const auto* other) {
      return other->schema == placed.schema &&
             (!draft.engine().triggers_are_of_tables || text_of(other->syntax->table) == text_of(placed.syntax->table));
    });
    if (same != others.end()) {
      auto& diagnostic = context.error("E0210", name.span, fmt::format("trigger '{}' is declared twice", name.text),
                                       "a trigger of this name is there already");
      diagnostic.notes.push_back({(*same)->syntax->name.span, "the first one"});
    }
    others.push_back(&placed);
  }
}

/// Leaves out what points at something that was left out, so that what remains holds together.
void prune(model::Database& database, const std::vector<std::string>& faulty) {
  const auto is_faulty = [&](const std::string& path) { return std::ranges::binary_search(faulty, path); };
  for (model::Table& table : database.tables)
    std::erase_if(table.foreign_keys, [&](const model::ForeignKey& key) { return is_faulty(key.table); });
  std::erase_if(database.triggers, [&](const model::Trigger& trigger) { return is_faulty(trigger.table); });
}

/// Moves the tables over, each to its place, because a table is large; faulty ones stay behind.
void take_tables(DatabaseDraft& draft, model::Database& database) {
  std::vector<model::Table*> good;
  std::vector<std::string> faulty;
  good.reserve(draft.tables.size());
  for (TableDraft& table : draft.tables) {
    if (table.faulty) {
      faulty.push_back(table.table.path());
    } else {
      good.push_back(&table.table);
    }
  }
  std::ranges::sort(good, [](const model::Table* left, const model::Table* right) {
    if (left->schema.empty() && right->schema.empty()) return left->name < right->name;
    return left->path() < right->path();
  });
  database.tables.reserve(good.size());
  for (model::Table* table : good) database.tables.push_back(std::move(*table));
  std::ranges::sort(faulty);
  if (!faulty.empty()) prune(database, faulty);
}

/// The drafted database as a model, without what is faulty.
model::Database model_of(Context& context, DatabaseDraft& draft) {
  model::Database result;
  result.name = draft.name;
  result.engine = draft.engine().name;
  result.oldest_version = draft.oldest_version;
  result.origin.span = draft.head;
  Types types(draft);
  std::vector<PendingReference> references;
  check_named_arguments(context, draft);
  for (TableDraft& table : draft.tables) build_table(context, draft, table, types, references);
  resolve_references(context, draft, references);
  for (TableDraft& table : draft.tables) name_table_parts(context, draft, table);
  check_trigger_names(context, draft);
  result.views.reserve(draft.views.size());
  for (const auto& placed : draft.views)
    if (model::View view; build_view(context, draft, placed, view)) result.views.push_back(std::move(view));
  for (const auto& placed : draft.materialized)
    if (model::View view; build_view(context, draft, placed, view)) result.views.push_back(std::move(view));
  for (const auto& placed : draft.triggers)
    if (model::Trigger trigger; build_trigger(context, draft, placed, trigger))
      result.triggers.push_back(std::move(trigger));
  for (const ast::Object* syntax : draft.objects)
    if (model::Object object; build_object(context, draft, *syntax, object))
      result.objects.push_back(std::move(object));
  for (const Declared& declared : draft.declared) build_declared(context, draft, types, declared, result.objects);
  take_tables(draft, result);
  result.sort();
  draft.dialect.check(result, context.diagnostics);
  result.sort();
  return result;
}

}  // namespace

std::vector<model::Database> check_databases(Context& context, Expander& expander, const Blocks& blocks) {
  std::map<std::string_view, Blocks> by_name;
  std::vector<std::string_view> names;
  for (const ast::Database* block : blocks) {
    Blocks& same = by_name[block->name.text];
    if (same.empty()) names.push_back(block->name.text);
    same.push_back(block);
  }
  std::vector<model::Database> result;
  for (const auto& [name, its_blocks] : by_name) {
    const dialects::Dialect* dialect = engine_of(context, its_blocks);
    if (!dialect) continue;
    const dialects::Description& engine = dialect->description();
    DatabaseDraft draft(*dialect, name, its_blocks.front()->head);
    draft.oldest_version = version_of(context, its_blocks, engine);
    check_new_name(context, engine, its_blocks.front()->name, "database");
    std::size_t items = 0;
    for (const ast::Database* block : its_blocks) items += block->items.size();
    draft.directory.reserve(2 * items);
    const UsePlace place{ast::PatternScope::database, &engine, names};
    for (const ast::Database* block : its_blocks) gather(context, expander, place, block->items, draft);
    add_to_tables(context, expander, place, draft);
    result.push_back(model_of(context, draft));
  }
  return result;
}

}  // namespace dmc::check
