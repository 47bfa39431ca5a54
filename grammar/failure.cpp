// A token in the wrong place: the checks go from the mistakes that are recognised for what they are to the general one.
#include "grammar/failure.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "grammar/characters.hpp"
#include "grammar/expected.hpp"

namespace dmc::grammar {

namespace {

constexpr auto sql_verbs =
    std::to_array<std::string_view>({"alter", "begin", "call", "commit", "delete", "exec", "explain", "insert", "merge",
                                     "pragma", "select", "truncate", "update", "vacuum", "with"});

/// What people write who come from SQL, and how it is said here.
struct Habit {
  std::string_view text;
  std::string_view instead;
};

constexpr auto habits = std::to_array<Habit>({
    {"autoincrement", "a number that counts up by itself is written: identity"},
    {"auto_increment", "a number that counts up by itself is written: identity"},
    {"always", "a generated column is written: generated (…) stored"},
    {"if", "what should be needs no condition: it is created when it is not there"},
    {"==", "equal is written: ="},
    {"!=", "not equal is written: <>"},
});

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool is_operator(char c) { return std::string_view("+-*/|<>=:!%&^~").find(c) != std::string_view::npos; }

/// Shortened for a message.
std::string shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  const std::string_view line = text.substr(0, text.find('\n'));
  if (line.size() <= longest && line.size() == text.size()) return std::string(text);
  std::size_t cut = std::min(line.size(), longest);
  while (cut > 0 && cut < line.size() && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) --cut;
  return fmt::format("{}…", line.substr(0, cut));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t index = 0; index < parts.size(); ++index) {
    if (index > 0) text += index + 1 == parts.size() ? " or " : ", ";
    text += parts[index];
  }
  return text;
}

/// The lists other than `here` whose items begin with the word.
std::string_view home_of(std::string_view word, Items here) {
  for (const Items items : {Items::project, Items::database, Items::table, Items::change, Items::run, Items::policy,
                            Items::cluster, Items::cutover, Items::replica, Items::reconcile, Items::copy}) {
    const auto words = first_words(items);
    if (items != here && std::ranges::find(words, word) != words.end()) return phrase(items);
  }
  return {};
}

/// The value after `default` that ends before `at`, or nullptr when something else stands there.
const char* default_before(const char* item, const char* at) {
  constexpr std::string_view word = "default";
  const std::string_view text(item, static_cast<std::size_t>(at - item));
  const std::size_t place = text.rfind(word);
  if (place == std::string_view::npos) return nullptr;
  const char* begin = item + place + word.size();
  while (is_blank(*begin)) ++begin;
  return begin < at ? begin : nullptr;
}

/// The extent of a bare expression: a word with its call, and all that operators join to it.
const char* expression_end(const char* at) {
  const char* end = at;
  for (;;) {
    if (*end == '\'') {
      ++end;
      while (*end != '\'' && *end != '\n' && *end != '\0') ++end;
      if (*end == '\'') ++end;
    } else {
      while (is_name_part(*end) || *end == '.') ++end;
    }
    if (*end == '(') {
      std::uint32_t depth = 0;
      do {
        if (*end == '(') ++depth;
        if (*end == ')') --depth;
        ++end;
      } while (depth > 0 && *end != '\n' && *end != ';' && *end != '\0');
    }
    const char* next = end;
    while (is_blank(*next)) ++next;
    if (!is_operator(*next) || (*next == '-' && next[1] == '-')) return end;
    while (is_operator(*next)) ++next;
    while (is_blank(*next)) ++next;
    if (!is_name_part(*next) && *next != '\'' && *next != '(') return end;
    end = next;
  }
}

}  // namespace

FailureReport::FailureReport(Reading& reading, Diagnostics& diagnostics)
    : reading_(reading),
      diagnostics_(diagnostics),
      trace_(reading.trace),
      at_(reading.pointer(reading.trace.furthest)),
      found_(find(at_)) {}

FailureReport::Found FailureReport::find(const char* at) const {
  const char* end = at;
  if (is_name_part(*at) || is_high(*at)) {
    while (is_name_part(*end) || is_high(*end) || *end == '%' || (*end == '.' && is_digit(*at))) ++end;
    return {at, end, true};
  }
  if (*at == '\'' || *at == '"' || *at == '`') {
    ++end;
    while ((*end != *at || end[1] == *at) && *end != '\n' && *end != '\0') end += *end == *at ? 2 : 1;
    return {at, *end == *at ? end + 1 : end, false};
  }
  if (Scanner::begins_dollar(at)) {
    ++end;
    while (*end != '$') ++end;
    return {at, end + 1, false};
  }
  if (*at == '$' && at[1] == '{') {
    while (*end != '}' && *end != '\n' && *end != '\0') ++end;
    return {at, *end == '}' ? end + 1 : end, false};
  }
  if (is_operator(*at)) {
    while (is_operator(*end)) ++end;
    return {at, end, false};
  }
  return {at, *at == '\0' ? at : at + 1, false};
}

