// The journal of a run: one JSON record a line, flushed per record, derived and discardable. The door of the folder.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/journal/clock.hpp"
#include "runtime/journal/event.hpp"

namespace dmc::journal {

/// The file cannot be opened, or is not a journal that this version knows. It is left as it is.
class JournalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Record {
  std::string at;  ///< UTC
  Event event;
  static void fields(auto& self, auto&& visit) {
    visit("at", self.at);
    visit("event", self.event);
  }
  bool operator==(const Record&) const = default;
};

struct Recorded {
  std::vector<Record> records;
  bool torn = false;  ///< the last line breaks off: its writer died; everything before it is whole
};

/// A journal that did not take a record goes on silently; `broken` then says why.
class Journal : public Sink {
 public:
  virtual const std::string& path() const = 0;
  virtual const std::string& broken() const = 0;  ///< empty: every record was written
  virtual bool was_torn() const = 0;              ///< the file broke off when it was opened
};

/// Opens for appending, creating the file and its folder. Throws JournalError for a file of an unknown format and for a
/// folder that cannot be written.
std::unique_ptr<Journal> open_journal(const std::string& path, Clock& clock);

/// All records; a missing file has none. Throws JournalError for an unknown format and for a broken line that is not
/// the last.
Recorded read_journal(const std::string& path);

}  // namespace dmc::journal
