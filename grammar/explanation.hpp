// The long form of a diagnostic's code: what `dmc explain` prints.
#pragma once

#include <string_view>

namespace dmc::grammar {

/// One entry of a layer's table of codes. `title` is one line; `text` says why it is wrong and how to mend it.
struct Explanation {
  std::string_view code;
  std::string_view title;
  std::string_view text;
};

}  // namespace dmc::grammar
