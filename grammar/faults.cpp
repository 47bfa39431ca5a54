// Mistakes inside one token: what is never closed, nested too deep, or written in a way the language does not have.
#include <fmt/format.h>

#include "grammar/failure.hpp"

namespace dmc::grammar {

/// Whether the SQL that failed is a statement or a body.
bool FailureReport::holds_statements() const {
  return reading_.item.items == Items::run || trace_.within == Kind::function || trace_.within == Kind::procedure ||
         trace_.within == Kind::trigger || trace_.within == Kind::object;
}

/// A quote or bracket that stays open is told from a line break or `;` that is meant by whether the SQL then ends
/// before the next item seems to begin.
void FailureReport::unclosed_in_sql(std::string_view code, const Finding& finding) {
  const bool is_text = finding.fault == Fault::line_break;
  const Span found{reading_.span(at_, at_).file, finding.begin, finding.end};
  if (*at_ == '$' && is_text) {
    diagnostics_.error("E0104", found, "this string is never closed",
                       "opened here, and not closed before the dollar quote ends");
    return;
  }
  if (*at_ == '$') {
    diagnostics_.error(code, found, "a ';' cannot stand in an expression or a query",
                       "this ';' would end what the SQL is put into");
    return;
  }
  const bool meant = *at_ == '(' && reading_.past_meant_sql(at_) != nullptr;
  const Span place{reading_.span(at_, at_).file, finding.begin, finding.end};
  const Span opened{place.file, finding.opened, finding.opened + 1};
  if (meant && is_text) {
    Diagnostic& diagnostic = diagnostics_.error(code, place, "this string does not end on its line",
                                                "a string inside ( … ) ends on the line where it begins");
    diagnostic.help = {"write $$ … $$ in place of ( … ): it holds any text"};
  } else if (meant) {
    Diagnostic& diagnostic =
        diagnostics_.error(code, place, "a ';' cannot stand inside ( … )", "this ';' is inside the parentheses");
    diagnostic.notes.push_back({opened, "they are opened here"});
    diagnostic.help = {holds_statements() ? "write $$ … $$ in place of ( … ): it holds any text"
                                          : "what stands here is one expression or one query"};
  } else if (is_text) {
    diagnostics_.error("E0104", place, "this string is never closed", "opened here, and not closed on this line");
  } else {
    const std::string bracket(1, *reading_.pointer(finding.opened));
    Diagnostic& diagnostic =
        diagnostics_.error("E0107", opened, fmt::format("this '{}' is never closed", bracket), "opened here");
    diagnostic.notes.push_back({place, "not closed before this ';'"});
  }
}

void FailureReport::fault() {
  const Finding& finding = trace_.finding;
  const FileId file = reading_.span(at_, at_).file;
  const Span place{file, finding.begin, finding.end};
  const Span opened{file, finding.opened, finding.opened + 1};
  const std::string shown(reading_.pointer(finding.begin), reading_.pointer(finding.end));
  const auto error = [&](std::string_view code, std::string message, std::string label) -> Diagnostic& {
    return diagnostics_.error(code, place, std::move(message), std::move(label));
  };
  switch (finding.fault) {
    case Fault::none:
      break;
    case Fault::open_comment:
      error("E0103", "this comment is never closed", "opened here, and no '*/' follows").help = {
          "close it with '*/', or begin each line of it with '--'"};
      break;
    case Fault::open_text:
      error("E0104", "this text is never closed", "opened here, and not closed on this line").help = {
          "a text ends on its line; a quote inside it is doubled: 'it''s'"};
      break;
    case Fault::open_name:
      error("E0105", "this name is never closed", "opened here, and not closed on this line");
      break;
    case Fault::open_dollar:
      error("E0106", "this dollar quote is never closed", fmt::format("opened here, and no other {} follows", shown));
      break;
    case Fault::open_bracket: {
      const std::string bracket(1, *reading_.pointer(finding.opened));
      diagnostics_.error("E0107", opened, fmt::format("this '{}' is never closed", bracket),
                         fmt::format("opened here, and the {} ends before it is closed",
                                     *reading_.pointer(finding.end) == '$' ? "dollar quote" : "file"));
      break;
    }
    case Fault::wrong_bracket:
      if (finding.opened == finding.begin) {
        error("E0109", fmt::format("this '{}' closes nothing", shown),
              "it would close what the SQL is put into; no other is open here");
        break;
      }
      error("E0128", fmt::format("'{}' does not close '{}'", shown, *reading_.pointer(finding.opened)),
            "does not match the bracket that is open")
          .notes.push_back({opened, "opened here"});
      break;
    case Fault::semicolon:
      unclosed_in_sql("E0116", finding);
      break;
    case Fault::line_break:
      unclosed_in_sql("E0117", finding);
      break;
    case Fault::backslash:
      error("E0115", "a backslash before a quote", "databases disagree on whether this ends the string").help = {
          "double the quote instead, or write $$ … $$ in place of ( … )"};
      break;
    case Fault::empty_name:
      error("E0126", "a name cannot be empty", "nothing stands between the quotes");
      break;
    case Fault::too_deep:
      error("E0118", "this is nested too deep", fmt::format("the limit is {} levels", nesting_limit));
      break;
    case Fault::too_long:
      error("E0119", "this is longer than 16 MiB", "it begins here");
      break;
    case Fault::splice_outside:
      error("E0120", fmt::format("'{}' stands outside a pattern", shown), "there is nothing here to fill it in with")
          .help = {"only the body of a pattern is filled in; a secret inside SQL is ${env NAME}"};
      break;
    case Fault::splice_malformed:
      error("E0121", "this is not a splice", "expected ${name} or ${env NAME}");
      break;
    case Fault::number_exponent:
      error("E0123", fmt::format("'{}' has an exponent", shown), "write the number out").help = {
          "in SQL any number can stand: (1e5)"};
      break;
    case Fault::number_malformed:
      error("E0123", fmt::format("'{}' is not a number", shown),
            "expected digits, with single '_' between them and at most one '.'");
      break;
    case Fault::number_unit:
      error("E0123", fmt::format("'{}' has a unit that does not exist", shown),
            "units are % · KiB MiB GiB · ms s m h d");
      break;
  }
}

}  // namespace dmc::grammar
