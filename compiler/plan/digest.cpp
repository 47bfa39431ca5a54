// SHA-256 by OpenSSL; the only place that knows it.
#include "compiler/plan/digest.hpp"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>

namespace dmc::plan {

namespace {

constexpr std::string_view algorithm = "sha256:";

}  // namespace

std::string digest(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), raw.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("computing a SHA-256: this OpenSSL does not offer it");
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(algorithm.size() + std::size_t{2} * size);
  text += algorithm;
  for (unsigned int i = 0; i < size; ++i) {
    text += digits[raw[i] >> 4U];
    text += digits[raw[i] & 15U];
  }
  return text;
}

std::string short_digest(std::string_view digest) {
  if (digest.starts_with(algorithm)) digest.remove_prefix(algorithm.size());
  return std::string(digest.substr(0, 12));
}

bool is_digest(std::string_view text) {
  if (!text.starts_with(algorithm) || text.size() != algorithm.size() + 64) return false;
  return text.find_first_not_of("0123456789abcdef", algorithm.size()) == std::string_view::npos;
}

}  // namespace dmc::plan
