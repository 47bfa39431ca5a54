// Constraints and indexes that a table gets. Each is added unproven and proven by a scan that lets writers pass.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/partition_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

template <class T>
const T* with_name(const std::vector<T>& list, const std::string& name) {
  const auto found = std::ranges::find(list, name, &T::name);
  return found == list.end() ? nullptr : &*found;
}

bool is_renamed(const std::vector<std::string>& renamed, const std::string& name) {
  return std::ranges::find(renamed, name) != renamed.end();
}

StepPair validation(const Alteration& alteration, const std::string& kind, const std::string& name,
                    std::string_view operation) {
  auto prove = lengthy(alteration.object(), fmt::format("prove {} {}", kind, name),
                       {fmt::format("alter table {} validate constraint {}", alteration.name(), quoted(name))});
  prove.post.push_back(constraint_is(alteration.name(), name, "c.convalidated"));
  add_lock(prove, alteration.lowering(), operation, alteration.object());
  return pair_of(std::move(prove), exact(), brief(alteration.object(), "nothing to take back: it only looked", {}));
}

/// `old`: what stands under that name until then; empty: nothing.
void add_unproven(Alteration& alteration, const std::string& kind, const std::string& name, const std::string& words,
                  const std::string& old, std::vector<plan::QueryCheck> proof, bool in_public,
                  const std::vector<plan::Lock>& locks) {
  const auto table = alteration.name();
  std::vector<std::string> forward{add_constraint(table, name, words + " not valid")};
  std::vector<std::string> back{drop_constraint(table, name)};
  if (!old.empty()) {
    forward.insert(forward.begin(), drop_constraint(table, name));
    back.push_back(add_constraint(table, name, old));
  }
  auto step =
      brief(alteration.object(), fmt::format("add {} {} to {}, unproven", kind, name, alteration.after().path()),
            std::move(forward));
  auto reverse = lengthy(alteration.object(), fmt::format("{} {} {}", old.empty() ? "drop" : "bring back", kind, name),
                         std::move(back));
  if (old.empty()) reverse.timeouts.statement_ms = step.timeouts.statement_ms;
  step.pre = std::move(proof);
  step.post.push_back(constraint_is(table, name));
  for (const auto& lock : locks) {
    add_lock(step, lock.object, lock.mode, lock.work);
    add_lock(reverse, lock.object, "access exclusive", old.empty() ? "catalog" : "scan");
  }
  if (in_public) {
    read_in_public(step);
    read_in_public(reverse);
  }
  alteration.add(
      pair_of(std::move(step),
              old.empty() ? exact() : until_written("rows written since that do not fit " + name + " as it was"),
              std::move(reverse)));
}

void add_check(Alteration& alteration, const model::Check& check, const model::Check* old) {
  std::vector<std::string_view> own;
  for (const auto& column : alteration.after().columns) own.push_back(column.name);
  const auto condition = in_parentheses(check.expression.text);
  add_unproven(alteration, "check", check.name, check_words(check), old ? check_words(*old) : std::string(),
               {rows_fit(alteration, "passes check " + condition, "not " + condition)},
               names_more(check.expression.text, own) || (old && names_more(old->expression.text, own)),
               {{alteration.object(), "access exclusive", "catalog"}});
  alteration.add(validation(alteration, "check", check.name, "validate_check"));
}

plan::QueryCheck points_at_rows(const Alteration& alteration, const model::ForeignKey& key, const std::string& parent) {
  std::vector<std::string> filled, equal;
  for (std::size_t i = 0; i < key.columns.size() && i < key.referenced.size(); ++i) {
    filled.push_back("c." + quoted(key.columns[i]) + " is not null");
    equal.push_back("p." + quoted(key.referenced[i]) + " = c." + quoted(key.columns[i]));
  }
  return no_rows(
      fmt::format("every row of {} points at a row of {}", alteration.after().path(), key.table),
      fmt::format("select 1 from {} as c where {} and not exists (select 1 from {} as p where {}) limit 1",
                  alteration.name(), joined(filled, " and "), parent, joined(equal, " and ")),
      fmt::format("add what they point at, or:  drop rows of {} where (…) with backup;", alteration.after().path()));
}

/// Its columns where the model leaves them to the referenced table's primary key.
model::ForeignKey resolved(model::ForeignKey key, const model::Database& database) {
  if (!key.referenced.empty()) return key;
  if (const auto* table = database.table(key.table); table && table->primary_key)
    key.referenced = column_names_of(table->primary_key->elements);
  return key;
}

void add_foreign_key(Alteration& alteration, const model::ForeignKey& wanted, const model::ForeignKey* old) {
  const auto& lowering = alteration.lowering();
  const auto key = resolved(wanted, lowering.before);
  if (alteration.partitioned() && lowering.major() < partitioned_not_valid) {
    if (old) {
      alteration.brief().add(drop_constraint(alteration.name(), old->name),
                             add_constraint(alteration.name(), old->name, foreign_key_words(*old, lowering.before)),
                             "drop foreign key " + old->name, "add foreign key " + old->name);
      alteration.flush();
    }
    return add_partitioned_foreign_key(alteration, key);
  }
  auto same = key;
  if (old) {
    const auto before = resolved(*old, lowering.before);
    same.deferrable = before.deferrable;
    same.initially_deferred = before.initially_deferred;
    same.origin = before.origin;
    if (same == before) {
      const auto alter = [&](const model::ForeignKey& one) {
        return fmt::format(
            "alter table {} alter constraint {} {}", alteration.name(), quoted(one.name),
            one.deferrable ? one.initially_deferred ? "deferrable initially deferred" : "deferrable initially immediate"
                           : "not deferrable");
      };
      alteration.brief().add(alter(key), alter(before), "change when foreign key " + key.name + " is checked",
                             "change when foreign key " + key.name + " is checked back");
      return;
    }
  }
  std::vector<plan::QueryCheck> proof;
  if (!key.referenced.empty()) proof.push_back(points_at_rows(alteration, key, full_path(key.table, lowering.before)));
  std::vector<plan::Lock> locks{{alteration.object(), old ? "access exclusive" : "share row exclusive", "catalog"}};
  if (key.table != alteration.after().path())
    locks.push_back({"table " + key.table, old ? "access exclusive" : "share row exclusive", "catalog"});
  add_unproven(alteration, "foreign key", key.name, foreign_key_words(key, lowering.before),
               old ? foreign_key_words(*old, lowering.before) : std::string(), std::move(proof), false, locks);
  auto prove = validation(alteration, "foreign key", key.name, "validate_fk");
  add_lock(prove.forward, lowering, "validate_fk", "p", "table " + key.table);
  alteration.add(std::move(prove));
}

