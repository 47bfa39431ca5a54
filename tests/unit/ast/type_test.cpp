// Types, as words without an engine.
#include "built.hpp"

namespace dmc::ast::test {

TEST_CASE("a type is a name with arguments") {
  const InTable table("x decimal( 12 , 2 );");
  const Type& type = table.column().type;
  CHECK(type.name == "decimal");
  CHECK(type.text == "decimal( 12 , 2 )");
  CHECK(words(type.arguments) == "[12][2]");
  CHECK(type.has_arguments);
  CHECK_FALSE(type.native);
}

TEST_CASE("the words of a type have one space between them") {
  const InTable table(
      "a double   precision; b character\n      varying (20); c national char varying(3); d bit varying;");
  CHECK(table.column(0).type.name == "double precision");
  CHECK(table.column(1).type.name == "character varying");
  CHECK(words(table.column(1).type.arguments) == "[20]");
  CHECK(table.column(2).type.name == "national char varying");
  CHECK(table.column(3).type.name == "bit varying");
}

TEST_CASE("an interval keeps its fields apart") {
  const InTable table("a interval; b interval day to second; c interval year;");
  CHECK(table.column(0).type.fields == "");
  CHECK(table.column(1).type.name == "interval");
  CHECK(table.column(1).type.fields == "day to second");
  CHECK(table.column(2).type.fields == "year");
}

TEST_CASE("a dotted name has a prefix") {
  const InTable table("a audit.level; b x.\"Y\".\"Z z\"; c \"Mood\";");
  CHECK(table.column(0).type.prefix == "audit");
  CHECK(table.column(0).type.name == "level");
  CHECK(table.column(1).type.prefix == "x.Y");
  CHECK(table.column(1).type.name == "Z z");
  CHECK(table.column(1).type.quoted);
  CHECK(table.column(2).type.name == "Mood");
  CHECK(table.column(2).type.quoted);
}

TEST_CASE("modifiers, time zones and arrays") {
  const InTable table(
      "a timestamp(3) with time zone; b time without time zone; c int unsigned zerofill; d int signed; "
      "e text[][3];");
  CHECK(table.column(0).type.time_zone == TimeZone::with);
  CHECK(words(table.column(0).type.arguments) == "[3]");
  CHECK(table.column(1).type.time_zone == TimeZone::without);
  CHECK(table.column(2).type.sign == Sign::without_sign);
  CHECK(table.column(2).type.zerofill);
  CHECK(table.column(3).type.sign == Sign::with_sign);
  CHECK(table.column(4).type.array_depth == 2);
  CHECK(table.column(4).type.text == "text[][3]");
}

TEST_CASE("native types pass through") {
  const InTable table("a native 'geometry(Point,4326)' not null;");
  CHECK(table.column().type.native);
  CHECK(table.column().type.name == "geometry(Point,4326)");
  CHECK(table.column().options.size() == 1);
}

TEST_CASE("the letter case of a type is the author's") {
  const InTable table("a LowCardinality(Nullable(String)); b BigInt;");
  CHECK(table.column(0).type.name == "LowCardinality");
  CHECK(words(table.column(0).type.arguments) == "[Nullable(String)]");
  CHECK(table.column(1).type.name == "BigInt");
}

}  // namespace dmc::ast::test
