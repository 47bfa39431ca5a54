// Takes an address apart strictly: a misspelt setting would be ignored by nobody, and a wrong one change what a
// statement means.
#include "runtime/session/clickhouse_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "runtime/session/address_text.hpp"

namespace dmc::session {

namespace {

constexpr std::string_view shape = "clickhouse://user@host:8123/database";

constexpr std::array<std::string_view, 7> client_options{
    "ca_file", "certificate_file", "key_file", "password_file", "connect_timeout", "timeout", "compression"};

/// Those that bound what a statement may use. None that changes what it means or answers.
constexpr std::array<std::string_view, 8> server_settings{"max_threads",
                                                          "max_insert_threads",
                                                          "max_memory_usage",
                                                          "max_execution_time",
                                                          "max_bytes_before_external_group_by",
                                                          "max_bytes_before_external_sort",
                                                          "max_partitions_per_insert_block",
                                                          "priority"};

template <std::size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// How many letters differ.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row.back();
}

/// "did you mean max_threads?", or which there are.
std::string hint(std::string_view name) {
  std::string_view nearest;
  std::size_t least = 4;
  std::string all;
  const auto look = [&](std::string_view known) {
    if (const auto far = distance(name, known); far < least) {
      least = far;
      nearest = known;
    }
    all.append(all.empty() ? "" : ", ").append(known);
  };
  for (const auto known : client_options) look(known);
  for (const auto known : server_settings) look(known);
  if (!nearest.empty()) return "did you mean " + std::string(nearest) + "?";
  return "there are " + all;
}

/// A name that can be repeated: nothing that somebody could have taken for the place of a secret.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

class Reader {
 public:
  explicit Reader(bool tls) {
    address_.tls = tls;
    address_.port = tls ? 8443 : 8123;
  }

  std::optional<ClickhouseAddress> read(std::string_view location, std::string& reason) {
    if (whole(location)) return std::move(address_);
    reason = reason_;
    return std::nullopt;
  }

 private:
  bool whole(std::string_view location) {
    if (!location.starts_with("//")) return refuse("an address of ClickHouse looks like");
    location.remove_prefix(2);
    const auto end = location.find_first_of("/?");
    const auto rest = end == std::string_view::npos ? std::string_view() : location.substr(end);
    if (rest.find('@') != std::string_view::npos)
      return refuse("a '/', '?' or '@' in a user or a password is written %2F, %3F, %40, as in");
    if (!authority(location.substr(0, end))) return false;
    const auto question = rest.find('?');
    const auto path = rest.substr(0, question);
    if (path.size() > 1 && !keep(address_.database, path.substr(1))) return false;
    if (question != std::string_view::npos && !parameters(rest.substr(question + 1))) return false;
    if (address_.database.empty()) address_.database = "default";
    return sound();
  }

  bool authority(std::string_view text) {
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
      const auto who = text.substr(0, at);
      const auto colon = who.find(':');
      if (!keep(address_.user, who.substr(0, colon))) return false;
      if (colon != std::string_view::npos && !keep(address_.password, who.substr(colon + 1))) return false;
      text.remove_prefix(at + 1);
    }
    if (text.starts_with('[')) {
      const auto close = text.find(']');
      if (close == std::string_view::npos) return refuse("the address has a '[' without its ']'; it looks like");
      if (!keep(address_.host, text.substr(1, close - 1))) return false;
      text.remove_prefix(close + 1);
      if (text.empty()) return true;
      if (text.front() != ':') return refuse("behind the ']' of a host stands a ':' and its port, as in");
      return port(text.substr(1));
    }
    const auto colon = text.find(':');
    if (!keep(address_.host, text.substr(0, colon))) return false;
    return colon == std::string_view::npos || port(text.substr(colon + 1));
  }

  bool port(std::string_view text) {
    if (!is_number_within(text, 1, 65535)) return refuse("the port of the address is no number from 1 to 65535, as in");
    if (text == "9000" || text == "9440")
      return refuse(
          "port 9000 or 9440 speaks ClickHouse's own protocol, and dmc speaks HTTP (8123, with TLS 8443), as in");
    std::from_chars(text.data(), text.data() + text.size(), address_.port);
    return true;
  }

