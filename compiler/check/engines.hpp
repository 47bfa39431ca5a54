// Which engines there are: those of this build, and those that the language knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/context.hpp"

namespace dmc::check {

/// The dialect of that name, or an error that names the dialects there are, and null.
const dialects::Dialect* find_engine(Context& context, const ast::Name& engine);

/// Reports a name that no engine has, whether this build knows its dialect or not. True when it is one.
bool check_engine_name(Context& context, const ast::Name& engine);

/// Compares versions number by number: negative when `left` is older, positive when it is newer.
int compare_versions(std::string_view left, std::string_view right);

/// The oldest version to support, checked against what the dialect knows.
std::string oldest_version(Context& context, const dialects::Description& engine, const ast::EngineVersion& version);

}  // namespace dmc::check
