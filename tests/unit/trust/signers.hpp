// Three keys made for these tests, as `openssl genpkey -algorithm ed25519` writes them.
#pragma once

#include <string>
#include <vector>

#include "runtime/trust/approvers.hpp"

namespace dmc::tests {

inline const trust::SigningKey& ann() {
  static const trust::SigningKey key(R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINAtgYnctav7WTzrUE9XH2V8KPT3QmOdRnTgWArYxZ5W
-----END PRIVATE KEY-----)");
  return key;
}
inline const trust::SigningKey& ben() {
  static const trust::SigningKey key(R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIGDPwNpgVO/QpFJ/1qXufmcRWzF+4L0Y0y3rQPaRI3QS
-----END PRIVATE KEY-----)");
  return key;
}
inline const trust::SigningKey& ci() {
  static const trust::SigningKey key(R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJTf9T9ojx7aYd55fo/viBI+VG8ZpZyjX0LPYZ5E+XqJ
-----END PRIVATE KEY-----)");
  return key;
}

inline trust::Approvers approvers() {
  trust::Approvers list;
  list.people = {{"ann", {ann().public_key().text()}}, {"ben", {ben().public_key().text()}}};
  list.machines = {{"ci", {ci().public_key().text()}}};
  return list;
}

}  // namespace dmc::tests
