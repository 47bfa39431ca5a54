// JSON on the restricted domain of our files: no floats, integers within ±(2^53−1), no key twice, depth at most 64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dmc::plan {

struct Json;
using JsonArray = std::vector<Json>;
using JsonObject = std::vector<std::pair<std::string, Json>>;  ///< in the order of the text

struct Json {
  std::variant<std::nullptr_t, bool, std::int64_t, std::string, JsonArray, JsonObject> value = nullptr;
};

/// Why a text is not one of our files. `code` is a diagnostic code, `where` a path like `steps[3].statements`.
struct JsonError {
  std::string code;
  std::string where;
  std::string message;
};

inline constexpr std::int64_t largest_integer = (std::int64_t{1} << 53) - 1;
inline constexpr std::size_t json_size_limit = std::size_t{256} << 20U;

/// Each value takes memory whatever its text is: more than a very large plan holds are not read.
inline constexpr std::size_t json_value_limit = std::size_t{1} << 21U;

/// Reads a text; on failure returns nothing and fills `error` (E0301 not JSON or not UTF-8, E0302 a key twice, E0303
/// outside the domain, E0310 larger than `json_size_limit` or more
/// than `json_value_limit` values).
std::optional<Json> read_json(std::string_view text, JsonError& error);

/// Bytes of the character that begins at `at`, which must be inside; 0 when it is not UTF-8.
std::size_t utf8_size(std::string_view text, std::size_t at);
/// Offset of the first byte that is not UTF-8; the size of the text when there is none.
std::size_t first_invalid_utf8(std::string_view text);

/// RFC 8785: keys sorted by UTF-16 code units, no white space, shortest escapes.
void write_string(std::string& out, std::string_view text);
void write_integer(std::string& out, std::int64_t number);

/// Sorts `pieces` (key, text) and writes them as an object.
void write_object(std::string& out, std::vector<std::pair<std::string_view, std::string>>& pieces);

}  // namespace dmc::plan
