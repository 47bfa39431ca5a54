// One function per kind of object; constraints of one column stand on the column, unnamed where their name says
// nothing.
#include "compiler/model/print.hpp"

#include <algorithm>
#include <set>

#include "compiler/model/print_layout.hpp"
#include "compiler/model/print_words.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::model {

namespace {

constexpr std::string_view no_action = "no action";

bool is_plain(const Element& element) {
  return element.column && !element.collation && !element.operator_class && !element.descending && !element.nulls_first;
}

bool is_one_column(const Key& key) { return key.elements.size() == 1 && is_plain(key.elements.front()); }

class Printer {
 public:
  Printer(const Database& database, const Spelling& spelling) : database_(database), spelling_(spelling) {
    const auto note = [&](const auto& relation) {
      if (relation.schema.empty()) return;
      elsewhere_.insert(relation.name);
      for (const Index& index : relation.indexes) elsewhere_.insert(index.name);
    };
    std::ranges::for_each(database.tables, note);
    std::ranges::for_each(database.views, note);
  }

  std::string print(const std::vector<std::string>& unmodelled) {
    for (const std::string& what : unmodelled) out_ += "-- not modelled: " + grammar::escaped(what) + "\n";
    out_ += "database " + name(database_.name) + " on " + name(database_.engine);
    if (!database_.oldest_version.empty()) out_ += " " + database_.oldest_version;
    out_ += " {\n";
    depth_ = 1;
    print_schema("");
    for (const std::string& schema : schemas()) {
      separate();
      out_ += "  schema " + name(schema) + " {\n";
      is_first_ = true;
      depth_ = 2;
      print_schema(schema);
      depth_ = 1;
      out_ += "  }\n";
    }
    for (const Object& object : database_.objects)
      if (object.type != "schema") print(object);
    if (is_first_) out_.pop_back();
    return out_ + "}\n";
  }

 private:
  std::set<std::string> schemas() const {
    std::set<std::string> names;
    for (const Table& table : database_.tables) names.insert(table.schema);
    for (const View& view : database_.views) names.insert(view.schema);
    for (const Trigger& trigger : database_.triggers) names.insert(trigger.schema);
    constexpr std::string_view schema = "schema ";
    for (const Object& object : database_.objects)
      if (object.name.starts_with(schema)) names.insert(object.name.substr(schema.size()));
    names.erase("");
    return names;
  }

  void print_schema(std::string_view schema) {
    const auto print_all = [&](const auto& objects) {
      for (const auto& object : objects)
        if (object.schema == schema) print(object);
    };
    print_all(database_.tables);
    print_all(database_.views);
    print_all(database_.triggers);
  }

  std::string name(std::string_view name) const {
    std::string written = quoted(name);
    const bool has_upper = std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (spelling_.upper_case_needs_quotes && has_upper && !written.starts_with('"')) return '"' + written + '"';
    return written;
  }

  std::string names(const std::vector<std::string>& all) const {
    std::string list = "(";
    for (const std::string& one : all) list += (list.size() > 1 ? ", " : "") + name(one);
    return list + ")";
  }

  std::string path_of(std::string_view schema, std::string_view object) const {
    return schema.empty() ? name(object) : name(schema) + "." + name(object);
  }

  /// As a reference to it is written.
  std::string reference(const auto& relation) const {
    const bool ambiguous = relation.schema.empty() && elsewhere_.contains(relation.name);
    return path_of(ambiguous ? spelling_.default_schema : relation.schema, relation.name);
  }

  /// A path is kept as one text; what it means says where to cut it.
  std::string path(std::string_view path) const {
    if (const Table* table = database_.table(path)) return reference(*table);
    if (const View* view = database_.view(path)) return reference(*view);
    if (database_.object(path)) return name(path);
    if (const Trigger* trigger = database_.trigger(path))
      return trigger->of_table ? this->path(trigger->table) + "." + name(trigger->name)
                               : path_of(trigger->schema, trigger->name);
    const auto dot = path.find('.');
    return dot == std::string_view::npos ? name(path) : path_of(path.substr(0, dot), path.substr(dot + 1));
  }

