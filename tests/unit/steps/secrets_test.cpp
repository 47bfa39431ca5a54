#include "runtime/steps/secrets.hpp"

#include <doctest/doctest.h>

#include "compiler/model/secrets.hpp"

using namespace dmc;

TEST_CASE("a secret is a whole literal and nothing else") {
  CHECK(model::secrets_of({"select '${env A}', '${env B}', '${env A}'"}) == std::vector<std::string>{"A", "B"});
  CHECK(model::secrets_of({"select 'x${env A}', \"${env B}\", x'${env C}', '''${env D}''', $$'${env E}'$$"}).empty());
  CHECK(model::secrets_of({"select 1 -- '${env A}'", "select '${env }', '${env A B}'"}).empty());
}

TEST_CASE("a value is put in as a literal, whatever it holds") {
  const steps::Secrets secrets({{"A", "it's'; drop table t; --"}, {"E", ""}});
  CHECK(secrets.bound("select '${env A}' as a") == "select 'it''s''; drop table t; --' as a");
  CHECK(secrets.bound("select '${env E}', '${env OTHER}', 'x${env A}'") == "select '', '${env OTHER}', 'x${env A}'");
  const steps::Secrets quoting({{"A", "'${env B}'"}, {"B", "second"}});
  CHECK(quoting.bound("select '${env A}'") == "select '''${env B}'''");
}

TEST_CASE("what an engine says is shown without the values") {
  const steps::Secrets secrets({{"A", "it's"}, {"E", ""}});
  CHECK(secrets.redacted("no function f(it's) in: select 'it''s', it''s") ==
        "no function f(${env A}) in: select '${env A}', ${env A}");
}

TEST_CASE("an engine writes and hides its own literals") {
  struct Backslashes : session::Secrecy {
    std::string literal(std::string_view value) const override { return "'\\" + std::string(value) + "'"; }
  };
  const steps::Secrets secrets(std::map<std::string, std::string>{{"A", "'x"}});
  CHECK(secrets.bound("select '${env A}'", Backslashes()) == "select '\\'x'");
  CHECK(secrets.redacted("near '\\'x' and \\'x", Backslashes()) == "near '${env A}' and ${env A}");
}
