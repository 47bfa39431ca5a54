// What a rehearsal must know of one engine: where a database can be thrown away, which values a type has, what its
// complaints mean.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
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

class Engine {
 public:
  virtual ~Engine() = default;
  /// The address of a database called `name` in a folder of ours.
  virtual session::Url place(const std::filesystem::path& folder, const std::string& name) const = 0;
  /// Makes `to` what `from` is; it stays the same target. No session is open on either.
  virtual void copy(const session::Url& from, const session::Url& to) const = 0;
  /// What this build of the engine calls itself.
  virtual std::string build(session::Session& session) const = 0;
  /// For the session that fills: references are not asked before everything is there, and nothing need be durable.
  virtual std::vector<std::string> filling() const = 0;
  /// `literals`: what the texts around the column say.
  virtual Pool pool(const model::Table& table, const model::Column& column,
                    const std::vector<session::Value>& literals) const = 0;
  /// The columns that a refused insert complains of; empty when nobody knows.
  virtual std::vector<std::string> blamed(const std::string& message, const model::Table& table) const = 0;
  /// Takes away rows whose references point nowhere, and what points at them; answers how many.
  virtual std::int64_t drop_orphans(session::Session& session) const = 0;
};

/// Null for an engine that nothing can be rehearsed on.
const Engine* engine_of(std::string_view name);

}  // namespace dmc::rehearse
