// The long form of every code of this layer.
#include "compiler/catalog/explanations.hpp"

#include <algorithm>
#include <string_view>

#include <doctest/doctest.h>

using namespace dmc;

TEST_CASE("explanations stand by code, each once, in lines that a terminal can hold") {
  const auto all = catalog::explanations();
  CHECK(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.code < b.code; }));
  CHECK(std::adjacent_find(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.code == b.code; }) ==
        all.end());
  for (const auto& each : all) {
    CHECK_MESSAGE(each.title.size() > 10, each.code);
    CHECK_MESSAGE(each.text.ends_with('.') + each.text.ends_with(';') == 1, each.code);
    for (std::string_view text = each.text; !text.empty();) {
      const auto end = std::min(text.find('\n'), text.size());
      CHECK_MESSAGE(end <= 125, each.code);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
}
