// A project and a database of its own for a recipe: compiled, run and taken back once, so that what must be there is
// known, and then as often as a test likes. The command line is the real one, in this process or in one of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/cli/cli.hpp"
#include "tests/fault/recipe.hpp"
#include "tests/support/fault_session.hpp"
#include "tests/support/postgres_server.hpp"

namespace dmc::tests {

struct Answer {
  int exit = 0;
  std::string text;  ///< both streams
};

/// Where something can happen to a run: the events of its sessions, from 1.
struct Events {
  std::vector<std::string> all;  ///< "executed: alter table …"
  /// Those right behind a statement that changes more than the ledger, its answer not yet read.
  std::vector<long> acting() const;
};

class RecipeWorld {
 public:
  enum class Way { forth, back };

  /// A copy of the base database, which must be there, and the recipe's plan. Throws with what dmc said.
  RecipeWorld(PostgresServer& server, const Recipe& recipe);

  /// dmc with the plan: `run`, or `undo --lossy all`.
  Answer go(Way way, session::Connector* connector = nullptr, session::Stop* stop = nullptr,
            std::vector<std::string> more = {});
  Answer dmc(std::vector<std::string> words, session::Connector* connector = nullptr, session::Stop* stop = nullptr);
  /// The same in a process of its own, which the fault happens to; its id.
  int apart(Way way, FaultPoint point);

  /// `pg_dump -s`, in an order of its own, and every row; without what dmc keeps for itself.
  std::string picture() const;
  /// Every row of the ledger.
  std::string ledger() const;
  const std::string& wanted(Way way) const { return way == Way::forth ? after_ : before_; }
  const Events& events(Way way) const { return way == Way::forth ? forth_ : back_; }

  /// Brings it to where that way begins. Throws with what dmc said.
  void begin(Way way);
  /// Where the way forth begins, whatever an earlier case left there.
  void afresh();
  /// Nothing is under way, and what the way leads to is there: "" or what is wrong.
  std::string wrong(Way way);

  PostgresServer& server;
  const Recipe& recipe;
  const std::string database;
  session::Url url;

 private:
  Events traced(Way way);

  Folder project_;
  std::unique_ptr<session::Connector> real_ = session::connector();
  std::string before_, after_;
  Events forth_, back_;
};

/// On a server that is to have worlds: the database that each of them copies.
void build_recipe_base(PostgresServer& server);

/// The lines that only one of two pictures has.
std::string difference(const std::string& is, const std::string& wanted);

/// A world for each recipe, made at its first use. Null where no server can be started: the case is skipped, visibly.
std::vector<std::unique_ptr<RecipeWorld>>* recipe_worlds(const char* name);

}  // namespace dmc::tests
