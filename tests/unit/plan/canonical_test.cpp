// Field lists to canonical bytes and back.
#include "compiler/plan/canonical.hpp"

#include <doctest/doctest.h>

#include "compiler/plan/digest.hpp"

using namespace dmc::plan;

namespace {

enum class Colour { red, green };

struct Text {
  std::string text;
  bool operator==(const Text&) const = default;
};

struct Circle {
  static constexpr std::string_view kind = "circle";
  std::int64_t radius = 0;
  static void fields(auto& self, auto&& visit) { visit("radius", self.radius); }
  bool operator==(const Circle&) const = default;
};

struct Nothing {
  static constexpr std::string_view kind = "nothing";
  static void fields(auto&, auto&&) {}
  bool operator==(const Nothing&) const = default;
};

struct Line {
  static constexpr std::string_view kind = "line";
  std::string to;
  std::string from;
  static void fields(auto& self, auto&& visit) {
    visit("to", self.to);
    visit("from", self.from);
  }
  bool operator==(const Line&) const = default;
};

struct Drawing {
  std::string title;
  std::optional<std::string> author;
  Colour colour = Colour::red;
  std::vector<std::variant<Circle, Line>> shapes;
  Text caption;
  bool done = false;
  static void fields(auto& self, auto&& visit) {
    visit("title", self.title);
    visit("author", self.author);
    visit("colour", self.colour);
    visit("shapes", self.shapes);
    visit("caption", self.caption);
    visit("done", self.done);
  }
  bool operator==(const Drawing&) const = default;
};

/// As it was written before `ink`, `angle` and `words` came; they stand first, between and last among the keys.
struct OldSketch {
  std::string title;
  std::string note;
  static void fields(auto& self, auto&& visit) {
    visit("title", self.title);
    visit("note", self.note);
  }
};

struct Sketch {
  std::string title;
  std::string note;
  std::int64_t angle = 0;
  std::optional<std::string> ink;
  std::vector<Text> words;
  static void fields(auto& self, auto&& visit) {
    visit("title", self.title);
    visit(rare("words"), self.words);
    visit("note", self.note);
    visit(rare("angle"), self.angle);
    visit(rare("ink"), self.ink);
  }
  bool operator==(const Sketch&) const = default;
};

struct OnlyRare {
  static constexpr std::string_view kind = "only rare";
  bool loud = false;
  static void fields(auto& self, auto&& visit) { visit(rare("loud"), self.loud); }
  bool operator==(const OnlyRare&) const = default;
};

const Drawing drawing{"t", std::nullopt, Colour::green, {Line{"b", "a"}, Circle{3}}, {"say \"x\""}, true};
constexpr std::string_view bytes =
    R"({"author":null,"caption":"say \"x\"","colour":"green","done":true,"shapes":[{"from":"a","kind":"line","to":"b"},{"kind":"circle","radius":3}],"title":"t"})";

JsonError refused(std::string_view text) {
  JsonError error;
  const auto json = read_json(text, error);
  REQUIRE(json);
  Drawing into;
  CHECK_MESSAGE(!read(*json, into, error), std::string(text));
  return error;
}

std::string with(std::string_view part, std::string_view instead) {
  std::string text(bytes);
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), instead);
}

}  // namespace

template <>
struct dmc::plan::EnumNames<Colour> {
  static constexpr std::array values{std::pair{Colour::red, std::string_view{"red"}},
                                     std::pair{Colour::green, std::string_view{"green"}}};
};

TEST_CASE("keys are sorted at every level, whatever the order of the list") { CHECK(canonical(drawing) == bytes); }

TEST_CASE("PLN-2: what was written is read back") {
  JsonError error;
  const auto json = read_json(bytes, error);
  REQUIRE(json);
  Drawing into;
  REQUIRE(read(*json, into, error));
  CHECK(into == drawing);
}

TEST_CASE("canonical bytes are read without the way over JSON, and nothing else is") {
  Drawing into;
  REQUIRE(read_canonical(bytes, into));
  CHECK(into == drawing);
  std::size_t accepted = 0;
  const auto tried = [&](std::string_view text) {
    Drawing other;
    if (!read_canonical(text, other)) return;
    ++accepted;
    CHECK_MESSAGE(canonical(other) == text, std::string(text));
  };
  for (std::size_t at = 0; at <= bytes.size(); ++at) {
    std::string text(bytes);
    if (at < bytes.size()) tried(text.erase(at, 1));
    for (const std::string_view instead : {"x",
                                           "0",
                                           "-",
                                           " ",
                                           "\"",
                                           "\\",
                                           "\\n",
                                           "\\u000a",
                                           "\\u0001",
                                           "\\u001F",
                                           "\\/",
                                           "\xC3\xA9",
                                           "\xC3",
                                           "\xED\xA0\x80",
                                           "null",
                                           "true",
                                           ",",
                                           "1.0",
                                           "9007199254740992",
                                           "{}"}) {
      tried(std::string(bytes).insert(at, instead));
      if (at < bytes.size()) tried(std::string(bytes).replace(at, 1, instead));
    }
  }
  CHECK(accepted > 50);
}

