// Generated rows that respect what a model declares; the engine itself judges every one of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/plan/query_check.hpp"
#include "runtime/rehearse/engine.hpp"
#include "runtime/session/session.hpp"

namespace dmc::rehearse {

struct Wish {
  std::string seed;                      ///< the same rows for the same seed
  std::int64_t rows = 20;                ///< for each table, where its constraints leave room for so many
  bool plain = false;                    ///< ordinary values only: no null, nothing empty, negative, huge or odd
  std::vector<plan::QueryCheck> judges;  ///< must hold after every row too
  std::vector<std::string> texts;        ///< more SQL about these tables, to draw values from
  std::map<std::string, std::map<std::string, std::string>> types;  ///< by table and column: draw for this type instead
  std::set<std::string> empty;                                      ///< tables that get no row
};

struct Filled {
  std::string table;
  std::int64_t rows = 0;
  std::int64_t wanted = 0;
  std::string refusal;  ///< the last reason why a row was not taken; empty when every one was
};

/// Fills every table that is empty. `session` is left with the engine's settings for filling.
std::vector<Filled> fill(session::Session& session, const model::Database& database, const Engine& engine,
                         const Wish& wish);

}  // namespace dmc::rehearse
