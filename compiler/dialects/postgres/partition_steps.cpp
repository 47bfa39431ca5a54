// The parent's index is made at once and is not valid until the index of every partition has been attached.
#include "compiler/dialects/postgres/partition_steps.hpp"

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Index;
using model::Partition;

struct PartNode {
  const Partition* partition;
  std::string parent;  ///< as statements name it
  bool leaf;
};

/// Every partition, a parent before those below it.
void nodes_below(const model::Partitioning& partitioning, const std::string& parent, std::vector<PartNode>& nodes) {
  for (const auto& partition : partitioning.partitions) {
    nodes.push_back({&partition, parent, partition.by.empty()});
    if (!partition.by.empty()) nodes_below(partition.by.front(), full(partition), nodes);
  }
}

std::vector<PartNode> nodes_of(const Alteration& alteration) {
  std::vector<PartNode> nodes;
  nodes_below(*alteration.after().partitioned, alteration.name(), nodes);
  return nodes;
}

/// What the server would call the index of a partition.
std::string part_name(const Partition& partition, const Index& index, std::string_view label) {
  std::vector<std::string> names;
  for (const auto& element : index.elements) names.push_back(element.column.value_or("expr"));
  for (const auto& column : index.include) names.push_back(column);
  return made_up_name(partition.name, label == "pkey" ? "" : joined(names, "_"), label);
}

std::string attach(const std::string& schema, const std::string& parent, const Partition& partition,
                   const std::string& child) {
  return fmt::format("alter index {} attach partition {}", full(schema, parent), full(partition.schema, child));
}

/// The index of every partition, built and attached; `parent_name`: the index above, by the partition's parent.
void build_parts(Alteration& alteration, const Index& index, std::string_view label, bool key, bool primary) {
  const auto& lowering = alteration.lowering();
  const auto& table = alteration.after();
  struct Above {
    std::string schema, index;
  };
  std::vector<std::pair<std::string, Above>> above{{alteration.name(), {table.schema, index.name}}};
  const auto parent_of = [&](const PartNode& node) {
    for (const auto& [name, one] : above)
      if (name == node.parent) return one;
    return Above{};
  };
  for (const auto& node : nodes_of(alteration)) {
    const auto& partition = *node.partition;
    const auto name = part_name(partition, index, label);
    const auto on = full(partition);
    const auto parent = parent_of(node);
    const auto words = fmt::format("{} {}", primary ? "primary key" : "unique", "using index " + quoted(name));
    std::vector<std::string> take, undo;
    if (!node.leaf) {
      above.push_back({on, {partition.schema, name}});
      auto whole = index;
      take.push_back(key ? fmt::format("alter table only {} add constraint {} {}", on, quoted(name),
                                       primary ? "primary key " + index_words(whole) : "unique " + index_words(whole))
                         : create_index(whole, on, name, "only"));
    } else {
      const auto as = alteration.own("index", partition.path() + '\x1f' + index.name);
      alteration.add(build_pair(lowering, alteration.object(), index, partition.schema, on, as,
                                fmt::format("build the index of {} for {}", partition.path(), index.name)));
      take.push_back(fmt::format("alter index {} rename to {}", full(partition.schema, as), quoted(name)));
      if (key) {
        take.push_back(add_constraint(on, name, words));
        undo.push_back(drop_constraint(on, name));
      } else {
        undo.push_back("drop index " + full(partition.schema, name));
      }
    }
    take.push_back(attach(parent.schema, parent.index, partition, name));
    auto step = brief(alteration.object(), fmt::format("attach the index of {} to {}", partition.path(), index.name),
                      std::move(take));
    if (needs_public(index)) read_in_public(step);
    add_lock(step, lowering, "pt_attach_index", "pix", object_in("index", parent.schema, parent.index));
    add_lock(step, lowering, "pt_attach_index", "pix1", object_in("index", partition.schema, name));
    if (key)
      add_lock(step, "table " + partition.path(), "access exclusive", "catalog");
    else if (!node.leaf)
      add_lock(step, lowering, "pt_create_index_on_only", "pt", "table " + partition.path());
    // What is attached goes with the whole, which the first step takes back.
    alteration.add(pair_of(
        std::move(step), exact(),
        brief(alteration.object(), fmt::format("the index of {} goes with {}", partition.path(), index.name), {})));
  }
}

plan::QueryCheck index_valid(const std::string& name) {
  return some_rows(fmt::format("index {} is valid", name),
                   fmt::format("select 1 from pg_catalog.pg_index where indexrelid = {} and indisvalid", oid_of(name)));
}

/// Ends with a look at the whole.
void look_valid(Alteration& alteration, const std::string& index) {
  const auto name = full(alteration.after().schema, index);
  auto step = brief(alteration.object(), fmt::format("index {} is valid in every partition", index), {});
  step.action = plan::Verify{index_valid(name)};
  alteration.add(
      pair_of(std::move(step), exact(), brief(alteration.object(), "nothing to take back: it only looked", {})));
}

}  // namespace

void add_partitioned_index(Alteration& alteration, const Index& index) {
  const auto& table = alteration.after();
  auto make = brief(alteration.object(), fmt::format("declare index {} of {}", index.name, table.path()),
                    {create_index(index, alteration.name(), index.name, "only")});
  if (index.comment)
    std::get<plan::RunSql>(make.action)
        .statements.push_back(comment_on("index", full(table.schema, index.name), index.comment));
  if (needs_public(index)) read_in_public(make);
  make.pre.push_back(name_is_free("index", full(table.schema, index.name)));
  if (index.unique)
    make.pre.push_back(no_two_alike(table, index.name, index.elements, index.where, index.nulls_not_distinct));
  add_lock(make, alteration.lowering(), "pt_create_index_on_only", "pt", alteration.object());
  auto drop = brief(alteration.object(), fmt::format("drop index {}", index.name),
                    {"drop index " + full(table.schema, index.name)});
  add_lock(drop, alteration.object(), "access exclusive", "catalog");
  alteration.add(pair_of(std::move(make), exact(), std::move(drop)));
  build_parts(alteration, index, "idx", false, false);
  look_valid(alteration, index.name);
}

