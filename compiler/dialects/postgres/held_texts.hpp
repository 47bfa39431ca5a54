// The texts of a database as they are heard when somebody asks what they call and have. Internal to `holders`.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/dialects/holders.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/compare.hpp"
#include "compiler/dialects/postgres/sql/functions.hpp"
#include "compiler/dialects/postgres/sql/names.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/sql/types.hpp"
#include "compiler/dialects/postgres/sql/uses.hpp"
#include "compiler/dialects/postgres/statement.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/model/raw_words.hpp"

namespace dmc::dialects::postgres::held {

using model::Database;
using model::Object;
using model::Table;

inline bool is_called(const Object& object) {
  return object.type == "function" || object.type == "procedure" || object.type == "aggregate";
}
inline bool is_had(const Object& object) {
  return object.type == "enum" || object.type == "domain" || object.type == "type";
}

inline bool is_counted_by(const Object& object) { return object.type == "sequence"; }

inline std::string path_in(std::string_view schema, std::string_view name) {
  return schema.empty() || schema == "public" ? std::string(name) : std::string(schema) + "." + std::string(name);
}

/// Whether the text counts by the sequence of that path, or reads it; `names`: those of the text.
inline bool counts_by(const sql::Dependencies& names, std::string_view path) {
  const auto is_it = [&](const sql::NamedObject& one) { return path_in(one.schema, one.name) == path; };
  return std::ranges::any_of(names.sequences, is_it) || std::ranges::any_of(names.relations, is_it);
}

/// A function with what it takes.
struct Taker {
  const Object* object = nullptr;
  std::string path{};
  std::vector<std::string> arguments{};  ///< "int4"
  std::size_t optional = 0;
  bool repeats = false;
  bool open = false;  ///< what it takes is not read here

  bool takes(std::size_t given) const {
    if (open) return true;
    const auto needed = arguments.size() - optional - (repeats ? 1 : 0);
    return given >= needed && (repeats || given <= arguments.size());
  }
  /// Whether those types are the ones that it takes; nothing when that cannot be told.
  std::optional<bool> takes(const std::vector<std::string>& given) const {
    if (open || repeats || !takes(given.size())) return std::nullopt;
    bool is_sure = true;
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (given[i].empty()) is_sure = false;
      // A bare string is taken for a text before anything else.
      else if (arguments[i] != (given[i] == "unknown" ? "text" : given[i]))
        return false;
    }
    return is_sure ? std::optional(true) : std::nullopt;
  }
};

inline std::optional<Taker> taker_of(const Object& object) {
  if (!is_called(object)) return std::nullopt;
  Taker taker{&object};
  if (object.type == "aggregate") {
    const auto bare = std::string(bare_name(object));
    const auto name = model::unquoted_path(bare.substr(0, bare.find('(')));
    taker.path = name;
    taker.open = true;
    return taker;
  }
  const auto node = sql::parse_statement(object.create.text);
  const auto made = function_in(object.create.text);
  if (!node || !made) return std::nullopt;
  taker.path = path_in(made->schema, made->name);
  taker.optional = made->optional;
  for (const auto& type : made->arguments) taker.arguments.push_back(sql::type_of_text(type, "public").plain());
  for (const auto& parameter : node->list("parameters"))
    taker.repeats = taker.repeats || parameter.text("mode") == "FUNC_PARAM_VARIADIC";
  return taker;
}

inline std::vector<Taker> takers_in(const Database& database, std::string_view name) {
  std::vector<Taker> takers;
  for (const auto& object : database.objects)
    if (is_called(object) && object.provides() == name)
      if (auto taker = taker_of(object)) takers.push_back(std::move(*taker));
  return takers;
}

/// A call as a text makes it.
struct Call {
  std::string path;
  std::size_t arguments = 0;
  std::vector<std::vector<std::string>> given{};  ///< the types at each place that could be read
};

/// A text of the database, with what it is a part of.
struct Held {
  Holder holder;
  bool late = false;  ///< read when it runs: it holds nothing
};

/// Made at the first text that needs it, for all who listen.
struct Scopes {
  const Database& database;
  std::optional<Scope> made{};

