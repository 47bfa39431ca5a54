// What the fuzz targets hold their readers to. A property that does not hold ends the process, as libFuzzer wants it.
#pragma once

#include <string>
#include <string_view>

#include "compiler/plan/json.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"

namespace dmc::fuzz {

/// Says what does not hold and ends the process.
void demand(bool holds, std::string_view what, std::string_view text = {});

/// A text that may go to a terminal: UTF-8, no control characters but line breaks, nothing that turns the direction of
/// writing.
void demand_printable(std::string_view text);

/// A refusal with a code that begins with `E03` and a sentence.
void demand_refusal(const plan::JsonError& error);

/// Every place inside its text, and a text for people that can be printed.
void demand_sound(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources);

/// The input as text.
inline std::string text_of(const unsigned char* bytes, unsigned long size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace dmc::fuzz
