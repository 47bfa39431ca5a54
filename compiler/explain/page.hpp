// The pieces of a plan's Markdown page, and the page of a plan that is too long for one. Internal to this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "compiler/explain/overview.hpp"
#include "compiler/plan/plan.hpp"

namespace dmc::explain {

/// Title, how many steps, hashes. No text from elsewhere has more than `longest` bytes, here and below.
std::string page_title(const plan::Plan& plan, std::size_t longest = std::string::npos);
/// The heading of the table of databases, and a row of it.
std::string database_head();
std::string database_row(const plan::DatabaseInput& database, std::size_t longest = std::string::npos);

/// What is lost stands in a box, which readers of pull requests see in red.
std::string section_head(const Section& section);
/// What every line of the section begins with.
std::string_view section_margin(const Section& section);

/// Folded: the summary is a line of HTML, what is inside is Markdown again.
std::string step_block(const plan::Step& step, std::size_t number, bool names_database);

bool has_stages(const plan::Plan& plan);

/// The page in `most` bytes: what is lost, locks and undo first, as whole as they can be, then the steps, equal ones
/// folded together, as many of them in full as there is room for. Whatever is left out is counted.
std::string long_page(const plan::Plan& plan, std::size_t most);

}  // namespace dmc::explain
