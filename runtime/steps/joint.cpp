#include "runtime/steps/joint.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/model/raw_words.hpp"
#include "compiler/model/sql_text.hpp"
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

namespace {

/// While it lives, attempts of this context work inside the unit and leave the commit to whoever opened it.
class Inside {
 public:
  Inside(Context& context, ledger::Unit& unit) : context_(context) { context_.joint = &unit; }
  ~Inside() { context_.joint = nullptr; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  Context& context_;
};

/// No statement waits or works for longer than all of them may take, where locks add up; behind it the plan's patience.
class Impatience {
 public:
  Impatience(Context& context, const plan::Timeouts& timeouts) : context_(context), timeouts_(timeouts) {
    const auto most = context.ledger.sharing().value_or(ledger::Sharing()).lock_ms;
    const auto lock = timeouts.lock_ms == 0 ? joint_ms : timeouts.lock_ms;
    if (most)
      context.ledger.limits(std::min(lock, *most), std::min(timeouts.statement_ms.value_or(joint_ms), joint_ms));
    else
      context.ledger.limits(timeouts.lock_ms, timeouts.statement_ms);
  }
  ~Impatience() {
    try {
      context_.ledger.limits(timeouts_.lock_ms, timeouts_.statement_ms);
    } catch (...) {
      // A connection that is gone has no patience to be put back.
    }
  }
  Impatience(const Impatience&) = delete;
  Impatience& operator=(const Impatience&) = delete;

 private:
  Context& context_;
  const plan::Timeouts& timeouts_;
};

/// What all of them together do, held against what all of them together claim.
std::unique_ptr<session::Witness> witness(std::span<const Task> tasks, Context& context) {
  std::vector<session::Claim> claims;
  for (const auto& task : tasks)
    if (!task.row_only()) add_claims(task.step(), claims);
  return context.session.place().witness(claims, {});
}

/// What the step does something to, without schemas, in small letters.
std::set<std::string> touched_by(const plan::Step& step) {
  std::set<std::string> names;
  const auto add = [&](const std::string& object) {
    const auto path = object.substr(object.find(' ') + 1);
    names.insert(grammar::lower_case(path.substr(path.rfind('.') + 1)));
  };
  add(step.object);
  for (const auto& lock : step.locks) add(lock.object);
  return names;
}

/// Whether a question around the one has the name of what the other does something to, wherever.
bool asks_about(const plan::Step& one, const plan::Step& other) {
  const auto names = touched_by(other);
  const auto said = [&](const plan::QueryCheck& check) {
    bool found = false;
    model::each_raw_word(check.query, [&](const std::string& word) { found = found || names.contains(word); });
    return found || std::ranges::any_of(names, [&](const auto& name) {
             return !model::is_raw_word(name) && grammar::lower_case(check.query).find(name) != std::string::npos;
           });
  };
  return std::ranges::any_of(one.pre, said) || std::ranges::any_of(one.post, said);
}

/// Whether the question may read rows: what it reads from lies elsewhere than in that schema, or it names what the step
/// does something to outside of strings, where only a relation that is read can stand.
bool may_read_rows(const plan::QueryCheck& check, const plan::Step& step, std::string_view catalog) {
  using Kind = model::SqlToken::Kind;
  const auto touched = touched_by(step);
  const auto tokens = model::sql_tokens(check.query);
  const auto word_at = [&](std::size_t at) {
    const bool is_name = at < tokens.size() && (tokens[at].kind == Kind::word || tokens[at].kind == Kind::quoted_name);
    return is_name ? grammar::lower_case(tokens[at].text) : std::string();
  };
  bool reads_catalog = false;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const auto word = word_at(at);
    if (touched.contains(word)) return true;
    if ((word != "from" && word != "join") || (at > 0 && word_at(at - 1) == "distinct")) continue;
    const auto source = word_at(at + 1);
    if (source == catalog)
      reads_catalog = true;
    else if (source != "unnest" && !(at + 1 < tokens.size() && tokens[at + 1].text == "("))
      return true;
  }
  return !reads_catalog;
}

/// Of the attempts, from the first on, those whose checks are asked at once: in front of the first of them, and behind
/// the last. None of them touches what another is about, or asks about what another touches, and none wants the session
/// otherwise.
std::span<Attempt* const> asked_at_once(std::span<Attempt* const> attempts) {
  const auto own_session = [](const Attempt& attempt) {
    return !attempt.task().row_only() && !attempt.step().session.empty();
  };
  std::size_t count = 1;
  for (; count < attempts.size() && !own_session(*attempts.front()); ++count) {
    const auto& next = *attempts[count];
    const auto meets = [&](const Attempt* other) {
      const auto &one = next.step(), &two = other->step();
      return touches(one, two.object) || touches(two, one.object) || asks_about(one, two) || asks_about(two, one);
    };
    if (own_session(next) || std::ranges::any_of(attempts.first(count), meets)) break;
  }
  return attempts.first(count);
}

/// What it locks is known. Where that is nothing it is about what has no rows, or what nobody knows yet.
bool locks_are_known(const plan::Step& step) {
  return !step.locks.empty() || (!step.unclaimed && !step.effects.empty());
}

}  // namespace

