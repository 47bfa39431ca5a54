// The engine that a table would have stands in an alias column, which holds nothing, goes wherever the table goes, and
// begins with `_dmc_`, so that nobody takes it for one of the table's own.
#include "runtime/rehearse/clickhouse_alone.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "compiler/dialects/clickhouse/artifact.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "runtime/session/clickhouse_literals.hpp"
#include "runtime/session/forwarding.hpp"

namespace dmc::rehearse {

namespace {

namespace clickhouse = dialects::clickhouse;

constexpr std::string_view place = "_dmc_engine";

/// Behind the string or the brackets that begin at `at`, whatever stands in them.
std::size_t behind(std::string_view text, std::size_t at) {
  int depth = 0;
  for (bool in_string = false; at < text.size(); ++at) {
    if (in_string && text[at] == '\\') {
      ++at;
      continue;
    }
    if (text[at] == '\'') in_string = !in_string;
    if (!in_string && text[at] == '(') ++depth;
    if (!in_string && text[at] == ')') --depth;
    if (!in_string && depth == 0) return at + 1;
  }
  return text.size();
}

/// From the word of an engine to the end of its arguments.
std::size_t end_of_engine(std::string_view text, std::size_t at) {
  const auto end = text.find_first_of("( \n", at);
  if (end == std::string_view::npos) return text.size();
  return text[end] == '(' ? behind(text, end) : end;
}

/// The engine of the one host; empty: it is the same everywhere.
std::string alone(const std::string& engine) {
  if (engine.starts_with("Replicated")) return clickhouse::local_engine(engine);
  if (!engine.starts_with("Distributed(")) return {};
  const auto arguments = clickhouse::parts_of(clickhouse::call_of(engine).arguments);
  if (arguments.size() < 3) return {};
  const auto table = arguments[2].starts_with('\'') ? clickhouse::meaning_of(arguments[2]) : arguments[2];
  return "Merge(" + arguments[1] + ", " + session::clickhouse_text("^" + table + "$") + ")";
}

/// Questions in the words of a plan, and the same of one host. What stands for a table of the server's own has the
/// columns that plans ask for.
constexpr auto questions = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"system.replication_queue",
     "(select '' as database, '' as table, '' as type, '' as new_part_name, 0 as num_tries from system.one where 0)"},
    {"system.replicas",
     "(select database, table, 0 as is_readonly, 0 as is_session_expired, 0 as absolute_delay, 0 as queue_size, 0 as "
     "columns_version, 0 as log_pointer, 0 as log_max_index, 1 as total_replicas, 1 as active_replicas from "
     "system.columns where name = '_dmc_engine' and default_expression like '%Replicated%')"},
    {"system.clusters where cluster =", "(select 1 as shard_num from system.one) where '' !="},
    {"engine = 'Replicated", "engine = '"},
    {"engine = 'Distributed'", "engine = 'Merge'"},
    {"system.macros where macro =", "(select 'c' as substitution from system.one) where '' !="},
});

class Alone : public session::Forwarding {
 public:
  using Forwarding::Forwarding;

  session::Rows query(std::string_view sql, std::span<const session::Value> parameters) override {
    auto rows = inner_->query(sent_alone(std::string(sql)), parameters);
    for (auto& row : rows.rows)
      for (auto& value : row)
        if (auto* text = std::get_if<std::string>(&value)) *text = read_alone(std::move(*text));
    return rows;
  }
  std::int64_t execute(std::string_view sql, std::span<const session::Value> parameters) override {
    return inner_->execute(sent_alone(std::string(sql)), parameters);
  }
};

}  // namespace

std::string sent_alone(std::string sql) {
  for (const auto& [name, instead] : questions)
    for (auto at = sql.find(name); at != std::string::npos; at = sql.find(name, at + instead.size()))
      sql.replace(at, name.size(), instead);
  constexpr std::string_view beginning = "CREATE TABLE ", ending = "\nENGINE = ", list = "\n)";
  const auto found = sql.starts_with(beginning) ? sql.find(ending) : std::string::npos;
  if (found == std::string::npos) return sql;
  const auto at = found + ending.size(), end = end_of_engine(sql, at);
  const auto engine = sql.substr(at, end - at), instead = alone(engine);
  if (instead.empty()) return sql;
  // One that is made like another has that column from it.
  const auto close = found - list.size();
  if (sql.compare(close, list.size(), list) != 0) return sql.replace(at, end - at, instead);
  return sql.substr(0, close) + ",\n  " + std::string(place) + " String ALIAS " + session::clickhouse_text(engine) +
         "\n)\nENGINE = " + instead + sql.substr(end);
}

std::string read_alone(std::string statement) {
  constexpr std::string_view alias = " ALIAS ", word = "ENGINE = ";
  const auto column = statement.starts_with("CREATE TABLE ") ? statement.find(place) : std::string::npos;
  const auto found = column == std::string::npos ? column : statement.find(alias, column);
  if (found == std::string::npos) return statement;
  const auto literal = found + alias.size(), end = behind(statement, literal);
  const auto at = statement.find(word, end);
  if (at == std::string::npos) return statement;
  const auto engine = clickhouse::meaning_of(statement.substr(literal, end - literal));
  const auto from = at + word.size();
  return statement.replace(from, end_of_engine(statement, from) - from, engine);
}

std::unique_ptr<session::Session> alone_on_clickhouse(std::unique_ptr<session::Session> session) {
  return std::make_unique<Alone>(std::move(session));
}

}  // namespace dmc::rehearse
