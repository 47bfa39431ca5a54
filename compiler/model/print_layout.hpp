// Lines of items, aligned and broken as `dmc fmt` does it. Internal to this folder.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace dmc::model {

/// One item: its parts are separated by a blank, or by a line break where the line would be too long.
struct PrintedLine {
  std::size_t depth = 0;
  std::vector<std::string> parts;
  bool is_column = false;         ///< the parts are name, type, options
  bool has_short_option = false;  ///< of a column: the first option is one, and the next is aligned behind it
};

/// A group of lines without an empty line between them; its columns are aligned with one another.
std::string laid_out(std::vector<PrintedLine> lines);

}  // namespace dmc::model
