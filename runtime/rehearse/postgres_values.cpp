// One function per family of types; a domain is what it stands on, an array holds what its elements hold.
#include "runtime/rehearse/postgres_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "runtime/rehearse/literals.hpp"

namespace dmc::rehearse {

namespace {

using session::Blob;
using session::Value;
using Values = std::vector<Value>;

/// "numeric(12,2)": the name without what stands in brackets, and that.
struct Parts {
  std::string name;
  std::vector<std::int64_t> arguments;
  int depth = 0;  ///< of an array
};

Parts parts_of(std::string type) {
  Parts parts;
  while (type.ends_with("[]")) {
    type.resize(type.size() - 2);
    ++parts.depth;
  }
  const auto open = type.find('('), close = type.find(')', open);
  if (open != std::string::npos && close != std::string::npos) {
    for (auto at = open + 1; at < close;) {
      std::int64_t number = 0;
      const auto read = std::from_chars(type.data() + at, type.data() + close, number);
      if (read.ec == std::errc()) parts.arguments.push_back(number);
      at = type.find(',', at);
      if (at == std::string::npos) break;
      ++at;
    }
    type.erase(open, close + 1 - open);
  }
  for (const char c : type)
    if (c != '"') parts.name += c;
  return parts;
}

bool is_one(const std::string& name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::int64_t characters(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::string first_characters(const std::string& text, std::int64_t most) {
  std::size_t end = 0;
  for (std::int64_t taken = 0; end < text.size() && taken < most; ++taken) do
      ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  return text.substr(0, end);
}

Pool whole(std::int64_t least, std::int64_t most, const Values& literals) {
  Pool pool;
  pool.plain = {std::int64_t{1}, std::int64_t{2}, std::int64_t{40}, std::int64_t{1999}};
  pool.edges = {std::int64_t{0}, std::int64_t{-1}, std::int64_t{127}, most, least};
  for (const auto& value : literals)
    if (const auto* number = std::get_if<std::int64_t>(&value); number && *number >= least && *number <= most)
      pool.said.push_back(value);
  const auto range = static_cast<std::uint64_t>(std::min<std::int64_t>(most, 100'000));
  pool.any = [range](std::uint64_t n) -> Value { return static_cast<std::int64_t>(n % range) + 1; };
  return pool;
}

Pool real(const Values& literals) {
  Pool pool;
  pool.plain = {1.5, 19.99, std::int64_t{2}, std::int64_t{1999}};
  pool.edges = {std::int64_t{0}, -0.25, 1e15, 0.1, std::int64_t{-7}};
  for (const auto& value : literals)
    if (std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value))
      pool.said.push_back(value);
  pool.any = [](std::uint64_t n) -> Value { return static_cast<double>(n % 100'000 + 1) / 4; };
  return pool;
}

/// Of so many digits, so many of them behind the point; without both, any.
Pool numeric(const std::vector<std::int64_t>& arguments, const Values& literals) {
  auto pool = real(literals);
  if (arguments.empty()) {
    pool.edges.push_back("123456789012345678901234567890.1234567890");
    return pool;
  }
  const auto scale = arguments.size() > 1 ? arguments[1] : 0;
  const auto before = std::clamp<std::int64_t>(arguments[0] - scale, 0, 15);
  double limit = 1;
  for (std::int64_t i = 0; i < before; ++i) limit *= 10;
  const auto fits = [limit](const Value& value) {
    const auto* number = std::get_if<double>(&value);
    const auto* integer = std::get_if<std::int64_t>(&value);
    const double size = number ? *number : integer ? static_cast<double>(*integer) : 0;
    return size < limit - 0.5 && size > 0.5 - limit;
  };
  for (auto* list : {&pool.plain, &pool.edges, &pool.said})
    std::erase_if(*list, [&](const auto& one) { return !fits(one); });
  std::string most(static_cast<std::size_t>(before), '9');
  if (scale > 0) most += "." + std::string(static_cast<std::size_t>(std::min<std::int64_t>(scale, 30)), '9');
  if (arguments[0] - scale == before && !most.empty()) pool.edges.emplace_back(most.front() == '.' ? "0" + most : most);
  pool.any = [limit](std::uint64_t n) -> Value {
    const double number = static_cast<double>(n % 400'000 + 1) / 4;
    return number < limit - 0.5 ? number : static_cast<double>(n % 4) * limit / 8;
  };
  return pool;
}

/// `most`: characters; 0: as many as one likes.
Pool texts(const std::string& name, std::int64_t most, const Values& literals) {
  Pool pool;
  const bool mail = folded(name).find("mail") != std::string::npos;
  pool.plain = mail ? Values{"ada@example.org", "bob.smith@example.com"} : Values{"Ada", "Bob Smith", "blue", "42"};
  pool.edges = {
      "",     " ",      "Łódź · 東京 · 🦊", "O'Reilly \"quoted\" \\ % _", "two\nlines\tand a tab", "0",
      "NULL", "-12.50", std::string(300, 'x')};
  for (const auto& value : literals) {
    if (std::holds_alternative<std::string>(value)) pool.said.push_back(value);
    if (const auto* number = std::get_if<std::int64_t>(&value)) pool.said.emplace_back(std::to_string(*number));
  }
  if (most > 0)
    for (auto* list : {&pool.plain, &pool.edges, &pool.said})
      std::erase_if(*list, [most](const Value& one) { return characters(std::get<std::string>(one)) > most; });
  constexpr std::int64_t shortest_word = 11;
  pool.any = [mail, most](std::uint64_t n) -> Value {
    if (most > 0 && most < shortest_word) return first_characters(fmt::format("{:x}", n), most);
    const auto text = mail ? fmt::format("person{}@example.org", n % 1'000'000) : fmt::format("word {}", n % 1'000'000);
    return most > 0 ? first_characters(text, most) : text;
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

Pool moments(const std::string& name, const Values& literals) {
  if (name == "date")
    return formed({"2024-02-29", "2024-01-15", "1999-12-31"}, {"1970-01-01", "0001-01-01", "2038-01-19"}, literals,
                  [](std::uint64_t n) -> Value { return day(n); });
  if (name.starts_with("timestamp"))
    return formed({"2024-02-29 12:34:56", "2024-01-15 08:00:00", "1999-12-31 23:59:59"},
                  {"1970-01-01 00:00:00", "2038-01-19 03:14:07", "2024-03-31 02:30:00.123456", "infinity"}, literals,
                  [](std::uint64_t n) -> Value { return day(n) + " " + time_of_day(n); });
  if (name.starts_with("time"))
    return formed({"12:34:56", "08:00:00"}, {"00:00:00", "23:59:59.999999"}, literals,
                  [](std::uint64_t n) -> Value { return time_of_day(n); });
  return formed({"1 day", "02:30:00"}, {"00:00:00", "-3 days", "1 year 2 mons 3 days 04:05:06"}, literals,
                [](std::uint64_t n) -> Value { return fmt::format("{} minutes", n % 100'000 + 1); });
}

Pool addresses(const std::string& name) {
  const bool net = name == "cidr";
  if (name == "inet" || net)
    return {
        {"10.0.0.1", "192.168.1.7"},
        {net ? "10.0.0.0/8" : "10.1.2.3/8", "2001:db8::1", "0.0.0.0"},
        {},
        [](std::uint64_t n) -> Value { return fmt::format("10.{}.{}.{}", n % 256, n / 256 % 256, n / 65536 % 256); }};
  const std::string tail = name == "macaddr8" ? ":00:01" : "";
  return {{"08:00:2b:01:02:03" + tail}, {"00:00:00:00:00:00" + tail}, {}, [tail](std::uint64_t n) -> Value {
            return fmt::format("02:00:00:{:02x}:{:02x}:{:02x}", n % 256, n / 256 % 256, n / 65536 % 256) + tail;
          }};
}

Pool ranges(const std::string& name) {
  const bool multi = name.ends_with("multirange");
  const bool days = name.starts_with("date"), moments = name.starts_with("ts");
  const auto wrapped = [multi](const std::string& text) { return multi ? "{" + text + "}" : text; };
  Pool pool;
  pool.edges = {multi ? "{}" : "empty", wrapped("(,)")};
  pool.any = [=](std::uint64_t n) -> Value {
    if (days) return wrapped(fmt::format("[{},{}]", day(n % 480 * 2), day(n % 480 * 2)));
    if (moments) return wrapped(fmt::format("[\"{0} 08:00:00\",\"{0} 09:00:00\")", day(n)));
    return wrapped(fmt::format("[{},{})", n % 100'000 * 10, n % 100'000 * 10 + 5));
  };
  for (std::uint64_t n = 1; n < 4; ++n) pool.plain.push_back(pool.any(n));
  return pool;
}

Pool bits(const Parts& parts) {
  const auto size = parts.arguments.empty() ? (parts.name == "bit" ? 1 : 8) : parts.arguments.front();
  const auto length = static_cast<std::size_t>(std::clamp<std::int64_t>(size, 1, 1000));
  return {{std::string(length, '1')}, {std::string(length, '0')}, {}, [length](std::uint64_t n) -> Value {
            std::string text(length, '0');
            for (std::size_t i = 0; i < length && i < 64; ++i) text[i] = (n >> i & 1) != 0 ? '1' : '0';
            return text;
          }};
}

/// A word of the server's that reads as a value.
Pool words(Values plain, Values edges = {}) {
  Pool pool{std::move(plain), std::move(edges), {}, {}};
  pool.any = [all = pool.plain](std::uint64_t n) -> Value { return all[n % all.size()]; };
  return pool;
}

Pool nothing() {
  return {{}, {}, {}, [](std::uint64_t) -> Value { return nullptr; }};
}

std::vector<std::string> quoted_in(const std::string& sql) {
  std::vector<std::string> texts;
  for (std::size_t at = sql.find('\''); at != std::string::npos; at = sql.find('\'', at)) {
    std::string text;
    for (++at; at < sql.size(); ++at) {
      if (sql[at] == '\'' && (at + 1 >= sql.size() || sql[at + 1] != '\'')) break;
      if (sql[at] == '\'') ++at;
      text += sql[at];
    }
    texts.push_back(std::move(text));
    if (at < sql.size()) ++at;
  }
  return texts;
}

/// "create domain percent as numeric(5,2) not null …": what it stands on.
std::string base_of(const std::string& create) {
  const auto as = create.find(" as ");
  if (as == std::string::npos) return {};
  auto end = create.size();
  for (const char* word : {" collate ", " default ", " not null", " null", " constraint ", " check ", ";"})
    end = std::min(end, create.find(word, as + 4));
  return create.substr(as + 4, end - as - 4);
}

Pool of_objects(const model::Database& database, const std::string& name, const std::string& type,
                const Values& literals) {
  for (const auto& object : database.objects) {
    const auto space = object.name.find(' ');
    if (space == std::string::npos || object.name.substr(space + 1) != type) continue;
    if (object.type == "domain") {
      auto said = literals;
      for (auto& value : literals_in(object.create.text)) said.push_back(std::move(value));
      return postgres_pool(database, name, base_of(object.create.text), said);
    }
    const auto open = object.create.text.find('(');
    if (object.type == "enum") {
      Values labels;
      for (auto& label : quoted_in(object.create.text)) labels.emplace_back(std::move(label));
      return labels.empty() ? nothing() : words(std::move(labels));
    }
    if (object.type == "type" && object.create.text.find(" as range ") != std::string::npos) return words({"empty"});
    if (object.type == "type" && open != std::string::npos) {
      // A row of nulls, which every composite has.
      int depth = 0;
      std::string row = "(";
      for (auto at = open; at < object.create.text.size(); ++at) {
        const char c = object.create.text[at];
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == ',' && depth == 1) row += ',';
        if (depth == 0) break;
      }
      return words({row + ")"});
    }
  }
  for (const auto& table : database.tables)
    if (table.path() == type)
      return words({"(" + std::string(table.columns.empty() ? 0 : table.columns.size() - 1, ',') + ")"});
  return nothing();
}

std::string as_text(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  std::string hex = "\\x";
  if (const auto* blob = std::get_if<Blob>(&value))
    for (const char c : blob->bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

Value list_of(const Values& values) {
  std::string text = "{";
  for (const auto& value : values) {
    if (text.size() > 1) text += ',';
    if (std::holds_alternative<std::nullptr_t>(value)) {
      text += "NULL";
      continue;
    }
    text += '"';
    for (const char c : as_text(value)) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "}";
}

Pool lists(const Pool& elements) {
  Pool pool;
  Values some(elements.plain.begin(), elements.plain.begin() + std::min<std::ptrdiff_t>(2, std::ssize(elements.plain)));
  pool.plain = {list_of(some)};
  pool.edges = {"{}"};
  for (const auto& value : elements.edges) pool.edges.push_back(list_of({value}));
  for (const auto& value : elements.said) pool.said.push_back(list_of({value}));
  pool.any = [any = elements.any](std::uint64_t n) -> Value {
    Values values;
    for (std::uint64_t i = 0; i <= n % 3; ++i) values.push_back(any(n / 3 + i));
    return list_of(values);
  };
  return pool;
}

std::string uuid(std::uint64_t n) {
  return fmt::format("{:08x}-{:04x}-4{:03x}-8000-{:012x}", n >> 32U, n >> 16U & 0xffffU, n & 0xfffU,
                     n & 0xffffffffffffULL);
}

}  // namespace

Pool postgres_pool(const model::Database& database, const std::string& name, const std::string& type,
                   const std::vector<Value>& literals) {
  using Small = std::numeric_limits<std::int16_t>;
  using Usual = std::numeric_limits<std::int32_t>;
  using Large = std::numeric_limits<std::int64_t>;
  const auto parts = parts_of(type);
  if (parts.depth > 0) return lists(postgres_pool(database, name, type.substr(0, type.find("[]")), literals));
  const auto& kind = parts.name;
  const auto most = parts.arguments.empty() ? 0 : parts.arguments.front();
  if (kind == "smallint") return whole(Small::min(), Small::max(), literals);
  if (kind == "integer") return whole(Usual::min(), Usual::max(), literals);
  if (kind == "bigint") return whole(Large::min(), Large::max(), literals);
  if (is_one(kind, {"oid", "xid", "cid"})) return whole(0, Usual::max(), literals);
  if (is_one(kind, {"real", "double precision"})) return real(literals);
  if (kind == "numeric") return numeric(parts.arguments, literals);
  if (kind == "money") return numeric({12, 2}, literals);
  if (is_one(kind, {"text", "citext", "name"})) return texts(name, kind == "name" ? 20 : 0, literals);
  if (kind == "character varying") return texts(name, most, literals);
  if (is_one(kind, {"character", "char"})) return texts(name, std::max<std::int64_t>(most, 1), literals);
  if (kind == "boolean")
    return {{std::int64_t{1}, std::int64_t{0}}, {}, {}, [](std::uint64_t n) -> Value {
              return static_cast<std::int64_t>(n % 2);
            }};
  if (kind == "bytea")
    return {{Blob{"abc"}, Blob{"0123456789abcdef"}},
            {Blob{""}, Blob{std::string("\0\x01\xff\xfe", 4)}, Blob{std::string(1000, '\0')}},
            {},
            [](std::uint64_t n) -> Value { return Blob{fmt::format("{:08x}", n % 0xffffffff)}; }};
  if (kind == "date" || kind == "interval" || kind.starts_with("time")) return moments(kind, literals);
  if (kind == "uuid") {
    auto pool = formed({uuid(7), uuid(8)}, {"00000000-0000-0000-0000-000000000000"}, {},
                       [](std::uint64_t n) -> Value { return uuid(n); });
    return pool;
  }
  if (is_one(kind, {"json", "jsonb"}))
    return {{R"({"a": 1})", R"({"name": "Ada", "tags": ["x", "y"]})"},
            {"{}", "[]", "null", R"({"ż": "東京 🦊 \" \\"})", "17"},
            {},
            [](std::uint64_t n) -> Value { return fmt::format(R"({{"n": {}}})", n % 100'000); }};
  if (is_one(kind, {"inet", "cidr", "macaddr", "macaddr8"})) return addresses(kind);
  if (kind.ends_with("range")) {
    for (const char* known : {"int", "num", "ts", "date"})
      if (kind.starts_with(known)) return ranges(kind);
  }
  if (kind == "bit" || kind == "bit varying") return bits(parts);
  if (kind == "xml") return words({"<a/>", "<a>b</a>"});
  if (kind == "tsvector") return words({"'fat':2 'cat':3", ""});
  if (kind == "tsquery") return words({"'fat' & 'cat'"});
  if (kind == "point") return words({"(1,2)", "(0,0)"}, {"(-1.5,1e10)"});
  if (is_one(kind, {"lseg", "box", "path"})) return words({"((0,0),(1,1))"});
  if (kind == "line") return words({"{1,2,3}"});
  if (kind == "polygon") return words({"((0,0),(1,1),(1,0))"});
  if (kind == "circle") return words({"<(0,0),1>"});
  if (kind == "hstore") return words({"\"a\"=>\"1\"", ""});
  if (is_one(kind, {"ltree", "lquery"})) return words({"top.first", "top"});
  return of_objects(database, name, kind, literals);
}

}  // namespace dmc::rehearse
