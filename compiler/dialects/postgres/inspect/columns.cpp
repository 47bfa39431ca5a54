// Columns, and the sequences that count for them.
#include <algorithm>
#include <limits>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/types.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

std::int64_t most_of(std::string_view type) {
  if (type == "smallint") return std::numeric_limits<std::int16_t>::max();
  if (type == "integer") return std::numeric_limits<std::int32_t>::max();
  return std::numeric_limits<std::int64_t>::max();
}

std::int64_t least_of(std::string_view type) { return -most_of(type) - 1; }

/// What is not the server's own choice, in one order.
std::string options_of(const Sequence& sequence) {
  const bool up = sequence.increment > 0;
  const std::int64_t least = up ? 1 : least_of(sequence.type), most = up ? most_of(sequence.type) : -1;
  std::string text;
  const auto add = [&](std::string_view word, std::int64_t value) {
    if (!text.empty()) text += ' ';
    text.append(word).append(" ").append(std::to_string(value));
  };
  if (sequence.start != (up ? sequence.least : sequence.most)) add("start", sequence.start);
  if (sequence.increment != 1) add("increment", sequence.increment);
  if (sequence.least != least) add("minvalue", sequence.least);
  if (sequence.most != most) add("maxvalue", sequence.most);
  if (sequence.cache != 1) add("cache", sequence.cache);
  if (sequence.cycles) text += text.empty() ? "cycle" : " cycle";
  return text;
}

/// Whether a default is the next value of this sequence and nothing more.
bool takes_from(const std::string& expression, const Relation& sequence) {
  const std::string full = quoted(sequence.schema.empty() ? "public" : sequence.schema) + "." + quoted(sequence.name);
  return expression == "nextval(" + text_literal(full) + "::regclass)";
}

std::string default_of(const Relation& table, const Attribute& column) {
  return "alter table only " + written(table) + " alter column " + quoted(column.name) + " set default " +
         *column.expression;
}

/// What the catalogs hold of a column beyond the model's own members.
void add_options(Reading& reading, const Relation& table, const Attribute& column) {
  if (column.options.empty()) return;
  std::string names;
  for (std::string_view rest = column.options; !rest.empty();) {
    const auto equals = rest.find('='), comma = rest.find(", ");
    names.append(names.empty() ? "" : ", ").append(rest.substr(0, equals));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
  }
  const std::string alter = "alter table only " + written(table) + " alter column " + quoted(column.name);
  reading.add("column options", written(table) + "." + quoted(column.name), alter + " set (" + column.options + ")",
              alter + " reset (" + names + ")");
}

model::Column column_of(Reading& reading, const Attribute& attribute) {
  model::Column column;
  column.name = attribute.name;
  column.type = attribute.type;
  column.not_null = attribute.not_null;
  if (attribute.generated == 's' || attribute.generated == 'v')
    column.generated = model::Generated{{attribute.expression.value_or("")}, attribute.generated == 's'};
  else if (attribute.expression)
    column.default_value = model::Sql{*attribute.expression};
  if (attribute.identity == 'a') column.identity = model::Identity::always;
  if (attribute.identity == 'd') column.identity = model::Identity::by_default;
  if (attribute.collated)
    if (const auto found = reading.collations.find(attribute.collation); found != reading.collations.end())
      column.collation = found->second;
  switch (attribute.storage) {
    case 'p':
      column.storage = "plain";
      break;
    case 'e':
      column.storage = "external";
      break;
    case 'm':
      column.storage = "main";
      break;
    case 'x':
      column.storage = "extended";
      break;
    default:
      break;
  }
  if (attribute.compression == 'p') column.compression = "pglz";
  if (attribute.compression == 'l') column.compression = "lz4";
  column.statistics = attribute.statistics;
  return column;
}

bool same(const Attribute& a, const Attribute& b) { return a.expression == b.expression && a.not_null == b.not_null; }

/// Where a column that comes from a parent is otherwise than there: that is said by statements of its own.
void add_differences(Reading& reading, const Relation& child, const Attribute& column) {
  for (const Oid oid : child.parents) {
    const auto* parent = reading.relation(oid);
    if (!parent) continue;
    const auto found = std::ranges::find(parent->attributes, column.name, &Attribute::name);
    if (found == parent->attributes.end() || same(*found, column)) continue;
    const std::string alter = "alter table only " + written(child) + " alter column " + quoted(column.name);
    const std::string name = written(child) + "." + quoted(column.name);
    if (found->expression != column.expression && column.generated != '\0') {
      reading.leave_out("column", name, "it is generated otherwise than in the table above");
    } else if (found->expression != column.expression) {
      const std::string back =
          found->expression ? alter + " set default " + *found->expression : alter + " drop default";
      reading.add("column default", name, column.expression ? default_of(child, column) : alter + " drop default",
                  back);
    }
    if (column.not_null && !found->not_null)
      reading.add("column not null", name, alter + " set not null", alter + " drop not null");
    return;
  }
}

}  // namespace

