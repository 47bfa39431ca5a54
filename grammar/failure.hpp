// Turns the trace of a failed item into the one diagnostic that a person reads.
#pragma once

#include <string>
#include <string_view>

#include "grammar/reading.hpp"

namespace dmc::grammar {

class FailureReport {
 public:
  FailureReport(Reading& reading, Diagnostics& diagnostics);

  void report();
  /// The keyword that the first word of the item was meant to be; empty when that is not the mistake.
  std::string_view meant() const { return meant_; }

 private:
  /// What stands at the furthest place that was read.
  struct Found {
    const char* begin = nullptr;
    const char* end = nullptr;
    bool word = false;
    std::string_view text() const { return {begin, static_cast<std::size_t>(end - begin)}; }
  };

  // faults.cpp: mistakes inside one token
  void fault();
  bool holds_statements() const;
  void unclosed_in_sql(std::string_view code, const Finding& finding);

  // failure.cpp: a token in the wrong place
  bool foreign_character();
  bool wrong_case();
  bool wrong_quotes();
  bool first_word();
  bool missing_type();
  bool missing_block();
  bool bare_sql();
  bool follows_missing_semicolon() const;
  void unexpected();

  Found find(const char* at) const;
  Span span() const;
  bool expects(std::string_view text) const;
  std::string expectation() const;
  std::string_view context() const;
  std::string_view first() const;
  void suggest(Diagnostic& diagnostic) const;
  void help_with_clause(Diagnostic& diagnostic) const;
  void help_with_name(Diagnostic& diagnostic) const;

  Reading& reading_;
  Diagnostics& diagnostics_;
  const Trace trace_;
  const char* at_;
  Found found_;
  std::string_view meant_;
};

}  // namespace dmc::grammar
