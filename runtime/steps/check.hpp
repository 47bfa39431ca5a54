// Questions to a target and what their answers mean.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/query_check.hpp"
#include "compiler/plan/steps/run_sql.hpp"
#include "runtime/session/session.hpp"

namespace dmc::steps {

/// Asks read-only. None when it holds; else a sentence: what should hold, what was answered, how to mend it. Texts out
/// of rows are shown only with `show_data`; numbers and counts always.
std::optional<std::string> ask(session::Session& session, const plan::QueryCheck& check, bool show_data);

/// Whether only the number of rows counts.
bool asks_for_rows(const plan::QueryCheck& check);

/// Which of the checks hold for certain, as far as one question about those that ask for rows can tell; the others have
/// to be asked one by one.
std::vector<bool> hold_together(session::Session& session, const std::vector<plan::QueryCheck>& checks);

/// The first of the checks that does not hold, and its sentence; none when all hold. What only asks whether there are
/// rows is asked in one question.
struct Wrong {
  std::size_t at = 0;
  std::string reason;
};
std::optional<Wrong> ask_all(session::Session& session, const std::vector<plan::QueryCheck>& checks, bool show_data);

/// What a step wants of its session holds while this lives: for questions that are asked outside of its run.
class InSettings {
 public:
  InSettings(session::Session& session, const std::vector<plan::SessionSetting>& settings);
  ~InSettings();
  InSettings(const InSettings&) = delete;
  InSettings& operator=(const InSettings&) = delete;

 private:
  session::Session& session_;
  std::vector<std::string> restore_;
};

/// What tells a step of a generation from every other, where `plan::token_hole` stands in its texts.
std::string token_of(std::int64_t generation, const std::string& step);
std::string with_token(std::string text, const std::string& token);
plan::QueryCheck with_token(plan::QueryCheck check, const std::string& token);

/// The sentence without what `show_data` added to it: for the ledger, which others read too.
std::string without_data(const std::string& text);

/// Whether the rows are the right answer.
bool holds(const plan::QueryCheck& check, const session::Rows& rows);

/// All rows of a question as one text that is equal exactly when the rows are.
std::string answer_digest(session::Session& session, const std::string& query);

}  // namespace dmc::steps
