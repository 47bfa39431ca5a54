// How a step ended: a value, because every way is expected by somebody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace dmc::steps {

struct Done {
  std::optional<std::int64_t> rows;
};
/// Done, and recorded so; but it did more than its plan claims, which nobody takes for what was wanted.
struct Exceeded {
  std::string text;
};
/// Somebody else had done it already; recorded as such.
struct Found {};
/// Nothing of it stays, or what stays is in its row.
struct Failed {
  std::string text;
};
/// A pre-check says no; nothing was done.
struct Conflict {
  std::string text;
};
/// Neither proven done nor proven absent; nothing guesses.
struct InDoubt {
  std::string text;
};
/// At a gate. `person`: somebody must say so; else the query may answer otherwise later.
struct Waiting {
  std::string text;
  bool person = false;
};
/// Stopped on request, between two statements or batches.
struct Interrupted {};

using Outcome = std::variant<Done, Exceeded, Found, Failed, Conflict, InDoubt, Waiting, Interrupted>;

}  // namespace dmc::steps
