// Finds relations, their aliases and columns among the tokens of a text.
#include "compiler/diff/reading.hpp"

#include <algorithm>
#include <array>

#include "compiler/diff/tokens.hpp"

namespace dmc::diff {

namespace {

using model::SqlToken;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_folded(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return lower(a) == lower(b); });
}

/// What may follow a relation and is no alias of it.
constexpr std::array<std::string_view, 24> no_alias{"on",     "where",   "join",      "left",   "right",     "inner",
                                                    "cross",  "natural", "full",      "outer",  "order",     "group",
                                                    "limit",  "set",     "using",     "union",  "values",    "when",
                                                    "having", "except",  "intersect", "window", "returning", "as"};

class Reader {
 public:
  Reader(std::string_view text, const Names& names) : names_(names), tokens_(text) {}

  Reading statements(const std::string& rows) {
    if (!rows.empty()) {
      in_trigger_ = true;
      reading_.relations.insert(rows);
      called_.push_back({"new", rows});
      called_.push_back({"old", rows});
    }
    for (std::size_t at = 0; at < tokens_.size(); ++at) find_relation(at);
    free_names_ = reading_.relations;
    // Free names in a trigger are never its row: that is always `new` or `old`, unless a statement names the table too.
    if (!rows.empty() && !named_.contains(rows)) free_names_.erase(rows);
    for (std::size_t at = 0; at < tokens_.size(); ++at) find_member(at);
    return std::move(reading_);
  }

  Reading expression(const std::string& table) {
    free_names_.insert(table);
    called_.push_back({std::string(names_.name_in(table)), table});
    for (std::size_t at = 0; at < tokens_.size(); ++at) find_member(at);
    return std::move(reading_);
  }

 private:
  void find_relation(std::size_t at) {
    if (!tokens_.is_name(at) || tokens_.is_alias(at) || tokens_.is_query_name(at) || tokens_.is_call(at)) return;
    const auto* paths = names_.relations(tokens_[at].text);
    if (!paths) return;
    const bool can_be_relation = tokens_.can_be_relation(at);
    if (!can_be_relation && (!tokens_.before(at, ".") || is_row(at))) return;
    for (const std::string& path : *paths) {
      const bool qualified = tokens_.behind(at, ".");
      // What has no schema lies in the default one, whose name is not known here.
      const bool in_default_schema = can_be_relation && names_.name_in(path).size() == path.size();
      if (qualified && !in_default_schema && !(at > 1 && is_schema_of(at - 2, path))) continue;
      reading_.relations.insert(path);
      named_.insert(path);
      note_scope(at, path, !qualified && paths->size() == 1);
      called_.push_back({std::string(tokens_[at].text), path});
      std::size_t alias = at + 1;
      if (alias < tokens_.size() && is_word(tokens_[alias], "as")) ++alias;
      if (alias < tokens_.size() && tokens_.is_name(alias) && !ends_relation(tokens_[alias]))
        called_.push_back({std::string(tokens_[alias].text), path});
    }
  }

  /// `old.name` or `new.name` in a trigger.
  bool is_row(std::size_t at) const {
    return in_trigger_ && !tokens_.behind(at, ".") && (is_word(tokens_[at], "old") || is_word(tokens_[at], "new"));
  }

  bool is_schema_of(std::size_t at, const std::string& path) const {
    const auto name = names_.name_in(path).size();
    return name < path.size() && tokens_.is_name(at) &&
           names_.same(tokens_[at].text, std::string_view(path).substr(0, path.size() - name - 1));
  }

  static bool ends_relation(const SqlToken& token) {
    return std::ranges::any_of(no_alias, [&](std::string_view word) { return is_word(token, word); });
  }

  void find_member(std::size_t at) {
    const SqlToken& token = tokens_[at];
    if (is_sign(token, "*")) {
      const bool leads = at > 0 && (is_word(tokens_[at - 1], "select") || is_word(tokens_[at - 1], "distinct") ||
                                    is_word(tokens_[at - 1], "all"));
      reading_.star |= leads || tokens_.behind(at, ",") || tokens_.behind(at, ".");
    }
    if (token.kind == SqlToken::Kind::string) find_cast_name(at);
    if (!tokens_.is_name(at)) return;
    if (const auto* objects = names_.objects(token.text)) reading_.objects.insert(objects->begin(), objects->end());
    if (tokens_.behind(at, ".")) {
      for (const auto& [name, relation] : called_)
        if (at > 1 && tokens_.is_name(at - 2) && names_.same(tokens_[at - 2].text, name))
          add_column(relation, token.text);
    } else if (!tokens_.is_alias(at) && !tokens_.before(at, "(") && !tokens_.before(at, ".")) {
      for (const auto& relation : relations_around(at)) add_column(relation, token.text);
    }
  }

