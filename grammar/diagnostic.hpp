// What an author got wrong: collected as values, rendered with the caret in one place.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/source.hpp"

namespace dmc::grammar {

enum class Severity { error, warning, note };

/// "error", "warning", "note": as texts, JSON and SARIF say it.
std::string_view word_of(Severity severity);

/// A second place that explains the first, with its own caret.
struct Note {
  Span span;
  std::string text;
  bool operator==(const Note&) const = default;
};

/// One finding. `message` says what is wrong, `label` what was expected (beside the caret), `help` how to mend it
/// (each a line after `=`; a statement that mends it stands there whole).
struct Diagnostic {
  std::string code;  ///< stable: "E0207"; hazards use their id: "data.drop_table"
  Severity severity = Severity::error;
  std::optional<Span> span;  ///< none: about the project, not a place in it
  std::string message;
  std::string label;
  std::vector<Note> notes;
  std::vector<std::string> help;
  bool operator==(const Diagnostic&) const = default;
};

/// Collects; never throws, never prints.
class Diagnostics {
 public:
  /// Adds an error and returns it, so that label, notes and help can be chained on.
  Diagnostic& error(std::string_view code, std::optional<Span> span, std::string message, std::string label = {});
  Diagnostic& warning(std::string_view code, std::optional<Span> span, std::string message, std::string label = {});
  /// What is right and yet worth a look.
  Diagnostic& note(std::string_view code, std::optional<Span> span, std::string message, std::string label = {});
  void add(Diagnostic diagnostic);
  bool has_errors() const { return errors_ > 0; }
  bool empty() const { return all_.empty(); }
  const std::deque<Diagnostic>& all() const { return all_; }
  /// By file, place and code; a diagnostic that repeats another word for word is dropped.
  std::vector<Diagnostic> sorted() const;

 private:
  std::deque<Diagnostic> all_;
  std::size_t errors_ = 0;
};

/// The text a person reads: header, place, source line, caret, notes, help. Hostile characters are escaped.
std::string render(const Diagnostic& diagnostic, const Sources& sources);

/// Control, bidirectional and invisible characters as `\u{202e}`, invalid UTF-8 as `\xNN`; used by every renderer.
std::string escaped(std::string_view text);
/// The same of a whole JSON text, in JSON's own escapes, so that it still says what it said.
std::string escaped_json(std::string_view json);

/// The candidates nearest to `word` (edit distance at most a third of its length), best first, at most three.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace dmc::grammar
