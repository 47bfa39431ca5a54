// A table of the checked model: what it is, not how it was written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/model/origin.hpp"
#include "compiler/model/sql_text.hpp"
#include "compiler/plan/canonical.hpp"

namespace dmc::model {

enum class Identity { always, by_default };

struct Generated {
  Sql expression;
  bool stored = false;
  static void fields(auto& self, auto&& visit) {
    visit("expression", self.expression);
    visit("stored", self.stored);
  }
  bool operator==(const Generated&) const = default;
};

struct Column {
  std::string name;
  std::string type;  ///< native, in the dialect's canonical spelling; may be empty on SQLite
  bool not_null = false;
  std::optional<Sql> default_value;
  std::optional<Generated> generated;
  std::optional<Identity> identity;
  std::optional<std::string> collation;
  std::optional<std::string> comment;
  std::optional<std::string> not_null_conflict;  ///< SQLite: on conflict rollback|abort|fail|ignore|replace
  Origin origin;

  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("type", self.type);
    visit("not_null", self.not_null);
    visit("default", self.default_value);
    visit("generated", self.generated);
    visit("identity", self.identity);
    visit("collation", self.collation);
    visit("comment", self.comment);
    visit("not_null_conflict", self.not_null_conflict);
  }
  bool operator==(const Column&) const = default;
};

/// A column of a key or an index, or an expression (exactly one of the two is set).
struct Element {
  std::optional<std::string> column;
  std::optional<Sql> expression;
  std::optional<std::string> collation;
  std::optional<std::string> operator_class;
  bool descending = false;
  std::optional<bool> nulls_first;
  static void fields(auto& self, auto&& visit) {
    visit("column", self.column);
    visit("expression", self.expression);
    visit("collation", self.collation);
    visit("operator_class", self.operator_class);
    visit("descending", self.descending);
    visit("nulls_first", self.nulls_first);
  }
  bool operator==(const Element&) const = default;
};

/// Constraints always have a name in the model. One that its author left unnamed gets a name that follows from what it
/// is
/// (`derived_name`), so that inspection and source agree on it; DDL names only those whose name differs from the
/// derived one.
struct Key {  ///< primary key or unique
  std::string name;
  std::vector<Element> elements;
  std::optional<std::string> conflict;
  Origin origin;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("elements", self.elements);
    visit("conflict", self.conflict);
  }
  bool operator==(const Key&) const = default;
};

struct Check {
  std::string name;
  Sql expression;
  Origin origin;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("expression", self.expression);
  }
  bool operator==(const Check&) const = default;
};

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string table;                    ///< path of the referenced table
  std::vector<std::string> referenced;  ///< empty: its primary key
  std::string on_delete = "no action";  ///< no action | restrict | cascade | set null | set default
  std::string on_update = "no action";
  bool deferrable = false;
  bool initially_deferred = false;
  Origin origin;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("columns", self.columns);
    visit("table", self.table);
    visit("referenced", self.referenced);
    visit("on_delete", self.on_delete);
    visit("on_update", self.on_update);
    visit("deferrable", self.deferrable);
    visit("initially_deferred", self.initially_deferred);
  }
  bool operator==(const ForeignKey&) const = default;
};

struct Index {
  std::string name;
  bool unique = false;
  std::optional<std::string> method;
  std::vector<Element> elements;
  std::vector<std::string> include;
  std::optional<Sql> where;
  std::optional<std::string> comment;
  Origin origin;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("unique", self.unique);
    visit("method", self.method);
    visit("elements", self.elements);
    visit("include", self.include);
    visit("where", self.where);
    visit("comment", self.comment);
  }
  bool operator==(const Index&) const = default;
};

/// `settings NAME = value` and engine-specific table options ("strict", "without rowid"; value "true").
struct Setting {
  std::string name;
  std::string value;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("value", self.value);
  }
  bool operator==(const Setting&) const = default;
};

struct Table {
  std::string schema;  ///< empty: the engine's default namespace
  std::string name;
  std::vector<Column> columns;  ///< in the order of creation; the order is no part of the state
  std::optional<Key> primary_key;
  std::vector<Key> uniques;  ///< this and the following: by name
  std::vector<Check> checks;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Index> indexes;
  std::vector<Setting> settings;
  std::optional<std::string> comment;
  Origin origin;

  static void fields(auto& self, auto&& visit) {
    visit("schema", self.schema);
    visit("name", self.name);
    visit("columns", self.columns);
    visit("primary_key", self.primary_key);
    visit("uniques", self.uniques);
    visit("checks", self.checks);
    visit("foreign_keys", self.foreign_keys);
    visit("indexes", self.indexes);
    visit("settings", self.settings);
    visit("comment", self.comment);
  }
  bool operator==(const Table&) const = default;

  std::string path() const { return schema.empty() ? name : schema + "." + name; }
  const Column* column(std::string_view wanted) const {
    for (const auto& candidate : columns)
      if (candidate.name == wanted) return &candidate;
    return nullptr;
  }
  bool has_setting(std::string_view wanted) const {
    for (const auto& setting : settings)
      if (setting.name == wanted) return true;
    return false;
  }
};

}  // namespace dmc::model

namespace dmc::plan {
template <>
struct EnumNames<model::Identity> {
  static constexpr std::array values{std::pair{model::Identity::always, std::string_view{"always"}},
                                     std::pair{model::Identity::by_default, std::string_view{"by default"}}};
};
}  // namespace dmc::plan
