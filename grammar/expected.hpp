// What people are told: what a place expects, what each construct is called, and the codes of this layer.
//
// E0100  a word or symbol that cannot stand here; the label says what can
// E0101  a statement without its `;`
// E0102  an item begins with a word that no item of this list begins with
// E0103  a comment that is never closed
// E0104  a text whose quote is not closed on its line
// E0105  a quoted name that is not closed on its line
// E0106  a dollar quote that is never closed
// E0107  a bracket that is never closed
// E0108  a block that is never closed
// E0109  a bracket or brace that closes nothing
// E0110  a keyword with capital letters
// E0112  a column without a type
// E0113  bytes that are not UTF-8
// E0114  a NUL byte
// E0115  a backslash before a quote inside SQL
// E0116  a `;` inside ( … )
// E0117  a line break in a string inside ( … )
// E0118  nesting deeper than 64
// E0119  a token longer than 16 MiB, or a file longer than 4 GiB
// E0120  a splice outside a pattern
// E0121  a splice that is not `${name}`
// E0122  a name with letters beyond ASCII, without quotes
// E0123  a number that is not written as the language writes numbers
// E0124  SQL without its parentheses
// E0125  the wrong kind of quotes
// E0126  an empty name
// E0127  a character that the language does not use
// E0128  brackets that do not match each other
// E0129  (warning) an invisible character that changes the direction of the text
// E0130  a statement without its block
// E0131  a `;` that ends nothing
// E0132  so many mistakes that the rest of the file was not read
#pragma once

#include <string>
#include <string_view>

#include "grammar/kind.hpp"

namespace dmc::grammar {

namespace expected {

constexpr std::string_view name = "a name";
constexpr std::string_view column = "a column";
constexpr std::string_view text = "a text in quotes";
constexpr std::string_view sql = "SQL in parentheses";
constexpr std::string_view type = "a type";
constexpr std::string_view version = "a version";
constexpr std::string_view number = "a number";
constexpr std::string_view number_or_size = "a number or a size such as 64MiB";
constexpr std::string_view number_or_percent = "a number or a percentage";
constexpr std::string_view percent = "a percentage such as 0.1%";
constexpr std::string_view duration = "a duration such as 5m";
constexpr std::string_view hazard = "the id of a hazard";
constexpr std::string_view privilege = "a privilege";
constexpr std::string_view comparison = "a comparison";
constexpr std::string_view operator_sign = "an operator";
constexpr std::string_view semicolon = "';'";
constexpr std::string_view brace = "'{'";

}  // namespace expected

/// What a construct is called towards people, with its article: "a column"; empty for parts that have no name of their
/// own.
std::string_view phrase(Kind kind);

/// A to Z made lower case, the rest as it is.
std::string lower_case(std::string_view word);

}  // namespace dmc::grammar
