// Queries: which source a column comes from, stars, names of output columns, places in ORDER BY.
#include <algorithm>
#include <utility>

#include "compiler/dialects/postgres/sql/normaliser.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

/// `((a, b), ())`: a list of columns is no row there.
void lists_in(Node& set) {
  auto* contents = set.nodes("content");
  if (!contents) return;
  for (Node& one : *contents) {
    if (one.is("RowExpr")) one.set_word("row_format", "COERCE_IMPLICIT_CAST");
    if (one.is("GroupingSet")) lists_in(one);
  }
}

Node column_of(std::string_view source, std::string_view name) {
  std::vector<Node> fields;
  fields.push_back(name_node(source));
  fields.push_back(name_node(name));
  Node node{"ColumnRef", {}};
  node.set("fields", std::move(fields));
  return node;
}

const OutputColumn* find_column(const Source& source, std::string_view name) {
  const auto found = std::ranges::find(source.columns, name, &OutputColumn::name);
  return found == source.columns.end() ? nullptr : &*found;
}

constexpr std::string_view unnamed = "?column?";

bool is_star(const Node& node) {
  return node.is("ColumnRef") && !node.list("fields").empty() && node.list("fields").back().is("AStar");
}

/// The first part of a UNION names the columns. In the others a name says nothing, and is printed where its author
/// gave one: `also_given` forgets those too.
void forget_names(Node& select, bool also_given) {
  if (!select.list("sort_clause").empty()) return;
  for (const std::string_view part : {"larg", "rarg"})
    if (auto* inner = select.child(part)) forget_names(*inner, also_given);
  auto* targets = select.nodes("target_list");
  if (!targets) return;
  for (Node& target : *targets) {
    const auto name = target.text("name");
    const auto* value = target.child("val");
    if (also_given || name == unnamed || (value && name == figured_name(*value))) target.erase("name");
  }
}

/// The alias's own names for the first columns.
void rename_columns(Source& source, const Node* alias) {
  if (!alias) return;
  const auto& names = alias->list("colnames");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i < source.columns.size())
      source.columns[i].name = name_of(names[i]);
    else
      source.columns.push_back({std::string(name_of(names[i])), {}});
  }
}

}  // namespace

Type Normaliser::column(Node& node) {
  auto* fields = node.nodes("fields");
  if (!fields || fields->empty() || !std::ranges::all_of(*fields, [](const Node& one) { return one.is("String"); }))
    return {};
  if (levels_.empty()) {
    // `schema.table.column` and `table.column` of the table itself.
    const auto is_own = [&] {
      return around_.row.empty() ||
             std::ranges::find(around_.row, last_name(*fields), &NamedType::name) != around_.row.end();
    };
    if (fields->size() >= 2 && !around_.table.empty() && qualifier(*fields) == around_.table && is_own())
      fields->erase(fields->begin(), fields->end() - 1);
    const auto name = last_name(*fields);
    const bool row =
        fields->size() == 1 || (fields->size() == 2 && (qualifier(*fields) == "new" || qualifier(*fields) == "old"));
    if (!row) return {};
    for (const auto& [own, type] : around_.row)
      if (own == name) return type_of_text(type, around_.schema);
    return {};
  }
  if (fields->size() == 3) fields->erase(fields->begin());
  const std::string name(last_name(*fields));
  if (fields->size() == 2) {
    const auto source = qualifier(*fields);
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level)
      for (const Source& one : *level)
        if (one.name == source) {
          const auto* found = find_column(one, name);
          return found ? found->type : Type{};
        }
    field_of_parameter(node);
    return {};
  }
  if (fields->size() != 1) return {};
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    const Source* only = nullptr;
    std::size_t found = 0;
    bool complete = true;
    for (const Source& one : *level) {
      complete = complete && one.complete;
      if (find_column(one, name)) {
        ++found;
        only = &one;
      }
    }
    if (found > 1) return {};
    if (found == 0 && complete) continue;
    if (found == 0 && level->size() == 1 && levels_.size() == 1) only = &level->front();
    if (!only || only->name.empty() || (found == 1 && !complete && level->size() > 1)) return {};
    fields->insert(fields->begin(), name_node(only->name));
    const auto* own = find_column(*only, name);
    return own ? own->type : Type{};
  }
  return {};
}

