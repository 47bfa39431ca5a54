// Keys, base64 and envelopes.
#include <doctest/doctest.h>

#include "runtime/trust/base64.hpp"
#include "tests/unit/trust/signers.hpp"

using namespace dmc;

TEST_CASE("base64 of RFC 4648, and no other spelling") {
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(trust::base64(bytes) == text);
    CHECK(trust::from_base64(text) == bytes);
  }
  for (const char* other : {"Zg", "Zg=", "Zh==", "Zg==\n", " Zg==", "Zg=a", "!!!!", "===="})
    CHECK_MESSAGE(!trust::from_base64(other), other);
}

TEST_CASE("a signature of RFC 8032, test 2") {
  const auto unhex = [](std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2)
      bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
    return bytes;
  };
  const trust::PublicKey key{unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")};
  const auto signature = unhex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  CHECK(trust::verifies(key, "\x72", signature));
  CHECK(!trust::verifies(key, "\x73", signature));
}

TEST_CASE("what is signed says its type and its lengths") {
  CHECK(trust::signed_bytes("http://example.com/HelloWorld", "hello world") ==
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST_CASE("an envelope verifies as it was made, and not with one byte changed anywhere") {
  const auto envelope = trust::enclose("application/x", "{\"a\":1}", tests::ann());
  CHECK(trust::signed_by(envelope, tests::ann().public_key()));
  CHECK(!trust::signed_by(envelope, tests::ben().public_key()));
  CHECK(trust::body_of(envelope, "application/x") == "{\"a\":1}");
  CHECK_THROWS_AS(trust::body_of(envelope, "application/y"), trust::TrustError);
  for (std::size_t at = 0; at < envelope.payload.size(); ++at) {
    auto forged = envelope;
    forged.payload[at] = forged.payload[at] == 'A' ? 'B' : 'A';
    CHECK(!trust::signed_by(forged, tests::ann().public_key()));
  }
  auto forged = envelope;
  forged.payload_type = "application/z";
  CHECK(!trust::signed_by(forged, tests::ann().public_key()));
}

TEST_CASE("keys of other kinds are refused, and the text holds nothing of them") {
  for (const char* text : {"", "ssh-ed25519 AAAA", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    try {
      const trust::SigningKey key(text);
      FAIL("accepted");
    } catch (const trust::TrustError& error) {
      CHECK(std::string(error.what()).find("AAAA") == std::string::npos);
    }
  CHECK_THROWS_AS(trust::PublicKey::read("Zm9v"), trust::TrustError);
}

TEST_CASE("the file of approvers") {
  const auto key = tests::ann().public_key().text();
  const auto file = [](const std::string& people) {
    return R"({"format": "dmc-approvers", "version": 1, "machines": [], "people": [)" + people + "]}";
  };
  CHECK(trust::read_approvers(file(R"({"name": "ann", "keys": [")" + key + R"("]})")).people.size() == 1);
  CHECK_THROWS_WITH(trust::read_approvers(file(R"({"name": "ann", "keys": [")" + key +
                                               R"("]}, {"name": "ben", "keys": [")" + key + R"("]})")),
                    "'ann' and 'ben' share a key: an approval must say which person gave it");
  CHECK_THROWS_AS(trust::read_approvers(file(R"({"name": "ann", "keys": ["x"]})")), trust::TrustError);
  CHECK_THROWS_AS(trust::read_approvers("{}"), trust::TrustError);
}
