// PostgreSQL: databases on a server of the rehearsal's own, or on one that was named; copies are made from templates.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "runtime/rehearse/engines.hpp"
#include "runtime/rehearse/literals.hpp"
#include "runtime/rehearse/postgres_cluster.hpp"
#include "runtime/rehearse/postgres_values.hpp"
#include "runtime/rehearse/rehearsal.hpp"
#include "runtime/rehearse/rows.hpp"
#include "runtime/session/postgres_databases.hpp"

namespace dmc::rehearse {

namespace {

namespace fs = std::filesystem;
using session::Value;

std::string text_of(const session::Rows& rows) {
  const auto* text = rows.rows.empty() ? nullptr : std::get_if<std::string>(&rows.rows.front().front());
  return text ? *text : std::string();
}

std::int64_t number_of(const session::Rows& rows) {
  const auto* number = rows.rows.empty() ? nullptr : std::get_if<std::int64_t>(&rows.rows.front().front());
  return number ? *number : 0;
}

/// The names between two places of a grant or a policy: "to app, \"Read Only\"".
std::vector<std::string> listed_names(std::string_view text) {
  std::vector<std::string> names(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"')
      names.back() += text[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      names.emplace_back();
    else if (quoted || c != ' ')
      names.back() += c;
  }
  std::erase_if(names, [](const auto& name) { return name.empty(); });
  return names;
}

/// Roles that an object speaks of: of grants behind the last TO or FROM, of policies behind TO and before their terms.
void add_roles(std::set<std::string>& roles, const model::Object& object) {
  auto text = object.create.text;
  const auto cut = [&](std::string_view word) {
    if (const auto at = text.find(word); at != std::string::npos) text.resize(at);
  };
  const auto take = [&](std::string_view from) {
    const auto at = text.rfind(from);
    if (at == std::string::npos) return false;
    for (auto& name : listed_names(std::string_view(text).substr(at + from.size()))) roles.insert(std::move(name));
    return true;
  };
  if (object.type == "row policy") {
    cut(" using ");
    cut(" with check ");
    take(" to ");
  } else if (object.type == "grant" || object.type == "no grant" || object.type == "revoke" ||
             object.type == "default privileges") {
    cut(" with grant option");
    const auto statements = text;
    if (!take(" to ")) take(" from ");
    const auto role = statements.find("for role "), end = statements.find(' ', role + 9);
    if (role != std::string::npos)
      for (auto& name : listed_names(statements.substr(role + 9, end - role - 9))) roles.insert(std::move(name));
  }
}

class Postgres : public Engine {
 public:
  explicit Postgres(const Yard& yard) : yard_(yard), connector_(session::connector()) {
    if (yard.server) {
      server_ = *yard.server;
    } else {
      cluster_ = std::make_unique<PostgresCluster>(yard);
      server_ = cluster_->at("postgres");
    }
    admin_ = connector_->open(server_, session::Missing::refuse, session::Access::write);
    // The same plan, rehearsed twice at once on one server, meets nobody.
    mark_ = yard.folder.filename().string();
    std::replace_if(
        mark_.begin(), mark_.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
    if (!yard.server) mark_.clear();
  }

  ~Postgres() override {
    if (cluster_ || yard_.keep) return;
    for (const auto& name : made_) try {
        session::settle_postgres(*admin_, {name});
        admin_->execute("drop database if exists " + sql_name(name));
      } catch (const session::SessionError&) {
        // The server is gone, and so is what we could do for it.
      }
  }

  bool on_servers() const override { return true; }

  session::Url place(const fs::path& folder, const std::string& name) const override {
    auto database = (mark_.empty() ? "" : mark_ + "_") + folder.filename().string() + "_" + name;
    constexpr std::size_t longest = 63;
    if (database.size() > longest) database.resize(longest);
    if (number_of(admin_->query("select count(*) from pg_catalog.pg_database where datname = $1",
                                std::vector<Value>{database})) == 0) {
      admin_->execute("create database " + sql_name(database) + " template template0 encoding 'UTF8'" +
                      (cluster_ ? "" : " lc_collate 'C' lc_ctype 'C'"));
      made_.push_back(database);
    }
    return at(database);
  }

  void furnish(const std::vector<model::Database>& databases) const override {
    std::set<std::string> roles;
    for (const auto& database : databases)
      for (const auto& object : database.objects) {
        if (object.type == "extension") check_extension(object);
        add_roles(roles, object);
      }
    if (!cluster_) return;  // on somebody's server we make no roles
    for (const auto& role : roles) {
      if (role == "public" || role == "current_user" || role == "session_user" || role == "current_role") continue;
      if (number_of(admin_->query("select count(*) from pg_catalog.pg_roles where rolname = $1",
                                  std::vector<Value>{role})) == 0)
        admin_->execute("create role " + sql_name(role));
    }
  }

  void copy(const session::Url& from, const session::Url& to) const override {
    const auto source = name_of(from), target = name_of(to);
    session::settle_postgres(*admin_, {source, target});
    admin_->execute("drop database if exists " + sql_name(target));
    admin_->execute("create database " + sql_name(target) + " template " + sql_name(source));
  }

  std::string build(session::Session& session) const override { return text_of(session.query("select version()")); }
  std::vector<std::string> naming() const override { return {"set search_path = public"}; }
  std::vector<std::string> filling() const override { return {"set synchronous_commit = off"}; }
  std::vector<std::string> references(bool asked) const override {
    // Who is no superuser leaves them on, and rows that refer ahead are refused.
    return {fmt::format(
        "select pg_catalog.set_config('session_replication_role', '{}', false) from pg_catalog.pg_roles where "
        "rolname = current_user and rolsuper",
        asked ? "origin" : "replica")};
  }
  bool draws(const model::Column& column) const override { return !column.identity; }
  std::string hole(std::size_t number, const model::Column&) const override { return "$" + std::to_string(number); }
  std::string_view overriding() const override { return " overriding system value"; }

  std::string attempt(session::Session& session, const std::function<std::string()>& row) const override {
    session.transaction(session::Transaction::begin);
    try {
      auto reason = row();
      // What is checked late is checked now.
      session.transaction(reason.empty() ? session::Transaction::commit : session::Transaction::rollback);
      return reason;
    } catch (const session::SessionError&) {
      session.transaction(session::Transaction::rollback);
      throw;
    }
  }

  Pool pool(const model::Database& database, const model::Table&, const model::Column& column,
            const std::vector<Value>& literals) const override {
    auto pool = postgres_pool(database, column.name, column.type, literals);
    // Keys that are promised stay away from those that the engine counts.
    constexpr std::int64_t far = 20'000;
    if (column.identity)
      pool.any = [](std::uint64_t n) -> Value { return far + static_cast<std::int64_t>(n % 10'000); };
    return pool;
  }

  std::vector<std::string> blamed(const std::string& message, const model::Table& table) const override {
    // Behind the server's words stands the statement, which names every column.
    const auto words = message.substr(0, message.find(": insert into"));
    const auto between = [&](std::string_view before) -> std::optional<std::string> {
      const auto at = words.find(before);
      if (at == std::string::npos) return std::nullopt;
      const auto begin = at + before.size(), end = words.find('"', begin);
      return words.substr(begin, end - begin);
    };
    if (const auto column = between("null value in column \"")) return {*column};
    if (const auto name = between("check constraint \"")) {
      for (const auto& check : table.checks)
        if (check.name == *name) return named_in(check.expression.text, table);
      return of_type(between("value for domain "), table);
    }
    if (const auto name = between("foreign key constraint \""))
      for (const auto& key : table.foreign_keys)
        if (key.name == *name) return key.columns;
    for (const char* what : {"unique constraint \"", "exclusion constraint \""})
      if (const auto name = between(what)) return of_key(*name, table);
    if (words.find("no partition of relation") != std::string::npos && table.partitioned)
      return named_in(table.partitioned->by.text, table);
    for (const char* what : {"for type ", "for enum "})
      if (const auto at = words.find(what); at != std::string::npos) return of_type(words.substr(at + 9), table);
    return {};
  }

  /// Without the server's own triggers for references, which a circle had to do without.
  std::int64_t drop_orphans(session::Session& session) const override {
    const auto statements = session.query(
        R"(select pg_catalog.format('delete from %s c where %s and not exists (select 1 from %s p where %s)',
    k.conrelid::pg_catalog.regclass, pg_catalog.string_agg(pg_catalog.format('c.%I is not null', a.attname), ' and '),
    k.confrelid::pg_catalog.regclass, pg_catalog.string_agg(pg_catalog.format('p.%I = c.%I', b.attname, a.attname), ' and '))
  from pg_catalog.pg_constraint k cross join lateral unnest(k.conkey, k.confkey) u (here, there)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.here
    join pg_catalog.pg_attribute b on b.attrelid = k.confrelid and b.attnum = u.there
  where k.contype = 'f' and k.conparentid = 0 group by k.oid, k.conrelid, k.confrelid order by k.conrelid, k.oid)");
    std::int64_t gone = 0;
    bool found = false;
    for (const auto& row : statements.rows) {
      auto count = std::get<std::string>(row.front());
      count.replace(0, std::string_view("delete from").size(), "select count(*) from");
      found = found || number_of(session.query(count)) > 0;
    }
    if (!found) return 0;
    for (const auto& statement : references(false)) session.execute(statement);
    for (bool again = true; again;) {
      again = false;
      for (const auto& row : statements.rows) {
        const auto count = session.execute(std::get<std::string>(row.front()));
        gone += count;
        again = again || count > 0;
      }
    }
    for (const auto& statement : references(true)) session.execute(statement);
    return gone;
  }

  std::string table_name(const std::string& path) const override {
    const auto dot = path.find('.');
    return dot == std::string::npos ? sql_name(path)
                                    : sql_name(path.substr(0, dot)) + "." + sql_name(path.substr(dot + 1));
  }

  std::string running() const override { return cluster_ ? cluster_->stop_command() : std::string(); }

 private:
  session::Url at(const std::string& database) const { return session::postgres_database_on(server_, database); }

  std::string name_of(const session::Url& url) const {
    for (const auto& name : made_)
      if (at(name) == url) return name;
    throw session::SessionError("the rehearsal made no such database");
  }

  void check_extension(const model::Object& object) const {
    const auto name = object.provides();
    if (number_of(admin_->query("select count(*) from pg_catalog.pg_available_extensions where name = $1",
                                std::vector<Value>{name})) == 0)
      throw Ended{executor::exit_code::refused,
                  fmt::format("the server of the rehearsal has no extension '{}', which the database needs; install it "
                              "beside that server, or name a server that has it (--on NAME=URL)",
                              name),
                  {},
                  "E0833"};
  }

  static std::vector<std::string> of_key(const std::string& name, const model::Table& table) {
    std::vector<std::string> columns;
    const auto add = [&](const auto& elements) {
      for (const auto& element : elements) {
        if (element.column) columns.push_back(*element.column);
        if (element.expression)
          for (auto& column : named_in(element.expression->text, table)) columns.push_back(std::move(column));
      }
    };
    if (table.primary_key && table.primary_key->name == name) add(table.primary_key->elements);
    for (const auto& key : table.uniques)
      if (key.name == name) add(key.elements);
    for (const auto& index : table.indexes)
      if (index.name == name) add(index.elements);
    for (const auto& exclusion : table.exclusions)
      if (exclusion.name == name) add(exclusion.elements);
    return columns;
  }

  /// Columns whose type the words begin with.
  static std::vector<std::string> of_type(const std::optional<std::string>& words, const model::Table& table) {
    std::vector<std::string> columns;
    for (const auto& column : table.columns)
      if (words && words->starts_with(column.type.substr(0, column.type.find('[')))) columns.push_back(column.name);
    return columns;
  }

  Yard yard_;
  std::unique_ptr<session::Connector> connector_;
  std::unique_ptr<PostgresCluster> cluster_;  ///< none on somebody's server
  session::Url server_;
  std::unique_ptr<session::Session> admin_;
  std::string mark_;
  mutable std::vector<std::string> made_;
};

}  // namespace

std::unique_ptr<Engine> make_postgres_engine(const Yard& yard) { return std::make_unique<Postgres>(yard); }

}  // namespace dmc::rehearse
