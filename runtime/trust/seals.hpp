// catalog/index.sig.json: who signed the index of sealed versions, and who sealed each of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/trust/approvers.hpp"
#include "runtime/trust/objection.hpp"
#include "runtime/trust/statements.hpp"

namespace dmc::trust {

/// Nothing in it is believed but what verifies.
struct Seals {
  std::string format = "dmc-seals";
  std::int64_t version = 1;
  std::optional<Envelope> index;   ///< a SealStatement over the index as it is now; none: nobody has signed it
  std::vector<Envelope> versions;  ///< VersionSeals
  static void fields(auto& self, auto&& visit) {
    visit("format", self.format);
    visit("version", self.version);
    visit("index", self.index);
    visit("versions", self.versions);
  }
  bool operator==(const Seals&) const = default;
};

/// Throws TrustError for another format and for a file that was cut.
Seals read_seals(const std::string& bytes);
std::string write_seals(const Seals& seals);

/// Signs the version and the index that holds it; an earlier signature of the index goes, one of the same person on the
/// same version stays as it is. `index` is the digest of the index's bytes.
Seals with_signed(Seals seals, const VersionSeal& version, const SealStatement& index, const SigningKey& key);

/// Whether somebody signed this version in that person's name already. Says nothing about the key.
bool names_author(const Seals& seals, const VersionSeal& version);

/// Who signed the index, or why its signature does not count: E0511 nobody, E0512 somebody who may not, or another
/// index. `index.person` is not asked for.
struct SignedIndex {
  std::string person;
  std::optional<Objection> objection;
};
SignedIndex index_signer(const Seals& seals, const Approvers& approvers, const SealStatement& index);

/// Everybody whose signature stands on this version; who sealed a plan does not approve it. `version.person` is not
/// asked for.
std::vector<std::string> authors(const Seals& seals, const Approvers& approvers, const VersionSeal& version);

}  // namespace dmc::trust
