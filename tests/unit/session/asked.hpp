// What the tests of sessions look for in errors and rows, on every server.
#pragma once

#include <string>
#include <vector>

#include "runtime/session/session.hpp"

namespace dmc::session {

template <class Act>
SessionError error_of(Act act) {
  try {
    act();
  } catch (const SessionError& error) {
    return error;
  }
  return SessionError("nothing was thrown");
}

inline bool has(const SessionError& error, const std::string& text) {
  return std::string(error.what()).find(text) != std::string::npos;
}

inline Value one(Session& session, const std::string& sql, std::vector<Value> parameters = {}) {
  return session.query(sql, parameters).rows.at(0).at(0);
}

}  // namespace dmc::session
