// One try at one step, in either direction. A step kind gets this and never a session, so that it cannot forget the
// protocol.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/plan/plan.hpp"
#include "runtime/steps/context.hpp"
#include "runtime/steps/outcome.hpp"

namespace dmc::steps {

/// A replica that did the step for its whole shard.
struct Leader {
  std::string token;                     ///< what its statement carries
  std::optional<std::int64_t> progress;  ///< what its `OneReplica::progress` answers now
  std::string name;                      ///< for people
  bool found = false;                    ///< it did nothing either, because the step was done already
};

/// What a step's `OneReplica::progress` answers now; none where there is nothing to count yet.
std::optional<std::int64_t> progress_of(session::Session& session, const plan::OneReplica& one);

/// What is carried out: a forward step, or the reverse of one (`reverse` none: there is nothing to send, only the row
/// to take back).
struct Task {
  const plan::Step& forward;
  const plan::Step* reverse = nullptr;
  bool undo = false;
  bool skip_pre = false;  ///< the loss that the pre-checks guard against was accepted
  std::int64_t retry = 0;
  bool was_found = false;                       ///< undo: the step did nothing, because it was done already
  std::vector<ledger::Required> built_on = {};  ///< done steps of other targets
  std::optional<Leader> leader = {};            ///< nothing is sent: what it did arrives
  bool by_hand = false;                         ///< nothing is sent: somebody did it, and the schema shows that

  const plan::Step& step() const { return reverse ? *reverse : forward; }
  /// Nothing is sent and nothing asked.
  bool row_only() const { return by_hand || takes_nothing_back(); }
  /// Nor is anything recorded but the row.
  bool takes_nothing_back() const { return undo && !reverse; }
};

/// Sends a step's own statements inside what its attempt has opened.
class Sender {
 public:
  Sender(Context& context, const plan::Timeouts& timeouts, const ledger::Unit* unit, std::string token)
      : context_(context),
        timeouts_(timeouts),
        unit_(unit),
        token_(std::move(token)),
        began_(context.clock.milliseconds()) {}
  /// → rows changed. Throws when the engine ended the transaction behind the statement.
  std::int64_t execute(const std::string& sql, const std::vector<session::Value>& parameters = {});
  session::Rows query(const std::string& sql, const std::vector<session::Value>& parameters = {});
  std::optional<std::string> ask(const plan::QueryCheck& check);
  /// Statements that came to their end: outside a transaction each of them stays.
  std::size_t executed() const { return executed_; }
  bool in_transaction() const { return unit_ != nullptr; }
  bool stopped() const { return context_.stop.requested(); }

 private:
  /// How long the next statement may take: its own time, and what is left of the step's; none without either.
  std::optional<std::int64_t> limit() const;
  std::int64_t send(const std::string& sql, const std::vector<session::Value>& parameters);
  std::string with_database(std::string sql) const;

  Context& context_;
  const plan::Timeouts& timeouts_;
  const ledger::Unit* unit_;
  std::string token_;
  std::int64_t began_;
  std::size_t executed_ = 0;
};

/// The step's own statements. An outcome ends the attempt there and takes back what it sent; none goes on.
using Act = std::function<std::optional<Outcome>(Sender&)>;

/// A step that works in many transactions, each of which carries its own progress.
class Batches {
 public:
  virtual ~Batches() = default;
  /// Before the first batch, in its transaction: what must be frozen.
  virtual void start(Sender& sender, ledger::Progress& progress) = 0;
  /// One batch; true while there may be another.
  virtual bool next(Sender& sender, ledger::Progress& progress) = 0;
  /// Behind the commit of a batch: tell, and wait as the pace wants.
  virtual void after(ledger::Progress& progress) = 0;
};

/// What the step says that it does to relations.
void add_claims(const plan::Step& step, std::vector<session::Claim>& claims);
/// Whether it says that it does something to that relation, or locks it.
bool touches(const plan::Step& step, const std::string& object);
/// Whether both do so with one relation.
bool touch_the_same(const plan::Step& one, const plan::Step& other);

class Attempt {
 public:
  /// `known`: the step's row as this run left it, where nothing went wrong since; the claim compares it. Else it is
  /// read.
  Attempt(const Task& task, Context& context, std::optional<ledger::StepRow> known = std::nullopt);

