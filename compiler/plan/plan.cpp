// Writes a plan, and reads one that somebody else may have touched: what is accepted here may run.
#include "compiler/plan/plan.hpp"

#include <algorithm>
#include <set>

#include "compiler/plan/digest.hpp"

namespace dmc::plan {

namespace {

const Json* field(const Json* json, std::string_view name) {
  const auto* object = json ? std::get_if<JsonObject>(&json->value) : nullptr;
  if (!object) return nullptr;
  for (const auto& [key, value] : *object)
    if (key == name) return &value;
  return nullptr;
}

/// A plan of a newer format is named as such, before any of its unknown fields is.
bool known_format(const Json& json, JsonError& error) {
  const Format ours;
  const Json* format = field(&json, "format");
  const Json* name = field(format, "name");
  const Json* version = field(format, "version");
  const auto* word = name ? std::get_if<std::string>(&name->value) : nullptr;
  const auto* number = version ? std::get_if<std::int64_t>(&version->value) : nullptr;
  if (!word || *word != ours.name)
    error = {"E0307", "format.name", "this is not a plan of dmc"};
  else if (!number)
    error = {"E0307", "format.version", "the plan does not say which format it has"};
  else if (*number != ours.version)
    error = {"E0307", "format.version",
             "the plan has format " + std::to_string(*number) + ", this version reads format " +
                 std::to_string(ours.version)};
  else
    return true;
  return false;
}

bool refuse(std::string code, std::string where, std::string message, JsonError& error) {
  error = {std::move(code), std::move(where), std::move(message)};
  return false;
}

bool sound_head(const Plan& plan, JsonError& error) {
  if (plan.forward != plan.reverse.has_value())
    return refuse("E0311", "reverse", "a plan names its reverse, and a reverse plan names none", error);
  if (plan.reverse && !is_digest(*plan.reverse)) return refuse("E0311", "reverse", "it is not a hash", error);
  if (!is_digest(plan.source_digest)) return refuse("E0311", "source_digest", "it is not a hash", error);
  if (!is_digest(plan.policy_digest)) return refuse("E0311", "policy_digest", "it is not a hash", error);
  return true;
}

bool sound_databases(const Plan& plan, JsonError& error) {
  for (std::size_t i = 0; i < plan.databases.size(); ++i) {
    const DatabaseInput& database = plan.databases[i];
    const std::string where = "databases[" + std::to_string(i) + "]";
    if (i > 0 && plan.databases[i - 1].name >= database.name)
      return refuse("E0311", where + ".name", "databases stand by name, each once", error);
    if (!is_digest(database.from) || !is_digest(database.to) ||
        !std::all_of(database.stages.begin(), database.stages.end(), is_digest))
      return refuse("E0311", where, "its state hashes are not hashes", error);
    if (database.stages.empty() || database.stages.back() != database.to)
      return refuse("E0311", where + ".stages", "the last stage does not end in the state that the plan promises",
                    error);
  }
  return true;
}

bool sound_steps(const Plan& plan, JsonError& error) {
  std::set<std::string_view> earlier;
  std::int64_t stage = 1;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    const std::string where = "steps[" + std::to_string(i) + "]";
    const auto database = std::find_if(plan.databases.begin(), plan.databases.end(),
                                       [&](const DatabaseInput& input) { return input.name == step.database; });
    if (database == plan.databases.end())
      return refuse("E0311", where + ".database", "the plan does not list this database", error);
    if (step.id != step_id(step, database->from))
      return refuse("E0309", where + ".id", "the step is not the one that this id was given to", error);
    if (!earlier.insert(step.id).second)
      return refuse("E0311", where + ".id", "the same step stands there twice", error);
    for (const std::string& required : step.requires_steps)
      if (required == step.id || !earlier.contains(required))
        return refuse("E0311", where + ".requires", "the step requires one that does not stand before it", error);
    const bool in_order = !plan.forward || step.stage >= stage;
    if (!in_order || step.stage < 1 || step.stage > static_cast<std::int64_t>(database->stages.size()))
      return refuse("E0311", where + ".stage", "the stages do not follow one another", error);
    stage = step.stage;
    if (plan.forward == step.undoes.has_value())
      return refuse(
          "E0311", where + ".undoes",
          plan.forward ? "only steps of a reverse plan undo something" : "a step of a reverse plan says what it undoes",
          error);
  }
  return true;
}

/// Reads once more, slowly, to say why not.
void explain_refusal(std::string_view bytes, JsonError& error) {
  Plan plan;
  const auto json = read_json(bytes, error);
  if (!json || !known_format(*json, error) || !read(*json, plan, error)) return;
  if (plan.format != Format{})
    error = {"E0307", "format", "this version does not know the hash or the canonical form that the plan names"};
  else
    error = {"E0308", "", "the bytes are not the ones that dmc writes for this plan: it was edited or laid out anew"};
}

}  // namespace

std::string write_plan(const Plan& plan) { return canonical(plan); }

std::optional<PlanFile> read_plan(std::string bytes, JsonError& error) {
  if (bytes.size() > json_size_limit) {
    error = {"E0310", "", "the file is larger than 256 MiB"};
    return std::nullopt;
  }
  PlanFile file;
  if (!read_canonical(bytes, file.plan) || file.plan.format != Format{}) {
    explain_refusal(bytes, error);
    return std::nullopt;
  }
  if (!sound_head(file.plan, error) || !sound_databases(file.plan, error) || !sound_steps(file.plan, error))
    return std::nullopt;
  file.hash = digest(bytes);
  file.bytes = std::move(bytes);
  return file;
}

}  // namespace dmc::plan
