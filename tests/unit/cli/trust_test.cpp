// PLN-3, PLN-4: on a cluster nothing runs of which one byte is another than what was sealed, signed and approved.
#include <array>
#include <map>

#include "tests/unit/cli/shop.hpp"

using namespace dmc::tests;

namespace {

/// The keys of ann, of ben and of the machine ci, made for these tests with `openssl genpkey -algorithm ed25519`.
const std::map<std::string, std::pair<std::string, std::string>> keys{
    {"ann",
     {"MC4CAQAwBQYDK2VwBCIEINAtgYnctav7WTzrUE9XH2V8KPT3QmOdRnTgWArYxZ5W",
      "yAkHhKDTtKWEKTWH1wzqxiNrQoITRjfPC5VjRkTo+cM="}},
    {"ben",
     {"MC4CAQAwBQYDK2VwBCIEIGDPwNpgVO/QpFJ/1qXufmcRWzF+4L0Y0y3rQPaRI3QS",
      "SX08p9JHeDd06lDImIHCX2vx1I8FYtMdmgJQIMIIyUA="}},
    {"ci",
     {"MC4CAQAwBQYDK2VwBCIEIJTf9T9ojx7aYd55fo/viBI+VG8ZpZyjX0LPYZ5E+XqJ",
      "SC9xOXJ8cTUwYkUapeGBwxQpq1rl7GRUMLoxcE7PotU="}}};

/// A project whose version 1 is sealed by ann, attested by ci and approved by ben, and a cluster that asks for all
/// three.
struct Trusted : Shop {
  Trusted() {
    for (const auto& [name, key] : keys)
      folder.write(name + ".key", "-----BEGIN PRIVATE KEY-----\n" + key.first + "\n-----END PRIVATE KEY-----\n");
    const auto signer = [](const std::string& name) {
      return R"({"name": ")" + name + R"(", "keys": [")" + keys.at(name).second + R"("]})";
    };
    folder.write("clusters/approvers.json", R"({"format": "dmc-approvers", "version": 1, "machines": [)" +
                                                signer("ci") + R"(], "people": [)" + signer("ann") + ", " +
                                                signer("ben") + "]}");
    folder.write("clusters/prod.mig",
                 "cluster prod { approvers file './approvers.json'; require approval 1; require attestation ci;\n"
                 "  database shop { shard one at 'sqlite:" +
                     (folder.path() / "shop.db").string() + "'; } }\n");
    REQUIRE((*this)({"seal", "1", "--key", "ann.key", "--person", "ann"}).exit == 0);
    REQUIRE((*this)({"attest", plan, "--key", "ci.key"}).exit == 0);
    REQUIRE((*this)({"approve", plan, "--key", "ben.key", "--person", "ben", "--cluster", "prod"}).exit == 0);
    const auto dry = (*this)({"run", plan, "--cluster", "clusters/prod.mig", "--dry-run"});
    REQUIRE_MESSAGE(dry.exit == 0, dry.err);
  }
  Answer run() const { return (*this)({"run", plan, "--cluster", "clusters/prod.mig", "--yes", "--no-progress"}); }

  /// A new file, because a file that is written over is flushed to the disk by some file systems: a minute of waiting.
  void replace(const std::string& name, const std::string& bytes) const {
    std::filesystem::remove(folder.path() / name);
    folder.write(name, bytes);
  }

  /// Every byte of the file becomes two others, one at a time; the cluster refuses each, and the database is never
  /// created. `may` says of a place that nobody signed what stands there and nothing hangs on it.
  template <class May>
  void refuse_every_edit(const std::string& name, May may) const {
    const auto whole = folder.read(name);
    REQUIRE(whole.size() > 300);
    std::size_t tried = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      if (may(at)) continue;
      const auto byte = static_cast<unsigned char>(whole[at]);
      // With all five at every place the 7,700 bytes take a minute; they were all refused.
      const std::array others{byte ^ 0x20, 0x00, 0x22, 0x7d, 0xff};
      for (const auto other : {byte ^ 0x01, others[at % others.size()]}) {
        if (other == byte) continue;
        auto edited = whole;
        edited[at] = static_cast<char>(other);
        replace(name, edited);
        const auto answer = run();
        ++tried;
        if (answer.exit != 1 || folder.has("shop.db")) {
          CAPTURE(at);
          CAPTURE(other);
          FAIL(name << " was edited and not refused: " << answer.err << answer.out);
        }
      }
    }
    for (std::size_t size = 0; size < whole.size(); size += 17) {
      replace(name, whole.substr(0, size));
      const auto answer = run();
      CHECK_MESSAGE(answer.exit == 1, name << " was cut after " << size << " bytes: " << answer.err);
    }
    CHECK(!folder.has("shop.db"));
    MESSAGE(name << ": " << whole.size() << " bytes, " << tried << " edits refused");
    folder.write(name, whole);
  }
  static constexpr const char* plan = "plans/0001.plan.json";
};

bool never(std::size_t) { return false; }

}  // namespace

TEST_CASE("PLN-4 a plan edited by one byte, at every position, does not run on a cluster") {
  const Trusted shop;
  shop.refuse_every_edit(Trusted::plan, never);
  shop.refuse_every_edit("plans/0001.undo.plan.json", never);
  const auto whole = shop.run();
  CHECK_MESSAGE(whole.exit == 0, whole.err << whole.out);
}

TEST_CASE("PLN-4 an index of sealed versions edited by one byte, at every position, is refused") {
  const Trusted shop;
  shop.refuse_every_edit("catalog/index.json", never);
  shop.refuse_every_edit("catalog/index.sig.json", never);
  CHECK(shop.run().exit == 0);
}

TEST_CASE("PLN-3 an approval or an attestation edited by one byte, at every position, counts for nothing") {
  const Trusted shop;
  const auto proof = shop.folder.read("plans/0001.proof.json");
  // Which plan the proof is about is said for people; each statement names it itself.
  const auto begin = proof.rfind("\"plan\":\"") + 8, end = proof.find('"', begin);
  shop.refuse_every_edit("plans/0001.proof.json", [&](std::size_t at) { return at >= begin && at < end; });
  CHECK(shop.run().exit == 0);
}

TEST_CASE("PLN-3 what the cluster itself says of the people is not taken from the project") {
  const Trusted shop;
  shop.edit("clusters/approvers.json", keys.at("ben").second, keys.at("ci").second);
  CHECK(holds(shop.run().err, "E0519"));
}
