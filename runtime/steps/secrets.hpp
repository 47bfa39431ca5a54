// The values of what a plan only names.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "compiler/plan/plan.hpp"
#include "runtime/session/session.hpp"

namespace dmc::steps {

/// Value by name, of the secrets that the plan lists and whoever runs it allows. Nothing of it is ever written down.
class Secrets {
 public:
  Secrets() = default;
  explicit Secrets(std::map<std::string, std::string> values) : values_(std::move(values)) {}

  /// The statement with an escaped literal in the place of each secret that is known; another one stays as it is.
  std::string bound(std::string_view sql, const session::Secrecy& secrecy = {}) const;
  /// What the world said, without the values: an engine may repeat a statement in its error.
  std::string redacted(std::string text, const session::Secrecy& secrecy = {}) const;
  bool empty() const { return values_.empty(); }
  const std::map<std::string, std::string>& values() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

/// What a plan names, of one direction.
std::set<std::string> secrets_named(const plan::Plan& plan);
/// Values for a rehearsal: it sends the statements, and needs nobody's secrets for it.
Secrets made_up_secrets(const plan::Plan& plan);

}  // namespace dmc::steps
