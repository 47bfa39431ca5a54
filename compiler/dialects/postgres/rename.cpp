// Texts are renamed by the parser of PostgreSQL; what it cannot read stays as it is.
#include "compiler/dialects/postgres/rename.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compiler/dialects/postgres/derived.hpp"
#include "compiler/dialects/postgres/normal.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/names.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/statement.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/types.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Database;
using model::Sql;
using model::Table;

void replace(std::string& name, std::string_view from, std::string_view to) {
  if (name == from) name = to;
}
void replace(std::vector<std::string>& names, std::string_view from, std::string_view to) {
  for (auto& name : names) replace(name, from, to);
}

class Renaming {
 public:
  Renaming(Database& database, std::string_view table, const std::optional<std::string>& column, std::string_view to)
      : database_(database), scope_(before_), path_(table), column_(column), to_(to) {}

  void run() {
    const auto dot = path_.rfind('.');
    if (const auto* named = before_.table(path_)) {
      rename_.schema = named->schema;
      rename_.relation = named->name;
      if (column_ && named->partitioned) note_partitions(*named->partitioned);
    } else if (const auto* view = before_.view(path_)) {
      rename_.schema = view->schema;
      rename_.relation = view->name;
    } else {
      rename_.schema = dot == std::string::npos ? std::string() : path_.substr(0, dot);
      rename_.relation = dot == std::string::npos ? path_ : path_.substr(dot + 1);
    }
    rename_.column = column_;
    rename_.to = to_;
    new_schema_ = rename_.schema;
    new_name_ = to_;
    if (const auto cut = to_.rfind('.'); !column_ && cut != std::string::npos) {
      new_schema_ = to_.substr(0, cut) == "public" ? std::string() : to_.substr(0, cut);
      new_name_ = to_.substr(cut + 1);
    }
    rename_.to = column_ ? to_ : new_name_;
    if (new_schema_ != rename_.schema) rename_.to_schema = new_schema_;
    if (const auto* table = before_.table(path_))
      sequences_ = sequences_along(*table, column_, column_ ? std::string_view(to_) : std::string_view(new_name_));
    for (auto& table : database_.tables) in_table(table);
    name_what_is_unnamed(database_);
    note_derived_names();
    for (auto& view : database_.views) in_view(view);
    for (auto& trigger : database_.triggers) in_trigger(trigger);
    for (auto& object : database_.objects) in_object(object);
    database_.sort();
  }

 private:
  static std::string_view last_of(std::string_view path) { return path.substr(path.rfind('.') + 1); }
  std::string new_path() const { return new_schema_.empty() ? new_name_ : new_schema_ + "." + new_name_; }

  void text(Sql& sql, const sql::Surroundings& around) {
    if (auto renamed = sql::renamed_expression(sql.text, rename_, around)) sql.text = std::move(*renamed);
  }
  void text(std::optional<Sql>& sql, const sql::Surroundings& around) {
    if (sql) text(*sql, around);
  }

  void in_elements(std::vector<model::Element>& elements, const sql::Surroundings& around, bool own) {
    for (auto& element : elements) {
      if (own && element.column) replace(*element.column, *column_, to_);
      text(element.expression, around);
    }
  }

  void in_indexes(std::vector<model::Index>& indexes, const sql::Surroundings& around, bool own) {
    for (auto& index : indexes) {
      in_elements(index.elements, around, own);
      text(index.where, around);
      if (own) replace(index.include, *column_, to_);
    }
  }

  void in_partitioning(model::Partitioning& partitioning, const sql::Surroundings& around) {
    text(partitioning.by, around);
    for (auto& partition : partitioning.partitions)
      for (auto& inner : partition.by) in_partitioning(inner, around);
  }

