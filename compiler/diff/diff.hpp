// Base × desired state × intent → changes in the order they run. The door of the folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/model/project.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"

namespace dmc::diff {

/// A rename that would declare a difference, as text and as what it means.
struct Renaming {
  std::string statement;  ///< "rename column users.nickname to full_name;"
  model::RenameStatement rename;
};

/// A statement that the change lacks: what the error prints and what `dmc draft` writes.
struct Undeclared {
  int rank = 0;                   ///< where it stands among the others: what makes room comes first
  std::string statement;          ///< "drop column users.nickname with backup;"
  std::string reason;             ///< "'users.nickname' is in catalog 6 and no longer here"
  std::vector<Renaming> instead;  ///< renames that would explain it too, the likeliest first
  bool destructive = false;       ///< what it takes away does not come back by itself
  bool skeleton = false;          ///< only the author can fill it in; it does not compile as it stands
  /// Of a loss, what goes: the database by number, the word of the kind, the path, the part.
  std::size_t site = 0;
  std::string kind{}, path{}, member{};
  bool retyped = false;  ///< no loss: of a column that gets another type
};

struct Difference {
  std::vector<change::Change> changes;  ///< in the order they run; not to be used when there were errors
  std::vector<Undeclared> undeclared;   ///< as they would have to stand in the change
};

/// What leads from `base` (the databases of catalog N−1) to `desired`: the statements of the intent as they stand,
/// additions as early as every name in them exists, tightening after the last statement. A loss, rename, narrowing or
/// rewrite that no statement declares is an error with the statement that would declare it. In `desired`, unnamed
/// constraints and indexes take the names that they keep.
Difference diff(const std::vector<model::Database>& base, std::vector<model::Database>& desired,
                const model::Intent& intent, const dialects::Dialects& dialects, const grammar::Sources& sources,
                grammar::Diagnostics& diagnostics);

/// Whether a change can rename things of the kind that the words name: views, and no enums.
bool can_be_renamed(std::string_view kind);
/// Whether they can be managed from now on, or no longer: with everything in them.
bool can_be_adopted(std::string_view kind);

/// Moves the model on by one change; a rename is carried into the texts that the engine itself rewrites. Answers the
/// objects that may have changed ("table users"), sorted, those that are gone or new among them.
std::vector<std::string> apply(const change::Change& change, model::Database& database,
                               const dialects::Dialect& dialect);

}  // namespace dmc::diff
