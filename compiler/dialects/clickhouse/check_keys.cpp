// Names are found by their pieces: what is no function, no keyword and nobody's parameter is a column.
#include "compiler/dialects/clickhouse/check_keys.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/pieces.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/dialects/clickhouse/types.hpp"

namespace dmc::dialects::clickhouse {

namespace {

/// Words of `ttl` that are no columns, beside ClickHouse's keywords.
constexpr auto words_of_ttl =
    std::to_array<std::string_view>({"CODEC", "DELETE", "DISK", "RECOMPRESS", "SET", "TO", "VOLUME", "delete", "disk",
                                     "recompress", "set", "to", "volume"});

class KeyCheck {
 public:
  KeyCheck(const model::Table& table, grammar::Diagnostics& diagnostics) : table_(table), diagnostics_(diagnostics) {}

  void run() {
    const auto& storage = *table_.storage;
    names("order by", storage.order_by.text, "E0954");
    names("partition by", storage.partition_by.text, "E0954");
    names("primary key", storage.primary_key.text, "E0954");
    names("sample by", storage.sample_by.text, "E0954");
    names("ttl", storage.ttl.text, "E0955");
    nullable_key(storage.order_by.text);
    prefix(storage);
    for (const auto& part : parts_of(storage.ttl.text))
      moment(part, table_.origin, fmt::format("table '{}'", table_.name));
    for (const auto& column : table_.columns) column_ttl(column);
  }

 private:
  /// `nst.k` is a column of its own; of `tup.1` the tuple is one.
  const model::Column* column_at(const Pieces& pieces, std::size_t at) const {
    const std::string name = name_of(pieces[at]);
    if (at + 2 < pieces.size() && pieces[at + 1].is("."))
      if (const auto* nested = table_.column(name + "." + name_of(pieces[at + 2]))) return nested;
    return table_.column(name);
  }

  static bool is_column_name(const Pieces& pieces, std::size_t at) {
    const Piece& piece = pieces[at];
    if (!piece.is_name() || (at > 0 && pieces[at - 1].is("."))) return false;
    if (at + 1 < pieces.size() && pieces[at + 1].is("(")) return false;
    if (piece.quoted) return true;
    constexpr auto literals = std::to_array<std::string_view>({"false", "inf", "nan", "true"});
    return !is_keyword(piece.text) && std::ranges::count(literals, std::string_view(piece.text)) == 0;
  }

  void names(std::string_view clause, const std::string& text, std::string_view code) {
    const auto pieces = pieces_of(text);
    if (std::ranges::any_of(pieces, [](const Piece& piece) { return piece.is("->"); })) return;
    for (std::size_t at = 0; at < pieces.size(); ++at) {
      if (!is_column_name(pieces, at) || column_at(pieces, at)) continue;
      if (clause == "ttl" && std::ranges::count(words_of_ttl, std::string_view(pieces[at].text)) > 0) continue;
      unknown(clause, name_of(pieces[at]), table_.origin, code);
    }
  }

  void unknown(std::string_view clause, const std::string& name, const model::Origin& origin, std::string_view code) {
    auto& diagnostic = diagnostics_.error(
        code, origin.span, fmt::format("'{}' of table '{}' names no column: {}", clause, table_.name, name),
        fmt::format("table '{}' has no column '{}'", table_.name, name));
    std::vector<std::string_view> known;
    for (const auto& column : table_.columns) known.push_back(column.name);
    std::string near;
    for (const auto& word : grammar::nearest(name, known)) near += (near.empty() ? "" : ", ") + word;
    if (!near.empty()) diagnostic.help.push_back(fmt::format("did you mean {}?", near));
  }

  void nullable_key(const std::string& order_by) {
    const auto allows = std::ranges::any_of(table_.settings, [](const model::Setting& setting) {
      return setting.name == "allow_nullable_key" && setting.value == "1";
    });
    if (allows) return;
    for (const auto& part : parts_of(order_by)) {
      const auto pieces = pieces_of(part);
      const auto* column = pieces.size() == 1 && pieces[0].is_name() ? column_at(pieces, 0) : nullptr;
      const auto type = column ? type_of(column->type) : std::nullopt;
      if (!type || !is_nullable(*type)) continue;
      auto& diagnostic = diagnostics_.error("E0954", column->origin.span,
                                            fmt::format("column '{}' may be null and is sorted by", column->name),
                                            fmt::format("'order by' of table '{}' names it", table_.name));
      diagnostic.help.push_back("sort by a value that is there:  order by (ifNull(" + name_text(column->name) +
                                ", …));");
      diagnostic.help.push_back("or, where nulls among the keys are meant:  settings allow_nullable_key = 1;");
    }
  }

