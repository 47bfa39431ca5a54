#include "runtime/session/url.hpp"

#include <doctest/doctest.h>

using dmc::session::parse_url;
using dmc::session::Url;

TEST_CASE("a path with its engine is an address") {
  std::string reason;
  CHECK(parse_url("sqlite:shop.db", reason) == Url{"sqlite", "shop.db"});
  CHECK(parse_url("sqlite:/var/lib/a b=c:d.db", reason) == Url{"sqlite", "/var/lib/a b=c:d.db"});
  CHECK(parse_url("sqlite:shop.db", reason)->shown() == "sqlite:shop.db");
}

TEST_CASE("what is no address is refused with a reason that does not repeat it") {
  for (const char* text : {"shop.db", "sqlite:", ":shop.db", "oracle:secret", "postgres://app:secret@host/shop",
                           "clickhouse://secret", "sqlite::memory:"}) {
    std::string reason;
    CHECK_MESSAGE(!parse_url(text, reason), text);
    CHECK(!reason.empty());
    CHECK_MESSAGE(reason.find("secret") == std::string::npos, reason);
  }
}

TEST_CASE("credentials are never shown") {
  CHECK(Url{"postgres", "//app:secret@db.example/shop"}.shown() == "postgres://db.example/shop");
}