  void in_table(Table& table) {
    const bool itself = table.path() == path_;
    const bool own = itself && column_;
    const bool child = std::ranges::any_of(table.foreign_keys, [&](const auto& key) { return key.table == path_; });
    if (itself) forget_derived_names(table);
    const auto* before = before_.table(table.path());
    if (!before) return;
    const auto around = scope_.inside(*before, {});
    if (child)
      for (auto& key : table.foreign_keys) {
        if (key.table != path_) continue;
        if (column_)
          replace(key.referenced, *column_, to_);
        else
          key.table = new_path();
      }
    for (auto& column : table.columns) {
      if (own) replace(column.name, *column_, to_);
      if (!column_) row_type(column.type);
      text(column.default_value, around);
      if (column.default_value) sequence_names(column.default_value->text);
      if (column.generated) text(column.generated->expression, around);
    }
    for (auto& check : table.checks) text(check.expression, around);
    if (table.primary_key) in_elements(table.primary_key->elements, around, own);
    for (auto& key : table.uniques) {
      in_elements(key.elements, around, own);
      if (own) replace(key.include, *column_, to_);
    }
    if (table.primary_key && own) replace(table.primary_key->include, *column_, to_);
    for (auto& exclusion : table.exclusions) {
      in_elements(exclusion.elements, around, own);
      text(exclusion.where, around);
      if (own) replace(exclusion.include, *column_, to_);
    }
    if (own)
      for (auto& key : table.foreign_keys) {
        replace(key.columns, *column_, to_);
        replace(key.set_columns, *column_, to_);
      }
    in_indexes(table.indexes, around, own);
    if (table.partitioned) in_partitioning(*table.partitioned, around);
    for (auto& setting : table.settings)
      if (setting.name == "inherits" && !column_) setting.value = list_renamed(setting.value);
    if (!itself || column_) return;
    table.schema = new_schema_;
    table.name = new_name_;
  }

  /// Constraints and indexes whose names come from the table's take its new name, and what is said of them does too.
  void note_derived_names() {
    const auto* was = before_.table(path_);
    const auto* is = was ? database_.table(column_ ? std::string_view(path_) : std::string_view(new_path())) : nullptr;
    if (!is) return;
    const auto note = [&](const auto& from, const auto& to) {
      for (std::size_t at = 0; at < from.size() && at < to.size(); ++at)
        if (from[at].name != to[at].name) derived_[from[at].name] = to[at].name;
    };
    if (was->primary_key && is->primary_key && was->primary_key->name != is->primary_key->name)
      derived_[was->primary_key->name] = is->primary_key->name;
    note(was->uniques, is->uniques);
    note(was->checks, is->checks);
    note(was->foreign_keys, is->foreign_keys);
    note(was->exclusions, is->exclusions);
    note(was->indexes, is->indexes);
  }

  /// A column of the table's rows, or of arrays of them. Types that every database has mean themselves.
  void row_type(std::string& type) const {
    const auto end = std::min(type.find("[]"), type.size());
    const auto known = type_names();
    const auto name = std::string_view(type).substr(0, end);
    if (name != written_path(rename_.schema, rename_.relation) || std::ranges::find(known, name) != known.end()) return;
    type.replace(0, end, written_path(new_schema_, new_name_));
  }

  /// `nextval('people_id_seq'::regclass)` of a child, to which the sequence does not belong.
  void sequence_names(std::string& text) const {
    for (const auto& [from, to] : sequences_) {
      const auto was = "'" + written_path(rename_.schema, from) + "'", is = "'" + written_path(new_schema_, to) + "'";
      for (auto at = text.find(was); at != std::string::npos; at = text.find(was, at + is.size()))
        text.replace(at, was.size(), is);
    }
  }

  /// `parent, other` of "inherits".
  std::string list_renamed(const std::string& list) const {
    const std::string was = written_path(rename_.schema, rename_.relation), is = written_path(new_schema_, new_name_);
    std::string out;
    for (std::string_view rest = list; !rest.empty();) {
      const auto comma = rest.find(", ");
      const auto name = rest.substr(0, comma);
      out.append(out.empty() ? "" : ", ").append(name == was ? is : std::string(name));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
    }
    return out;
  }

  static std::string written_path(std::string_view schema, std::string_view name) {
    return schema.empty() ? quoted(name) : quoted(schema) + "." + quoted(name);
  }

  void in_view(model::View& view) {
    if (auto renamed = sql::renamed_query(view.query.text, rename_, scope_.anywhere()))
      view.query.text = std::move(*renamed);
    for (auto& index : view.indexes) {
      const auto around = scope_.inside(view.path(), {});
      in_elements(index.elements, around, view.path() == path_ && column_);
      text(index.where, around);
    }
    if (!column_ && view.path() == path_) {
      view.schema = new_schema_;
      view.name = new_name_;
    }
  }

