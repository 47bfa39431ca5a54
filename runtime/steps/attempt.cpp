// The parts of the protocol that every kind of attempt shares, and the attempt in one transaction.
#include "runtime/steps/attempt.hpp"

#include <algorithm>

#include "compiler/model/secrets.hpp"
#include "compiler/plan/digest.hpp"
#include "runtime/steps/check.hpp"
#include "runtime/steps/watch.hpp"

namespace dmc::steps {

namespace {

constexpr std::int64_t slice_ms = 50;

}  // namespace

std::optional<std::int64_t> Sender::limit() const {
  if (!timeouts_.deadline_ms) return timeouts_.statement_ms;
  const auto left = std::max<std::int64_t>(*timeouts_.deadline_ms - (context_.clock.milliseconds() - began_), 1);
  return std::min(timeouts_.statement_ms.value_or(left), left);
}

std::int64_t Sender::execute(const std::string& sql, const std::vector<session::Value>& parameters) {
  if (unit_ && !context_.ledger.acts_in_units())
    throw ledger::LedgerError("this engine has no transactions, and the plan wants a statement in one: " + sql);
  const Watch watch(context_, limit());
  const auto rows = send(with_database(with_token(sql, token_)), parameters);
  ++executed_;
  if (unit_) unit_->still_open(sql);
  return rows;
}

/// What the database is called on its server, where a statement has to say it.
std::string Sender::with_database(std::string sql) const {
  auto at = sql.find(plan::database_hole);
  if (at == std::string::npos) return sql;
  const auto facts = context_.session.place().identity();
  const auto found =
      std::find_if(facts.begin(), facts.end(), [](const auto& fact) { return fact.first == "database"; });
  if (found == facts.end()) throw ledger::LedgerError("the plan wants the name of a database that has none: " + sql);
  for (; at != std::string::npos; at = sql.find(plan::database_hole, at + found->second.size()))
    sql.replace(at, plan::database_hole.size(), found->second);
  return sql;
}

/// What the engine says of a statement never shows the values that were put into it.
std::int64_t Sender::send(const std::string& sql, const std::vector<session::Value>& parameters) {
  const auto& secrets = context_.secrets;
  if (secrets.empty() || model::secrets_of({sql}).empty()) return context_.session.execute(sql, parameters);
  const auto secrecy = context_.session.place().secrecy();
  try {
    return context_.session.execute(secrets.bound(sql, *secrecy), parameters);
  } catch (const session::SessionError& error) {
    session::SessionError told(secrets.redacted(error.what(), *secrecy), error.retryable, error.transaction_lost);
    told.begun = error.begun;
    throw told;
  }
}

session::Rows Sender::query(const std::string& sql, const std::vector<session::Value>& parameters) {
  const Watch watch(context_, limit());
  auto rows = context_.session.query(sql, parameters);
  if (unit_) unit_->still_open(sql);
  return rows;
}

std::optional<std::string> Sender::ask(const plan::QueryCheck& check) {
  return steps::ask(context_.session, check, context_.show_data);
}

Attempt::Attempt(const Task& task, Context& context, std::optional<ledger::StepRow> known)
    : task_(task), context_(context), started_(context.clock.utc()) {
  auto row = known ? std::move(known) : context_.ledger.step(context_.grip.generation, task_.forward.id);
  if (!row) throw ledger::LedgerError("the ledger has no row for a step of the plan that is under way");
  row_ = std::move(*row);
}

std::string Attempt::token() const { return token_of(context_.grip.generation, row_.step); }

void Attempt::pause(std::int64_t milliseconds) {
  const auto until = context_.clock.milliseconds() + milliseconds;
  for (auto left = milliseconds; left > 0 && !context_.stop.requested(); left = until - context_.clock.milliseconds())
    context_.clock.pause(std::min(left, slice_ms));
}

ledger::StepMove Attempt::move(ledger::State to) {
  const ledger::StepMove move{row_.step, row_.state, to};
  row_.state = to;
  row_.epoch = context_.grip.epoch;
  ++row_.attempt;
  return move;
}

/// The first write of a step's transaction: a second attempt finds no row to update.
void Attempt::claim(Context& context, std::deque<Attempt>& attempts) {
  std::vector<ledger::StepMove> moves;
  for (auto& attempt : attempts) {
    moves.push_back(attempt.move(attempt.ended()));
    attempt.facts() = {};
  }
  context.ledger.claim_steps(context.grip, moves);
}

void Attempt::note_start() {
  context_.ledger.put_attempt(
      context_.grip, {row_.step, row_.attempt, !task_.undo, context_.runner.pid, context_.runner.runner, started_,
                      std::nullopt, std::nullopt, std::nullopt});
}

/// COMMIT alone. An engine may answer busy and leave the transaction open: then COMMIT is tried again, and nothing
/// else.
void Attempt::commit(ledger::Unit& unit) {
  const auto& timeouts = step().timeouts;
  std::int64_t wait = std::max<std::int64_t>(timeouts.backoff_min_ms, 1);
  for (std::int64_t tried = 0;; ++tried) {
    try {
      return unit.commit();
    } catch (const session::SessionError& error) {
      if (!error.retryable || tried >= timeouts.retries || !context_.session.in_transaction() ||
          context_.stop.requested())
        throw;
    }
    pause(wait);
    wait = std::min(wait * 2, std::max(wait, timeouts.backoff_max_ms));
  }
}

Outcome Attempt::transaction(const Act& act) {
  if (context_.joint) return inside(*context_.joint, act);
  ledger::Unit unit(context_.ledger);
  claim(ended());
  facts() = {};
  auto outcome = inside(unit, act);
  if (!std::holds_alternative<Done>(outcome)) return outcome;
  record(done_word());
  if (context_.stop.immediately()) return Interrupted{};
  commit(unit);
  return outcome;
}

Outcome Attempt::inside(ledger::Unit& unit, const Act& act) {
  if (auto conflict = before(&unit)) return std::move(*conflict);
  auto sending = sender(&unit);
  const auto watched = witness();
  if (auto outcome = act(sending)) return std::move(*outcome);
  // What the checks behind it read is not its own.
  if (auto more = excess(watched.get())) return Failed{*more + "; it was taken back before its COMMIT"};
  if (auto failure = after()) return std::move(*failure);
  return Done{facts().rows};
}

Outcome Attempt::with_settings(const std::vector<plan::SessionSetting>& settings,
                               const std::function<Outcome()>& body) {
  struct Restore {
    Context& context;
    std::vector<std::string> statements;
    ~Restore() {
      for (auto statement = statements.rbegin(); statement != statements.rend(); ++statement) try {
          context.session.execute(*statement);
        } catch (...) {
          const auto sharing = context.ledger.sharing();
          const bool goes_with_unit = context.joint && sharing && sharing->takes_settings_back;
          if (!goes_with_unit || context.session.in_transaction()) context.spoiled = true;
        }
    }
  };
  const auto answer = [&](const plan::SessionSetting& setting) {
    const auto rows = context_.session.query(setting.read).rows;
    if (rows.empty() || rows.front().empty()) return std::string();
    const auto& value = rows.front().front();
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return std::string();
  };
  Restore restore{context_, {}};
  for (const auto& setting : settings) {
    std::string back = setting.restore;
    if (const auto hole = back.find("{}"); hole != std::string::npos) back.replace(hole, 2, answer(setting));
    restore.statements.push_back(std::move(back));
    context_.session.execute(setting.set);
    if (const auto now = answer(setting); now != setting.value)
      return Failed{"a setting of the session did not take effect: " + setting.set + " (it reads back as " +
                    (now.empty() ? "nothing" : now) + ")"};
  }
  return body();
}

void Attempt::record_failure(const std::string& outcome, const std::string& text) {
  try {
    ledger::Unit unit(context_.ledger);
    context_.ledger.fence(context_.grip);
    const auto now = context_.ledger.step(context_.grip.generation, row_.step);
    if (!now) return;
    context_.ledger.move_step(context_.grip, now->step, now->state, now->state, true);
    context_.ledger.put_attempt(context_.grip, {now->step, now->attempt + 1, !task_.undo, context_.runner.pid,
                                                context_.runner.runner, started_, context_.clock.utc(), outcome, text});
    unit.commit();
  } catch (const std::exception&) {
    // A target that cannot even take the note keeps its rows as they are; the journal and the report have the text.
  }
}

}  // namespace dmc::steps
