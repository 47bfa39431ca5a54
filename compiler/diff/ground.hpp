// What one diff works on: for each database what was, what should be and its dialect, and how places and names are
// shown.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diff/diff.hpp"
#include "compiler/diff/state.hpp"

namespace dmc::diff {

/// One database that both sides have; one that is new has an empty base.
struct Site {
  const model::Database* base = nullptr;
  model::Database* desired = nullptr;
  const dialects::Dialect* dialect = nullptr;
};

class Ground {
 public:
  Ground(const std::vector<model::Database>& base, std::vector<model::Database>& desired, const model::Intent& intent,
         const dialects::Dialects& dialects, const grammar::Sources& sources, grammar::Diagnostics& diagnostics);

  const std::vector<Site>& sites() const { return sites_; }     ///< by name
  const std::vector<State>& wanted() const { return wanted_; }  ///< the desired state, site by site
  const model::Intent& intent() const { return intent_; }
  grammar::Diagnostics& diagnostics() const { return diagnostics_; }
  std::vector<State> before() const;  ///< every site as its base is
  std::optional<std::size_t> site(std::string_view database) const;

  /// `users.nickname` for people, with the database in front when there are several.
  std::string shown(std::size_t site, std::string_view path, std::string_view member = {}) const;
  /// The same as a statement has to write it.
  std::string written(std::size_t site, std::string_view path, std::string_view member = {}) const;
  /// The same of a name that is no path, whatever stands in it: that of an object declared whole.
  std::string written_whole(std::size_t site, std::string_view name) const;
  /// "schema/shop.mig:12: table users"; where a pattern was used, the place of its use.
  std::string place(const model::Origin& origin, std::string_view what) const;
  /// "change 7, line 4: rename table people to users"
  std::string words(const model::Statement& statement) const;
  /// "catalog 6": what the base is called.
  std::string base_name() const;
  /// "declare it in change 7:  drop column users.nickname with backup;"
  std::string declare(std::string_view statement) const;

 private:
  const model::Intent& intent_;
  const grammar::Sources& sources_;
  grammar::Diagnostics& diagnostics_;
  std::deque<model::Database> empty_;  ///< bases of new databases
  std::vector<Site> sites_;
  std::vector<State> wanted_;
};

}  // namespace dmc::diff