  void in_trigger(model::Trigger& trigger) {
    const bool itself = trigger.table == path_;
    text(trigger.when, scope_.inside(trigger.table, {}));
    if (!itself) return;
    if (column_)
      replace(trigger.of_columns, *column_, to_);
    else
      trigger.table = new_path();
  }

  /// The partitions have the table's columns, under the same names.
  void note_partitions(const model::Partitioning& partitioning) {
    for (const auto& partition : partitioning.partitions) {
      partitions_.insert(partition.path());
      for (const auto& inner : partition.by) note_partitions(inner);
    }
  }

  static std::string path_of(std::string_view schema, std::string_view name) {
    return (schema.empty() || schema == "public" ? std::string() : std::string(schema) + ".") + std::string(name);
  }

  bool is_it(const sql::Node& range) const {
    const auto schema = range.text("schemaname");
    if (!range.is("RangeVar")) return false;
    return (range.text("relname") == rename_.relation &&
            (schema == rename_.schema || (rename_.schema.empty() && schema == "public"))) ||
           partitions_.contains(path_of(schema, range.text("relname")));
  }

  bool is_it(const std::vector<sql::Node>& names, std::size_t behind) const {
    if (names.size() < behind + 1) return false;
    const std::vector<sql::Node> path(names.begin(), names.end() - static_cast<std::ptrdiff_t>(behind));
    const auto schema = sql::qualifier(path);
    return (sql::last_name(path) == rename_.relation &&
            (schema == rename_.schema || (rename_.schema.empty() && schema == "public"))) ||
           partitions_.contains(path_of(schema, sql::last_name(path)));
  }

  bool is_in_schema(std::string_view schema) const {
    return schema == rename_.schema || (rename_.schema.empty() && schema == "public");
  }

  void sequence(sql::Node& node) const {
    const auto found = sequences_.find(std::string(node.text("relname")));
    if (!node.is("RangeVar") || found == sequences_.end() || !is_in_schema(node.text("schemaname"))) return;
    node.set("relname", found->second);
    node.erase("schemaname");
    if (!new_schema_.empty()) node.set("schemaname", new_schema_);
  }

  void range(sql::Node& node) const {
    if (column_ || !is_it(node)) return;
    node.set("relname", new_name_);
    node.erase("schemaname");
    if (!new_schema_.empty()) node.set("schemaname", new_schema_);
  }

  /// The relation that a statement is about, and its columns by name.
  void statement(sql::Node& tree) {
    bool about = false;
    const auto look = [&](sql::Node* node) {
      if (!node) return;
      about = about || is_it(*node);
      range(*node);
      sequence(*node);
    };
    for (const std::string_view field : {"relation", "table", "sequence"}) look(tree.child(field));
    for (const std::string_view field : {"objects", "relations"})
      if (auto* nodes = tree.nodes(field))
        for (auto& node : *nodes) look(&node);
    if (column_ && about) {
      if (auto* privileges = tree.nodes("privileges"))
        for (auto& privilege : *privileges)
          if (auto* columns = privilege.nodes("cols"))
            for (auto& name : *columns)
              if (sql::name_of(name) == *column_) name = sql::name_node(to_);
      for (const std::string_view list : {"cmds", "index_params", "exprs"})
        if (auto* nodes = tree.nodes(list))
          for (auto& node : *nodes)
            if (node.text("name") == *column_) node.set("name", to_);
    }
    if (column_ && about) parts(tree);
    if (tree.is("CommentStmt"))
      if (auto* object = tree.child("object"))
        if (auto* names = object->nodes("items")) names_of_comment(*names, tree.text("objtype"));
    if (tree.is("AlterSeqStmt"))
      if (auto* options = tree.nodes("options"))
        for (auto& option : *options)
          if (option.text("defname") == "owned_by")
            if (auto* owner = option.child("arg"))
              if (auto* names = owner->nodes("items")) names_of_comment(*names, "OBJECT_COLUMN");
  }

