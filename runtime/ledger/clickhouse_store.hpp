// The ledger on ClickHouse. Internal to this folder.
#pragma once

#include "runtime/ledger/ledger.hpp"

namespace dmc::ledger {

const Keeper& clickhouse_keeper();

}  // namespace dmc::ledger
