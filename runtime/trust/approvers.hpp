// Who may approve, sign and attest on a cluster: a file that operations own, beside the inventory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/canonical.hpp"
#include "runtime/trust/envelope.hpp"

namespace dmc::trust {

/// A person, or a machine such as `ci`, with the public keys (base64) that are theirs.
struct Signer {
  std::string name;
  std::vector<std::string> keys;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("keys", self.keys);
  }
  bool operator==(const Signer&) const = default;
};

struct Approvers {
  std::string format = "dmc-approvers";
  std::int64_t version = 1;
  std::vector<Signer> people;
  std::vector<Signer> machines;
  static void fields(auto& self, auto&& visit) {
    visit("format", self.format);
    visit("version", self.version);
    visit("people", self.people);
    visit("machines", self.machines);
  }
  bool operator==(const Approvers&) const = default;

  /// Who signed it: the name of one of the people or machines; empty when none of the keys here did.
  std::string person_of(const Envelope& envelope) const;
  std::string machine_of(const Envelope& envelope) const;
  /// Whose key a signature only says that it was made with; empty when it is nobody's here. Proves nothing: it tells a
  /// forgery from a signature by a stranger.
  std::string person_claimed(const Envelope& envelope) const;
  std::string machine_claimed(const Envelope& envelope) const;
};

/// Two names share a key: two approvals by one key are not by two persons.
class SharedKey : public TrustError {
 public:
  using TrustError::TrustError;
};

/// JSON in any layout, for it is written by hand. Throws TrustError for another format or an unreadable key, SharedKey
/// for a key that two names share.
Approvers read_approvers(std::string_view text);

}  // namespace dmc::trust
