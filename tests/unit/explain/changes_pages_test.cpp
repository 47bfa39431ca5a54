// The pages grammar/changes_*.md: what happens on an engine when something changes. They are written from the goldens
// that the lowering of each engine is held against, so that they cannot say anything else; DMC_ACCEPT=1 writes them.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/explain/words.hpp"
#include "grammar/expected.hpp"

using namespace dmc;

namespace {

const std::filesystem::path source = DMC_SOURCE_DIR;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Line {
  std::string summary, locks, back;
};
struct Story {
  std::string name;
  std::vector<Line> steps;
};

/// "table t: access exclusive, catalog" as people read it.
std::string lock_words(const std::string& lock) {
  const auto comma = lock.rfind(", ");
  if (comma == std::string::npos) return lock;
  return lock.substr(0, comma) + ", " + std::string(explain::work_words(lock.substr(comma + 2)));
}

void add(std::string& list, const std::string& item) { list += (list.empty() ? "" : "; ") + item; }

/// "12. the step", at the beginning of a line.
std::optional<std::string> step_on(const std::string& line) {
  const auto digits = line.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string::npos || line.substr(digits, 2) != ". ") return std::nullopt;
  return line.substr(digits + 2);
}

/// As the stories of an engine are written: a step, and two blanks before all that is said of it.
Story story_in(const std::filesystem::path& path) {
  Story story{path.stem().string(), {}};
  std::istringstream in(content_of(path));
  for (std::string line; std::getline(in, line);) {
    if (const auto summary = step_on(line)) story.steps.push_back({*summary, "", ""});
    if (story.steps.empty()) continue;
    auto& step = story.steps.back();
    if (line.starts_with("  locks ")) add(step.locks, lock_words(line.substr(8)));
    if (line.starts_with("  way back: ")) step.back = line.substr(12);
  }
  return story;
}

/// As `dmc show` writes a plan: locks stand before the steps.
Story plan_in(const std::filesystem::path& folder) {
  Story story{folder.filename().string(), {}};
  std::istringstream in(content_of(folder / "explain.txt"));
  std::string locks;
  bool among_locks = false;
  for (std::string line; std::getline(in, line);) {
    if (line == "locks" || line.empty()) {
      among_locks = line == "locks";
      continue;
    }
    if (among_locks && line.starts_with("  ")) add(locks, line.substr(2));
    // A step; the numbers of all of them end at one place, and what is said of it stands behind that.
    const auto number = line.find_first_not_of(' ');
    const auto digits = line.find_first_not_of("0123456789", number);
    const bool is_step = digits != number && digits != std::string::npos && line.substr(digits, 2) == "  ";
    if (is_step) story.steps.push_back({line.substr(digits + 2), "", ""});
    constexpr std::string_view undo = "undo    ";
    if (!is_step && !story.steps.empty() && number >= 3 && line.substr(number).starts_with(undo))
      story.steps.back().back = line.substr(number + undo.size());
  }
  if (!story.steps.empty()) story.steps.front().locks = locks;
  return story;
}

/// As its stories call an engine, and as people do.
struct Engine {
  std::string key, name;
};

/// What people call the stories: on each line of titles.txt "ENGINE STORY  TITLE", one for the story of every
/// version.
class Titles {
 public:
  Titles() {
    std::istringstream in(content_of(source / "tests/unit/explain/titles.txt"));
    for (std::string line; std::getline(in, line);) {
      const auto gap = line.find("  ");
      const auto story = line.substr(0, gap);
      const bool first = titles_.emplace(story, gap == std::string::npos ? "" : line.substr(gap + 2)).second;
      CHECK_MESSAGE(first, "titles.txt has two titles for " << story);
    }
  }

  std::string of(const std::string& story) {
    used_.insert(story);
    const auto found = titles_.find(story);
    const bool titled = found != titles_.end() && !found->second.empty();
    CHECK_MESSAGE(titled, "titles.txt has no title for " << story << ": add the line '" << story << "  TITLE'");
    return titled ? found->second : story;
  }

  /// What has gone from the pages goes from the list too.
  void all_are_used() const {
    for (const auto& [story, title] : titles_)
      CHECK_MESSAGE(used_.contains(story), "titles.txt has a title for '" << story << "', which is on no page");
  }

 private:
  std::map<std::string, std::string> titles_;
  std::set<std::string> used_;
};

struct Title {
  std::string words, version;
};

