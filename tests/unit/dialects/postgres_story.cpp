// Tells a change as steps, and lives it on a server.
#include "tests/unit/dialects/postgres_story.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/keeping.hpp"
#include "compiler/dialects/postgres/lower.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "runtime/session/target.hpp"
#include "runtime/steps/check.hpp"
#include "tests/unit/dialects/postgres_live.hpp"
#include "tests/unit/dialects/step_words.hpp"

namespace dmc::tests {

namespace {

namespace pg = dialects::postgres;

/// Carries out steps as the runner does, and holds what they lock and write anew against what they claim.
class PgRunner {
 public:
  explicit PgRunner(const PgLive& database)
      : session_(session::connector()->open(database.url(), session::Missing::refuse, session::Access::write)) {}

  void run(const plan::Step& step, bool skip_pre) {
    CAPTURE(step.summary);
    const steps::InSettings in_settings(*session_, step.session);
    const auto* sql = std::get_if<plan::RunSql>(&step.action);
    if (sql && !sql->in_transaction) return act(step, skip_pre);
    session_->transaction(session::Transaction::begin);
    try {
      act(step, skip_pre);
    } catch (...) {
      session_->transaction(session::Transaction::rollback);
      throw;
    }
    session_->transaction(session::Transaction::commit);
  }

 private:
  void act(const plan::Step& step, bool skip_pre) {
    const auto* sql = std::get_if<plan::RunSql>(&step.action);
    if (sql && !sql->in_transaction && found(step)) return;
    if (!skip_pre) {
      for (const auto& check : step.pre) ask(check);
      for (const auto& statement : step.hold) session_->execute(statement);
    }
    std::vector<session::Claim> claims;
    for (const auto& lock : step.locks) claims.push_back({lock.object, lock.mode, lock.work});
    const auto witness = session_->place().witness(claims, {});
    if (sql) {
      for (const auto& statement : sql->statements) {
        session_->execute(statement);
        if (sql->in_transaction) REQUIRE(session_->in_transaction());
      }
      if (!sql->in_transaction) CHECK(!step.post.empty());
    }
    if (const auto* backup = std::get_if<plan::Backup>(&step.action)) {
      for (const auto& statement : backup->write) session_->execute(statement);
      for (const auto& check : backup->read_back) ask(check);
      CHECK(!session_->query(backup->rows).rows.empty());
    }
    if (const auto* backfill = std::get_if<plan::Backfill>(&step.action)) batches(*backfill);
    if (const auto* verify = std::get_if<plan::Verify>(&step.action)) ask(verify->check);
    const auto excess = step.unclaimed ? std::nullopt : witness->excess();
    CHECK_MESSAGE(!excess, excess.value_or(""));
    for (const auto& check : step.post) ask(check);
    for (const auto& leftover : step.leftovers) session_->query(leftover.detect);
  }

  /// As the runner does: what is there already is not done again.
  bool found(const plan::Step& step) {
    const auto hold = [&](const std::vector<plan::QueryCheck>& checks) {
      return std::ranges::all_of(checks, [&](const auto& check) { return !steps::ask(*session_, check, true); });
    };
    return (step.pre.empty() || !hold(step.pre)) && hold(step.post);
  }

  void ask(const plan::QueryCheck& check) {
    if (const auto broken = steps::ask(*session_, check, true))
      throw std::runtime_error(*broken + "\n  in: " + check.query);
  }

  void batches(const plan::Backfill& action) {
    session_->query(action.total);
    const auto bound = session_->query(action.bound).rows;
    if (bound.empty()) return;
    session::Row watermark;
    for (int round = 0; round < 10'000; ++round) {
      auto parameters = watermark;
      parameters.emplace_back(std::int64_t{3});
      parameters.insert(parameters.end(), bound[0].begin(), bound[0].end());
      const auto found = session_->query(watermark.empty() ? action.first : action.next, parameters).rows;
      const auto& upper = found.empty() ? bound[0] : found[0];
      auto range = watermark;
      range.insert(range.end(), upper.begin(), upper.end());
      const bool first = watermark.empty();
      for (const auto& statement : action.before_batch) session_->execute(statement);
      if (const auto& save = first ? action.save_first : action.save_next) session_->execute(*save, range);
      session_->execute(first ? action.change_first : action.change_next, range);
      for (const auto& statement : action.after_batch) session_->execute(statement);
      watermark = upper;
      if (watermark == bound[0]) return;
    }
    FAIL("the batches do not end");
  }

