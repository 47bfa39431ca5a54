// ClickHouse: databases on a server of the rehearsal's own, or on one that was named; without a server, folders of the
// engine in a library.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/version.hpp"
#include "runtime/rehearse/clickhouse_alone.hpp"
#include "runtime/rehearse/clickhouse_copy.hpp"
#include "runtime/rehearse/clickhouse_server.hpp"
#include "runtime/rehearse/clickhouse_values.hpp"
#include "runtime/rehearse/engines.hpp"
#include "runtime/rehearse/rehearsal.hpp"
#include "runtime/rehearse/rows.hpp"
#include "runtime/session/clickhouse_literals.hpp"

namespace dmc::rehearse {

namespace {

namespace fs = std::filesystem;
using dialects::version_of;
using session::Value;

constexpr std::string_view embedded = "chdb:";

std::string text_of(const session::Rows& rows) {
  return rows.rows.empty() ? std::string() : text_at(rows.rows.front(), 0);
}

/// A word that needs no quotes, whatever the name is.
std::string plain_name(std::string_view name) {
  std::string text;
  for (const char c : name)
    text += std::isalnum(static_cast<unsigned char>(c)) || c == '_'
                ? std::string(1, c)
                : fmt::format("_{:02x}", static_cast<unsigned char>(c));
  return text;
}

/// The same server with another database: "clickhouse://user@host:8123/shop?timeout=30".
session::Url database_on(const session::Url& server, const std::string& database) {
  const auto& text = server.location;
  const auto slashes = text.find("//");
  const auto begin = slashes == std::string::npos ? 0 : slashes + 2;
  const auto authority = std::min(text.find_first_of("/?", begin), text.size());
  const auto question = text.find('?', authority);
  return {server.engine,
          text.substr(0, authority) + "/" + database + (question == std::string::npos ? "" : text.substr(question))};
}

Ended refused(std::string text, std::string code = {}) {
  return {executor::exit_code::refused, std::move(text), {}, std::move(code)};
}

/// The columns between the brackets of "CollapsingMergeTree(sign)".
std::vector<std::string> arguments_of(const std::string& engine) {
  std::vector<std::string> names;
  const auto open = engine.find('(');
  std::string name;
  for (std::size_t at = open; open != std::string::npos && ++at < engine.size();) {
    const char c = engine[at];
    if (c == ',' || c == ')')
      names.push_back(std::exchange(name, {}));
    else if (c != ' ' && c != '`')
      name += c;
  }
  return names;
}

class Clickhouse : public Engine {
 public:
  explicit Clickhouse(const Yard& yard) : yard_(yard), connector_(session::connector()) {
    if (yard.server) {
      if (yard.server->location.starts_with(embedded))
        throw refused(
            "a folder of an embedded ClickHouse is no server to make throw-away databases on; leave --on away, "
            "or name a server");
      server_ = *yard.server;
    } else if (auto program = clickhouse_program(yard); !program.empty()) {
      own_ = std::make_unique<PrivateClickhouse>(yard, std::move(program));
      server_ = own_->at("default");
    } else {
      look_for_library();
      return;
    }
    admin_ = connector_->open(server_, session::Missing::refuse, session::Access::write);
    version_ = text_of(admin_->query("select version()"));
  }

  ~Clickhouse() override {
    if (own_ || yard_.keep) return;
    for (const auto& name : made_) try {
        admin_->execute("drop database if exists " + sql_name(name));
      } catch (const session::SessionError&) {
        // The server is gone, and so is what we could do for it.
      }
  }

  bool on_servers() const override { return true; }

  /// A word in the name is of this rehearsal alone: the same plan, rehearsed twice at once on one server, meets nobody.
  session::Url place(const fs::path& folder, const std::string& name) const override {
    if (!admin_) return {"clickhouse", std::string(embedded) + (folder / plain_name(name)).string()};
    const auto database = plain_name(yard_.folder.filename().string() + "_" + folder.filename().string() + "_" + name);
    if (std::find(made_.begin(), made_.end(), database) == made_.end()) {
      admin_->execute("create database " + sql_name(database));
      made_.push_back(database);
    }
    return database_on(server_, database);
  }

