// What keeps an object from being dropped, as an engine can tell it that holds objects by what they name.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::dialects {

/// What keeps an object from being dropped for as long as it is there.
struct Holder {
  std::string kind;    ///< the word of a statement: "view", "trigger", "object", "column", "constraint", "index"
  std::string path;    ///< of it, or of the table that it is a part of
  std::string member;  ///< the part; else empty
  std::string words;   ///< "calls it"
  bool goes = true;    ///< a statement can take it away; of a default none can, it is only declared otherwise
};

/// A dialect whose engine refuses to drop what something else names is one of these too.
class Holders {
 public:
  virtual ~Holders() = default;
  /// What the engine would refuse to drop each of the objects under; `now`, the database at that place, is made when it
  /// is asked.
  virtual std::vector<std::vector<Holder>> holders(const std::function<const model::Database&()>& now,
                                                   std::span<const model::Object* const> objects) const = 0;
  /// What the desired state calls it from, where nothing else that stays takes such a call.
  virtual std::vector<Holder> callers(const model::Database& before, const model::Database& desired,
                                      const model::Object& object) const = 0;
};

}  // namespace dmc::dialects
