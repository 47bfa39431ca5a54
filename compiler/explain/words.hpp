// Small pieces that all drawings share. Internal to this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/plan.hpp"

namespace dmc::explain {

/// Text from elsewhere as one harmless line.
std::string shown(std::string_view text);
/// The same line by line, for SQL and other texts that have lines of their own; without blanks at the ends.
std::vector<std::string> shown_lines(std::string_view text);
/// `shown`, with everything that Markdown or HTML would act on made inert.
std::string in_markdown(std::string_view text);
/// `shown`, as text between tags or in an attribute.
std::string in_html(std::string_view text);
/// The same within a page of Markdown, where a forge looks for names of people.
std::string in_markdown_html(std::string_view text);
/// `shown_lines` between fences that are longer than any row of backticks in them.
std::string fenced(std::string_view text, std::string_view language);

/// Of a longer text its first `most` bytes or a little less, and "…".
std::string clipped(std::string_view text, std::size_t most);
/// With a capital letter.
std::string capitalised(std::string text);
/// "1 step", "2 steps"
std::string counted(std::size_t count, std::string_view noun);
/// 5000 as "5,000"
std::string grouped(std::int64_t number);
/// "1 h", "20 s", "200 ms"
std::string duration(std::int64_t milliseconds);
/// "step 2", "steps 2, 4–6"
std::string steps_words(const std::vector<std::size_t>& steps);

/// How long a lock of that work lasts: "while every row is read".
std::string_view work_words(std::string_view work);
/// "5,000 rows a batch, 200 ms between two"
std::string pace_words(const plan::Pace& pace);
/// "exact", "exact until written: …", "not everything: …", "none: …"
std::string reverse_words(const plan::Reverse& reverse);
/// "= 0", "is empty"
std::string answer_words(const plan::QueryCheck& check);
/// Of what a step is about, without its kind: "users" of "table users".
std::string_view name_of(const plan::Step& step);
/// "change 7: one name per user", "undo of change 7: …"
std::string title_of(const plan::Plan& plan);

}  // namespace dmc::explain