  void furnish(const std::vector<model::Database>& databases) const override {
    for (const auto& database : databases) {
      if (version_of(version_) < version_of(database.oldest_version))
        throw refused(
            fmt::format("database '{}' is declared for ClickHouse {} and newer, and the server of the rehearsal "
                        "is {}; install a newer one, name the folder of its programs in DMC_CLICKHOUSE_BIN, or "
                        "name a server to make throw-away databases on (--on NAME=URL)",
                        database.name, database.oldest_version, version_),
            "E0830");
      for (const auto& table : database.tables) {
        if (table.storage && table.storage->engine.starts_with("Replicated")) replicated_.insert(table.path());
        if (table.storage && table.storage->engine.starts_with("Distributed")) distributed_.insert(table.path());
        if (!table.cluster.empty()) on_cluster_ = true;
      }
      for (const auto& view : database.views) {
        if (!view.cluster.empty()) on_cluster_ = true;
        if (view.storage && view.storage->engine.starts_with("Replicated"))
          throw refused(
              fmt::format("view {} holds its rows in a Replicated table of its own; nothing can be rehearsed "
                          "with it yet: let it write to a table (`to`)",
                          view.path()));
      }
      for (const auto& object : database.objects)
        if (object.type != "dictionary")
          throw refused(
              fmt::format("{} belongs to a whole server and not to a database, and a rehearsal makes several "
                          "databases on one; nothing can be rehearsed with it yet",
                          object.label()));
    }
  }

  std::vector<std::pair<std::string, std::string>> passed_over() const override {
    std::vector<std::pair<std::string, std::string>> claims;
    if (!replicated_.empty())
      claims.emplace_back("replicas",
                          fmt::format("that {} {} Replicated: here each was the plain table of one host, without "
                                      "ZooKeeper, so that nothing was seen of replicas, of what they bring one another "
                                      "and of a host that is away",
                                      fmt::join(replicated_, ", "), replicated_.size() == 1 ? "is" : "are"));
    if (!distributed_.empty())
      claims.emplace_back("shards",
                          fmt::format("what {} {} of other shards: here only the table of the one host was "
                                      "read, and nothing written through",
                                      fmt::join(distributed_, ", "), distributed_.size() == 1 ? "reads" : "read"));
    if (on_cluster_)
      claims.emplace_back("cluster", "whether servers know the cluster, and its hosts are those of a run");
    return claims;
  }

  std::unique_ptr<session::Session> alone(std::unique_ptr<session::Session> session) const override {
    return alone_on_clickhouse(std::move(session));
  }

  void copy(const session::Url& from, const session::Url& to) const override {
    if (admin_) return copy_clickhouse_database(*admin_, name_of(from), name_of(to));
    // Nobody has a folder open, so that the engine writes nothing meanwhile.
    const fs::path source = from.location.substr(embedded.size()), target = to.location.substr(embedded.size());
    std::error_code problem;
    fs::remove_all(target, problem);
    fs::copy(source, target, fs::copy_options::recursive | fs::copy_options::copy_symlinks, problem);
    if (problem) throw session::SessionError("the rehearsal's database cannot be copied: " + problem.message());
  }

  std::string build(session::Session& session) const override {
    std::string text;
    for (const auto& row : session
                               .query("select value from system.build_options where name in ('VERSION_FULL', "
                                      "'GIT_HASH', 'BUILD_TYPE') order by name desc")
                               .rows)
      text += (text.empty() ? "" : " ") + text_at(row, 0);
    return text;
  }

  std::vector<std::string> filling() const override { return {}; }
  bool draws(const model::Column& column) const override {
    return clickhouse_pool(column.name, column.type, {}).has_value();
  }
  /// No text can be cast to a map, which every server that has maps reads as it stands.
  std::string hole(std::size_t, const model::Column& column) const override {
    return column.type.find("Map(") != std::string::npos ? "?" : "cast(? as " + column.type + ")";
  }
  /// Older servers tell no number.
  bool counts() const override { return false; }

  std::string attempt(session::Session& session, const std::function<std::string()>& row) const override {
    const auto before = parts_in(session);
    auto reason = row();
    if (!reason.empty()) take_back(session, before);
    return reason;
  }

  Pool pool(const model::Database&, const model::Table& table, const model::Column& column,
            const std::vector<Value>& literals) const override {
    if (auto pool = marks(table, column)) return std::move(*pool);
    if (auto pool = clickhouse_pool(column.name, column.type, literals)) return std::move(*pool);
    return {{}, {}, {}, [](std::uint64_t) -> Value { return nullptr; }};
  }

