// What would be left pointing at nothing: everything outside an object that reads or references it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/diff/subject.hpp"

namespace dmc::diff {

struct Pointer {
  std::string words;                  ///< "the view 'paid_orders' reads it"
  std::string mend;                   ///< "drop view paid_orders;"
  std::optional<grammar::Span> span;  ///< where the desired state declares it
  Subject subject{};
};

/// Views, triggers and objects that read the relation, or the column of it when one is given.
std::vector<Pointer> readers_of(const Ground& ground, const State& state, std::size_t site, const std::string& relation,
                                const std::string& column = {});

/// Foreign keys of other tables on the table, or on the column of it when one is given.
std::vector<Pointer> referencing(const Ground& ground, const State& state, std::size_t site, const std::string& table,
                                 const std::optional<std::string>& column = {});
/// Foreign keys of other tables on just the columns of the key; none of a constraint that is no key.
std::vector<Pointer> relying(const Ground& ground, const State& state, const Subject& key);

/// What the engine would refuse to drop each of the objects under.
std::vector<std::vector<Pointer>> holding(const Ground& ground, const State& state, std::size_t site,
                                          const std::vector<const model::Object*>& objects);

/// Reports what of the desired state calls the object though nothing that stays can be meant (E0910); false when there
/// is none.
bool report_callers(const Ground& ground, const Subject& subject, const model::Origin& where,
                    const model::Object& object);

/// Reports them (E0295) as what keeps the subject from going; false when there are none.
bool report_pointers(const Ground& ground, const Subject& subject, const model::Origin& where,
                     const std::vector<Pointer>& pointers);

}  // namespace dmc::diff
