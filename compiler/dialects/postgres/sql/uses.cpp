#include "compiler/dialects/postgres/sql/uses.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "compiler/dialects/postgres/sql/functions.hpp"
#include "compiler/dialects/postgres/sql/normaliser.hpp"
#include "compiler/dialects/postgres/sql/types.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

struct Seen {
  std::string alias;                                ///< what qualifies its columns
  std::string schema, relation;                     ///< "" for a subquery, a function, a WITH
  bool renamed = false;                             ///< has an alias of its own
  std::optional<std::vector<std::string>> columns;  ///< nothing: not known
};

using Level = std::vector<Seen>;

bool has(const Seen& seen, std::string_view column) {
  return seen.columns && std::ranges::find(*seen.columns, column) != seen.columns->end();
}

std::size_t place_of(const Node& node) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, node.number("location")));
}

/// `public.s` or `"S"`, as inside the string of a regclass.
std::pair<std::string, std::string> path_of(std::string_view text) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += quoted || c < 'A' || c > 'Z' ? c : static_cast<char>(c + 32);
    }
  }
  return {parts.size() > 1 ? parts[parts.size() - 2] : std::string(), parts.back()};
}

class Collector {
 public:
  Collector(const Surroundings& around, bool trigger) : around_(around), trigger_(trigger) {}
  std::vector<Use> found;
  std::vector<UnknownName> unknown;
  bool writes = false;

  void look(const Node& node) {
    if (node.is("SelectStmt")) return select(node);
    if (node.is("InsertStmt") || node.is("UpdateStmt") || node.is("DeleteStmt") || node.is("MergeStmt"))
      return modify(node);
    if (node.is("ColumnRef")) return column(node);
    if (node.is("RangeVar")) {
      relation(node, false);
      return;
    }
    if (node.is("FuncCall")) function(node);
    if (node.is("TypeName")) type(node);
    if (node.is("TypeCast")) named_relation(node);
    below(node);
  }

 private:
  void below(const Node& node) {
    for (const Field& field : node.fields)
      if (const auto* list = std::get_if<std::vector<Node>>(&field.value))
        for (const Node& each : *list) look(each);
  }
  void below(const Node& node, std::initializer_list<std::string_view> fields) {
    for (const auto field : fields)
      for (const Node& each : node.list(field)) look(each);
  }

  Use& add(Use::What what, std::string_view schema, std::string_view name, std::size_t place) {
    Use use;
    use.what = what;
    use.schema = schema;
    use.name = name;
    use.place = place;
    found.push_back(std::move(use));
    return found.back();
  }

  /// Adds the relation, unless a WITH has the name; as a source of the innermost level when it stands in FROM.
  void relation(const Node& range, bool as_source) {
    const auto schema = range.text("schemaname");
    const auto name = range.text("relname");
    const auto* alias = range.child("alias");
    Seen seen;
    seen.alias = alias ? alias->text("aliasname") : name;
    seen.renamed = alias != nullptr;
    const bool common = schema.empty() && std::ranges::find(common_, name) != common_.end();
    if (!common) {
      auto& use = add(Use::What::relation, schema, name, place_of(range));
      use.part = schema.empty() ? 0 : 1;
      seen.schema = schema;
      seen.relation = name;
      if (around_.relation)
        if (const auto columns = around_.relation(schema.empty() ? around_.schema : schema, name)) {
          seen.columns.emplace();
          for (const auto& one : *columns) seen.columns->push_back(one.name);
        }
      if (alias && !alias->list("colnames").empty()) seen.columns.reset(), seen.relation.clear();
    }
    if (as_source) levels_.back().push_back(std::move(seen));
  }

  void source(const Node& node) {
    if (node.is("RangeVar")) return relation(node, true);
    if (node.is("JoinExpr")) return below_source(node);
    if (const auto* sampled = node.is("RangeTableSample") ? node.child("relation") : nullptr) {
      source(*sampled);
      return below(node, {"args", "repeatable"});
    }
    Seen seen;
    seen.renamed = true;
    if (const auto* alias = node.child("alias")) seen.alias = alias->text("aliasname");
    if (node.is("RangeSubselect") && !node.flag("lateral")) {
      Level beside;
      beside.swap(levels_.back());
      below(node, {"subquery"});
      levels_.back().swap(beside);
    } else {
      below(node);
    }
    levels_.back().push_back(std::move(seen));
  }