Span FailureReport::span() const { return reading_.span(found_.begin, found_.end); }

bool FailureReport::expects(std::string_view text) const {
  return std::ranges::find(trace_.expected, text) != trace_.expected.end();
}

std::string FailureReport::expectation() const {
  constexpr std::size_t most = 6;
  std::vector<std::string> parts;
  for (const std::string_view text : trace_.expected) {
    if (text.empty() || text == expected::semicolon) continue;
    const bool keyword = std::ranges::find(trace_.words, text) != trace_.words.end();
    parts.push_back(keyword ? fmt::format("'{}'", text) : std::string(text));
  }
  if (expects(expected::semicolon)) parts.emplace_back(expected::semicolon);
  if (parts.empty()) return "this cannot stand here";
  if (parts.size() > most) {
    parts.resize(most);
    parts.emplace_back("other words");
  }
  return "expected " + joined(parts);
}

std::string_view FailureReport::context() const {
  const std::string_view construct = phrase(trace_.within);
  return construct.empty() ? phrase(reading_.item.items) : construct;
}

/// The first word of the failed item.
std::string_view FailureReport::first() const { return find(reading_.item.begin).text(); }

void FailureReport::report() {
  if (trace_.finding.fault != Fault::none) {
    fault();
    return;
  }
  const bool told = foreign_character() || wrong_case() || wrong_quotes() || missing_type() || missing_block() ||
                    first_word() || bare_sql();
  if (!told) unexpected();
}

/// Bytes beyond ASCII and symbols that the language has no use for.
bool FailureReport::foreign_character() {
  if (std::ranges::any_of(found_.text(), is_high)) {
    const std::string_view text = found_.text();
    bool letters = true;
    for (std::size_t at = 0; at < text.size();) {
      const Character character = decode(text, at);
      if (!character.valid) return true;  // reported before anything was read
      const bool punctuation = character.code >= 0x2000 && character.code < 0x2070;
      letters = letters && !punctuation && character.code != 0xA0 && character.code != 0xFEFF;
      at += character.size;
    }
    if (letters) {
      Diagnostic& diagnostic = diagnostics_.error("E0122", span(), fmt::format("'{}' needs quotes", shown(text)),
                                                  "an unquoted name has ASCII letters, digits and '_' only");
      diagnostic.help = {fmt::format("write it in double quotes: \"{}\"", shown(text))};
      return true;
    }
    Diagnostic& diagnostic = diagnostics_.error("E0127", span(), "a character that the language does not use",
                                                "it looks like another one, or like nothing");
    diagnostic.help = {"texts stand in '…', names in \"…\", and white space is spaces, tabs and line breaks"};
    return true;
  }
  if (*at_ == '#' || (*at_ == '/' && at_[1] == '/')) {
    diagnostics_.error("E0127", span(), fmt::format("'{}' begins no comment here", found_.text()),
                       "a comment begins with '--', or stands in /* … */");
    return true;
  }
  if (std::string_view("@\\?").find(*at_) != std::string_view::npos && *at_ != '\0') {
    diagnostics_.error("E0127", span(), fmt::format("the language does not use '{}'", found_.text()), expectation());
    return true;
  }
  return false;
}

bool FailureReport::wrong_case() {
  if (!found_.word) return false;
  const std::string lower = lower_case(found_.text());
  if (lower == found_.text()) return false;
  const auto keyword = std::ranges::find(trace_.words, lower);
  if (keyword == trace_.words.end()) return false;
  if (at_ == reading_.item.begin) meant_ = *keyword;
  Diagnostic& diagnostic = diagnostics_.error("E0110", span(), fmt::format("'{}' has capital letters", found_.text()),
                                              fmt::format("keywords are lower case: write '{}'", lower));
  const bool column = reading_.item.items == Items::table && at_ == reading_.item.begin;
  if (column) diagnostic.help = {fmt::format("a column of that name is written in quotes: \"{}\"", found_.text())};
  return true;
}

bool FailureReport::wrong_quotes() {
  const std::string_view text = found_.text();
  if (text.size() < 2 || text.front() != text.back()) return false;
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (inside.empty()) return false;
  const bool name = expects(expected::name) || expects(expected::column);
  if (name && (*at_ == '\'' || *at_ == '`')) {
    diagnostics_.error("E0125", span(), fmt::format("{} is not a name", shown(text)),
                       fmt::format("a name is quoted with double quotes: \"{}\"", shown(requoted(inside, *at_, '"'))));
    return true;
  }
  if (*at_ == '"' && (expects(expected::text) || expects("a value"))) {
    diagnostics_.error("E0125", span(), fmt::format("{} is not a text", shown(text)),
                       fmt::format("a text stands in single quotes: '{}'", shown(requoted(inside, '"', '\''))));
    return true;
  }
  return false;
}

