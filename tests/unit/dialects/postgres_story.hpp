// A change on PostgreSQL: its steps as a text in tests/unit/dialects/postgres/, and carried out and taken back on a
// real server after each number of steps; where other steps follow from declaring that server's major, those too.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::tests {

struct PgStory {
  std::string name;
  model::Database before;
  change::ChangeKind kind;
  std::string object = "table t";
  std::string rows{};   ///< SQL run on `before` first
  std::string after{};  ///< SQL that makes the same database as the change; empty: not compared
  bool same_rows = true;
  bool accept_loss = false;  ///< checks of what is exact until written are not asked on the way back
  bool declared = true;
  std::string writes{};   ///< SQL run on the outcome, which raises where it is not as it should be
  std::string written{};  ///< the same on what is there once all is taken back again
};

/// Compares, and carries out where there is a server that is not older than declared.
void tell(PgStory story);
/// The steps, for further looks at them.
std::vector<dialects::StepPair> steps_of(const PgStory& story);

model::Column column(std::string name, std::string type, bool not_null = false, std::string default_value = {});
model::Table table(std::string name, std::vector<model::Column> columns, const std::string& primary_key = {});
model::Key key(std::string name, const std::vector<std::string>& columns);
model::Index index(std::string name, const std::vector<std::string>& columns, bool unique = false);
model::Element element(std::string column);
model::View view(std::string name, std::string query);
model::Object object(std::string type, std::string name, std::string create, std::string drop);
model::Database database(std::vector<model::Table> tables = {}, std::string version = "12");

}  // namespace dmc::tests
