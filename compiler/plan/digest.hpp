// SHA-256 with the name of the algorithm in front, as every hash in a file of ours is written.
#pragma once

#include <string>
#include <string_view>

namespace dmc::plan {

/// "sha256:" and 64 hexadecimal digits.
std::string digest(std::string_view bytes);

/// The first twelve hexadecimal digits: for derived names and for people.
std::string short_digest(std::string_view digest);

/// Whether a text has the form that `digest` answers.
bool is_digest(std::string_view text);

}  // namespace dmc::plan
