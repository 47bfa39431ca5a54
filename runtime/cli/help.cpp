// A command's page on a terminal: wrapped, aligned, with emphasis where there is a terminal to show it.
#include "runtime/cli/help.hpp"

#include <algorithm>

#include "runtime/cli/markdown.hpp"

namespace dmc::cli {
namespace {

using markdown::Piece;

constexpr std::size_t term_column = 26;

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string styled(const Piece& piece, std::string_view word, Paint paint) {
  switch (piece.style) {
    case Piece::Style::plain:
      return std::string(word);
    case Piece::Style::code:
    case Piece::Style::bold:
      return paint.bold(word);
  }
  return std::string(word);
}

/// Words of a text, each with its emphasis and the columns it takes; code keeps its blanks.
struct Word {
  std::string text;
  std::size_t columns = 0;
};
std::vector<Word> words(std::string_view text, Paint paint) {
  std::vector<Word> result(1);
  const auto add = [&](const Piece& piece, std::string_view word) {
    result.back().text += styled(piece, word, paint);
    result.back().columns += columns(word);
  };
  for (const auto& piece : markdown::pieces(text)) {
    std::string_view rest = piece.text;
    if (piece.style == Piece::Style::code) {
      add(piece, rest);
      continue;
    }
    while (!rest.empty()) {
      const auto end = std::min(rest.find(' '), rest.size());
      if (end > 0) add(piece, rest.substr(0, end));
      if (end < rest.size() && result.back().columns > 0) result.emplace_back();
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  if (result.back().columns == 0) result.pop_back();
  return result;
}

/// Wraps behind `first` (already standing on the line, `used` columns wide); later lines are indented.
std::string wrapped(std::string first, std::size_t used, std::size_t indent, std::string_view text, std::size_t width,
                    Paint paint) {
  std::string out = std::move(first);
  bool fresh = true;
  for (const auto& word : words(text, paint)) {
    if (!fresh && used + 1 + word.columns > width) {
      out += '\n' + std::string(indent, ' ');
      used = indent;
    } else if (!fresh) {
      out += ' ';
      ++used;
    }
    out += word.text;
    used += word.columns;
    fresh = false;
  }
  return out + '\n';
}

struct Draw {
  std::size_t width;
  Paint paint;
  std::size_t term_width;  ///< of the items that follow one another
  std::string operator()(const markdown::Heading& heading) const { return paint.bold(heading.text) + "\n"; }
  std::string operator()(const markdown::Paragraph& paragraph) const {
    return wrapped("", 0, 0, paragraph.text, width, paint);
  }
  std::string operator()(const markdown::Item& item) const {
    if (item.term.empty()) return wrapped("  * ", 4, 4, item.text, width, paint);
    const auto used = columns(item.term);
    const auto indent = term_width + 4;
    std::string first = "  " + paint.bold(item.term);
    first += used <= term_width ? std::string(indent - 2 - used, ' ') : "\n" + std::string(indent, ' ');
    return wrapped(first, indent, indent, item.text, width, paint);
  }
  std::string operator()(const markdown::Code& code) const {
    std::string out;
    for (const auto& line : code.lines) {
      const bool typed = line.starts_with("$ ");
      out += line.empty() ? "\n" : "    " + (typed ? paint.bold(line) : line) + "\n";
    }
    return out;
  }
};

bool is_item(const markdown::Block& block) { return std::holds_alternative<markdown::Item>(block); }
bool is_heading(const markdown::Block& block) { return std::holds_alternative<markdown::Heading>(block); }

/// Width of the term column for the run of items that begins at `from`.
std::size_t term_width_at(const std::vector<markdown::Block>& blocks, std::size_t from) {
  std::size_t widest = 0;
  for (auto at = from; at < blocks.size() && is_item(blocks[at]); ++at) {
    const auto used = columns(std::get<markdown::Item>(blocks[at]).term);
    if (used <= term_column) widest = std::max(widest, used);
  }
  return widest;
}

std::string command_line(const Command& command, std::size_t name_width, Paint paint) {
  return "  " + paint.bold(command.name) + std::string(name_width + 2 - command.name.size(), ' ') +
         std::string(command.summary) + "\n";
}

}  // namespace

std::string draw(std::string_view text, std::size_t width, Paint paint) {
  const auto blocks = markdown::read(text);
  std::string out;
  std::size_t term_width = 0;
  for (std::size_t at = 0; at < blocks.size(); ++at) {
    const bool first_item = is_item(blocks[at]) && (at == 0 || !is_item(blocks[at - 1]));
    if (first_item) term_width = term_width_at(blocks, at);
    const bool close_to_last =
        at > 0 && (is_heading(blocks[at - 1]) || (is_item(blocks[at]) && is_item(blocks[at - 1])));
    if (at > 0 && !close_to_last) out += '\n';
    out += std::visit(Draw{width, paint, term_width}, blocks[at]);
  }
  return out;
}

std::string draw_help(const Command& command, std::size_t width, Paint paint) {
  std::string text = paint.bold("dmc " + std::string(command.name)) + ": " + std::string(command.summary) + "\n\n";
  text += wrapped("usage: ", 7, 7 + 4, usage_line(command), width, {});
  std::string_view body = page(command.name);
  body.remove_prefix(std::min(body.find('\n'), body.size()));  // the title stands above already
  return text + "\n" + draw(body, width, paint);
}

std::string draw_overview(const std::vector<Command>& commands, std::size_t width, Paint paint) {
  std::size_t name_width = 0;
  for (const auto& command : commands) name_width = std::max(name_width, command.name.size());
  std::string list;
  for (const auto& command : commands) list += command_line(command, name_width, paint);
  std::string_view body = page("dmc");
  body.remove_prefix(std::min(body.find('\n'), body.size()));
  return wrapped(paint.bold("dmc") + ": ", 5, 5, program_summary, width, {}) +
         "\nusage: " + std::string(program_usage) + "\n\n" + draw(body, width, paint) + "\n" + paint.bold("Commands") +
         "\n" + list + "\n" +
         wrapped("", 0, 0,
                 "`dmc COMMAND --help` shows the page of a command, `dmc help --man FOLDER` writes the manual pages.",
                 width, paint);
}

}  // namespace dmc::cli
