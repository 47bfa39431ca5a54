#include "runtime/steps/secrets.hpp"

#include "compiler/model/secrets.hpp"

namespace dmc::steps {

namespace {

/// How the source and the plan write it.
std::string written(const std::string& name) { return "${env " + name + "}"; }

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace

std::string Secrets::bound(std::string_view sql, const session::Secrecy& secrecy) const {
  if (values_.empty()) return std::string(sql);
  return model::with_secrets(sql, [&](const std::string& name) {
    const auto found = values_.find(name);
    return found == values_.end() ? "'" + written(name) + "'" : secrecy.literal(found->second);
  });
}

std::string Secrets::redacted(std::string text, const session::Secrecy& secrecy) const {
  for (const auto& [name, value] : values_) {
    if (value.empty()) continue;
    const auto quoted = secrecy.literal(value);
    replace_all(text, quoted, "'" + written(name) + "'");
    // What stands between the quotes, and what was meant by it.
    replace_all(text, quoted.substr(1, quoted.size() - 2), written(name));
    replace_all(text, value, written(name));
  }
  return text;
}

std::set<std::string> secrets_named(const plan::Plan& plan) {
  std::set<std::string> names;
  for (const auto& step : plan.steps)
    if (const auto* action = std::get_if<plan::RunSql>(&step.action))
      names.insert(action->secrets.begin(), action->secrets.end());
  return names;
}

Secrets made_up_secrets(const plan::Plan& plan) {
  std::map<std::string, std::string> values;
  for (const auto& name : secrets_named(plan)) values.emplace(name, "made up");
  return Secrets(std::move(values));
}

}  // namespace dmc::steps
