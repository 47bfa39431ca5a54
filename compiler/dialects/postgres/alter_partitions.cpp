// Partitions that come and go. A new one is made as a table of its own and attached, so that the table is locked no
// more than a writer would notice.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/artifact.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Partition;
using model::Partitioning;

const Partition* of_path(const std::vector<Partition>& list, const std::string& path) {
  const auto found = std::ranges::find_if(list, [&](const Partition& one) { return one.path() == path; });
  return found == list.end() ? nullptr : &*found;
}

const Partition* rest_of(const Partitioning& partitioning) {
  const auto found =
      std::ranges::find_if(partitioning.partitions, [](const Partition& one) { return one.bounds.text == "default"; });
  return found == partitioning.partitions.end() ? nullptr : &*found;
}

std::string attach(const Partition& partition, const std::string& parent) {
  return fmt::format("alter table {} attach partition {} {}{}", parent, full(partition),
                     partition.bounds.text == "default" ? "" : "for values ", partition.bounds.text);
}

void each_part(const Partitioning& partitioning, const auto& visit) {
  for (const auto& part : partitioning.partitions) {
    visit(part.path());
    for (const auto& below : part.by) each_part(below, visit);
  }
}

/// The tables with a foreign key to it; itself too.
std::vector<const model::Table*> referencing(const Alteration& alteration) {
  std::vector<const model::Table*> found;
  const auto& path = alteration.after().path();
  for (const auto& table : alteration.lowering().before.tables)
    if (std::ranges::find(table.foreign_keys, path, &model::ForeignKey::table) != table.foreign_keys.end())
      found.push_back(&table);
  return found;
}

/// What a partition that comes or goes does to the tables that the foreign keys of its table lead to, and that lead to
/// it: their triggers are made or dropped, and where one goes, nothing may reference its rows (measured on 15).
struct Beyond {
  std::string_view referenced, referencing;  ///< modes; "" for none
  std::string_view reads = "catalog";        ///< of those that reference it
  std::string_view looks_up = "catalog";     ///< in those that it references
};

void lock_beyond(plan::Step& step, const Alteration& alteration, const Beyond& beyond) {
  const auto& before = alteration.lowering().before;
  const auto lock = [&](const model::Table& table, std::string_view mode, std::string_view work) {
    const auto one = [&](const std::string& path) {
      add_lock(step, "table " + path, std::string(mode), std::string(work));
      // What references itself is claimed already.
      for (auto& claimed : step.locks)
        if (work != "catalog" && claimed.object == "table " + path && claimed.mode == mode) claimed.work = work;
    };
    one(table.path());
    if (table.partitioned) each_part(*table.partitioned, one);
  };
  std::vector<std::string> done;
  for (const auto& key : alteration.after().foreign_keys) {
    const auto* table = before.table(key.table);
    if (!table || beyond.referenced.empty() || std::ranges::find(done, key.table) != done.end()) continue;
    done.push_back(key.table);
    lock(*table, beyond.referenced, beyond.looks_up);
  }
  if (beyond.referencing.empty()) return;
  for (const auto* table : referencing(alteration)) {
    lock(*table, beyond.referencing, beyond.reads);
    if (beyond.reads == "scan") step.timeouts.statement_ms.reset();
  }
}

/// A table like its parent to be, with its indexes and constraints, empty.
std::vector<std::string> stand_alone(const Partition& partition, const std::string& parent) {
  std::string like = fmt::format(
      "create table {} (like {} including defaults including constraints including generated including storage "
      "including "
      "comments)",
      full(partition), parent);
  if (!partition.by.empty())
    like += " partition by " + partition.by.front().method + " " + in_parentheses(partition.by.front().by.text);
  std::vector<std::string> statements{std::move(like)};
  for (const auto& below : partition.by)
    for (const auto& part : below.partitions) append(statements, create_partition(part, full(partition)));
  return statements;
}

