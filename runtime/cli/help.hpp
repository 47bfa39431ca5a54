// Help: the page of a command, drawn for a terminal or as a manual page. One source, the .md beside the command.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/cli/command.hpp"
#include "runtime/cli/paint.hpp"

namespace dmc::cli {

/// What the whole program is and how it is called, in a line each.
inline constexpr std::string_view program_summary =
    "declarative schema changes, compiled to a reviewed plan and run with a way back";
inline constexpr std::string_view program_usage = "dmc COMMAND [OPTION…]";

/// The text of `NAME.md`, packed into the binary; empty when there is none.
std::string_view page(std::string_view name);

/// Markdown as plain text of at most `width` columns.
std::string draw(std::string_view markdown, std::size_t width, Paint paint);

/// `dmc run --help`: usage line and page.
std::string draw_help(const Command& command, std::size_t width, Paint paint);

/// `dmc help`: what dmc is, every command in a line, exit codes.
std::string draw_overview(const std::vector<Command>& commands, std::size_t width, Paint paint);

/// A manual page (troff, macros of man): dmc-run(1), or dmc(1) from the overview page.
std::string manual_page(const Command& command, std::string_view version);
std::string manual_overview(const std::vector<Command>& commands, std::string_view version);

}  // namespace dmc::cli
