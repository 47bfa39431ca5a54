// Reads the list and finds whose key made a signature.
#include "runtime/trust/approvers.hpp"

#include <map>

#include "compiler/plan/json.hpp"

namespace dmc::trust {

namespace {

std::string owner(const std::vector<Signer>& signers, const Envelope& envelope) {
  for (const auto& signer : signers)
    for (const auto& key : signer.keys)
      if (signed_by(envelope, PublicKey::read(key))) return signer.name;
  return {};
}

std::string claimed(const std::vector<Signer>& signers, const Envelope& envelope) {
  for (const auto& signer : signers)
    for (const auto& key : signer.keys)
      for (const auto& signature : envelope.signatures)
        if (signature.keyid == key_id(PublicKey::read(key))) return signer.name;
  return {};
}

void check_keys(const std::vector<Signer>& signers, std::map<std::string, std::string>& owners) {
  for (const auto& signer : signers)
    for (const auto& key : signer.keys) {
      const auto bytes = PublicKey::read(key).bytes;
      const auto [place, is_new] = owners.emplace(bytes, signer.name);
      if (!is_new && place->second != signer.name)
        throw SharedKey("'" + place->second + "' and '" + signer.name +
                        "' share a key: an approval must say which person gave it");
    }
}

}  // namespace

std::string Approvers::person_of(const Envelope& envelope) const { return owner(people, envelope); }
std::string Approvers::machine_of(const Envelope& envelope) const { return owner(machines, envelope); }
std::string Approvers::person_claimed(const Envelope& envelope) const { return claimed(people, envelope); }
std::string Approvers::machine_claimed(const Envelope& envelope) const { return claimed(machines, envelope); }

Approvers read_approvers(std::string_view text) {
  plan::JsonError error;
  Approvers approvers;
  const auto json = plan::read_json(text, error);
  if (!json || !plan::read(*json, approvers, error))
    throw TrustError("the file of approvers cannot be read: " + (error.where.empty() ? "" : error.where + ": ") +
                     error.message);
  if (approvers.format != "dmc-approvers" || approvers.version != 1)
    throw TrustError("the file of approvers has a format that this version does not read");
  std::map<std::string, std::string> owners;
  check_keys(approvers.people, owners);
  check_keys(approvers.machines, owners);
  return approvers;
}

}  // namespace dmc::trust
