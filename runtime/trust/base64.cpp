// OpenSSL's codec, held to the one spelling that each sequence of bytes has.
#include "runtime/trust/base64.hpp"

#include <openssl/evp.h>

namespace dmc::trust {

namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // The decoder counts the padding as zero bytes, and takes white space and other spellings.
  for (std::size_t padding = text.size(); padding > 0 && text[padding - 1] == '=' && !bytes.empty(); --padding)
    bytes.pop_back();
  if (base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace dmc::trust
