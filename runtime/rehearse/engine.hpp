// What a rehearsal must know of one engine: where a database can be thrown away, which values a type has, what its
// complaints mean.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/model/database.hpp"
#include "runtime/session/session.hpp"
#include "runtime/session/url.hpp"

namespace dmc::rehearse {

/// Values that a column of a type may have, before any constraint is asked.
struct Pool {
  std::vector<session::Value> plain;                 ///< such as everybody has
  std::vector<session::Value> edges;                 ///< the empty, the huge, the negative, the foreign
  std::vector<session::Value> said;                  ///< out of the constraints' own texts
  std::function<session::Value(std::uint64_t)> any;  ///< for every number another value
};

/// Where an engine that needs a server finds one.
struct Yard {
  std::filesystem::path folder;                 ///< ours alone, for a server of our own
  std::vector<std::filesystem::path> binaries;  ///< folders to look for one in, before the usual ones
  bool binaries_only = false;                   ///< and in no others
  std::optional<session::Url> server = {};      ///< one that is there already, by any of its databases
  bool keep = false;                            ///< what was made stays behind
};

/// It makes the databases of one rehearsal; what it had to start for that ends with it.
class Engine {
 public:
  virtual ~Engine() = default;
  /// The address of a database called `name` in a folder of ours. Throws Ended where there can be none.
  virtual session::Url place(const std::filesystem::path& folder, const std::string& name) const = 0;
  /// Whether `--on` names a server to make databases on, and not the place of one database.
  virtual bool on_servers() const { return false; }
  /// What databases need besides themselves: roles, extensions. Throws Ended where it cannot be had.
  virtual void furnish(const std::vector<model::Database>&) const {}
  /// What a rehearsal on one server passes over of them, once they are furnished: "replicas", and a sentence.
  virtual std::vector<std::pair<std::string, std::string>> passed_over() const { return {}; }
  /// A session that carries out a plan for several hosts on the one that there is.
  virtual std::unique_ptr<session::Session> alone(std::unique_ptr<session::Session> session) const { return session; }
  /// Makes `to` what `from` is; it stays the same target. No session is open on either.
  virtual void copy(const session::Url& from, const session::Url& to) const = 0;
  /// What this build of the engine calls itself.
  virtual std::string build(session::Session& session) const = 0;
  /// Statements behind which the bare name of a table in the default schema means it.
  virtual std::vector<std::string> naming() const { return {}; }
  /// For the session that fills: nothing need be durable.
  virtual std::vector<std::string> filling() const = 0;
  /// Behind the first, references are not asked before everything is there; behind the second they are again.
  virtual std::vector<std::string> references(bool /*asked*/) const { return {}; }
  /// Whether rows say a value for it; else the engine counts.
  virtual bool draws(const model::Column&) const { return true; }
  /// The parameter of that number, from 1, as statements write it that give the column a value.
  virtual std::string hole(std::size_t /*number*/, const model::Column& /*column*/) const { return "?"; }
  /// What stands before VALUES, so that a promised key is taken.
  virtual std::string_view overriding() const { return ""; }
  /// Whether an insert tells how many rows it brought; else it brought its row when it was not refused.
  virtual bool counts() const { return true; }
  /// Keeps what `row` does when it answers nothing; else, and when it throws, nothing of it stays. Answers why.
  virtual std::string attempt(session::Session& session, const std::function<std::string()>& row) const = 0;
  /// `literals`: what the texts around the column say.
  virtual Pool pool(const model::Database& database, const model::Table& table, const model::Column& column,
                    const std::vector<session::Value>& literals) const = 0;
  /// The columns that a refused insert complains of; empty when nobody knows.
  virtual std::vector<std::string> blamed(const std::string& message, const model::Table& table) const = 0;
  /// Takes away rows whose references point nowhere, and what points at them; answers how many.
  virtual std::int64_t drop_orphans(session::Session& session) const = 0;
  /// A table by its path, as statements behind `naming` call it.
  virtual std::string table_name(const std::string& path) const;
  /// The command that ends what goes on running for databases that are kept; empty: nothing does.
  virtual std::string running() const { return {}; }
};

/// Null for an engine that nothing can be rehearsed on.
std::unique_ptr<Engine> engine_of(std::string_view name, const Yard& yard = {});

/// The columns of a table that a text names, and those of an index.
std::vector<std::string> named_in(const std::string& sql, const model::Table& table);
std::vector<std::string> named_in(const model::Index& index, const model::Table& table);

}  // namespace dmc::rehearse
