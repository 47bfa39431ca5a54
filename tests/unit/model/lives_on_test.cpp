// What an object that the language has no word for goes with, when that is dropped, rebuilt or renamed.
#include <doctest/doctest.h>

#include "compiler/model/database.hpp"

using namespace dmc::model;
using Hosts = std::vector<std::string>;

namespace {

Hosts hosts(const std::string& type, const std::string& name) {
  Object object;
  object.type = type;
  object.name = name;
  return object.lives_on();
}

}  // namespace

TEST_CASE("a policy and a rule live on their table, or on the view of its name") {
  CHECK(hosts("row policy", "row policy own on users") == Hosts{"table users", "view users"});
  CHECK(hosts("rule", "rule nothing on audit.log") == Hosts{"table audit.log", "view audit.log"});
  CHECK(hosts("rule", "rule \"r on s\" on \"say \"\"a on b\"\"\"") ==
        Hosts{"table say \"a on b\"", "view say \"a on b\""});
  CHECK(hosts("row policy", "row policy own").empty());
}

TEST_CASE("a comment and a grant live on what they speak of") {
  CHECK(hosts("comment", "comment on table users") == Hosts{"table users", "view users"});
  CHECK(hosts("comment", "comment on materialized view totals") == Hosts{"table totals", "view totals"});
  CHECK(hosts("comment", "comment on trigger seen on users") ==
        Hosts{"trigger users.seen", "partition trigger seen on users"});
  CHECK(hosts("comment", "comment on policy own on users") == Hosts{"row policy own on users"});
  CHECK(hosts("comment", "comment on rule nothing on users") == Hosts{"rule nothing on users"});
  CHECK(hosts("comment", "comment on constraint sane on users") ==
        Hosts{"table users", "view users", "partition constraint users.sane"});
  CHECK(hosts("comment", "comment on function touch()") == Hosts{"function touch()", "aggregate touch()"});
  CHECK(hosts("comment", "comment on column audit.\"l.og\".\"a.b\"") == Hosts{"table audit.l.og", "view audit.l.og"});
  CHECK(hosts("column default", "column default audit.paid.\"a.b\"") == Hosts{"table audit.paid", "view audit.paid"});
  CHECK(hosts("comment", "comment on type mood") == Hosts{"type mood", "enum mood", "domain mood"});
  CHECK(hosts("grant", "grant on table users to app") == Hosts{"table users", "view users"});
  CHECK(hosts("grant", "grant on function add(integer, integer) to app") ==
        Hosts{"function add(integer, integer)", "aggregate add(integer, integer)"});
  CHECK(hosts("grant", "revoke on function touch() from public") == Hosts{"function touch()", "aggregate touch()"});
  CHECK(hosts("grant", "grant on schema audit to auditor") == Hosts{"schema audit"});
  CHECK(hosts("grant", "grant on table \"s.t\".\"u to v\" to \"x to y\"") ==
        Hosts{"table s.t.u to v", "view s.t.u to v"});
  CHECK(hosts("comment", "comment on trigger \"t on u\" on \"Order on Details\"") ==
        Hosts{"trigger Order on Details.t on u", "partition trigger \"t on u\" on \"Order on Details\""});
}

TEST_CASE("everything else lives by itself") {
  CHECK(hosts("function", "function touch()").empty());
  CHECK(hosts("sequence", "sequence tickets").empty());
  CHECK(hosts("statistics", "users_stats").empty());
}