void drop_partitioned_index(Alteration& alteration, const Index& index) {
  const auto& table = alteration.after();
  const auto name = full(table.schema, index.name);
  auto drop = brief(alteration.object(), fmt::format("drop index {}", index.name), {"drop index " + name});
  add_lock(drop, alteration.object(), "access exclusive", "catalog");
  add_hazard(drop, "lock.index_drop_not_concurrent", table.path() + "." + index.name,
             "PostgreSQL cannot drop the index of a partitioned table concurrently; the lock is brief",
             "brief, with a "
             "lock timeout");
  auto make = lengthy(alteration.object(), fmt::format("build index {} again", index.name),
                      {create_index(index, alteration.name(), index.name)});
  if (needs_public(index)) read_in_public(make);
  add_lock(make, alteration.object(), "share", "index");
  alteration.add(pair_of(std::move(drop), exact(), std::move(make)));
}

void add_partitioned_key(Alteration& alteration, const model::Key& key, bool primary) {
  const auto& table = alteration.after();
  const auto words = primary ? primary_key_words(key) : unique_words(key);
  auto make =
      brief(alteration.object(), fmt::format("declare {} of {}", key.name, table.path()),
            {fmt::format("alter table only {} add constraint {} {}", alteration.name(), quoted(key.name), words)});
  make.pre.push_back(no_two_alike(table, key.name, key.elements, std::nullopt, key.nulls_not_distinct));
  add_lock(make, alteration.object(), "access exclusive", "catalog");
  auto drop = brief(alteration.object(), fmt::format("drop {} of {}", key.name, table.path()),
                    {drop_constraint(alteration.name(), key.name)});
  add_lock(drop, alteration.object(), "access exclusive", "catalog");
  alteration.add(pair_of(std::move(make), exact(), std::move(drop)));
  build_parts(alteration, index_of(key), primary ? "pkey" : "key", true, primary);
  look_valid(alteration, key.name);
}

std::vector<const Partition*> leaves_of(const model::Table& table) {
  std::vector<PartNode> nodes;
  if (table.partitioned) nodes_below(*table.partitioned, full(table), nodes);
  std::vector<const Partition*> leaves;
  for (const auto& node : nodes)
    if (node.leaf) leaves.push_back(node.partition);
  return leaves;
}

plan::Step take_over_foreign_key(const std::string& object, std::string summary, const model::Table& table,
                                 const model::ForeignKey& key, const model::Database& database) {
  auto step = brief(
      object, std::move(summary),
      {fmt::format(
          "do $dmc$ begin if not exists (select 1 from pg_catalog.pg_constraint where conrelid = {} and conname = {}) "
          "then {}; end if; end $dmc$",
          oid_of(full(table)), text_literal(key.name),
          add_constraint(full(table), key.name, foreign_key_words(key, database)))});
  step.post.push_back(constraint_is(full(table), key.name, "c.convalidated"));
  add_lock(step, "table " + table.path(), "share row exclusive", "catalog");
  add_lock(step, "table " + key.table, "access exclusive", "catalog");
  return step;
}

void add_partitioned_foreign_key(Alteration& alteration, const model::ForeignKey& key) {
  const auto& lowering = alteration.lowering();
  const auto words = foreign_key_words(key, lowering.before);
  const auto parent = "table " + key.table;
  for (const auto* partition : leaves_of(alteration.after())) {
    const auto on = full(*partition);
    const auto object = "table " + partition->path();
    auto add = brief(alteration.object(), fmt::format("add foreign key {} to {}, unproven", key.name, object),
                     {add_constraint(on, key.name, words + " not valid")});
    add_lock(add, lowering, "add_fk_not_valid", "t", object);
    add_lock(add, lowering, "add_fk_not_valid", "p", parent);
    add.post.push_back(constraint_is(on, key.name));
    auto drop = brief(alteration.object(), fmt::format("drop foreign key {} of {}", key.name, object),
                      {fmt::format("alter table {} drop constraint if exists {}", on, quoted(key.name))});
    add_lock(drop, lowering, "drop_fk", "t", object);
    add_lock(drop, lowering, "drop_fk", "p", parent);
    alteration.add(pair_of(std::move(add), exact(), std::move(drop)));
    auto prove = lengthy(alteration.object(), fmt::format("prove foreign key {} of {}", key.name, object),
                         {fmt::format("alter table {} validate constraint {}", on, quoted(key.name))});
    add_lock(prove, lowering, "validate_fk", "t", object);
    add_lock(prove, lowering, "validate_fk", "p", parent);
    prove.post.push_back(constraint_is(on, key.name, "c.convalidated"));
    alteration.add(
        pair_of(std::move(prove), exact(), brief(alteration.object(), "nothing to take back: it only looked", {})));
  }
  auto whole = take_over_foreign_key(
      alteration.object(),
      fmt::format("add foreign key {} to {}, proven by its partitions", key.name, alteration.after().path()),
      alteration.after(), key, lowering.before);
  auto drop = brief(alteration.object(), fmt::format("drop foreign key {}", key.name),
                    {drop_constraint(alteration.name(), key.name)});
  add_lock(drop, lowering, "drop_fk", "t", alteration.object());
  add_lock(drop, lowering, "drop_fk", "p", parent);
  alteration.add(pair_of(std::move(whole), exact(), std::move(drop)));
}

}  // namespace dmc::dialects::postgres
