// Ed25519 keys (RFC 8032): who signed is decided by a public key that the cluster's approvers file lists.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dmc::trust {

/// A key or a signed statement that is not what it must be; the text never holds key material.
class TrustError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// 32 bytes, written as base64.
struct PublicKey {
  std::string bytes;
  std::string text() const;
  /// Throws TrustError for anything but base64 of 32 bytes.
  static PublicKey read(std::string_view text);
  bool operator==(const PublicKey&) const = default;
};

/// "sha256:…" of the public key's bytes: how a signature says which key made it.
std::string key_id(const PublicKey& key);

bool verifies(const PublicKey& key, std::string_view message, std::string_view signature);

/// A private key; its bytes stay inside OpenSSL.
class SigningKey {
 public:
  /// Reads PEM as `openssl genpkey -algorithm ed25519` writes it; throws TrustError for another algorithm, an encrypted
  /// key or no key at all.
  explicit SigningKey(std::string_view pem);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  PublicKey public_key() const;
  /// 64 bytes.
  std::string sign(std::string_view message) const;

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace dmc::trust
