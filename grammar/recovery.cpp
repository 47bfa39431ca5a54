// Where reading goes on after a mistake, so that one mistake does not hide the next.
#include <algorithm>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "grammar/expected.hpp"
#include "grammar/reading.hpp"

namespace dmc::grammar {

namespace {

const char* past_quotes(const char* at) {
  const char quote = *at++;
  while (*at != quote && *at != '\n' && *at != '\0') ++at;
  return *at == quote ? at + 1 : at;
}

}  // namespace

bool Reading::opens_lost_dollar(const char* at) {
  if (!Scanner::begins_dollar(at)) return false;
  Finding finding;
  const Mark before = mark(at);
  const bool closed = scanner.dollar(at, finding) != nullptr;
  rewind(before);
  return !closed && finding.fault == Fault::open_dollar;
}

/// Past one token as far as a text with mistakes has any: what is quoted or bracketed on whole goes as one, a quote
/// that is not closed goes to the end of its line.
const char* Reading::past_token(const char* at) {
  Finding finding;
  if (is_name_part(*at)) {
    while (is_name_part(*at)) ++at;
    return at;
  }
  if (*at == '\'' || *at == '"' || *at == '`') return past_quotes(at);
  if (Scanner::begins_dollar(at)) {
    const Mark before = mark(at);
    const char* end = scanner.dollar(at, finding);
    rewind(before);
    if (end != nullptr) return end;
    while (*at != '\n' && *at != '\0') ++at;
    return at;
  }
  if (*at == '(') {
    const Mark before = mark(at);
    const char* end = scanner.sql(at, finding);
    rewind(before);
    if (end == nullptr) end = past_meant_sql(at);
    return end == nullptr ? at + 1 : end;
  }
  if (*at == '$' && at[1] == '{') {
    const char* end = at + 2;
    while (is_name_part(*end) || is_blank(*end)) ++end;
    return *end == '}' ? end + 1 : end;
  }
  return at + 1;
}

const char* Reading::past_meant_sql(const char* open) {
  Finding finding;
  const Mark before = mark(open);
  const char* end = scanner.sql(open, finding, {.line_breaks = true, .semicolons = true});
  rewind(before);
  for (const char* line = open; end != nullptr && line < end; ++line) {
    if (*line != '\n') continue;
    const char* next = line + 1;
    while (is_blank(*next)) ++next;
    if (is_name_start(*next) && at_next_line(next)) return nullptr;
  }
  return end;
}

/// All pairs of braces are found once and kept, because asking for each would take quadratic time.
void Reading::match_braces() {
  std::vector<const char*> open;
  for (const char* at = skip(begin_); *at != '\0'; at = skip(past_token(at))) {
    if (*at == '{') open.push_back(at);
    if (*at != '}' || open.empty()) continue;
    braces_.emplace_back(open.back(), at);
    open.pop_back();
  }
  std::ranges::sort(braces_);
  braces_matched_ = true;
}

const char* Reading::closing_brace(const char* brace) {
  if (!braces_matched_) match_braces();
  const auto pair = std::ranges::lower_bound(braces_, brace, {}, &std::pair<const char*, const char*>::first);
  return pair != braces_.end() && pair->first == brace ? pair->second : nullptr;
}

const char* Reading::past_block(const char* brace) {
  const char* closing = closing_brace(brace);
  return closing == nullptr ? brace + 1 : closing + 1;
}

bool Reading::may_open(const char* at) {
  if (*at == '{' && depth < nesting_limit) return true;
  if (!trace.on) return false;
  if (*at == '{')
    note_fault(at, {Fault::too_deep, offset(at), offset(at) + 1, offset(at)});
  else
    expect(at, expected::brace);
  return false;
}

const char* Reading::trimmed(const char* from, const char* to) {
  while (to > from && (is_blank(to[-1]) || to[-1] == '\n')) --to;
  return to;
}

const char* Reading::body_of(const char* at) {
  for (at = skip(at); *at != '\0' && *at != ';' && *at != '}'; at = skip(past_token(at))) {
    if (*at == '{') return at;
    if (at_next_line(at)) return nullptr;
  }
  return nullptr;
}

const char* Reading::recover(const char* failed) {
  const std::uint32_t margin = indentation(failed);
  // After a dollar quote that is never closed, only the indentation tells where the next item is.
  bool lost = opens_lost_dollar(failed);
  const char* last = past_token(failed);
  for (;;) {
    const char* at = skip(last);
    if (*at == '\0') return at;
    const bool first = begins_line(at);
    if (*at == '}' && !lost) {
      // Where braces cannot be trusted, the one under the item's own first letter is the item's.
      const bool own = by_indentation_ && first && column(at) == margin;
      return own ? at + 1 : last;
    }
    if (first && column(at) <= margin) return last;
    lost = lost || opens_lost_dollar(at);
    if (lost) {
      last = past_token(at);
      continue;
    }
    if (*at == '{') {
      const char* closing = closing_brace(at);
      const bool trusted = closing != nullptr && (std::find(at, closing, '\n') == closing ||
                                                  (begins_line(closing) && column(closing) == margin));
      if (!by_indentation_ || trusted) return past_block(at);
      last = at + 1;
      continue;
    }
    if (*at == ';') {
      last = at + 1;
      if (!by_indentation_) return last;
      const char* next = skip(last);
      const bool deeper = begins_line(next) && column(next) + (*next == '}' ? 1 : 0) > margin;
      if (!deeper) return last;
      continue;
    }
    last = past_token(at);
  }
}

void Reading::report_unclosed(const Block& block, const char* at) {
  braces_mismatched = true;
  Diagnostic& diagnostic =
      diagnostics_.error("E0108", span(block.brace, block.brace + 1), "this block is never closed", "opened here");
  if (*at == '\0')
    diagnostic.help = {"close it with '}'"};
  else
    diagnostic.notes.push_back({span(at, at), "'}' is missing before this, as the indentation shows"});
}

/// Whether the items of a block stand no deeper than its head, as some write the tables of a file's one database: then
/// an item of the next ones does not close it.
bool Reading::is_flush(const Block& block) {
  const char* first = skip(block.brace + 1);
  return begins_line(first) && column(first) <= indentation(block.header) && begins_item(block.items, first);
}

bool Reading::gives_up(const char*& at) {
  // Nobody reads more of them, and each takes memory.
  constexpr std::size_t most = 200;
  if (diagnostics_.all().size() < most) return false;
  if (!gave_up_)
    diagnostics_.error("E0132", span(at, at), fmt::format("more than {} mistakes in this file", most),
                       "from here on it was not read");
  gave_up_ = true;
  at = limit();
  return true;
}

Step Reading::next_item(const char*& at, const Block& block) {
  for (;;) {
    at = skip(at);
    if (*at != '\0' && gives_up(at)) return Step::done;
    if (*at == '\0') {
      if (block.brace != nullptr) report_unclosed(block, at);
      return Step::done;
    }
    const bool first = by_indentation_ && block.brace != nullptr && begins_line(at);
    const std::uint32_t margin = first ? indentation(block.header) : 0;
    const std::uint32_t place = first ? column(at) : 0;
    if (*at == '}') {
      const bool stray = block.brace == nullptr || (first && place > margin);
      if (first && place < margin) {
        report_unclosed(block, at);
        return Step::done;
      }
      if (!stray) {
        ++at;
        return Step::done;
      }
      braces_mismatched = true;
      diagnostics_.error("E0109", span(at, at + 1), "this '}' closes nothing", "no '{' is open here");
      ++at;
      continue;
    }
    if (first && place <= margin && !is_flush(block)) {
      report_unclosed(block, at);
      return Step::done;
    }
    if (*at != ';') return Step::item;
    diagnostics_.error("E0131", span(at, at + 1), "this ';' ends nothing", "a block ends without ';'");
    ++at;
  }
}

}  // namespace dmc::grammar