  std::vector<std::string> blamed(const std::string& message, const model::Table& table) const override {
    for (const auto& check : table.checks)
      if (message.find("`" + check.name + "`") != std::string::npos) return named_in(check.expression.text, table);
    return {};
  }

  /// There are no references. What the engines would collapse or drop some day they do now: later merges then change
  /// no row, and two databases with the same rows stay the same.
  std::int64_t drop_orphans(session::Session& session) const override {
    for (const auto& row : session
                               .query("select name, engine from system.tables where database = currentDatabase() and "
                                      "not startsWith(name, '_dmc_') order by name")
                               .rows)
      if (keeps_parts(text_at(row, 1))) session.execute("optimize table " + sql_name(text_at(row, 0)) + " final");
    return 0;
  }

  std::string running() const override { return own_ ? own_->stop_command() : std::string(); }

 private:
  using Parts = std::map<std::pair<std::string, std::string>, std::set<std::string>>;  ///< by table and partition

  void look_for_library() {
    const auto folder = yard_.folder / "probe";
    try {
      const auto session = connector_->open({"clickhouse", std::string(embedded) + folder.string()},
                                            session::Missing::create, session::Access::write);
      version_ = text_of(session->query("select version()"));
    } catch (const session::SessionError& error) {
      throw refused(
          "a rehearsal on ClickHouse starts a server of its own, and there is none here: no clickhouse-server in PATH, "
          "/usr/sbin or /usr/bin; install one (Debian: apt-get install clickhouse-server), name the folder of its "
          "programs in DMC_CLICKHOUSE_BIN, or name a server to make throw-away databases on (--on NAME=URL). Without a "
          "server the embedded one serves: " +
              std::string(error.what()),
          "E0830");
    }
  }

  std::string name_of(const session::Url& url) const {
    for (const auto& name : made_)
      if (database_on(server_, name) == url) return name;
    throw session::SessionError("the rehearsal made no such database");
  }

  /// Columns that an engine reads itself: which of two rows goes.
  static std::optional<Pool> marks(const model::Table& table, const model::Column& column) {
    if (!table.storage) return std::nullopt;
    const auto& engine = table.storage->engine;
    const auto names = arguments_of(engine);
    const auto is_named = [&](std::size_t at) { return at < names.size() && names[at] == column.name; };
    const auto either = [](std::int64_t one, std::int64_t other) {
      return Pool{{one, other}, {}, {}, [one, other](std::uint64_t n) -> Value { return n % 2 == 0 ? one : other; }};
    };
    if ((engine.starts_with("Collapsing") || engine.starts_with("VersionedCollapsing")) && is_named(0))
      return either(1, -1);
    if (engine.starts_with("Replacing") && is_named(1)) return either(0, 1);
    return std::nullopt;
  }

  static Parts parts_in(session::Session& session) {
    Parts parts;
    const auto found = session.query(
        "select table, partition_id, name from system.parts where active and database = currentDatabase()");
    for (const auto& row : found.rows) parts[{text_at(row, 0), text_at(row, 1)}].insert(text_at(row, 2));
    return parts;
  }

  /// There are no transactions: the partitions that got a part are emptied, and get back what they had. Where a merge
  /// came in between, the row stays.
  static void take_back(session::Session& session, const Parts& before) {
    for (const auto& [where, parts] : parts_in(session)) {
      const auto found = before.find(where);
      const auto& old = found == before.end() ? std::set<std::string>() : found->second;
      if (parts == old || !std::includes(parts.begin(), parts.end(), old.begin(), old.end())) continue;
      const auto alter = "alter table " + sql_name(where.first);
      session.execute(alter + " detach partition id " + session::clickhouse_text(where.second));
      for (const auto& part : old) session.execute(alter + " attach part " + session::clickhouse_text(part));
    }
  }

  Yard yard_;
  std::unique_ptr<session::Connector> connector_;
  std::unique_ptr<PrivateClickhouse> own_;  ///< none on somebody's server, nor without one
  session::Url server_;
  std::unique_ptr<session::Session> admin_;  ///< none without a server
  std::string version_;
  mutable std::set<std::string> replicated_, distributed_;  ///< tables
  mutable bool on_cluster_ = false;
  mutable std::vector<std::string> made_;
};

}  // namespace

std::unique_ptr<Engine> make_clickhouse_engine(const Yard& yard) { return std::make_unique<Clickhouse>(yard); }

}  // namespace dmc::rehearse
