// The Session of a PostgreSQL database.
#include "runtime/session/postgres_session.hpp"

#include <set>
#include <utility>

#include "runtime/session/postgres_errors.hpp"
#include "runtime/session/postgres_lock.hpp"
#include "runtime/session/postgres_rows.hpp"
#include "runtime/session/postgres_witness.hpp"
#include "runtime/session/readable.hpp"

namespace dmc::session {

namespace {

/// Whether it was begun when it failed is nothing that anybody needs to know.
bool is_setting(std::string_view sql) { return sql.starts_with("set "); }

/// Of a ledger, which asks the same again and again.
bool is_of_ledger(std::string_view sql) { return sql.find(" dmc.") != std::string_view::npos; }

class PostgresSession : public Session, public Place {
 public:
  explicit PostgresSession(std::shared_ptr<PostgresLink> link) : link_(std::move(link)) {}
  ~PostgresSession() override {
    // The connection may live on in the lock that was taken on it.
    try {
      transaction(Transaction::rollback);
    } catch (...) {
      // It goes with its connection.
    }
  }

  Rows query(std::string_view sql, std::span<const Value> parameters) override {
    const bool walks = !parameters.empty() && !is_of_ledger(sql) && link_->transaction() == PostgresTransaction::open;
    const AlongKeys along(*this, walks);
    return sent(sql, parameters, PostgresReading::with_it).rows;
  }

  std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override {
    const bool alone = parameters.empty() && link_->transaction() == PostgresTransaction::none && !is_setting(sql);
    return sent(sql, parameters, alone ? PostgresReading::first : PostgresReading::with_it).changed;
  }

  void transaction(Transaction what) override {
    switch (what) {
      case Transaction::begin:
        if (link_->transaction() == PostgresTransaction::none)
          link_->ahead("begin");
        else
          link_->run("begin");
        return;
      case Transaction::commit:
        // To a COMMIT of what has failed the server answers ROLLBACK, and no error.
        if (link_->run("commit").verb != "COMMIT")
          throw SessionError("the transaction had failed, and nothing of it stays", false, true);
        return;
      case Transaction::rollback:
        questions_ = 0;
        link_->forget_ahead();
        if (link_->transaction() != PostgresTransaction::none) link_->run("rollback");
        return;
    }
  }

  bool in_transaction() const override { return link_->alive() && link_->transaction() == PostgresTransaction::open; }

  /// A savepoint where a transaction is open, else a transaction of its own: what is asked in it sees one moment.
  void read_only(bool on) override {
    if (on) {
      if (questions_++ > 0) return;
      inside_ = link_->transaction() != PostgresTransaction::none;
      if (!inside_) {
        link_->ahead(std::string(question));
        return;
      }
      own("savepoint dmc_question");
      own("set local transaction_read_only = on");
      return;
    }
    if (questions_ == 0 || --questions_ > 0) return;
    if (!inside_) {
      link_->run("rollback");
      return;
    }
    own("rollback to savepoint dmc_question");
    own("release savepoint dmc_question");
  }

  void interrupt() override { link_->interrupt(); }

  Place& place() override { return *this; }

  Identity identity() override {
    const auto row =
        link_
            ->run(
                R"(select (select system_identifier::text from pg_catalog.pg_control_system()), d.oid::text, d.datname::text
  from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())")
            .rows.rows.at(0);
    return {{"system_identifier", text_in(row, 0)}, {"database_oid", text_in(row, 1)}, {"database", text_in(row, 2)}};
  }

  /// A database keeps its number when it is renamed, and a server its identifier when its standby takes over; a dump
  /// that was restored has neither.
  Likeness likeness(const Identity& recorded) override {
    const auto fact = [](const Identity& facts, std::string_view name) {
      for (const auto& [known, value] : facts)
        if (known == name) return value;
      return std::string();
    };
    const auto now = identity();
    if (fact(now, "system_identifier") != fact(recorded, "system_identifier")) return Likeness::elsewhere;
    const auto number = fact(recorded, "database_oid");
    if (fact(now, "database_oid") == number) return Likeness::same;
    const bool there =
        !link_->run("select 1 from pg_catalog.pg_database where oid::text = $1", {number}).rows.rows.empty();
    return there ? Likeness::copy : Likeness::elsewhere;
  }

