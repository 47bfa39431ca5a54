// One pass over the pieces; a clause ends where the next one begins, outside of brackets.
#include "compiler/dialects/clickhouse/inspect/create.hpp"

#include <algorithm>
#include <array>

#include "compiler/dialects/clickhouse/pieces.hpp"
#include "compiler/dialects/clickhouse/text.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using Kind = Piece::Kind;

class Reader {
 public:
  Reader(std::string_view statement, std::string_view database) : pieces_(pieces_of(statement)), database_(database) {}

  Created created() {
    read_kind();
    if (result_.kind != "table" && result_.kind != "view" && result_.kind != "materialized view")
      return std::move(result_);
    path();
    if (is("UUID")) at_ += 2;
    if (is("ON") && word(at_ + 1) == "CLUSTER") at_ += 3;
    if (is("TO") && word(at_ + 1) != "INNER") {
      ++at_;
      result_.to = path();
    }
    if (at_ < pieces_.size() && pieces_[at_].is("(")) {
      const std::size_t close = closing(pieces_, at_);
      for_each_part(at_ + 1, close, [&](std::size_t begin, std::size_t end) { member(begin, end); });
      at_ = close + 1;
    }
    while (at_ < pieces_.size()) clause();
    return std::move(result_);
  }

 private:
  /// Of a word that is not quoted; else nothing.
  std::string_view word(std::size_t at) const {
    return at < pieces_.size() && pieces_[at].kind == Kind::word && !pieces_[at].quoted ? pieces_[at].text
                                                                                        : std::string_view{};
  }
  bool is(std::string_view expected) const { return word(at_) == expected; }

  std::string text(std::size_t begin, std::size_t end) const {
    return text_of(Pieces(pieces_.begin() + static_cast<std::ptrdiff_t>(begin),
                          pieces_.begin() + static_cast<std::ptrdiff_t>(end)));
  }
  model::Sql sql(std::size_t begin, std::size_t end) const { return {normal_text(text(begin, end), database_)}; }

  void read_kind() {
    ++at_;
    if (is("OR")) at_ += 2;
    for (; at_ < pieces_.size(); ++at_) {
      const auto next = word(at_);
      std::string lower(next);
      for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      result_.kind += (result_.kind.empty() ? "" : " ") + lower;
      if (next == "TABLE" || next == "VIEW" || next == "DICTIONARY" || next == "FUNCTION") break;
    }
    ++at_;
  }

  /// `db.name`, without the database where it is the own one.
  std::string path() {
    std::string first = name_of(pieces_[at_++]);
    if (at_ >= pieces_.size() || !pieces_[at_].is(".")) return first;
    const std::string second = name_of(pieces_[at_ + 1]);
    at_ += 2;
    return first == database_ ? second : first + "." + second;
  }

  template <class Take>
  void for_each_part(std::size_t begin, std::size_t end, Take take) const {
    std::size_t from = begin;
    for (std::size_t at = begin; at < end; ++at) {
      if (pieces_[at].is("(") || pieces_[at].is("[")) at = closing(pieces_, at);
      if (!pieces_[at].is(",")) continue;
      take(from, at);
      from = at + 1;
    }
    if (from < end) take(from, end);
  }

  /// The first place from `begin` on where `found` holds, outside of brackets.
  template <class Found>
  std::size_t find(std::size_t begin, std::size_t end, Found found) const {
    for (std::size_t at = begin; at < end; ++at) {
      if (found(at)) return at;
      if (pieces_[at].is("(") || pieces_[at].is("[")) at = closing(pieces_, at);
    }
    return end;
  }

  // The list of columns

  void member(std::size_t begin, std::size_t end) {
    const auto first = word(begin), third = word(begin + 2);
    if (first == "INDEX") {
      const auto type = find(begin + 2, end, [&](std::size_t at) { return word(at) == "TYPE"; });
      if (type != end) return index(begin + 1, type, end);
    }
    if (first == "CONSTRAINT" && (third == "CHECK" || third == "ASSUME")) {
      result_.table.checks.push_back({name_of(pieces_[begin + 1]), sql(begin + 3, end), {}});
      result_.table.checks.back().assumed = third == "ASSUME";
      return;
    }
    if (first == "PROJECTION" && begin + 3 < end && pieces_[begin + 2].is("(") &&
        (word(begin + 3) == "SELECT" || word(begin + 3) == "WITH")) {
      result_.table.projections.push_back(
          {name_of(pieces_[begin + 1]), sql(begin + 3, closing(pieces_, begin + 2)), {}});
      return;
    }
    if (first == "PROJECTION" && word(begin + 2) == "INDEX") return leave("a projection of the kind 'index'");
    if (first == "PRIMARY" && word(begin + 1) == "KEY") {
      storage().primary_key = {normal_key(text(begin + 2, end))};
      return;
    }
    column(begin, end);
  }

  void leave(std::string why) {
    if (result_.unread.empty()) result_.unread = std::move(why);
  }

  void index(std::size_t name, std::size_t type, std::size_t end) {
    model::Index index;
    index.name = name_of(pieces_[name]);
    const auto granularity = find(type, end, [&](std::size_t at) { return word(at) == "GRANULARITY"; });
    index.method = text(type + 1, granularity);
    index.granularity = granularity < end ? std::stoll(pieces_[granularity + 1].text) : 1;
    for (const auto& part : parts_of(normal_key(text(name + 1, type)))) {
      model::Element element;
      const auto pieces = pieces_of(part);
      if (pieces.size() == 1 && pieces.front().is_name())
        element.column = name_of(pieces.front());
      else
        element.expression = model::Sql{part};
      index.elements.push_back(std::move(element));
    }
    result_.table.indexes.push_back(std::move(index));
  }

