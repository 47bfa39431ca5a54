// The base is built once by change 1; each world is a copy of it, with a change 2.
#include "tests/fault/recipe_world.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

#include "tests/support/postgres_dump.hpp"

namespace dmc::tests {

namespace {

namespace fs = std::filesystem;

const std::string base_database = "recipes_base";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// The shop, declared for the servers of the major that is there.
std::string shop(const PostgresServer& server) {
  auto text = read(fs::path(DMC_SOURCE_DIR) / "tests/fault/recipes/shop.mig");
  const std::string declared = "on postgres 15";
  return text.replace(text.find(declared), declared.size(), "on postgres " + std::to_string(server.major()));
}

/// The words that every project begins with: a lock that is not to be had is given up soon.
void found(const fs::path& project, const PostgresServer& server) {
  write(project / "project.mig",
        "project shop { edition 1; }\npolicy { lock timeout 200ms retry 1 backoff 20ms to 50ms; }\n");
  write(project / "schema/shop.mig", shop(server));
  write(project / "changes/0001_shop.mig", "change 1 'a shop';\n");
}

Answer answer_of(const fs::path& project, const std::vector<std::string>& words, session::Connector& connector,
                 session::Stop& stop) {
  std::istringstream in;
  std::ostringstream out;
  const dialects::Dialects dialects;
  const auto clock = journal::system_clock();
  cli::World world{in, out, out, {}, project, getpid(), "test", "tester", dialects, connector, stop, *clock};
  const int exit = cli::run(words, world);
  return {exit, out.str()};
}

std::string edited(const Recipe& recipe, const PostgresServer& server) {
  auto text = shop(server);
  for (const auto& [from, to] : recipe.edits) {
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error(recipe.name + ": the shop does not say: " + from);
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string name_of_database(const Recipe& recipe) {
  std::string name = "recipe_" + recipe.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

/// A copy of the base, which knows itself as what it is: what tells it from a copy is the number of the database.
session::Url copied(PostgresServer& server, const std::string& database) {
  server.drop(database);
  server.script("postgres", {"create database " + database + " template " + base_database});
  server.script(
      database,
      {"update dmc.target set identity = replace(regexp_replace(identity, '\"database_oid\",\"[0-9]+\"', "
       "'\"database_oid\",\"' || (select oid from pg_database where datname = current_database()) || '\"'), '" +
       base_database + "', current_database())"});
  return server.at(database);
}

std::string address(const session::Url& url) { return "shop=" + url.engine + ":" + url.location; }

}  // namespace

std::vector<long> Events::acting() const {
  std::vector<long> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::string_view event = all[i];
    constexpr std::string_view executed = "executed: ";
    if (!event.starts_with(executed)) continue;
    event.remove_prefix(executed.size());
    const bool looks = event.starts_with("select") || event.starts_with("set ") || event.starts_with("savepoint") ||
                       event.starts_with("rollback") || event.starts_with("release") || event.starts_with("begin") ||
                       event.starts_with("with ") || event.starts_with("show ");
    const bool of_ledger =
        event.find("dmc.") != std::string_view::npos && event.find("_dmc.") == std::string_view::npos;
    if (!looks && !of_ledger) found.push_back(static_cast<long>(i) + 1);
  }
  return found;
}

RecipeWorld::RecipeWorld(PostgresServer& server, const Recipe& recipe)
    : server(server), recipe(recipe), database(name_of_database(recipe)), url(copied(server, database)) {
  const fs::path project = project_.at("shop");
  found(project, server);
  const auto built = dmc({"compile"});
  write(project / "schema/shop.mig", edited(recipe, server));
  write(project / "changes/0002_recipe.mig", "change 2 'recipe' {\n  " + recipe.declared + "\n}\n");
  const auto compiled = dmc({"compile"});
  if (built.exit != 0 || compiled.exit != 0) throw std::runtime_error(recipe.name + ": " + built.text + compiled.text);
  before_ = picture();
  forth_ = traced(Way::forth);
  after_ = picture();
  back_ = traced(Way::back);
}

Answer RecipeWorld::dmc(std::vector<std::string> words, session::Connector* connector, session::Stop* stop) {
  session::Stop quiet;
  return answer_of(project_.at("shop"), words, connector ? *connector : *real_, stop ? *stop : quiet);
}

Answer RecipeWorld::go(Way way, session::Connector* connector, session::Stop* stop, std::vector<std::string> more) {
  std::vector<std::string> words{
      way == Way::forth ? "run" : "undo", "plans/0002.plan.json", "--on", address(url), "--yes", "--no-progress"};
  if (way == Way::back) words.insert(words.end(), {"--lossy", "all"});
  words.insert(words.end(), more.begin(), more.end());
  return dmc(words, connector, stop);
}

int RecipeWorld::apart(Way way, FaultPoint point) {
  const int child = ::fork();
  if (child != 0) return child;
  FaultConnector faulty(*session::connector().release(), point);
  const auto answer = go(way, &faulty);
  write(project_.at("said"), answer.text);
  ::_exit(answer.exit);
}

std::string RecipeWorld::picture() const {
  const fs::path socket = server.socket_path();
  return schema_of("host=" + socket.parent_path().string() + " port=" + std::to_string(server.port()) +
                   " user=postgres dbname=" + database) +
         contents_of(server.asking(database));
}

std::string RecipeWorld::ledger() const {
  std::string text;
  const auto ask = server.asking(database);
  for (const std::string table : {"target", "step", "attempt", "history", "object", "leftover", "gate"})
    for (const auto& row : ask("select to_jsonb(t)::text from dmc." + table + " t order by to_jsonb(t)::text"))
      text += table + " " + row + "\n";
  return text;
}

Events RecipeWorld::traced(Way way) {
  Events events;
  FaultPoint point;
  point.trace = &events.all;
  FaultConnector counting(*real_, point);
  const auto answer = go(way, &counting);
  if (answer.exit != 0) throw std::runtime_error(recipe.name + ": " + answer.text);
  return events;
}

void RecipeWorld::begin(Way way) {
  const auto answer = go(way == Way::forth ? Way::back : Way::forth);
  if (answer.exit != 0) throw std::runtime_error(recipe.name + ": " + answer.text);
}

void RecipeWorld::afresh() {
  if (!wrong(Way::back).empty()) copied(server, database);
}

std::string RecipeWorld::wrong(Way way) {
  if (const auto is = picture(); is != wanted(way)) return "something else is there:\n" + difference(is, wanted(way));
  const auto status = dmc({"status", "--on", address(url)});
  if (status.exit != 0) return "it is not at rest: " + status.text;
  const auto verified = dmc({"verify", "--on", address(url)});
  if (verified.exit != 0) return "it does not verify: " + verified.text;
  const auto drift = dmc({"drift", "--on", address(url)});
  return drift.exit == 0 ? "" : "it has drifted: " + drift.text;
}

std::string difference(const std::string& is, const std::string& wanted) {
  const auto lines = [](const std::string& text) {
    std::multiset<std::string> found;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) found.insert(line);
    return found;
  };
  std::string text;
  const auto a = lines(is), b = lines(wanted);
  for (const auto& line : a)
    if (a.count(line) > b.count(line)) text += "+ " + line + "\n";
  for (const auto& line : b)
    if (b.count(line) > a.count(line)) text += "- " + line + "\n";
  return text.empty() ? "only the order of lines differs" : text;
}

void build_recipe_base(PostgresServer& server) {
  const Folder folder;
  const fs::path project = folder.at("shop");
  found(project, server);
  server.script("postgres",
                {"do $role$ begin create role clerk; exception when duplicate_object then null; end $role$"});
  const auto url = server.make(base_database);
  const auto connector = session::connector();
  session::Stop stop;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"compile"},
        {"run", "plans/0001.plan.json", "--on", address(url), "--yes", "--no-progress"}}) {
    const auto answer = answer_of(project, words, *connector, stop);
    if (answer.exit != 0) throw std::runtime_error(answer.text);
  }
  server.script(base_database,
                {"do $rows$ begin " + read(fs::path(DMC_SOURCE_DIR) / "tests/fault/recipes/rows.sql") + " end $rows$"});
}

std::vector<std::unique_ptr<RecipeWorld>>* recipe_worlds(const char* name) {
  auto* server = postgres_or_skip(name);
  if (!server) return nullptr;
  static auto worlds = [&] {
    build_recipe_base(*server);
    std::vector<std::unique_ptr<RecipeWorld>> made;
    for (const auto& recipe : recipes()) made.push_back(std::make_unique<RecipeWorld>(*server, recipe));
    return made;
  }();
  return &worlds;
}

}  // namespace dmc::tests
