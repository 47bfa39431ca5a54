// The engines of this build. Internal to this folder.
#pragma once

#include "runtime/rehearse/engine.hpp"

namespace dmc::rehearse {

std::unique_ptr<Engine> make_sqlite_engine();
std::unique_ptr<Engine> make_postgres_engine(const Yard& yard);
std::unique_ptr<Engine> make_clickhouse_engine(const Yard& yard);

}  // namespace dmc::rehearse
