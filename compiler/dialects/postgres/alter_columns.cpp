// Columns that come, change and become mandatory.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/type_change.hpp"
#include "compiler/dialects/postgres/volatility.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Column;
using model::Identity;

std::string alter_column(const Alteration& alteration, const Column& column, const std::string& words) {
  return fmt::format("alter table {} alter column {} {}", alteration.name(), quoted(column.name), words);
}

std::string path(const Alteration& alteration, const std::string& column) {
  return alteration.after().path() + "." + column;
}

std::string drop_column(const Alteration& alteration, const std::string& column) {
  return fmt::format("alter table {} drop column {}", alteration.name(), quoted(column));
}

/// What rows that were there got: a default that is computed was computed once, when the column came.
std::string given_value(const Alteration& alteration, const Column& column) {
  const auto tokens = model::sql_tokens(column.default_value->text);
  const bool calls = std::ranges::any_of(tokens, [](const auto& token) {
    return token.text == "(" || token.text.starts_with("current_") || token.text.starts_with("CURRENT_") ||
           token.text == "localtimestamp";
  });
  if (!calls) return in_parentheses(column.default_value->text);
  return fmt::format(
      "(select (a.attmissingval::text::{}[])[1] from pg_catalog.pg_attribute a where a.attrelid = {} and a.attname = "
      "{})",
      column.type, oid_of(alteration.name()), text_literal(column.name));
}

plan::QueryCheck still_unwritten(const Alteration& alteration, const Column& column) {
  const auto name = quoted(column.name);
  const auto written = column.default_value
                           ? fmt::format("{} is distinct from {}", name, given_value(alteration, column))
                           : fmt::format("{} is not null", name);
  return no_rows(fmt::format("nothing was written to {}", path(alteration, column.name)),
                 fmt::format("select 1 from {} where {} limit 1", alteration.name(), written),
                 "what was written would be lost: undo with --lossy to accept that");
}

bool counted(const Column& column) { return column.identity.has_value(); }

/// The column's own sequence by the name that the server would give it.
std::string sequence_name(const Alteration& alteration, const Column& column) {
  return made_up_name(alteration.after().name, column.name, "seq");
}
std::string sequence_of(const Alteration& alteration, const Column& column) {
  return full(alteration.after().schema, sequence_name(alteration, column));
}

/// Makes the sequence that a serial column counts by, and its default.
std::vector<std::string> start_counting(const Alteration& alteration, const Column& column) {
  const auto sequence = sequence_of(alteration, column);
  return {fmt::format("create sequence {} as {} owned by {}.{}", sequence, column.type, alteration.name(),
                      quoted(column.name)),
          alter_column(alteration, column, "set default nextval(" + text_literal(sequence) + "::regclass)")};
}

/// The sequence goes on behind what the rows hold.
std::string count_on(const Alteration& alteration, const Column& column) {
  return fmt::format(
      "select pg_catalog.setval(pg_catalog.pg_get_serial_sequence({0}, {1}), coalesce(max({2}), 1), max({2}) is not "
      "null) "
      "from {3}",
      text_literal(alteration.name()), text_literal(column.name), quoted(column.name), alteration.name());
}

/// From the sequence that filled the rows to the one of the identity.
std::vector<std::string> become_identity(const Alteration& alteration, const Column& column) {
  const auto sequence = sequence_of(alteration, column);
  const auto aside = alteration.own("sequence", column.name);
  const auto other = full(alteration.after().schema, aside);
  return {
      alter_column(alteration, column, "drop default"),
      fmt::format("alter sequence {} owned by none", sequence),
      fmt::format("alter sequence {} rename to {}", sequence, aside),
      alter_column(alteration, column, "add " + identity_words(column)),
      fmt::format("select pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), last_value, is_called) from {}",
                  text_literal(alteration.name()), text_literal(column.name), other),
      "drop sequence " + other};
}
std::vector<std::string> no_identity(const Alteration& alteration, const Column& column) {
  auto statements = std::vector{alter_column(alteration, column, "drop identity")};
  append(statements, start_counting(alteration, column));
  statements.push_back(count_on(alteration, column));
  return statements;
}

