// The words of a printed database: names, texts, SQL and types as a `.mig` file holds them. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/print.hpp"

namespace dmc::model {

/// `'it''s'`.
std::string quoted_text(std::string_view text);

/// `(…)`, or `$$ … $$` where the text cannot stand in parentheses.
std::string enclosed(const Sql& sql);
/// `$$ … $$`, with a tag where the text holds `$$`.
std::string in_dollars(std::string_view text);

/// A default: a number or a text stands bare, everything else is SQL.
std::string default_text(const Sql& sql);

/// `lower(email)` or `(a + b)`.
std::string element_text(const Sql& sql);

/// The parts of a type that `.mig` can write plainly; none for one that it cannot.
std::optional<PlainType> plain_type(std::string_view text);

/// Text without white space at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace dmc::model
