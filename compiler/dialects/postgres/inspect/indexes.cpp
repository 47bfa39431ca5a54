// Indexes, from the numbers of their catalog: the server's own print is only asked for expressions.
#include <algorithm>
#include <set>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

constexpr Oid database_collation = 100;

class IndexReader {
 public:
  IndexReader(Reading& reading, const Relation& relation, const Cells& row)
      : reading_(reading), relation_(relation), row_(row) {}

  model::Index read() {
    model::Index index;
    index.name = row_.text(2);
    index.unique = row_.flag(4);
    index.unusable = !row_.flag(5);
    index.nulls_not_distinct = row_.flag(6);
    if (row_.text(3) != "btree") index.method = row_.text(3);
    if (!row_.null(14)) index.where = model::Sql{row_.text(14)};
    for (const auto& option : row_.parts(16, '\n'))
      if (const auto equals = option.find('='); equals != std::string::npos)
        index.settings.push_back({option.substr(0, equals), option.substr(equals + 1)});
    if (!row_.text(17).empty()) index.settings.push_back({"tablespace", row_.text(17)});
    const auto keys = row_.numbers(10);
    const auto count = static_cast<std::size_t>(row_.number(9));
    expressions_ = row_.parts(15, '\x1f');
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i < count) {
        index.elements.push_back(element(i, keys[i]));
      } else if (const auto* column = relation_.attribute(keys[i])) {
        index.include.push_back(column->name);
      }
    }
    return index;
  }

 private:
  model::Element element(std::size_t place, std::int64_t key) {
    model::Element element;
    Oid type = 0;
    const auto collations = row_.numbers(12);
    const Oid collation = place < collations.size() ? static_cast<Oid>(collations[place]) : 0;
    if (const auto* column = key == 0 ? nullptr : relation_.attribute(key)) {
      element.column = column->name;
      type = column->type_oid;
      if (collation != 0 && collation != column->collation) element.collation = collation_name(collation);
    } else if (next_expression_ < expressions_.size()) {
      const std::string& text = expressions_[next_expression_++];
      const auto blank = text.find(' ');
      type = static_cast<Oid>(std::stoul(text.substr(0, blank)));
      const std::string expression = text.substr(blank + 1);
      element.expression = model::Sql{expression};
      // Whether the expression brings its collation along is only known from the print of the whole.
      if (collation != 0 && collation != database_collation &&
          row_.text(19).find(expression + " COLLATE ") != std::string::npos)
        element.collation = collation_name(collation);
    }
    const auto classes = row_.numbers(11), options = row_.numbers(13);
    if (place < classes.size()) element.operator_class = class_name(static_cast<Oid>(classes[place]), type);
    if (const auto found = reading_.class_arguments.find({row_.oid(0), static_cast<std::int64_t>(place) + 1});
        found != reading_.class_arguments.end()) {
      element.class_arguments = found->second;
      if (!element.operator_class && place < classes.size())
        element.operator_class = reading_.operator_classes[static_cast<Oid>(classes[place])].name;
    }
    const auto bits = place < options.size() ? options[place] : 0;
    element.descending = (bits & 1) != 0;
    const bool nulls_first = (bits & 2) != 0;
    if (nulls_first != element.descending) element.nulls_first = nulls_first;
    return element;
  }

  std::optional<std::string> collation_name(Oid oid) const {
    const auto found = reading_.collations.find(oid);
    return found == reading_.collations.end() ? std::nullopt : std::optional(found->second);
  }

  /// None when it is what the method takes for the type by itself.
  std::optional<std::string> class_name(Oid oid, Oid type) const {
    const auto found = reading_.operator_classes.find(oid);
    if (found == reading_.operator_classes.end()) return std::nullopt;
    const auto& mine = found->second;
    if (!mine.is_default) return mine.name;
    if (mine.takes == type) return std::nullopt;
    const bool other = std::ranges::any_of(reading_.operator_classes, [&](const auto& each) {
      return each.second.is_default && each.second.takes == type && each.second.method == mine.method;
    });
    return other ? std::optional(mine.name) : std::nullopt;
  }

  Reading& reading_;
  const Relation& relation_;
  const Cells& row_;
  std::vector<std::string> expressions_;
  std::size_t next_expression_ = 0;
};

std::string elements_text(const std::vector<model::Element>& elements) {
  std::string text;
  for (const auto& element : elements) {
    if (!text.empty()) text += ", ";
    text += element.column ? quoted(*element.column) : "(" + element.expression->text + ")";
    if (element.collation) text += " collate " + *element.collation;
    if (element.operator_class) text += " " + *element.operator_class;
    if (!element.class_arguments.empty()) text += " (" + element.class_arguments + ")";
    if (element.descending) text += " desc";
    if (element.nulls_first) text += *element.nulls_first ? " nulls first" : " nulls last";
  }
  return text;
}

/// A partition is no table of the model, so what it has for itself is said as a statement.
std::string create_text(const model::Index& index, const Relation& relation) {
  std::string text = index.unique ? "create unique index " : "create index ";
  text += quoted(index.name) + " on " + written(relation);
  if (index.method) text += " using " + *index.method;
  text += " (" + elements_text(index.elements) + ")";
  if (!index.include.empty()) text += " include (" + quoted_list(index.include) + ")";
  if (index.nulls_not_distinct) text += " nulls not distinct";
  std::string with;
  for (const auto& setting : index.settings)
    if (setting.name != "tablespace")
      with.append(with.empty() ? "" : ", ").append(setting.name).append(" = ").append(quoted(setting.value));
  if (!with.empty()) text += " with (" + with + ")";
  if (index.where) text += " where " + index.where->text;
  return text;
}

}  // namespace

void read_indexes(Reading& reading, const QueryRows& rows, const QueryRows& constraints) {
  std::set<Oid> backing;
  for (const auto& each : constraints) {
    const Cells row(each);
    const char kind = row.sign(2);
    if (kind == 'p' || kind == 'u' || kind == 'x') backing.insert(row.oid(8));
  }
  for (const auto& each : rows) {
    const Cells row(each);
    const auto* relation = reading.relation(row.oid(1));
    if (!relation) continue;
    const Oid oid = row.oid(0);
    const std::string& name = row.text(2);
    reading.result.names.push_back(relation->schema.empty() ? name : relation->schema + "." + name);
    if (name.starts_with("_dmc_")) continue;
    reading.indexes[oid] = {relation->oid, name};
    auto index = IndexReader(reading, *relation, row).read();
    auto* table = reading.table(relation->oid);
    if (table && row.flag(7)) table->settings.push_back({"replica_identity", "index " + name});
    if (table && row.flag(8)) table->settings.push_back({"cluster_on", name});
    if (backing.contains(oid)) {
      reading.constraint_indexes.emplace(oid, std::move(index));
    } else if (table) {
      table->indexes.push_back(std::move(index));
    } else if (auto* view = reading.view(relation->oid)) {
      view->indexes.push_back(std::move(index));
    } else if (relation->partition && !row.flag(18)) {
      if (index.unusable) reading.leave_out("partition index", name, "it is not valid");
      const std::string full = written(relation->schema, name);
      const auto at = reading.add("partition index", full, create_text(index, *relation), "drop index " + full);
      reading.know("pg_class", oid, "index " + full, reading.database().objects[at].name);
    }
  }
}

}  // namespace dmc::dialects::postgres::reading
