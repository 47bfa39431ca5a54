// Reads what signatures are made with and where they are kept.
#include "runtime/cli/proof_files.hpp"

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/exit.hpp"
#include "runtime/cli/files.hpp"

namespace dmc::cli {

std::string proof_name(const std::string& plan) {
  constexpr std::string_view ending = ".plan.json";
  return (plan.ends_with(ending) ? plan.substr(0, plan.size() - ending.size()) : plan) + ".proof.json";
}

trust::Proof read_proof(const std::string& plan, const World& world) {
  const auto name = proof_name(plan);
  const auto bytes = read_file_if_there(world.directory / name, name);
  if (!bytes) return {};
  try {
    return trust::read_proof(*bytes);
  } catch (const trust::TrustError& error) {
    throw Refusal(Exit::refused,
                  fmt::format("{} is refused [E0507]: {}", grammar::escaped(name), grammar::escaped(error.what())),
                  {"take it back from version control; what is signed cannot be mended by hand"});
  }
}

trust::SigningKey read_key(const std::string& typed, const World& world) {
  const auto pem = read_file(world.directory / typed, typed);
  try {
    return trust::SigningKey(pem);
  } catch (const trust::TrustError& error) {
    throw Refusal(Exit::usage, fmt::format("{}: {}", grammar::escaped(typed), error.what()),
                  {"openssl genpkey -algorithm ed25519 -out my.key    makes a key; keep it to yourself"});
  }
}

trust::SigningKey read_key(const Arguments& arguments, const World& world) {
  if (const auto file = arguments.value("--key")) return read_key(*file, world);
  throw Refusal(Exit::usage, "nothing can be signed without '--key FILE', your private key",
                {"openssl genpkey -algorithm ed25519 -out my.key    makes one; keep it to yourself"});
}

}  // namespace dmc::cli
