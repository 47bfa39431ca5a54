// One file as the editor has it, or as it is on disk: its text, the tree, and what is known from these alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "editors/lsp/mention.hpp"
#include "editors/lsp/position.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"
#include "grammar/tree.hpp"

namespace dmc::lsp {

/// Larger files are not read at each keystroke; the check, which runs beside it, reads them all the same.
inline constexpr std::size_t parse_limit = std::size_t{4} << 20U;

class Document {
 public:
  Document(std::string name, std::string text);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  const std::string& name() const { return name_; }
  std::string_view text() const { return sources_.file(0).text; }
  const grammar::Sources& sources() const { return sources_; }
  const grammar::Tree& tree() const { return tree_; }
  const grammar::Diagnostics& syntax() const { return syntax_; }
  const Lines& lines() const { return lines_; }
  const Mentions& mentions() const { return mentions_; }
  bool was_parsed() const { return text().size() <= parse_limit; }

  Json range(std::uint32_t begin, std::uint32_t end) const { return lsp::range(text(), lines_, begin, end); }
  std::uint32_t offset(Place place) const { return lines_.offset(text(), place); }
  std::string_view slice(std::uint32_t begin, std::uint32_t end) const { return text().substr(begin, end - begin); }

 private:
  std::string name_;
  grammar::Sources sources_;
  grammar::Diagnostics syntax_;
  grammar::Tree tree_;
  Lines lines_;
  Mentions mentions_;
};

}  // namespace dmc::lsp