  const plan::Step& step() const { return task_.step(); }
  const Task& task() const { return task_; }
  Context& context() { return context_; }
  /// What the step's row says now.
  const ledger::StepRow& row() const { return row_; }

  /// All of it in one transaction: fence, guarded update, pre-checks, `act`, post-checks, record, commit alone.
  Outcome transaction(const Act& act);
  using Checks = std::vector<plan::QueryCheck> plan::Step::*;
  /// Of the attempts, from the first on, how many have checks that hold, all asked at once; and why the one behind them
  /// does not.
  static std::pair<std::size_t, std::string> holding(Context& context, std::span<Attempt* const> attempts,
                                                     Checks of_step);
  /// Whether all of them are known to hold after one question for all; nothing is asked again to find out more.
  static bool all_hold(Context& context, std::span<Attempt* const> attempts, Checks of_step);
  /// Whoever carries out several at once asks their checks himself.
  void is_asked_by_others() { asked_by_others_ = true; }
  // Where several steps share a unit `transaction` is only what lies between these two: all claim, then each acts, then
  // all record, so that the engine prepares the ledger's statements once, and not anew behind each change of the
  // schema.
  static void claim(Context& context, std::deque<Attempt>& attempts);
  static void record(Context& context, std::deque<Attempt>& attempts);
  // The same for steps outside any transaction: one unit notes what all of them are about to do, durable before the
  // first statement of any, and another what became of them.
  static void intend(Context& context, std::span<Attempt* const> attempts);
  static void end(Context& context, std::span<Attempt* const> done, std::span<Attempt* const> not_begun);
  /// Intent, act, post-check, record; after a crash the decision table of runtime.md §1.5 says how it goes on.
  Outcome autocommit(const Act& act);
  /// Its statements took effect, and it did not come to what it should: nobody can take that for not done.
  Outcome acted_in_vain(const std::string& why);
  /// Waits until what another replica did is here, and records it: nothing is sent.
  Outcome follow();
  /// What the attempt's statements are sent by; `unit`: that they are part of.
  Sender sender(const ledger::Unit* unit = nullptr) { return {context_, step().timeouts, unit, token()}; }
  /// What tells this step of this generation from every other.
  std::string token() const;
  /// Batch by batch; the first transaction also claims the step, the last one also ends it.
  Outcome in_batches(Batches& batches);
  /// Sets session settings around `body`, reads them back, and puts the old values back whatever happens.
  Outcome with_settings(const std::vector<plan::SessionSetting>& settings, const std::function<Outcome()>& body);

  /// Notes that go into the ledger with the step's record.
  void note(ledger::BackupHeader header) { backup_ = std::move(header); }
  void note_gate(ledger::GateRow gate) { gate_ = std::move(gate); }
  void note_rows(std::int64_t rows) { facts().rows = rows; }

  /// What the step sends comes to the same however often it is sent.
  bool by_repeat() const { return step().exactly_once_by == plan::ExactlyOnce::repeat; }
  /// Settles a row that an earlier attempt of an autocommit step left open, without acting: done or in doubt; none when
  /// it is proven that nothing of it is there, and the step may be done anew. A step that is sent again stays open.
  std::optional<Outcome> settle();
  /// The same for one that is sent again, when it is to be taken back: what takes it back is sent too, and does no harm
  /// where there is nothing to take back.
  void take_for_ended();
  /// A person says what became of a step that nobody can tell otherwise.
  void declare(bool done);
  /// What failed, for `status`; nothing else changes. Does not throw: the failure itself is told elsewhere too.
  void record_failure(const std::string& outcome, const std::string& text);
  /// Waits, in slices, while nobody asks to stop.
  void pause(std::int64_t milliseconds);
  /// Of what is in hand, for who watches the run.
  void tell(const session::HowFar& far);
  /// Asks again and again until nothing is missing, the time is up or somebody asks to stop, and tells what it waits
  /// for; what is missing then.
  std::optional<std::string> wait_until(std::int64_t patience_ms, std::int64_t longest_look_ms,
                                        const std::function<std::optional<std::string>()>& missing);

