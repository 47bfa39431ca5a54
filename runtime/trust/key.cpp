// Signing and verifying through OpenSSL's EVP.
#include "runtime/trust/key.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "compiler/plan/digest.hpp"
#include "runtime/trust/base64.hpp"

namespace dmc::trust {

namespace {

constexpr std::size_t key_size = 32, signature_size = 64;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// Answers no pass phrase, so that an encrypted key is refused instead of asked for at a terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

std::string PublicKey::text() const { return base64(bytes); }

PublicKey PublicKey::read(std::string_view text) {
  auto bytes = from_base64(text);
  if (!bytes || bytes->size() != key_size)
    throw TrustError("this is no public key: 32 bytes in base64 were expected, as `dmc approve` prints them");
  return {std::move(*bytes)};
}

std::string key_id(const PublicKey& key) { return plan::digest(key.bytes); }

bool verifies(const PublicKey& key, std::string_view message, std::string_view signature) {
  if (key.bytes.size() != key_size || signature.size() != signature_size) return false;
  const Key handle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(key.bytes), key_size));
  const Context context(EVP_MD_CTX_new());
  return handle && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

struct SigningKey::Handle {
  Key key;
};

SigningKey::SigningKey(std::string_view pem) {
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (!key)
    throw TrustError(
        "this is no private key that can be read: a PEM file without a pass phrase was expected, as `openssl genpkey "
        "-algorithm ed25519` writes it");
  if (EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519)
    throw TrustError("the key is not an Ed25519 key: `openssl genpkey -algorithm ed25519` makes one");
  handle_ = std::make_unique<Handle>(Handle{std::move(key)});
}

SigningKey::~SigningKey() = default;

PublicKey SigningKey::public_key() const {
  std::string bytes(key_size, '\0');
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(handle_->key.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1)
    throw TrustError("the key has no public half");
  return {std::move(bytes)};
}

std::string SigningKey::sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  std::string signature(signature_size, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, handle_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(message),
                     message.size()) != 1)
    throw TrustError("the statement could not be signed with this key");
  return signature;
}

}  // namespace dmc::trust
