// SQLite: databases are files in a folder, types are affinities, complaints name columns.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "compiler/dialects/sqlite/types.hpp"
#include "compiler/model/sql_text.hpp"
#include "runtime/rehearse/engines.hpp"
#include "runtime/rehearse/literals.hpp"

namespace dmc::rehearse {

namespace {

namespace fs = std::filesystem;
using dialects::sqlite::Affinity;
using session::Blob;
using session::Value;
using Values = std::vector<Value>;

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Days and times come as texts; which of them a text column holds only its name tells.
bool is_moment(const model::Column& column) {
  const auto name = folded(column.name), type = folded(column.type);
  return holds(type, "date") || holds(type, "time") || holds(name, "date") || holds(name, "time") ||
         name.ends_with("_at") || name.ends_with("_on");
}

Values moments() {
  return {"2024-02-29 12:34:56", "1999-12-31 23:59:59", "2024-01-15", "1970-01-01 00:00:00", "2038-01-19 03:14:07"};
}

Values whole_numbers() {
  return {std::int64_t{0},          std::int64_t{-1},         std::int64_t{2147483648}, std::int64_t{-2147483649},
          std::int64_t{1000000007}, std::int64_t{4294967296}, std::int64_t{127}};
}

Values odd_texts() {
  return {"",     " ",      "Łódź · 東京 · 🦊", "O'Reilly \"quoted\" \\ % _", "two\nlines\tand a tab", "0",
          "NULL", "-12.50", std::string(300, 'x')};
}

std::int64_t longest(std::string_view type) {
  const auto open = type.find('(');
  std::int64_t size = 0;
  for (std::size_t i = open; i != std::string_view::npos && ++i < type.size() && type[i] >= '0' && type[i] <= '9';)
    size = std::min<std::int64_t>(size * 10 + (type[i] - '0'), 1'000'000);
  return size;
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Pool texts(const model::Column& column) {
  Pool pool;
  if (is_moment(column)) {
    pool.plain = moments();
    pool.edges = moments();
    pool.any = [](std::uint64_t n) -> Value {
      return fmt::format("20{:02}-{:02}-{:02} {:02}:{:02}:{:02}", n % 70, n / 70 % 12 + 1, n / 840 % 28 + 1,
                         n / 23520 % 24, n / 564480 % 60, n / 33868800 % 60);
    };
    return pool;
  }
  const bool mail = holds(folded(column.name), "mail");
  pool.plain = mail ? Values{"ada@example.org", "bob.smith@example.com"} : Values{"Ada", "Bob Smith", "blue", "42"};
  pool.edges = odd_texts();
  pool.any = [mail](std::uint64_t n) -> Value {
    return mail ? fmt::format("person{}@example.org", n % 1'000'000) : fmt::format("word {}", n % 1'000'000);
  };
  return pool;
}

Pool numbers(bool real) {
  Pool pool;
  pool.plain = {std::int64_t{1}, std::int64_t{2}, std::int64_t{40}, std::int64_t{1999}};
  pool.edges = whole_numbers();
  if (real) {
    pool.plain.insert(pool.plain.begin(), {1.5, 19.99});
    pool.edges.insert(pool.edges.begin(), {0.0, -0.25, 1e15, 0.1});
  }
  pool.any = [real](std::uint64_t n) -> Value {
    const auto whole = static_cast<std::int64_t>(n % 100'000) + 1;
    if (real && n % 2 == 0) return static_cast<double>(whole) / 4;
    return whole;
  };
  return pool;
}

Pool bytes() {
  return {{Blob{"abc"}, Blob{"0123456789abcdef"}},
          {Blob{""}, Blob{std::string("\0\x01\xff\xfe", 4)}, Blob{std::string(1000, '\0')}},
          {},
          [](std::uint64_t n) -> Value { return Blob{fmt::format("{:08x}", n % 0xffffffff)}; }};
}

bool is_rowid(const model::Table& table, const model::Column& column) {
  return table.primary_key && table.primary_key->elements.size() == 1 &&
         table.primary_key->elements.front().column == column.name && folded(column.type) == "integer" &&
         !table.has_setting("without rowid");
}

bool is_number(const Value& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

/// What of the texts around it a column of that affinity would hold.
std::optional<Value> fitting(const Value& value, Affinity affinity) {
  if (affinity == Affinity::integer && !std::holds_alternative<std::int64_t>(value)) return std::nullopt;
  if (affinity == Affinity::real && !is_number(value)) return std::nullopt;
  if (affinity == Affinity::text)
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return value;
}

class Sqlite : public Engine {
 public:
  session::Url place(const fs::path& folder, const std::string& name) const override {
    // A database may be called anything; a file may not.
    std::string file;
    for (const char c : name)
      file += std::isalnum(static_cast<unsigned char>(c)) ? std::string(1, c)
                                                          : fmt::format("_{:02x}", static_cast<unsigned char>(c));
    return {"sqlite", (folder / (file + ".db")).string()};
  }

  /// Nobody has either file open, so no lock can be lost by opening them here (runtime.md §1.9). The file that is
  /// there is written over, so that it stays the same target.
  void copy(const session::Url& from, const session::Url& to) const override {
    std::error_code ignored;
    for (const char* tail : {"-journal", "-wal", "-shm"}) fs::remove(to.location + tail, ignored);
    std::ifstream in(from.location, std::ios::binary);
    std::ofstream out(to.location, std::ios::binary | std::ios::trunc);
    if (in.peek() != std::ifstream::traits_type::eof()) out << in.rdbuf();
    if (!out.flush()) throw session::SessionError("a copy of the rehearsal's database cannot be written");
  }

  std::string build(session::Session& session) const override {
    const auto rows = session.query("select sqlite_source_id()").rows;
    const auto* text = rows.empty() ? nullptr : std::get_if<std::string>(&rows.front().front());
    return text ? *text : std::string();
  }

  std::vector<std::string> filling() const override { return {"pragma foreign_keys = 0", "pragma synchronous = off"}; }

  std::string attempt(session::Session& session, const std::function<std::string()>& row) const override {
    session.execute("savepoint dmc_row");
    try {
      auto reason = row();
      session.execute(reason.empty() ? "release dmc_row" : "rollback to dmc_row");
      if (!reason.empty()) session.execute("release dmc_row");
      return reason;
    } catch (const session::SessionError&) {
      // A constraint may end the transaction, and the savepoint with it.
      if (session.in_transaction()) {
        session.execute("rollback to dmc_row");
        session.execute("release dmc_row");
      }
      throw;
    }
  }

  Pool pool(const model::Database&, const model::Table& table, const model::Column& column,
            const Values& literals) const override {
    const auto type = folded(column.type);
    const bool strict = table.has_setting("strict");
    const auto affinity = dialects::sqlite::affinity_of(column.type, strict);
    Pool pool = of_affinity(column, affinity, type);
    if (is_rowid(table, column)) pool.edges = {std::int64_t{-7}, std::int64_t{0}, std::int64_t{4294967296}};
    for (const auto& literal : literals)
      if (auto value = fitting(literal, affinity)) pool.said.push_back(std::move(*value));
    if (const auto most = longest(type); most > 0 && affinity == Affinity::text)
      std::erase_if(pool.edges, [&](const Value& value) {
        const auto* text = std::get_if<std::string>(&value);
        return text && characters(*text) > static_cast<std::size_t>(most);
      });
    return pool;
  }

  std::vector<std::string> blamed(const std::string& message, const model::Table& table) const override {
    std::vector<std::string> columns;
    constexpr std::string_view check = "CHECK constraint failed: ", index = "constraint failed: index '";
    if (const auto at = message.find(check); at != std::string::npos)
      if (const auto* failed = failed_check(message.substr(at + check.size()), table))
        return named_in(failed->expression.text, table);
    if (const auto at = message.find(index); at != std::string::npos)
      for (const auto& one : table.indexes)
        if (message.compare(at + index.size(), one.name.size() + 1, one.name + "'") == 0) return named_in(one, table);
    for (const auto& column : table.columns) {
      const auto name = table.name + "." + column.name;
      for (auto at = message.find(name); at != std::string::npos; at = message.find(name, at + 1)) {
        const auto behind = at + name.size();
        if (behind < message.size() && message[behind] != ',' && message[behind] != ':') continue;
        columns.push_back(column.name);
        break;
      }
    }
    return columns;
  }

  std::int64_t drop_orphans(session::Session& session) const override {
    std::int64_t gone = 0;
    for (bool again = true; again;) {
      again = false;
      for (const auto& row : session.query("pragma foreign_key_check").rows) {
        const auto* table = std::get_if<std::string>(&row[0]);
        const auto* rowid = std::get_if<std::int64_t>(&row[1]);
        if (!table) continue;
        std::string quoted = "\"";
        for (const char c : *table) quoted.append(c == '"' ? 2 : 1, c);
        quoted += '"';
        // A table without rowids cannot say which row it was.
        gone += rowid ? session.execute("delete from " + quoted + " where rowid = ?", std::vector<Value>{*rowid})
                      : session.execute("delete from " + quoted);
        again = true;
        if (!rowid) break;
      }
      constexpr std::int64_t enough = 1'000'000;
      if (gone > enough) break;
    }
    return gone;
  }

 private:
  static Pool of_affinity(const model::Column& column, Affinity affinity, const std::string& type) {
    switch (affinity) {
      case Affinity::integer:
        return numbers(false);
      case Affinity::real:
        return numbers(true);
      case Affinity::text:
        return texts(column);
      case Affinity::blob:
        break;
      case Affinity::numeric:
        if (is_moment(column)) return texts(column);
        if (holds(type, "bool"))
          return {
              {std::int64_t{0}, std::int64_t{1}}, {std::int64_t{1}, std::int64_t{0}}, {}, [](std::uint64_t n) -> Value {
                return static_cast<std::int64_t>(n % 2);
              }};
        return numbers(true);
    }
    if (type == "blob") return bytes();
    // No type, or ANY: everything.
    Pool pool = texts(column);
    pool.edges.insert(pool.edges.begin(), {std::int64_t{-5}, 2.5, Blob{std::string("\0\xff", 2)}});
    return pool;
  }

  static const model::Check* failed_check(const std::string& tail, const model::Table& table) {
    const auto words = model::normalised(tail);
    const model::Check* found = nullptr;
    std::size_t best = 0;
    for (const auto& check : table.checks)
      for (const auto& text : {check.name, model::normalised(check.expression.text)})
        if (text.size() > best && words.starts_with(text)) {
          found = &check;
          best = text.size();
        }
    return found;
  }
};

}  // namespace

std::unique_ptr<Engine> make_sqlite_engine() { return std::make_unique<Sqlite>(); }

}  // namespace dmc::rehearse
