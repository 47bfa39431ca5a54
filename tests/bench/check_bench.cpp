// Text to the checked model: megabytes a second, with the part that parsing takes, beside what this machine needs to
// look at the same bytes.
//   bench_check [MEGABYTES]      8 without it; few for a profiler
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/ast/build.hpp"
#include "compiler/check/check.hpp"
#include "grammar/parse.hpp"

namespace {

using namespace dmc;

constexpr double bar = 40.0;
constexpr int rounds = 8;

/// Tables as people write them: ten columns, keys, checks, indexes, foreign keys to other tables, some SQL.
std::string tables(std::size_t bytes) {
  std::string text = "database shop on sqlite 3.40 {\n  table users { id bigint primary key identity; }\n";
  for (int number = 0; text.size() < bytes; ++number) {
    text += fmt::format(R"(
  -- what customers ordered, part {0}
  table orders_{0} {{
    id           bigint         primary key  identity;
    user_id      bigint         not null     references users (id) on delete cascade;
    before_id    bigint         references orders_{1};
    state        text           not null     default 'new'  check (state in ('new', 'paid', 'shipped'));
    total        bigint         not null     default 0;
    currency     char(3)        not null     default 'EUR';
    note         text;
    placed_at    timestamptz    not null     default (current_timestamp);
    shipped_at   timestamptz;
    slug         text           generated (lower(note)) stored;

    constraint orders_{0}_paid_check check (state <> 'paid' or total > 0);
    unique (user_id, placed_at);
    index orders_{0}_open_idx (user_id, placed_at desc) where (state = 'new');
  }}
)",
                        number, number / 2);
  }
  return text + "}\n";
}

double seconds_of(auto&& work) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t size = argc > 1 ? static_cast<std::size_t>(std::atol(argv[1])) : 8;
  const std::vector<check::SourceText> files{{"project.mig", "project shop { edition 1; }\n"},
                                             {"schema/shop.mig", tables(size << 20U)}};
  const std::string& text = files[1].text;
  const dialects::Dialects dialects;
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  std::size_t checked = 0;
  std::uint64_t looked_at = 0;
  const double whole = seconds_of([&] {
    grammar::Sources sources;
    grammar::Diagnostics diagnostics;
    const model::Project project = check::check(files, sources, dialects, diagnostics);
    checked = diagnostics.has_errors() ? 0 : project.databases.front().tables.size();
  });
  const double parsed = seconds_of([&] {
    grammar::Sources sources;
    grammar::Diagnostics diagnostics;
    const auto file = sources.add("schema/shop.mig", text);
    const grammar::Tree tree = grammar::parse(sources, file, diagnostics);
    looked_at += ast::build(tree, sources, diagnostics).items.size();
  });
  const double limit = seconds_of([&] {
    looked_at += std::accumulate(text.begin(), text.end(), std::uint64_t{0},
                                 [](std::uint64_t sum, char c) { return sum + static_cast<unsigned char>(c); });
  });
  fmt::print("text to model      {:7.0f} MB/s   {} tables, {:.1f} MB; the bar is {:.0f}\n", megabytes / whole, checked,
             megabytes, bar);
  fmt::print("  of it to syntax  {:7.0f} MB/s\n", megabytes / parsed);
  fmt::print("look at each byte  {:7.0f} MB/s   ({})\n", megabytes / limit, looked_at % 10);
}
