// Appends records and reads them back; a line that broke off when its writer died is expected, anything else unknown is
// not.
#include "runtime/journal/journal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "compiler/plan/canonical.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::journal {

namespace {

struct Head {
  std::string format = "dmc-journal";
  std::int64_t version = 1;
  static void fields(auto& self, auto&& visit) {
    visit("format", self.format);
    visit("version", self.version);
  }
  bool operator==(const Head&) const = default;
};

template <class T>
std::optional<T> parsed(std::string_view line) {
  plan::JsonError error;
  T value;
  const auto json = plan::read_json(line, error);
  if (!json || !plan::read(*json, value, error)) return std::nullopt;
  return value;
}

std::string in_words(int error) { return std::generic_category().message(error); }

/// Nothing for a file that is not there.
std::string read_whole(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw JournalError(path + " is a folder, not a journal");
  std::ifstream file(path, std::ios::binary);
  if (!file && errno == ENOENT) return {};
  if (!file) throw JournalError("the journal " + path + " cannot be read (" + in_words(errno) + ")");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The text without its first line, which says what it is.
std::string_view body_of(const std::string& path, std::string_view text) {
  const auto end = text.find('\n');
  const auto head = parsed<Head>(text.substr(0, end));
  // A writer that died inside its first line leaves the beginning of it, and nothing else.
  const std::string whole = plan::canonical(Head{});
  if (end == std::string_view::npos && whole.starts_with(text)) return {};
  if (!head || head->format != Head{}.format)
    throw JournalError(path + " is not a journal of dmc; it is left as it is");
  if (head->version != Head{}.version)
    throw JournalError(path + " is a journal of version " + std::to_string(head->version) +
                       ", and this dmc knows version " + std::to_string(Head{}.version) + "; it is left as it is");
  return end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
}

class FileJournal : public Journal {
 public:
  FileJournal(const std::string& path, Clock& clock) : path_(path), clock_(clock) {
    const std::string text = read_whole(path);
    if (!text.empty()) body_of(path, text);
    file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (file_ < 0) throw JournalError("the journal " + path + " cannot be opened (" + in_words(errno) + ")");
    const auto tail = text.size() - (text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
    torn_ = tail > 0 && text != plan::canonical(Head{});
    if (text.find('\n') == std::string::npos) {
      // Nothing, or a head that broke off: it is written again from its beginning.
      if (!text.empty() && ::ftruncate(file_, 0) != 0) broken_ = in_words(errno);
      write(plan::canonical(Head{}) + "\n");
    } else if (torn_) {
      write("\n");
      tell(TornLine{static_cast<std::int64_t>(tail)});
    }
  }
  ~FileJournal() override { ::close(file_); }
  FileJournal(const FileJournal&) = delete;
  FileJournal& operator=(const FileJournal&) = delete;

  void tell(const Event& event) override {
    write(grammar::escaped_json(plan::canonical(Record{clock_.utc(), event})) + "\n");
  }
  const std::string& path() const override { return path_; }
  const std::string& broken() const override { return broken_; }
  bool was_torn() const override { return torn_; }

 private:
  /// One write per record, so that a crash tears at most the last one.
  void write(std::string_view line) {
    if (!broken_.empty()) return;
    while (!line.empty()) {
      const auto written = ::write(file_, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        broken_ = in_words(errno);
        return;
      }
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  std::string path_;
  Clock& clock_;
  int file_ = -1;
  bool torn_ = false;
  std::string broken_;
};

}  // namespace

std::unique_ptr<Journal> open_journal(const std::string& path, Clock& clock) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) throw JournalError("the folder " + folder.string() + " cannot be made (" + error.message() + ")");
  return std::make_unique<FileJournal>(path, clock);
}

Recorded read_journal(const std::string& path) {
  const std::string text = read_whole(path);
  Recorded recorded;
  if (text.empty()) return recorded;
  std::string_view rest = body_of(path, text);
  bool last_was_torn = false;
  for (std::int64_t number = 2; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    auto record = parsed<Record>(rest.substr(0, end));
    // A broken line is expected at the end of the file, and before the record that says it broke off.
    if (last_was_torn && !(record && std::holds_alternative<TornLine>(record->event)))
      throw JournalError(path + ", line " + std::to_string(number - 1) +
                         ": this is not a record of this version; the file is left as it is");
    last_was_torn = !record.has_value();
    if (record) recorded.records.push_back(std::move(*record));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (last_was_torn && text.back() == '\n')
    throw JournalError(path + ": the last line is whole, but no record of this version; the file is left as it is");
  recorded.torn = last_was_torn;
  return recorded;
}

}  // namespace dmc::journal
