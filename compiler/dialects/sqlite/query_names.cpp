// Walks statements as tokens with a stack of scopes. It knows where tables stand, which names are aliases and where
// columns can stand; everything else of SQL is passed over.
#include "compiler/dialects/sqlite/query_names.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

enum class Has { no, maybe, yes };

/// One thing that a query reads: a table, a view, a subquery, a `with` part.
struct Source {
  std::string name;  ///< as columns are qualified with it
  bool aliased = false;
  bool is_target = false;
  Has has = Has::no;  ///< whether it has a column of the name that changes
};

struct Common {
  std::string name;
  Has has = Has::no;
};

struct Scope {
  std::vector<Source> sources;
  std::vector<Common> commons;  ///< `with` parts
  const Scope* outer = nullptr;
};

bool any_of(const Token& token, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](auto word) { return token.is(word); });
}

class Walk {
 public:
  Walk(std::string_view text, const Renaming& renaming) : text_(text), renaming_(renaming), tokens_(tokens_of(text)) {}

  std::string query() {
    query(0, tokens_.size(), nullptr);
    return result();
  }

  std::string statements(bool on_table, bool free_names = false) {
    Scope rows;
    if (free_names) rows.sources.push_back({renaming_.table, false, true, Has::no});
    if (on_table)
      for (const char* row : {"new", "old"}) rows.sources.push_back({row, true, true, Has::no});
    for (std::size_t begin = 0; begin < tokens_.size();) {
      std::size_t end = begin;
      while (end < tokens_.size() && !tokens_[end].is_sign(";")) ++end;
      statement(begin, end, &rows);
      begin = end + 1;
    }
    return result();
  }
  std::vector<Edit> mentions(bool on_table, bool free_names) {
    statements(on_table, free_names);
    return std::move(edits_);
  }

 private:
  using Place = std::size_t;

  std::string result() {
    std::ranges::sort(edits_, {}, &Edit::begin);
    return edited(text_, edits_);
  }

  bool sign(Place i, Place end, std::string_view what) const { return i < end && tokens_[i].is_sign(what); }
  bool word(Place i, Place end, std::string_view what) const { return i < end && tokens_[i].is(what); }
  bool is_name(Place i, Place end) const {
    if (i >= end) return false;
    return tokens_[i].kind == Token::Kind::quoted ||
           (tokens_[i].kind == Token::Kind::word && !is_reserved(tokens_[i].text));
  }
  bool named(Place i, std::string_view name) const { return same_name(tokens_[i].name(), name); }
  void replace(Place i) { edits_.push_back({tokens_[i].begin, tokens_[i].end, quoted(renaming_.to)}); }
  void replace_table(Place i) {
    if (!renaming_.column) replace(i);
  }

  Place closing(Place open, Place end) const {
    int depth = 0;
    for (Place i = open; i < end; ++i) {
      if (tokens_[i].is_sign("(")) ++depth;
      if (tokens_[i].is_sign(")") && --depth == 0) return i;
    }
    return end;
  }

  /// The next token outside parentheses that is one of the words.
  Place find(Place from, Place end, std::initializer_list<std::string_view> words) const {
    for (Place i = from; i < end; ++i) {
      if (tokens_[i].is_sign("(")) {
        i = closing(i, end);
        if (i >= end) break;
      } else if (any_of(tokens_[i], words) && !(tokens_[i].is("from") && i > from && tokens_[i - 1].is("distinct"))) {
        return i;  // `is distinct from` is no `from`
      }
    }
    return end;
  }

  static const Common* common_of(std::string_view name, const Scope* scope) {
    for (; scope; scope = scope->outer)
      for (const auto& common : scope->commons)
        if (same_name(common.name, name)) return &common;
    return nullptr;
  }

  /// `name` or `schema.name` at `i`, an alias behind it; moves on and answers what it is.
  Source source(Place& i, Place end, const Scope* scope, bool may_alias = true) {
    Source found;
    const bool qualified = sign(i + 1, end, ".");
    if (qualified) i += 2;
    if (!is_name(i, end)) return found;
    found.name = tokens_[i].name();
    const auto* common = qualified ? nullptr : common_of(found.name, scope);
    found.is_target = !common && same_name(found.name, renaming_.table);
    if (found.is_target)
      replace_table(i);
    else
      found.has = common ? common->has : renaming_.has_column(found.name) ? Has::yes : Has::no;
    ++i;
    if (may_alias) alias(found, i, end);
    return found;
  }