/// Fills a new column with what differs from row to row, and proves it mandatory at the end (P2, P3).
void add_filled(Alteration& alteration, const Column& column) {
  auto& brief = alteration.brief();
  const auto table = alteration.name();
  Column bare = column;
  bare.default_value.reset();
  bare.identity.reset();
  bare.not_null = false;
  std::vector<std::string> statements{fmt::format("alter table {} add column {}", table, column_definition(bare))};
  if (counted(column))
    append(statements, start_counting(alteration, column));
  else
    statements.push_back(alter_column(alteration, column, "set default " + default_words(*column.default_value)));
  brief.add(std::move(statements), {drop_column(alteration, column.name)}, "add column " + column.name,
            "drop column " + column.name);
  brief.in_public = true;
  brief.pre.push_back(column_is(table, column.name, false));
  brief.post.push_back(column_is(table, column.name));
  alteration.flush();
  const auto value = counted(column) ? "nextval(" + text_literal(sequence_of(alteration, column)) + "::regclass)"
                                     : in_parentheses(column.default_value->text);
  auto fill = fill_step(alteration.lowering(), alteration.now(), fmt::format("fill {}", path(alteration, column.name)),
                        quoted(column.name) + " = " + value, quoted(column.name) + " is null");
  add_hazard(fill, counted(column) ? "rewrite.serial" : "rewrite.volatile_default", path(alteration, column.name),
             "PostgreSQL would write the table anew under a lock that stops reads: it is filled in batches instead",
             "the recipe");
  fill.post.push_back(no_rows(fmt::format("every row of {} has a {}", alteration.after().path(), column.name),
                              fmt::format("select 1 from {} where {} is null limit 1", table, quoted(column.name))));
  alteration.add(pair_of(std::move(fill), exact(),
                         postgres::brief(alteration.object(), "nothing to take back: the column goes", {})));
}

bool is_constrained_domain(const Alteration& alteration, const std::string& type) {
  const auto& objects = alteration.lowering().before.objects;
  return std::ranges::any_of(objects, [&](const auto& object) {
    if (object.type != "domain" || bare_name(object) != type) return false;
    const auto domain = domain_of(object.create.text);
    return domain.not_null || !domain.constraints.empty();
  });
}

void add_plain(Alteration& alteration, const Column& column) {
  const auto table = alteration.name();
  std::vector<std::string> statements{fmt::format("alter table {} add column {}", table, column_definition(column))};
  append(statements, column_extras(table, column));
  const bool stored = column.generated && column.generated->stored;
  const bool rewrites = stored || is_constrained_domain(alteration, column.type);
  if (rewrites) alteration.flush();
  auto& brief = alteration.brief();
  brief.add(std::move(statements), {drop_column(alteration, column.name)}, "add column " + column.name,
            "drop column " + column.name);
  brief.pre.push_back(column_is(table, column.name, false));
  brief.post.push_back(column_is(table, column.name));
  brief.in_public = brief.in_public || needs_public(column);
  brief.hazards.push_back({"compat.cached_plan", path(alteration, column.name),
                           "a prepared `select *` fails once: \"cached plan must not change result type\"",
                           alteration.accepted()});
  if (column.not_null && !column.default_value && !column.generated && !column.identity) {
    brief.pre.push_back(is_empty(table, "give the column a default, or fill it first:  backfill " +
                                            alteration.after().path() + " set " + column.name + " = …;"));
    brief.hazards.push_back({"compat.required_column", path(alteration, column.name),
                             "rows must have a value from the start, and there is no default", std::nullopt});
  }
  if (rewrites) {
    brief.scans = true;
    brief.locks.push_back({alteration.object(), "access exclusive", "rewrite"});
    brief.hazards.push_back(
        {stored ? "rewrite.stored_generated" : "rewrite.constrained_domain_column", path(alteration, column.name),
         "every row is written anew under a lock that stops reads: PostgreSQL has no other way", std::nullopt});
  }
  if (!column.generated) {
    brief.back_pre.push_back(still_unwritten(alteration, column));
    brief.later.push_back("what was written to " + path(alteration, column.name) + " since");
  }
  if (rewrites) alteration.flush();
}

}  // namespace

