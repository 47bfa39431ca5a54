// Enums, domains and composite types. What PostgreSQL cannot alter is made anew beside the old one, and every column
// that has it changes over in the same transaction.
#include "compiler/dialects/postgres/lower_types.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "compiler/dialects/postgres/callers.hpp"
#include "compiler/dialects/postgres/companions.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/holders.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/rename_value.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/type_change.hpp"
#include "compiler/dialects/refused.hpp"
#include "compiler/model/print.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Object;

bool mentions(std::string_view text, std::string_view name) {
  const auto names = model::names_in(text);
  return std::ranges::find(names, name) != names.end();
}

/// Constraints and indexes of the table whose texts name the type: they would compare the new one with the old one.
void set_aside(const model::Table& table, std::string_view type, std::vector<std::string>& drop,
               std::vector<std::string>& create) {
  for (const auto& check : table.checks) {
    if (!mentions(check.expression.text, type)) continue;
    drop.push_back(drop_constraint(full(table), check.name));
    create.push_back(add_constraint(full(table), check.name, check_words(check)));
  }
  for (const auto& index : table.indexes) {
    const bool named = (index.where && mentions(index.where->text, type)) ||
                       std::ranges::any_of(index.elements, [&](const auto& element) {
                         return element.expression && mentions(element.expression->text, type);
                       });
    if (!named) continue;
    drop.push_back("drop index " + full(table.schema, index.name));
    create.push_back(create_index(index, full(table), index.name));
    if (index.comment) create.push_back(comment_on("index", full(table.schema, index.name), index.comment));
  }
}

void unite(Readers& all, const Readers& more) {
  all.insert(all.end(), more.begin(), more.end());
  all = in_order(all);
}

/// What else has the type than columns of tables: out of the way for as long as there are two of the name.
struct Others {
  std::vector<std::string> drop, create;
  Readers readers;
  std::vector<std::pair<std::string, std::string>> tables;  ///< and how much work it is

  void set_aside(const std::string& table, const std::vector<std::string>& goes, const std::vector<std::string>& comes,
                 const std::string& work = "catalog") {
    if (!table.empty()) tables.emplace_back(table, work);
    append_new(drop, goes);
    append_new(create, comes);
  }
  static void append_new(std::vector<std::string>& list, const std::vector<std::string>& more) {
    for (const auto& one : more)
      if (std::ranges::find(list, one) == list.end()) list.push_back(one);
  }
};

/// Refused (E0905) where something would stay with the old one.
[[noreturn]] void refuse_anew(const Object& type, const std::string& what, const std::string& words, std::string help) {
  throw Refused("E0905", fmt::format("{} cannot be made anew while {} {}", grammar::escaped(type.label()), what, words),
                "every column that has it changes over, and this does not move along", std::move(help));
}

void note_function(const Lowering& lowering, const Object& function, Others& others) {
  const auto callers = callers_of(lowering, function);
  others.set_aside({}, callers.drop, callers.create);
  for (const auto& table : callers.tables) others.tables.emplace_back(table, "catalog");
  unite(others.readers, callers.readers);
  unite(others.readers, {{nullptr, &function}});
}

Others others_of(const Lowering& lowering, const Object& type, const std::vector<TypedColumn>& columns) {
  const auto& before = lowering.before;
  Others others;
  for (const auto& [table, column] : columns) {
    if (table->partitioned && text_names(table->partitioned->by.text, column->name))
      refuse_anew(type, fmt::format("table '{}'", grammar::escaped(table->path())),
                  fmt::format("is divided by '{}'", grammar::escaped(column->name)),
                  "declare the new one under another name, and with it a table of another name: move the rows with "
                  "`run`, and rename it");
    for (const auto& reader : table->columns) {
      if (!reader.generated || !text_names(reader.generated->expression.text, column->name)) continue;
      const auto shown = grammar::escaped(table->path() + "." + reader.name);
      refuse_anew(type, "'" + shown + "'", "is generated from it",
                  fmt::format("drop column {} in a version before, and declare it anew in the one behind", shown));
    }
  }
  const Object* asked[] = {&type};
  const auto holders = holders_of([&]() -> const model::Database& { return before; }, asked);
  for (const auto& holder : holders.front()) {
    if (const auto* view = holder.kind == "view" ? before.view(holder.path) : nullptr) {
      unite(others.readers, readers_of(before, view->path()));
      unite(others.readers, {{view, nullptr}});
    } else if (const auto* trigger = holder.kind == "trigger" ? before.trigger(holder.path) : nullptr) {
      others.set_aside(trigger->table, drop_trigger(*trigger, before), trigger_statements(*trigger, before));
    } else if (const auto* object = holder.kind == "object" ? before.object(holder.path) : nullptr) {
      if (object->type == "function" || object->type == "procedure")
        note_function(lowering, *object, others);
      else if (object->type == "row policy" || object->type == "rule")
        others.set_aside(model::unquoted_path(table_of(*object)), statements_in(object->drop.text),
                         statements_in(object->create.text));
      else
        refuse_anew(type, grammar::escaped(object->label()), holder.words,
                    fmt::format("let {} go in a version before, and declare it anew in the one behind",
                                grammar::escaped(object->label())));
    } else if (const auto* table = before.table(holder.path)) {
      const auto* column = holder.kind == "column" ? table->column(holder.member) : nullptr;
      if (column && column->default_value && !holder.goes) {
        const auto alter = fmt::format("alter table {} alter column {} ", full(*table), quoted(column->name));
        others.set_aside(table->path(), {alter + "drop default"},
                         {alter + "set default " + default_words(*column->default_value)});
      } else if (holder.kind == "constraint" || holder.kind == "index") {
        std::vector<std::string> drop, create;
        set_aside(*table, type.provides(), drop, create);
        others.set_aside(table->path(), drop, create, "scan");
      }
    }
  }
  return others;
}