  void alias(Source& source, Place& i, Place end) {
    if (word(i, end, "as"))
      ++i;
    else if (i < end &&
             any_of(tokens_[i], {"on",        "using",   "join",    "left",   "right",     "full",    "inner",
                                 "outer",     "cross",   "natural", "where",  "set",       "indexed", "not",
                                 "group",     "order",   "limit",   "having", "window",    "union",   "except",
                                 "intersect", "default", "values",  "select", "returning", "from",    "with"}))
      return;
    if (!is_name(i, end) && !(i < end && tokens_[i].kind == Token::Kind::string)) return;
    source.name = tokens_[i].name();
    source.aliased = true;
    ++i;
  }

  /// The list behind `from`, up to `end`: fills the scope, walks subqueries, and answers the places of `on` conditions.
  void sources(Place i, Place end, Scope& scope, std::vector<std::pair<Place, Place>>& conditions) {
    while (i < end) {
      if (sign(i, end, "(")) {
        const Place close = closing(i, end);
        if (is_query(i + 1, close)) {
          query(i + 1, close, &scope);
          Source found{"", false, false, outputs(i + 1, close)};
          i = close + 1;
          alias(found, i, end);
          scope.sources.push_back(found);
        } else {
          sources(i + 1, close, scope, conditions);
          i = close + 1;
        }
      } else if (word(i, end, "on")) {
        const Place stop = find_join(i + 1, end);
        conditions.emplace_back(i + 1, stop);
        i = stop;
      } else if (word(i, end, "using")) {
        i = closing(i + 1, end) + 1;
      } else if (word(i, end, "indexed")) {
        i += 3;
      } else if (word(i, end, "not") || sign(i, end, ",") ||
                 (i < end && any_of(tokens_[i], {"join", "left", "right", "full", "inner", "outer", "cross", "natural",
                                                 "indexed"}))) {
        ++i;
      } else if (is_name(i, end) && sign(i + 1, end, "(")) {
        const Place close = closing(i + 1, end);  // a table-valued function
        conditions.emplace_back(i + 2, close);
        Source found{tokens_[i].name(), false, false, Has::no};
        i = close + 1;
        alias(found, i, end);
        scope.sources.push_back(found);
      } else if (is_name(i, end)) {
        scope.sources.push_back(source(i, end, &scope));
      } else {
        ++i;
      }
    }
  }

  Place find_join(Place from, Place end) const {
    for (Place i = from; i < end; ++i) {
      if (tokens_[i].is_sign("(")) {
        i = closing(i, end);
      } else if (tokens_[i].is_sign(",") || any_of(tokens_[i], {"join", "inner", "cross", "natural"}) ||
                 (any_of(tokens_[i], {"left", "right", "full"}) && !sign(i + 1, end, "("))) {
        return i;
      }
    }
    return end;
  }

  bool is_query(Place i, Place end) const { return i < end && any_of(tokens_[i], {"select", "with", "values"}); }

  /// Whether the rows of a query have a column of the name: by the aliases and last names of its first result list.
  Has outputs(Place i, Place end) const {
    if (!renaming_.column) return Has::no;
    if (word(i, end, "with")) i = find(i, end, {"select", "values"});
    if (!word(i, end, "select")) return Has::no;
    const Place stop = find(i, end, {"from", "where", "union", "except", "intersect", "order", "limit"});
    Has has = Has::no;
    for (Place k = i + 1; k < stop; ++k) {
      if (tokens_[k].is_sign("(") && (k = closing(k, stop)) >= stop) break;
      const bool last = k + 1 >= stop || tokens_[k + 1].is_sign(",");
      if (last && tokens_[k].is_sign("*")) has = Has::maybe;
      if (last && tokens_[k].can_be_name() && named(k, *renaming_.column)) return Has::yes;
    }
    return has;
  }

  /// `with a as (…), b (x) as (…)`: answers where the statement itself begins.
  Place commons(Place i, Place end, Scope& scope) {
    ++i;
    if (word(i, end, "recursive")) ++i;
    while (is_name(i, end)) {
      Common common{tokens_[i].name(), Has::no};
      ++i;
      std::optional<Has> listed;
      if (sign(i, end, "(")) {
        const Place close = closing(i, end);
        listed = Has::no;
        for (Place k = i + 1; k < close; ++k)
          if (renaming_.column && tokens_[k].can_be_name() && named(k, *renaming_.column)) listed = Has::yes;
        i = close + 1;
      }
      while (i < end && !sign(i, end, "(")) ++i;
      const Place close = closing(i, end);
      common.has = listed ? *listed : outputs(i + 1, close);
      scope.commons.push_back(common);  // a recursive one sees itself
      query(i + 1, close, &scope);
      i = close + 1;
      if (!sign(i, end, ",")) break;
      ++i;
    }
    return i;
  }

