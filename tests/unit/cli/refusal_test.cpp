// What a program reads of a command that cannot go on: one JSON document, whatever stood in the way.
#include "tests/unit/cli/shop.hpp"

using namespace dmc::tests;

namespace {

/// One document: one line, and an object from its first letter to its last.
bool is_one_document(const std::string& out) {
  return out.starts_with('{') && out.ends_with("}\n") && std::count(out.begin(), out.end(), '\n') == 1;
}

/// The command line as typed, for programs: `exit` in the process and in the document, and why, with its code.
void check_refused(const Shop& shop, std::vector<std::string> words, int exit, std::string_view code,
                   std::string_view why) {
  words.insert(words.end(), {"--format", "json"});
  const auto answer = shop(words);
  std::string typed;
  for (const auto& word : words) typed.append(word).append(" ");
  CAPTURE(typed);
  CAPTURE(answer.out);
  CAPTURE(answer.err);
  CHECK(answer.exit == exit);
  CHECK(is_one_document(answer.out));
  CHECK(holds(answer.out, "\"exit_code\":" + std::to_string(exit)));
  CHECK(holds(answer.out, "\"code\":\"" + std::string(code) + "\""));
  CHECK(holds(answer.out, why));
}

constexpr const char* plan = "plans/0001.plan.json";
constexpr const char* nowhere = "plans/0007.plan.json";

}  // namespace

TEST_CASE("a command line that does not fit is told to programs as well") {
  const Shop shop;
  for (const std::string command :
       {"run", "undo", "settle", "purge", "rebind", "attest", "preflight", "rehearse", "status", "drift", "verify"})
    check_refused(shop, {command, "--no-such-option"}, 2, "", "has no option");
  check_refused(shop, {"run", plan}, 2, "", "needs to know where the database is");
  check_refused(shop, {"rebind"}, 2, "", "needs to know where the database is");
  const auto other = shop({"run", plan, "--on", shop.on, "--format", "yaml"});
  CHECK(other.exit == 2);
  CHECK(other.out.empty());
}

TEST_CASE("a plan that is not there, or is not what was compiled, is told to programs as well") {
  const Shop shop;
  for (const std::string command : {"run", "undo", "settle", "preflight"})
    check_refused(shop, {command, nowhere, "--on", shop.on}, 2, "", "there is no file");
  check_refused(shop, {"rehearse", nowhere}, 2, "", "there is no file");
  shop.folder.write("ci.key", "no key");
  check_refused(shop, {"attest", nowhere, "--key", "ci.key"}, 2, "", "there is no file");
  shop.edit(plan, "\"name\"", "\"nome\"");
  for (const std::string command : {"run", "undo", "settle", "preflight"})
    check_refused(shop, {command, plan, "--on", shop.on}, 1, "E0305", "is refused");
  check_refused(shop, {"rehearse", plan}, 1, "E0305", "is refused");
}

TEST_CASE("a target that cannot be reached is told to programs as well") {
  const Shop shop;
  const std::string nothing = "shop=sqlite:" + (shop.folder.path() / "no/such/place.db").string();
  for (const std::string command : {"undo", "settle", "purge", "rebind"}) {
    const auto answer = shop({command, "--on", nothing, "--format", "json"});
    CAPTURE(answer.out);
    CHECK(answer.exit != 0);
    CHECK(is_one_document(answer.out));
    CHECK(holds(answer.out, "\"exit_code\":" + std::to_string(answer.exit)));
  }
}

TEST_CASE("what a cluster asks for and does not get is told to programs reason by reason") {
  const Shop shop;
  shop.folder.write("clusters/prod.mig", "cluster prod { databse shop {} }\n");
  check_refused(shop, {"run", plan, "--cluster", "clusters/prod.mig"}, 1, "E0102", "databse");
  shop.folder.write("clusters/approvers.json", R"({"format": "dmc-approvers", "version": 1, "machines": [], "people": [
    {"name": "ann", "keys": ["yAkHhKDTtKWEKTWH1wzqxiNrQoITRjfPC5VjRkTo+cM="]}]})");
  shop.folder.write("clusters/prod.mig",
                    "cluster prod { disposable; approvers file './approvers.json'; require approval 1; require "
                    "attestation ci;\n"
                    "  database shop { shard one at 'sqlite:" +
                        (shop.folder.path() / "shop.db").string() + "'; } }\n");
  const auto answer = shop({"run", plan, "--cluster", "clusters/prod.mig", "--yes", "--format", "json"});
  CAPTURE(answer.out);
  CHECK(answer.exit == 1);
  CHECK(is_one_document(answer.out));
  CHECK(holds(answer.out, "\"code\":\"E0508\""));
  CHECK(holds(answer.out, "dmc approve plans/0001.plan.json"));
  // A dry run says both in its one document: what would happen, and what is lacking.
  const auto dry = shop({"run", plan, "--cluster", "clusters/prod.mig", "--dry-run", "--format", "json"});
  CAPTURE(dry.out);
  CHECK(dry.exit == 1);
  CHECK(is_one_document(dry.out));
  CHECK(holds(dry.out, "\"lacking\":[\"[E0508]"));
}

TEST_CASE("attest answers programs with what it wrote") {
  const Shop shop;
  shop.folder.write("ci.key",
                    "-----BEGIN PRIVATE KEY-----\n"
                    "MC4CAQAwBQYDK2VwBCIEIJTf9T9ojx7aYd55fo/viBI+VG8ZpZyjX0LPYZ5E+XqJ\n"
                    "-----END PRIVATE KEY-----\n");
  const auto answer = shop({"attest", plan, "--key", "ci.key", "--format", "json"});
  CAPTURE(answer.out);
  CHECK(answer.exit == 0);
  CHECK(is_one_document(answer.out));
  CHECK(holds(answer.out, "\"proof\":\"plans/0001.proof.json\""));
}
