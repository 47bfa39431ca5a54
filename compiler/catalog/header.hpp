// The head of a catalog, without its databases. Internal to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/plan/json.hpp"

namespace dmc::catalog {

/// What the chain is made of. What else stands in the file is covered by its hash, which the next catalog names.
struct Header {
  std::int64_t number = 0;
  std::int64_t schema_version = 0;
  std::string project;
  std::optional<std::string> parent;
  std::string change_digest;
};

/// Passes over the databases unread; codes as in `read_catalog`.
std::optional<Header> read_header(std::string_view bytes, plan::JsonError& error);

}  // namespace dmc::catalog
