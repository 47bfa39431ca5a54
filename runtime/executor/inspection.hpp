// What is really there, compared with what the ledger recorded.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "compiler/model/database.hpp"
#include "runtime/executor/result.hpp"
#include "runtime/ledger/ledger.hpp"
#include "runtime/session/session.hpp"

namespace dmc::executor {

struct Live {
  std::vector<model::ObjectState> states;                       ///< of every object, by name
  std::vector<std::pair<std::string, std::string>> triggers;    ///< "trigger t" and the object it sits on
  std::vector<std::pair<std::string, std::string>> references;  ///< a table, and one that a foreign key of it names
  std::vector<std::string> unmodelled;
  std::vector<std::string> names;  ///< of everything that the engine lists
  model::Database database;
  bool empty() const { return states.empty() && unmodelled.empty(); }
};

/// What a dialect asks through: every value as text.
dialects::Query query_on(session::Session& session);

/// Read-only; the dialect asks through the session.
Live inspect(session::Session& session, const dialects::Dialect& dialect);

struct Comparison {
  std::vector<Difference> differences;      ///< by object
  std::vector<std::string> unmanaged;       ///< whole objects that no catalog knows
  std::vector<model::ObjectState> managed;  ///< as they are now
  std::vector<std::string> unproven;        ///< counted as recorded, though the engine's words say something else
};

/// `recorded` with an empty state are known and deliberately not managed. A trigger on a managed object belongs to it:
/// unknown, it is a difference. What the engine shows in its own words of what dmc declared, and as it did when dmc
/// last looked, is as recorded.
/// `moving`: steps of a plan under way made some of it, and nobody has looked since. What they made whole out of a text
/// is what the server made of that text, in whatever words it shows it.
Comparison compare(const std::vector<ledger::ObjectRow>& recorded, const Live& live, const dialects::Dialect& dialect,
                   bool moving = false);

/// A live database against what is declared.
struct Conformity {
  std::vector<Difference> differences;
  std::vector<std::string> unproven;    ///< objects whose texts are the server's own and may mean what is declared
  std::vector<std::string> undeclared;  ///< whole objects that nothing declares
};
/// `recorded`: where it has a ledger. What a plan made of the very text that is declared, and what the engine shows as
/// it did when dmc last looked, is unproven, whatever its words.
Conformity conform(const model::Database& declared, const Live& live, const dialects::Dialect& dialect,
                   const std::vector<ledger::ObjectRow>& recorded = {});

/// The facts of an identity as a session takes them.
session::Identity recorded_facts(const ledger::Identity& identity);
/// "at /var/shop.db", or "on another server" where no path was recorded.
std::string place_of(const ledger::Identity& identity);
/// Facts as the ledger keeps them.
std::vector<std::vector<std::string>> facts_of(session::Session& session);

/// Keeps what was read of every object that is as recorded and whose print is missing, so that a later comparison can
/// name what changed in it. Inside a transaction.
void record_prints(ledger::Ledger& ledger, const Live& live, const dialects::Dialect& dialect, bool moving = false);

/// "table users (column note appeared), view paid (gone)"
std::string in_words(const std::vector<Difference>& differences);

}  // namespace dmc::executor
