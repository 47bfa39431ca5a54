// One pass finds the selects and what each reads, a second one what the names between them mean.
#include "compiler/model/sql_mentions.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "compiler/model/sql_text.hpp"

namespace dmc::model {

namespace {

using Words = std::span<const std::string_view>;

/// Each begins another part of a select.
constexpr auto clauses =
    std::to_array<std::string_view>({"select", "from",      "where",  "prewhere", "group",     "having", "order",
                                     "limit",  "offset",    "window", "qualify",  "settings",  "format", "union",
                                     "except", "intersect", "set",    "values",   "returning", "fetch",  "for"});
/// What may follow a relation and is no alias of it.
constexpr auto no_aliases = std::to_array<std::string_view>(
    {"on",      "using", "join",   "left",  "right",   "full", "inner",       "outer",   "cross",
     "natural", "final", "sample", "array", "asof",    "any",  "all",         "semi",    "anti",
     "global",  "as",    "paste",  "not",   "lateral", "with", "tablesample", "default", "indexed"});

struct Source {
  std::string_view name;
  std::string_view alias;
  bool is_relation = false;  ///< no subquery, no function, no part of `with`
};

struct Select {
  std::ptrdiff_t around = -1;
  std::vector<Source> sources;
  std::string_view clause;
  std::size_t depth = 0;
  bool is_read = false;  ///< somebody reads its columns by their names
  bool lists_relations = false;
};

enum class Part : std::uint8_t { word, relation, alias, result };

class Scopes {
 public:
  explicit Scopes(std::string_view text) : tokens_(sql_tokens(text)) {
    parts_.assign(tokens_.size(), Part::word);
    selects_of_.assign(tokens_.size(), 0);
    find_closings();
    for (std::size_t at = 0; at + 3 < tokens_.size(); ++at)
      if (is_name(at) && word(at + 1, "as") && sign(at + 2, "(") && is_query(at + 3))
        commons_.push_back(tokens_[at].text);
    selects_.push_back({});
    selects_.back().is_read = is_query(0);
    read();
  }

  std::size_t size() const { return tokens_.size(); }
  const SqlToken& operator[](std::size_t at) const { return tokens_[at]; }
  Part part(std::size_t at) const { return parts_[at]; }
  const Select& select(std::size_t at) const { return selects_[selects_of_[at]]; }
  const Select* around(const Select& inner) const {
    return inner.around < 0 ? nullptr : &selects_[static_cast<std::size_t>(inner.around)];
  }
  bool sign(std::size_t at, std::string_view sign) const {
    return at < size() && tokens_[at].kind == SqlToken::Kind::sign && tokens_[at].text == sign;
  }
  bool behind(std::size_t at, std::string_view what) const { return at > 0 && sign(at - 1, what); }
  bool word(std::size_t at, std::string_view word) const {
    return at < size() && tokens_[at].kind == SqlToken::Kind::word && same(tokens_[at].text, word);
  }
  bool is_name(std::size_t at) const {
    return at < size() && (tokens_[at].kind == SqlToken::Kind::word || tokens_[at].kind == SqlToken::Kind::quoted_name);
  }
  /// Whether a result anywhere in the text is given the name.
  bool gives_name(std::string_view name) const {
    for (std::size_t at = 1; at < size(); ++at)
      if (is_name(at) && tokens_[at].text == name && word(at - 1, "as")) return true;
    return false;
  }
  bool is_common(std::string_view name) const { return std::ranges::find(commons_, name) != commons_.end(); }

 private:
  static bool same(std::string_view left, std::string_view right) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(left, right, [&](char a, char b) { return lower(a) == lower(b); });
  }
  bool any_of(std::size_t at, Words words) const {
    return std::ranges::any_of(words, [&](auto each) { return word(at, each); });
  }
  bool is_query(std::size_t at) const { return word(at, "select") || word(at, "with"); }

  void find_closings() {
    closings_.assign(tokens_.size(), tokens_.size());
    std::vector<std::size_t> open;
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      if (sign(at, "(")) open.push_back(at);
      if (!sign(at, ")") || open.empty()) continue;
      closings_[open.back()] = at;
      open.pop_back();
    }
  }

