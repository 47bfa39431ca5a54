// Reading the restricted JSON of our files, and the escapes and orders of RFC 8785 when writing it.
#include "compiler/plan/json.hpp"

#include <limits>

#include <doctest/doctest.h>

using namespace dmc::plan;

namespace {

JsonError refused(std::string_view text) {
  JsonError error;
  CHECK_MESSAGE(!read_json(text, error), std::string(text));
  return error;
}

std::string written(std::string_view text) {
  std::string out;
  write_string(out, text);
  return out;
}

std::string written(std::int64_t number) {
  std::string out;
  write_integer(out, number);
  return out;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("strings are escaped as RFC 8785 says, in the shortest way") {
  // The string of section 3.2.2 of the RFC.
  CHECK(written("\xE2\x82\xAC$\x0F\nA'B\"\\\\\"/") == "\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
  CHECK(written(std::string_view("\0\x01\x1f\x7f", 4)) == "\"\\u0000\\u0001\\u001f\x7f\"");
  CHECK(written("\b\f\n\r\t") == "\"\\b\\f\\n\\r\\t\"");
  CHECK(written("</script> \xE2\x80\xA8 \xF0\x9F\x98\x80") == "\"</script> \xE2\x80\xA8 \xF0\x9F\x98\x80\"");
  CHECK(written("") == "\"\"");
}

TEST_CASE("integers are written with the fewest characters") {
  CHECK(written(std::int64_t{0}) == "0");
  CHECK(written(std::int64_t{-1}) == "-1");
  CHECK(written((std::int64_t{1} << 53) - 1) == "9007199254740991");
}

TEST_CASE("keys are in the order of their UTF-16 code units, which is not the order of their bytes") {
  // The keys of section 3.2.3 of the RFC.
  std::vector<std::pair<std::string_view, std::string>> pieces{{"\xE2\x82\xAC", "\"Euro Sign\""},
                                                               {"\r", "\"Carriage Return\""},
                                                               {"\xEF\xAC\xB3", "\"Hebrew Letter Dalet With Dagesh\""},
                                                               {"1", "\"One\""},
                                                               {"\xF0\x9F\x98\x80", "\"Emoji: Grinning Face\""},
                                                               {"\xC2\x80", "\"Control\""},
                                                               {"\xC3\xB6", "\"Latin Small Letter O With Diaeresis\""}};
  std::string out;
  write_object(out, pieces);
  CHECK(out ==
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
        "\"\xC3\xB6\":\"Latin Small Letter O With Diaeresis\",\"\xE2\x82\xAC\":\"Euro Sign\","
        "\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST_CASE("values keep their type and objects their order") {
  JsonError error;
  const auto json = read_json(R"({"b": [null, true, -7, "x\u00e9\ud83d\ude00"], "a": {}})", error);
  REQUIRE(json);
  const auto& object = std::get<JsonObject>(json->value);
  REQUIRE(object.size() == 2);
  CHECK(object[0].first == "b");
  const auto& list = std::get<JsonArray>(object[0].second.value);
  REQUIRE(list.size() == 4);
  CHECK(std::holds_alternative<std::nullptr_t>(list[0].value));
  CHECK(std::get<bool>(list[1].value));
  CHECK(std::get<std::int64_t>(list[2].value) == -7);
  CHECK(std::get<std::string>(list[3].value) == "x\xC3\xA9\xF0\x9F\x98\x80");
  CHECK(std::get<JsonObject>(object[1].second.value).empty());
}

TEST_CASE("what is no JSON is refused with the place") {
  CHECK(refused("").code == "E0301");
  CHECK(refused("").message == "the text ends in the middle");
  CHECK(refused("{\"a\":1").message == "the text ends in the middle");
  CHECK(refused("{\"a\":[1,2,x]}").where == "a[2]");
  CHECK(refused("{\"a\":[1,2,x]}").message == "not JSON from byte 10 on");
  CHECK(refused("{} {}").code == "E0301");
  CHECK(refused("{\"a\":1,}").code == "E0301");
  CHECK(refused("[01]").code == "E0301");
  CHECK(refused("[NaN]").code == "E0301");
  CHECK(refused("['a']").code == "E0301");
  CHECK(refused("[\"\n\"]").code == "E0301");
  CHECK(refused("[\"\\ud83d\"]").code == "E0301");
  CHECK(refused("// no\n[]").code == "E0301");
}

TEST_CASE("what is not UTF-8 is refused as that") {
  for (const std::string_view bad :
       {"\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82", "\x80"}) {
    const auto error = refused("{\"a\":\"" + std::string(bad) + "\"}");
    CHECK(error.code == "E0301");
    CHECK(error.where == "a");
    CHECK(error.message == "byte 6 is not UTF-8");
  }
  CHECK(first_invalid_utf8("a\xC3\xA9\xF0\x9F\x98\x80") == 7);
  CHECK(first_invalid_utf8("ab\xED\xA0\x80") == 2);
}

TEST_CASE("a key that stands twice is refused, wherever it stands and however it is written") {
  CHECK(refused(R"({"a":1,"b":2,"a":1})").code == "E0302");
  CHECK(refused(R"({"a":1,"b":2,"a":1})").where == "a");
  CHECK(refused(R"({"x":[{},{"b":{"c":1,"\u0063":2}}]})").where == "x[1].b.c");
  CHECK(refused(R"([{"z":1,"a":2},{"z":1,"y":2,"z":3}])").where == "[1].z");
}

TEST_CASE("numbers outside the domain are refused") {
  for (const std::string_view number : {"1.0", "1e3", "-0.0", "9007199254740992", "-9007199254740992",
                                        "18446744073709551615", "99999999999999999999999"}) {
    const auto error = refused("{\"n\":[" + std::string(number) + "]}");
    CHECK(error.code == "E0303");
    CHECK(error.where == "n[0]");
  }
  JsonError error;
  CHECK(read_json("[9007199254740991,-9007199254740991]", error));
}

TEST_CASE("nesting ends at 64") {
  JsonError error;
  CHECK(read_json(nested(64), error));
  CHECK(refused(nested(65)).code == "E0303");
  CHECK(refused(std::string(1'000'000, '[')).code == "E0303");
}

TEST_CASE("a file that is too large is not read at all") {
  CHECK(refused(std::string(json_size_limit + 1, ' ')).code == "E0310");
  std::string many = "[";
  for (std::size_t value = 0; value <= json_value_limit; ++value) many += "0,";
  CHECK(refused(many + "0]").code == "E0310");
}
