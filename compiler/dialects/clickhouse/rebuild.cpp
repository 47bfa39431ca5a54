// First everything is altered in place that can be; then the copy is made and takes its place.
#include "compiler/dialects/clickhouse/rebuild.hpp"

#include <stdexcept>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"

namespace dmc::dialects::clickhouse {

bool asks_for_copy(const change::AlterTable& alter) {
  return alter.rebuild || !alters_in_place(alter.before, alter.after);
}

Pairs lower_rebuild(const Lowering&, const change::AlterTable& alter) {
  throw std::logic_error("the copy of " + alter.after.name + " is not written yet");
}

}  // namespace dmc::dialects::clickhouse
