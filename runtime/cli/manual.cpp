// The same pages as troff for man(1).
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "runtime/cli/help.hpp"
#include "runtime/cli/markdown.hpp"

namespace dmc::cli {
namespace {

using markdown::Piece;

/// Characters that troff reads as its own.
std::string escaped_for_troff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  if (!out.empty() && (out.front() == '.' || out.front() == '\'')) out.insert(0, "\\&");
  return out;
}

std::string inline_troff(std::string_view text) {
  std::string out;
  for (const auto& piece : markdown::pieces(text)) {
    const auto plain = escaped_for_troff(piece.text);
    out += piece.style == Piece::Style::plain ? plain : "\\fB" + plain + "\\fP";
  }
  return out;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

struct Troff {
  std::string operator()(const markdown::Heading& heading) const {
    return fmt::format(".SH {}\n", upper(escaped_for_troff(heading.text)));
  }
  std::string operator()(const markdown::Paragraph& paragraph) const {
    return ".PP\n" + inline_troff(paragraph.text) + "\n";
  }
  std::string operator()(const markdown::Item& item) const {
    if (item.term.empty()) return ".IP \\(bu 2\n" + inline_troff(item.text) + "\n";
    return fmt::format(".TP\n\\fB{}\\fP\n{}\n", escaped_for_troff(item.term), inline_troff(item.text));
  }
  std::string operator()(const markdown::Code& code) const {
    std::string out = ".PP\n.RS 4\n.nf\n";
    for (const auto& line : code.lines) out += escaped_for_troff(line) + "\n";
    return out + ".fi\n.RE\n";
  }
};

std::string body_of(std::string_view page_name) {
  std::string out;
  bool title = true;
  for (const auto& block : markdown::read(page(page_name))) {
    // The title became the page's name; what follows it is the description.
    if (title)
      out += ".SH DESCRIPTION\n";
    else
      out += std::visit(Troff{}, block);
    title = false;
  }
  return out;
}

std::string head(std::string_view name, std::string_view version, std::string_view summary) {
  return fmt::format(".TH {} 1 \"\" \"dmc {}\" \"dmc\"\n.SH NAME\n{} \\- {}\n", upper(escaped_for_troff(name)), version,
                     escaped_for_troff(name), escaped_for_troff(summary));
}

}  // namespace

std::string manual_page(const Command& command, std::string_view version) {
  return head(fmt::format("dmc-{}", command.name), version, command.summary) + ".SH SYNOPSIS\n" +
         escaped_for_troff(usage_line(command)) + "\n" + body_of(command.name) + ".SH SEE ALSO\n.BR dmc (1)\n";
}

std::string manual_overview(const std::vector<Command>& commands, std::string_view version) {
  std::string out = head("dmc", version, program_summary) + ".SH SYNOPSIS\n" + escaped_for_troff(program_usage) + "\n" +
                    body_of("dmc") + ".SH COMMANDS\n";
  for (const auto& command : commands)
    out += fmt::format(".TP\n\\fBdmc\\-{}\\fP(1)\n{}\n", escaped_for_troff(command.name),
                       escaped_for_troff(command.summary));
  return out;
}

}  // namespace dmc::cli
