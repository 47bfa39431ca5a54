// CREATE TABLE: SQLite's whole grammar for it, column and table constraints in any order
// (https://www.sqlite.org/lang_createtable.html and parse.y, which allows a little more).
#include <algorithm>

#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/reader.hpp"
#include "compiler/dialects/sqlite/types.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Column;
using model::Element;
using model::ForeignKey;
using model::Key;
using model::Table;

class TableReader {
 public:
  explicit TableReader(std::string_view sql) : in_(sql) {}

  std::variant<Table, Unread> read() {
    in_.expect("create");
    in_.expect("table");
    table_.name = in_.last_name();
    in_.expect_sign("(");
    column();
    while (in_.accept_sign(",") && !begins_constraint()) column();
    while (begins_constraint()) {
      constraint();
      in_.accept_sign(",");
    }
    in_.expect_sign(")");
    if (in_.sees("without") || in_.sees("strict")) do
        option();
      while (in_.accept_sign(","));
    in_.accept_sign(";");
    if (!in_.at_end()) in_.fail();
    if (in_.failed()) return in_.unread();
    rowid_key_at_the_end();
    return std::move(table_);
  }

 private:
  bool begins_constraint() const {
    return in_.sees("constraint") || in_.sees("unique") || in_.sees("check") ||
           (in_.sees("primary") && in_.sees("key", 1)) || (in_.sees("foreign") && in_.sees("key", 1));
  }

  bool begins_column_constraint() const {
    for (const auto* word : {"constraint", "primary", "not", "null", "unique", "check", "default", "collate",
                             "references", "as", "deferrable"})
      if (in_.sees(word)) return true;
    return in_.sees("generated") && in_.sees("always", 1);
  }

  void column() {
    Column column;
    column.name = in_.name();
    column.type = type();
    std::string name;
    while (!in_.at_end() && begins_column_constraint()) column_constraint(column, name);
    table_.columns.push_back(std::move(column));
  }

  /// Words up to the first constraint, and numbers in parentheses.
  std::string type() {
    std::string text;
    while (const auto* token = in_.peek()) {
      if (!token->can_be_name() || begins_column_constraint()) break;
      text += (text.empty() ? "" : " ") + in_.name();
    }
    if (!text.empty() && in_.sees_sign("(")) text += "(" + in_.parenthesised() + ")";
    auto canonical = canonical_type(text);
    if (!canonical) in_.fail();
    return canonical.value_or("");
  }

  void column_constraint(Column& column, std::string& name) {
    if (in_.accept("constraint")) {
      name = in_.name();
      return;
    }
    const auto taken = std::exchange(name, {});
    if (in_.accept("primary")) {
      primary_key(column, taken);
    } else if (in_.accept_all({"not", "null"})) {
      column.not_null = true;
      column.not_null_conflict = in_.conflict();
    } else if (in_.accept("null")) {
      in_.conflict();
    } else if (in_.accept("unique")) {
      table_.uniques.push_back({taken, {element_of(column)}, in_.conflict(), {}});
    } else if (in_.accept("check")) {
      table_.checks.push_back({taken, {in_.parenthesised()}, {}});
      in_.conflict();
    } else if (in_.accept("default")) {
      column.default_value = model::Sql{default_value()};
    } else if (in_.accept("collate")) {
      column.collation = in_.name();
    } else if (in_.accept("references")) {
      table_.foreign_keys.push_back(reference(taken, {column.name}));
    } else if (in_.accept_all({"generated", "always", "as"}) || in_.accept("as")) {
      column.generated = model::Generated{{in_.parenthesised()}, in_.accept("stored")};
      in_.accept("virtual");
    } else {
      deferral(table_.foreign_keys.empty() ? nullptr : &table_.foreign_keys.back());
    }
  }

  static Element element_of(const Column& column) {
    Element element;
    element.column = column.name;
    return element;
  }

  void primary_key(Column& column, const std::string& name) {
    in_.expect("key");
    Key key{name, {element_of(column)}, {}, {}};
    key.elements[0].descending = in_.accept("desc");
    in_.accept("asc");
    key.conflict = in_.conflict();
    if (in_.accept("autoincrement")) column.identity = model::Identity::by_default;
    table_.primary_key = std::move(key);
  }