  void query(Place begin, Place end, const Scope* outer) {
    Scope with;
    with.outer = outer;
    if (word(begin, end, "with")) begin = commons(begin, end, with);
    std::vector<Scope> cores;
    Place i = begin;
    for (;;) {
      const Place stop = find(i, end, {"union", "except", "intersect"});
      const Place order = stop == end ? find(i, end, {"order", "limit"}) : stop;
      cores.emplace_back();
      cores.back().outer = &with;
      core(i, order, cores.back());
      if (stop == end) {
        order_by(order, end, cores.front(), begin,
                 find(begin, end, {"from", "union", "except", "intersect", "order", "limit", "where"}));
        return;
      }
      i = word(stop + 1, end, "all") ? stop + 2 : stop + 1;
    }
  }

  void core(Place begin, Place end, Scope& scope) {
    const Place from = find(begin, end, {"from"});
    Place after = end;
    if (from < end) {
      after = find(from, end, {"where", "group", "having", "window"});
      std::vector<std::pair<Place, Place>> conditions;
      sources(from + 1, after, scope, conditions);
      for (const auto& [first, last] : conditions) expression(first, last, scope);
    }
    expression(begin, from, scope);
    expression(after, end, scope);
  }

  /// A whole term that is an alias of the result list means that alias; everything else resolves as in the query.
  void order_by(Place begin, Place end, const Scope& scope, Place list_begin, Place list_end) {
    for (Place i = begin; i < end; ++i) {
      const bool starts = i > begin && (tokens_[i - 1].is("by") || tokens_[i - 1].is_sign(","));
      const bool ends = i + 1 >= end || tokens_[i + 1].is_sign(",") ||
                        any_of(tokens_[i + 1], {"asc", "desc", "nulls", "collate", "limit"});
      if (sign(i, end, "(")) {
        const Place close = closing(i, end);
        expression(i, std::min(close + 1, end), scope);
        i = close;
      } else if (!(starts && ends && is_name(i, end) && is_alias(i, list_begin, list_end))) {
        column(i, begin, end, scope);
      }
    }
  }

  bool is_alias(Place name, Place begin, Place end) const {
    for (Place i = begin + 2; i < end; ++i) {
      const bool last = i + 1 >= end || tokens_[i + 1].is_sign(",");
      if (last && tokens_[i].can_be_name() && named(i, tokens_[name].name()) &&
          (tokens_[i - 1].is("as") || follows_operand(i, begin)))
        return true;
    }
    return false;
  }

  /// Whether what stands before is a value, so that a name here can only be an alias of it.
  bool follows_operand(Place i, Place begin) const {
    if (i <= begin) return false;
    const auto& before = tokens_[i - 1];
    if (before.kind == Token::Kind::number || before.kind == Token::Kind::string || before.kind == Token::Kind::quoted)
      return true;
    if (before.kind == Token::Kind::word)
      return !is_keyword(before.text) || any_of(before, {"end", "null", "true", "false"});
    return before.is_sign(")");
  }

  void expression(Place begin, Place end, const Scope& scope) {
    for (Place i = begin; i < end; ++i) {
      if (sign(i, end, "(") && is_query(i + 1, end)) {
        const Place close = closing(i, end);
        query(i + 1, close, &scope);
        i = close;
      } else if (word(i, end, "in") && is_name(i + 1, end)) {
        Place at = i + 1;
        source(at, end, &scope, false);
        i = at - 1;
      } else {
        column(i, begin, end, scope);
      }
    }
  }

  /// The name at `i`, if it is one that can be a column or a qualifier.
  void column(Place i, Place begin, Place end, const Scope& scope) {
    if (!is_name(i, end)) return;
    if (sign(i + 1, end, ".")) {
      if (!renaming_.column && !sign(i + 3, end, ".") && named(i, renaming_.table) &&
          means_table(tokens_[i].name(), scope))
        replace(i);
      return;
    }
    if (!renaming_.column || !named(i, *renaming_.column)) return;
    if (i > begin && tokens_[i - 1].is_sign(".")) {
      if (i >= begin + 2 && means_table(tokens_[i - 2].name(), scope)) replace(i);
      return;
    }
    if (sign(i + 1, end, "(") || (i > begin && any_of(tokens_[i - 1], {"as", "collate", "over", "window", "nulls"})))
      return;
    if (follows_operand(i, begin) || !is_free_column(scope)) return;
    replace(i);
  }

  /// Whether the qualifier means the table itself, or for a column also an alias of it.
  bool means_table(std::string_view qualifier, const Scope& innermost) const {
    for (const auto* scope = &innermost; scope; scope = scope->outer)
      for (const auto& source : scope->sources)
        if (same_name(source.name, qualifier)) return source.is_target && (renaming_.column || !source.aliased);
    return false;
  }

  bool is_free_column(const Scope& innermost) const {
    for (const auto* scope = &innermost; scope; scope = scope->outer) {
      const auto is_row = [](const Source& source) { return source.aliased && any_row(source.name); };
      for (const auto& source : scope->sources)
        if (source.is_target && !is_row(source)) return true;
      for (const auto& source : scope->sources)
        if (source.has != Has::no) return false;
    }
    return false;
  }

