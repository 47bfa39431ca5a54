// A session of its own: the run's has just committed the step and is not in a transaction.
#include "runtime/rehearse/again.hpp"

#include <algorithm>

#include "runtime/ledger/facts.hpp"
#include "runtime/ledger/ledger.hpp"

namespace dmc::rehearse {

namespace {

std::vector<std::string> all_rows(session::Session& session, const std::string& name) {
  std::vector<std::string> texts;
  for (const auto& row : session.query("select * from " + name).rows) {
    auto& text = texts.emplace_back();
    for (const auto& value : row) text.append(ledger::encoded(value)).append("\x1f");
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace

void Again::tell(const journal::Event& event) {
  const auto* ended = std::get_if<journal::StepEnded>(&event);
  if (!ended || ended->outcome != "done") return;
  for (const auto& step : plan_.steps)
    if (step.id == ended->step)
      if (const auto* fill = std::get_if<plan::Backfill>(&step.action)) send_again(step, *fill);
}

void Again::send_again(const plan::Step& step, const plan::Backfill& fill) {
  SecondPass pass{step.summary, step.source, step.exactly_once_by == plan::ExactlyOnce::transaction, false, {}};
  try {
    const auto target = std::find_if(targets_.begin(), targets_.end(),
                                     [&](const auto& address) { return address.database == step.database; });
    if (target == targets_.end()) return;
    const auto session = connector_.open(target->url, session::Missing::refuse, session::Access::write);
    for (const auto& input : plan_.databases)
      if (input.name == step.database)
        for (const auto& statement : input.preamble) session->execute(statement);
    for (const auto& statement : engine_.naming()) session->execute(statement);
    const auto ledger = ledger::keeper_of(target->url.engine)->open(*session);
    const ledger::Unit rolled_back(*ledger);
    const auto bound = session->query(fill.bound).rows;
    const bool none =
        bound.empty() || bound.front().empty() || std::holds_alternative<std::nullptr_t>(bound.front().front());
    if (none) pass.not_asked = "the table had no rows";
    if (!none) {
      const auto before = all_rows(*session, engine_.table_name(fill.table));
      for (const auto& statement : fill.before_batch) session->execute(statement);
      session->execute(fill.change_first, bound.front());
      for (const auto& statement : fill.after_batch) session->execute(statement);
      pass.changes = all_rows(*session, engine_.table_name(fill.table)) != before;
    }
  } catch (const session::SessionError& error) {
    pass.not_asked = error.what();
  }
  passes_.push_back(std::move(pass));
}

}  // namespace dmc::rehearse
