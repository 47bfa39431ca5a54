// Type changes that leave the rows as they are, as measured and as the source of the server says.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres {

namespace {

/// "numeric(12,2)" as its name and its numbers; "timestamp(3) without time zone" as "timestamp without time zone"
/// and 3.
struct ParsedType {
  std::string name;
  std::vector<int> arguments;
};

ParsedType parsed(std::string_view text) {
  ParsedType type;
  const auto open = text.find('(');
  if (open == std::string_view::npos) return {std::string(text), {}};
  const auto close = text.find(')', open);
  type.name = std::string(text.substr(0, open)) + std::string(text.substr(std::min(close, text.size() - 1) + 1));
  for (auto at = open + 1; at < close && close != std::string_view::npos;) {
    const auto comma = std::min(text.find(',', at), close);
    int value = 0;
    std::from_chars(text.data() + at, text.data() + comma, value);
    type.arguments.push_back(value);
    at = comma + 1;
  }
  return type;
}

/// No argument means no limit.
bool no_smaller(const std::vector<int>& from, const std::vector<int>& to) {
  return to.empty() || (!from.empty() && from[0] <= to[0]);
}

constexpr auto binary = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"character varying", "text"},
     {"cidr", "inet"},
     {"integer", "oid"},
     {"citext", "text"},
     {"text", "citext"},
     {"character varying", "citext"},
     {"timestamp with time zone", "timestamp without time zone"},
     {"timestamp without time zone", "timestamp with time zone"}});

constexpr auto limited = std::to_array<std::string_view>({"character varying", "bit varying", "time without time zone",
                                                          "time with time zone", "timestamp without time zone",
                                                          "timestamp with time zone", "interval"});

}  // namespace

bool is_free(std::string_view from, std::string_view to, const model::Database& database) {
  if (from == to) return true;
  const auto a = parsed(from), b = parsed(to);
  if (a.name == "text" && b.name == "character varying") return b.arguments.empty();
  if (std::ranges::find(binary, std::pair<std::string_view, std::string_view>(a.name, b.name)) != binary.end())
    return no_smaller(a.arguments, b.arguments);
  if (a.name == b.name && a.name == "numeric") {
    if (b.arguments.empty()) return true;
    if (a.arguments.empty()) return false;
    const auto scale = [](const ParsedType& type) { return type.arguments.size() > 1 ? type.arguments[1] : 0; };
    return scale(a) == scale(b) && a.arguments[0] <= b.arguments[0];
  }
  if (a.name == b.name && std::ranges::find(limited, a.name) != limited.end())
    return no_smaller(a.arguments, b.arguments);
  for (const auto& object : database.objects) {
    if (object.type != "domain" || bare_name(object) != to) continue;
    const auto domain = domain_of(object.create.text);
    return domain.base == from && !domain.not_null && domain.constraints.empty();
  }
  return false;
}

}  // namespace dmc::dialects::postgres
