// Rules of views and triggers.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/check.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres {

namespace {

using grammar::Diagnostics;

/// Of a view that keeps no rows; a materialized one has the storage parameters of a table.
void unknown_setting(const model::View& view, const model::Setting& setting, Diagnostics& diagnostics) {
  auto& diagnostic =
      diagnostics.error("E0878", view.origin.span, fmt::format("a view has no setting '{}'", setting.name),
                        "expected security_barrier or security_invoker");
  if (setting.name == "check_option")
    diagnostic.help.push_back(fmt::format("it stands behind the query:  as (…) with {} check option",
                                          setting.value == "local" ? "local" : "cascaded"));
}

void check_view(const model::Database& database, const model::View& view, Diagnostics& diagnostics) {
  constexpr int security_invoker = 15;
  for (const auto& setting : view.settings) {
    if (setting.name == "security_invoker")
      need(database, security_invoker, "security_invoker needs", view.origin, diagnostics);
    else if (!view.materialized && setting.name != "security_barrier")
      unknown_setting(view, setting, diagnostics);
  }
}

class TriggerCheck {
 public:
  TriggerCheck(const model::Database& database, const model::Trigger& trigger, Diagnostics& diagnostics)
      : database_(database), trigger_(trigger), diagnostics_(diagnostics) {}

  void run() {
    if (trigger_.body) {
      error("holds its statements itself", "PostgreSQL keeps them in a function, which the trigger calls")
          .help.push_back(
              "write the body as a function:  function NAME() returns trigger language plpgsql as $$ … $$;  "
              "and here:  execute NAME()");
    } else if (!trigger_.execute) {
      error("does nothing", "expected:  execute FUNCTION()");
    }
    const bool on_view = database_.view(trigger_.table) != nullptr;
    const bool truncate = std::ranges::find(trigger_.events, "truncate") != trigger_.events.end();
    const bool instead = trigger_.timing == "instead of";
    if (instead && !trigger_.for_each_row) error("fires instead of whole statements", "it can only fire for each row");
    if (instead && trigger_.when) error("fires instead of a statement and has a condition", "it must always fire");
    if (on_view && !trigger_.enabled.empty())
      error("on a view does not fire as usual", "PostgreSQL switches triggers of tables alone");
    if (on_view && !instead && trigger_.for_each_row)
      error("fires for each row of a view", "on a view, before and after fire for each statement");
    if (truncate && trigger_.for_each_row)
      error("fires on truncate for each row", "truncate reads no rows: for each statement");
    if (trigger_.constraint && (trigger_.timing != "after" || !trigger_.for_each_row))
      error("is a constraint trigger", "one fires after, for each row");
    if (!trigger_.constraint && trigger_.deferrable)
      error("can be deferred", "only a constraint trigger can:  constraint trigger NAME …");
    if (!trigger_.transitions.empty() && (trigger_.timing != "after" || trigger_.constraint))
      error("names the changed rows as tables", "only a plain trigger that fires after can");
  }

 private:
  grammar::Diagnostic& error(std::string_view message, std::string label) {
    return diagnostics_.error("E0882", trigger_.origin.span, fmt::format("trigger '{}' {}", trigger_.name, message),
                              std::move(label));
  }

  const model::Database& database_;
  const model::Trigger& trigger_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_objects(const model::Database& database, Diagnostics& diagnostics) {
  for (const auto& view : database.views) check_view(database, view, diagnostics);
  for (const auto& trigger : database.triggers) TriggerCheck(database, trigger, diagnostics).run();
}

}  // namespace dmc::dialects::postgres
