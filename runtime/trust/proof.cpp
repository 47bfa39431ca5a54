// The sidecar of a plan, as canonical JSON.
#include "runtime/trust/proof.hpp"

#include "compiler/plan/json.hpp"

namespace dmc::trust {

Proof read_proof(const std::string& bytes) {
  plan::JsonError error;
  Proof proof;
  const auto json = plan::read_json(bytes, error);
  if (!json || !plan::read(*json, proof, error))
    throw TrustError("the proof cannot be read (" + (error.where.empty() ? "" : error.where + ": ") + error.message +
                     "): it was cut or edited");
  if (proof.format != "dmc-proof" || proof.version != 1)
    throw TrustError("the proof has a format that this version does not read");
  return proof;
}

std::string write_proof(const Proof& proof) { return plan::canonical(proof); }

}  // namespace dmc::trust