void add_partition(Alteration& alteration, const Partitioning& partitioning, const Partition& partition,
                   const std::string& parent) {
  const auto name = full(partition);
  auto statements = stand_alone(partition, parent);
  statements.push_back(attach(partition, parent));
  // A default partition holds what fits no other: it is read for rows of the new one.
  const auto* rest = rest_of(partitioning);
  const bool scans = rest && rest != &partition;
  auto step = scans ? lengthy(alteration.object(), "", std::move(statements))
                    : brief(alteration.object(), "", std::move(statements));
  step.summary = fmt::format("add partition {} to {}", partition.path(), alteration.after().path());
  read_in_public(step);
  step.pre.push_back(name_is_free("table", name));
  step.post.push_back(
      some_rows(fmt::format("{} is a partition of {}", name, parent),
                fmt::format("select 1 from pg_catalog.pg_inherits where inhrelid = {} and inhparent = {}", oid_of(name),
                            oid_of(parent))));
  add_lock(step, alteration.lowering(), "attach_partition_with_check", "pt", alteration.object());
  if (scans) add_lock(step, "table " + rest->path(), "access exclusive", "scan");
  lock_beyond(step, alteration, {"share row exclusive", "share row exclusive"});
  std::vector<std::string> back;
  // What references the table depends on each of its partitions.
  if (!referencing(alteration).empty()) back.push_back(fmt::format("alter table {} detach partition {}", parent, name));
  back.push_back("drop table " + name);
  auto reverse = brief(alteration.object(), fmt::format("drop partition {}", partition.path()), std::move(back));
  reverse.pre.push_back(is_empty(name, "its rows would be lost: undo with --lossy to accept that"));
  // As everybody who goes by the parent does: that one first.
  hold_still(reverse, "only " + parent);
  hold_still(reverse, name);
  add_lock(reverse, alteration.object(), "access exclusive", "catalog");
  if (!referencing(alteration).empty()) add_lock(reverse, "table " + partition.path(), "access exclusive", "scan");
  lock_beyond(reverse, alteration, {"access exclusive", "access exclusive", "scan"});
  alteration.add(
      pair_of(std::move(step), until_written("rows written to " + partition.path() + " since"), std::move(reverse)));
}

const change::ColumnLoss* loss_of(const Alteration& alteration, const Partition& partition) {
  for (const auto& loss : alteration.alter().losses)
    if (loss.column == partition.path() || loss.column == partition.name) return &loss;
  return nullptr;
}

