// A signed statement, read: only as what it says that it is, and only when it is written as this version writes it.
#pragma once

#include <string>

#include "compiler/plan/canonical.hpp"
#include "runtime/trust/envelope.hpp"

namespace dmc::trust {

/// Throws TrustError for an envelope of another type, one that was cut, and a body of another form.
template <class Statement>
Statement statement_of(const Envelope& envelope) {
  Statement statement;
  const std::string type = statement.type;
  if (!plan::read_canonical(body_of(envelope, Statement::payload_type), statement) || statement.type != type)
    throw TrustError("a signed statement is not one that this version reads");
  return statement;
}

}  // namespace dmc::trust
