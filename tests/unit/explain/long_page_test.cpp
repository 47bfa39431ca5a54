// Pages that are too long for a comment: they fit, and leave nothing out in silence.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "compiler/explain/explain.hpp"
#include "tests/unit/explain/plans.hpp"

using namespace dmc;

namespace {

bool has(const std::string& page, const std::string& part) { return page.find(part) != std::string::npos; }

std::size_t count(const std::string& page, std::string_view part) {
  std::size_t found = 0;
  for (auto at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) ++found;
  return found;
}

plan::Step dropped(const std::string& table, std::size_t line, std::int64_t stage = 1) {
  auto drop = tests::step(fmt::format("drop table {}, whose rows are in _dmc_backup_{:x}", table, line),
                          tests::run({"drop table " + table}), fmt::format("change 7, line {}: drop", line), stage);
  drop.object = "table " + table;
  drop.hazards = {{"data.drop_table", table, fmt::format("its rows are kept in _dmc_backup_{:x}", line),
                   fmt::format("change 7, line {}: drop table {} with backup", line, table)},
                  {"compat.table_gone", table, "programs that read " + table + " fail", std::nullopt}};
  drop.locks = {{"table " + table, "access exclusive", "catalog"}};
  drop.reverse = {plan::ReverseClass::exact_until_written, "rows written to " + table + " since"};
  return drop;
}

/// Of a comment on one column with a statement of so many bytes.
plan::Step commented(const std::string& column, std::size_t bytes) {
  auto made = tests::step("comment on " + column, tests::run({"comment " + std::string(bytes, 'x')}), "shop.mig:5: x");
  made.object = "column " + column;
  return made;
}

plan::Plan plan_of(std::vector<plan::Step> steps) {
  auto plan = tests::full_name();
  plan.steps = std::move(steps);
  tests::give_ids(plan);
  return plan;
}

plan::Plan drops(std::size_t tables, const std::string& name = "t") {
  std::vector<plan::Step> steps;
  for (std::size_t i = 0; i < tables; ++i) steps.push_back(dropped(fmt::format("{}{}", name, 1000 + i), i + 1));
  return plan_of(std::move(steps));
}

}  // namespace

TEST_CASE("a page of four hundred tables that go fits, and names each of them wherever it matters") {
  const auto page = explain::markdown(drops(400));
  CHECK(page.size() <= explain::longest_page);
  for (std::size_t i = 0; i < 400; ++i)
    CHECK(has(page, fmt::format("\n> - t{}: its rows are kept in \\_dmc\\_backup\\_{:x} (step {})\n", 1000 + i, i + 1,
                                i + 1)));
  CHECK(has(page, "\n- 400 × …: access exclusive, for a moment (steps 1–400): table t1000, table t1001, "));
  CHECK(has(page, "\n- 400 × once something is written: rows written to … since (steps 1–400): t1000, t1001, "));
  CHECK(has(page,
            "\n- 400 × data.drop\\_table on … — change 7, line …: drop table … with backup (steps 1–400): t1000, "));
  CHECK(has(page, "\n- 400 × compat.table\\_gone on …: programs that read … fail (steps 1–400): t1000, "));
  CHECK(
      has(page, "\n<details><summary>drop table …, whose rows are in … × 400 (steps 1–400)</summary>\n\nt1000 (1), "));
  CHECK(count(page, "t1399") >= 6);
  CHECK(page.find("**Lost**") < page.find("## Locks"));
  CHECK(page.find("## Locks") < page.find("## Undo"));
  CHECK(page.find("## Look at") < page.find("## Steps"));
  CHECK(has(page, "All of them: `dmc show PLAN --format text`, or `--format html` as a page.\n"));
  CHECK(count(page, "<details>") == count(page, "</details>"));
  CHECK(page == explain::markdown(drops(400)));
}

