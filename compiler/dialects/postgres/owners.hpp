// Owners are not declared: who owned what a change drops is noted in the database itself, for the way back.
#pragma once

#include <optional>
#include <string>

#include "compiler/dialects/postgres/lowering.hpp"

namespace dmc::dialects::postgres {

/// Notes who owns what the change drops, where that is another role than the one that drops it; and gives it back.
struct OwnerNote {
  std::string keep, give_back;
};
/// None for a change that drops nothing which has an owner, or that keeps it in a backup.
std::optional<OwnerNote> owner_note(const Lowering& lowering);

/// In plpgsql: makes the schema of the backups, for nobody but who makes it.
extern const std::string make_backup_schema;
/// And drops it, when nothing is left in it.
extern const std::string drop_backup_schema;

}  // namespace dmc::dialects::postgres