void read_columns(Reading& reading, const QueryRows& rows) {
  for (const auto& each : rows) {
    const Cells row(each);
    if (row.sign(17) == 'i' || row.sign(17) == 'I') {
      reading.class_arguments[{row.oid(0), row.number(1)}] = row.text(16);
      continue;
    }
    const auto found = reading.relations.find(row.oid(0));
    Relation* relation = found == reading.relations.end() ? nullptr : &found->second;
    if (!relation || row.text(2).starts_with("_dmc_")) continue;
    Attribute attribute;
    attribute.number = row.number(1);
    attribute.name = row.text(2);
    attribute.type = local_type(row.text(3));
    attribute.type_oid = row.oid(4);
    attribute.not_null = row.flag(5);
    if (!row.null(6)) attribute.expression = row.text(6);
    attribute.generated = row.sign(7);
    attribute.identity = row.sign(8);
    attribute.collation = row.oid(9);
    attribute.collated = row.flag(10);
    attribute.storage = row.sign(11);
    attribute.compression = row.sign(12);
    if (!row.null(13)) attribute.statistics = row.number(13);
    attribute.local = row.flag(14);
    attribute.inherited = row.flag(15);
    attribute.options = row.text(16);
    relation->attributes.push_back(std::move(attribute));
  }
}

void read_sequences(Reading& reading, const QueryRows& rows) {
  for (const auto& each : rows) {
    const Cells row(each);
    if (!reading.relation(row.oid(0))) continue;
    Sequence sequence;
    sequence.type = row.text(1);
    sequence.start = row.number(2);
    sequence.increment = row.number(3);
    sequence.most = row.number(4);
    sequence.least = row.number(5);
    sequence.cache = row.number(6);
    sequence.cycles = row.flag(7);
    sequence.owner = row.oid(8);
    sequence.owner_column = row.number(9);
    sequence.internal = row.sign(10) == 'i';
    reading.sequences.emplace(row.oid(0), std::move(sequence));
  }
}

void place_columns(Reading& reading) {
  // Which sequence counts for which column.
  std::map<std::pair<Oid, std::int64_t>, Oid> counting;
  for (const auto& [oid, relation] : reading.relations) {
    if (relation.kind != 'S') continue;
    const auto& sequence = reading.sequences.at(oid);
    const auto* owner = reading.relation(sequence.owner);
    const auto* column = owner ? owner->attribute(sequence.owner_column) : nullptr;
    const bool counts = column && !owner->partition &&
                        (sequence.internal || (column->expression && takes_from(*column->expression, relation) &&
                                               column->type == sequence.type && column->not_null));
    if (counts && counting.emplace(std::pair{sequence.owner, sequence.owner_column}, oid).second) {
      reading.know("pg_class", oid, "sequence " + written(relation), owner->path());
      continue;
    }
    if (sequence.internal) continue;
    std::string create = "create sequence " + written(relation);
    if (sequence.type != "bigint") create += " as " + sequence.type;
    if (const auto options = options_of(sequence); !options.empty()) create += " " + options;
    const std::string name = "sequence " + written(relation);
    reading.add("sequence", written(relation), create, "drop sequence " + written(relation));
    reading.know("pg_class", oid, name, name);
    if (!column) continue;
    // The column may take its default from the sequence, so that this can only come behind both.
    const auto at =
        reading.add("sequence owner", written(relation),
                    "alter sequence " + written(relation) + " owned by " + written(*owner) + "." + quoted(column->name),
                    "alter sequence " + written(relation) + " owned by none");
    reading.database().objects[at].after = {reading.host(*owner), name};
  }
  for (auto& [oid, relation] : reading.relations) {
    if (relation.kind == 'v' || relation.kind == 'm')
      for (const auto& attribute : relation.attributes)
        if (attribute.expression)
          reading.add("column default", written(relation) + "." + quoted(attribute.name),
                      "alter table " + written(relation) + " alter column " + quoted(attribute.name) + " set default " +
                          *attribute.expression,
                      "alter table " + written(relation) + " alter column " + quoted(attribute.name) + " drop default");
    if (relation.partition)
      for (const auto& attribute : relation.attributes) add_differences(reading, relation, attribute);
    auto* table = reading.table(oid);
    if (!table) continue;
    for (const auto& attribute : relation.attributes) {
      add_options(reading, relation, attribute);
      if (attribute.inherited && !attribute.local) {
        add_differences(reading, relation, attribute);
        continue;
      }
      auto column = column_of(reading, attribute);
      if (const auto found = counting.find({oid, attribute.number}); found != counting.end()) {
        const auto& sequence = reading.relations.at(found->second);
        auto options = options_of(reading.sequences.at(found->second));
        if (sequence.name != made_up_name(table->name, attribute.name, "seq") || sequence.schema != table->schema) {
          std::string named = "sequence name " + written(sequence);
          options = options.empty() ? named : named.append(" ").append(options);
        }
        column.identity_options = std::move(options);
        if (!column.identity) {
          column.identity = model::Identity::serial;
          column.default_value.reset();
        }
      }
      table->columns.push_back(std::move(column));
    }
  }
}

}  // namespace dmc::dialects::postgres::reading
