// The proof beside a plan, and keys.
#pragma once

#include <string>

#include "runtime/cli/command.hpp"
#include "runtime/trust/proof.hpp"

namespace dmc::cli {

/// "plans/0007.proof.json" for "plans/0007.plan.json".
std::string proof_name(const std::string& plan);

/// An empty proof when there is none yet; a Refusal when the file is not one.
trust::Proof read_proof(const std::string& plan, const World& world);

/// A Refusal for a file that is not there or no key; never shows what is in it.
trust::SigningKey read_key(const std::string& typed, const World& world);
/// The key of `--key`, without which nothing can be signed.
trust::SigningKey read_key(const Arguments& arguments, const World& world);

}  // namespace dmc::cli