  /// Texts over the columns of what the statement is about: checks, indexes, triggers of a partition.
  void parts(sql::Node& tree) {
    const auto* relation = tree.child("relation");
    if (!relation || !partitions_.contains(path_of(relation->text("schemaname"), relation->text("relname")))) return;
    const auto path = path_of(relation->text("schemaname"), relation->text("relname"));
    for (const std::string_view field : {"where_clause", "when_clause"}) condition(tree, field, path);
    if (auto* columns = tree.nodes("columns"))
      for (auto& name : *columns)
        if (sql::name_of(name) == *column_) name = sql::name_node(to_);
    for (const std::string_view list : {"index_params", "cmds"})
      if (auto* nodes = tree.nodes(list))
        for (auto& node : *nodes) {
          condition(node, "expr", path);
          auto* part = node.child("def");
          if (!part) continue;
          condition(*part, "raw_expr", path);
          for (const std::string_view names : {"keys", "including", "fk_attrs"})
            if (auto* columns = part->nodes(names))
              for (auto& name : *columns)
                if (sql::name_of(name) == *column_) name = sql::name_node(to_);
        }
  }

  /// "column default part.c" has the column in its name, and behind `alter column` of what drops it.
  void column_object(model::Object& object) const {
    constexpr auto types = std::to_array<std::string_view>({"column default", "column options", "column not null"});
    if (std::ranges::find(types, std::string_view(object.type)) == types.end()) return;
    const auto was = "." + quoted(*column_);
    if (!object.name.ends_with(was)) return;
    object.name.replace(object.name.size() - was.size(), was.size(), "." + quoted(to_));
    const auto tokens = model::sql_tokens(object.drop.text);
    for (std::size_t at = 1; at < tokens.size(); ++at) {
      if (tokens[at - 1].text != "column" || model::unquoted_path(tokens[at].text) != *column_) continue;
      object.drop.text.replace(tokens[at].begin, tokens[at].end - tokens[at].begin, quoted(to_));
      return;
    }
  }

  void names_of_comment(std::vector<sql::Node>& names, std::string_view kind) const {
    const auto derived = names.empty() ? derived_.end() : derived_.find(std::string(sql::name_of(names.back())));
    const bool names_one = kind == "OBJECT_TABCONSTRAINT" || kind == "OBJECT_INDEX";
    if (names_one && derived != derived_.end() && (kind == "OBJECT_INDEX" || is_it(names, 1)))
      names.back() = sql::name_node(derived->second);
    if (kind == "OBJECT_SEQUENCE" && !names.empty() && is_in_schema(sql::qualifier(names)))
      if (const auto found = sequences_.find(std::string(sql::last_name(names))); found != sequences_.end()) {
        names.clear();
        if (!new_schema_.empty()) names.push_back(sql::name_node(new_schema_));
        names.push_back(sql::name_node(found->second));
        return;
      }
    const std::size_t behind = kind == "OBJECT_TABLE" || kind == "OBJECT_INDEX" ? 0 : 1;
    if (!is_it(names, behind)) return;
    if (column_) {
      if (kind == "OBJECT_COLUMN" && sql::name_of(names.back()) == *column_) names.back() = sql::name_node(to_);
      return;
    }
    std::vector<sql::Node> renamed;
    if (!new_schema_.empty()) renamed.push_back(sql::name_node(new_schema_));
    renamed.push_back(sql::name_node(new_name_));
    if (behind == 1) renamed.push_back(names.back());
    names = std::move(renamed);
  }

  /// The row type in the signature of a routine.
  void row_type(sql::Node* type) const {
    auto* names = type ? type->nodes("names") : nullptr;
    if (!names || !is_it(*names, 0)) return;
    names->clear();
    if (!new_schema_.empty()) names->push_back(sql::name_node(new_schema_));
    names->push_back(sql::name_node(new_name_));
  }
  void signature(sql::Node& tree) const {
    const auto parameters = [&](std::vector<sql::Node>* list) {
      if (list)
        for (auto& parameter : *list) row_type(parameter.child("arg_type"));
    };
    parameters(tree.nodes("parameters"));
    row_type(tree.child("return_type"));
    const auto arguments = [&](sql::Node* routine) {
      if (!routine) return;
      if (auto* types = routine->nodes("objargs"))
        for (auto& type : *types) row_type(&type);
      parameters(routine->nodes("objfuncargs"));
    };
    arguments(tree.child("object"));
    if (auto* objects = tree.nodes("objects"))
      for (auto& object : *objects) arguments(&object);
  }