  void read() {
    std::vector<std::size_t> open;
    std::size_t now = 0;
    bool relation_next = false;
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      selects_of_[at] = now;
      if (sign(at, "(")) {
        if (relation_next) note_source(at);
        open.push_back(now);
        const bool is_read = relation_next || (at > 0 && (word(at - 1, "as") || word(at - 1, "materialized")));
        relation_next = relation_next && !is_query(at + 1);  // `from (a join b)`
        if (is_query(at + 1)) now = begin(now, open.size(), is_read);
        continue;
      }
      if (sign(at, ")")) {
        if (!open.empty()) now = open.back();
        if (!open.empty()) open.pop_back();
        selects_of_[at] = now;
        relation_next = false;
        continue;
      }
      if (sign(at, ";")) now = begin_beside(now);
      if (sign(at, ",")) {
        relation_next = selects_[now].lists_relations && open.size() == selects_[now].depth;
      } else if (relation_next && is_name(at) && parts_[at] != Part::alias) {
        at = note_source(at);
        relation_next = false;
      } else if (parts_[at] != Part::alias) {
        relation_next = clause(at, open.size(), now);
      }
      note_result(at, open.size(), selects_[now]);
    }
  }

  std::size_t begin(std::size_t around, std::size_t depth, bool is_read) {
    selects_.push_back({});
    selects_.back().around = static_cast<std::ptrdiff_t>(around);
    selects_.back().depth = depth;
    selects_.back().is_read = is_read;
    return selects_.size() - 1;
  }
  /// Of a `union`: it sees what the one before it sees from outside.
  std::size_t begin_beside(std::size_t other) {
    const auto before = selects_[other];
    const auto next = begin(0, before.depth, before.is_read);
    selects_[next].around = before.around;
    return next;
  }

  /// Notes where a clause begins; answers whether a relation stands behind the word.
  bool clause(std::size_t at, std::size_t depth, std::size_t& now) {
    if (word(at, "join")) {
      if (word(at - std::min<std::size_t>(at, 1), "array")) return selects_[now].lists_relations = false;
      return true;
    }
    if (word(at, "in") && !sign(at + 1, "(") && is_name(at + 1)) return true;
    if (word(at, "into") || word(at, "update") || word(at, "table")) return !sign(at + 1, "(");
    if (depth != selects_[now].depth || !any_of(at, clauses)) return false;
    if (word(at, "from") && at > 0 && word(at - 1, "distinct") && at > 1 && word(at - 2, "is")) return false;
    if (word(at, "union") || word(at, "except") || word(at, "intersect")) now = begin_beside(now);
    selects_of_[at] = now;
    selects_[now].clause = tokens_[at].text;
    selects_[now].lists_relations = word(at, "from");
    return word(at, "from");
  }

  /// Reads `schema.name alias`, `name (…) alias` or `(…) alias`; answers its last token that was read.
  std::size_t note_source(std::size_t at) {
    Source source;
    const auto select = selects_of_[at];
    auto behind = at;
    if (sign(at, "(")) {
      if (!is_query(at + 1)) return at;
      behind = closings_[at] + 1;
    } else {
      for (; sign(at + 1, ".") && is_name(at + 2); at += 2) selects_of_[at + 1] = selects_of_[at + 2] = select;
      source.name = tokens_[at].text;
      source.is_relation = !sign(at + 1, "(") && !(is_common(source.name) && !this->behind(at, "."));
      if (!sign(at + 1, "(")) parts_[at] = Part::relation;
      behind = sign(at + 1, "(") ? closings_[at + 1] + 1 : at + 1;
    }
    if (word(behind, "as")) ++behind;
    if (is_name(behind) && !any_of(behind, clauses) && !any_of(behind, no_aliases)) {
      source.alias = tokens_[behind].text;
      parts_[behind] = Part::alias;
    }
    selects_[select].sources.push_back(source);
    return at;
  }

  /// `a` of `select a, t.b, c + 1`, and `b`.
  void note_result(std::size_t at, std::size_t depth, const Select& select) {
    if (!select.is_read || depth != select.depth || !is_name(at) || parts_[at] != Part::word) return;
    if (any_of(at, clauses) || !(select.clause.size() == 6 && same(select.clause, "select"))) return;
    auto first = at;
    while (first > 1 && sign(first - 1, ".") && is_name(first - 2)) first -= 2;
    const bool begins = first > 0 && (sign(first - 1, ",") || word(first - 1, "select") ||
                                      word(first - 1, "distinct") || word(first - 1, "all"));
    const bool ends =
        at + 1 == size() || sign(at + 1, ",") || sign(at + 1, ")") || sign(at + 1, ";") || any_of(at + 1, clauses);
    if (begins && ends) parts_[at] = Part::result;
  }

  std::vector<SqlToken> tokens_;
  std::vector<std::size_t> closings_;
  std::vector<std::string_view> commons_;
  std::vector<Select> selects_;
  std::vector<std::size_t> selects_of_;
  std::vector<Part> parts_;
};

