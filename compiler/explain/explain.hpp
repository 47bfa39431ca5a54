// Plans and catalogs for people: what a reviewer reads before anything runs. Nothing here is ever parsed back. The door
// of the folder.
#pragma once

#include <cstddef>
#include <string>

#include "compiler/catalog/catalog.hpp"
#include "compiler/catalog/stage.hpp"
#include "compiler/model/database.hpp"
#include "compiler/plan/plan.hpp"

namespace dmc::explain {

/// For a terminal: what is lost, what waits, what can be taken back; then every step. Every text that came from
/// elsewhere is escaped, here and below; all end with a line break.
std::string text(const plan::Plan& plan);
/// The same without the details of the steps, for the moment after a compile: a line a step, and of a long plan the
/// first.
std::string brief(const plan::Plan& plan);
/// Every object as `.mig`, with the hashes.
std::string text(const catalog::Catalog& catalog);
std::string text(const catalog::StageCatalog& catalog);

/// So many bytes a forge takes as one comment (GitHub: 65,536 characters), with room for a few words around them.
inline constexpr std::size_t longest_page = 60'000;
/// What a page needs to say anything at all.
inline constexpr std::size_t shortest_page = 20'000;

/// For a pull request; SQL stands in fences longer than any in it. A page that would have more than `most` bytes, which
/// are at least `shortest_page`, is folded until it has not: what it leaves out it counts, and says how to see it.
std::string markdown(const plan::Plan& plan, std::size_t most = longest_page);
/// One step, as an editor shows it beside the statement that it came from: what it does, locks and risks, what its undo
/// brings back, and its SQL.
std::string markdown(const plan::Step& step);
std::string markdown(const catalog::Catalog& catalog);
std::string markdown(const catalog::StageCatalog& catalog);

/// What a database of a plan is before it and behind it.
struct TwoStates {
  const model::Database* before = nullptr;
  const model::Database* after = nullptr;
};

/// The steps and what they require, stage by stage.
std::string mermaid(const plan::Plan& plan);
/// The tables that the plan changes, and those next to them: what is new, what goes, what it was.
std::string mermaid(const plan::Plan& plan, const std::vector<TwoStates>& states);
/// Tables, columns, keys and what references what.
std::string mermaid(const catalog::Catalog& catalog);
std::string mermaid(const model::Database& database);

/// One file that needs nothing else, light and dark: what is lost, locks and undo; the tables before and behind it,
/// with what changes in colour; the steps and what they require; every statement.
std::string html(const plan::Plan& plan, const std::vector<TwoStates>& states);
std::string html(const catalog::Catalog& catalog);
std::string html(const catalog::StageCatalog& catalog);

}  // namespace dmc::explain