  /// What of a table is published.
  void publication(sql::Node& tree) {
    auto* objects = tree.nodes("pubobjects");
    for (std::size_t at = 0; objects && at < objects->size(); ++at) {
      auto* table = (*objects)[at].child("pubtable");
      auto* relation = table ? table->child("relation") : nullptr;
      if (!relation || !is_it(*relation)) continue;
      if (auto* columns = column_ ? table->nodes("columns") : nullptr)
        for (auto& name : *columns)
          if (sql::name_of(name) == *column_) name = sql::name_node(to_);
      condition(*table, "where_clause", path_);
      range(*relation);
    }
  }

  /// The conditions of a policy see the table's columns.
  void policy(sql::Node& tree) {
    const auto* table = tree.child("table");
    if (!table) return;
    const auto schema = table->text("schemaname");
    const std::string path = (schema.empty() || schema == "public" ? std::string() : std::string(schema) + ".") +
                             std::string(table->text("relname"));
    for (const std::string_view field : {"qual", "with_check"}) condition(tree, field, path);
  }

  void condition(sql::Node& tree, std::string_view field, const std::string& path) {
    const auto* given = tree.child(field);
    const auto text = given ? sql::print_expression(*given) : std::nullopt;
    const auto renamed = text ? sql::renamed_expression(*text, rename_, scope_.inside(path, {})) : std::nullopt;
    auto node = renamed ? sql::parse_expression(*renamed) : std::nullopt;
    if (node) tree.set(field, std::move(*node));
  }

  void in_object(model::Object& object) {
    for (auto& name : object.after)
      if (!column_ && name == path_) name = new_path();
    const bool may_be_of_partition = std::ranges::any_of(
        partitions_, [&](const auto& path) { return text_names(object.create.text, last_of(path)); });
    if (!may_be_of_partition && object.create.text.find(rename_.relation) == std::string::npos) return;
    // A body in quotes is text to the server, which renames nothing in it.
    const bool is_routine = object.type == "function" || object.type == "procedure";
    if (is_routine && has_sql_body(object.create.text)) {
      if (auto renamed = sql::renamed_query(object.create.text, rename_, scope_.anywhere()))
        object.create.text = *renamed;
      normalise(object, scope_);
      return;
    }
    if (is_routine && column_) return;
    auto parsed = sql::parse(object.create.text);
    auto* statements = std::get_if<std::vector<sql::ParsedStatement>>(&parsed);
    if (!statements || statements->empty()) return;
    std::string create;
    bool changed = false;
    for (auto& each : *statements) {
      const auto before = sql::print_statement(each.tree);
      if (each.tree.is("CreatePolicyStmt")) policy(each.tree);
      if (each.tree.is("CreatePublicationStmt")) publication(each.tree);
      if (!column_) signature(each.tree);
      if (each.tree.is("RuleStmt")) {
        const auto text = object.create.text.substr(each.begin, each.end - each.begin);
        if (const auto renamed = sql::renamed_query(text, rename_, scope_.anywhere()))
          if (auto tree = sql::parse_statement(*renamed)) each.tree = std::move(*tree);
      }
      statement(each.tree);
      const auto text = sql::print_statement(each.tree);
      if (!text) return;
      changed = changed || text != before;
      create.append(create.empty() ? "" : "; ").append(*text);
    }
    if (!changed) return;
    object.create.text = create;
    if (may_be_of_partition) column_object(object);
    normalise(object, scope_);
  }

  Database& database_;
  const Database before_ = database_;
  Scope scope_;
  std::string path_;
  std::optional<std::string> column_;
  std::string to_;
  sql::Rename rename_;
  std::string new_schema_, new_name_;
  std::map<std::string, std::string> derived_;
  std::map<std::string, std::string> sequences_;
  std::set<std::string> partitions_;  ///< where a column is renamed, by path
};

}  // namespace

void rename(Database& database, std::string_view table, const std::optional<std::string>& column, std::string_view to) {
  Renaming(database, table, column, to).run();
}

}  // namespace dmc::dialects::postgres