void Normaliser::add_table(Node& range) {
  const std::string schema(range.text("schemaname"));
  const std::string name(range.text("relname"));
  auto* alias = range.child("alias");
  Source source;
  source.name = alias ? std::string(alias->text("aliasname")) : name;
  const auto common =
      std::find_if(common_.rbegin(), common_.rend(), [&](const Source& one) { return one.name == name; });
  if (schema.empty() && common != common_.rend()) {
    source.columns = common->columns;
    source.complete = common->complete;
  } else if (around_.relation) {
    if (const auto columns = around_.relation(schema.empty() ? around_.schema : schema, name)) {
      source.complete = true;
      for (const auto& [column, type] : *columns)
        source.columns.push_back({column, type_of_text(type, around_.schema)});
    }
  }
  // A name of the default schema says the same without it, unless a WITH has taken the name.
  if (schema == around_.schema && common == common_.rend() && !name.starts_with("pg_")) range.erase("schemaname");
  if (schema == "pg_catalog" && name.starts_with("pg_")) range.erase("schemaname");
  rename_columns(source, alias);
  if (alias && alias->text("aliasname") == name && alias->list("colnames").empty()) range.erase("alias");
  levels_.back().push_back(std::move(source));
}

void Normaliser::source(Node& node) {
  if (node.is("RangeVar")) return add_table(node);
  if (node.is("JoinExpr")) {
    if (auto* left = node.child("larg")) source(*left);
    if (auto* right = node.child("rarg")) source(*right);
    if (auto* condition = node.child("quals")) expression(*condition);
    return;
  }
  Source made;
  auto* alias = node.child("alias");
  if (alias) made.name = alias->text("aliasname");
  if (auto* inner = node.is("RangeSubselect") ? node.child("subquery") : nullptr) {
    if (node.flag("lateral")) {
      made.columns = query(*inner);
    } else {
      // What stands beside it in FROM is not seen from inside.
      std::vector<Source> beside;
      beside.swap(levels_.back());
      made.columns = query(*inner);
      levels_.back().swap(beside);
    }
    made.complete =
        std::ranges::none_of(made.columns, [](const OutputColumn& one) { return one.name.empty() || one.name == "*"; });
    rename_columns(made, alias);
  } else {
    children(node);
  }
  levels_.back().push_back(std::move(made));
}

void Normaliser::with(Node& clause) {
  auto* list = clause.nodes("ctes");
  if (!list) return;
  for (Node& common : *list) {
    auto* inner = common.child("ctequery");
    if (!inner) continue;
    const bool recursive = clause.flag("recursive");
    // A recursive one sees itself; its columns are those of its first part, known only afterwards.
    if (recursive) common_.push_back({std::string(common.text("ctename")), {}, false});
    Source made;
    made.name = common.text("ctename");
    if (recursive && inner->is("SelectStmt") && inner->child("larg")) {
      Node first = *inner->child("larg");
      common_.back().columns = query(first);
      common_.back().complete = true;
      const auto& names = common.list("aliascolnames");
      for (std::size_t i = 0; i < names.size() && i < common_.back().columns.size(); ++i)
        common_.back().columns[i].name = name_of(names[i]);
    }
    if (inner->is("SelectStmt")) made.columns = query(*inner);
    if (recursive) common_.pop_back();
    made.complete = !made.columns.empty() && std::ranges::none_of(made.columns, [](const OutputColumn& one) {
      return one.name.empty() || one.name == "*";
    });
    const auto& names = common.list("aliascolnames");
    for (std::size_t i = 0; i < names.size() && i < made.columns.size(); ++i) made.columns[i].name = name_of(names[i]);
    common_.push_back(std::move(made));
  }
}

