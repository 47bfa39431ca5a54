// A database as it stands now, in the model's words.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "runtime/cli/world.hpp"
#include "runtime/session/url.hpp"

namespace dmc::cli {

/// Inspects what lies at `url`, read-only, and calls it `name`. A Refusal when there is nothing or no dialect for it.
dialects::Inspected inspect_live(const session::Url& url, const std::string& name, World& world);

/// What is there but holds for no row that was there before it, and what was begun and never finished, one line each:
/// the language has no word for them, and nobody may read them as done.
std::vector<std::string> unproven(const model::Database& database);

/// As it would stand in schema/NAME.mig.
std::string print_live(const dialects::Inspected& inspected, const World& world);

/// A name for the database at `url` when nobody gave one: the file's, as far as it can be a name.
std::string name_from(const session::Url& url);

/// Whether `name` can stand unquoted in a .mig file.
bool is_plain_name(std::string_view name);

}  // namespace dmc::cli