 private:
  ledger::State begun() const { return task_.undo ? ledger::State::undoing : ledger::State::intended; }
  ledger::State ended() const { return task_.undo ? ledger::State::absent : ledger::State::done; }
  ledger::State not_begun() const { return task_.undo ? ledger::State::done : ledger::State::absent; }
  ledger::Progress& facts() { return task_.undo ? row_.facts.reverse : row_.facts.forward; }

  /// The row as it is from here on, and what the ledger is told of it.
  ledger::StepMove move(ledger::State to);
  ledger::StepRecord result(std::string_view outcome);
  std::string_view done_word() const { return !task_.undo ? "done" : task_.was_found ? "passed over" : "undone"; }
  void claim(ledger::State to) { context_.ledger.claim_steps(context_.grip, {move(to)}); }
  std::optional<Outcome> before(ledger::Unit* unit = nullptr);
  std::optional<Outcome> after();
  void note_start();
  void record(std::string_view outcome);
  void add_objects(std::vector<ledger::ObjectChange>& changes) const;
  void record_leftovers();
  void record_gate();
  Outcome inside(ledger::Unit& unit, const Act& act);
  void commit(ledger::Unit& unit);
  Outcome intend_and_act(const Act& act);
  /// Nothing was sent, or nothing of it stays.
  void take_intent_back();
  Outcome finish(ledger::State to, std::string_view outcome);
  /// Inside a unit, behind its fence.
  void note_end(ledger::State to, std::string_view outcome);
  /// What the server does for the step from here on; null where nothing can be seen of it, and where whoever opened
  /// the unit looks at all of it.
  std::unique_ptr<session::Witness> witness();
  /// What the step did beyond the claims of its plan, as its outcome.
  static std::optional<std::string> excess(session::Witness* witness);
  /// What it waits for, once that has gone on long enough for a person to ask.
  void tell_waiting(const std::string& missing, std::int64_t waited_ms);
  /// The first of the checks that does not hold, also when what a replica took had a while to come.
  std::optional<std::string> wrong_at_last(const std::vector<plan::QueryCheck>& checks);
  /// The server's answer that it took the statement outlives the runner.
  void note_taken();
  /// A step that one replica does for all needs what that replica needs.
  std::optional<Outcome> until_ready();
  /// The same as `after`, once what replicas bring one another had its time.
  std::optional<Outcome> after_arrival();
  bool asks_for(Checks of_step) const;
  /// And of which of the attempts each is.
  static std::pair<std::vector<plan::QueryCheck>, std::vector<std::size_t>> checks_of(
      std::span<Attempt* const> attempts, Checks of_step);
  /// The sentence of a check that does not hold.
  std::optional<std::string> asked(const plan::QueryCheck& check);
  /// The first of the checks that does not hold, in words.
  std::optional<std::string> wrong(const std::vector<plan::QueryCheck>& checks);
  std::optional<std::string> wrong(const std::vector<plan::QueryCheck>& checks, const std::string& token);
  /// What the step starts from is not there, nor came within the patience of its check.
  std::optional<std::string> wrong_before();
  Outcome no_start(std::string why) const;
  /// Leftovers of an earlier attempt that are there: ours, because their names derive from this step.
  std::vector<plan::Leftover> found_leftovers();

  Task task_;
  Context& context_;
  ledger::StepRow row_;
  std::string started_;
  std::optional<ledger::BackupHeader> backup_;
  std::optional<ledger::GateRow> gate_;
  std::int64_t told_ms_ = 0;  ///< of the wait in hand
  bool asked_by_others_ = false;
};

/// What did not come in the time that the plan gives it (E0629); the step stays open, and whoever comes next waits on.
Failed too_late(const std::string& missing, std::int64_t patience_ms);

}  // namespace dmc::steps
