// How long a client of a table waits at most while a recipe changes it online and a long reader holds it: probes read
// and write every 5 ms. The limit beside it is the longest wait while nothing happens. Prints figures, gives no
// verdict.
//   bench_postgres_stall [PART_OF_A_NAME]      only the recipes whose name has it
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "tests/fault/recipe_world.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds rhythm(5), reader_holds(700), reader_pauses(300);
constexpr int most_runs = 60, at_rest_ms = 2000, lock_timeout_ms = 200;

double ms_since(Steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

std::unique_ptr<session::Session> opened(const RecipeWorld& world) {
  static const auto connector = session::connector();
  return connector->open(world.url, session::Missing::refuse, session::Access::write);
}

struct Table {
  std::string_view read, write;
};
/// Of recipes/shop.mig. A recipe may take a column or a table away: the probe is then refused, and goes on.
constexpr std::array<Table, 5> tables{
    {{"select name from public.users where id = 7", "update public.users set name = name where id = 7"},
     {"select code from public.orders where id = 7", "update public.orders set note = note where id = 7"},
     {"select town from public.parcels where id = 7", "update public.parcels set town = town where id = 7"},
     {"select amount from public.events where id = 7", "update public.events set amount = amount where id = 7"},
     {"select id from public.bigger_orders where id = 7", "update public.big_orders set id = id where id = 7"}}};
constexpr std::array<std::string_view, 3> views{"select 1 from public.big_orders limit 1",
                                                "select 1 from public.totals limit 1",
                                                "select 1 from public.doubled limit 1"};

struct Stall {
  double ms = 0;
  std::string_view at;
  long asked = 0, refused = 0;
  void add(const Stall& other) {
    if (other.ms > ms) ms = other.ms, at = other.at;
    asked += other.asked, refused += other.refused;
  }
};

void probe(const RecipeWorld& world, const Table& table, const std::atomic<bool>& over, Stall& longest) {
  const auto session = opened(world);
  for (auto next = Steady::now(); !over; std::this_thread::sleep_until(next = std::max(next + rhythm, Steady::now())))
    for (const auto statement : {table.read, table.write}) {
      const auto begin = Steady::now();
      ++longest.asked;
      try {
        if (statement == table.read)
          session->query(statement);
        else
          session->execute(statement);
      } catch (const session::SessionError&) {
        ++longest.refused;
      }
      if (const auto waited = ms_since(begin); waited > longest.ms) longest.ms = waited, longest.at = statement;
    }
}

/// Holds everything that can be read for a while, again and again.
void read_long(const RecipeWorld& world, const std::atomic<bool>& over) {
  const auto session = opened(world);
  while (!over) {
    session->transaction(session::Transaction::begin);
    const auto read = [&](std::string_view what) {
      try {
        session->query(what);
      } catch (const session::SessionError&) {
        session->transaction(session::Transaction::rollback);
        session->transaction(session::Transaction::begin);
      }
    };
    for (const auto view : views) read(view);
    for (const auto& table : tables) read(table.read);
    for (const auto begin = Steady::now(); !over && Steady::now() - begin < reader_holds;)
      std::this_thread::sleep_for(rhythm);
    session->transaction(session::Transaction::rollback);
    for (const auto begin = Steady::now(); !over && Steady::now() - begin < reader_pauses;)
      std::this_thread::sleep_for(rhythm);
  }
}

template <class Work>
Stall stall_during(const RecipeWorld& world, const Work& work) {
  std::atomic<bool> over = false;
  std::array<Stall, tables.size()> stalls;
  std::vector<std::thread> threads;
  threads.emplace_back([&] { read_long(world, over); });
  for (std::size_t i = 0; i < tables.size(); ++i)
    threads.emplace_back([&, i] { probe(world, tables[i], over, stalls[i]); });
  std::this_thread::sleep_for(10 * rhythm);
  work();
  over = true;
  for (auto& thread : threads) thread.join();
  Stall longest;
  for (const auto& stall : stalls) longest.add(stall);
  return longest;
}

void line(const std::string& what, const Stall& stall, const std::string& more) {
  fmt::print("{:<34} {:>7.1f} ms   {:>6} asked, {:>5} refused   {}\n", what, stall.ms, stall.asked, stall.refused,
             more);
  std::fflush(stdout);
}

void measure(PostgresServer& server, const Recipe& recipe) {
  RecipeWorld world(server, recipe);
  const auto rest = stall_during(world, [] { std::this_thread::sleep_for(milliseconds(at_rest_ms)); });
  int runs = 0;
  Answer answer;
  const auto begin = Steady::now();
  const auto changing = stall_during(world, [&] {
    do answer = world.go(RecipeWorld::Way::forth);
    while (answer.exit != 0 && ++runs < most_runs);
  });
  line(
      recipe.name, changing,
      fmt::format("{:.1f} ms at rest; bar {} ms; {:.1f} s, given up {} times{}; at: {}", rest.ms, lock_timeout_ms + 100,
                  ms_since(begin) / 1000, runs, answer.exit == 0 ? "" : ", and NOT DONE: " + answer.text, changing.at));
}

}  // namespace

int main(int count, char** words) {
  auto* server = postgres_or_skip("the longest stall of a client");
  if (!server) return 0;
  try {
    build_recipe_base(*server);
    for (const auto& recipe : recipes())
      if (count < 2 || recipe.name.find(words[1]) != std::string::npos) measure(*server, recipe);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