void lower_new_columns(Alteration& alteration) {
  for (const auto& column : alteration.after().columns) {
    if (alteration.source(column.name)) continue;
    const bool differs = column.default_value && !column.generated && may_be_volatile(column.default_value->text);
    if (differs || counted(column))
      add_filled(alteration, column);
    else
      add_plain(alteration, column);
  }
}

namespace {

void change_default(Alteration& alteration, const Column& now, const Column& after) {
  const auto words = [](const Column& column) {
    return column.default_value ? "set default " + default_words(*column.default_value) : std::string("drop default");
  };
  auto& brief = alteration.brief();
  brief.add(alter_column(alteration, after, words(after)), alter_column(alteration, after, words(now)),
            (after.default_value ? "default of " : "no default of ") + after.name,
            (now.default_value ? "default of " : "no default of ") + after.name);
  for (const auto* column : {&now, &after})
    brief.in_public = brief.in_public || (column->default_value && names_more(column->default_value->text));
  brief.hazards.push_back({"compat.default_change", path(alteration, after.name),
                           "rows written from then on get another value where none is given", alteration.accepted()});
}

void change_identity(Alteration& alteration, const Column& now, const Column& after) {
  auto& brief = alteration.brief();
  const bool was_serial = now.identity == Identity::serial, is_serial = after.identity == Identity::serial;
  std::vector<std::string> forward, back;
  const auto stop = [&](const Column& column) {
    return std::vector{alter_column(alteration, column, "drop default"),
                       "drop sequence " + sequence_of(alteration, column)};
  };
  const auto begin = [&](const Column& column) {
    auto statements = start_counting(alteration, column);
    statements.push_back(count_on(alteration, column));
    return statements;
  };
  const auto add = [&](const Column& column) {
    return std::vector{alter_column(alteration, column, "add " + identity_words(column)), count_on(alteration, column)};
  };
  const auto drop = [&](const Column& column) {
    return std::vector{alter_column(alteration, column, "drop identity")};
  };
  const auto from_none = [&](const Column& column) {
    return column.identity == Identity::serial ? begin(column) : add(column);
  };
  const auto to_none = [&](const Column& column) {
    return column.identity == Identity::serial ? stop(column) : drop(column);
  };
  if (!now.identity) {
    forward = from_none(after);
    back = to_none(after);
  } else if (!after.identity) {
    forward = to_none(now);
    back = from_none(now);
  } else if (was_serial && !is_serial) {
    forward = become_identity(alteration, after);
    back = no_identity(alteration, after);
  } else if (!was_serial && is_serial) {
    forward = no_identity(alteration, after);
    back = become_identity(alteration, now);
  } else {
    const auto words = [&](const Column& column, const Column& old) {
      std::string text = column.identity == Identity::always ? "set generated always" : "set generated by default";
      if (column.identity_options == old.identity_options) return text;
      // Every option is said, so that what the other one said does not stay.
      auto alter =
          alter_sequence("create sequence s", "create sequence s as " + column.type + " " + column.identity_options);
      const auto tokens = model::sql_tokens(alter);
      for (std::size_t i = 0; i < tokens.size(); ++i)
        for (const std::string_view option : {"increment", "minvalue", "maxvalue", "start", "cache", "cycle"}) {
          if (tokens[i].text != option) continue;
          const bool none = i > 0 && tokens[i - 1].text == "no";
          std::string value;
          if (!none && option != "cycle" && i + 1 < tokens.size()) {
            value = " " + std::string(tokens[i + 1].text);
            if (tokens[i + 1].text == "-") value += tokens[i + 2].text;
          }
          text += std::string(" set ") + (none ? "no " : "") + std::string(option) + value;
        }
      return text;
    };
    forward = {alter_column(alteration, after, words(after, now))};
    back = {alter_column(alteration, after, words(now, after))};
  }
  if (!now.identity || (now.identity && !after.identity)) brief.scans = brief.scans_back = true;
  brief.add(std::move(forward), std::move(back), "identity of " + after.name,
            "identity of " + after.name + " as it was");
}

void change_details(Alteration& alteration, const Column& now, const Column& after) {
  auto& brief = alteration.brief();
  const auto set = [&](const std::string& what, const auto& from, const auto& to, const auto& words) {
    if (from == to) return;
    brief.add(alter_column(alteration, after, words(to)), alter_column(alteration, after, words(from)),
              what + " of " + after.name, what + " of " + after.name);
  };
  // Without a storage of its own a column has that of its type, which depends on the type.
  const auto own_storage = [&](const Column& column) {
    constexpr std::string_view plain[] = {"integer", "bigint",           "smallint", "boolean", "date",    "uuid",
                                          "real",    "double precision", "oid",      "money",   "interval"};
    const bool fixed = std::ranges::any_of(plain, [&](auto type) { return column.type == type; }) ||
                       column.type.starts_with("timestamp") || column.type.starts_with("time");
    return std::string(fixed ? "plain" : column.type.starts_with("numeric") ? "main" : "extended");
  };
  set("storage", now.storage, after.storage,
      [&](const auto& value) { return "set storage " + (value ? *value : own_storage(after)); });
  set("compression", now.compression, after.compression,
      [](const auto& value) { return "set compression " + value.value_or("default"); });
  set("statistics", now.statistics, after.statistics,
      [](const auto& value) { return "set statistics " + std::to_string(value.value_or(-1)); });
  if (now.comment != after.comment) {
    const auto name = alteration.name() + "." + quoted(after.name);
    brief.add(comment_on("column", name, after.comment), comment_on("column", name, now.comment),
              "comment on " + after.name, "comment on " + after.name);
  }
}

std::string type_with_collation(const Column& column) {
  return column.type + (column.collation ? " collate " + *column.collation : "");
}

/// A type that the server changes without touching the rows (P16).
void change_type_free(Alteration& alteration, const Column& now, const Column& after) {
  alteration.flush();
  auto& brief = alteration.brief();
  const auto way = in_the_way(alteration.lowering().before, alteration.now(), {after.name});
  auto first = take_away(way.views);
  append(first, way.drop);
  auto last = way.create;
  append(last, make_anew(way.views, alteration.lowering().before));
  brief.first_forward = std::move(first);
  brief.anew_forward = std::move(last);
  const bool collates = now.collation != after.collation && now.type == after.type;
  brief.add(alter_column(alteration, after, "type " + type_with_collation(after)),
            alter_column(alteration, after, "type " + type_with_collation(now)),
            (collates ? "collation of " : "retype ") + after.name,
            (collates ? "collation of " : "retype ") + after.name);
  brief.in_public = true;
  brief.scans_back = !is_free(after.type, now.type, alteration.lowering().before);
  // The collation of an index goes with its column's: it is built anew.
  brief.scans = now.collation != after.collation;
  brief.scans_back = brief.scans_back || brief.scans;
  if (!is_free(after.type, now.type, alteration.lowering().before))
    brief.later.push_back("values written to " + path(alteration, after.name) + " since that are no " + now.type);
  brief.hazards.push_back({"perf.analyze", path(alteration, after.name),
                           "its statistics are gone until it is analysed, which the next step does", "the next step"});
  alteration.flush();
  const auto analyse = [&] {
    auto step = lengthy(alteration.object(), "analyse " + path(alteration, after.name),
                        {fmt::format("analyze {} ({})", alteration.name(), quoted(after.name))});
    add_lock(step, alteration.lowering(), "analyze", alteration.object());
    return step;
  };
  alteration.add(pair_of(analyse(), exact(), postgres::brief(alteration.object(), "nothing to take back", {})));
}

void change_generated(Alteration& alteration, const Column& now, const Column& after) {
  auto& brief = alteration.brief();
  if (!after.generated) {
    // The way back computes it anew.
    brief.add({alter_column(alteration, after, "drop expression")},
              {drop_column(alteration, after.name),
               fmt::format("alter table {} add column {}", alteration.name(), column_definition(now))},
              after.name + " is no longer generated", after.name + " is generated again");
    brief.scans_back = brief.in_public = true;
    brief.loses.push_back("what was written to " + path(alteration, after.name) + " since");
    return;
  }
  if (!now.generated) return;  // refused
  alteration.flush();
  const auto statements = [&](const Column& column) {
    const bool stays = now.generated->stored == after.generated->stored && now.type == after.type;
    if (stays && alteration.lowering().major() >= set_expression)
      return std::vector{
          alter_column(alteration, column, "set expression as " + in_parentheses(column.generated->expression.text))};
    auto list = std::vector{drop_column(alteration, column.name),
                            fmt::format("alter table {} add column {}", alteration.name(), column_definition(column))};
    append(list, column_extras(alteration.name(), column));
    return list;
  };
  auto& anew = alteration.brief();
  const auto way = in_the_way(alteration.lowering().before, alteration.now(), {after.name});
  anew.first_forward = take_away(way.views);
  append(anew.first_forward, way.drop);
  anew.anew_forward = way.create;
  append(anew.anew_forward, make_anew(way.views, alteration.lowering().before));
  anew.add(statements(after), statements(now), "compute " + after.name + " anew",
           "compute " + after.name + " as before");
  anew.scans = anew.scans_back = anew.in_public = true;
  anew.locks.push_back({alteration.object(), "access exclusive", "rewrite"});
  anew.hazards.push_back({"rewrite.stored_generated", path(alteration, after.name),
                          "every row is written anew under a lock that stops reads: PostgreSQL has no other way",
                          std::nullopt});
  alteration.flush();
}

}  // namespace