  /// Rows are found by the primary key, which therefore begins the order that they lie in.
  void prefix(const model::Storage& storage) {
    const auto sorted = parts_of(storage.order_by.text);
    // `primary key ()` is shown so.
    const auto primary =
        storage.primary_key.text == "tuple()" ? std::vector<std::string>() : parts_of(storage.primary_key.text);
    const bool begins = primary.size() <= sorted.size() && std::equal(primary.begin(), primary.end(), sorted.begin(),
                                                                      [](const auto& one, const auto& other) {
                                                                        return model::Sql{one} == model::Sql{other};
                                                                      });
    if (!begins)
      diagnostics_
          .error("E0954", table_.origin.span,
                 fmt::format("the primary key of table '{}' does not begin its sorting key", table_.name),
                 fmt::format("rows are sorted by ({})", storage.order_by.text))
          .help.push_back(fmt::format("write:  order by ({}, …);", storage.primary_key.text));
    if (storage.sample_by.text.empty()) return;
    const auto& key = primary.empty() ? sorted : primary;
    const bool holds =
        std::ranges::any_of(key, [&](const std::string& part) { return model::Sql{part} == storage.sample_by; });
    if (!holds)
      diagnostics_
          .error("E0954", table_.origin.span,
                 fmt::format("table '{}' is sampled by what is not in its primary key", table_.name),
                 fmt::format("the key is ({})", fmt::join(key, ", ")))
          .help.push_back(fmt::format("put it into the key:  order by (…, {});", storage.sample_by.text));
  }

  /// A ttl counts from a date; of one that begins with a column, the column must be one.
  void moment(const std::string& text, const model::Origin& origin, const std::string& of) {
    const auto pieces = pieces_of(text);
    if (pieces.empty() || !is_column_name(pieces, 0)) return;
    const bool alone =
        pieces.size() == 1 || pieces[1].is("+") || pieces[1].is("-") || pieces[1].kind == Piece::Kind::word;
    const auto* column = alone ? column_at(pieces, 0) : nullptr;
    const auto type = column ? type_of(column->type) : std::nullopt;
    constexpr auto moments = std::to_array<std::string_view>({"Date", "Date32", "DateTime", "DateTime64"});
    if (!type || std::ranges::count(moments, std::string_view(type->name)) > 0) return;
    auto& diagnostic = diagnostics_.error(
        "E0955", origin.span, fmt::format("the ttl of {} counts from '{}', which is no date", of, column->name),
        fmt::format("it is of the type {}", column->type));
    const bool may_be_null = is_nullable(*type);
    diagnostic.help.push_back(may_be_null ? "count from a value that is there:  ttl (ifNull(…, toDateTime(0)) + …)"
                                          : "make it one:  ttl (toDateTime(" + name_text(column->name) + ") + …)");
  }

  void column_ttl(const model::Column& column) {
    if (!column.ttl) return;
    const auto pieces = pieces_of(column.ttl->text);
    for (std::size_t at = 0; at < pieces.size(); ++at)
      if (is_column_name(pieces, at) && !column_at(pieces, at))
        unknown("ttl", name_of(pieces[at]), column.origin, "E0955");
    moment(column.ttl->text, column.origin, fmt::format("column '{}'", column.name));
    const auto& storage = *table_.storage;
    for (const auto* key : {&storage.order_by, &storage.partition_by, &storage.primary_key, &storage.sample_by})
      for (const auto name : model::names_in(key->text)) {
        if (name != column.name) continue;
        diagnostics_.error("E0955", column.origin.span,
                           fmt::format("column '{}' is in a key and cannot lose its values", column.name),
                           fmt::format("a key of table '{}' names it", table_.name));
        return;
      }
  }

  const model::Table& table_;
  grammar::Diagnostics& diagnostics_;
};

}  // namespace

void check_keys(const model::Table& table, grammar::Diagnostics& diagnostics) {
  if (!table.columns.empty()) KeyCheck(table, diagnostics).run();
}

}  // namespace dmc::dialects::clickhouse
