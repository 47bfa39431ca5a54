#include "runtime/session/url.hpp"

#include <doctest/doctest.h>

#include "runtime/session/postgres_address.hpp"

using dmc::session::parse_url;
using dmc::session::read_postgres_address;
using dmc::session::Url;

namespace {

std::string parameter(const std::string& url, const std::string& keyword) {
  std::string reason;
  const auto read = parse_url(url, reason);
  REQUIRE_MESSAGE(read, url << ": " << reason);
  return read_postgres_address(read->location, reason)->value(keyword);
}

}  // namespace

TEST_CASE("a path with its engine is an address") {
  std::string reason;
  CHECK(parse_url("sqlite:shop.db", reason) == Url{"sqlite", "shop.db"});
  CHECK(parse_url("sqlite:/var/lib/a b=c:d.db", reason) == Url{"sqlite", "/var/lib/a b=c:d.db"});
  CHECK(parse_url("sqlite:shop.db", reason)->shown() == "sqlite:shop.db");
}

TEST_CASE("what is no address is refused with a reason that does not repeat it") {
  for (const char* text :
       {"shop.db", "sqlite:", ":shop.db", "oracle:secret", "mysql://secret", "sqlite::memory:", "postgres:secret",
        "postgres://app:secret@host", "postgres://app:sec/ret@host/shop", "postgres://app:12/secret@host",
        "postgres://app:secret@host:port/shop", "postgres://app:secret@host:70000/shop",
        "postgres://app:secret%4@host/shop", "postgres://app:secret%00@host/shop", "postgres://app:secret@a,b/shop",
        "postgres://app:secret@[::1/shop", "postgres://app:secret@host/shop?sslmode=maybe",
        "postgres://app:secret@host/shop?connect_timeout=0", "postgres://app@host/shop?user=secret",
        // What would change what a session does, or which server answers.
        "postgres://host/shop?options=-c%20search_path=secret", "postgres://host/shop?service=secret",
        "postgres://host/shop?target_session_attrs=any", "postgres://host/shop?password=secret",
        "postgres://host/shop?hostaddr=secret", "postgres://host/shop?passfile=secret",
        "postgres://host/shop?sslmode"}) {
    std::string reason;
    CHECK_MESSAGE(!parse_url(text, reason), text);
    CHECK(!reason.empty());
    CHECK_MESSAGE(reason.find("secret") == std::string::npos, reason);
  }
}

TEST_CASE("an address of PostgreSQL is taken apart") {
  const std::string whole = "postgresql://a%40b:p%3Aw%2F%25@[::1]:5433/sh%20op?sslmode=require&application_name=x";
  CHECK(parameter(whole, "user") == "a@b");
  CHECK(parameter(whole, "password") == "p:w/%");
  CHECK(parameter(whole, "host") == "::1");
  CHECK(parameter(whole, "port") == "5433");
  CHECK(parameter(whole, "dbname") == "sh op");
  CHECK(parameter(whole, "sslmode") == "require");
  CHECK(parameter("postgres:///shop?host=/run/postgresql", "host") == "/run/postgresql");
  CHECK(parameter("postgres://%2Frun%2Fpostgresql/shop", "host") == "/run/postgresql");
  CHECK(parameter("postgres://h?dbname=shop", "dbname") == "shop");
  CHECK(parameter("postgres://h/shop", "password").empty());
}

TEST_CASE("SEC-1: a password is never shown, and the rest can be typed again") {
  CHECK(Url{"postgres", "//app:secret@db.example/shop"}.shown() == "postgres://app@db.example/shop");
  std::string reason;
  for (const char* text :
       {"postgres://a%40b:secret@[::1]:5433/sh%20op?sslmode=require&sslrootcert=/etc/ca.pem",
        "postgres:///shop?host=/run/postgresql", "postgresql://app@h/shop?user=&connect_timeout=3"}) {
    const auto shown = parse_url(text, reason)->shown();
    CHECK(shown.find("secret") == std::string::npos);
    const auto again = parse_url(shown, reason);
    REQUIRE_MESSAGE(again, shown << ": " << reason);
    CHECK(again->shown() == shown);
    for (const char* keyword : {"user", "host", "port", "dbname", "sslmode", "sslrootcert", "connect_timeout"})
      CHECK_MESSAGE(parameter(shown, keyword) == parameter(text, keyword), shown << " " << keyword);
  }
}