/// The newer of two stories of the same name says what is done today; the older one is for older servers.
Title title_of(std::string name, const Engine& engine, Titles& titles) {
  std::string version;
  if (const auto last = name.rfind('_');
      last != std::string::npos && name.find_first_not_of("0123456789", last + 1) == std::string::npos) {
    version = name.substr(last + 1);
    name.resize(last);
  }
  return {titles.of(engine.key + " " + name), version};
}

struct Section {
  Title title;
  Story story;
};

std::string section(const Section& one, const Engine& engine) {
  const auto& [title, story] = one;
  std::string out = fmt::format(
      "\n## {}{}\n\n| | step | locks | way back |\n|--:|---|---|---|\n", explain::in_markdown(title.words),
      title.version.empty() ? "" : fmt::format(", where servers of {} {} are declared", engine.name, title.version));
  for (std::size_t i = 0; i < story.steps.size(); ++i)
    out += fmt::format("| {} | {} | {} | {} |\n", i + 1, explain::in_markdown(story.steps[i].summary),
                       explain::in_markdown(story.steps[i].locks), explain::in_markdown(story.steps[i].back));
  return out;
}

std::string head(const std::string& engine, const std::string& more) {
  return fmt::format(
      "# What happens on {} when you change something\n\n"
      "Each section is one change, on a small table: what dmc does, step by step, what it locks and for how long, and "
      "how far the way back goes. It is written from the tests that hold the steps; the statements themselves are in "
      "every plan (`dmc show`). {}\n",
      engine, more);
}

template <class Read>
std::string page(const Engine& engine, const std::string& more, const std::vector<std::filesystem::path>& paths,
                 Read read, Titles& titles) {
  std::vector<Section> sections;
  for (const auto& path : paths)
    if (const auto story = read(path); !story.steps.empty())
      sections.push_back({title_of(story.name, engine, titles), story});
  // As people look for them; what has no version comes before what is for older servers.
  std::ranges::stable_sort(sections, {}, [](const Section& one) {
    return std::pair(grammar::lower_case(one.title.words), one.title.version);
  });
  std::string out = head(engine.name, more);
  for (const auto& one : sections) out += section(one, engine);
  return out;
}

std::vector<std::filesystem::path> sorted(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

void page_says(const std::string& name, const std::string& actual) {
  const auto path = source / "grammar" / name;
  if (std::getenv("DMC_ACCEPT") != nullptr) std::ofstream(path, std::ios::binary) << actual;
  CHECK_MESSAGE(content_of(path) == actual,
                "grammar/" << name << " is not what the goldens say: DMC_ACCEPT=1 writes it anew");
}

/// What was measured of each statement, by the work it does and the strongest lock it takes.
std::string measured_locks() {
  const auto data = nlohmann::ordered_json::parse(content_of(source / "compiler/dialects/postgres/locks.json"));
  std::string out =
      "\n## Statements and their locks\n\nMeasured on every major, on a table `t`, and measured again on a server of "
      "yours by `dmc "
      "calibrate`.\n\n| statement | majors | locks | work |\n|---|---|---|---|\n";
  for (const auto& [name, operation] : data.at("operations").items())
    for (const auto& one : operation.at("by_major")) {
      if (!one.contains("locks")) continue;  // these servers do not have it
      std::string locks;
      for (const auto& [relation, mode] : one.at("locks").items()) {
        const auto word = mode.get<std::string>();
        add(locks,
            relation + ": " + (data.at("modes").contains(word) ? data.at("modes").at(word).get<std::string>() : word));
      }
      out += fmt::format("| {} | {} | {} | {} |\n", explain::in_markdown(operation.at("statement").get<std::string>()),
                         one.at("pg").get<std::string>(), explain::in_markdown(locks),
                         explain::in_markdown(one.value("work", std::string())));
    }
  return out;
}

}  // namespace

TEST_CASE("the pages of what changes do say what the goldens hold") {
  Titles titles;
  page_says("changes_postgres.md",
            page({"postgres", "PostgreSQL"}, "How statements lock, one by one, stands at the end.",
                 sorted(source / "tests/unit/dialects/postgres"), story_in, titles) +
                measured_locks());
  page_says("changes_clickhouse.md", page({"clickhouse", "ClickHouse"}, "",
                                          sorted(source / "tests/unit/dialects/clickhouse"), story_in, titles));
  page_says("changes_sqlite.md", page({"sqlite", "SQLite"}, "The locks of a whole plan stand beside its first step.",
                                      sorted(source / "tests/golden/run"), plan_in, titles));
  titles.all_are_used();
}
