// PostgreSQL: the trials of locks.json, one after another.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/locks.hpp"
#include "compiler/dialects/postgres/version.hpp"
#include "runtime/calibrate/engines.hpp"
#include "runtime/calibrate/postgres_compare.hpp"
#include "runtime/calibrate/postgres_watch.hpp"
#include "runtime/calibrate/postgres_world.hpp"
#include "runtime/session/postgres_rows.hpp"

namespace dmc::calibrate {

namespace {

namespace pg = dialects::postgres;
using session::number_in;
using session::text_in;

/// Rows of the measured tables: what is watched from outside must last a moment, the rest is the same with few.
constexpr std::int64_t few_rows = 1'000, many_rows = 100'000;

struct Server {
  std::string version;
  int major = 0;
  bool makes_databases = false, counts_reads = false;
  std::string role;
};

Server server_of(session::Session& admin) {
  const auto row =
      admin
          .query(
              R"(select pg_catalog.current_setting('server_version'), pg_catalog.current_setting('server_version_num')::bigint,
  rolsuper or rolcreatedb, pg_catalog.current_setting('track_counts') = 'on', rolname::text
  from pg_catalog.pg_roles where rolname = current_user)")
          .rows.at(0);
  return {text_in(row, 0), static_cast<int>(number_in(row, 1) / 10'000), number_in(row, 2) != 0, number_in(row, 3) != 0,
          text_in(row, 4)};
}

/// What earlier calibrations left, whose process was killed; one that runs now looks the same.
void note_leftovers(session::Session& admin, std::vector<std::string>& notes) {
  const auto found = admin.query(
      R"(select datname::text from pg_catalog.pg_database where datname ~ '^dmc_calibrate_[0-9_]+$' order by 1)");
  for (const auto& row : found.rows)
    notes.push_back(
        fmt::format("database {0} is of a calibration that runs now, or of one that was killed; then: drop "
                    "database {0}; drop role if exists {0}",
                    text_in(row, 0)));
}

class Trials {
 public:
  Trials(PostgresWorld& world, session::Stop& stop, int major, bool counts_reads)
      : world_(world), stop_(stop), major_(major), counts_reads_(counts_reads) {}

  Finding judge(const pg::Trial& trial) {
    const auto statement = world_.with_role(trial.statement);
    if (statement.empty()) return not_measured(trial, "it needs a second role, and this role may make none");
    try {
      prepare(trial);
    } catch (const session::SessionError& error) {
      go_on_behind(error);
      // Of a statement that a major does not have, what it needs may be refused already.
      return pg::no_operation(trial.id, major_)
                 ? compare_postgres(trial, major_, error.what())
                 : not_measured(trial, std::string("what it needs is refused: ") + error.what());
    }
    try {
      return trial.sampled ? judged_from_outside(trial, statement) : judged_inside(trial, statement);
    } catch (const session::SessionError& error) {
      go_on_behind(error);
      return compare_postgres(trial, major_, error.what());
    }
  }

 private:
  void prepare(const pg::Trial& trial) {
    if (!clean_ || trial.sampled) world_.begin_anew(trial.sampled ? many_rows : few_rows);
    clean_ = trial.given.empty() && !trial.sampled;
    // Several statements at once, as their own language takes them.
    if (!trial.given.empty()) world_.actor().execute(fmt::format("do $given$ begin {}; end $given$", trial.given));
  }

  Finding judged_inside(const pg::Trial& trial, const std::string& statement) {
    const session::Stop::InFlight reach(stop_, world_.actor());
    auto observed = watch_inside(world_.actor(), statement);
    observed.counted = counts_reads_;
    return compare_postgres(trial, major_, observed);
  }

  /// A lock that was missed may be met by the next look, also where others were not missed; a busy machine has many.
  Finding judged_from_outside(const pg::Trial& trial, const std::string& statement) {
    constexpr int tries = 4;
    for (int i = 1;; ++i) {
      {
        const session::Stop::InFlight reach(stop_, world_.actor());
        auto finding = compare_postgres(trial, major_, watch_outside(world_, statement));
        if (finding.verdict == Verdict::same || i == tries) return finding;
      }
      prepare(trial);
    }
  }

  /// The next trial begins anew, with sessions that live. Without a server there is none: throws what it was.
  void go_on_behind(const session::SessionError& error) {
    clean_ = false;
    if (!world_.reachable()) throw error;
  }

  PostgresWorld& world_;
  session::Stop& stop_;
  int major_;
  bool counts_reads_;
  bool clean_ = false;  ///< the tables are as measured
};

}  // namespace

Result calibrate_postgres(const session::Url& url, session::Connector& connector, session::Stop& stop) {
  Result result;
  result.url = url.shown();
  const auto admin = connector.open(url, session::Missing::refuse, session::Access::write);
  const auto server = server_of(*admin);
  result.version = "PostgreSQL " + server.version;
  const auto refuse = [&](std::string code, std::string text) {
    result.end = Result::End::refused;
    result.code = std::move(code);
    result.text = std::move(text);
    return result;
  };
  if (server.major < pg::oldest_major)
    return refuse("", fmt::format("the server is PostgreSQL {}, and dmc plans for {} and later", server.version,
                                  pg::oldest_major));
  if (!server.makes_databases)
    return refuse("E0834", fmt::format("the role {} may make no databases, and a calibration needs one of its own: "
                                       "'alter role {} createdb' lets it, or give the address of a role that may",
                                       server.role, server.role));
  const int major = std::min(server.major, pg::newest_major);
  if (major != server.major)
    result.notes.push_back(
        fmt::format("PostgreSQL {} is newer than what was measured: compared with {}", server.major, major));
  if (!server.counts_reads)
    result.notes.push_back(
        "track_counts is off: whether a statement reads a table or only changes the catalog was not told apart");
  note_leftovers(*admin, result.notes);
  std::string left;
  try {
    PostgresWorld world(url, connector, *admin, left);
    Trials trials(world, stop, major, server.counts_reads);
    for (const auto& trial : pg::trials()) {
      if (stop.requested()) {
        result.end = Result::End::interrupted;
        break;
      }
      result.findings.push_back(trials.judge(trial));
    }
  } catch (const session::SessionError& error) {
    if (left.empty()) throw;
    throw session::SessionError(
        fmt::format("{}; the database {} and the role of that name may be left behind", error.what(), left));
  }
  if (!left.empty())
    result.notes.push_back(fmt::format("could not be removed: drop database {0}; drop role if exists {0}", left));
  return result;
}

}  // namespace dmc::calibrate