  void below_source(const Node& join) {
    for (const auto field : {"larg", "rarg"})
      if (const auto* side = join.child(field)) source(*side);
    // A name of USING is a column of both sides.
    for (const Node& name : join.list("using_clause"))
      for (const Seen& seen : levels_.back()) {
        auto& use = add(Use::What::column, "", name_of(name), 0);
        use.of_schema = seen.schema;
        use.of = seen.relation;
        use.sure = false;
      }
    below(join, {"quals"});
    for (const auto field : {"alias", "join_using_alias"})
      if (const auto* alias = join.child(field)) {
        Seen seen;
        seen.renamed = true;
        seen.alias = alias->text("aliasname");
        levels_.back().push_back(std::move(seen));
      }
  }

  void with(const Node& node) {
    const auto* clause = node.child("with_clause");
    if (!clause) return;
    // RECURSIVE lets each see all.
    if (clause->flag("recursive"))
      for (const Node& one : clause->list("ctes")) common_.emplace_back(one.text("ctename"));
    for (const Node& one : clause->list("ctes")) {
      below(one, {"ctequery"});
      if (!clause->flag("recursive")) common_.emplace_back(one.text("ctename"));
    }
  }

  void select(const Node& node) {
    const auto common = common_.size();
    with(node);
    levels_.emplace_back();
    for (const Node& one : node.list("from_clause")) source(one);
    for (const Node& target : node.list("target_list")) output(target);
    below(node, {"where_clause", "having_clause", "window_clause", "values_lists", "larg", "rarg", "limit_count",
                 "limit_offset"});
    for (const auto field : {"group_clause", "distinct_clause"})
      for (const Node& by : node.list(field)) look_by(by, node);
    for (const Node& by : node.list("sort_clause"))
      if (!names_output(by, node.list("target_list"))) look_by(by, node);
    levels_.pop_back();
    common_.resize(common);
  }

  /// `order by NAME` means the output column that was given the name before any column of a source.
  static bool names_output(const Node& by, const std::vector<Node>& targets) {
    const auto* node = by.child("node");
    if (!node || !node->is("ColumnRef") || node->list("fields").size() != 1) return false;
    const auto name = name_of(node->list("fields").front());
    return std::ranges::any_of(targets,
                               [&](const Node& target) { return !name.empty() && target.text("name") == name; });
  }

  /// What `group by`, `order by` and `distinct on` name may be an output, which a union takes from its first part.
  void look_by(const Node& by, const Node& select) {
    const auto before = unknown.size();
    look(by);
    const auto& targets = select.list("target_list");
    const bool are_known = !select.child("larg") && select.list("values_lists").empty() &&
                           std::ranges::none_of(targets, [](const Node& target) {
                             const auto* value = target.child("val");
                             return value && value->is("AIndirection") && !value->list("indirection").empty() &&
                                    value->list("indirection").back().is("AStar");  // the columns of a composite value
                           });
    const auto is_output = [&](const UnknownName& one) {
      if (one.qualifies) return false;
      return !are_known || one.name.starts_with("xml") || std::ranges::any_of(targets, [&](const Node& target) {
        const auto* value = target.child("val");
        return target.text("name") == one.name ||
               (value && target.text("name").empty() && figured_name(*value) == one.name);
      });
    };
    const auto kept = std::remove_if(unknown.begin() + static_cast<std::ptrdiff_t>(before), unknown.end(), is_output);
    unknown.erase(kept, unknown.end());
  }

  void output(const Node& target) {
    const auto* value = target.child("val");
    if (!value) return;
    const auto before = found.size();
    look(*value);
    if (target.text("name").empty() && value->is("ColumnRef"))
      for (auto i = before; i < found.size(); ++i)
        if (found[i].what == Use::What::column) found[i].bare_output = true;
  }

  void modify(const Node& node) {
    writes = true;
    const auto common = common_.size();
    with(node);
    levels_.emplace_back();
    if (const auto* target = node.child("relation")) relation(*target, true);
    const Seen into = levels_.back().empty() ? Seen{} : levels_.back().front();
    for (const auto field : {"from_clause", "using_clause", "source_relation"})
      for (const Node& one : node.list(field)) source(one);
    for (const auto field : {"cols", "target_list"})
      for (const Node& target : node.list(field)) {
        if (!target.text("name").empty()) {
          auto& use = add(Use::What::column, "", target.text("name"), place_of(target));
          use.of_schema = into.schema;
          use.of = into.relation;
        }
        below(target);
      }
    below(node, {"where_clause", "select_stmt", "on_conflict_clause", "join_condition", "merge_when_clauses"});
    for (const Node& target : node.list("returning_list")) output(target);
    levels_.pop_back();
    common_.resize(common);
  }

