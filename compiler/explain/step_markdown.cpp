// One step for an editor's pop-up: few lines, the SQL last.
#include <fmt/format.h>

#include "compiler/explain/details.hpp"
#include "compiler/explain/explain.hpp"
#include "compiler/explain/words.hpp"

namespace dmc::explain {

std::string markdown(const plan::Step& step) {
  std::string text = fmt::format("**{}**\n\n", in_markdown(step.summary));
  for (const auto& lock : step.locks)
    text +=
        fmt::format("- locks {}: {}, {}\n", in_markdown(lock.object), in_markdown(lock.mode), work_words(lock.work));
  if (step.unclaimed) text += "- what it locks is not known: the statements are your own\n";
  for (const auto& hazard : step.hazards)
    text += fmt::format("- {} `{}`: {}\n", hazard.accepted ? "accepted" : "hazard", shown(hazard.id),
                        in_markdown(hazard.evidence));
  text += fmt::format("- undo: {}\n", in_markdown(reverse_words(step.reverse)));
  for (const auto& detail : details(step))
    if (detail.form == Detail::Form::sql) text += "\n" + fenced(detail.text, "sql");
  return text;
}

}  // namespace dmc::explain