void Normaliser::expand_stars(Node& select, std::string_view of) {
  auto* list = select.nodes(of);
  if (!list) return;
  std::vector<Node> expanded;
  for (Node& target : *list) {
    auto* value = target.child("val");
    if (!value || !is_star(*value)) {
      expanded.push_back(std::move(target));
      continue;
    }
    const auto& fields = value->list("fields");
    const auto wanted = fields.size() > 1 ? name_of(fields[fields.size() - 2]) : std::string_view();
    std::vector<const Source*> sources;
    for (const Source& one : levels_.back())
      if (wanted.empty() || one.name == wanted) sources.push_back(&one);
    // A column that two sources share may have been merged by USING: then the star does not name both.
    const bool clear = !sources.empty() && std::ranges::all_of(sources, [](const Source* one) {
      return one->complete && !one->name.empty();
    });
    const bool merged = wanted.empty() && select.list("from_clause").size() == 1 && [&] {
      bool found = false;
      walk(select.list("from_clause").front(), [&](const Node& node) {
        found = found || (node.is("JoinExpr") && (!node.list("using_clause").empty() || node.flag("is_natural")));
        return node.is("JoinExpr");
      });
      return found;
    }();
    if (!clear || merged) {
      expanded.push_back(std::move(target));
      continue;
    }
    for (const Source* one : sources)
      for (const auto& column : one->columns) {
        Node each{"ResTarget", {}};
        each.set("val", column_of(one->name, column.name));
        expanded.push_back(std::move(each));
      }
  }
  *list = std::move(expanded);
}

std::vector<OutputColumn> Normaliser::targets(Node& select) {
  std::vector<OutputColumn> columns;
  expand_stars(select);
  auto* list = select.nodes("target_list");
  if (!list) return columns;
  for (Node& target : *list) {
    auto* value = target.child("val");
    if (!value) continue;
    if (is_star(*value)) {
      columns.push_back({"*", {}});
      continue;
    }
    std::string name(target.text("name"));
    if (name.empty()) name = figured_name(*value);
    if (name.empty()) name = unnamed;
    Type type = expression(*value);
    if (type.is(literal_type) && (is_bare_string(*value) || is_null(*value))) {
      type = Type{"text", false, {}};
      become(*value, type);
    }
    // A column that the server would call so anyway needs no name.
    if (name == unnamed && figured_name(*value).empty())
      target.erase("name");
    else
      target.set("name", name);
    columns.push_back({std::move(name), std::move(type)});
  }
  return columns;
}

void Normaliser::sorted_by(Node& select, const std::vector<OutputColumn>& outputs) {
  const auto& list = select.list("target_list");
  const auto value_at = [&](std::size_t i) -> const Node* {
    return i < list.size() && list.size() == outputs.size() ? list[i].child("val") : nullptr;
  };
  /// A place, or the name of an output column, stands for its expression.
  const auto resolve = [&](Node& node, bool names_first) {
    if (const auto* place = node.is("AConst") ? node.child("ival") : nullptr) {
      const auto at = place->number("ival");
      if (const auto* value = at > 0 ? value_at(static_cast<std::size_t>(at - 1)) : nullptr) {
        node = Node(*value);
        return;
      }
    }
    const bool simple = node.is("ColumnRef") && node.list("fields").size() == 1;
    if (simple && names_first)
      for (std::size_t i = 0; i < outputs.size(); ++i)
        if (outputs[i].name == last_name(node.list("fields")))
          if (const auto* value = value_at(i)) {
            node = Node(*value);
            return;
          }
    expression(node);
    // GROUP BY takes an output name only where no column of the sources has it.
    if (simple && !names_first && node.list("fields").size() == 1) {
      const bool complete = std::ranges::all_of(levels_.back(), &Source::complete);
      for (std::size_t i = 0; complete && i < outputs.size(); ++i)
        if (outputs[i].name == last_name(node.list("fields")))
          if (const auto* value = value_at(i)) {
            node = Node(*value);
            return;
          }
    }
  };
  if (auto* groups = select.nodes("group_clause"))
    for (Node& group : *groups) {
      if (group.is("GroupingSet")) {
        children(group);
        lists_in(group);
      } else
        resolve(group, false);
    }
  if (auto* order = select.nodes("sort_clause"))
    for (Node& by : *order)
      if (auto* node = by.child("node")) resolve(*node, true);
  if (auto* distinct = select.nodes("distinct_clause"))
    for (Node& one : *distinct)
      if (!one.kind.empty()) resolve(one, true);
}