  std::unique_ptr<session::Session> session_;
};

void build(PgLive& live, const model::Database& database) {
  live.execute("set search_path = public");
  // A function that holds a view comes behind it, and a view that reads such a function behind both.
  std::vector<std::vector<std::string>> later;
  for (const auto& object : database.objects) {
    if (object.type == "row policy" || object.type == "rule" || object.type == "grant" || object.type == "comment" ||
        object.type == "statistics")
      continue;
    if (object.create.text.find(" returns setof ") != std::string::npos || pg::has_sql_body(object.create.text))
      later.push_back({object.create.text});
    else
      live.execute(object.create.text);
  }
  for (auto table : database.tables) {
    table.foreign_keys.clear();
    for (const auto& statement : pg::create_table(table, database)) live.execute(statement);
  }
  for (const auto& table : database.tables)
    for (const auto& key : table.foreign_keys)
      live.execute(pg::add_constraint(pg::full(table), key.name, pg::foreign_key_words(key, database)));
  const change::Change none{change::WaitAtGate{}, database.name, "", "", {}};
  for (const auto& table : database.tables)
    for (const auto& statement : pg::kept_parts(table, {none, database})) live.execute(statement);
  for (const auto& view : database.views) {
    auto& statements = later.emplace_back(std::vector<std::string>{pg::create_view(view)});
    for (const auto& statement : pg::view_extras(view)) statements.push_back(statement);
  }
  for (std::size_t round = 0; !later.empty(); ++round) {
    std::erase_if(later, [&](const auto& statements) {
      try {
        for (const auto& statement : statements) live.execute(statement);
        return true;
      } catch (const std::runtime_error&) {
        if (round > database.views.size()) throw;
        return false;
      }
    });
  }
  for (const auto& trigger : database.triggers)
    for (const auto& statement : pg::trigger_statements(trigger, database)) live.execute(statement);
  for (const auto& object : database.objects)
    if (object.type == "row policy" || object.type == "rule" || object.type == "statistics")
      live.execute(object.create.text);
  for (const auto& object : database.objects)
    if (object.type == "grant" || object.type == "comment") live.execute(object.create.text);
}

/// Shows the lines that only one of the two has.
void compare(const std::string& is, const std::string& wanted) {
  if (is == wanted) return;
  const auto lines = [](const std::string& text) {
    std::multiset<std::string> found;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) found.insert(line);
    return found;
  };
  std::string difference;
  const auto a = lines(is), b = lines(wanted);
  for (const auto& line : a)
    if (a.count(line) > b.count(line)) difference += "+ " + line + "\n";
  for (const auto& line : b)
    if (b.count(line) > a.count(line)) difference += "- " + line + "\n";
  if (difference.empty()) difference = "only the order of lines differs";
  FAIL_CHECK(difference);
}

void live(const PgStory& story, const std::vector<dialects::StepPair>& pairs) {
  PgLive database("dmc_story");
  build(database, story.before);
  if (!story.rows.empty()) database.execute(story.rows);
  database.execute("set search_path = ''");
  const auto before = database.dump();
  const auto rows = database.contents();
  PgRunner runner(database);
  for (std::size_t done = 1; done <= pairs.size(); ++done) {
    CAPTURE(done);
    for (std::size_t i = 0; i < done; ++i) runner.run(pairs[i].forward, false);
    if (done == pairs.size() && !story.after.empty()) {
      PgLive other("dmc_story_after");
      build(other, story.before);
      if (!story.rows.empty()) other.execute(story.rows);
      other.execute("set search_path = public");
      other.execute(story.after);
      compare(database.dump(), other.dump());
    }
    for (std::size_t i = done; i-- > 0;) {
      if (!pairs[i].reverse) continue;
      const bool until = pairs[i].forward.reverse.grade == plan::ReverseClass::exact_until_written;
      runner.run(*pairs[i].reverse, until && story.accept_loss);
    }
    compare(database.dump(), before);
    if (story.same_rows) compare(database.contents(), rows);
  }
  if (story.writes.empty()) return;
  for (const auto& pair : pairs) runner.run(pair.forward, false);
  database.execute(story.writes);
  for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) runner.run(*pair->reverse, true);
  compare(database.dump(), before);
  if (!story.written.empty()) database.execute(story.written);
}

}  // namespace

std::vector<dialects::StepPair> steps_of(const PgStory& story) {
  const change::Change change{story.kind, "d", story.object, "change 3, line 7: as declared", {}, story.declared};
  auto before = story.before;
  before.sort();
  return pg::lower(change, before);
}

void tell(PgStory story) {
  CAPTURE(story.name);
  const auto pairs = steps_of(story);
  const auto text = shown(pairs);
  is_golden(std::string(DMC_SOURCE_DIR) + "/tests/unit/dialects/postgres/" + story.name + ".txt", text);
  if (!PgLive::server()) return;
  static const int there = PgLive("dmc_major").major();
  try {
    if (std::stoi(story.before.oldest_version) > there) return;
    live(story, pairs);
    story.before.oldest_version = std::to_string(there);
    CAPTURE(story.before.oldest_version);
    const auto newer = steps_of(story);
    if (shown(newer) != text) live(story, newer);
  } catch (const std::exception& error) {
    FAIL_CHECK(std::string(error.what()));
  }
}

model::Column column(std::string name, std::string type, bool not_null, std::string default_value) {
  model::Column made;
  made.name = std::move(name);
  made.type = std::move(type);
  made.not_null = not_null;
  if (!default_value.empty()) made.default_value = model::Sql{std::move(default_value)};
  return made;
}

model::Element element(std::string column) {
  model::Element made;
  made.column = std::move(column);
  return made;
}

model::Key key(std::string name, const std::vector<std::string>& columns) {
  model::Key made;
  made.name = std::move(name);
  for (const auto& one : columns) made.elements.push_back(element(one));
  return made;
}

model::Index index(std::string name, const std::vector<std::string>& columns, bool unique) {
  model::Index made;
  made.name = std::move(name);
  made.unique = unique;
  for (const auto& one : columns) made.elements.push_back(element(one));
  return made;
}

model::Table table(std::string name, std::vector<model::Column> columns, const std::string& primary_key) {
  model::Table made;
  made.name = std::move(name);
  made.columns = std::move(columns);
  if (!primary_key.empty()) made.primary_key = key(made.name + "_pkey", {primary_key});
  return made;
}

model::View view(std::string name, std::string query) {
  model::View made;
  made.name = std::move(name);
  made.query = model::Sql{std::move(query)};
  return made;
}

model::Object object(std::string type, std::string name, std::string create, std::string drop) {
  model::Object made;
  made.type = std::move(type);
  made.name = std::move(name);
  made.create = model::Sql{std::move(create)};
  made.drop = model::Sql{std::move(drop)};
  return made;
}

model::Database database(std::vector<model::Table> tables, std::string version) {
  model::Database made;
  made.name = "d";
  made.engine = "postgres";
  made.oldest_version = std::move(version);
  made.tables = std::move(tables);
  return made;
}

}  // namespace dmc::tests
