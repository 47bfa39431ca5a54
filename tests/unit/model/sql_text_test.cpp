// Cutting SQL into tokens, and equality by tokens.
#include "compiler/model/sql_text.hpp"

#include <doctest/doctest.h>

using namespace dmc::model;

namespace {

using Kind = SqlToken::Kind;

std::string kind_word(Kind kind) {
  switch (kind) {
    case Kind::word:
      return "word";
    case Kind::quoted_name:
      return "name";
    case Kind::string:
      return "string";
    case Kind::number:
      return "number";
    case Kind::sign:
      return "sign";
    case Kind::body:
      return "body";
  }
  return "";
}

/// `word(a) sign(+)`, for comparing by eye.
std::string cut(std::string_view text) {
  std::string shown;
  for (const SqlToken& token : sql_tokens(text)) {
    if (!shown.empty()) shown += ' ';
    shown += kind_word(token.kind) + "(" + std::string(token.text) + ")";
    CHECK(token.begin < token.end);
    CHECK(token.end <= text.size());
  }
  return shown;
}

}  // namespace

TEST_CASE("quoted names that could stand unquoted are words, in every way of quoting") {
  CHECK(cut("\"users\" [users] `users` users") == "word(users) word(users) word(users) word(users)");
  CHECK(cut("\"full name\" [full name] `full name`") == "name(full name) name(full name) name(full name)");
  CHECK(cut("\"order\" \"null\" \"current_date\" \"Select\"") ==
        "name(order) name(null) name(current_date) name(Select)");
  CHECK(cut("\"a\"\"b\"") == "name(a\"\"b)");
  CHECK(cut("\"\"") == "name()");
  CHECK(cut("\"1st\"") == "name(1st)");
  CHECK(cut("gr\xC3\xB6\xC3\x9F"
            "e") ==
        "word(gr\xC3\xB6\xC3\x9F"
        "e)");
}

TEST_CASE("a bracket is a name, a subscript or an array, as what stands around it says") {
  CHECK(cut("select [a] from [b]") == "word(select) word(a) word(from) word(b)");
  CHECK(cut("t.[a b]") == "word(t) sign(.) name(a b)");
  CHECK(cut("a[1]") == "word(a) sign([) number(1) sign(])");
  CHECK(cut("a[i]") == "word(a) sign([) word(i) sign(])");
  CHECK(cut("array[x, y]") == "word(array) sign([) word(x) sign(,) word(y) sign(])");
  CHECK(cut("(f(x))[i]") == "sign(() word(f) sign(() word(x) sign()) sign()) sign([) word(i) sign(])");
  CHECK(cut("x = [1, 2]") == "word(x) sign(=) sign([) number(1) sign(,) number(2) sign(])");
  CHECK(cut("x in ['a']") == "word(x) word(in) sign([) string('a') sign(])");
  CHECK(cut("int[]") == "word(int) sign([) sign(])");
}

TEST_CASE("strings end where their engine ends them") {
  CHECK(cut("'it''s' 'x'") == "string('it''s') string('x')");
  CHECK(cut("'a\\' b") == "string('a\\') word(b)");
  CHECK(cut("E'a\\'b' c") == "string(E'a\\'b') word(c)");
  CHECK(cut("x'00ff' X'' b'01' n'q' U&'\\0041'") ==
        "string(x'00ff') string(X'') string(b'01') string(n'q') string(U&'\\0041')");
  CHECK(cut("ex'a'") == "word(ex) string('a')");
  CHECK(cut("'-- no comment' '/* none */'") == "string('-- no comment') string('/* none */')");
  CHECK(cut("'open") == "string('open)");
}