/// Every column of the type changes over to the type as `after` says, by way of its text.
plan::Step type_anew(const Lowering& lowering, const Object& before, const Object& after) {
  const auto name = type_name(before);
  const auto aside = own_name("old", lowering.serves(before.name));
  const auto columns = columns_of_type(lowering.before, before);
  auto others = others_of(lowering, before, columns);
  std::vector<std::string> drops, change, creates, names;
  Readers views = others.readers;
  for (const auto& [table, column] : columns) {
    auto way = in_the_way(lowering.before, *table, {column->name});
    unite(views, way.views);
    append(drops, std::move(way.drop));
    append(creates, std::move(way.create));
    if (std::ranges::find(names, table->path()) == names.end()) {
      names.push_back(table->path());
      set_aside(*table, before.provides(), drops, creates);
    }
    const auto alter = fmt::format("alter table {} alter column {} ", full(*table), quoted(column->name));
    const std::string array = column->type.ends_with("[]") ? "[]" : "";
    if (column->default_value) change.push_back(alter + "drop default");
    change.push_back(fmt::format("{}type {}{} using {}::text{}::{}{}", alter, name, array, quoted(column->name), array,
                                 name, array));
    if (column->default_value) change.push_back(alter + "set default " + default_words(*column->default_value));
  }
  // What calls a function goes before it and comes back behind it. Nothing is put aside twice.
  auto statements = others.drop;
  append(statements, take_away(views));
  Others::append_new(statements, drops);
  std::erase_if(creates, [&](const auto& one) { return std::ranges::find(others.create, one) != others.create.end(); });
  statements.push_back(
      fmt::format("alter {} {} rename to {}", before.type == "domain" ? "domain" : "type", name, aside));
  append(statements, statements_in(after.create.text));
  const auto dot = name.find('.');
  statements.push_back(fmt::format(
      "do $dmc$ declare was text; begin select quote_ident(pg_get_userbyid(typowner)) into was from "
      "pg_catalog.pg_type where oid = pg_catalog.to_regtype({}); if was <> quote_ident(current_user) then execute "
      "format('alter {} {} owner to %s', was); end if; end $dmc$",
      text_literal(fmt::format("{}.{}", std::string_view(name).substr(0, dot), aside)),
      before.type == "domain" ? "domain" : "type", name));
  append(statements, companions(lowering, before.label()));
  append(statements, std::move(change));
  append(statements, std::move(creates));
  statements.push_back(fmt::format("drop {} {}.{}", before.type == "domain" ? "domain" : "type",
                                   std::string_view(name).substr(0, dot), aside));
  append(statements, make_anew(views, lowering.before));
  append(statements, others.create);
  auto step = lengthy(after.label(),
                      "make " + after.label() + " anew" +
                          (names.empty() ? "" : ", and the columns of " + listed(names) + " that have it"),
                      std::move(statements));
  read_in_public(step);
  for (const auto& table : names) add_lock(step, "table " + table, "access exclusive", "rewrite");
  for (const auto& [table, work] : others.tables)
    if (std::ranges::find(names, table) == names.end()) add_lock(step, "table " + table, "access exclusive", work);
  note_readers(step, views, lowering.before);
  return step;
}

std::vector<plan::QueryCheck> values_fit(const Lowering& lowering, const Object& before, const Object& after) {
  std::vector<plan::QueryCheck> checks;
  const auto kept = joined(enum_values(after.create.text), ", ");
  for (const auto& [table, column] : columns_of_type(lowering.before, before)) {
    const auto what = quoted(column->name) + (column->type.ends_with("[]") ? "::text[]" : "::text");
    const auto condition = column->type.ends_with("[]") ? fmt::format("not {} <@ array[{}]", what, kept)
                                                        : fmt::format("{} not in ({})", what, kept);
    checks.push_back(
        no_rows(fmt::format("no row of {} has a value that goes", table->path()),
                fmt::format("select 1 from {} where {} limit 1", full(*table), condition),
                fmt::format("give those rows another one:  backfill {} set {} = (…) where (…) follow with backup;",
                            table->path(), column->name)));
  }
  return checks;
}