  bool parameters(std::string_view text) {
    while (!text.empty()) {
      const auto end = text.find('&');
      const auto one = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      const auto equals = one.find('=');
      const auto name = one.substr(0, equals);
      const bool is_setting = is_one_of(name, server_settings);
      if (!is_setting && !is_one_of(name, client_options)) {
        reason_ = is_plain_name(name) ? "an address of ClickHouse takes no parameter '" + std::string(name) + "': "
                                      : std::string("an address of ClickHouse takes parameters by their names: ");
        reason_ += hint(is_plain_name(name) ? name : "");
        return false;
      }
      if (equals == std::string_view::npos) return refuse("a parameter of an address has a value, as in");
      auto& kept = is_setting ? address_.settings : address_.options;
      if (kept.contains(std::string(name))) return refuse("the address says one thing twice; it looks like");
      if (!keep(kept[std::string(name)], one.substr(equals + 1))) return false;
    }
    return true;
  }

  bool keep(std::string& where, std::string_view text) {
    auto value = percent_decoded(text);
    if (!value)
      return refuse("a '%' in an address stands in front of two hexadecimal digits, and is itself %25, as in");
    // They go into headers, where a line's end would begin another header.
    if (value->find_first_of("\r\n") != std::string::npos)
      return refuse("an address holds no line's end; it looks like");
    where = std::move(*value);
    return true;
  }

  bool sound() {
    if (address_.host.empty()) return refuse("the address names no host; it looks like");
    if (address_.host.find_first_of(",/ ?#@\\") != std::string::npos)
      return refuse("an address leads to one host, and this names none or several; it looks like");
    if (!address_.password.empty() && address_.user.empty())
      return refuse("the address has a password and no user; it looks like");
    if (!address_.password.empty() && address_.options.contains("password_file"))
      return refuse("the address has a password and a password_file; one of them is enough, as in");
    for (const char* name : {"connect_timeout", "timeout"})
      if (address_.options.contains(name) && !is_number_within(address_.option(name), 1, 86400))
        return refuse(std::string(name) + " is a number of seconds from 1 to 86400, as in");
    if (const auto how = address_.option("compression"); !how.empty() && how != "gzip" && how != "none")
      return refuse("compression is gzip or none, as in");
    for (const char* name : {"ca_file", "certificate_file", "key_file"})
      if (!address_.tls && address_.options.contains(name))
        return refuse(std::string(name) + " is for clickhouses://, the address with TLS, not for");
    for (const auto& [name, value] : address_.settings)
      if (!is_number_within(value.substr(0, 9), 0, 999'999'999) || value.size() > 18 ||
          value.find_first_not_of("0123456789") != std::string::npos)
        return refuse(name + " is a number, as in");
    return true;
  }

  bool refuse(std::string_view why) {
    reason_ = std::string(why) + " " + std::string(shape);
    return false;
  }

  ClickhouseAddress address_;
  std::string reason_;
};

}  // namespace

std::string ClickhouseAddress::option(const std::string& name) const {
  const auto found = options.find(name);
  return found == options.end() ? std::string() : found->second;
}

int ClickhouseAddress::seconds(const std::string& name, int otherwise) const {
  const auto text = option(name);
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string ClickhouseAddress::in_words() const {
  return "database '" + database + "' on " + host + ":" + std::to_string(port);
}

std::string ClickhouseAddress::shown() const {
  std::string text = tls ? "clickhouses://" : "clickhouse://";
  if (!user.empty()) text += percent_encoded(user, "") + "@";
  text += host.find(':') != std::string::npos ? "[" + host + "]" : percent_encoded(host, "");
  if (port != (tls ? 8443 : 8123)) text += ":" + std::to_string(port);
  text += "/" + percent_encoded(database, "");
  char mark = '?';
  for (const auto* kept : {&options, &settings})
    for (const auto& [name, value] : *kept) {
      text += mark;
      text.append(name).append("=").append(percent_encoded(value, "/"));
      mark = '&';
    }
  return text;
}

std::optional<ClickhouseAddress> read_clickhouse_address(std::string_view text, std::string& reason) {
  const auto colon = std::min(text.find(':'), text.size() - 1);
  return Reader(text.starts_with("clickhouses:")).read(text.substr(colon + 1), reason);
}

}  // namespace dmc::session
