// A change on ClickHouse: its steps as a text in tests/unit/dialects/clickhouse/, and carried out and taken back on
// real servers after each number of steps: declared for 18.16 on Debian's, declared for 26.7 on libchdb's.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::tests {

struct ChStory {
  std::string name;
  model::Database before;
  change::ChangeKind kind;
  std::string object = "table t";
  std::vector<std::string> rows{};  ///< SQL run on `before` first
  /// Declared oldest versions that it is told for; the first names the text, others add theirs to its name.
  std::vector<std::string> versions{"26.7", "18.16"};
  bool same_rows = true;
  bool accept_loss = false;  ///< checks of what is exact until written are not asked on the way back
  bool declared = true;
  bool is_lived = true;              ///< else only told: no server of these tests has a ZooKeeper
  std::vector<std::string> holds{};  ///< questions that answer 1 on the outcome
};

/// Compares, and carries out where there is a server.
void tell(ChStory story);
std::vector<dialects::StepPair> steps_of(const ChStory& story, const std::string& version);

namespace ch {

model::Column column(std::string name, std::string type, std::string default_value = {});
/// A MergeTree.
model::Table table(std::string name, std::vector<model::Column> columns, std::string order_by,
                   std::string partition_by = {});
model::View view(std::string name, std::string query, std::string to = {});
model::Database database(std::vector<model::Table> tables = {}, std::vector<model::View> views = {});

}  // namespace ch

}  // namespace dmc::tests
