#include "compiler/dialects/postgres/lowering.hpp"
namespace dmc::dialects::postgres {
Pairs lower_backfill(const Lowering&, const change::BackfillRows&) { return {}; }
Pairs lower_drop_rows(const Lowering&, const change::DropRows&) { return {}; }
}  // namespace dmc::dialects::postgres
