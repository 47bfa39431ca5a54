// Small pieces that all renderers share.
#pragma once

#include <cstdint>
#include <string>

#include "grammar/diagnostic.hpp"
#include "runtime/executor/result.hpp"

namespace dmc::report {

/// "1 h 02 min", "3 min 20 s", "1.5 s", "12 ms"
std::string duration(std::int64_t milliseconds);
/// 1234567 as "1,234,567"
std::string grouped(std::int64_t number);
/// Text that came from elsewhere, harmless on a terminal; line breaks of our own messages stay.
std::string shown(const std::string& text);
/// The same inside a Markdown table or sentence.
std::string in_markdown(const std::string& text);
/// With blanks behind it, at least so wide.
std::string padded(std::string text, std::size_t width);
/// A fence longer than any in the text.
std::string fenced(const std::string& text, const std::string& language);

/// A step's state as one word or two: "done", "not yet", "begun", "failed", "taken back", …
std::string state_words(const executor::StepReport& step, bool forward);
/// "1,234 rows" behind a summary, when the step counts rows; empty else.
std::string rows_words(const executor::StepReport& step);
std::string holder_words(const session::Holder& holder);

}  // namespace dmc::report
