// What differs between two readings of one object, member by member, in words for people.
#pragma once

#include <string>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::model {

/// "column note appeared", "column age is text, was integer not null", "index i gone, was (a, b)"; in the order of the
/// model. Two objects of the same state differ in nothing.
std::vector<std::string> differing_members(const Table& was, const Table& is);
std::vector<std::string> differing_members(const View& was, const View& is);
std::vector<std::string> differing_members(const Trigger& was, const Trigger& is);
std::vector<std::string> differing_members(const Object& was, const Object& is);

/// What two databases say otherwise, a line for each object and in the order of the model: "table users: column age is
/// text, was integer", "view paid is gone", "trigger users.seen appeared". Empty where all states are equal.
std::vector<std::string> differing_objects(const Database& was, const Database& is);

}  // namespace dmc::model
