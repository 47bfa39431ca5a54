// What the kinds of steps do, on a session alone.
#include "tests/unit/dialects/clickhouse_runner.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include "runtime/steps/check.hpp"

namespace dmc::tests {

namespace {

constexpr int most_looks = 600;
constexpr auto look = std::chrono::milliseconds(50);

std::string filled(std::string text, const std::string& row) {
  for (auto at = text.find(plan::ForEach::hole); at != std::string::npos; at = text.find(plan::ForEach::hole, at))
    text.replace(at, plan::ForEach::hole.size(), row);
  return text;
}
plan::QueryCheck filled(plan::QueryCheck check, const std::string& row) {
  check.query = filled(check.query, row);
  return check;
}

}  // namespace

void ChRunner::run(const plan::Step& step, bool skip_pre) {
  CAPTURE(step.summary);
  static int steps = 0;
  token_ = "dmc:1:" + std::to_string(++steps);
  if (found(step)) return;
  if (!skip_pre)
    for (const auto& check : step.pre) ask(check);
  const bool by_post = step.exactly_once_by == plan::ExactlyOnce::post;
  if (by_post && !skip_pre)
    CHECK_MESSAGE(!std::ranges::all_of(step.post, [&](const auto& c) { return holds(c); }),
                  "what is to come is there already: " << step.summary);
  act(step);
  for (const auto& check : step.post) ask(check);
  for (const auto& leftover : step.leftovers) session_.query(leftover.detect);
  // Whatever comes to the same may be sent again.
  if (step.exactly_once_by == plan::ExactlyOnce::repeat) {
    act(step);
    for (const auto& check : step.post) ask(check);
  }
}

void ChRunner::act(const plan::Step& step) {
  if (const auto* sql = std::get_if<plan::RunSql>(&step.action)) act(*sql);
  if (const auto* wait = std::get_if<plan::Wait>(&step.action)) act(*wait);
  if (const auto* each = std::get_if<plan::ForEach>(&step.action)) act(*each);
  if (const auto* verify = std::get_if<plan::Verify>(&step.action)) ask(verify->check);
  if (const auto* backup = std::get_if<plan::Backup>(&step.action)) {
    for (const auto& statement : backup->write) execute(statement);
    for (const auto& check : backup->read_back) ask(check);
    CHECK(!session_.query(backup->rows).rows.empty());
  }
}

void ChRunner::act(const plan::RunSql& action) {
  if (!action.statements.empty()) REQUIRE(!action.in_transaction);
  CHECK(action.statements.size() <= 1);
  for (const auto& statement : action.statements) execute(statement);
}

void ChRunner::act(const plan::Wait& action) {
  for (int looks = 0; looks < most_looks; ++looks) {
    if (holds(action.until)) return;
    if (action.going) ask(*action.going);
    std::this_thread::sleep_for(look);
  }
  throw std::runtime_error("it is not done in time: " + action.until.means);
}

void ChRunner::act(const plan::ForEach& action) {
  for (const auto& row : session_.query(action.rows).rows) {
    const auto text = std::get<std::string>(row.front());
    if (holds(filled(action.settled, text))) continue;
    if (action.fresh && !holds(filled(*action.fresh, text))) {
      for (const auto& statement : action.clean) execute(filled(statement, text));
      for (int looks = 0; looks < most_looks && !holds(filled(*action.fresh, text)); ++looks)
        std::this_thread::sleep_for(look);
    }
    for (const auto& statement : action.statements) execute(filled(statement, text));
    ask(filled(action.settled, text));
  }
}

bool ChRunner::found(const plan::Step& step) {
  if (step.exactly_once_by != plan::ExactlyOnce::post || step.post.empty() || step.pre.empty()) return false;
  const auto hold = [&](const auto& checks) {
    return std::ranges::all_of(checks, [&](const auto& check) { return holds(check); });
  };
  return !hold(step.pre) && hold(step.post);
}

bool ChRunner::holds(const plan::QueryCheck& check) {
  return !steps::ask(session_, steps::with_token(check, token_), true);
}

void ChRunner::ask(const plan::QueryCheck& check) {
  using std::chrono::steady_clock, std::chrono::milliseconds;
  const auto question = steps::with_token(check, token_);
  auto broken = steps::ask(session_, question, true);
  const auto until = steady_clock::now() + milliseconds(check.patience_ms.value_or(0));
  for (; broken && steady_clock::now() < until; broken = steps::ask(session_, question, true))
    std::this_thread::sleep_for(milliseconds(20));
  if (broken) throw std::runtime_error(*broken + "\n  in: " + check.query);
}

void ChRunner::execute(std::string statement) { session_.execute(steps::with_token(std::move(statement), token_), {}); }

}  // namespace dmc::tests
