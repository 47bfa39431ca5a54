// The pre-authentication encoding puts lengths in front of both parts, so that no two statements have the same bytes.
#include "runtime/trust/envelope.hpp"

#include <algorithm>

#include "runtime/trust/base64.hpp"

namespace dmc::trust {

std::string signed_bytes(std::string_view payload_type, std::string_view body) {
  std::string bytes = "DSSEv1";
  for (const auto part : {payload_type, body}) {
    bytes += ' ' + std::to_string(part.size()) + ' ';
    bytes += part;
  }
  return bytes;
}

Envelope enclose(std::string_view payload_type, std::string_view body, const SigningKey& key) {
  return {base64(body),
          std::string(payload_type),
          {{key_id(key.public_key()), base64(key.sign(signed_bytes(payload_type, body)))}}};
}

std::string body_of(const Envelope& envelope, std::string_view payload_type) {
  if (envelope.payload_type != payload_type)
    throw TrustError("a signed statement is of another type: " + envelope.payload_type);
  auto body = from_base64(envelope.payload);
  if (!body) throw TrustError("a signed statement is not base64: the file was cut or edited");
  return std::move(*body);
}

bool signed_by(const Envelope& envelope, const PublicKey& key) {
  const auto body = from_base64(envelope.payload);
  if (!body) return false;
  const auto bytes = signed_bytes(envelope.payload_type, *body);
  return std::any_of(envelope.signatures.begin(), envelope.signatures.end(), [&](const Signature& signature) {
    const auto made = from_base64(signature.sig);
    return made && signature.keyid == key_id(key) && verifies(key, bytes, *made);
  });
}

}  // namespace dmc::trust
