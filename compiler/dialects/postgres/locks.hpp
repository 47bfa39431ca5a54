// What a statement locks and how long that lasts, as measured on every major.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace dmc::dialects::postgres {

struct MeasuredLock {
  std::string_view relation;  ///< of the measurement: "t" is what the statement names, "p" what a foreign key
                              ///< references, "pt" a partitioned table, "pt1" and "pt2" partitions of it
  std::string_view mode;      ///< "share update exclusive"
};

struct Operation {
  std::string_view id;  ///< "add_fk_not_valid"
  int oldest;           ///< majors it holds for
  int newest;
  std::string_view work;  ///< the measurement's word: catalog, proven, scan, fk_scan, index, rewrite, …
  std::size_t count;
  std::array<MeasuredLock, 4> locks;
};

/// What was measured of an operation on a major; null for what was not.
const Operation* operation(std::string_view id, int major);
std::span<const Operation> operations();

/// A measured work as a step's lock says it: catalog, scan, index, rewrite.
std::string_view work_class(std::string_view work);

}  // namespace dmc::dialects::postgres