  void add_column(std::string_view name, const Seen& seen, const Node& node, std::size_t part, bool sure) {
    auto& use = add(Use::What::column, "", name, place_of(node));
    use.of_schema = seen.schema;
    use.of = seen.relation;
    use.part = part;
    use.sure = sure;
  }

  void miss(bool qualifies, std::string_view name, std::string_view of, std::vector<std::string> others,
            bool may_be_called = false) {
    unknown.push_back({qualifies, std::string(name), std::string(of), std::move(others), may_be_called});
  }

  /// A function of one argument is called as a column is read: `t.f`.
  bool may_be_called(std::string_view name) const {
    return name.starts_with("pg_") || name.starts_with("record_") || name == "hash_record" || find_function(name) ||
           (around_.function && around_.function(around_.schema, name, 1));
  }

  std::vector<std::string> own_columns() const {
    std::vector<std::string> names;
    for (const auto& column : around_.row) names.push_back(column.name);
    return names;
  }

  /// In an expression of a table: its columns, and its name for the whole row.
  void miss_own(const std::vector<Node>& fields, std::string_view name) {
    if (around_.row.empty() || name.empty()) return;
    const bool qualified = fields.size() > 1;
    const auto before = qualified ? name_of(fields[fields.size() - 2]) : std::string_view();
    const bool is_row = trigger_ ? before == "new" || before == "old" : before == around_.table;
    if (qualified && !is_row) return trigger_ ? void() : miss(true, before, {}, {around_.table});
    if (is_system_column(name) || std::ranges::find(around_.row, name, &NamedType::name) != around_.row.end()) return;
    if (qualified ? may_be_called(name) : trigger_ || name == around_.table) return;
    miss(false, name, around_.table, own_columns(), qualified);
  }