  Scope& scope() {
    if (!made) made.emplace(database);
    return *made;
  }
};

class Listener {
 public:
  /// `bodies`: what routines do is heard too.
  Listener(Scopes& scopes, std::string_view name, bool bodies)
      : scopes_(&scopes), name_(name), word_(grammar::lower_case(name)), bodies_(bodies) {}

  std::vector<Call> calls;
  std::set<std::string> types;  ///< paths of those with the name

  /// `see`: answers what it can see.
  void expression(const std::string& text, const auto& see) {
    if (!mentions(text)) return;
    const sql::Surroundings around = see();
    note(sql::names_in_expression(text, around));
    listen(around, [&](const sql::Surroundings& heard) { (void)sql::normal_expression(text, heard); });
  }
  void query(const std::string& text) {
    if (!mentions(text)) return;
    const auto around = scope().anywhere();
    note(sql::names_in_statements(text, around));
    listen(around, [&](const sql::Surroundings& heard) { (void)sql::normal_query(text, heard); });
  }
  /// Not what stands in a string of it.
  void statement(const std::string& text) {
    if (!mentions(text)) return;
    const auto around = scope().anywhere();
    note(sql::names_in_statements(text, around));
    const auto node = sql::parse_statement(text);
    if (node && node->child("sql_body"))
      listen(around, [&](const sql::Surroundings& heard) { (void)sql::normal_atomic(*node, heard); });
  }
  /// What a function does, as it reads when it is called.
  void body(const std::string& create) {
    // A string is no text of names yet.
    if (bodies_ && mentions(create)) note(sql::names_in_function(create, scope().anywhere()));
  }
  void executed(const std::string& call) {
    const auto node = sql::parse_expression(call);
    if (!node || !node->is("FuncCall")) return;
    const auto& names = node->list("funcname");
    if (sql::last_name(names) == name_) calls.push_back({path_in(sql::qualifier(names), name_), 0});
  }
  /// `sfunc = f` and its like.
  void named(const std::string& text) {
    if (text_names(text, name_)) any_ = true;
  }
  void type(std::string_view type) {
    while (type.ends_with("[]")) type.remove_suffix(2);
    const auto path = model::unquoted_path(type);
    if (path == name_ || path.ends_with("." + name_)) types.insert(path);
  }
  /// Whether it was named since this was asked.
  bool take_any() { return std::exchange(any_, false); }

  Scope& scope() { return scopes_->scope(); }

 private:
  void note(const sql::Dependencies& found) {
    for (const auto& function : found.functions)
      if (function.name == name_) calls.push_back({path_in(function.schema, name_), function.arguments});
    for (const auto& one : found.types)
      if (one.name == name_) types.insert(path_in(one.schema, name_));
  }

  void listen(sql::Surroundings around, const auto& read) {
    around.called = [this](std::string_view schema, std::string_view name, const std::vector<std::string>& given) {
      if (name != name_) return;
      for (auto& call : calls)
        if (call.path == path_in(schema, name) && call.arguments == given.size()) call.given.push_back(given);
    };
    if (!calls.empty()) read(around);
  }

  /// May be, at least; the parser tells.
  bool mentions(const std::string& text) const {
    if (!model::is_raw_word(name_))
      return name_.find('"') != std::string::npos || text.find(name_) != std::string::npos;
    bool found = false;
    model::each_raw_word(text, [&](const std::string& word) { found = found || word == word_; });
    return found;
  }

  Scopes* scopes_;
  std::string name_, word_;
  bool bodies_;
  bool any_ = false;
};

/// Whether it means that one of the functions, which is among those that it can mean.
inline bool means(const Call& call, const Taker& wanted, const std::vector<Taker>& all) {
  if (call.path != wanted.path || !wanted.takes(call.arguments)) return false;
  const auto beside = [&](const Taker& other) {
    return other.object != wanted.object && other.path == call.path && other.takes(call.arguments);
  };
  if (std::ranges::none_of(all, beside) || call.given.empty()) return true;
  return std::ranges::any_of(call.given, [&](const auto& given) {
    if (const auto is_it = wanted.takes(given)) return *is_it;
    return std::ranges::none_of(all, [&](const Taker& other) { return beside(other) && other.takes(given) == true; });
  });
}