  /// `-5`, `'x'`, `(expression)`; a bare name is a text, as SQLite reads it.
  std::string default_value() {
    if (in_.sees_sign("(")) return in_.parenthesised();
    std::string sign;
    if (in_.accept_sign("-"))
      sign = "-";
    else
      in_.accept_sign("+");
    const auto* token = in_.peek();
    if (!token) {
      in_.fail();
      return {};
    }
    const auto kind = token->kind;
    const std::string text(token->text);
    if (kind == Token::Kind::number || kind == Token::Kind::string) {
      in_.step();
      return sign + text;
    }
    const auto name = in_.name();
    return kind == Token::Kind::word && is_plain_default(text) ? text : text_literal(name);
  }

  ForeignKey reference(const std::string& name, std::vector<std::string> columns) {
    ForeignKey key;
    key.name = name;
    key.columns = std::move(columns);
    key.table = in_.name();
    if (in_.sees_sign("(")) key.referenced = in_.names();
    for (;;) {
      if (in_.accept_all({"on", "delete"}))
        key.on_delete = action();
      else if (in_.accept_all({"on", "update"}))
        key.on_update = action();
      else if (in_.accept_all({"on", "insert"}))
        action();
      else if (in_.accept("match"))
        in_.name();
      else
        break;
    }
    if (in_.sees("deferrable") || (in_.sees("not") && in_.sees("deferrable", 1))) deferral(&key);
    return key;
  }

  std::string action() {
    if (in_.accept_all({"no", "action"})) return "no action";
    if (in_.accept("restrict")) return "restrict";
    if (in_.accept("cascade")) return "cascade";
    if (in_.accept_all({"set", "null"})) return "set null";
    if (in_.accept_all({"set", "default"})) return "set default";
    in_.fail();
    return {};
  }

  void deferral(ForeignKey* key) {
    const bool deferrable = !in_.accept("not");
    in_.expect("deferrable");
    bool deferred = false;
    if (in_.accept("initially")) {
      deferred = in_.accept("deferred");
      if (!deferred) in_.expect("immediate");
    }
    if (!key) return in_.fail();
    key->deferrable = deferrable;
    key->initially_deferred = deferrable && deferred;
  }

  void constraint() {
    const std::string name = in_.accept("constraint") ? in_.name() : std::string();
    if (in_.accept("primary")) {
      in_.expect("key");
      bool autoincrement = false;
      Key key{name, in_.elements(&autoincrement), {}, {}};
      key.conflict = in_.conflict();
      key_at_the_end_ = true;
      autoincrement_at_the_end_ = autoincrement;
      table_.primary_key = std::move(key);
    } else if (in_.accept("unique")) {
      auto elements = in_.elements();
      table_.uniques.push_back({name, std::move(elements), in_.conflict(), {}});
    } else if (in_.accept("check")) {
      table_.checks.push_back({name, {in_.parenthesised()}, {}});
      in_.conflict();
    } else if (in_.accept("foreign")) {
      in_.expect("key");
      auto columns = in_.names();
      in_.expect("references");
      table_.foreign_keys.push_back(reference(name, std::move(columns)));
    } else if (name.empty()) {
      in_.fail();
    }
  }

  /// At the end of a table `primary key (id desc)` of an INTEGER is the rowid all the same; with its column it is not.
  void rowid_key_at_the_end() {
    if (!key_at_the_end_ || table_.has_setting("without rowid")) return;
    auto& elements = table_.primary_key->elements;
    if (elements.size() != 1 || !elements[0].column) return;
    for (auto& column : table_.columns) {
      if (!same_name(column.name, *elements[0].column) || column.type != "INTEGER") continue;
      elements[0].descending = false;
      if (autoincrement_at_the_end_) column.identity = model::Identity::by_default;
    }
  }

  void option() {
    if (in_.accept_all({"without", "rowid"}))
      table_.settings.push_back({"without rowid", "true"});
    else if (in_.accept("strict"))
      table_.settings.push_back({"strict", "true"});
    else
      in_.fail();
  }

  Reader in_;
  Table table_;
  bool key_at_the_end_ = false;
  bool autoincrement_at_the_end_ = false;
};

}  // namespace

std::variant<Table, Unread> parse_table(std::string_view sql) { return TableReader(sql).read(); }

}  // namespace dmc::dialects::sqlite