  std::string collation(std::string_view text) const {
    const bool is_path = std::ranges::all_of(text, [](char c) {
      return c == '.' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    // Some engines keep a name with its quotes, as statements have it.
    const bool is_quoted = text.size() > 2 && text.front() == '"' && text.back() == '"' &&
                           text.find('"', 1) == text.size() - 1 && text.find('.') == text.npos;
    return "collate " + (is_path || is_quoted ? std::string(text) : name(text));
  }

  std::string elements(const std::vector<Element>& all) const {
    std::string list = "(";
    for (const Element& element : all) {
      if (list.size() > 1) list += ", ";
      list += element.column ? name(*element.column) : element_text(*element.expression);
      if (element.collation) list += " " + collation(*element.collation);
      if (element.operator_class) list += " " + *element.operator_class;
      if (!element.class_arguments.empty()) list += " (" + element.class_arguments + ")";
      if (element.descending) list += " desc";
      if (element.nulls_first) list += *element.nulls_first ? " nulls first" : " nulls last";
      if (!element.with_operator.empty()) list += " with " + element.with_operator;
    }
    return list + ")";
  }

  static std::string on_conflict(const std::optional<std::string>& conflict) {
    return conflict ? " on conflict " + *conflict : "";
  }

  static void after(std::vector<std::string>& parts, const std::vector<std::string>& paths, const Printer& printer) {
    if (paths.empty()) return;
    std::string list = "after ";
    for (const std::string& path : paths) list += (path == paths.front() ? "" : ", ") + printer.path(path);
    parts.push_back(std::move(list));
  }

  std::string comment(const std::string& text) const {
    const bool is_short = text.find_first_of("\n") == std::string::npos && text.find("${") == std::string::npos;
    return "comment " + (is_short ? quoted_text(text) : in_dollars(text));
  }

  std::string type(const Table& table, const Column& column) const {
    const bool is_key = table.primary_key && is_one_column(*table.primary_key) &&
                        *table.primary_key->elements.front().column == column.name;
    auto plain = plain_type(column.type);
    if (!plain) return "native " + quoted_text(column.type);
    if (!spelling_.read_type) return column.type;
    plain->strict_table = table.has_setting("strict");
    plain->identity_key = is_key && column.identity;
    // Engines shout their types; people do not. One that writes both cases means them.
    const std::string shouted = plain->text;
    if (spelling_.types_say_null && spelling_.read_type(*plain) == column.type) return shouted;
    for (char& c : plain->text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (spelling_.read_type(*plain) == column.type) return plain->text;
    plain->text = shouted;
    return spelling_.read_type(*plain) == column.type ? shouted : "native " + quoted_text(column.type);
  }

  std::string references(const ForeignKey& key) const {
    std::string text = "references " + path(key.table);
    if (!key.referenced.empty()) text += " " + names(key.referenced);
    if (!key.match.empty()) text += " match " + key.match;
    if (key.on_delete != no_action) text += " on delete " + key.on_delete;
    if (!key.set_columns.empty()) text += " " + names(key.set_columns);
    if (key.on_update != no_action) text += " on update " + key.on_update;
    return text + late(key);
  }

  static std::string late(const auto& constraint) {
    if (!constraint.deferrable) return {};
    return constraint.initially_deferred ? " deferrable initially deferred" : " deferrable";
  }

  /// What a key says behind its columns.
  std::string key_options(const Key& key) const {
    std::string text = on_conflict(key.conflict);
    if (!key.include.empty()) text += " include " + names(key.include);
    return text + late(key);
  }

  std::string exclusion(const Exclusion& exclusion) const {
    std::string text = "exclude";
    if (!exclusion.method.empty()) text += " using " + name(exclusion.method);
    text += " " + elements(exclusion.elements);
    if (!exclusion.include.empty()) text += " include " + names(exclusion.include);
    if (exclusion.where) text += " where " + enclosed(*exclusion.where);
    return text + late(exclusion);
  }

  std::string partitioning(const Partitioning& by, std::size_t depth) const {
    std::string text = "partition by " + by.method + " " + enclosed(by.by);
    if (by.partitions.empty()) return text + ";";
    const std::string margin(2 * depth, ' ');
    text += " {\n";
    for (const Partition& partition : by.partitions) {
      text += margin + "  " + path_of(partition.schema, partition.name) + " " + enclosed(partition.bounds);
      for (const Partitioning& inner : partition.by) text += " " + partitioning(inner, depth + 1);
      text += partition.by.empty() ? ";\n" : "\n";
    }
    return text + margin + "}";
  }

  PrintedLine column(const Table& table, const Column& column) const {
    PrintedLine line{depth_ + 1, {name(column.name), type(table, column)}, true, false};
    const auto is_this = [&](const Key& key, bool primary) {
      return is_one_column(key) && is_said_on_column(key) && *key.elements.front().column == column.name &&
             key.name == derived_name(table, key, primary);
    };
    const bool in_key =
        table.primary_key && std::ranges::any_of(table.primary_key->elements,
                                                 [&](const Element& element) { return element.column == column.name; });
    auto& parts = line.parts;
    const auto add_short = [&](std::string text) {
      if (parts.size() == 2) line.has_short_option = text.find(" on conflict") == std::string::npos;
      parts.push_back(std::move(text));
    };
    // Of a column in the primary key, `not null` goes without saying.
    if (spelling_.types_say_null) {
      // Its type is all there is to say.
    } else if (column.not_null ? !in_key || column.not_null_conflict : in_key && !column.identity)
      add_short(column.not_null ? "not null" + on_conflict(column.not_null_conflict) : "null");
    if (table.primary_key && is_this(*table.primary_key, true))
      add_short("primary key" + on_conflict(table.primary_key->conflict));
    for (const Key& key : table.uniques)
      if (is_this(key, false)) add_short("unique" + on_conflict(key.conflict));
    if (column.identity) {
      std::string identity = column.identity == Identity::always   ? "identity always"
                             : column.identity == Identity::serial ? "identity serial"
                                                                   : "identity";
      if (!column.identity_options.empty()) identity += " " + column.identity_options;
      parts.push_back(std::move(identity));
    }
    if (column.default_value) parts.push_back("default " + default_text(*column.default_value));
    if (column.generated) parts.push_back(generated(*column.generated));
    if (column.ephemeral)
      parts.push_back("ephemeral" + (column.ephemeral->text.empty() ? "" : " " + enclosed(*column.ephemeral)));
    if (column.collation) parts.push_back(collation(*column.collation));
    if (column.storage) parts.push_back("storage " + *column.storage);
    if (column.compression) parts.push_back("compression " + *column.compression);
    if (column.statistics) parts.push_back("statistics " + std::to_string(*column.statistics));
    for (const ForeignKey& key : table.foreign_keys)
      if (stands_on_column(table, key) && key.columns.front() == column.name) parts.push_back(references(key));
    if (!column.codec.empty()) parts.push_back("codec (" + column.codec + ")");
    if (column.ttl) parts.push_back("ttl " + enclosed(*column.ttl));
    if (!column.sketches.empty()) parts.push_back("statistics (" + column.sketches + ")");
    if (column.comment) parts.push_back(comment(*column.comment));
    parts.back() += ';';
    return line;
  }

  std::string generated(const Generated& generated) const {
    if (spelling_.has_materialized_columns)
      return (generated.stored ? "materialized " : "alias ") + enclosed(generated.expression);
    return "generated " + enclosed(generated.expression) + (generated.stored ? " stored" : " virtual");
  }

  static bool is_said_on_column(const Key& key) {
    return key.include.empty() && !key.nulls_not_distinct && !key.deferrable;
  }

  static bool stands_on_column(const Table& table, const ForeignKey& key) {
    return key.columns.size() == 1 && key.name == derived_name(table, key);
  }

  void clause(std::vector<PrintedLine>& lines, std::vector<std::string> parts) const {
    parts.back() += ';';
    lines.push_back({depth_ + 1, std::move(parts)});
  }

  /// `constraint NAME` in front, where the name says something.
  template <class Constraint, class... Primary>
  std::vector<std::string> named(const Table& table, const Constraint& constraint, std::string text,
                                 Primary... primary) const {
    if (constraint.name == derived_name(table, constraint, primary...)) return {std::move(text)};
    return {"constraint " + name(constraint.name), std::move(text)};
  }

  std::vector<PrintedLine> constraints(const Table& table) const {
    std::vector<PrintedLine> lines;
    const auto key = [&](const Key& key, std::string_view word, bool primary) {
      if (is_one_column(key) && is_said_on_column(key) && key.name == derived_name(table, key, primary)) return;
      clause(lines, named(table, key,
                          std::string(word) + (key.nulls_not_distinct ? " nulls not distinct " : " ") +
                              elements(key.elements) + key_options(key),
                          primary));
    };
    if (table.primary_key) key(*table.primary_key, "primary key", true);
    for (const Key& unique : table.uniques) key(unique, "unique", false);
    for (const Check& check : table.checks)
      clause(lines, named(table, check,
                          (check.assumed ? "assume " : "check ") + enclosed(check.expression) +
                              (check.no_inherit ? " no inherit" : "")));
    for (const Exclusion& each : table.exclusions) clause(lines, named(table, each, exclusion(each)));
    for (const ForeignKey& foreign : table.foreign_keys) {
      if (stands_on_column(table, foreign)) continue;
      const std::string columns = "foreign key " + names(foreign.columns);
      if (foreign.name == derived_name(table, foreign))
        clause(lines, {columns, references(foreign)});
      else
        clause(lines, named(table, foreign, columns + " " + references(foreign)));
    }
    return lines;
  }

  std::vector<PrintedLine> indexes(const std::vector<Index>& all) const {
    std::vector<PrintedLine> lines;
    for (const Index& index : all) {
      std::vector<std::string> parts;
      if (index.unique) parts.emplace_back("unique");
      parts.push_back("index " + name(index.name));
      if (index.method && !index.granularity) parts.push_back("using " + name(*index.method));
      parts.push_back(elements(index.elements));
      if (index.method && index.granularity) parts.push_back("type " + *index.method);
      if (index.granularity) parts.push_back("granularity " + std::to_string(*index.granularity));
      if (!index.include.empty()) parts.push_back("include " + names(index.include));
      if (index.nulls_not_distinct) parts.emplace_back("nulls not distinct");
      settings(parts, index.settings);
      if (index.where) parts.push_back("where " + enclosed(*index.where));
      if (index.comment) parts.push_back(comment(*index.comment));
      clause(lines, std::move(parts));
    }
    return lines;
  }

  std::vector<PrintedLine> projections(const Table& table) const {
    std::vector<PrintedLine> lines;
    for (const Projection& each : table.projections)
      clause(lines, {"projection " + name(each.name), enclosed(each.query)});
    return lines;
  }

  /// What a table or a materialized view says of its storage, in the order in which servers show it.
  static std::vector<std::string> storage(const Storage& storage) {
    std::vector<std::string> parts;
    const auto add = [&](std::string_view word, const Sql& text) {
      if (!text.text.empty()) parts.push_back(std::string(word) + " " + enclosed(text));
    };
    if (!storage.engine.empty()) parts.push_back("engine = " + storage.engine);
    add("partition by", storage.partition_by);
    add("primary key", storage.primary_key);
    add("order by", storage.order_by);
    add("sample by", storage.sample_by);
    add("ttl", storage.ttl);
    return parts;
  }

  std::vector<PrintedLine> options(const Table& table) const {
    std::vector<PrintedLine> lines;
    if (table.storage)
      for (std::string& part : storage(*table.storage)) clause(lines, {std::move(part)});
    for (const Setting& setting : table.settings) {
      if (setting.name == "strict" || setting.name == "without rowid")
        clause(lines, {setting.name});
      else
        clause(lines, {"settings " + setting.name + " = " + setting_value(setting.value)});
    }
    if (table.comment) clause(lines, {comment(*table.comment)});
    if (table.partitioned) lines.push_back({depth_ + 1, {partitioning(*table.partitioned, depth_ + 1)}});
    return lines;
  }

  /// A setting's value is the text without quotes: a number, a word, or a text.
  static std::string setting_value(const std::string& value) {
    const std::string bare = default_text({value});
    const bool is_bare = !bare.starts_with('(') && !bare.starts_with('\'') && !bare.starts_with('$');
    const bool is_word = value == "true" || value == "false";
    return is_bare || is_word ? value : quoted_text(value);
  }

  static void settings(std::vector<std::string>& parts, const std::vector<Setting>& all) {
    std::string list;
    for (const Setting& setting : all)
      list += (list.empty() ? "settings " : ", ") + setting.name + " = " + setting_value(setting.value);
    if (!list.empty()) parts.push_back(std::move(list));
  }

  void separate() {
    if (!is_first_) out_ += '\n';
    is_first_ = false;
  }

  void print(const Table& table) {
    separate();
    const std::string margin(2 * depth_, ' ');
    out_ += margin + "table " + name(table.name) + on_cluster(table) + " {\n";
    std::vector<PrintedLine> columns;
    columns.reserve(table.columns.size());
    for (const Column& each : table.columns) columns.push_back(column(table, each));
    bool first = true;
    for (auto& group :
         {std::move(columns), constraints(table), indexes(table.indexes), projections(table), options(table)}) {
      if (group.empty()) continue;
      if (!first) out_ += '\n';
      first = false;
      out_ += laid_out(group);
    }
    out_ += margin + "}\n";
  }

  static std::string on_cluster(const auto& relation) {
    return relation.cluster.empty() ? "" : " on cluster " + quoted_text(relation.cluster);
  }

  void item(std::vector<std::string> parts) {
    separate();
    parts.back() += ';';
    out_ += laid_out({{depth_, std::move(parts)}});
  }

  void print(const View& view) {
    std::vector<std::string> parts{(view.materialized ? "materialized view " : "view ") + name(view.name)};
    if (!view.columns.empty()) parts.push_back(names(view.columns));
    if (!view.cluster.empty()) parts.push_back("on cluster " + quoted_text(view.cluster));
    if (!view.to.empty()) parts.push_back("to " + path(view.to));
    if (view.storage)
      for (std::string& part : storage(*view.storage)) parts.push_back(std::move(part));
    settings(parts, view.settings);
    parts.push_back("as " + enclosed(view.query));
    if (!view.check_option.empty()) parts.push_back("with " + view.check_option + " check option");
    after(parts, view.after, *this);
    std::vector<PrintedLine> lines = indexes(view.indexes);
    if (view.comment) lines.push_back({depth_ + 1, {comment(*view.comment) + ";"}});
    if (lines.empty()) return item(std::move(parts));
    separate();
    parts.back() += " {";
    const std::string margin(2 * depth_, ' ');
    out_ += laid_out({{depth_, std::move(parts)}}) + laid_out(lines) + margin + "}\n";
  }

  void print(const Trigger& trigger) {
    std::vector<std::string> parts{"trigger " + name(trigger.name), trigger.timing};
    for (const std::string& event : trigger.events) {
      std::string part = (event == trigger.events.front() ? "" : "or ") + event;
      if (event == "update" && !trigger.of_columns.empty()) part += " of " + names(trigger.of_columns);
      parts.push_back(std::move(part));
    }
    parts.push_back("on " + path(trigger.table));
    for (const std::string& transition : trigger.transitions)
      parts.push_back((transition == trigger.transitions.front() ? "referencing " : "") + transition);
    parts.emplace_back(trigger.for_each_row ? "for each row" : "for each statement");
    if (trigger.constraint)
      parts.emplace_back(trigger.initially_deferred ? "deferrable initially deferred"
                         : trigger.deferrable       ? "deferrable"
                                                    : "not deferrable");
    if (trigger.when) parts.push_back("when " + enclosed(*trigger.when));
    if (trigger.body) parts.push_back("as " + in_dollars(" " + std::string(trimmed(trigger.body->text)) + " "));
    if (trigger.execute) parts.push_back("execute " + *trigger.execute);
    if (!trigger.enabled.empty())
      parts.push_back(trigger.enabled == "disabled" ? trigger.enabled : "enabled " + trigger.enabled);
    after(parts, trigger.after, *this);
    item(std::move(parts));
  }

  void print(const Object& object) {
    std::vector<std::string> parts{"object " + quoted_text(object.type), name(object.name),
                                   "create " + enclosed(object.create)};
    if (object.replace) parts.push_back("replace " + enclosed(*object.replace));
    parts.push_back("drop " + enclosed(object.drop));
    after(parts, object.after, *this);
    item(std::move(parts));
  }

  const Database& database_;
  const Spelling& spelling_;
  std::set<std::string> elsewhere_;  ///< names of relations in other schemas than the default one
  std::string out_;
  std::size_t depth_ = 0;
  bool is_first_ = true;
};

}  // namespace

std::string print(const Database& database, const std::vector<std::string>& unmodelled, const Spelling& spelling) {
  return Printer(database, spelling).print(unmodelled);
}

}  // namespace dmc::model
