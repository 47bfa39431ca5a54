// A signature counts only for exactly the index, or the version, that lies in the project now.
#include "runtime/trust/seals.hpp"

#include <algorithm>
#include <set>

#include "compiler/plan/json.hpp"
#include "runtime/trust/statement.hpp"

namespace dmc::trust {

namespace {

bool same_version(VersionSeal said, const VersionSeal& there) {
  said.person = there.person;
  return said == there;
}

std::optional<VersionSeal> version_in(const Envelope& envelope) {
  try {
    return statement_of<VersionSeal>(envelope);
  } catch (const TrustError&) {
    return std::nullopt;
  }
}

std::optional<Objection> against_index(const Envelope& envelope, const SealStatement& said, const std::string& signer,
                                       const Approvers& approvers, const SealStatement& there) {
  const std::string by = "the signature of '" + said.person + "' on it ";
  if (signer.empty())
    return approvers.person_claimed(envelope).empty()
               ? Objection{"E0512", by + "is not by a key of any person of the cluster's approvers"}
               : Objection{"E0512", by + "is forged: it is not by the key that it names"};
  if (signer != said.person) return Objection{"E0512", by + "is made with a key of '" + signer + "'"};
  if (said.project != there.project)
    return Objection{"E0512", by + "is for project '" + said.project + "', not for '" + there.project + "'"};
  if (said.index != there.index || said.sequence != there.sequence)
    return Objection{"E0512", by + "is for another index (sequence " + std::to_string(said.sequence) +
                                  "), and the one that is there has sequence " + std::to_string(there.sequence)};
  return std::nullopt;
}

}  // namespace

Seals read_seals(const std::string& bytes) {
  plan::JsonError error;
  Seals seals;
  const auto json = plan::read_json(bytes, error);
  if (!json || !plan::read(*json, seals, error))
    throw TrustError("the signatures of the index cannot be read (" + (error.where.empty() ? "" : error.where + ": ") +
                     error.message + "): the file was cut or edited");
  if (seals.format != "dmc-seals" || seals.version != 1)
    throw TrustError("the signatures of the index have a format that this version does not read");
  return seals;
}

std::string write_seals(const Seals& seals) { return plan::canonical(seals); }

bool names_author(const Seals& seals, const VersionSeal& version) {
  return std::any_of(seals.versions.begin(), seals.versions.end(), [&](const Envelope& envelope) {
    const auto said = version_in(envelope);
    return said && *said == version;
  });
}

Seals with_signed(Seals seals, const VersionSeal& version, const SealStatement& index, const SigningKey& key) {
  std::erase_if(seals.versions, [&](const Envelope& envelope) {
    const auto said = version_in(envelope);
    return said && *said == version && !signed_by(envelope, key.public_key());
  });
  if (!names_author(seals, version))
    seals.versions.push_back(enclose(VersionSeal::payload_type, plan::canonical(version), key));
  seals.index = enclose(SealStatement::payload_type, plan::canonical(index), key);
  return seals;
}

SignedIndex index_signer(const Seals& seals, const Approvers& approvers, const SealStatement& index) {
  if (!seals.index) return {{}, Objection{"E0511", "nobody has signed it"}};
  try {
    const auto said = statement_of<SealStatement>(*seals.index);
    const auto signer = approvers.person_of(*seals.index);
    return {signer, against_index(*seals.index, said, signer, approvers, index)};
  } catch (const TrustError& error) {
    return {{}, Objection{"E0512", error.what()}};
  }
}

std::vector<std::string> authors(const Seals& seals, const Approvers& approvers, const VersionSeal& version) {
  std::set<std::string> persons;
  for (const auto& envelope : seals.versions) {
    const auto said = version_in(envelope);
    if (!said || !same_version(*said, version)) continue;
    const auto signer = approvers.person_of(envelope);
    if (!signer.empty() && signer == said->person) persons.insert(signer);
  }
  return {persons.begin(), persons.end()};
}

}  // namespace dmc::trust