void add_exclusion(Alteration& alteration, const model::Exclusion& exclusion, const model::Exclusion* old) {
  const auto table = alteration.name();
  std::vector<std::string> forward{add_constraint(table, exclusion.name, exclusion_words(exclusion))};
  std::vector<std::string> back{drop_constraint(table, exclusion.name)};
  if (old) {
    forward.insert(forward.begin(), drop_constraint(table, exclusion.name));
    back.push_back(add_constraint(table, old->name, exclusion_words(*old)));
  }
  auto step = lengthy(alteration.object(), "add exclusion " + exclusion.name, std::move(forward));
  read_in_public(step);
  step.post.push_back(constraint_is(table, exclusion.name));
  add_lock(step, alteration.lowering(), "add_exclusion", alteration.object());
  add_hazard(step, "lock.exclusion", alteration.after().path() + "." + exclusion.name,
             "its index is built under a lock that stops reads: PostgreSQL has no other way");
  auto reverse = lengthy(alteration.object(), "take exclusion " + exclusion.name + " back", std::move(back));
  read_in_public(reverse);
  add_lock(reverse, alteration.object(), "access exclusive", old ? "index" : "catalog");
  alteration.add(pair_of(std::move(step), exact(), std::move(reverse)));
}

}  // namespace

std::vector<std::string> renamed_members(const model::Table& before, const model::Table& after) {
  std::vector<std::string> names;
  for (const auto& statement : rename_members(before, after)) {
    // `alter table t rename constraint a to b`, `alter index s.a rename to b`
    const auto tokens = model::sql_tokens(statement);
    const auto name = [](const model::SqlToken& token) { return std::string(token.text); };
    names.push_back(name(tokens.back()));
    const bool constraint = statement.starts_with("alter table");
    names.push_back(name(tokens[tokens.size() - (constraint ? 3 : 4)]));
  }
  return names;
}

void lower_new_indexes(Alteration& alteration) {
  const auto renamed = renamed_members(alteration.now(), alteration.after());
  for (const auto& index : alteration.after().indexes) {
    if (is_renamed(renamed, index.name)) continue;
    const auto* old = with_name(alteration.now().indexes, index.name);
    if (!old) {
      add_index(alteration, index);
      continue;
    }
    auto same = *old;
    same.comment = index.comment;
    same.origin = index.origin;
    if (same == index && !old->unusable) {
      if (old->comment == index.comment) continue;
      const auto name = full(alteration.after().schema, index.name);
      alteration.brief().add(comment_on("index", name, index.comment), comment_on("index", name, old->comment),
                             "comment on index " + index.name, "comment on index " + index.name);
      continue;
    }
    replace_index(alteration, *old, index);
  }
}

void lower_new_constraints(Alteration& alteration) {
  const auto& now = alteration.now();
  const auto& after = alteration.after();
  const auto renamed = renamed_members(now, after);
  if (after.primary_key) {
    if (!now.primary_key)
      add_key(alteration, *after.primary_key, true);
    else if (!(*now.primary_key == *after.primary_key) && !is_renamed(renamed, after.primary_key->name))
      replace_key(alteration, *now.primary_key, *after.primary_key, true);
  }
  for (const auto& key : after.uniques) {
    if (is_renamed(renamed, key.name)) continue;
    const auto* old = with_name(now.uniques, key.name);
    if (!old)
      add_key(alteration, key, false);
    else if (!(*old == key))
      replace_key(alteration, *old, key, false);
  }
  for (const auto& check : after.checks) {
    if (is_renamed(renamed, check.name)) continue;
    const auto* old = with_name(now.checks, check.name);
    auto proven = old ? *old : check;
    proven.unproven = false;
    if (old && proven == check) {
      if (old->unproven) alteration.add(validation(alteration, "check", check.name, "validate_check"));
    } else {
      add_check(alteration, check, old);
    }
  }
  for (const auto& exclusion : after.exclusions) {
    if (is_renamed(renamed, exclusion.name)) continue;
    const auto* old = with_name(now.exclusions, exclusion.name);
    if (!old || !(*old == exclusion)) add_exclusion(alteration, exclusion, old);
  }
  for (const auto& key : after.foreign_keys) {
    if (is_renamed(renamed, key.name)) continue;
    const auto* old = with_name(now.foreign_keys, key.name);
    auto proven = old ? *old : key;
    proven.unproven = false;
    if (old && proven == key) {
      if (old->unproven) alteration.add(validation(alteration, "foreign key", key.name, "validate_fk"));
    } else {
      add_foreign_key(alteration, key, old);
    }
  }
}

}  // namespace dmc::dialects::postgres