/// Where each new value stands; none when a value of `before` is gone or has changed its place.
std::optional<std::vector<std::string>> additions(const Object& before, const Object& after) {
  const auto old = enum_values(before.create.text);
  const auto now = enum_values(after.create.text);
  std::vector<std::string> statements;
  std::size_t at = 0;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (at < old.size() && now[i] == old[at]) {
      ++at;
      continue;
    }
    if (std::ranges::find(old, now[i]) != old.end()) return std::nullopt;
    std::string place;
    if (at < old.size()) place = i == 0 ? " before " + old[at] : " after " + now[i - 1];
    statements.push_back(fmt::format("alter type {} add value {}{}", type_name(before), now[i], place));
  }
  if (at < old.size()) return std::nullopt;
  return statements;
}

plan::Step enum_step(const Lowering& lowering, const Object& before, const Object& after) {
  if (auto statements = additions(before, after)) {
    const auto summary = fmt::format("add {} to {}", statements->size() == 1 ? "a value" : "values", after.label());
    auto step = brief(after.label(), summary, std::move(*statements));
    read_in_public(step);
    return step;
  }
  auto step = type_anew(lowering, before, after);
  step.pre = values_fit(lowering, before, after);
  return step;
}

}  // namespace

bool is_made_anew(const Object& before, const Object& after) {
  if (before.type == "enum") return !additions(before, after);
  return before.type == "domain" && domain_of(before.create.text).base != domain_of(after.create.text).base;
}

namespace {

/// Where each value has a name at its own place, those of which the name is another one may be the same.
std::string called_otherwise(const Object& before, const Object& after) {
  const auto was = values_of(before), is = values_of(after);
  if (!was || !is || was->size() != is->size()) return {};
  std::string statements;
  for (std::size_t at = 0; at < was->size(); ++at) {
    const auto &from = (*was)[at], &to = (*is)[at];
    if (from == to) continue;
    if (std::ranges::find(*is, from) != is->end() || std::ranges::find(*was, to) != was->end()) return {};
    statements += fmt::format(" rename value {}.{} to {};", bare_name(before), model::quoted(from), model::quoted(to));
  }
  return "; a value that is only called otherwise is renamed in a moment, in the change:" + statements;
}

}  // namespace

