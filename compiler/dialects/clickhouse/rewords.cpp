// A server writes functions for what an author may write as an operator or a construct, and shows no secret. Texts that
// speak of other columns or other literals are other texts.
#include "compiler/dialects/clickhouse/rewords.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <variant>
#include <vector>

#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/pieces.hpp"
#include "compiler/dialects/clickhouse/secrets.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/model/masked.hpp"
#include "compiler/plan/canonical_write.hpp"

namespace dmc::dialects::clickhouse {

namespace {

bool same_piece(const Piece& said, const Piece& seen) {
  return said.kind == seen.kind &&
         (said.text == seen.text || (seen.kind == Piece::Kind::string && seen.text == hidden_literal));
}

/// What a text is about: its literals, and the names in it that are no functions.
struct Subjects {
  std::set<std::string> names;
  std::set<std::string> literals;
  bool operator==(const Subjects&) const = default;
};

/// Words of constructs that a server shows as functions, in lower case.
bool is_construct(std::string_view word) {
  constexpr auto words = std::to_array<std::string_view>(
      {"all",   "and",      "any",      "as",       "asc",   "between", "both",    "by",      "case",   "cast",
       "day",   "days",     "distinct", "else",     "end",   "extract", "first",   "for",     "from",   "hour",
       "hours", "in",       "inner",    "interval", "is",    "last",    "leading", "like",    "minute", "minutes",
       "month", "months",   "not",      "null",     "nulls", "or",      "outer",   "quarter", "second", "seconds",
       "then",  "trailing", "week",     "weeks",    "when",  "year",    "years"});
  static_assert(std::ranges::is_sorted(words));
  return std::ranges::binary_search(words, word);
}

Subjects subjects_of(const Pieces& pieces) {
  Subjects subjects;
  for (std::size_t at = 0; at < pieces.size(); ++at) {
    const Piece& piece = pieces[at];
    const bool is_function = at + 1 < pieces.size() && pieces[at + 1].is("(");
    if (piece.kind == Piece::Kind::string) subjects.literals.insert(meaning_of(piece.text));
    if (piece.kind == Piece::Kind::number) subjects.literals.insert(piece.text);
    if (piece.is_name() && !is_function && !(piece.kind == Piece::Kind::word && is_construct(folded(piece.text))))
      subjects.names.insert(folded(piece.text));
  }
  return subjects;
}

Wording compared(const std::string& declared, const std::string& shown) {
  const Pieces said = pieces_of(normal_text(declared)), seen = pieces_of(normal_text(shown));
  if (std::ranges::equal(said, seen, same_piece)) return Wording::same;
  return subjects_of(said) == subjects_of(seen) ? Wording::unproven : Wording::another;
}

/// Where a server shows no value, the declared one is taken for it.
void keep_hidden(std::string& declared, std::string_view shown) {
  auto said = call_of(declared);
  const auto seen = call_of(shown);
  auto arguments = parts_of(said.arguments);
  const auto visible = parts_of(seen.arguments);
  if (said.name != seen.name || arguments.size() != visible.size()) return;
  for (std::size_t at = 0; at < arguments.size(); ++at)
    if (visible[at] == hidden_literal) arguments[at] = hidden_literal;
  if (!arguments.empty()) declared = said.name + "(" + joined(arguments, ", ") + ")";
}

void keep_hidden(std::vector<model::Setting>& declared, const std::vector<model::Setting>& shown) {
  for (auto& setting : declared)
    for (const auto& other : shown)
      if (other.name == setting.name && other.value == "[HIDDEN]") setting.value = other.value;
}

template <class T>
void keep_hidden_of(T& declared, const T& shown) {
  keep_hidden(declared.settings, shown.settings);
  if (declared.storage && shown.storage) keep_hidden(declared.storage->engine, shown.storage->engine);
}
void keep_hidden_of(model::Trigger&, const model::Trigger&) {}
void keep_hidden_of(model::Object&, const model::Object&) {}

/// What is no part of what the object is, and what no server tells.
void level(model::Table& table) {
  for (auto& column : table.columns) column.kept.reset();
  std::ranges::sort(table.columns, {}, &model::Column::name);
  table.cluster.clear();
}
void level(model::View& view) {
  view.after.clear();
  view.old_name_of.clear();
  view.cluster.clear();
}
void level(model::Trigger& trigger) { trigger.after.clear(); }
void level(model::Object& object) {
  object.after.clear();
  object.drop = {};
  object.replace.reset();
}

struct Pair {
  template <class T>
  Wording operator()(const T& declared, const T& shown) const {
    T left = declared, right = shown;
    level(left);
    level(right);
    keep_hidden_of(left, right);
    std::vector<std::string> said, seen;
    model::take_sql(left, said);
    model::take_sql(right, seen);
    if (plan::canonical(left) != plan::canonical(right) || said.size() != seen.size()) return Wording::another;
    auto wording = Wording::same;
    for (std::size_t at = 0; at < said.size(); ++at) {
      const auto one = compared(said[at], seen[at]);
      if (one == Wording::another) return one;
      if (one == Wording::unproven) wording = one;
    }
    return wording;
  }

  template <class T, class Other>
  Wording operator()(const T&, const Other&) const {
    return Wording::another;
  }
};

}  // namespace

Wording rewords(const change::ObjectValue& declared, const change::ObjectValue& shown) {
  return std::visit(Pair{}, declared, shown);
}

}  // namespace dmc::dialects::clickhouse