  /// Rows that are reached with their qualifier alone.
  static bool any_row(std::string_view name) {
    constexpr std::array<std::string_view, 3> rows{"new", "old", "excluded"};
    return std::ranges::any_of(rows, [&](auto row) { return same_name(row, name); });
  }

  void statement(Place begin, Place end, const Scope* outer) {
    Scope with;
    with.outer = outer;
    if (word(begin, end, "with")) begin = commons(begin, end, with);
    if (is_query(begin, end)) return query(begin, end, &with);
    if (begin < end && any_of(tokens_[begin], {"insert", "replace"})) return insert(begin, end, with);
    if (word(begin, end, "update")) return update(begin, end, with);
    if (word(begin, end, "delete")) return remove(begin, end, with);
    expression(begin, end, with);
  }

  void columns(Place begin, Place end, const Source& table) {
    for (Place i = begin; i < end; ++i)
      if (renaming_.column && table.is_target && is_name(i, end) && named(i, *renaming_.column)) replace(i);
  }

  void insert(Place begin, Place end, Scope& with) {
    Place i = find(begin, end, {"into"}) + 1;
    const auto table = source(i, end, &with);
    if (sign(i, end, "(")) {
      const Place close = closing(i, end);
      columns(i, close, table);
      i = close + 1;
    }
    Place conflict = find(i, end, {"on", "returning"});
    // `on` also joins: a conflict clause is `on conflict`.
    while (conflict < end && word(conflict, end, "on") && !word(conflict + 1, end, "conflict"))
      conflict = find(conflict + 1, end, {"on", "returning"});
    if (is_query(i, conflict)) query(i, conflict, &with);
    Scope own;
    own.outer = &with;
    own.sources = {table, {"excluded", true, table.is_target, Has::no}};
    assignments(conflict, end, own, table);
  }

  /// `(c) where …`, `set c = …, (a, b) = …`, `where …`, `returning …`: names left of `=` are columns of the table
  /// alone.
  void assignments(Place begin, Place end, const Scope& scope, const Source& table) {
    bool left = false;
    for (Place i = begin; i < end; ++i) {
      if (word(i, end, "set")) {
        left = true;
      } else if (any_of(tokens_[i], {"where", "returning", "from"})) {
        left = false;
      } else if (sign(i, end, "=")) {
        left = false;
        const Place stop = end_of_value(i + 1, end);
        expression(i + 1, stop, scope);
        left = sign(stop, end, ",");
        i = left ? stop : stop - 1;
      } else if (left && sign(i, end, "(")) {
        const Place close = closing(i, end);
        columns(i, close, table);
        i = close;
      } else if (left) {
        columns(i, i + 1, table);
      } else {
        const Place stop = find(i, end, {"set"});
        expression(i, stop, scope);
        i = stop - 1;
      }
    }
  }

  Place end_of_value(Place from, Place end) const {
    for (Place i = from; i < end; ++i) {
      if (tokens_[i].is_sign("("))
        i = closing(i, end);
      else if (tokens_[i].is_sign(",") || any_of(tokens_[i], {"where", "from", "returning"}))
        return i;
    }
    return end;
  }

  void update(Place begin, Place end, Scope& with) {
    Place i = begin + 1;
    if (word(i, end, "or")) i += 2;
    Scope own;
    own.outer = &with;
    const auto table = source(i, end, &with);
    own.sources.push_back(table);
    const Place from = find(i, end, {"from"});
    const Place after = from < end ? find(from, end, {"where", "returning"}) : end;
    std::vector<std::pair<Place, Place>> conditions;
    if (from < end) sources(from + 1, after, own, conditions);
    for (const auto& [first, last] : conditions) expression(first, last, own);
    assignments(find(i, end, {"set"}), from, own, table);
    expression(after, end, own);
  }

  void remove(Place begin, Place end, Scope& with) {
    Place i = begin + 2;
    Scope own;
    own.outer = &with;
    own.sources.push_back(source(i, end, &with));
    expression(i, end, own);
  }

  std::string_view text_;
  const Renaming& renaming_;
  std::vector<Token> tokens_;
  std::vector<Edit> edits_;
};

}  // namespace

std::string query_renamed(std::string_view text, const Renaming& renaming) { return Walk(text, renaming).query(); }

std::string statements_renamed(std::string_view text, const Renaming& renaming, bool on_table) {
  return Walk(text, renaming).statements(on_table);
}

std::vector<Edit> mentions_in(std::string_view text, const Renaming& renaming, bool on_table, bool free_names) {
  return Walk(text, renaming).mentions(on_table, free_names);
}

}  // namespace dmc::dialects::sqlite
