// Bytes that nobody meant as a proof, an approvers file, a key or a time: each reader refuses them, and nothing else
// happens.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/trust/approvers.hpp"
#include "runtime/trust/base64.hpp"
#include "runtime/trust/key.hpp"
#include "runtime/trust/proof.hpp"
#include "runtime/trust/time.hpp"

using namespace dmc;
using namespace std::string_literals;

namespace {

std::vector<std::string> hostile() {
  constexpr std::size_t many = 1'000'000;
  std::string proof = R"({"approvals":[],"attestations":[],"format":"dmc-proof","plan":")";
  return {"",
          "\0"s,
          std::string(many, '\0'),
          "{\"format\":\"dmc-proof\0\",\"version\":1}"s,
          "\xFF\xFE{\0}\0"s,
          "{\"plan\":\"\xC3\"}",
          std::string(many, '['),
          std::string(many, '{'),
          "{\"approvals\":" + std::string(many, '['),
          proof + std::string(16 * many, 'a'),
          std::string(many, '=') + "AAAA",
          "-----BEGIN PRIVATE KEY-----\n" + std::string(many, 'A') + "\n-----END PRIVATE KEY-----\n",
          "-----BEGIN PRIVATE KEY-----\n\0\n-----END PRIVATE KEY-----\n"s,
          "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
          "99999999999999999999d",
          "2026-02-30T00:00:00Z"};
}

}  // namespace

TEST_CASE("hostile bytes are refused by every reader of this folder") {
  for (const std::string& bytes : hostile()) {
    CAPTURE(bytes.substr(0, 60));
    CHECK_THROWS_AS(trust::read_proof(bytes), trust::TrustError);
    CHECK_THROWS_AS(trust::read_approvers(bytes), trust::TrustError);
    CHECK_THROWS_AS(trust::PublicKey::read(bytes), trust::TrustError);
    CHECK_THROWS_AS(trust::SigningKey{bytes}, trust::TrustError);
    CHECK_FALSE(trust::is_time(bytes));
    CHECK_FALSE(trust::time_meant(bytes, "2026-11-25T12:00:00Z"));
    if (const auto decoded = trust::from_base64(bytes)) CHECK(trust::base64(*decoded) == bytes);
  }
}
