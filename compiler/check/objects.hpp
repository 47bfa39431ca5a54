// Views, triggers and objects declared whole, from syntax to model.
#pragma once

#include "compiler/check/draft.hpp"

namespace dmc::check {

/// Each answers false when it reported an error, and the object is left out.
bool build_view(Context& context, const DatabaseDraft& database, const Placed<ast::View>& placed, model::View& view);
bool build_view(Context& context, DatabaseDraft& database, const Placed<ast::MaterializedView>& placed,
                model::View& view);
bool build_trigger(Context& context, const DatabaseDraft& database, const Placed<ast::Trigger>& placed,
                   model::Trigger& trigger);
bool build_object(Context& context, const DatabaseDraft& database, const ast::Object& syntax, model::Object& object);

/// The paths after `after`, as the model writes them.
std::vector<std::string> read_after(Context& context, const DatabaseDraft& database,
                                    const std::vector<ast::Path>& paths);

}  // namespace dmc::check