  void column(const Node& node) {
    const auto& fields = node.list("fields");
    if (fields.empty()) return;
    const bool star = fields.back().is("AStar");
    const auto name = star ? std::string_view() : name_of(fields.back());
    if (levels_.empty() ||
        (trigger_ && fields.size() == 2 && (name_of(fields[0]) == "new" || name_of(fields[0]) == "old"))) {
      if (star) return;
      Seen own;
      if (trigger_ && fields.size() == 2) own.relation = around_.table;
      // `t.c` of the table itself.
      if (!trigger_ && fields.size() == 2 && name_of(fields[0]) == around_.table && !around_.table.empty()) {
        auto& use = add(Use::What::qualifier, "", around_.table, place_of(node));
        use.of = around_.table;
      }
      if (trigger_ || fields.size() < 3) add_column(name, own, node, fields.size() - 1, true);
      return miss_own(fields, name);
    }
    if (fields.size() == 1) {
      if (star)
        for (const Seen& seen : levels_.back()) add_star(seen, node);
      else
        free_column(name, node);
      return;
    }
    const auto qualifier = name_of(fields[fields.size() - 2]);
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level)
      for (const Seen& seen : *level) {
        if (seen.alias != qualifier) continue;
        if (!seen.renamed && !seen.relation.empty()) {
          auto& use = add(Use::What::qualifier, fields.size() > 2 ? name_of(fields[0]) : std::string_view(), qualifier,
                          place_of(node));
          use.of_schema = seen.schema;
          use.of = seen.relation;
          use.part = fields.size() - 2;
        }
        if (star)
          add_star(seen, node);
        else
          add_column(name, seen, node, fields.size() - 1, true);
        // Two sources of one name are told apart by their schemas, and the alias of a join hides those within: any of
        // them may be meant, and behind a schema one of another level.
        const auto may_have = [&](const Seen& one) {
          return one.alias == qualifier && (!one.columns || has(one, name));
        };
        const auto has_it = [&](const Level& one) { return std::ranges::any_of(one, may_have); };
        if (!star && fields.size() == 2 && std::ranges::none_of(levels_, has_it) && !is_system_column(name) &&
            !may_be_called(name))
          miss(false, name, seen.relation, *seen.columns, true);
        return;
      }
    // Of the table around the sub-query.
    if (around_.table.empty() || qualifier != around_.table) {
      if (fields.size() > 2) return;
      std::vector<std::string> aliases;
      for (const Level& level : levels_)
        for (const Seen& seen : level) {
          if (seen.alias.empty()) return;  // a function, called by its own name
          aliases.push_back(seen.alias);
        }
      return miss(true, qualifier, {}, std::move(aliases));
    }
    if (star || trigger_ || fields.size() != 2) return;
    if (!around_.row.empty()) miss_own(fields, name);
    add(Use::What::qualifier, "", qualifier, place_of(node)).of = around_.table;
    add_column(name, Seen{}, node, 1, true);
  }

  void add_star(const Seen& seen, const Node& node) {
    if (seen.relation.empty()) return;
    auto& use = add(Use::What::star, "", "*", place_of(node));
    use.of_schema = seen.schema;
    use.of = seen.relation;
  }

  void free_column(std::string_view name, const Node& node) {
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      const auto owner = std::ranges::find_if(*level, [&](const Seen& seen) { return has(seen, name); });
      if (owner != level->end()) return add_column(name, *owner, node, 0, true);
      std::vector<const Seen*> open;
      for (const Seen& seen : *level)
        if (!seen.columns) open.push_back(&seen);
      if (open.empty()) continue;
      const bool outermost = level + 1 == levels_.rend();
      for (const Seen* seen : open) add_column(name, *seen, node, 0, open.size() == 1 && outermost);
      return;
    }
    // Of the table around the sub-query.
    if (std::ranges::find(around_.row, name, &NamedType::name) != around_.row.end())
      return add_column(name, Seen{}, node, 0, true);
    // The whole row of a source, by its name.
    for (const Seen& seen : levels_.back())
      if (seen.alias == name && !seen.renamed) {
        auto& use = add(Use::What::qualifier, "", name, place_of(node));
        use.of_schema = seen.schema;
        use.of = seen.relation;
      }
    miss_free(name);
  }

  void miss_free(std::string_view name) {
    const bool in_expression = !around_.table.empty();
    if (is_system_column(name) || (in_expression && (around_.row.empty() || name == around_.table))) return;
    std::vector<std::string> others = own_columns();
    const Seen* only = nullptr;
    std::size_t sources = 0;
    for (const Level& level : levels_)
      for (const Seen& seen : level) {
        if (seen.alias == name) return;
        if (seen.columns) others.insert(others.end(), seen.columns->begin(), seen.columns->end());
        only = &seen;
        ++sources;
      }
    miss(false, name, sources == 1 && !in_expression ? only->relation : std::string(), std::move(others));
  }

  void function(const Node& node) {
    const auto& names = node.list("funcname");
    const auto& arguments = node.list("args");
    auto& use = add(Use::What::function, qualifier(names), last_name(names), place_of(node));
    use.arguments = arguments.size();
    constexpr std::array<std::string_view, 3> counters{"currval", "nextval", "setval"};
    if (std::ranges::find(counters, last_name(names)) == counters.end() || arguments.empty()) return;
    const Node* first = &arguments.front();
    while (first && first->is("TypeCast")) first = first->child("arg");
    if (const auto* text = first ? first->child("sval") : nullptr) {
      const auto [schema, name] = path_of(text->text("sval"));
      add(Use::What::sequence, schema, name, place_of(*first));
    }
  }

  void type(const Node& node) {
    const auto& names = node.list("names");
    const auto from = qualifier(names);
    if (node.flag("pct_type")) {
      if (names.size() > 1)
        add(Use::What::relation, names.size() > 2 ? name_of(names[0]) : std::string_view(), from, place_of(node));
      return;
    }
    if (from == "pg_catalog" || (from.empty() && is_builtin_type(last_name(names)))) return;
    add(Use::What::type, from, last_name(names), place_of(node)).part = from.empty() ? 0 : 1;
  }

  /// `'t'::regclass`.
  void named_relation(const Node& node) {
    const auto* type = node.child("type_name");
    const auto* value = node.child("arg");
    const auto* text = value ? value->child("sval") : nullptr;
    if (!type || !text || last_name(type->list("names")) != "regclass") return;
    const auto [schema, name] = path_of(text->text("sval"));
    add(Use::What::sequence, schema, name, place_of(*value));
  }

  const Surroundings& around_;
  bool trigger_;
  std::vector<Level> levels_;
  std::vector<std::string> common_;
};

}  // namespace

bool is_system_column(std::string_view name) {
  constexpr std::array<std::string_view, 6> all{"cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"};
  return std::ranges::find(all, name) != all.end();
}

std::vector<Use> uses_of(const Node& node, const Surroundings& around, bool trigger) {
  Collector collector(around, trigger);
  collector.look(node);
  return std::move(collector.found);
}

std::vector<UnknownName> unknown_names(const Node& node, const Surroundings& around, bool trigger) {
  Collector collector(around, trigger);
  collector.look(node);
  return collector.writes ? std::vector<UnknownName>() : std::move(collector.unknown);
}

}  // namespace dmc::dialects::postgres::sql
