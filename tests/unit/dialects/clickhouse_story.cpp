// Tells a change as steps, and lives it on servers.
#include "tests/unit/dialects/clickhouse_story.hpp"

#include <algorithm>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/lower.hpp"
#include "runtime/session/target.hpp"
#include "tests/support/clickhouse_server.hpp"
#include "tests/unit/dialects/clickhouse_runner.hpp"
#include "tests/unit/dialects/step_words.hpp"

namespace dmc::tests {

namespace {

namespace dialect = dialects::clickhouse;

ClickhouseServer* server_of(const std::string& version) {
  return version == "18.16" ? clickhouse_or_skip(ClickhouseServer::Kind::debian, "steps on ClickHouse 18.16")
                            : clickhouse_or_skip(ClickhouseServer::Kind::chdb, "steps on ClickHouse of a library");
}

std::string text_of(const session::Rows& rows) {
  std::string out;
  for (const auto& row : rows.rows) {
    for (const auto& value : row) {
      const auto* text = std::get_if<std::string>(&value);
      const auto* number = std::get_if<std::int64_t>(&value);
      out += (text ? *text : number ? std::to_string(*number) : "?") + "|";
    }
    out += "\n";
  }
  return out;
}

/// A database of its own, gone and there again for each round.
class Live {
 public:
  explicit Live(ClickhouseServer& server) {
    const auto session = open(server, "default");
    session->execute("drop database if exists dmc_story", {});
    session->execute("create database dmc_story", {});
    session_ = open(server, "dmc_story");
  }
  session::Session& session() { return *session_; }

  void build(const ChStory& story) {
    for (const auto& table : story.before.tables) session_->execute(dialect::create_table(table), {});
    for (const auto& view : story.before.views) session_->execute(dialect::create_view(view), {});
    for (const auto& object : story.before.objects) session_->execute(object.create.text, {});
    for (const auto& statement : story.rows) session_->execute(statement, {});
  }

  /// What is there by itself, whatever order it came in.
  std::string dump() {
    const std::string ours = " and name not like '\\\\_dmc\\\\_%' and name not like '.inner%'";
    auto out =
        text_of(session_->query("select name, engine, sorting_key, partition_key, primary_key, sampling_key, "
                                "if(engine in ('View', 'MaterializedView'), create_table_query, '') from "
                                "system.tables where database = currentDatabase()" +
                                ours + " order by name"));
    out +=
        text_of(session_->query("select table, name, type, default_kind, default_expression, comment from "
                                "system.columns where database = currentDatabase() and table not like "
                                "'\\\\_dmc\\\\_%' and table not like '.inner%'" +
                                ours + " order by table, name"));
    // And in which order columns stand.
    out +=
        text_of(session_->query("select table, arrayStringConcat(groupArray(name), ' ') from (select table, name from "
                                "system.columns where database = currentDatabase() and table not like "
                                "'\\\\_dmc\\\\_%' and table not like '.inner%'" +
                                ours + ") group by table order by table"));
    return out;
  }

  std::string contents(const ChStory& story) {
    std::string out;
    for (const auto& table : story.before.tables) {
      std::vector<std::string> names;
      for (const auto& column : table.columns)
        if (!column.ephemeral && !column.generated) names.push_back(column.name);
      std::ranges::sort(names);
      const auto list = dialect::quoted_list(names);
      out += table.name + ":\n" +
             text_of(session_->query("select " + list + " from " + dialect::quoted(table.name) + " order by " + list));
    }
    return out;
  }

 private:
  static std::unique_ptr<session::Session> open(ClickhouseServer& server, const std::string& database) {
    return session::connector()->open(server.at(database), session::Missing::refuse, session::Access::write);
  }
  std::unique_ptr<session::Session> session_;
};

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
  if (!difference.empty()) FAIL_CHECK(difference);
}

void live(const ChStory& story, ClickhouseServer& server, const std::vector<dialects::StepPair>& pairs) {
  for (std::size_t done = 1; done <= pairs.size(); ++done) {
    CAPTURE(done);
    Live database(server);
    database.build(story);
    const auto before = database.dump();
    const auto rows = database.contents(story);
    ChRunner runner(database.session());
    for (std::size_t i = 0; i < done; ++i) runner.run(pairs[i].forward);
    if (done == pairs.size())
      for (const auto& question : story.holds) {
        CAPTURE(question);
        CHECK(text_of(database.session().query(question)) == "1|\n");
      }
    for (std::size_t i = done; i-- > 0;) {
      REQUIRE(pairs[i].reverse);
      const bool until = pairs[i].forward.reverse.grade == plan::ReverseClass::exact_until_written;
      runner.run(*pairs[i].reverse, until && story.accept_loss);
    }
    compare(database.dump(), before);
    if (story.same_rows) compare(database.contents(story), rows);
  }
}

}  // namespace

std::vector<dialects::StepPair> steps_of(const ChStory& story, const std::string& version) {
  const change::Change change{story.kind, "d", story.object, "change 3, line 7: as declared", {}, story.declared};
  auto before = story.before;
  before.oldest_version = version;
  before.sort();
  return dialect::lower(change, before);
}

void tell(ChStory story) {
  CAPTURE(story.name);
  bool first = true;
  for (const auto& version : story.versions) {
    CAPTURE(version);
    const auto pairs = steps_of(story, version);
    const auto path = std::string(DMC_SOURCE_DIR) + "/tests/unit/dialects/clickhouse/" + story.name +
                      (first ? "" : "_" + version.substr(0, version.find('.'))) + ".txt";
    first = false;
    is_golden(path, shown(pairs, true));
    const auto lived = version == "18.16" ? version : chdb_version();
    auto* server = story.is_lived ? server_of(lived) : nullptr;
    if (!server) continue;
    try {
      live(story, *server, steps_of(story, lived));
    } catch (const std::exception& error) {
      FAIL_CHECK(std::string(error.what()));
    }
  }
}

namespace ch {

model::Column column(std::string name, std::string type, std::string default_value) {
  model::Column made;
  made.name = std::move(name);
  made.type = std::move(type);
  made.not_null = true;
  if (!default_value.empty()) made.default_value = model::Sql{std::move(default_value)};
  return made;
}

model::Table table(std::string name, std::vector<model::Column> columns, std::string order_by,
                   std::string partition_by) {
  model::Table made;
  made.name = std::move(name);
  made.columns = std::move(columns);
  model::Storage storage;
  storage.engine = "MergeTree";
  storage.order_by = model::Sql{std::move(order_by)};
  storage.partition_by = model::Sql{std::move(partition_by)};
  made.storage = std::move(storage);
  return made;
}

model::View view(std::string name, std::string query, std::string to) {
  model::View made;
  made.name = std::move(name);
  made.query = model::Sql{std::move(query)};
  made.materialized = !to.empty();
  made.to = std::move(to);
  return made;
}

model::Database database(std::vector<model::Table> tables, std::vector<model::View> views) {
  model::Database made;
  made.name = "d";
  made.engine = "clickhouse";
  made.tables = std::move(tables);
  made.views = std::move(views);
  return made;
}

}  // namespace ch

}  // namespace dmc::tests