/// The item begins with a word that no item of the list begins with.
bool FailureReport::first_word() {
  const Items items = reading_.item.items;
  if (at_ != reading_.item.begin) return false;
  if (*at_ == ')' || *at_ == ']') {
    diagnostics_.error("E0109", span(), fmt::format("this '{}' closes nothing", found_.text()), "none is open here");
    return true;
  }
  if (!found_.word) return false;
  const std::string_view word = found_.text();
  const auto words = first_words(items);
  std::vector<std::string> known;
  for (const std::string_view each : words) known.push_back(fmt::format("'{}'", each));
  Diagnostic& diagnostic = diagnostics_.error(
      "E0102", span(), fmt::format("no item of {} begins with '{}'", phrase(items), shown(word)),
      known.size() <= 8 ? "expected " + joined(known) : "expected an item of " + std::string(phrase(items)));
  const std::vector<std::string> near = nearest(word, {words.begin(), words.end()});
  if (!near.empty()) meant_ = *std::ranges::find(words, near.front());
  const std::string_view home = home_of(word, items);
  if (word == "create") {
    diagnostic.help = {"what should be is said without 'create': table users { … }"};
  } else if (std::ranges::find(sql_verbs, word) != sql_verbs.end()) {
    diagnostic.help = {"a statement of SQL stands in a change: run '…' on DB { do (…); verify (…) = …; undo (…); }"};
  } else if (!home.empty()) {
    diagnostic.help = {fmt::format("'{}' stands in {}", word, home)};
  } else if (!near.empty()) {
    diagnostic.help = {fmt::format("did you mean '{}'?", near.front())};
  }
  return true;
}

bool FailureReport::missing_type() {
  if (trace_.within != Kind::column || !expects(expected::type)) return false;
  const bool absent = std::string_view(";}),").find(*at_) != std::string_view::npos || *at_ == '\0' ||
                      is_option_word(found_.text()) || reading_.at_next_line(at_);
  if (!absent) return false;
  const Found name = find(reading_.item.begin);
  Diagnostic& diagnostic =
      diagnostics_.error("E0112", reading_.span(name.begin, name.end),
                         fmt::format("column '{}' has no type", shown(name.text())), "expected a type after the name");
  if (is_option_word(found_.text())) {
    diagnostic.help = {fmt::format("'{}' begins an option of a column, so it cannot be its type", found_.text())};
  }
  const std::vector<std::string> near =
      nearest(name.text(), {first_words(Items::table).begin(), first_words(Items::table).end()});
  if (!near.empty()) diagnostic.help.push_back(fmt::format("did you mean '{}'?", near.front()));
  return true;
}

/// A statement with a block, without its `{`.
bool FailureReport::missing_block() {
  if (!expects(expected::brace)) return false;
  const char* last = Reading::trimmed(reading_.begin(), at_);
  const bool later = std::find(last, at_, '\n') != at_;
  if (*at_ != ';' && *at_ != '\0' && *at_ != '}' && !later) return false;
  const Span place = *at_ == ';' ? span() : reading_.span(last, last);
  diagnostics_.error("E0130", place, fmt::format("{} without its block", context()), expectation());
  return true;
}

/// An expression without parentheses, where the text that mends it can be shown.
bool FailureReport::bare_sql() {
  const bool begins = found_.word || *at_ == '\'' || *at_ == '-';
  const bool follows = is_operator(*at_) && trace_.within == Kind::column && !expects(expected::sql);
  if (const char* begin = follows ? default_before(reading_.item.begin, at_) : nullptr) {
    const std::string_view text(begin, static_cast<std::size_t>(expression_end(begin) - begin));
    Diagnostic& diagnostic = diagnostics_.error(
        "E0124", span(), fmt::format("'{}' belongs to SQL, and SQL stands in parentheses", found_.text()),
        expectation());
    diagnostic.help = {fmt::format("write: ({})", shown(text))};
    return true;
  }
  if (!expects(expected::sql) || !begins || reading_.at_next_line(at_)) return false;
  const char* end = expression_end(at_);
  const bool whole_query = std::ranges::find(sql_verbs, found_.text()) != sql_verbs.end();
  while (whole_query && *end != ';' && *end != '\n' && *end != '\0') ++end;
  const std::string_view text(at_, static_cast<std::size_t>(end - at_));
  Diagnostic& diagnostic =
      diagnostics_.error("E0124", reading_.span(at_, end), "SQL stands in parentheses", expectation());
  suggest(diagnostic);
  if (diagnostic.help.empty()) diagnostic.help = {fmt::format("write: ({})", shown(text))};
  return true;
}