  std::string handle() override { return link_->handle(); }
  bool alive(const std::string& handle) override { return postgres_session_lives(*link_, handle); }
  void end(const std::string& handle) override {
    if (handle != link_->handle()) end_postgres_session(*link_, handle);
  }

  std::unique_ptr<Witness> witness(const std::optional<std::vector<Claim>>& claims, TellHowFar tell) override {
    return postgres_witness(link_, claims, std::move(tell));
  }

 private:
  /// Whoever asks where a batch of rows ends is to be answered by the order of a key. Of a column that is just being
  /// filled the server has no statistics: it takes a few rows for all there are, and would read and sort the whole
  /// table for every batch.
  struct AlongKeys {
    AlongKeys(PostgresSession& session, bool walks) : session(session), walks(walks) {
      if (!walks) return;
      session.own("set local enable_sort = off");
      session.own("set local max_parallel_workers_per_gather = 0");
    }
    ~AlongKeys() {
      // What has failed is taken back with its transaction.
      if (!walks || !session.in_transaction()) return;
      session.own("set local enable_sort to default");
      session.own("set local max_parallel_workers_per_gather to default");
    }
    PostgresSession& session;
    bool walks;
  };

  /// What has failed is told, and mended, at once.
  void own(std::string sql) {
    if (link_->transaction() == PostgresTransaction::open)
      link_->ahead(std::move(sql));
    else
      link_->run(sql);
  }

  /// Whoever ends the transaction of a step would have its record without its effect.
  PostgresAnswer sent(std::string_view sql, std::span<const Value> parameters, PostgresReading reading) {
    if (const auto verb = transaction_verb(sql); !verb.empty()) {
      SessionError refused("a statement may not begin, divide or end a transaction itself ('" + verb +
                           "'): " + clipped(sql));
      refused.begun = false;
      throw refused;
    }
    const bool was_open = link_->transaction() == PostgresTransaction::open;
    const bool again = !parameters.empty() && is_of_ledger(sql) && !asked_.emplace(sql).second;
    auto answer = asked(sql, parameters, again ? PostgresReading::once : reading);
    if (was_open && link_->transaction() != PostgresTransaction::open)
      throw SessionError("the server ended the transaction behind this statement: " + clipped(sql), false, true);
    return answer;
  }

  /// A question that fails is not to fail those behind it.
  PostgresAnswer asked(std::string_view sql, std::span<const Value> parameters, PostgresReading reading) {
    try {
      return link_->run(sql, parameters, reading);
    } catch (const SessionError&) {
      if (questions_ > 0 && !inside_ && link_->alive() && link_->transaction() == PostgresTransaction::failed) {
        link_->run("rollback");
        link_->run(question);
      }
      throw;
    }
  }

  static constexpr std::string_view question = "begin isolation level repeatable read read only";
  std::shared_ptr<PostgresLink> link_;
  std::set<std::string, std::less<>> asked_;  ///< of a ledger, with parameters
  int questions_ = 0;                         ///< calls of `read_only(true)` that are not ended
  bool inside_ = false;                       ///< the outermost of them found a transaction open
};

}  // namespace

std::unique_ptr<Session> open_postgres(const std::string& location, Access access, Lock* lock) {
  if (auto* held = dynamic_cast<PostgresLock*>(lock)) {
    if (!held->link()->alive())
      throw SessionError("the connection that held the target's lock was lost: run again, and it goes on");
    return std::make_unique<PostgresSession>(held->link());
  }
  std::string reason;
  const auto address = read_postgres_address(location, reason);
  if (!address) throw SessionError(reason);
  return std::make_unique<PostgresSession>(std::make_shared<PostgresLink>(*address, access));
}

}  // namespace dmc::session
