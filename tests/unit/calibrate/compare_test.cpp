// What was seen against what is known, without a server.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "runtime/calibrate/calibrate.hpp"
#include "runtime/calibrate/postgres_compare.hpp"
#include "runtime/session/postgres_modes.hpp"

using namespace dmc;
using namespace dmc::calibrate;
namespace pg = dialects::postgres;

namespace {

const pg::Trial& trial(std::string_view id) {
  const auto found = std::ranges::find(pg::trials(), id, &pg::Trial::id);
  REQUIRE(found != pg::trials().end());
  return *found;
}

SeenRelation seen(std::string name, std::string_view mode, Kind kind = Kind::table) {
  return {.name = std::move(name),
          .kind = kind,
          .strength = session::postgres_strength(mode, &session::PostgresMode::claimed)};
}

std::string in_words(const Finding& finding) {
  std::string text(word_of(finding.verdict));
  for (const auto& difference : finding.differences)
    text += "; " + difference.about + ": " + difference.known + " -> " + difference.here;
  return finding.reason.empty() ? text : text + "; " + finding.reason;
}

std::string judged(std::string_view id, std::vector<SeenRelation> relations, int major = 15) {
  return in_words(compare_postgres(trial(id), major, Observed{std::move(relations)}));
}

}  // namespace

TEST_CASE("a lock that is stronger, weaker, missing or not known differs") {
  CHECK(judged("validate_fk", {seen("p", "row share"), [] {
                                 auto t = seen("t", "share update exclusive");
                                 t.read = true;
                                 return t;
                               }()}) == "same");
  CHECK(judged("comment", {seen("t", "share update exclusive")}) == "same");
  CHECK(judged("comment", {seen("t", "access exclusive")}) ==
        "differs; lock on t: share update exclusive -> access exclusive");
  CHECK(judged("comment", {seen("t", "access share")}) == "differs; lock on t: share update exclusive -> access share");
  CHECK(judged("comment", {}) == "differs; lock on t: share update exclusive -> nothing");
  CHECK(judged("comment", {seen("t", "share update exclusive"), seen("p", "share")}) ==
        "differs; lock on p: nothing -> share");
}

TEST_CASE("left out: what is made, what is dropped and not known, an index that is read") {
  auto made = seen("z", "access exclusive"), gone = seen("t_pkey", "access exclusive", Kind::index);
  made.made = true;
  CHECK(judged("create_table", {made}) == "same");
  CHECK(judged("comment", {seen("t", "share update exclusive"), seen("t_pkey", "access share", Kind::index)}) ==
        "same");
  CHECK(judged("comment", {seen("t", "share update exclusive"), seen("t_pkey", "row share", Kind::index)}) ==
        "differs; lock on t_pkey: nothing -> row share");
  auto t = seen("t", "access exclusive");
  t.gone = gone.gone = true;
  CHECK(judged("drop_table", {t, gone}) == "same");
  gone.gone = false;
  CHECK(judged("drop_table", {t, gone}) == "differs; lock on t_pkey: nothing -> access exclusive");
}

TEST_CASE("the class of work is told from files and reads") {
  SeenRelation table{.name = "t"}, index{.name = "t_pkey", .kind = Kind::index};
  CHECK(work_seen({{table, index}}) == "catalog");
  table.read = true;
  CHECK(work_seen({{table, index}}) == "scan");
  index.new_file = true;
  CHECK(work_seen({{table, index}}) == "index");
  table.new_file = true;
  CHECK(work_seen({{table, index}}) == "rewrite");
  table.emptied = true;
  CHECK(work_seen({{table, index}}) == "catalog");
  const SeenRelation view{.name = "mv", .kind = Kind::other, .new_file = true};
  CHECK(work_seen({{view}}) == "catalog");
  const SeenRelation made{.name = "z", .made = true, .new_file = true};
  CHECK(work_seen({{made}}) == "catalog");
}

TEST_CASE("a scan that is proven needless and happens all the same differs") {
  auto t = seen("t", "access exclusive");
  CHECK(judged("set_not_null_with_valid_check", {t}) == "same");
  t.read = true;
  CHECK(judged("set_not_null_with_valid_check", {t}) == "differs; work: catalog -> scan");
  Observed uncounted{{seen("t", "access exclusive")}};
  CHECK(in_words(compare_postgres(trial("set_not_null_raw"), 15, uncounted)) == "differs; work: scan -> catalog");
  uncounted.counted = false;
  CHECK(in_words(compare_postgres(trial("set_not_null_raw"), 15, uncounted)) == "same");
  uncounted.relations[0].new_file = true;
  CHECK(in_words(compare_postgres(trial("set_not_null_raw"), 15, uncounted)) == "differs; work: scan -> rewrite");
}

TEST_CASE("what a look from outside missed is not measured; what it saw beyond differs") {
  Observed observed{{seen("t", "share update exclusive")}};
  observed.sampled = true;
  observed.counted = false;
  CHECK(in_words(compare_postgres(trial("drop_index_concurrently"), 15, observed)) ==
        "not measured; no look from outside met its lock: share update exclusive on t_v20");
  observed.relations.push_back(seen("t_v20", "access exclusive", Kind::index));
  CHECK(in_words(compare_postgres(trial("drop_index_concurrently"), 15, observed)) ==
        "differs; lock on t_v20: share update exclusive -> access exclusive");
}

TEST_CASE("a major counts") {
  const std::vector<SeenRelation> both{seen("pt", "access exclusive"), seen("pt2", "access exclusive")};
  CHECK(judged("detach_partition", both, 15) == "same");
  CHECK(judged("detach_partition", both, 13) == "differs; lock on pt2: share update exclusive -> access exclusive");
}

TEST_CASE("refusals: known ones are as measured, others leave a reason") {
  const auto refused = [](std::string_view id, int major, const std::string& words) {
    return in_words(compare_postgres(trial(id), major, words));
  };
  CHECK(refused("set_expression", 15, "syntax error at or near \"EXPRESSION\": ALTER TABLE t …") == "same");
  CHECK(refused("set_expression", 15, "permission denied") ==
        "not measured; it is refused, as it should be, but in other words: permission denied");
  CHECK(refused("set_expression", 17, "permission denied") == "not measured; the server refuses it: permission denied");
  CHECK(judged("set_expression", {seen("t", "access exclusive")}, 15) ==
        "differs; statement: refused: syntax error at or near \"EXPRESSION\" -> executed");
}

TEST_CASE("only PostgreSQL was measured") {
  CHECK((calibration_of("postgres") != nullptr));
  CHECK((calibration_of("sqlite") == nullptr));
}