Pairs lower_enum(const Lowering& lowering, const Object& before, const Object& after) {
  auto forward = enum_step(lowering, before, after);
  const bool adds = !is_made_anew(before, after);
  if (!adds)
    add_hazard(
        forward, "rewrite.enum", before.path(),
        "every table that has it is written anew under a lock that stops reads" + called_otherwise(before, after),
        own_acceptance(lowering.change));
  Pairs pairs;
  // Rows that have one of the new values by then are asked for before anything is taken back: nobody but their owner
  // knows what they shall have instead, so that it is nothing that could be given up.
  try {
    pairs.push_back(pair_of(forward, exact(), enum_step(lowering, after, before)));
  } catch (const Refused& why) {
    if (!adds) throw;
    // The server takes no value away, and nothing else is in the way of adding one.
    StepPair pair{std::move(forward), std::nullopt};
    pair.forward.reverse = {plan::ReverseClass::none, fmt::format("the new values stay: {}", why.what())};
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

namespace {

/// The condition of `check (…)` about a column instead of `value`.
std::string about(std::string_view check, const std::string& column) {
  std::string out;
  std::size_t from = 0;
  for (const auto& token : model::sql_tokens(check)) {
    if (token.kind != model::SqlToken::Kind::word || (token.text != "value" && token.text != "VALUE")) continue;
    out.append(check.substr(from, token.begin - from)).append(column);
    from = token.end;
  }
  out.append(check.substr(from));
  return out.substr(out.find('('));
}

struct DomainChange {
  std::vector<std::string> brief;
  std::vector<std::string> proofs;  ///< statements that look at every row
  std::vector<plan::QueryCheck> checks;
};

DomainChange domain_change(const Lowering& lowering, const Object& before, const Object& after) {
  const auto was = domain_of(before.create.text), is = domain_of(after.create.text);
  const auto alter = "alter domain " + type_name(before) + " ";
  DomainChange change;
  const auto rows_fit = [&](const std::string& means, const std::function<std::string(const std::string&)>& broken) {
    for (const auto& [table, column] : columns_of_type(lowering.before, before))
      change.checks.push_back(
          no_rows(fmt::format("every row of {} {}", table->path(), means),
                  fmt::format("select 1 from {} where {} limit 1", full(*table), broken(quoted(column->name))),
                  fmt::format("change the rows that do not:  backfill {} set {} = (…) where (…) follow with backup;",
                              table->path(), column->name)));
  };
  for (const auto& part : was.constraints)
    if (std::ranges::find(is.constraints, part) == is.constraints.end())
      change.brief.push_back(alter + "drop constraint " + part.name);
  if (was.default_value != is.default_value)
    change.brief.push_back(alter + (is.default_value.empty() ? "drop default" : "set default " + is.default_value));
  if (was.not_null && !is.not_null) change.brief.push_back(alter + "drop not null");
  for (const auto& part : is.constraints) {
    if (std::ranges::find(was.constraints, part) != was.constraints.end()) continue;
    const auto named = part.name.empty() ? std::string() : "constraint " + part.name + " ";
    change.brief.push_back(alter + "add " + named + part.text + " not valid");
    if (!part.name.empty()) change.proofs.push_back(alter + "validate constraint " + part.name);
    rows_fit("passes " + part.text, [&](const auto& column) { return "not " + about(part.text, column); });
  }
  if (is.not_null && !was.not_null) {
    change.proofs.push_back(alter + "set not null");
    rows_fit("has a value", [](const auto& column) { return column + " is null"; });
  }
  return change;
}

/// A proof reads every table that has the domain.
void lock_users(plan::Step& step, const Lowering& lowering, const Object& domain) {
  for (const auto& [table, column] : columns_of_type(lowering.before, domain))
    add_lock(step, lowering, "domain_validate", "t", "table " + table->path());
}

/// Everything at once, for the way back.
plan::Step domain_back(const Lowering& lowering, const Object& before, const Object& after) {
  auto change = domain_change(lowering, before, after);
  const bool proves = !change.proofs.empty();
  append(change.brief, std::move(change.proofs));
  auto step = lengthy(after.label(), "alter " + after.label() + " back", std::move(change.brief));
  read_in_public(step);
  step.pre = std::move(change.checks);
  if (proves) lock_users(step, lowering, before);
  return step;
}

}  // namespace

Pairs lower_domain(const Lowering& lowering, const Object& before, const Object& after) {
  Pairs pairs;
  if (is_made_anew(before, after)) {
    auto forward = type_anew(lowering, before, after);
    add_hazard(forward, "rewrite.under_lock", before.path(),
               "every table that has it is written anew under a lock that stops reads",
               own_acceptance(lowering.change));
    pairs.push_back(pair_of(std::move(forward), exact(), type_anew(lowering, after, before)));
    return pairs;
  }
  auto change = domain_change(lowering, before, after);
  auto forward = brief(after.label(), "alter " + after.label(), std::move(change.brief));
  read_in_public(forward);
  forward.pre = std::move(change.checks);
  pairs.push_back(pair_of(std::move(forward), exact(), domain_back(lowering, after, before)));
  if (change.proofs.empty()) return pairs;
  auto prove = lengthy(after.label(), "prove that every row fits " + after.label(), std::move(change.proofs));
  read_in_public(prove);
  lock_users(prove, lowering, before);
  add_hazard(prove, "lock.domain_check", before.path(),
             "writes to every table that has it wait while all of them are read", own_acceptance(lowering.change));
  pairs.push_back(pair_of(std::move(prove), exact(), brief(after.label(), "nothing to take back: it only looked", {})));
  return pairs;
}

Pairs lower_composite(const Lowering&, const Object& before, const Object& after) {
  const auto step = [](const Object& from, const Object& to, bool& loses) {
    const auto was = *attributes_of(from.create.text), is = *attributes_of(to.create.text);
    std::vector<std::string> statements;
    const auto alter = "alter type " + type_name(from) + " ";
    for (const auto& part : was)
      if (std::ranges::find(is, part.name, &Part::name) == is.end()) {
        statements.push_back(alter + "drop attribute " + part.name);
        loses = true;
      }
    for (const auto& part : is) {
      const auto old = std::ranges::find(was, part.name, &Part::name);
      if (old == was.end())
        statements.push_back(alter + "add attribute " + part.name + " " + part.text);
      else if (old->text != part.text)
        statements.push_back(alter + "alter attribute " + part.name + " type " + part.text);
    }
    auto made = brief(to.label(), "alter " + to.label(), std::move(statements));
    read_in_public(made);
    return made;
  };
  bool loses = false, back = false;
  auto forward = step(before, after, loses);
  auto reverse = step(after, before, back);
  Pairs pairs;
  pairs.push_back(pair_of(std::move(forward),
                          loses  ? lossy("what the attributes that go held")
                          : back ? until_written("what the new attributes of " + after.label() + " hold by then")
                                 : exact(),
                          std::move(reverse)));
  return pairs;
}

}  // namespace dmc::dialects::postgres