void lower_column_changes(Alteration& alteration) {
  for (const auto& after : alteration.after().columns) {
    const auto* now = alteration.source(after.name);
    if (!now || now->generated == after.generated) continue;
    change_generated(alteration, *now, after);
  }
  for (const auto& after : alteration.after().columns) {
    const auto* now = alteration.source(after.name);
    if (!now) continue;
    const bool counts = now->identity != after.identity || now->identity_options != after.identity_options;
    if (now->default_value != after.default_value && now->type == after.type) change_default(alteration, *now, after);
    if (now->not_null && !after.not_null) {
      alteration.brief().add(alter_column(alteration, after, "drop not null"),
                             alter_column(alteration, after, "set not null"), after.name + " may be null",
                             after.name + " not null");
      alteration.brief().scans_back = true;
      alteration.brief().back_pre.push_back(
          rows_fit(alteration, "has a " + after.name, quoted(after.name) + " is null"));
      alteration.brief().later.push_back("rows written since without a " + after.name);
      alteration.brief().hazards.push_back({"data.drop_not_null", path(alteration, after.name),
                                            "rows without a value are let in from then on", alteration.accepted()});
    }
    // A column must be mandatory before it can count.
    if (counts && (now->identity || now->not_null)) change_identity(alteration, *now, after);
    change_details(alteration, *now, after);
  }
  for (const auto& after : alteration.after().columns) {
    const auto* now = alteration.source(after.name);
    if (!now || (now->type == after.type && now->collation == after.collation)) continue;
    const auto* move = alteration.move_to(after.name);
    const bool computes = move && move->using_expression && !(move->using_expression->text == move->from);
    const bool free =
        !computes && (now->type == after.type || is_free(now->type, after.type, alteration.lowering().before));
    if (!free) {
      alteration.flush();
      lower_retype(alteration, *now, after);
      continue;
    }
    change_type_free(alteration, *now, after);
    if (now->default_value != after.default_value) change_default(alteration, *now, after);
  }
}

