// A world small enough for a unit test: a folder in memory, a clock that only moves when somebody waits, sinks that
// keep what they are told.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <unistd.h>
#include <vector>

#include "runtime/journal/clock.hpp"
#include "runtime/journal/event.hpp"

namespace dmc::tests {

/// Gone with everything in it when it goes.
class Folder {
 public:
  Folder() {
    namespace fs = std::filesystem;
    const fs::path base = fs::is_directory("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
    std::string name = (base / "dmc-unit-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string at(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// `on_pause` is called with every wait: what else happens in the world meanwhile.
class StillClock : public journal::Clock {
 public:
  std::string utc() override { return date; }
  std::int64_t milliseconds() override { return now_; }
  void pause(std::int64_t milliseconds) override {
    now_ += milliseconds;
    if (on_pause) on_pause(milliseconds);
  }
  void pass(std::int64_t milliseconds) { now_ += milliseconds; }
  std::string date = "2026-01-02T03:04:05Z";  ///< jumps when a test sets it
  std::function<void(std::int64_t)> on_pause;

 private:
  std::int64_t now_ = 1'000'000;
};

class Kept : public journal::Sink {
 public:
  void tell(const journal::Event& event) override {
    events.push_back(event);
    if (on_event) on_event(event);
  }
  template <class Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const auto& event : events)
      if (const auto* kind = std::get_if<Kind>(&event)) found.push_back(*kind);
    return found;
  }
  std::vector<journal::Event> events;
  std::function<void(const journal::Event&)> on_event;
};

}  // namespace dmc::tests