/// Whether a function of PostgreSQL's own takes as much.
inline bool takes_it_itself(const Call& call) {
  const auto* function = sql::find_function(call.path);
  return function && std::ranges::any_of(function->overloads, [&](const sql::Overload& one) {
           const auto most = one.arguments.size();
           return call.arguments + one.optional + (one.repeats ? 1 : 0) >= most &&
                  (one.repeats || call.arguments <= most);
         });
}

/// Every text of the table, each read by itself.
void each_text(const Table& table, Listener& listener, const auto& visit) {
  const auto path = table.path();
  const auto part = [&](std::string kind, const std::string& name, bool goes = true) {
    return Held{{std::move(kind), path, name, {}, goes}};
  };
  const auto inside = [&](std::string type) {
    return [&listener, &table, type = std::move(type)] { return listener.scope().inside(table, type); };
  };
  const auto anywhere = [&] { return listener.scope().anywhere(); };
  const auto elements = [&](const std::vector<model::Element>& list) {
    for (const auto& element : list)
      if (element.expression) listener.expression(element.expression->text, inside({}));
  };
  for (const auto& column : table.columns) {
    listener.type(column.type);
    if (column.generated) listener.expression(column.generated->expression.text, inside(column.type));
    visit(part("column", column.name));
    if (!column.default_value) continue;
    listener.expression(column.default_value->text, anywhere);
    visit(part("column", column.name, false));
  }
  for (const auto& check : table.checks) {
    listener.expression(check.expression.text, inside("boolean"));
    visit(part("constraint", check.name));
  }
  for (const auto& exclusion : table.exclusions) {
    elements(exclusion.elements);
    if (exclusion.where) listener.expression(exclusion.where->text, inside("boolean"));
    visit(part("constraint", exclusion.name));
  }
  for (const auto& index : table.indexes) {
    elements(index.elements);
    if (index.where) listener.expression(index.where->text, inside("boolean"));
    visit(part("index", index.name));
  }
}

void each_text(const model::View& view, Listener& listener, const auto& visit) {
  listener.query(view.query.text);
  visit(Held{{"view", view.path(), {}, {}}});
  for (const auto& index : view.indexes) {
    for (const auto& element : index.elements)
      if (element.expression)
        listener.expression(element.expression->text, [&] { return listener.scope().inside(view.path(), {}); });
    visit(Held{{"view", view.path(), {}, {}}});
  }
}

void each_text(const model::Trigger& trigger, Listener& listener, const auto& visit) {
  if (trigger.execute) listener.executed(*trigger.execute);
  if (trigger.when)
    listener.expression(trigger.when->text, [&] { return listener.scope().inside(trigger.table, "boolean"); });
  visit(Held{{"trigger", trigger.path(), {}, {}}});
}

void each_text(const Object& object, Listener& listener, const auto& visit) {
  constexpr auto by_name = std::to_array<std::string_view>(
      {"aggregate", "operator", "operator class", "operator family", "cast", "event trigger"});
  // They go with what they are about.
  constexpr auto beside = std::to_array<std::string_view>(
      {"comment", "grant", "no grant", "revoke", "default privileges", "sequence owner", "extension", "schema"});
  if (std::ranges::find(beside, std::string_view(object.type)) != beside.end()) return;
  Held text{{"object", object.path(), {}, {}}};
  if (std::ranges::find(by_name, std::string_view(object.type)) != by_name.end())
    listener.named(object.create.text);
  else
    listener.statement(object.create.text);
  visit(text);
  if ((object.type != "function" && object.type != "procedure") || has_sql_body(object.create.text)) return;
  listener.body(object.create.text);
  text.late = true;
  visit(text);
}

/// Every text of the database, each read into `listener` and then told.
void each_text(const Database& database, Listener& listener, const auto& visit) {
  for (const auto& table : database.tables) each_text(table, listener, visit);
  for (const auto& view : database.views) each_text(view, listener, visit);
  for (const auto& trigger : database.triggers) each_text(trigger, listener, visit);
  for (const auto& object : database.objects) each_text(object, listener, visit);
}

}  // namespace dmc::dialects::postgres::held
