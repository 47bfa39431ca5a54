#include "tests/fuzz/property.hpp"

#include <cstdio>
#include <cstdlib>

namespace dmc::fuzz {

namespace {

/// Three bytes each: U+200E, U+200F, U+202A–U+202E, U+2066–U+2069.
bool turns_direction(std::string_view text, std::size_t at) {
  const std::string_view three = text.substr(at, 3);
  if (three.size() < 3 || three[0] != '\xE2') return false;
  const auto last = static_cast<unsigned char>(three[2]);
  if (three[1] == '\x80') return last == 0x8E || last == 0x8F || (last >= 0xAA && last <= 0xAE);
  return three[1] == '\x81' && last >= 0xA6 && last <= 0xA9;
}

bool inside(grammar::Span span, const grammar::Sources& sources) {
  return span.file < sources.size() && span.begin <= span.end && span.end <= sources.file(span.file).text.size();
}

}  // namespace

void demand(bool holds, std::string_view what, std::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "PROPERTY DOES NOT HOLD: %.*s\n%.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(text.size()), text.data());
  std::abort();
}

void demand_printable(std::string_view text) {
  demand(plan::first_invalid_utf8(text) == text.size(), "a text for people is UTF-8", text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    demand((byte >= 0x20 || byte == '\n') && byte != 0x7F, "a text for people holds no control character", text);
    demand(!turns_direction(text, at), "a text for people does not turn its direction", text);
  }
}

void demand_refusal(const plan::JsonError& error) {
  demand(error.code.starts_with("E03"), "a refusal has a code", error.code);
  demand(!error.message.empty(), "a refusal has a sentence", error.code);
}

void demand_sound(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources) {
  for (const auto& diagnostic : diagnostics.sorted()) {
    demand(!diagnostic.code.empty() && !diagnostic.message.empty(), "a finding has a code and a sentence",
           diagnostic.message);
    if (diagnostic.span) demand(inside(*diagnostic.span, sources), "a finding lies in its text", diagnostic.message);
    for (const auto& note : diagnostic.notes)
      demand(inside(note.span, sources), "a note lies in its text", diagnostic.message);
    demand_printable(grammar::render(diagnostic, sources));
  }
}

}  // namespace dmc::fuzz