enum class Means { nothing, perhaps, surely };

class Search {
 public:
  Search(std::string_view text, const SqlWanted& wanted) : wanted_(wanted), scopes_(text) {}

  std::vector<SqlMention> all() {
    for (std::size_t at = 0; at < scopes_.size(); ++at) {
      if (!scopes_.is_name(at)) continue;
      const auto means = wanted_.column ? of_column(at) : of_relation(at);
      if (means == Means::nothing) continue;
      const auto& token = scopes_[at];
      found_.push_back(
          {token.begin, token.end, means == Means::surely, wanted_.column && scopes_.part(at) == Part::result});
    }
    return std::move(found_);
  }

 private:
  bool is_it(const Source& source) const { return source.is_relation && source.name == wanted_.relation; }

  Means of_relation(std::size_t at) const {
    if (scopes_[at].text != wanted_.relation) return Means::nothing;
    if (scopes_.part(at) == Part::relation)
      return scopes_.is_common(wanted_.relation) && !scopes_.behind(at, ".") ? Means::nothing : Means::surely;
    if (!scopes_.sign(at + 1, ".") || scopes_.part(at) == Part::alias) return Means::nothing;
    return of_qualifier(at, false);
  }

  /// What a name before a column means; with `aliased`, whatever the relation is called there.
  Means of_qualifier(std::size_t at, bool aliased) const {
    const auto name = scopes_[at].text;
    for (const auto* select = &scopes_.select(at); select; select = scopes_.around(*select))
      for (const auto& source : select->sources) {
        const bool by_alias = !source.alias.empty();
        if ((by_alias ? source.alias : source.name) != name) continue;
        return is_it(source) && (aliased || !by_alias) ? Means::surely : Means::nothing;
      }
    return wanted_.own && name == wanted_.relation ? Means::surely : Means::nothing;
  }

  Means of_column(std::size_t at) const {
    if (scopes_[at].text != *wanted_.column || scopes_.sign(at + 1, "(")) return Means::nothing;
    if (scopes_.part(at) == Part::relation || scopes_.part(at) == Part::alias) return Means::nothing;
    if (at > 0 && scopes_.word(at - 1, "as")) return Means::nothing;
    if (scopes_.behind(at, ".")) return at > 1 && scopes_.is_name(at - 2) ? of_qualifier(at - 2, true) : Means::nothing;
    auto means = free_column(at);
    const bool in_lambda = scopes_.sign(at + 1, "-") && scopes_.sign(at + 2, ">");
    const bool doubted =
        scopes_.gives_name(*wanted_.column) || scopes_.sign(at + 1, ".") || in_lambda || scopes_.sign(at + 1, "->");
    if (means == Means::surely && doubted) means = Means::perhaps;
    return means;
  }

  Means free_column(std::size_t at) const {
    bool unknown = false;
    for (const auto* select = &scopes_.select(at); select; select = scopes_.around(*select)) {
      bool here = false, elsewhere = false;
      for (const auto& source : select->sources) {
        if (is_it(source)) {
          here = true;
          continue;
        }
        const auto has =
            source.is_relation && wanted_.has_column ? wanted_.has_column(source.name) : std::optional<bool>();
        elsewhere = elsewhere || has.value_or(false);
        unknown = unknown || !has;
      }
      if (here) return elsewhere || unknown ? Means::perhaps : Means::surely;
      if (elsewhere) return Means::nothing;
    }
    if (!wanted_.own) return Means::nothing;
    return unknown ? Means::perhaps : Means::surely;
  }

  const SqlWanted& wanted_;
  Scopes scopes_;
  std::vector<SqlMention> found_;
};

}  // namespace

std::vector<SqlMention> sql_mentions(std::string_view text, const SqlWanted& wanted) {
  return Search(text, wanted).all();
}

std::vector<std::size_t> result_names(std::string_view text) {
  const Scopes scopes(text);
  std::vector<std::size_t> names;
  for (std::size_t at = 0; at < scopes.size(); ++at)
    if (scopes.part(at) == Part::result) names.push_back(scopes[at].begin);
  return names;
}

}  // namespace dmc::model