TEST_CASE("bodies are what stands between the dollars") {
  CHECK(cut("$$ begin 'x end $$") == "body( begin 'x end )");
  CHECK(cut("$a$ $$ $b$ $a$;") == "body( $$ $b$ ) sign(;)");
  CHECK(cut("$1 + $23") == "sign($1) sign(+) sign($23)");
  CHECK(cut("a$b$c") == "word(a$b$c)");
  CHECK(cut("${env NAME} x") == "word(${env NAME}) word(x)");
  CHECK(cut("$") == "sign($)");
  CHECK(cut("$$ open") == "body( open)");
}

TEST_CASE("numbers and operators are one token each") {
  CHECK(cut("1 1.5 .5 1. 1e-3 1.5E+10 0xFF 1_000") ==
        "number(1) number(1.5) number(.5) number(1.) number(1e-3) number(1.5E+10) number(0xFF) number(1_000)");
  CHECK(cut("1-2") == "number(1) sign(-) number(2)");
  CHECK(cut("t.1") == "word(t) sign(.) number(1)");
  CHECK(cut("1..2") == "number(1) sign(..) number(2)");
  CHECK(cut("a::int||b->>'c'<>d") ==
        "word(a) sign(::) word(int) sign(||) word(b) sign(->>) string('c') sign(<>) word(d)");
  CHECK(cut("a<=-1 and b!~*'x'") == "word(a) sign(<=) sign(-) number(1) word(and) word(b) sign(!~*) string('x')");
  CHECK(cut("f((1),a)") == "word(f) sign(() sign(() number(1) sign()) sign(,) word(a) sign())");
  CHECK(cut("0xe-1") == "number(0xe) sign(-) number(1)");
}

TEST_CASE("comments are no tokens, and nothing that acts is taken for one") {
  CHECK(cut("a -- b\n c") == "word(a) word(c)");
  CHECK(cut("a/* b */c") == "word(a) word(c)");
  CHECK(cut("a /* b /* c */ d */ e") == "word(a) word(e)");
  CHECK(cut("a /* b /* c */ d") == "word(a) word(d)");
  CHECK(cut("a -- b") == "word(a)");
  CHECK(cut("a - - b") == "word(a) sign(-) sign(-) word(b)");
  CHECK(cut("") == "");
  CHECK(cut(" \n\t") == "");
}

TEST_CASE("two texts are equal when their tokens are") {
  CHECK(Sql{"select a,b from t"} == Sql{"select  a , b\nfrom \"t\" -- all"});
  CHECK(Sql{"select [a], `b` from t"} == Sql{"select a, b from t"});
  CHECK(Sql{"\"full name\""} == Sql{"[full name]"});
  CHECK(Sql{"`a``b`"} == Sql{"\"a`b\""});
  CHECK(Sql{"$$ x $$"} == Sql{"$q$ x $q$"});
  CHECK_FALSE(Sql{"$$ x $$"} == Sql{"$$ x  $$"});
  CHECK_FALSE(Sql{"'a'"} == Sql{"'A'"});
  CHECK_FALSE(Sql{"a b"} == Sql{"ab"});
  CHECK_FALSE(Sql{"a < = b"} == Sql{"a <= b"});
  CHECK_FALSE(Sql{"\"null\""} == Sql{"null"});
  CHECK_FALSE(Sql{"\"a\"\"b\""} == Sql{"`a\"\"b`"});
  CHECK(normalised("a  -- c\n+b") == "a + b");
  CHECK(normalised("[a]]b]") == "\"a]b\"");
}

TEST_CASE("what is normalised is normalised no further") {
  for (const std::string_view text :
       {"select \"a b\", [c]]d], `e``f` from t where x = 'it''s' and y->>'z' <> E'\\'' -- end", "$a$ $$ $a$ || $1",
        "1.5e-3 + .5", "array[1, 2][1]", "\"a\"\"b\" /* c */ . d"})
    CHECK(normalised(normalised(text)) == normalised(text));
}

TEST_CASE("names are words and quoted names, in order") {
  CHECK(names_in("select \"a b\", c from t where c = 'd' and 1 = 2") ==
        std::vector<std::string_view>{"select", "a b", "c", "from", "t", "where", "c", "and"});
}
