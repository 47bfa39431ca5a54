// UTF-16 and bytes, there and back.
#include "editors/lsp/position.hpp"

#include <string>

#include <doctest/doctest.h>

namespace dmc::lsp {
namespace {

TEST_CASE("signs count as UTF-16 does, and every offset between signs comes back") {
  const std::string text = "a\tü😀z\r\nsecond\n\rlast \xFF\xF0\x9F end";
  const Lines lines(text);
  CHECK(lines.place(text, 0) == Place{0, 0});
  CHECK(lines.place(text, 2) == Place{0, 2});   // ü begins
  CHECK(lines.place(text, 4) == Place{0, 3});   // 😀 begins
  CHECK(lines.place(text, 8) == Place{0, 5});   // z
  CHECK(lines.place(text, 11) == Place{1, 0});  // behind both signs of a line break
  CHECK(lines.place(text, 18) == Place{2, 0});
  CHECK(lines.place(text, 19) == Place{3, 0});  // a carriage return alone ends a line, too
  for (std::uint32_t offset = 0; offset <= text.size(); ++offset) {
    const bool inside = offset < text.size() && offset != 25 && offset != 26 &&
                        (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U;
    const bool in_break = offset == 10;
    if (!inside && !in_break) CHECK(lines.offset(text, lines.place(text, offset)) == offset);
  }
}

TEST_CASE("places outside of the text are the nearest ones inside") {
  const std::string text = "one\r\n😀\n";
  const Lines lines(text);
  CHECK(lines.offset(text, {-1, 5}) == 0);
  CHECK(lines.offset(text, {0, -5}) == 0);
  CHECK(lines.offset(text, {0, 99}) == 3);
  CHECK(lines.offset(text, {1, 1}) == 5);  // in the middle of a pair
  CHECK(lines.is_half(text, {1, 1}));
  CHECK(!lines.is_half(text, {1, 0}));
  CHECK(!lines.is_half(text, {1, 3}));
  CHECK(lines.offset(text, {1, 2}) == 9);
  CHECK(lines.offset(text, {2, 0}) == 10);
  CHECK(lines.offset(text, {99, 0}) == 10);
  CHECK(lines.place(text, 99) == Place{2, 0});
}

}  // namespace
}  // namespace dmc::lsp
