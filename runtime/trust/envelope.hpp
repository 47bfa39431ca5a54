// DSSE: a signature over a typed statement, never over a bare hash, so that it cannot be replayed as something else.
// Source: Dead Simple Signing Envelope, protocol version 1 (PAE), https://github.com/secure-systems-lab/dsse.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/trust/key.hpp"

namespace dmc::trust {

struct Signature {
  std::string keyid;
  std::string sig;  ///< base64
  static void fields(auto& self, auto&& visit) {
    visit("keyid", self.keyid);
    visit("sig", self.sig);
  }
  bool operator==(const Signature&) const = default;
};

struct Envelope {
  std::string payload;  ///< base64 of the statement's canonical JSON
  std::string payload_type;
  std::vector<Signature> signatures;
  static void fields(auto& self, auto&& visit) {
    visit("payload", self.payload);
    visit("payloadType", self.payload_type);
    visit("signatures", self.signatures);
  }
  bool operator==(const Envelope&) const = default;
};

/// What is signed: type and body, each with its length (PAE).
std::string signed_bytes(std::string_view payload_type, std::string_view body);

Envelope enclose(std::string_view payload_type, std::string_view body, const SigningKey& key);

/// The body, when the envelope says that it holds this type; throws TrustError otherwise. Says nothing about who
/// signed.
std::string body_of(const Envelope& envelope, std::string_view payload_type);

/// Whether one of the signatures is this key's over exactly this envelope.
bool signed_by(const Envelope& envelope, const PublicKey& key);

}  // namespace dmc::trust
