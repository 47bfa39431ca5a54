// Finds relations, their aliases and columns among the tokens of a text.
#include "compiler/diff/reading.hpp"

#include <algorithm>
#include <array>

namespace dmc::diff {

namespace {

using model::SqlToken;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_folded(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return lower(a) == lower(b); });
}

bool is_name(const SqlToken& token) {
  return token.kind == SqlToken::Kind::word || token.kind == SqlToken::Kind::quoted_name;
}
bool is_word(const SqlToken& token, std::string_view word) {
  return token.kind == SqlToken::Kind::word && same_folded(token.text, word);
}
bool is_sign(const SqlToken& token, std::string_view sign) {
  return token.kind == SqlToken::Kind::sign && token.text == sign;
}

/// What may follow a relation and is no alias of it.
constexpr std::array<std::string_view, 24> no_alias{"on",     "where",   "join",      "left",   "right",     "inner",
                                                    "cross",  "natural", "full",      "outer",  "order",     "group",
                                                    "limit",  "set",     "using",     "union",  "values",    "when",
                                                    "having", "except",  "intersect", "window", "returning", "as"};

/// A relation may be followed by a bracket only behind these: `insert into log (a)`.
constexpr std::array<std::string_view, 4> before_list{"into", "table", "references", "on"};

class Reader {
 public:
  Reader(std::string_view text, const Names& names) : names_(names), tokens_(model::sql_tokens(text)) {}

  Reading statements(const std::string& rows) {
    if (!rows.empty()) {
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
    called_.push_back({table.substr(table.rfind('.') + 1), table});
    for (std::size_t at = 0; at < tokens_.size(); ++at) find_member(at);
    return std::move(reading_);
  }

 private:
  bool behind(std::size_t at, std::string_view sign) const { return at > 0 && is_sign(tokens_[at - 1], sign); }
  bool before(std::size_t at, std::string_view sign) const {
    return at + 1 < tokens_.size() && is_sign(tokens_[at + 1], sign);
  }
  bool behind_word(std::size_t at, std::string_view word) const { return at > 0 && is_word(tokens_[at - 1], word); }

  /// `as name`: an alias, a result's name.
  bool is_alias(std::size_t at) const { return behind_word(at, "as"); }
  /// `with name as (`: a name of the query's own.
  bool is_query_name(std::size_t at) const {
    return at + 2 < tokens_.size() && is_word(tokens_[at + 1], "as") && is_sign(tokens_[at + 2], "(");
  }
  bool is_call(std::size_t at) const {
    if (!before(at, "(")) return false;
    return std::ranges::none_of(before_list, [&](std::string_view word) { return behind_word(at, word); });
  }

  void find_relation(std::size_t at) {
    if (!is_name(tokens_[at]) || is_alias(at) || is_query_name(at) || is_call(at)) return;
    const auto* paths = names_.relations(tokens_[at].text);
    if (!paths) return;
    for (const std::string& path : *paths) {
      if (behind(at, ".") && !(at > 1 && is_schema_of(tokens_[at - 2], path))) continue;
      reading_.relations.insert(path);
      named_.insert(path);
      called_.push_back({std::string(tokens_[at].text), path});
      std::size_t alias = at + 1;
      if (alias < tokens_.size() && is_word(tokens_[alias], "as")) ++alias;
      if (alias < tokens_.size() && is_name(tokens_[alias]) && !ends_relation(tokens_[alias]))
        called_.push_back({std::string(tokens_[alias].text), path});
    }
  }

  bool is_schema_of(const SqlToken& token, const std::string& path) const {
    const auto dot = path.rfind('.');
    return dot != std::string::npos && is_name(token) && names_.same(token.text, path.substr(0, dot));
  }

  static bool ends_relation(const SqlToken& token) {
    return std::ranges::any_of(no_alias, [&](std::string_view word) { return is_word(token, word); });
  }

  void find_member(std::size_t at) {
    const SqlToken& token = tokens_[at];
    if (is_sign(token, "*")) {
      const bool leads = at > 0 && (is_word(tokens_[at - 1], "select") || is_word(tokens_[at - 1], "distinct") ||
                                    is_word(tokens_[at - 1], "all"));
      reading_.star |= leads || behind(at, ",") || behind(at, ".");
    }
    if (!is_name(token)) return;
    if (const auto* object = names_.object(token.text)) reading_.objects.insert(*object);
    if (behind(at, ".")) {
      for (const auto& [name, relation] : called_)
        if (at > 1 && is_name(tokens_[at - 2]) && names_.same(tokens_[at - 2].text, name))
          add_column(relation, token.text);
    } else if (!is_alias(at) && !before(at, "(") && !before(at, ".")) {
      for (const auto& relation : free_names_) add_column(relation, token.text);
    }
  }

  void add_column(const std::string& relation, std::string_view name) {
    if (const auto spelled = names_.column(relation, name); !spelled.empty())
      reading_.columns.insert({relation, std::string(spelled)});
  }

  const Names& names_;
  std::vector<SqlToken> tokens_;
  Reading reading_;
  std::set<std::string> named_;       ///< relations that the text itself names
  std::set<std::string> free_names_;  ///< relations whose columns stand without a qualifier
  std::vector<std::pair<std::string, std::string>> called_;
};

}  // namespace

std::string Names::key(std::string_view name) const {
  std::string folded(name);
  if (fold_case_) std::ranges::transform(folded, folded.begin(), lower);
  return folded;
}

void Names::add(const model::Table& table) {
  relations_[key(table.name)].push_back(table.path());
  tables_.emplace(table.path(), &table);
}

void Names::add(const model::View& view) { relations_[key(view.name)].push_back(view.path()); }

void Names::add(const model::Object& object) { objects_.emplace(key(object.name), object.name); }

const std::vector<std::string>* Names::relations(std::string_view name) const {
  const auto found = relations_.find(fold_case_ ? key(name) : std::string(name));
  return found == relations_.end() ? nullptr : &found->second;
}

std::string_view Names::column(const std::string& relation, std::string_view name) const {
  const auto table = tables_.find(relation);
  if (table == tables_.end()) return {};
  for (const auto& column : table->second->columns)
    if (same(column.name, name)) return column.name;
  return {};
}

const std::string* Names::object(std::string_view name) const {
  if (objects_.empty()) return nullptr;
  const auto found = objects_.find(key(name));
  return found == objects_.end() ? nullptr : &found->second;
}

bool Names::same(std::string_view left, std::string_view right) const {
  return fold_case_ ? same_folded(left, right) : left == right;
}

Reading read_statements(std::string_view text, const Names& names, const std::string& rows) {
  return Reader(text, names).statements(rows);
}

Reading read_expression(std::string_view text, const Names& names, const std::string& table) {
  return Reader(text, names).expression(table);
}

bool may_mention(std::string_view text, std::string_view name) {
  const auto found = std::search(text.begin(), text.end(), name.begin(), name.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
  return found != text.end();
}

}  // namespace dmc::diff
