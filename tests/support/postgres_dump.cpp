#include "tests/support/postgres_dump.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "tests/support/postgres_server.hpp"

namespace dmc::tests {

namespace {

/// The order of columns is no part of a table's state.
std::string unordered(const std::string& statement) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < statement.size();) {
    const auto end = statement.find('\n', at);
    auto line = statement.substr(at, end - at);
    if (line.ends_with(",")) line.pop_back();
    lines.push_back(std::move(line));
    at = end + 1;
  }
  std::sort(lines.begin() + 1, lines.end());
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

/// The statements in the order of their texts: pg_dump's own follows what depends on what, by number.
std::string filtered(const std::string& text) {
  std::vector<std::string> statements(1);
  std::size_t at = 0;
  while (at < text.size()) {
    auto end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    const auto line = text.substr(at, end - at);
    if (!line.empty() && !line.starts_with("--") && !line.starts_with("\\")) statements.back() += line + "\n";
    if (line.ends_with(";")) statements.emplace_back();
    at = end + 1;
  }
  for (auto& statement : statements)
    if (statement.starts_with("CREATE ") && statement.find("TABLE ") != std::string::npos)
      statement = unordered(statement);
  std::sort(statements.begin(), statements.end());
  std::string out;
  for (const auto& statement : statements) out += statement;
  return out;
}

}  // namespace

std::string client_program(const std::string& name) {
  const auto beside = std::filesystem::path(postgres_binaries()) / name;
  return std::filesystem::exists(beside) ? beside.string() : name;
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::array<char, 4096> buffer{};
  while (const auto read = fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), read);
  pclose(pipe);
  return text;
}

std::string schema_of(const std::string& connection) {
  return filtered(output_of(client_program("pg_dump") + " -d '" + connection + "' -s -N dmc -N dmc_backup 2>&1"));
}

std::string contents_of(const std::function<std::vector<std::string>(const std::string& sql)>& ask) {
  std::string out;
  for (const auto& table :
       ask("select oid::regclass::text from pg_class where relkind in ('r', 'p', 'm') and not relispartition and "
           "relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) and relnamespace "
           "not in (coalesce(to_regnamespace('dmc'), 0), coalesce(to_regnamespace('dmc_backup'), 0)) order by 1")) {
    out += table + "\n";
    for (const auto& row : ask("select to_jsonb(t)::text from " + table + " t order by 1")) out += "  " + row + "\n";
  }
  return out;
}

}  // namespace dmc::tests