bool joins(const Task& task, const ledger::Sharing& sharing) {
  if (!task.forward.leftovers.empty()) return false;
  if (task.row_only()) return true;
  const auto& step = task.step();
  const auto* run = std::get_if<plan::RunSql>(&step.action);
  // Where locks add up nothing may take its time meanwhile, as a check that reads rows does.
  const auto reads_rows = [&](const auto& check) { return may_read_rows(check, step, sharing.catalog); };
  if (sharing.lock_ms && (!step.timeouts.statement_ms || std::ranges::any_of(step.pre, reads_rows) ||
                          std::ranges::any_of(step.post, reads_rows)))
    return false;
  return run && run->in_transaction && run->settings.empty() && step.invariants.empty() && step.hold.empty() &&
         step.leftovers.empty() && locks_are_known(step) &&
         std::all_of(step.locks.begin(), step.locks.end(), [](const auto& lock) { return lock.work == "catalog"; });
}

Joint run_jointly(std::span<const Task> tasks, Context& context, const KnownRow& known,
                  const std::function<bool()>& last) {
  Joint joint;
  auto& all = joint.done;
  try {
    const auto& timeouts = tasks.front().step().timeouts;
    const Impatience impatience(context, timeouts);
    ledger::Unit unit(context.ledger);
    const Inside inside(context, unit);
    std::deque<Attempt> attempts;
    for (const auto& task : tasks) attempts.emplace_back(task, context, known(task));
    Attempt::claim(context, attempts);
    const auto watched = witness(tasks, context);
    const auto began = context.clock.milliseconds();
    auto now = began;
    std::vector<Attempt*> each;
    for (auto& attempt : attempts) each.push_back(&attempt);
    const auto late = [&] { return now - began > joint_ms; };
    for (std::span<Attempt* const> left(each); !left.empty();) {
      const auto some = asked_at_once(left);
      left = left.subspan(some.size());
      const bool at_once = some.size() > 1;
      if (at_once && !Attempt::all_hold(context, some, &plan::Step::pre)) return {};
      now = context.clock.milliseconds();
      if (late()) return {.done = {}, .in_time = std::max(all.size(), some.size())};
      for (auto* attempt : some) {
        if (at_once) attempt->is_asked_by_others();
        const auto outcome = run_step(*attempt);
        const auto* done = std::get_if<Done>(&outcome);
        const auto before = std::exchange(now, context.clock.milliseconds());
        if (!done) return {};
        if (late()) return {.done = {}, .in_time = all.size()};
        all.push_back({*done, now - before});
      }
      if (at_once && !Attempt::all_hold(context, some, &plan::Step::post)) return {};
      now = context.clock.milliseconds();
      if (late()) return {.done = {}, .in_time = all.size()};
    }
    Attempt::record(context, attempts);
    if (watched && watched->excess()) return {};
    if ((last && !last()) || context.stop.immediately()) return {};
    unit.commit();
  } catch (const std::exception&) {
    return {};  // Whatever it was, it is met again alone, and told there.
  }
  return joint;
}

}  // namespace dmc::steps
