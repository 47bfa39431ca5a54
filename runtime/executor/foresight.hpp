// What steps that are still to come do to the answer of a question, so that it can be asked before the first of them.
#pragma once

#include <map>
#include <set>
#include <string>

#include "compiler/dialects/dialect.hpp"
#include "compiler/plan/plan.hpp"
#include "runtime/executor/inspection.hpp"

namespace dmc::executor {

/// It writes rows, or moves them.
bool changes_rows(const plan::Step& step);
/// Statements as their author wrote them, and gates: the world may be another behind them.
bool is_unknown(const plan::Step& step);

/// Follows a plan's steps in the order they run. When in doubt an answer counts as changed: the step asks again anyway.
class Foresight {
 public:
  Foresight(const Live& live, const dialects::Description& engine)
      : live_(live), engine_catalog_(engine.catalog), default_schema_(engine.default_schema) {}

  /// The step runs before whatever is asked about from here on.
  void pass(const plan::Step& step);
  /// The answer is the same now as behind every step that was passed.
  bool stays(const plan::QueryCheck& check) const;
  /// The same for a question about what an application wrote: only steps that change rows matter.
  bool rows_stay(const plan::QueryCheck& check) const;

 private:
  void pass_rows(const std::string& table);
  bool acts_otherwise(const std::string& table) const;
  bool writes_elsewhere(const std::string& statement) const;
  bool calls(const std::set<std::string>& names) const;
  bool is_there(const std::string& object) const;
  std::set<std::string> names_of(const std::string& sql) const;

  const Live& live_;
  std::string engine_catalog_;   ///< a question that names it is about every object
  std::string default_schema_;   ///< before a name it says nothing
  std::set<std::string> names_;  ///< of what comes and goes, and said by statements that alter no table
  std::map<std::string, std::set<std::string>> altered_;  ///< tables, and what the statements that alter them say
  std::set<std::string> moved_;                           ///< tables whose rows are changed, or that follow one
  std::set<std::string> passed_;                          ///< the same, with their schemas
  bool objects_change_ = false;
  bool triggers_come_ = false;
  bool anything_ = false;  ///< nobody knows what was changed
};

}  // namespace dmc::executor
