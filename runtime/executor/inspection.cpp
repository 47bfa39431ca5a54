// Inspection through the session, and drift object by object.
#include "runtime/executor/inspection.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "runtime/ledger/ledger.hpp"

namespace dmc::executor {

namespace {

struct AsText {
  std::optional<std::string> operator()(std::nullptr_t) const { return std::nullopt; }
  std::optional<std::string> operator()(std::int64_t value) const { return std::to_string(value); }
  std::optional<std::string> operator()(double value) const {
    char buffer[64];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return std::string(buffer, error == std::errc() ? end : buffer);
  }
  std::optional<std::string> operator()(const std::string& value) const { return value; }
  std::optional<std::string> operator()(const session::Blob& value) const { return value.bytes; }
};

}  // namespace

dialects::Query query_on(session::Session& session) {
  return [&session](std::string_view sql) {
    dialects::QueryRows answer;
    for (const auto& row : session.query(sql).rows) {
      auto& texts = answer.emplace_back();
      for (const auto& value : row) texts.push_back(std::visit(AsText{}, value));
    }
    return answer;
  };
}

Live inspect(session::Session& session, const dialects::Dialect& dialect) {
  const ledger::ReadOnly read_only(session);
  const auto inspected = dialect.inspect(query_on(session));
  Live live{model::states_of(inspected.database), {}, {}, inspected.unmodelled};
  for (const auto& table : inspected.database.tables)
    for (const auto& key : table.foreign_keys) live.references.emplace_back(table.name, key.table);
  for (const auto& trigger : inspected.database.triggers)
    live.triggers.emplace_back("trigger " + trigger.path(),
                               (inspected.database.view(trigger.table) ? "view " : "table ") + trigger.table);
  return live;
}

Comparison compare(const std::vector<model::ObjectState>& recorded, const Live& live) {
  std::map<std::string, std::string> known, there;
  for (const auto& object : recorded) known[object.object] = object.state;
  for (const auto& object : live.states) there[object.object] = object.state;
  const auto managed = [&](const std::string& object) {
    const auto found = known.find(object);
    return found != known.end() && !found->second.empty();
  };
  Comparison result;
  for (const auto& [object, state] : known) {
    if (state.empty()) continue;
    // What is declared as text cannot be read back as a model: it counts as recorded.
    if (object.starts_with("object ")) {
      result.managed.push_back({object, state});
      continue;
    }
    const auto found = there.find(object);
    if (found == there.end())
      result.differences.push_back({object, "gone"});
    else if (found->second != state)
      result.differences.push_back({object, "changed"});
  }
  for (const auto& [object, state] : there) {
    if (managed(object)) {
      result.managed.push_back({object, state});
      continue;
    }
    const auto trigger = std::find_if(live.triggers.begin(), live.triggers.end(),
                                      [&, name = object](const auto& t) { return t.first == name; });
    if (known.contains(object) || trigger == live.triggers.end() || !managed(trigger->second)) {
      result.unmanaged.push_back(object);
      continue;
    }
    result.differences.push_back({object, "appeared"});
    result.managed.push_back({object, state});
  }
  result.unmanaged.insert(result.unmanaged.end(), live.unmodelled.begin(), live.unmodelled.end());
  std::sort(result.differences.begin(), result.differences.end(),
            [](const auto& a, const auto& b) { return a.object < b.object; });
  return result;
}

std::string in_words(const std::vector<Difference>& differences) {
  constexpr std::size_t most = 6;
  std::string text;
  for (std::size_t i = 0; i < differences.size() && i < most; ++i)
    text += (i ? ", " : "") + differences[i].object + " (" + differences[i].what + ")";
  if (differences.size() > most) text += " and " + std::to_string(differences.size() - most) + " more";
  return text;
}

}  // namespace dmc::executor
