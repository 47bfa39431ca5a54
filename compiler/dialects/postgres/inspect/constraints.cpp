// Constraints of tables, and of partitions where those have their own.
#include <algorithm>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

std::string action_of(char sign) {
  switch (sign) {
    case 'r':
      return "restrict";
    case 'c':
      return "cascade";
    case 'n':
      return "set null";
    case 'd':
      return "set default";
    default:
      return "no action";
  }
}

std::vector<std::string> names_of(const Relation& relation, const std::vector<std::int64_t>& numbers) {
  std::vector<std::string> names;
  for (const auto number : numbers)
    if (const auto* column = relation.attribute(number)) names.push_back(column->name);
  return names;
}

class ConstraintReader {
 public:
  ConstraintReader(Reading& reading, const Relation& relation, const Cells& row)
      : reading_(reading), relation_(relation), row_(row) {}

  void read() {
    const auto words = "constraint " + quoted(name()) + " on " + written(relation_);
    reading_.know("pg_constraint", row_.oid(0), words, reading_.host(relation_));
    // Children of a partitioned table's constraint, and what comes from a parent alone.
    if (row_.oid(9) != 0) return;
    const bool inherited = row_.number(15) > 0;
    if (inherited && (relation_.partition || !row_.flag(14))) return;
    if (relation_.partition) return own_of_partition();
    auto* table = reading_.table(relation_.oid);
    if (!table) return;
    if (!row_.flag(23)) return left_out("it is not enforced");
    if (row_.flag(24)) return left_out("it is about a time span (without overlaps, period)");
    switch (row_.sign(2)) {
      case 'p':
        table->primary_key = key();
        break;
      case 'u':
        table->uniques.push_back(key());
        break;
      case 'c':
        check(*table);
        break;
      case 'f':
        foreign_key(*table);
        break;
      case 'x':
        exclusion(*table);
        break;
      case 'n':
        not_null(*table);
        break;
      default:
        left_out("it is of a kind that is not known here");
    }
  }

 private:
  const std::string& name() const { return row_.text(1); }

  void left_out(std::string_view why) { reading_.leave_out("constraint", relation_.path() + "." + name(), why); }

  const model::Index* index() {
    const auto found = reading_.constraint_indexes.find(row_.oid(8));
    return found == reading_.constraint_indexes.end() ? nullptr : &found->second;
  }

  void index_settings() {
    const auto* behind = index();
    if (behind && !behind->settings.empty()) left_out("the settings of its index");
    if (behind && behind->unusable) left_out("its index is not valid");
  }

  model::Key key() {
    model::Key key;
    key.name = name();
    for (auto& column : names_of(relation_, row_.numbers(17))) {
      model::Element element;
      element.column = std::move(column);
      key.elements.push_back(std::move(element));
    }
    if (const auto* behind = index()) {
      key.include = behind->include;
      key.nulls_not_distinct = behind->nulls_not_distinct;
    }
    key.deferrable = row_.flag(3);
    key.initially_deferred = row_.flag(4);
    index_settings();
    return key;
  }

  void check(model::Table& table) {
    model::Check check;
    check.name = name();
    check.expression.text = row_.text(20);
    check.no_inherit = row_.flag(16);
    check.unproven = !row_.flag(5);
    table.checks.push_back(std::move(check));
  }

  void foreign_key(model::Table& table) {
    const auto* other = reading_.relation(row_.oid(10));
    if (!other) return left_out("the table that it references is not modelled");
    model::ForeignKey key;
    key.name = name();
    key.columns = names_of(relation_, row_.numbers(17));
    key.table = other->path();
    key.referenced = names_of(*other, row_.numbers(18));
    key.on_update = action_of(row_.sign(11));
    key.on_delete = action_of(row_.sign(12));
    if (row_.sign(13) == 'f') key.match = "full";
    key.deferrable = row_.flag(3);
    key.initially_deferred = row_.flag(4);
    key.set_columns = names_of(relation_, row_.numbers(19));
    key.unproven = !row_.flag(5);
    table.foreign_keys.push_back(std::move(key));
  }

  void exclusion(model::Table& table) {
    const auto* behind = index();
    if (!behind) return left_out("its index is not known");
    model::Exclusion exclusion;
    exclusion.name = name();
    exclusion.method = behind->method.value_or("");
    exclusion.elements = behind->elements;
    const auto operators = row_.parts(21, '\n');
    for (std::size_t i = 0; i < exclusion.elements.size() && i < operators.size(); ++i)
      exclusion.elements[i].with_operator = operators[i];
    exclusion.include = behind->include;
    exclusion.where = behind->where;
    exclusion.deferrable = row_.flag(3);
    exclusion.initially_deferred = row_.flag(4);
    index_settings();
    table.exclusions.push_back(std::move(exclusion));
  }

  /// From 18 on, `not null` is a constraint with a name.
  void not_null(model::Table& table) {
    const auto columns = names_of(relation_, row_.numbers(17));
    if (columns.empty()) return;
    const auto column = std::ranges::find(table.columns, columns.front(), &model::Column::name);
    if (column == table.columns.end()) return;
    if (!row_.flag(5)) column->not_null_unproven = true;
    if (row_.flag(16)) left_out("not null that tables below do not inherit");
    if (name() != made_up_name(table.name, columns.front(), "not_null")) left_out("the name of a not null");
  }

  void own_of_partition() {
    const char kind = row_.sign(2);
    if (kind == 'n') return;
    const std::string alter = "alter table " + written(relation_);
    const std::string label = written(relation_) + "." + quoted(name());
    if (row_.null(22)) return;
    const auto at =
        reading_.add("partition constraint", label, alter + " add constraint " + quoted(name()) + " " + row_.text(22),
                     alter + " drop constraint " + quoted(name()));
    if (const auto* other = reading_.relation(row_.oid(10)))
      reading_.database().objects[at].after = {reading_.host(*other)};
  }

  Reading& reading_;
  const Relation& relation_;
  const Cells& row_;
};

}  // namespace

void read_constraints(Reading& reading, const QueryRows& rows) {
  for (const auto& each : rows) {
    const Cells row(each);
    const auto* relation = reading.relation(row.oid(6));
    if (relation && !row.text(1).starts_with("_dmc_")) ConstraintReader(reading, *relation, row).read();
  }
}

}  // namespace dmc::dialects::postgres::reading