TEST_CASE("every text and every number comes back") {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
  Drawing hard = drawing;
  hard.title = all;
  hard.author = "null";
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, largest_integer, -largest_integer}) {
    std::get<Circle>(hard.shapes.back()).radius = number;
    Drawing into;
    REQUIRE(read_canonical(canonical(hard), into));
    CHECK(into == hard);
  }
  for (const std::string_view number :
       {"-0", "00", "01", "+1", "1.0", "1e1", "9007199254740992", "99999999999999999999", ""}) {
    std::int64_t value = 0;
    CanonicalText text(number);
    CHECK_MESSAGE(!(text.integer(value) && text.at_end()), std::string(number));
  }
}

TEST_CASE("a struct without fields is an empty object") {
  std::vector<std::variant<Circle, Nothing>> list{Nothing{}};
  CHECK(canonical(list) == R"([{"kind":"nothing"}])");
  std::vector<std::variant<Circle, Nothing>> into;
  CHECK(read_canonical(R"([{"kind":"nothing"},{"kind":"circle","radius":1}])", into));
  CHECK(into.size() == 2);
  Nothing nothing;
  CHECK(canonical(nothing) == "{}");
  CHECK(read_canonical("{}", nothing));
  CHECK_FALSE(read_canonical("}", nothing));
}

TEST_CASE("a field that came later changes no bytes that exist, and is written where it says something") {
  Sketch sketch{"t", "n", 0, {}, {}};
  CHECK(canonical(sketch) == R"({"note":"n","title":"t"})");
  CHECK(canonical(sketch) == canonical(OldSketch{"t", "n"}));
  const auto written = [&](std::string_view expected) {
    CHECK(canonical(sketch) == expected);
    Sketch into{"x", "x", 1, "x", {{"x"}}}, over_json = into;
    REQUIRE(read_canonical(canonical(sketch), into));
    CHECK(into == sketch);
    JsonError error;
    REQUIRE(read(*read_json(canonical(sketch), error), over_json, error));
    CHECK(over_json == sketch);
  };
  written(R"({"note":"n","title":"t"})");
  sketch.ink = "black";
  written(R"({"ink":"black","note":"n","title":"t"})");
  sketch.words = {{"w"}};
  written(R"({"ink":"black","note":"n","title":"t","words":["w"]})");
  sketch.angle = 90;
  written(R"({"angle":90,"ink":"black","note":"n","title":"t","words":["w"]})");
  sketch.ink.reset();
  written(R"({"angle":90,"note":"n","title":"t","words":["w"]})");
}

TEST_CASE("a rare field that says nothing has no bytes of its own") {
  // One value, one text: what is written out although it holds its default is no canonical text.
  Sketch into;
  CHECK_FALSE(read_canonical(R"({"angle":0,"note":"n","title":"t"})", into));
  CHECK_FALSE(read_canonical(R"({"ink":null,"note":"n","title":"t"})", into));
  CHECK_FALSE(read_canonical(R"({"note":"n","title":"t","words":[]})", into));
  CHECK_FALSE(read_canonical(R"({"note":"n","ink":"b","title":"t"})", into));
  CHECK_FALSE(read_canonical(R"({"note":"n"})", into));
  CHECK_FALSE(read_canonical(R"({,"note":"n","title":"t"})", into));
}

TEST_CASE("a struct of rare fields alone, in a list of kinds") {
  const std::vector<std::variant<Circle, OnlyRare>> list{OnlyRare{}, OnlyRare{true}};
  CHECK(canonical(list) == R"([{"kind":"only rare"},{"kind":"only rare","loud":true}])");
  std::vector<std::variant<Circle, OnlyRare>> into;
  REQUIRE(read_canonical(canonical(list), into));
  CHECK(into == list);
  OnlyRare alone{true};
  CHECK(read_canonical("{}", alone));
  CHECK_FALSE(alone.loud);
  CHECK_FALSE(read_canonical(R"({"loud":false})", alone));
}

TEST_CASE("every field is there and no other") {
  const auto missing = refused(with(R"("from":"a",)", ""));
  CHECK(missing.code == "E0305");
  CHECK(missing.where == "shapes[0].from");
  const auto unknown = refused(with(R"("from":"a")", R"("from":"a","glow":1)"));
  CHECK(unknown.code == "E0304");
  CHECK(unknown.where == "shapes[0].glow");
  CHECK(refused(with(R"("title":"t")", R"("title":"t","zoom":null)")).where == "zoom");
}

TEST_CASE("a value of another type is refused where it stands") {
  const auto list = refused(with(R"([{"from")", R"([[],{"from")"));
  CHECK(list.code == "E0306");
  CHECK(list.where == "shapes[0]");
  CHECK(refused(with("3", "\"3\"")).where == "shapes[1].radius");
  CHECK(refused(with("\"t\"}", "null}")).where == "title");
  CHECK(refused(with("true", "1")).where == "done");
  CHECK(refused(with("\"green\"", "\"blue\"")).message == "one of red, green was expected");
  const auto kind = refused(with("circle", "square"));
  CHECK(kind.code == "E0306");
  CHECK(kind.where == "shapes[1].kind");
  CHECK(kind.message == "this version does not know the kind 'square'");
  CHECK(refused("[]").where.empty());
}

TEST_CASE("digests carry the name of their algorithm") {
  // The examples of FIPS 180-4.
  CHECK(digest("abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest("") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(short_digest(digest("abc")) == "ba7816bf8f01");
  CHECK(is_digest(digest("x")));
  CHECK_FALSE(is_digest(digest("x").substr(7)));
  CHECK_FALSE(is_digest(digest("x") + "0"));
  CHECK_FALSE(is_digest("sha256:" + std::string(64, 'G')));
}