/// Taken out, kept where that was asked for, and dropped.
void drop_partition(Alteration& alteration, const Partitioning& partitioning, const Partition& partition,
                    const std::string& parent) {
  const auto& lowering = alteration.lowering();
  const auto name = full(partition);
  const auto& table = alteration.after();
  // What is left of the rows for a default partition changes with it.
  const auto* rest = rest_of(partitioning);
  if (rest == &partition) rest = nullptr;
  // Concurrently it would wait for the tables of foreign keys without a lock timeout, and everybody behind it (measured
  // on 15).
  const bool tied = !table.foreign_keys.empty() || !referencing(alteration).empty();
  const bool concurrently = lowering.major() >= detach_concurrently && !rest_of(partitioning) && !tied;
  auto detach =
      concurrently
          ? apart(alteration.object(), "", fmt::format("alter table {} detach partition {} concurrently", parent, name))
          : brief(alteration.object(), "", {fmt::format("alter table {} detach partition {}", parent, name)});
  detach.summary = fmt::format("take partition {} out of {}", partition.path(), table.path());
  const auto attached = fmt::format("select 1 from pg_catalog.pg_inherits where inhrelid = {} and inhparent = {}",
                                    oid_of(name), oid_of(parent));
  detach.pre.push_back(some_rows(fmt::format("{} is a partition of {}", name, parent), attached));
  detach.pre.push_back(no_references(name));
  detach.post.push_back(no_rows(fmt::format("{} is no partition of {}", name, parent), attached));
  if (concurrently) {
    // Cut off, it is half detached: only `finalize` leads on, which ends in the same state.
    plan::Leftover half{name, "partition", "", {}, "crash"};
    half.detect = fmt::format(
        "select 1 from pg_catalog.pg_inherits where inhrelid = {} and to_jsonb(pg_inherits) ->> 'inhdetachpending' = "
        "'true'",
        oid_of(name));
    half.cleanup = {fmt::format("alter table {} detach partition {} finalize", parent, name)};
    detach.leftovers.push_back(std::move(half));
    add_lock(detach, lowering, "detach_partition_concurrently", "pt", alteration.object());
  } else {
    add_lock(detach, lowering, "detach_partition", "pt", alteration.object());
    add_hazard(
        detach, "lock.detach_not_concurrent", table.path() + "." + partition.name,
        tied ? "with foreign keys from it or to it, it takes locks that stop reads, of what references it too, for "
               "as long as it takes to look whether a row of the partition is referenced"
             : "with a default partition, or before 14, it takes a lock that stops reads, briefly",
        "brief, with a lock timeout");
  }
  // Rows of it that are referenced are looked for.
  const auto reads = referencing(alteration).empty() ? "catalog" : "scan";
  add_lock(detach, "table " + partition.path(), "access exclusive", reads);
  lock_beyond(detach, alteration, {"share row exclusive", "access exclusive", "scan"});
  if (rest) add_lock(detach, "table " + rest->path(), "access exclusive", "catalog");
  // Detached concurrently it kept its bounds as a check.
  auto again = lengthy(
      alteration.object(), fmt::format("attach partition {} again", partition.path()),
      {attach(partition, parent),
       fmt::format(
           "do $dmc$ declare one record; begin for one in select conname from pg_catalog.pg_constraint where "
           "conrelid = {0} and contype = 'c' and pg_get_constraintdef(oid) = 'CHECK (' || "
           "pg_get_partition_constraintdef({0}) || ')' loop execute format('alter table {1} drop constraint %I', "
           "one.conname); end loop; end $dmc$",
           oid_of(name), name)});
  read_in_public(again);
  add_lock(again, lowering, "attach_partition_no_check", "pt", alteration.object());
  add_lock(again, lowering, "attach_partition_no_check", "newpart", "table " + partition.path());
  // Where it was dropped meanwhile, its rows are looked up in what they reference.
  lock_beyond(again, alteration, {"access exclusive", "share row exclusive", "catalog", "scan"});
  if (rest) add_lock(again, "table " + rest->path(), "access exclusive", "scan");
  auto pair = pair_of(std::move(detach), exact(), std::move(again));
  pair.takes_effect = true;
  alteration.add(std::move(pair));

  const auto* loss = loss_of(alteration, partition);
  auto drop =
      brief(alteration.object(), fmt::format("drop what was partition {}", partition.path()), {"drop table " + name});
  drop.post.push_back(relation_is_gone("table", name));
  add_lock(drop, lowering, "drop_table", "table " + partition.path());
  lock_beyond(drop, alteration, {"access exclusive", ""});
  const auto& wanted = alteration.after().partitioned;
  const bool comes_again = wanted && std::ranges::any_of(wanted->partitions, [&](const auto& one) {
                             return one.path() == partition.path();
                           });
  add_hazard(drop, "data.drop_table", table.path() + "." + partition.name,
             "every row of it is lost" +
                 (comes_again ? fmt::format(" (`rebuild table {};` brings the rows over instead)", table.path()) : ""),
             alteration.accepted());
  auto make = brief(alteration.object(), fmt::format("make partition {} again, empty", partition.path()),
                    stand_alone(partition, parent));
  read_in_public(make);
  if (loss && loss->backup == model::Backup::with) {
    auto as = table;
    as.schema = partition.schema;
    as.name = partition.name;
    const auto artifact = artifact_of(as, lowering.before, name, alteration.own("backup", partition.path()));
    std::vector<std::string> columns;
    for (const auto& column : table.columns) columns.push_back(column_definition(column));
    alteration.add(backup_pair(lowering, "table " + partition.path(), artifact, std::move(columns)));
    drop.pre = artifact.equal_to_source();
    hold_still(drop, name);
    drop.timeouts.statement_ms.reset();
    drop.hazards.back().evidence = "its rows are kept in " + artifact.name;
    auto restore = artifact;
    restore.counters.clear();
    append(std::get<plan::RunSql>(make.action).statements, restore.restore(name));
    make.timeouts.statement_ms.reset();
    make.summary = fmt::format("make partition {} again from {}", partition.path(), artifact.name);
    alteration.add(pair_of(std::move(drop), exact(), std::move(make)));
    return;
  }
  add_hazard(drop, "data.no_backup", table.path() + "." + partition.name, "no copy of it is kept",
             alteration.accepted());
  alteration.add(pair_of(std::move(drop), lossy("the rows of " + partition.path()), std::move(make)));
}

void compare(Alteration& alteration, const Partitioning& now, const Partitioning& after, const std::string& parent) {
  for (const auto& partition : now.partitions) {
    const auto* wanted = of_path(after.partitions, partition.path());
    if (!wanted || wanted->bounds != partition.bounds) drop_partition(alteration, now, partition, parent);
  }
  for (const auto& partition : after.partitions) {
    const auto* old = of_path(now.partitions, partition.path());
    if (!old || old->bounds != partition.bounds)
      add_partition(alteration, after, partition, parent);
    else if (!old->by.empty() && !partition.by.empty())
      compare(alteration, old->by.front(), partition.by.front(), full(partition));
  }
}

}  // namespace

void lower_partitions(Alteration& alteration) {
  const auto& now = alteration.now().partitioned;
  const auto& after = alteration.after().partitioned;
  if (now && after) compare(alteration, *now, *after, alteration.name());
}

}  // namespace dmc::dialects::postgres