void Normaliser::window(Node& definition) { children(definition); }

std::vector<OutputColumn> Normaliser::values(Node& select) {
  std::vector<OutputColumn> columns;
  auto* rows = select.nodes("values_lists");
  std::vector<std::vector<Node*>> nodes;
  std::vector<std::vector<Type>> types;
  for (Node& row : *rows) {
    auto* items = row.nodes("items");
    if (!items) continue;
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (nodes.size() <= i) {
        nodes.emplace_back();
        types.emplace_back();
      }
      types[i].push_back(expression((*items)[i]));
      nodes[i].push_back(&(*items)[i]);
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
    columns.push_back({"column" + std::to_string(i + 1), unify(nodes[i], types[i])});
  return columns;
}

std::vector<OutputColumn> Normaliser::body(Node& select) {
  if (auto* clause = select.child("with_clause")) with(*clause);
  if (auto* first = select.child("larg")) {
    auto columns = query(*first);
    if (auto* second = select.child("rarg")) {
      query(*second);
      forget_names(*second, comparing_);
    }
    if (auto* order = select.nodes("sort_clause"))
      for (Node& by : *order)
        if (auto* node = by.child("node"); node && node->is("AConst") && node->child("ival")) {
          const auto at = node->child("ival")->number("ival");
          if (at > 0 && static_cast<std::size_t>(at) <= columns.size() &&
              !columns[static_cast<std::size_t>(at - 1)].name.empty()) {
            Node name{"ColumnRef", {}};
            name.set("fields", name_node(columns[static_cast<std::size_t>(at - 1)].name));
            *node = std::move(name);
          }
        }
    return columns;
  }
  if (!select.list("values_lists").empty()) return values(select);
  if (auto* from = select.nodes("from_clause"))
    for (Node& one : *from) source(one);
  auto outputs = targets(select);
  for (const std::string_view field : {"where_clause", "having_clause", "limit_count", "limit_offset"})
    if (auto* condition = select.child(field)) expression(*condition);
  if (auto* windows = select.nodes("window_clause"))
    for (Node& one : *windows) window(one);
  sorted_by(select, outputs);
  return outputs;
}

std::vector<OutputColumn> Normaliser::query(Node& select) {
  const auto common = common_.size();
  levels_.emplace_back();
  auto columns = body(select);
  levels_.pop_back();
  common_.resize(common);
  if (auto* order = select.nodes("sort_clause"))
    for (Node& by : *order) {
      const auto direction = by.text("sortby_dir");
      const auto nulls = by.text("sortby_nulls");
      const bool descending = direction == "SORTBY_DESC";
      if (direction == "SORTBY_ASC") by.set_word("sortby_dir", "SORTBY_DEFAULT");
      if (nulls == (descending ? "SORTBY_NULLS_FIRST" : "SORTBY_NULLS_LAST"))
        by.set_word("sortby_nulls", "SORTBY_NULLS_DEFAULT");
    }
  return columns;
}

}  // namespace dmc::dialects::postgres::sql
