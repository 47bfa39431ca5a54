#include "runtime/cli/secrets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/cli/refusal.hpp"

namespace dmc::cli {

steps::Secrets secrets_of(const plan::Plan& plan, const std::vector<std::string>& allowed, bool cluster,
                          const World& world) {
  std::map<std::string, std::string> values;
  for (const auto& name : steps::secrets_named(plan)) {
    if (std::ranges::find(allowed, name) == allowed.end()) {
      if (cluster)
        throw Refusal(Exit::refused,
                      fmt::format("the plan wants the secret {}, which this cluster does not list [E0625]", name),
                      {fmt::format("when it may have it, write in the cluster:  secrets ({});", name)});
      throw Refusal(Exit::refused, fmt::format("the plan wants the secret {}, which it was not given [E0625]", name),
                    {fmt::format("when it may have it, add:  --secret {}", name)});
    }
    auto value = world.variable ? world.variable(name) : std::nullopt;
    if (!value)
      throw Refusal(Exit::refused,
                    fmt::format("the plan wants the secret {}, and no variable of that name is set [E0626]", name),
                    {"set it in the environment of this command, then run again; nothing was changed"});
    values.emplace(name, std::move(*value));
  }
  return steps::Secrets(std::move(values));
}

Option secret_option() {
  return {
      "--secret", "NAME", "the plan may have the value of this variable; on a cluster the inventory says so", {}, true};
}

}  // namespace dmc::cli
