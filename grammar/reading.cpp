// White space, names, where items end, and the trace of a failed item; recovery and reports are in files of their own.
#include "grammar/reading.hpp"

#include <algorithm>
#include <cstring>

#include "grammar/characters.hpp"

namespace dmc::grammar {

namespace {

const char* line_end(const char* at) {
  const char* end = std::strchr(at, '\n');
  return end == nullptr ? at + std::strlen(at) : end;
}

std::uint32_t columns(const char* begin, const char* end) {
  std::uint32_t columns = 0;
  for (; begin < end; ++begin) columns += *begin == '\t' ? tab_stop - columns % tab_stop : 1;
  return columns;
}

}  // namespace

Reading::Reading(Tree& tree, Diagnostics& diagnostics, bool by_indentation)
    : scanner(tree.file, tree.text, tree.splices),
      tree_(tree),
      diagnostics_(diagnostics),
      by_indentation_(by_indentation),
      begin_(tree.text.data() + (tree.text.starts_with("\xEF\xBB\xBF") ? 3 : 0)),
      limit_(tree.text.data() + tree.text.size()) {}

const char* Reading::skip_slowly(const char* at) {
  if (at == skipped_from_) return skipped_to_;
  const char* from = at;
  bool commented = false;
  for (;; commented = true) {
    while (*at == '\n' || is_blank(*at)) ++at;
    const char* begin = at;
    if (*at == '-' && at[1] == '-')
      at = line_end(at);
    else if (*at == '/' && at[1] == '*')
      at = skip_comment(at);
    else
      break;
    const char* end = at[-1] == '\r' ? at - 1 : at;
    const bool known = !tree_.comments.empty() && tree_.comments.back().begin >= offset(begin);
    if (!known) tree_.comments.push_back(span(begin, end));
  }
  if (commented) {
    skipped_from_ = from;
    skipped_to_ = at;
  }
  return at;
}

/// A comment that is never closed is reported and taken to end with its line, so that the rest is still read. Which
/// ones are open is found once for the whole file, because asking each would take quadratic time.
const char* Reading::skip_comment(const char* at) {
  Finding finding;
  if (!comments_checked_) {
    if (const char* end = scanner.comment(at, finding)) return end;
    comments_checked_ = true;
    for (const char* p = at; *p != '\0'; ++p) {
      if (*p == '/' && p[1] == '*')
        open_comments_.push_back(offset(p++));
      else if (*p == '*' && p[1] == '/' && !open_comments_.empty())
        open_comments_.pop_back(), ++p;
    }
  }
  if (!std::ranges::binary_search(open_comments_, offset(at))) {
    const char* end = scanner.comment(at, finding);
    return end == nullptr ? line_end(at) : end;
  }
  if (comment_reported_ != nullptr && at <= comment_reported_) return line_end(at);
  comment_reported_ = at;
  Diagnostic& diagnostic =
      diagnostics_.error("E0103", span(at, at + 2), "this comment is never closed", "opened here, and no '*/' follows");
  diagnostic.help = {"close it with '*/', or begin each line of it with '--'"};
  return line_end(at);
}

const char* Reading::name(const char* at) {
  Finding finding;
  const char* end = at;
  if (*at == '"') {
    end = scanner.quoted_name(at, finding);
  } else {
    while (end != nullptr && (is_name_part(*end) || (*end == '$' && end[1] == '{'))) {
      end = *end == '$' ? scanner.splice(end, SpliceContext::name, finding) : end + 1;
    }
    const bool begins = end != at && !is_digit(*at);
    const bool cut = end != nullptr && static_cast<unsigned char>(*end) >= 0x80;
    if (end != nullptr && (!begins || cut)) return nullptr;
    if (end != nullptr && end - at > static_cast<std::ptrdiff_t>(token_limit)) {
      finding = {Fault::too_long, offset(at), offset(at) + 1, offset(at)};
      end = nullptr;
    }
  }
  if (end == nullptr && trace.on) note_fault(at, finding);
  return end;
}

bool Reading::begins_line(const char* at) const {
  while (at > begin_ && is_blank(at[-1])) --at;
  return at == begin_ || at[-1] == '\n';
}

/// The last line asked for is kept, because a file of one line would take quadratic time.
const char* Reading::line_begin(const char* at) const {
  const char* line = at;
  while (line > begin_ && line[-1] != '\n' && line != line_known_to_) --line;
  if (line == line_known_to_) line = line_;
  line_ = line;
  line_known_to_ = at;
  return line;
}

std::uint32_t Reading::column(const char* at) const { return columns(line_begin(at), at); }

std::uint32_t Reading::indentation(const char* at) const {
  const char* line = line_begin(at);
  const char* end = line;
  while (is_blank(*end)) ++end;
  return columns(line, end);
}

bool Reading::at_next_line(const char* at) const {
  if (at == item.begin || !begins_line(at)) return false;
  return column(at) <= indentation(item.begin);
}

bool Reading::continues(const char* at) const {
  if (at == item.begin || (at[-1] != '\n' && !is_blank(at[-1]))) return true;
  return !at_next_line(at) || !begins_item(item.items, at);
}

bool Reading::ends_without_semicolon(const char* last, const char* at) {
  const bool word = is_name_start(*at) || *at == '"' || *at == '$';
  if (*at != '\0' && *at != '}' && !(word && at_next_line(at))) return false;
  if (!trace.on) {
    Diagnostic& diagnostic = diagnostics_.error("E0101", span(last, last), "missing ';'", "expected ';' here");
    if (word && begins_item(item.items, at)) {
      const char* end = at;
      while (is_name_part(*end)) ++end;
      diagnostic.notes.push_back({span(at, end), "first on its line and no deeper, this begins the next item of " +
                                                     std::string(phrase(item.items))});
    }
  }
  return true;
}

void Reading::expect(const char* at, std::string_view text) {
  const std::uint32_t place = offset(at);
  if (place < trace.furthest) return;
  if (place > trace.furthest) {
    trace.furthest = place;
    trace.expected.clear();
    trace.words.clear();
    trace.finding = {};
  }
  trace.within = trace.current;
  const bool known = text.empty() || std::ranges::find(trace.expected, text) != trace.expected.end();
  if (!known) trace.expected.push_back(text);
}

void Reading::expect_word(const char* at, std::string_view word) {
  expect(at, word);
  if (offset(at) == trace.furthest) trace.words.push_back(word);
}

void Reading::note_fault(const char* at, const Finding& finding) {
  expect(at, {});
  if (offset(at) == trace.furthest) trace.finding = finding;
}

void Reading::summarise(const Trace::Mark& mark, const char* at, std::string_view text) {
  if (trace.furthest != offset(at)) return;
  const std::size_t keep = mark.furthest == trace.furthest ? mark.count : 0;
  if (trace.expected.size() > keep) trace.expected.resize(keep);
  expect(at, text);
}

bool Reading::assume(const char* at, std::string_view word) {
  const char* end = at;
  while (is_name_part(*end)) ++end;
  if (body_of(end) == nullptr) return false;
  assumed_ = {at, end, word};
  return true;
}

bool Reading::read_assumed(const char*& at, const char* begin, std::string_view word) {
  if (begin == assumed_.begin && word == assumed_.word) {
    at = assumed_.end;
    return true;
  }
  if (trace.on) expect_word(begin, word);
  return false;
}

void Reading::start_trace(Kind current) {
  trace = {};
  trace.on = true;
  trace.current = current;
  trace.within = current;
}

}  // namespace dmc::grammar
