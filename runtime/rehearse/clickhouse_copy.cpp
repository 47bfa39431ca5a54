// The server's own texts say what there is. Rows of the MergeTree family come over as parts, so that nothing is
// computed, collapsed or expired on the way.
#include "runtime/rehearse/clickhouse_copy.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "runtime/rehearse/rows.hpp"
#include "runtime/session/clickhouse_literals.hpp"

namespace dmc::rehearse {

namespace {

using session::clickhouse_text;

bool is_word_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// With another word for that one.
std::string with_word(const std::string& text, std::string_view old, std::string_view now) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = text.find(old, at);
    if (found == std::string::npos) return out + text.substr(at);
    const auto behind = found + old.size();
    const bool whole =
        (found == 0 || !is_word_byte(text[found - 1])) && (behind == text.size() || !is_word_byte(text[behind]));
    out.append(text, at, found - at).append(whole ? now : old);
    at = behind;
  }
  return out;
}

bool is_one_of(const std::string& engine, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), engine) != names.end();
}

class Copy {
 public:
  Copy(session::Session& admin, std::string from, std::string to)
      : admin_(admin), from_(std::move(from)), to_(std::move(to)) {}

  void make() {
    admin_.execute("drop database if exists " + sql_name(to_));
    admin_.execute("create database " + sql_name(to_));
    std::vector<Table> inner, tables, views;
    for (const auto& row : admin_
                               .query("select name, engine from system.tables where database = " +
                                      clickhouse_text(from_) + " order by name")
                               .rows) {
      Table table{text_at(row, 0), text_at(row, 1)};
      const bool computed =
          is_one_of(table.engine, {"View", "MaterializedView", "LiveView", "WindowView", "Dictionary"});
      auto& list = table.name.starts_with(".inner") ? inner : computed ? views : tables;
      list.push_back(std::move(table));
    }
    create(tables);
    for (const auto& table : tables) copy_rows(table, table.name);
    // Behind the rows: a materialized view would take them once more.
    create(views);
    for (const auto& table : inner) copy_rows(table, inner_of_copy(table.name));
  }

 private:
  struct Table {
    std::string name, engine;
  };

  std::string in(const std::string& database, const std::string& table) const {
    return sql_name(database) + "." + sql_name(table);
  }

  /// Each behind what it reads, in whatever order the server takes them.
  void create(std::vector<Table> left) {
    while (!left.empty()) {
      const auto before = left.size();
      std::string refusal;
      std::erase_if(left, [&](const Table& table) {
        try {
          const auto rows = admin_.query("show create table " + in(from_, table.name)).rows;
          admin_.execute(with_word(text_at(rows.at(0), 0), from_, to_));
          return true;
        } catch (const session::SessionError& error) {
          refusal = error.what();
          return false;
        }
      });
      if (left.size() == before) throw session::SessionError("the rehearsal's database cannot be copied: " + refusal);
    }
  }

  void copy_rows(const Table& table, const std::string& name) {
    if (keeps_parts(table.engine)) {
      const auto partitions = admin_.query(
          "select distinct partition_id from system.parts where active and database = " + clickhouse_text(from_) +
          " and table = " + clickhouse_text(table.name) + " order by partition_id");
      for (const auto& row : partitions.rows)
        admin_.execute("alter table " + in(to_, name) + " attach partition id " + clickhouse_text(text_at(row, 0)) +
                       " from " + in(from_, table.name));
    } else if (is_one_of(table.engine, {"Log", "TinyLog", "StripeLog", "Memory", "File", "EmbeddedRocksDB"})) {
      admin_.execute("insert into " + in(to_, name) + " select * from " + in(from_, table.name));
    }
  }

  /// The table behind a materialized view is called after the view, or after the view's number.
  std::string inner_of_copy(const std::string& name) {
    constexpr std::string_view numbered = ".inner_id.";
    if (!name.starts_with(numbered)) return name;
    const auto rows =
        admin_.query("select concat(" + clickhouse_text(numbered) +
                     ", toString(uuid)) from system.tables where database = " + clickhouse_text(to_) +
                     " and name in (select name from system.tables where database = " + clickhouse_text(from_) +
                     " and toString(uuid) = " + clickhouse_text(name.substr(numbered.size())) + ")");
    if (rows.rows.empty())
      throw session::SessionError("the rehearsal's database cannot be copied: no view has " + name);
    return text_at(rows.rows.front(), 0);
  }

  session::Session& admin_;
  std::string from_, to_;
};

}  // namespace

bool keeps_parts(const std::string& engine) { return engine.ends_with("MergeTree"); }

void copy_clickhouse_database(session::Session& admin, const std::string& from, const std::string& to) {
  Copy(admin, from, to).make();
}

}  // namespace dmc::rehearse
