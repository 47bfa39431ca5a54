// Comments, and the dependencies that texts do not show.
#include <algorithm>
#include <set>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

void add_comment(Reading& reading, const std::string& words, const std::string& label, const std::string& text) {
  const std::string on = "comment on " + words;
  const auto at = reading.add("comment", "on " + words, on + " is " + text_literal(text), on + " is null");
  if (!label.empty()) reading.database().objects[at].after = {label};
}

/// Of a table, a view or an index that has a place for it in the model; false: there is none.
bool place_comment(Reading& reading, Oid oid, const std::string& text) {
  if (auto* table = reading.table(oid)) {
    table->comment = text;
    return true;
  }
  if (auto* view = reading.view(oid)) {
    view->comment = text;
    return true;
  }
  const auto found = reading.indexes.find(oid);
  if (found == reading.indexes.end()) return false;
  const auto& [relation, name] = found->second;
  const auto place = [&](std::vector<model::Index>& indexes) {
    const auto index = std::ranges::find(indexes, name, &model::Index::name);
    if (index == indexes.end()) return false;
    index->comment = text;
    return true;
  };
  if (auto* table = reading.table(relation)) return place(table->indexes);
  if (auto* view = reading.view(relation)) return place(view->indexes);
  return false;
}

void relation_comment(Reading& reading, Oid oid, std::int64_t column, const std::string& text) {
  const auto* relation = reading.relation(oid);
  if (column > 0) {
    const auto* attribute = relation ? relation->attribute(column) : nullptr;
    if (!attribute) return;
    if (auto* table = reading.table(oid)) {
      const auto found = std::ranges::find(table->columns, attribute->name, &model::Column::name);
      if (found != table->columns.end()) {
        found->comment = text;
        return;
      }
    }
    return add_comment(reading, "column " + written(*relation) + "." + quoted(attribute->name), reading.host(*relation),
                       text);
  }
  if (place_comment(reading, oid, text)) return;
  if (const auto found = reading.named.find({"pg_class", oid}); found != reading.named.end())
    return add_comment(reading, found->second.words, found->second.label, text);
  if (relation) return add_comment(reading, "table " + written(*relation), reading.host(*relation), text);
  const auto index = reading.indexes.find(oid);
  if (index == reading.indexes.end()) return;
  const auto* owner = reading.relation(index->second.first);
  if (owner) add_comment(reading, "index " + written(owner->schema, index->second.second), reading.host(*owner), text);
}

}  // namespace

void read_comments(Reading& reading, const QueryRows& rows) {
  reading.know("pg_namespace", 2200, "schema public", "");
  for (const auto& each : rows) {
    const Cells row(each);
    const std::string &catalog = row.text(0), &text = row.text(3);
    if (catalog == "pg_class") {
      relation_comment(reading, row.oid(1), row.number(2), text);
      continue;
    }
    // An extension writes the comment on itself.
    if (catalog == "pg_extension") continue;
    const auto found = reading.named.find({catalog, row.oid(1)});
    if (found != reading.named.end()) add_comment(reading, found->second.words, found->second.label, text);
  }
}

void read_dependencies(Reading& reading, const QueryRows& rows) {
  std::unordered_map<std::string, std::size_t> objects;
  for (std::size_t i = 0; i < reading.database().objects.size(); ++i)
    objects.emplace(reading.database().objects[i].name, i);
  std::map<const std::string*, std::set<std::string>> shown;  // the names in a text
  const auto shows = [&](const std::string& text, const std::string& name) {
    auto [found, is_new] = shown.try_emplace(&text);
    if (is_new)
      for (const auto word : model::names_in(text)) found->second.emplace(word);
    return found->second.contains(name);
  };
  const auto label_of = [&](const std::string& catalog, Oid oid) -> std::pair<std::string, std::string> {
    if (const auto found = reading.named.find({catalog, oid}); found != reading.named.end()) {
      const auto object = objects.find(found->second.label);
      if (object == objects.end()) return {found->second.label, found->second.label};
      return {found->second.label, reading.database().objects[object->second].provides()};
    }
    const auto* relation = catalog == "pg_class" ? reading.relation(oid) : nullptr;
    if (relation && (relation->table || relation->view)) return {relation->path(), relation->name};
    return {};
  };
  for (const auto& each : rows) {
    const Cells row(each);
    const auto [label, name] = label_of(row.text(2), row.oid(3));
    if (label.empty()) continue;
    const std::string* text = nullptr;
    std::vector<std::string>* after = nullptr;
    if (auto* view = row.text(0) == "pg_class" ? reading.view(row.oid(1)) : nullptr) {
      if (view->path() == label) continue;
      text = &view->query.text;
      after = &view->after;
    } else if (const auto found = reading.named.find({row.text(0), row.oid(1)}); found != reading.named.end()) {
      const auto object = objects.find(found->second.label);
      if (object == objects.end() || found->second.label == label) continue;
      text = &reading.database().objects[object->second].create.text;
      after = &reading.database().objects[object->second].after;
    }
    if (!text || shows(*text, name) || std::ranges::find(*after, label) != after->end()) continue;
    after->push_back(label);
    std::ranges::sort(*after);
  }
}

}  // namespace dmc::dialects::postgres::reading
