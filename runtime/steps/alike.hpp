// Questions for rows that differ only in the texts they look for, asked as one.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/session/session.hpp"

namespace dmc::steps {

/// Questions about what ClickHouse's own tables say of tables and columns. As parts of one statement each costs a pass
/// of its own over these; here one question fetches what all of them ask about. Two forms are seen through, and nothing
/// else:
///   select 1 from R where F and E = 'text' and …
///   select count() from R where F and E = 'text' and … having count() > 0 and countIf(E = 'text' and …) = 0
/// where F compares no text and is the same in all. R is a table whose texts are compared byte for byte and which has
/// few rows of one table's.
class Alike {
 public:
  /// Does nothing with a question of another form. `number` is what it is known by.
  void add(std::size_t number, const std::string& question);

  /// Whether there are rows, by number; what only few ask, and what cannot be told, is not in it. Errors as the session
  /// has them.
  std::map<std::size_t, bool> ask(session::Session& session) const;

 private:
  using Texts = std::vector<std::string>;
  struct One {
    std::size_t number = 0;
    Texts wanted;   ///< of the rows that must be there
    Texts lacking;  ///< of those among them that must not; empty: no matter
  };
  /// What all of a group have in common.
  struct Form {
    std::string from, fixed;
    Texts wanted, lacking;
    auto operator<=>(const Form&) const = default;
  };
  struct Parts;
  static std::optional<Parts> parts_of(const std::string& question);

  std::map<Form, std::vector<One>> groups_;
};

}  // namespace dmc::steps