TEST_CASE("steps stand in full while they fit, and the page counts those that do") {
  std::vector<plan::Step> steps;
  for (const auto bytes : {100, 30'000, 200'000, 15'000, 25'000})
    steps.push_back(commented(fmt::format("c{}", steps.size()), static_cast<std::size_t>(bytes)));
  steps.push_back(dropped("other", 1, 2));
  const auto page = explain::markdown(plan_of(steps));
  CHECK(page.size() <= explain::longest_page);
  CHECK(has(page, "\n4 of 6 steps stand here in full;"));
  CHECK(has(page,
            "\n### Stage 1\n\n<details><summary>comment on … × 5 (steps 1–5)</summary>\n\n"
            "c0 (1), c1 (2), c2 (3), c3 (4), c4 (5)\n\n<details><summary>1. comment on c0</summary>\n"));
  CHECK(has(page, "\n### Stage 2\n\n<details><summary>6. drop table other, "));
  CHECK(has(page, "<details><summary>2. comment on c1</summary>"));
  CHECK_FALSE(has(page, "<details><summary>3. "));
  CHECK_FALSE(has(page, "<details><summary>5. "));
}

TEST_CASE("a step that stands by itself and does not fit is a line") {
  const auto page = explain::markdown(plan_of({commented("c", 100'000), dropped("other", 1)}));
  CHECK(has(page, "\n1\\. comment on c\n\n<details><summary>2. drop table other"));
  CHECK(has(page, "\n1 of 2 steps stand here in full;"));
}

TEST_CASE("what is longer than any page is counted where it is left out") {
  for (const auto tables : {1'500, 6'000, 20'000}) {
    const auto page = explain::markdown(drops(static_cast<std::size_t>(tables)));
    CHECK(page.size() <= explain::longest_page);
    CHECK(has(page, fmt::format("> - {} × …: its rows are kept in … (steps 1–{}): t1000, t1001, ", tables, tables)));
    for (const std::string_view title : {"**Lost**", "## Locks", "## Undo", "## Accepted", "## Look at", "## Steps"})
      CHECK(has(page, std::string(title)));
    // Lost, locks, undo, two kinds of hazards, steps: a list either names the last one or says how many are missing.
    CHECK(count(page, fmt::format("t{}", 999 + tables)) + count(page, " more\n") == 6);
  }
  // No two of them say the same.
  std::vector<plan::Step> steps;
  for (std::size_t i = 0; i < 3'000; ++i) {
    auto step = dropped(fmt::format("t{}", i), i);
    step.hazards.front().evidence = fmt::format("{} rows go from {}", std::string(i % 50, 'x'), i);
    step.summary = fmt::format("{} go", std::string(i % 50, 'x') + std::to_string(i));
    steps.push_back(step);
  }
  const auto page = explain::markdown(plan_of(steps));
  CHECK(page.size() <= explain::longest_page);
  const auto losses = count(page, "\n> - t");
  CHECK(losses > 100);
  CHECK(has(page, fmt::format("\n> - and {} more: `dmc show PLAN --format text`\n", 3'000 - losses)));
  CHECK(has(page, " steps.\n") == false);
  CHECK(has(page, "\nAnd "));
}

TEST_CASE("no text makes a page too long, and one that is cut is seen to be") {
  auto plan = drops(300, std::string(900, '_') + "ä");
  plan.title = std::string(100'000, '<');
  plan.reasons = {std::string(70'000, '&'), "second"};
  plan.applyable = false;
  for (auto& database : plan.databases) database.oldest_version = std::string(50'000, '|');
  for (int i = 0; i < 500; ++i) {
    plan.databases.push_back(tests::shop_input());
    plan.databases.back().name = fmt::format("d{}", i);
    plan.renames.push_back({"shop", std::string(5'000, '*'), "b"});
  }
  for (const auto most : {explain::longest_page, std::size_t{25'000}, std::size_t{0}}) {
    const auto page = explain::markdown(plan, most);
    CHECK(page.size() <= std::max(most, explain::shortest_page));
    CHECK(has(page, "…"));
    CHECK(has(page, " more | | | |\n"));
    CHECK(has(page, "- second\n"));
    CHECK(count(page, "<details>") == count(page, "</details>"));
  }
}

TEST_CASE("a short plan is not folded") {
  const auto page = explain::markdown(drops(3));
  CHECK(page == explain::markdown(drops(3), page.size()));
  CHECK_FALSE(has(page, "×"));
  CHECK(page != explain::markdown(drops(60), explain::shortest_page));
}