void FailureReport::suggest(Diagnostic& diagnostic) const {
  const auto* const habit = std::ranges::find(habits, found_.text(), &Habit::text);
  if (habit != habits.end()) {
    diagnostic.help.emplace_back(habit->instead);
  } else if (*at_ == '(' && trace_.within == Kind::table && expects(expected::brace)) {
    diagnostic.help.emplace_back("what a table has stands in braces, and each of it ends with ';':  { id int; }");
  } else if (*at_ == ',' && reading_.item.items == Items::table && expects(expected::semicolon)) {
    diagnostic.help.emplace_back("each column and each clause ends with ';'");
  } else if (found_.word && reading_.item.items == Items::table && expects(expected::semicolon) &&
             std::ranges::count(first_words(Items::table), found_.text()) > 0) {
    diagnostic.help.push_back(
        fmt::format("'{}' begins a clause of its own: end the one before with ';'", found_.text()));
  } else if (found_.word) {
    const std::vector<std::string> near = nearest(found_.text(), trace_.words);
    if (!near.empty()) diagnostic.help.push_back(fmt::format("did you mean '{}'?", near.front()));
  }
}

/// In a table any word can be a column, so a misspelt clause fails late, and a clause word may be meant as a name.
void FailureReport::help_with_clause(Diagnostic& diagnostic) const {
  if (reading_.item.items != Items::table) return;
  const std::string_view word = first();
  if (is_clause_word(word)) {
    const bool two_words = (word == "primary" || word == "foreign") && trace_.within != Kind::column;
    const bool goes_on = *at_ != ';' && (found_.text() == "on" || !is_option_word(found_.text()));
    if (expects("'('") && (two_words || goes_on)) {
      diagnostic.help.emplace_back("the columns stand in parentheses: (a, b)");
      return;
    }
    const bool early = at_ - reading_.item.begin < 40 && std::find(reading_.item.begin, at_, '(') == at_;
    if (early) diagnostic.help.push_back(fmt::format("a column of that name is written in quotes: \"{}\"", word));
    return;
  }
  if (const auto clause = clause_with(word, "…"); !clause.empty() && trace_.within == Kind::column) {
    diagnostic.help.push_back(fmt::format("'{}' is read as the name of a column; the clause is:  {};", word, clause));
    return;
  }
  const auto words = first_words(Items::table);
  const std::vector<std::string> near = nearest(word, {words.begin(), words.end()});
  if (!near.empty() && diagnostic.help.empty()) {
    diagnostic.help.push_back(
        fmt::format("'{}' is read as the name of a column: did you mean '{}'?", word, near.front()));
  }
}

/// `shard at 'sqlite:a.db'`: the word that is expected stands there already, as the name that was forgotten.
void FailureReport::help_with_name(Diagnostic& diagnostic) const {
  const char* end = Reading::trimmed(reading_.begin(), at_);
  const char* begin = end;
  while (begin > reading_.begin() && is_name_part(begin[-1])) --begin;
  const std::string_view word(begin, static_cast<std::size_t>(end - begin));
  if (diagnostic.help.empty() && std::ranges::find(trace_.words, word) != trace_.words.end())
    diagnostic.help.push_back(fmt::format("'{}' is read as the name: a name is missing in front of it", word));
}

/// Whether a `;` was just found missing before this item: then its first words may well go on with the one before.
bool FailureReport::follows_missing_semicolon() const {
  if (diagnostics_.empty()) return false;
  const Diagnostic& last = diagnostics_.all().back();
  return last.code == "E0101" && !last.notes.empty() &&
         last.notes.front().span.begin == reading_.offset(reading_.item.begin);
}

void FailureReport::unexpected() {
  if (*at_ == '\0') {
    const char* last = Reading::trimmed(reading_.begin(), at_);
    diagnostics_.error("E0100", reading_.span(last, last), fmt::format("the file ends within {}", context()),
                       expectation());
    return;
  }
  if (*at_ == ';' && follows_missing_semicolon()) return;
  Diagnostic& diagnostic = diagnostics_.error(
      "E0100", span(), fmt::format("unexpected '{}' in {}", shown(found_.text()), context()), expectation());
  suggest(diagnostic);
  help_with_clause(diagnostic);
  help_with_name(diagnostic);
}

void Reading::note_for_probe() const {
  if (probe == nullptr || trace.furthest != probe_at || probe->met) return;
  *probe = {true, trace.words, trace.expected, trace.within, item.items, offset(item.begin)};
}

std::string_view Reading::report_failure() {
  trace.on = false;
  note_for_probe();
  FailureReport report(*this, diagnostics_);
  report.report();
  trace = {};
  return report.meant();
}

}  // namespace dmc::grammar
