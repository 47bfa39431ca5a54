// Takes an address apart strictly: what is not known is refused, because libpq would let a parameter turn off triggers
// or lead to another host.
#include "runtime/session/postgres_address.hpp"

#include <algorithm>
#include <array>

#include "runtime/session/address_text.hpp"

namespace dmc::session {

namespace {

constexpr std::string_view shape = "postgres://user@host:5432/database";

/// Those that may stand behind the question mark.
constexpr std::array<std::string_view, 8> allowed{"host",    "port",        "dbname",           "user",
                                                  "sslmode", "sslrootcert", "application_name", "connect_timeout"};

constexpr std::array<std::string_view, 6> ssl_modes{"disable", "allow",     "prefer",
                                                    "require", "verify-ca", "verify-full"};

class Reader {
 public:
  std::optional<PostgresAddress> read(std::string_view location, std::string& reason) {
    if (!whole(location)) {
      reason = reason_;
      return std::nullopt;
    }
    return std::move(address_);
  }

 private:
  bool whole(std::string_view location) {
    if (!location.starts_with("//")) return refuse("an address of PostgreSQL looks like");
    location.remove_prefix(2);
    const auto end = location.find_first_of("/?");
    const auto rest = end == std::string_view::npos ? std::string_view() : location.substr(end);
    if (rest.find('@') != std::string_view::npos)
      return refuse("a '/', '?' or '@' in a user or a password is written %2F, %3F, %40, as in");
    if (!authority(location.substr(0, end))) return false;
    const auto question = rest.find('?');
    const auto path = rest.substr(0, question);
    if (path.size() > 1 && !keep("dbname", path.substr(1))) return false;
    if (question != std::string_view::npos && !parameters(rest.substr(question + 1))) return false;
    if (address_.value("dbname").empty()) return refuse("the address names no database; it looks like");
    return sound();
  }

  bool authority(std::string_view text) {
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
      const auto who = text.substr(0, at);
      const auto colon = who.find(':');
      if (!keep("user", who.substr(0, colon))) return false;
      if (colon != std::string_view::npos && !keep("password", who.substr(colon + 1))) return false;
      text.remove_prefix(at + 1);
    }
    if (text.starts_with('[')) {
      const auto close = text.find(']');
      if (close == std::string_view::npos) return refuse("the address has a '[' without its ']'; it looks like");
      if (!keep("host", text.substr(1, close - 1))) return false;
      text.remove_prefix(close + 1);
      if (text.empty()) return true;
      if (text.front() != ':') return refuse("behind the ']' of a host stands a ':' and its port, as in");
      return keep("port", text.substr(1));
    }
    const auto colon = text.find(':');
    if (!keep("host", text.substr(0, colon))) return false;
    return colon == std::string_view::npos || keep("port", text.substr(colon + 1));
  }

  bool parameters(std::string_view text) {
    while (!text.empty()) {
      const auto end = text.find('&');
      const auto one = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      const auto equals = one.find('=');
      const auto name = one.substr(0, equals);
      if (equals == std::string_view::npos || std::find(allowed.begin(), allowed.end(), name) == allowed.end())
        return refuse(
            "an address of PostgreSQL takes the parameters host, port, dbname, user, sslmode, sslrootcert, "
            "application_name and connect_timeout, each with a value, and no others (a password stands in front of the "
            "'@', or in the file that PGPASSFILE names), as in");
      if (!keep(std::string(name), one.substr(equals + 1))) return false;
    }
    return true;
  }

  bool keep(const std::string& keyword, std::string_view text) {
    if (text.empty()) return true;
    auto value = percent_decoded(text);
    if (!value)
      return refuse("a '%' in an address stands in front of two hexadecimal digits, and is itself %25, as in");
    if (!address_.parameters.emplace(keyword, std::move(*value)).second)
      return refuse("the address says one thing twice; it looks like");
    return true;
  }

  bool sound() {
    const auto port = address_.value("port"), timeout = address_.value("connect_timeout");
    const auto mode = address_.value("sslmode");
    if (!port.empty() && !is_number_within(port, 1, 65535))
      return refuse("the port of the address is no number from 1 to 65535, as in");
    if (!timeout.empty() && !is_number_within(timeout, 1, 3600))
      return refuse("connect_timeout is a number of seconds from 1 to 3600, as in");
    if (!mode.empty() && std::find(ssl_modes.begin(), ssl_modes.end(), mode) == ssl_modes.end())
      return refuse("sslmode is disable, allow, prefer, require, verify-ca or verify-full, as in");
    // libpq would take a comma for a list, and connect to whichever host answers.
    if (address_.value("host").find(',') != std::string::npos)
      return refuse("an address leads to one host, the primary, and this one names several; it looks like");
    return true;
  }

  bool refuse(std::string_view why) {
    reason_ = std::string(why) + " " + std::string(shape);
    return false;
  }

  PostgresAddress address_;
  std::string reason_;
};

}  // namespace

std::string PostgresAddress::value(const std::string& keyword) const {
  const auto found = parameters.find(keyword);
  return found == parameters.end() ? std::string() : found->second;
}

std::string PostgresAddress::in_words() const {
  std::string text = "database '" + value("dbname") + "'";
  const auto host = value("host"), port = value("port");
  text += host.empty() ? " on this machine" : " on " + host;
  if (!port.empty()) text += (host.empty() ? ", port " : ":") + port;
  return text;
}

std::string PostgresAddress::shown() const {
  std::string text = "//";
  if (const auto user = value("user"); !user.empty()) text += percent_encoded(user, "") + "@";
  const auto host = value("host");
  if (host.find(':') != std::string::npos)
    text += "[" + host + "]";
  else
    text += percent_encoded(host, "");
  if (const auto port = value("port"); !port.empty()) text += ":" + port;
  text += "/" + percent_encoded(value("dbname"), "");
  char mark = '?';
  for (const char* name : {"sslmode", "sslrootcert", "application_name", "connect_timeout"})
    if (const auto said = value(name); !said.empty()) {
      text += mark;
      text.append(name).append("=").append(percent_encoded(said, "/"));
      mark = '&';
    }
  return text;
}

std::optional<PostgresAddress> read_postgres_address(std::string_view location, std::string& reason) {
  return Reader().read(location, reason);
}

}  // namespace dmc::session