namespace {

bool proven_by_check(const Alteration& alteration, const std::string& column) {
  const model::Sql wanted{column + " is not null"};
  return std::ranges::any_of(alteration.now().checks, [&](const auto& check) {
    return !check.unproven &&
           (check.expression == wanted || in_parentheses(check.expression.text) == "(" + wanted.text + ")");
  });
}

}  // namespace

void lower_not_null(Alteration& alteration) {
  std::vector<const Column*> columns;
  for (const auto& after : alteration.after().columns) {
    const auto* now = alteration.source(after.name);
    const bool new_one = !now && after.not_null && !after.generated &&
                         (counted(after) || (after.default_value && may_be_volatile(after.default_value->text)));
    if (new_one || (now && after.not_null && (!now->not_null || now->not_null_unproven) && now->type == after.type))
      columns.push_back(&after);
  }
  if (columns.empty()) return;
  const auto table = alteration.name();
  const bool as_constraint = alteration.lowering().major() >= not_null_not_valid;
  std::vector<std::string> add, undo, prove, finish, unfinish, names;
  std::vector<plan::QueryCheck> proof, proven;
  bool scan = false;
  for (const auto* column : columns) {
    names.push_back(column->name);
    proof.push_back(rows_fit(alteration, "has a " + column->name, quoted(column->name) + " is null"));
    unfinish.push_back(alter_column(alteration, *column, "drop not null"));
    if (!as_constraint) finish.push_back(alter_column(alteration, *column, "set not null"));
    if (!as_constraint && proven_by_check(alteration, column->name)) continue;
    const auto aux = as_constraint ? made_up_name(alteration.after().name, column->name, "not_null")
                                   : alteration.own("not_null", column->name);
    const auto* now = alteration.source(column->name);
    if (!now || !now->not_null_unproven) {
      add.push_back(as_constraint ? fmt::format("alter table {} add constraint {} not null {} not valid", table,
                                                quoted(aux), quoted(column->name))
                                  : fmt::format("alter table {} add constraint {} check ({} is not null) not valid",
                                                table, aux, quoted(column->name)));
      undo.push_back(fmt::format("alter table {} drop constraint if exists {}", table, quoted(aux)));
    }
    prove.push_back(fmt::format("alter table {} validate constraint {}", table, quoted(aux)));
    proven.push_back(constraint_is(table, aux, "c.convalidated"));
    if (!as_constraint) finish.push_back(drop_constraint(table, aux));
    scan = true;
  }
  const auto what = listed(names);
  std::ranges::reverse(undo);
  if (scan) {
    if (!add.empty()) {
      auto first = brief(alteration.object(),
                         fmt::format("{} of {} not null, unproven", what, alteration.after().path()), std::move(add));
      first.pre = proof;
      for (const auto& name : names)
        add_hazard(first, "data.not_null_may_fail", path(alteration, name),
                   "it fails and changes nothing while a row has no value", "a check before the step proves it");
      add_lock(first, alteration.lowering(), "add_check_notnull_not_valid", alteration.object());
      auto reverse = brief(alteration.object(), fmt::format("{} may be null", what), std::move(undo));
      add_lock(reverse, alteration.lowering(), "drop_constraint", alteration.object());
      alteration.add(pair_of(std::move(first), exact(), std::move(reverse)));
    }
    auto second = lengthy(alteration.object(), fmt::format("prove that every row has {}", what), std::move(prove));
    second.post = std::move(proven);
    add_lock(second, alteration.lowering(), "validate_check", alteration.object());
    alteration.add(
        pair_of(std::move(second), exact(), brief(alteration.object(), "nothing to take back: it only looked", {})));
  }
  for (const auto* column : columns) {
    if (!counted(*column) || column->identity == Identity::serial) continue;
    const auto* now = alteration.source(column->name);
    if (now && now->identity) continue;
    if (!now) {
      append(finish, become_identity(alteration, *column));
      auto back = no_identity(alteration, *column);
      unfinish.insert(unfinish.begin(), back.begin(), back.end());
    } else {
      finish.push_back(alter_column(alteration, *column, "add " + identity_words(*column)));
      finish.push_back(count_on(alteration, *column));
      unfinish.insert(unfinish.begin(), alter_column(alteration, *column, "drop identity"));
    }
  }
  if (finish.empty()) return;
  auto last =
      brief(alteration.object(), fmt::format("{} of {} not null", what, alteration.after().path()), std::move(finish));
  if (!scan) last.pre = std::move(proof);
  for (const auto* column : columns)
    last.post.push_back(column_meets(fmt::format("{} is not null", path(alteration, column->name)), table, column->name,
                                     "a.attnotnull"));
  add_lock(last, alteration.lowering(), "set_not_null_with_valid_check", alteration.object());
  auto reverse = brief(alteration.object(), fmt::format("{} may be null", what), std::move(unfinish));
  add_lock(reverse, alteration.lowering(), "drop_not_null", alteration.object());
  alteration.add(pair_of(std::move(last), exact(), std::move(reverse)));
}

}  // namespace dmc::dialects::postgres
