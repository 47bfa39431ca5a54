// A database of the model as `.mig` text: what `inspect` and `adopt` write. Parsing and checking it again gives an equal model.
#pragma once

#include <string>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::model {

/// A whole `database NAME on ENGINE VERSION { … }`, laid out as `dmc fmt` would; `unmodelled` become comments at its head.
std::string print(const Database& database, const std::vector<std::string>& unmodelled = {});

/// A name as it stands in a `.mig` file: quoted where it must be.
std::string quoted(std::string_view name);

}  // namespace dmc::model