  /// `'audit.ids'::regclass`: a name in a text.
  void find_cast_name(std::size_t at) {
    const std::string_view text = tokens_[at].text;
    std::size_t type = at + 1;
    while (type < tokens_.size() && (is_sign(tokens_[type], ":") || is_sign(tokens_[type], "::"))) ++type;
    if (type == at + 1 || type == tokens_.size() || !is_word(tokens_[type], "regclass")) return;
    if (text.size() < 3 || text.front() != '\'') return;
    const Tokens path(text.substr(1, text.size() - 2));
    if (path.size() == 0) return;
    if (const auto* objects = names_.objects(path[path.size() - 1].text))
      reading_.objects.insert(objects->begin(), objects->end());
  }

  void note_scope(std::size_t at, const std::string& relation, bool is_plain) {
    Scope& scope = scopes_[tokens_.scope_of(at)];
    scope.relations.insert(relation);
    if (is_plain && tokens_.must_be_relation(at)) scope.certain.insert(relation);
  }

  bool has_column(const std::set<std::string>& relations, std::string_view name) const {
    return std::ranges::any_of(relations,
                               [&](const std::string& relation) { return !names_.column(relation, name).empty(); });
  }

  /// The relations whose column a free name may be: of the innermost select that certainly has such a table, else all.
  /// Where a query names others of its own, a name behind `from` may be one of them.
  const std::set<std::string>& relations_around(std::size_t at) const {
    if (has_query_names_) return free_names_;
    for (std::size_t scope = tokens_.scope_of(at); tokens_.is_inner(scope); scope = tokens_.around(scope)) {
      const auto found = scopes_.find(scope);
      if (found == scopes_.end()) continue;
      if (has_column(found->second.certain, tokens_[at].text)) return found->second.relations;
      if (has_column(found->second.relations, tokens_[at].text)) break;
    }
    return free_names_;
  }

  void add_column(const std::string& relation, std::string_view name) {
    if (const auto spelled = names_.column(relation, name); !spelled.empty())
      reading_.columns.insert({relation, std::string(spelled)});
  }

  struct Scope {
    std::set<std::string> relations;  ///< that it names
    std::set<std::string> certain;    ///< those of them that are tables whatever else the text says
  };

  const Names& names_;
  Tokens tokens_;
  bool has_query_names_ = tokens_.has_query_names();
  bool in_trigger_ = false;
  Reading reading_;
  std::set<std::string> named_;       ///< relations that the text itself names
  std::set<std::string> free_names_;  ///< relations whose columns stand without a qualifier
  std::map<std::size_t, Scope> scopes_;
  std::vector<std::pair<std::string, std::string>> called_;
};

}  // namespace

std::string Names::key(std::string_view name) const {
  std::string folded(name);
  // In a text the quotes inside a name stand doubled.
  for (auto at = folded.find("\"\""); at != std::string::npos; at = folded.find("\"\"", at + 1)) folded.erase(at, 1);
  if (fold_case_) std::ranges::transform(folded, folded.begin(), lower);
  return folded;
}

void Names::add_relation(const std::string& name, const std::string& path) {
  relations_[key(name)].push_back(path);
  const auto dot = path.rfind('.');
  if (name != std::string_view(path).substr(dot + 1)) dotted_.emplace(path, name);
}

std::string_view Names::name_in(std::string_view path) const {
  const auto found = dotted_.find(path);
  return found == dotted_.end() ? path.substr(path.rfind('.') + 1) : found->second;
}

void Names::add(const model::Table& table) {
  add_relation(table.name, table.path());
  tables_.emplace(table.path(), &table);
  if (table.partitioned) add(*table.partitioned);
}

void Names::add(const model::Partitioning& partitioning) {
  for (const auto& partition : partitioning.partitions) {
    add_relation(partition.name, partition.path());
    for (const auto& inner : partition.by) add(inner);
  }
}

void Names::add(const model::View& view) { add_relation(view.name, view.path()); }

void Names::add(const model::Object& object) {
  if (const auto name = object.provides(); !name.empty()) objects_[key(name)].push_back(object.name);
}

const std::vector<std::string>* Names::relations(std::string_view name) const {
  const auto found = relations_.find(key(name));
  return found == relations_.end() ? nullptr : &found->second;
}

std::string_view Names::column(const std::string& relation, std::string_view name) const {
  const auto table = tables_.find(relation);
  if (table == tables_.end()) return {};
  for (const auto& column : table->second->columns)
    if (same(column.name, name)) return column.name;
  return {};
}

const std::vector<std::string>* Names::objects(std::string_view name) const {
  if (objects_.empty()) return nullptr;
  const auto found = objects_.find(key(name));
  return found == objects_.end() ? nullptr : &found->second;
}

bool Names::same(std::string_view left, std::string_view right) const {
  if (left.find('"') != std::string_view::npos || right.find('"') != std::string_view::npos)
    return key(left) == key(right);
  return fold_case_ ? same_folded(left, right) : left == right;
}

Reading read_statements(std::string_view text, const Names& names, const std::string& rows) {
  return Reader(text, names).statements(rows);
}

Reading read_expression(std::string_view text, const Names& names, const std::string& table) {
  return Reader(text, names).expression(table);
}

bool may_mention(std::string_view text, std::string_view name) {
  if (name.find_first_of("\"`") != std::string_view::npos) return true;
  const auto found = std::search(text.begin(), text.end(), name.begin(), name.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
  return found != text.end();
}

}  // namespace dmc::diff
