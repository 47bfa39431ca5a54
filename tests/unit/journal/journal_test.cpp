#include "runtime/journal/journal.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <sys/resource.h>

#include <doctest/doctest.h>

#include "tests/support/small_world.hpp"

using namespace dmc::journal;
using dmc::tests::Folder;
using dmc::tests::StillClock;

namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void append(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

Noted note(const std::string& text) { return {"shop", text}; }

}  // namespace

TEST_CASE("records come back as they were told") {
  Folder folder;
  StillClock clock;
  const auto path = folder.at("deep/er/7.jsonl");
  const std::vector<Event> events{RunStarted{"sha256:1", "change 7", true, "dmc", {"shop"}},
                                  VerdictGiven{"shop", "run", "it is at 6"},
                                  StepStarted{"shop", "s1", 1, 2, "make it", true, 1},
                                  StepProgressed{"shop", "s1", 5, 10, 100, 50, 5},
                                  StepProgressed{"shop", "s1", 5, std::nullopt, 0, std::nullopt, 5},
                                  StepRetried{"shop", "s1", "busy", 1, 30, 200},
                                  StepEnded{"shop", "s1", "done", "", 12, 5},
                                  TargetEnded{"shop", 0, "at 7"},
                                  note("line\nbreak")};
  {
    const auto journal = open_journal(path, clock);
    for (const auto& event : events) journal->tell(event);
    CHECK(journal->broken().empty());
    CHECK(!journal->was_torn());
  }
  const auto recorded = read_journal(path);
  CHECK(!recorded.torn);
  REQUIRE(recorded.records.size() == events.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    CHECK(recorded.records[i] == Record{"2026-01-02T03:04:05Z", events[i]});
}

TEST_CASE("every record is in the file before the next is told") {
  Folder folder;
  StillClock clock;
  const auto journal = open_journal(folder.at("j"), clock);
  for (int i = 0; i < 3; ++i) {
    journal->tell(note(std::to_string(i)));
    CHECK(read_journal(folder.at("j")).records.size() == static_cast<std::size_t>(i) + 1);
  }
}

TEST_CASE("a missing journal has no records") { CHECK(read_journal("/no/such/journal").records.empty()); }

TEST_CASE("a journal torn at any byte is read up to there, and goes on") {
  Folder folder;
  StillClock clock;
  const auto path = folder.at("j");
  {
    const auto journal = open_journal(path, clock);
    journal->tell(note("one"));
    journal->tell(note("two"));
  }
  const std::string whole = content(path);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, size);
    const auto before = read_journal(path);
    const auto lines =
        static_cast<std::size_t>(std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size), '\n'));
    CHECK(before.records.size() >= (lines == 0 ? 0 : lines - 1));
    {
      const auto journal = open_journal(path, clock);
      journal->tell(note("three"));
    }
    const auto after = read_journal(path);
    CHECK_MESSAGE(!after.records.empty(), size);
    CHECK(after.records.back().event == Event(note("three")));
    CHECK(!after.torn);
  }
}

TEST_CASE("what is no journal of this version is refused and left as it is") {
  Folder folder;
  StillClock clock;
  for (const char* text :
       {"my shopping list\n", "{\"format\":\"dmc-journal\",\"version\":2}\n", "{\"format\":\"other\",\"version\":1}\n",
        "{\"format\":\"dmc-journal\",\"version\":1}\nnot a record\n{\"at\":\"x\"}\n"}) {
    const auto path = folder.at("j");
    std::ofstream(path, std::ios::binary) << text;
    CHECK_THROWS_AS(read_journal(path), JournalError);
    if (std::string(text).find("not a record") == std::string::npos)
      CHECK_THROWS_AS(open_journal(path, clock), JournalError);
    CHECK(content(path) == text);
  }
}

TEST_CASE("a broken line in the middle is no torn tail") {
  Folder folder;
  StillClock clock;
  const auto path = folder.at("j");
  { open_journal(path, clock)->tell(note("one")); }
  append(path, "{\"at\":\"x\"\n");
  { open_journal(path, clock)->tell(note("two")); }
  CHECK_THROWS_AS(read_journal(path), JournalError);
}

TEST_CASE("a journal that cannot be written says so and does not throw") {
  Folder folder;
  StillClock clock;
  const auto journal = open_journal(folder.at("j"), clock);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit tight{200, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &tight);
  for (int i = 0; i < 10; ++i) CHECK_NOTHROW(journal->tell(note("a text that fills the file")));
  ::setrlimit(RLIMIT_FSIZE, &before);
  CHECK(!journal->broken().empty());
  CHECK(read_journal(folder.at("j")).torn);
}

TEST_CASE("a time later than another, over months and leap years") {
  using dmc::journal::later;
  CHECK(later("2026-01-02T03:04:05Z", 0) == "2026-01-02T03:04:05Z");
  CHECK(later("2026-01-02T03:04:05Z", 1999) == "2026-01-02T03:04:06Z");
  CHECK(later("2024-02-28T23:59:59Z", 1000) == "2024-02-29T00:00:00Z");
  CHECK(later("2026-12-31T12:00:00Z", 86'400'000) == "2027-01-01T12:00:00Z");
  CHECK(later("some day", 1000) == "some day");
}
