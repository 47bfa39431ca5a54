// What a statement locks and how long that lasts, as measured on every major (locks.json).
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

/// Majors on which the statement of an operation is refused, and with which words.
struct NoOperation {
  std::string_view id;
  int oldest;
  int newest;
  std::string_view error;
};

/// How an operation was measured.
struct Trial {
  std::string_view id;
  std::string_view statement;
  std::string_view given;  ///< statements before it, with ';' between them, in a transaction of their own; may be empty
  bool sampled;            ///< it runs in no transaction, and was watched by a second session
};

/// What was measured of an operation on a major; null for what was not.
const Operation* operation(std::string_view id, int major);
/// With which words that major refuses it; null where it does not, or where nobody tried.
const NoOperation* no_operation(std::string_view id, int major);
std::span<const Operation> operations();
std::span<const NoOperation> errors();
/// By id; every operation and every error is of one of them.
std::span<const Trial> trials();
/// The statements behind which every trial begins, without the rows, of which they tell in comments.
std::span<const std::string_view> world_of_trials();

/// A measured work as a step's lock says it: catalog, scan, index, rewrite.
std::string_view work_class(std::string_view work);

}  // namespace dmc::dialects::postgres