  bool begins_option(std::size_t at) const {
    const auto option = word(at);
    const bool has_list = at + 1 < pieces_.size() && pieces_[at + 1].is("(");
    if (option == "CODEC" || option == "STATISTICS") return has_list;
    if (option == "SETTINGS") return has_list;
    if (option == "COMMENT") return at + 1 < pieces_.size() && pieces_[at + 1].kind == Kind::string;
    return option == "DEFAULT" || option == "MATERIALIZED" || option == "ALIAS" || option == "EPHEMERAL" ||
           option == "TTL";
  }

  void column(std::size_t begin, std::size_t end) {
    model::Column column;
    column.name = name_of(pieces_[begin]);
    column.not_null = true;
    std::size_t at = begin + 2;
    if (at < end && pieces_[at].is("(")) at = closing(pieces_, at) + 1;
    column.type = text(begin + 1, std::min(at, end));
    while (at < end) {
      const auto option = word(at);
      const std::size_t next = find(at + 1, end, [&](std::size_t i) { return begins_option(i); });
      if (option == "DEFAULT") {
        column.default_value = sql(at + 1, next);
      } else if (option == "MATERIALIZED" || option == "ALIAS") {
        column.generated = model::Generated{sql(at + 1, next), option == "MATERIALIZED"};
      } else if (option == "EPHEMERAL") {
        column.ephemeral = sql(at + 1, next);
      } else if (option == "COMMENT") {
        column.comment = meaning_of(pieces_[at + 1].text);
      } else if (option == "CODEC") {
        column.codec = text(at + 2, next - 1);
      } else if (option == "STATISTICS") {
        column.sketches = text(at + 2, next - 1);
      } else if (option == "TTL") {
        column.ttl = sql(at + 1, next);
      } else {
        leave("'" + text(at, next) + "' of its column " + column.name);
      }
      at = next;
    }
    // What a rebuild marks rows with is dmc's own.
    if (!column.name.starts_with("_dmc_")) result_.table.columns.push_back(std::move(column));
  }

  // The clauses behind it

  model::Storage& storage() { return result_.table.storage ? *result_.table.storage : result_.table.storage.emplace(); }

  bool begins_clause(std::size_t at) const {
    const auto first = word(at), second = word(at + 1);
    if (first == "PARTITION" || first == "ORDER" || first == "SAMPLE") return second == "BY";
    if (first == "PRIMARY") return second == "KEY";
    if (first == "COMMENT") return at + 1 < pieces_.size() && pieces_[at + 1].kind == Kind::string;
    if (first == "AS")
      return second == "SELECT" || second == "WITH" || (at + 1 < pieces_.size() && pieces_[at + 1].is("("));
    if (first == "SETTINGS") return at + 2 < pieces_.size() && pieces_[at + 2].is("=");
    return first == "ENGINE" || first == "TTL" || first == "REFRESH" || first == "DEFINER" || first == "SQL" ||
           first == "EMPTY";
  }

  void clause() {
    const auto first = word(at_);
    const std::size_t end = pieces_.size();
    const std::size_t next =
        first == "AS" ? end : find(at_ + 1, end, [&](std::size_t at) { return begins_clause(at); });
    const auto key = [&] { return model::Sql{normal_key(text(at_ + 2, next))}; };
    if (first == "ENGINE") {
      storage().engine = text(at_ + 2, next);
    } else if (first == "PARTITION") {
      storage().partition_by = key();
    } else if (first == "PRIMARY") {
      storage().primary_key = key();
    } else if (first == "ORDER") {
      storage().order_by = key();
    } else if (first == "SAMPLE") {
      storage().sample_by = key();
    } else if (first == "TTL") {
      storage().ttl = sql(at_ + 1, next);
    } else if (first == "SETTINGS") {
      for_each_part(at_ + 1, next, [&](std::size_t begin, std::size_t past) { setting(begin, past); });
    } else if (first == "COMMENT") {
      result_.table.comment = meaning_of(pieces_[at_ + 1].text);
    } else if (first == "AS") {
      query(at_ + 1);
    } else if (first == "REFRESH") {
      leave("a view that is computed anew by the clock");
    } else if (first == "SQL") {
      // As the server writes it of itself: a materialized view acts for whoever made it, any other for who asks.
      const auto usual = result_.kind == "materialized view" ? "DEFINER" : "INVOKER";
      if (word(at_ + 2) != usual) leave("its 'SQL SECURITY " + std::string(word(at_ + 2)) + "'");
    } else if (first != "DEFINER" && first != "EMPTY") {
      leave("its clause '" + text(at_, next) + "'");
    }
    at_ = next;
  }

  void setting(std::size_t begin, std::size_t end) {
    const Piece& value = pieces_[begin + 2];
    result_.table.settings.push_back(
        {pieces_[begin].text, value.kind == Kind::string ? meaning_of(value.text) : text(begin + 2, end)});
  }

  /// Some servers show the comment behind the query.
  void query(std::size_t begin) {
    std::size_t end = pieces_.size();
    if (end > begin + 2 && word(end - 2) == "COMMENT" && pieces_[end - 1].kind == Kind::string) {
      result_.table.comment = meaning_of(pieces_[end - 1].text);
      end -= 2;
    }
    result_.query = sql(begin, end);
  }

  Pieces pieces_;
  std::string database_;
  std::size_t at_ = 0;
  Created result_;
};

}  // namespace

Created read_create(std::string_view statement, std::string_view database) {
  return Reader(statement, database).created();
}

}  // namespace dmc::dialects::clickhouse
