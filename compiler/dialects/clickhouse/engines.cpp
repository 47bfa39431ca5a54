// Engines and codecs in the words of a server.
#include <algorithm>
#include <array>
#include <optional>

#include "compiler/dialects/clickhouse/known.hpp"
#include "compiler/dialects/clickhouse/normal.hpp"
#include "compiler/dialects/clickhouse/quoting.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/dialects/clickhouse/types.hpp"

namespace dmc::dialects::clickhouse {

namespace {

/// Engines whose first arguments are names, and which of them is the database's.
struct Naming {
  std::string_view engine;
  std::size_t names;
  std::size_t database;
};
constexpr std::size_t no_database = 9;
constexpr auto namings =
    std::to_array<Naming>({{"Buffer", 2, 0}, {"Distributed", 3, 1}, {"File", 1, no_database}, {"Merge", 1, 0}});

/// A name that stands without quotes is taken for a text by the server.
std::string as_text(const std::string& argument) {
  if (argument.empty() || argument.starts_with('\'') || argument.ends_with(')')) return argument;
  const bool quoted = argument.starts_with('`') || argument.starts_with('"');
  return literal_of(quoted ? argument.substr(1, argument.size() - 2) : argument);
}

/// Bytes of one value, which the codecs of differences work with.
int width_of(const Type& type) {
  const Type& inner = bare(type);
  if (inner.name == "Array") return width_of(inner.arguments[0]);
  struct Width {
    std::string_view name;
    int bytes;
  };
  constexpr auto widths = std::to_array<Width>({{"Int16", 2},
                                                {"UInt16", 2},
                                                {"Date", 2},
                                                {"Enum16", 2},
                                                {"BFloat16", 2},
                                                {"Int32", 4},
                                                {"UInt32", 4},
                                                {"Date32", 4},
                                                {"DateTime", 4},
                                                {"Float32", 4},
                                                {"IPv4", 4},
                                                {"Time", 4},
                                                {"Int64", 8},
                                                {"UInt64", 8},
                                                {"Float64", 8},
                                                {"DateTime64", 8},
                                                {"Time64", 8}});
  for (const auto& [name, bytes] : widths)
    if (inner.name == name) return bytes;
  if (inner.name == "Decimal") {
    const auto digits = std::stoi(inner.arguments[0].text);
    return digits <= 9 ? 4 : digits <= 18 ? 8 : 1;
  }
  return 1;
}

std::string known_codec(const std::string& name) {
  const auto same = [](char one, char other) { return (one | 0x20) == (other | 0x20); };
  for (const auto known : codec_names())
    if (std::ranges::equal(known, name, same)) return std::string(known);
  return name;
}

}  // namespace

std::string normal_engine(std::string_view engine, std::string_view database) {
  auto call = call_of(normal_text(engine));
  call.name = call_of(engine).name;  // `Null` is no keyword here
  if (call.name.starts_with('`')) call.name = call.name.substr(1, call.name.size() - 2);
  // `Join` is one, where the server only shows how the table was made.
  for (const auto known : engine_names())
    if (folded(known) == folded(call.name)) call.name = known;
  auto arguments = parts_of(call.arguments);
  for (const auto& naming : namings) {
    if (call.name != naming.engine) continue;
    for (std::size_t at = 0; at < std::min(naming.names, arguments.size()); ++at) {
      arguments[at] = as_text(arguments[at]);
      if (at == naming.database && !database.empty() && arguments[at] == literal_of(database))
        arguments[at] = "currentDatabase()";
    }
  }
  constexpr std::string_view own_path = "'/clickhouse/tables/{uuid}/{shard}'";
  if (call.name.starts_with("Replicated") && arguments.size() >= 2 && arguments[0] == own_path &&
      arguments[1] == "'{replica}'")
    arguments.erase(arguments.begin(), arguments.begin() + 2);
  return arguments.empty() ? call.name : call.name + "(" + joined(arguments, ", ") + ")";
}

std::string normal_codec(std::string_view codec, std::string_view type) {
  const auto known_type = type_of(type);
  std::vector<std::string> parts;
  for (const auto& part : parts_of(normal_text(codec))) {
    auto [name, arguments] = call_of(part);
    name = known_codec(name);
    if (arguments.empty() && (name == "Delta" || name == "Gorilla") && known_type)
      arguments = std::to_string(width_of(*known_type));
    if (arguments.empty() && name == "ZSTD") arguments = "1";
    if (arguments.empty() && name == "LZ4HC") arguments = "0";
    if (arguments.empty() && name == "FPC") arguments = "12";
    parts.push_back(arguments.empty() ? name : name + "(" + arguments + ")");
  }
  return joined(parts, ", ");
}

}  // namespace dmc::dialects::clickhouse
