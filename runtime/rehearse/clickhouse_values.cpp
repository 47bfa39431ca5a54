// One function per family of types. What wraps a type is what it wraps; what holds others is written as its text.
#include "runtime/rehearse/clickhouse_values.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/types.hpp"
#include "runtime/rehearse/literals.hpp"
#include "runtime/session/clickhouse_literals.hpp"

namespace dmc::rehearse {

namespace {

using dialects::clickhouse::Type;
using session::Blob;
using session::Value;
using Values = std::vector<Value>;

/// A column and what the texts around it say.
struct About {
  const std::string& name;
  const Values& literals;
};

std::optional<Pool> of_type(const Type& type, const About& about);

std::int64_t argument(const Type& type, std::size_t at, std::int64_t otherwise) {
  return at < type.arguments.size() ? std::atoll(type.arguments[at].text.c_str()) : otherwise;
}

struct Whole {
  std::string_view name;
  std::int64_t least, most;
  std::string_view past_least, past_most;  ///< ends that no number here can hold
};
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
constexpr std::array<Whole, 12> wholes{
    {{"Int8", -128, 127, "", ""},
     {"Int16", -32768, 32767, "", ""},
     {"Int32", -2147483648LL, 2147483647, "", ""},
     {"Int64", lowest, highest, "", ""},
     {"Int128", lowest, highest, "-170141183460469231731687303715884105728", "170141183460469231731687303715884105727"},
     {"Int256", lowest, highest, "", "170141183460469231731687303715884105728"},
     {"UInt8", 0, 255, "", ""},
     {"UInt16", 0, 65535, "", ""},
     {"UInt32", 0, 4294967295LL, "", ""},
     {"UInt64", 0, highest, "", "18446744073709551615"},
     {"UInt128", 0, highest, "", "340282366920938463463374607431768211455"},
     {"UInt256", 0, highest, "", "340282366920938463463374607431768211456"}}};

Pool whole(const Whole& bounds, const Values& literals) {
  Pool pool;
  const auto fits = [&](std::int64_t number) { return number >= bounds.least && number <= bounds.most; };
  for (const std::int64_t number : {1, 2, 40, 1999})
    if (fits(number)) pool.plain.emplace_back(number);
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, bounds.most, bounds.least})
    if (fits(number)) pool.edges.emplace_back(number);
  for (const auto text : {bounds.past_least, bounds.past_most})
    if (!text.empty()) pool.edges.emplace_back(std::string(text));
  for (const auto& value : literals)
    if (const auto* number = std::get_if<std::int64_t>(&value); number && fits(*number)) pool.said.push_back(value);
  const auto range = static_cast<std::uint64_t>(std::min<std::int64_t>(bounds.most, 100'000));
  pool.any = [range](std::uint64_t n) -> Value { return static_cast<std::int64_t>(n % range) + 1; };
  return pool;
}

/// Numbers that a binary fraction holds exactly, so that they are the same in a narrower type.
Pool real(const Values& literals) {
  Pool pool{{1.5, 19.75, 2.0, 1999.0}, {0.0, -0.25, 1e15, -7.0}, {}, {}};
  for (const auto& value : literals)
    if (std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value))
      pool.said.push_back(value);
  pool.any = [](std::uint64_t n) -> Value { return static_cast<double>(n % 100'000 + 1) / 4; };
  return pool;
}

/// As many digits as the type names, or as many as the shorter name of the type has.
std::int64_t digits_of(const Type& type) {
  if (type.name == "Decimal") return argument(type, 0, 10);
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> known{
      {{"Decimal32", 9}, {"Decimal64", 18}, {"Decimal128", 38}, {"Decimal256", 76}}};
  for (const auto& [name, digits] : known)
    if (type.name == name) return digits;
  return 9;
}

Pool decimal(const Type& type, const Values& literals) {
  const auto scale = type.name == "Decimal" ? argument(type, 1, 0) : argument(type, 0, 0);
  const auto before = std::clamp<std::int64_t>(digits_of(type) - scale, 0, 76);
  double limit = 1;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(before, 15); ++i) limit *= 10;
  // With no more digits behind the point than there are, or they would be cut off in silence.
  const auto text = [scale](double number) {
    return fmt::format("{:.{}f}", number, static_cast<int>(std::min<std::int64_t>(scale, 2)));
  };
  Pool pool;
  const auto add = [&](Values& list, double number) {
    if (number < limit - 0.5 && number > 0.5 - limit) list.emplace_back(text(number));
  };
  for (const double number : {1.5, 19.75, 2.0, 1999.0}) add(pool.plain, number);
  for (const double number : {0.0, -0.25, -7.0}) add(pool.edges, number);
  for (const auto& value : literals) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) add(pool.said, static_cast<double>(*number));
    if (const auto* number = std::get_if<double>(&value)) add(pool.said, *number);
  }
  std::string most(static_cast<std::size_t>(before), '9');
  if (most.empty()) most = "0";
  if (scale > 0) most += "." + std::string(static_cast<std::size_t>(scale), '9');
  pool.edges.emplace_back("-" + most);
  pool.edges.emplace_back(std::move(most));
  pool.any = [limit, text](std::uint64_t n) -> Value {
    const double number = static_cast<double>(n % 400'000 + 1) / 4;
    return text(number < limit - 0.5 ? number : static_cast<double>(n % 4) * limit / 8);
  };
  return pool;
}

/// `most`: bytes; 0: as many as one likes.
Pool texts(const About& about, std::size_t most) {
  Pool pool;
  const bool mail = folded(about.name).find("mail") != std::string::npos;
  pool.plain = mail ? Values{"ada@example.org", "bob.smith@example.com"} : Values{"Ada", "Bob Smith", "blue", "42"};
  pool.edges = {
      "",     " ",      "Łódź · 東京 · 🦊", "O'Reilly \"quoted\" \\ % _", "two\nlines\tand a tab", "0",
      "NULL", "-12.50", std::string(300, 'x')};
  for (const auto& value : about.literals) {
    if (std::holds_alternative<std::string>(value)) pool.said.push_back(value);
    if (const auto* number = std::get_if<std::int64_t>(&value)) pool.said.emplace_back(std::to_string(*number));
  }
  if (most > 0)
    for (auto* list : {&pool.plain, &pool.edges, &pool.said})
      std::erase_if(*list, [most](const Value& one) { return std::get<std::string>(one).size() > most; });
  pool.any = [mail, most](std::uint64_t n) -> Value {
    auto text = mail ? fmt::format("person{}@example.org", n % 1'000'000) : fmt::format("word {}", n % 1'000'000);
    constexpr std::size_t shortest_word = 11;
    if (most > 0 && most < shortest_word) text = fmt::format("{:x}", n);
    if (most > 0 && text.size() > most) text.resize(most);
    return text;
  };
  return pool;
}

/// Texts of one form, of which those that stand in constraints are taken when they begin with a digit.
Pool formed(Values plain, Values edges, const Values& literals, std::function<Value(std::uint64_t)> any) {
  Pool pool{std::move(plain), std::move(edges), {}, std::move(any)};
  for (const auto& value : literals)
    if (const auto* text = std::get_if<std::string>(&value);
        text && !text->empty() && text->front() >= '0' && text->front() <= '9')
      pool.said.push_back(value);
  return pool;
}

std::string day(std::uint64_t n) {
  return fmt::format("20{:02}-{:02}-{:02}", n % 40, n / 40 % 12 + 1, n / 480 % 28 + 1);
}
std::string time_of_day(std::uint64_t n) {
  return fmt::format("{:02}:{:02}:{:02}", n / 7 % 24, n / 168 % 60, n / 10080 % 60);
}

std::optional<Pool> moments(const Type& type, const Values& literals) {
  const Values days{"2024-02-29", "2024-01-15", "1999-12-31"};
  const Values times{"2024-02-29 12:34:56", "2024-01-15 08:00:00", "1999-12-31 23:59:59"};
  const auto any_day = [](std::uint64_t n) -> Value { return day(n); };
  const auto any_time = [](std::uint64_t n) -> Value { return day(n) + " " + time_of_day(n); };
  if (type.name == "Date") return formed(days, {"1970-01-02", "2038-01-19", "2105-12-31"}, literals, any_day);
  if (type.name == "Date32") return formed(days, {"1970-01-01", "1925-01-01", "2283-11-11"}, literals, any_day);
  if (type.name == "DateTime")
    return formed(times, {"1970-01-02 00:00:00", "2038-01-19 03:14:07", "2105-12-31 23:59:59"}, literals, any_time);
  if (type.name != "DateTime64") return std::nullopt;
  const auto digits = static_cast<std::size_t>(std::clamp<std::int64_t>(argument(type, 0, 3), 0, 9));
  const auto part = digits == 0 ? "" : "." + std::string("123456789").substr(0, digits);
  return formed(times, {"1970-01-01 00:00:00", "2024-03-31 02:30:00" + part, "1925-01-01 00:00:00"}, literals,
                any_time);
}

/// A choice of words.
Pool words(Values plain) {
  Pool pool{std::move(plain), {}, {}, {}};
  pool.any = [all = pool.plain](std::uint64_t n) -> Value { return all[n % all.size()]; };
  return pool;
}

std::optional<Pool> plain_forms(const Type& type, const Values& literals) {
  const auto& kind = type.name;
  if (kind == "UUID") {
    const auto any = [](std::uint64_t n) -> Value {
      return fmt::format("{:08x}-{:04x}-4{:03x}-8000-{:012x}", n >> 32U, n >> 16U & 0xffffU, n & 0xfffU,
                         n & 0xffffffffffffULL);
    };
    return formed({"61f0c404-5cb3-11e7-907b-a6006ad3dba0"},
                  {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"}, literals, any);
  }
  if (kind == "Bool") return words({std::int64_t{0}, std::int64_t{1}});
  if (kind == "IPv4")
    return formed({"10.0.0.1", "192.168.1.7"}, {"0.0.0.0", "255.255.255.255"}, literals, [](std::uint64_t n) -> Value {
      return fmt::format("10.{}.{}.{}", n % 256, n / 256 % 256, n / 65536 % 256);
    });
  if (kind == "IPv6")
    return formed({"2001:db8::1"}, {"::", "::ffff:10.0.0.1"}, {},
                  [](std::uint64_t n) -> Value { return fmt::format("2001:db8::{:x}", n % 65536); });
  if (kind == "JSON")
    return Pool{{R"({"a":1})", R"({"a":2,"b":"x"})"}, {"{}"}, {}, [](std::uint64_t n) -> Value {
                  return fmt::format(R"({{"a":{}}})", n % 1000);
                }};
  if (kind == "Point") return words({"(1,2)", "(0,0)", "(-3.5,4.25)"});
  if (kind.starts_with("Enum")) {
    Values labels;
    for (const auto& one : type.arguments)
      for (auto& value : literals_in(one.text))
        if (std::holds_alternative<std::string>(value)) labels.push_back(std::move(value));
    if (labels.empty()) return std::nullopt;
    return words(std::move(labels));
  }
  return moments(type, literals);
}

/// As an element of a list is written; bytes that are no text stay out.
std::string element(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&value)) return session::clickhouse_text(*text);
  return "NULL";
}

bool holds_others(const Type& type) {
  const auto& kind = dialects::clickhouse::bare(type).name;
  return kind == "Array" || kind == "Tuple" || kind == "Map" || kind == "Point";
}

/// Texts of such a type stand inside of another without quotes.
std::string element(const Value& value, const Type& type) {
  const auto* text = std::get_if<std::string>(&value);
  return text && holds_others(type) ? *text : element(value);
}

std::optional<Pool> lists(const Type& type, const About& about) {
  const auto& inner = type.arguments.front();
  const auto elements = of_type(inner, about);
  if (!elements) return std::nullopt;
  // Lists that lie side by side, `lines.price` and `lines.pieces`, are equally long.
  const bool beside = about.name.find('.') != std::string::npos;
  const auto list = [inner](const Values& values) -> Value {
    std::string text = "[";
    for (const auto& value : values) text += (text.size() > 1 ? "," : "") + element(value, inner);
    return text + "]";
  };
  Pool pool;
  pool.any = [any = elements->any, list, beside](std::uint64_t n) -> Value {
    Values values;
    for (std::uint64_t i = 0; i <= (beside ? 1 : n % 3); ++i) values.push_back(any(n / 3 + i));
    return list(values);
  };
  for (std::uint64_t n = 1; n < 4; ++n) pool.plain.push_back(pool.any(n));
  if (!beside) pool.edges.push_back(list({}));
  for (const auto& value : elements->edges)
    if (!std::holds_alternative<Blob>(value)) pool.edges.push_back(beside ? list({value, value}) : list({value}));
  return pool;
}

/// A value of each type between two brackets; of a map a key and its value, as often as one likes.
std::optional<Pool> groups(const Type& type, const About& about) {
  std::vector<std::function<Value(std::uint64_t)>> parts;
  for (const auto& one : type.arguments) {
    const auto pool = of_type(one, about);
    if (!pool) return std::nullopt;
    parts.push_back(pool->any);
  }
  const bool map = type.name == "Map";
  Pool pool;
  pool.any = [parts, map, types = type.arguments](std::uint64_t n) -> Value {
    std::string text = map ? "{" : "(";
    for (std::size_t i = 0; i < parts.size(); ++i)
      text += (i == 0 ? "" : map ? ":" : ",") + element(parts[i](n / (i + 1)), types[i]);
    return text + (map ? "}" : ")");
  };
  for (std::uint64_t n = 1; n < 4; ++n) pool.plain.push_back(pool.any(n));
  if (map) pool.edges.emplace_back("{}");
  return pool;
}

std::optional<Pool> of_type(const Type& type, const About& about) {
  const auto& kind = type.name;
  if (kind == "Nullable") {
    auto pool = of_type(type.arguments.front(), about);
    if (pool) pool->edges.insert(pool->edges.begin(), nullptr);
    return pool;
  }
  if (kind == "LowCardinality") return of_type(type.arguments.front(), about);
  if (kind == "SimpleAggregateFunction") return of_type(type.arguments.back(), about);
  for (const auto& bounds : wholes)
    if (kind == bounds.name) return whole(bounds, about.literals);
  if (kind == "Float32" || kind == "Float64" || kind == "BFloat16") return real(about.literals);
  if (kind.starts_with("Decimal")) return decimal(type, about.literals);
  if (kind == "FixedString") return texts(about, static_cast<std::size_t>(argument(type, 0, 1)));
  if (kind == "String") {
    auto pool = texts(about, 0);
    pool.edges.emplace_back(Blob{std::string("\0\xff\xfe", 3)});
    return pool;
  }
  if (kind == "Array") return lists(type, about);
  if (kind == "Tuple" || kind == "Map") return groups(type, about);
  return plain_forms(type, about.literals);
}

}  // namespace

std::optional<Pool> clickhouse_pool(const std::string& name, const std::string& type, const Values& literals) {
  const auto read = dialects::clickhouse::type_of(type);
  return read ? of_type(*read, {name, literals}) : std::nullopt;
}

}  // namespace dmc::rehearse
