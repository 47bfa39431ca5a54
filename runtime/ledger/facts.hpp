// What a step's row remembers beside its state: enough to go on after a crash, and to tell people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/canonical.hpp"
#include "runtime/session/session.hpp"

namespace dmc::ledger {

/// A value of a key as text that reads back as the same value: "i:42", "t:abc", "b:00ff", "d:0x1.8p+1", "n".
std::string encoded(const session::Value& value);
/// None for a text that `encoded` did not write.
std::optional<session::Value> decoded(const std::string& text);

/// How far a step has come that works in batches.
struct Progress {
  std::optional<std::vector<std::string>> bound;      ///< the largest key, read once; none: not read yet
  std::optional<std::vector<std::string>> watermark;  ///< the last key done
  std::int64_t rows = 0;                              ///< changed so far
  std::int64_t looked_at = 0;                         ///< rows passed so far, changed or not
  std::optional<std::int64_t> total;                  ///< to look at, an estimate
  std::int64_t batch = 0;                             ///< rows the next batch will look at
  std::vector<std::string> before;                    ///< digests of the invariants' answers before the first statement
  /// The engine answered that it took the statement: what is missing has only to arrive, and is not sent again.
  bool taken = false;
  static void fields(auto& self, auto&& visit) {
    visit("bound", self.bound);
    visit("watermark", self.watermark);
    visit("rows", self.rows);
    visit("looked_at", self.looked_at);
    visit("total", self.total);
    visit("batch", self.batch);
    visit("before", self.before);
    visit(plan::rare("taken"), self.taken);
  }
  bool operator==(const Progress&) const = default;
};

/// A done step of another target that this one was built on; it must still be there, with that number (runtime.md
/// §1.6).
struct Required {
  std::string target_id;
  std::int64_t generation = 0;
  std::string step;
  std::int64_t seq = 0;
  static void fields(auto& self, auto&& visit) {
    visit("target_id", self.target_id);
    visit("generation", self.generation);
    visit("step", self.step);
    visit("seq", self.seq);
  }
  bool operator==(const Required&) const = default;
};

struct Facts {
  Progress forward;
  Progress reverse;
  std::vector<Required> required;
  static void fields(auto& self, auto&& visit) {
    visit("forward", self.forward);
    visit("reverse", self.reverse);
    visit("required", self.required);
  }
  bool operator==(const Facts&) const = default;
};

}  // namespace dmc::ledger
