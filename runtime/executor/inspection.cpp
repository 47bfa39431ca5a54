// Inspection through the session, and drift object by object.
#include "runtime/executor/inspection.hpp"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <map>
#include <set>

#include "compiler/model/members.hpp"
#include "compiler/plan/canonical_read.hpp"
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

constexpr std::string_view whole = "object ";
const std::string named = "named";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Names that differ in case only may be one to the engine; rather is an object taken to be there.
bool is_listed(const Live& live, const std::string& object) {
  return std::ranges::any_of(live.names, [name = object.substr(whole.size())](const std::string& there) {
    return std::ranges::equal(there, name, {}, lower, lower);
  });
}

/// Calls `use` with the table, view, trigger or object of that name, when it is there and can be read.
template <class Use>
void with(const model::Database& database, std::string_view object, Use use) {
  const auto path = object.substr(std::min(object.find(' ') + 1, object.size()));
  const auto found = [&](const auto* there) {
    if (there) use(*there);
  };
  if (object.starts_with("table "))
    found(database.table(path));
  else if (object.starts_with("view "))
    found(database.view(path));
  else if (object.starts_with("trigger "))
    found(database.trigger(path));
  else
    found(database.object_called(object));
}

/// A print that an older model wrote tells nothing, and then only that the object changed is known.
std::vector<std::string> members(const ledger::ObjectRow& recorded, const Live& live) {
  std::vector<std::string> words;
  with(live.database, recorded.object, [&]<class Object>(const Object& is) {
    Object was;
    std::string_view print = recorded.print ? std::string_view(*recorded.print) : std::string_view();
    if (print.starts_with(ledger::declared_mark)) print.remove_prefix(ledger::declared_mark.size());
    if (!print.empty() && plan::read_canonical(print, was)) words = model::differing_members(was, is);
  });
  return words;
}

/// Whether an object that does not read as recorded is so nevertheless.
bool is_reworded(const ledger::ObjectRow& recorded, const Live& live, const dialects::Dialect& dialect) {
  if (!recorded.print || !dialect.description().rewords_sql) return false;
  std::string_view print = *recorded.print;
  const bool declared = print.starts_with(ledger::declared_mark);
  if (declared) print.remove_prefix(ledger::declared_mark.size());
  bool same = false;
  with(live.database, recorded.object, [&]<class Object>(const Object& shown) {
    Object said;
    if (declared)
      same = plan::read_canonical(print, said) &&
             dialect.texts().rewords(said, shown, live.database) != dialects::Wording::another;
    else
      same = print == plan::canonical(shown) ||
             (plan::read_canonical(print, said) &&
              dialect.texts().rewords(said, shown, live.database) == dialects::Wording::same);
  });
  return same;
}

/// Made of its text, as one, and not looked at since. Of a table the parts are compared, each for itself.
bool is_unseen(const ledger::ObjectRow& recorded, const dialects::Dialect& dialect) {
  return recorded.print && recorded.print->starts_with(ledger::declared_mark) && dialect.description().rewords_sql &&
         !recorded.object.starts_with("table ");
}

std::string in_words(const Difference& difference) {
  constexpr std::size_t most = 4;
  if (difference.members.empty()) return difference.what;
  std::string text;
  for (std::size_t i = 0; i < difference.members.size() && i < most; ++i)
    text += (i ? "; " : "") + difference.members[i];
  if (difference.members.size() > most) text += "; " + std::to_string(difference.members.size() - most) + " more";
  return text;
}

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
  Live live{model::states_of(inspected.database), {}, {}, inspected.unmodelled, inspected.names, inspected.database};
  for (const auto& table : inspected.database.tables)
    for (const auto& key : table.foreign_keys) live.references.emplace_back(table.path(), key.table);
  for (const auto& trigger : inspected.database.triggers)
    live.triggers.emplace_back("trigger " + trigger.path(),
                               (inspected.database.view(trigger.table) ? "view " : "table ") + trigger.table);
  return live;
}

Comparison compare(const std::vector<ledger::ObjectRow>& recorded, const Live& live, const dialects::Dialect& dialect,
                   bool moving) {
  std::map<std::string, ledger::ObjectRow> known;
  std::map<std::string, std::string> there;
  for (const auto& row : recorded) known[row.object] = row;
  for (const auto& object : live.states) there[object.object] = object.state;
  const auto managed = [&](const std::string& object) {
    const auto found = known.find(object);
    return found != known.end() && !found->second.state.empty();
  };
  Comparison result;
  for (const auto& [object, row] : known) {
    if (row.state.empty()) continue;
    // What is declared as text cannot be read back as a model: as long as it is there it counts as recorded.
    if (object.starts_with(whole) && !there.contains(object)) {
      if (row.print == named && !is_listed(live, object))
        result.differences.push_back({object, "gone"});
      else
        result.managed.push_back({object, row.state});
      continue;
    }
    const auto found = there.find(object);
    if (found == there.end())
      result.differences.push_back({object, "gone"});
    else if (found->second != row.state && is_reworded(row, live, dialect))
      found->second = row.state;
    else if (found->second != row.state && moving && is_unseen(row, dialect)) {
      found->second = row.state;
      result.unproven.push_back(object);
    } else if (found->second != row.state)
      result.differences.push_back({object, "changed", members(row, live)});
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

Conformity conform(const model::Database& declared, const Live& live, const dialects::Dialect& dialect,
                   const std::vector<ledger::ObjectRow>& recorded) {
  const auto is_as_made = [&](const std::string& object, const std::string& state) {
    const auto row = std::ranges::find(recorded, object, &ledger::ObjectRow::object);
    return row != recorded.end() && row->state == state && is_reworded(*row, live, dialect);
  };
  std::map<std::string, std::string> there;
  for (const auto& object : live.states) there[object.object] = object.state;
  Conformity result;
  std::set<std::string> known;
  for (const auto& [object, state] : model::states_of(declared)) {
    known.insert(object);
    const auto found = there.find(object);
    if (found == there.end()) {
      // What is declared as text cannot be read back as a model: that it is there is all that can be said.
      if (!object.starts_with(whole) || !is_listed(live, object))
        result.differences.push_back({object, "missing"});
      else
        result.unproven.push_back(object);
      continue;
    }
    if (found->second == state) continue;
    auto wording = dialects::Wording::another;
    std::vector<std::string> words;
    with(declared, object, [&]<class Object>(const Object& said) {
      with(live.database, object, [&]<class Other>(const Other& shown) {
        if constexpr (std::same_as<Object, Other>) {
          wording = dialect.texts().rewords(said, shown, live.database);
          words = model::differing_members(said, shown);
        }
      });
    });
    if (wording == dialects::Wording::another && !is_as_made(object, state))
      result.differences.push_back({object, "different", std::move(words)});
    else if (wording != dialects::Wording::same)
      result.unproven.push_back(object);
  }
  for (const auto& [object, state] : there) {
    if (known.contains(object)) continue;
    const auto trigger = std::ranges::find(live.triggers, object, &std::pair<std::string, std::string>::first);
    if (trigger != live.triggers.end() && known.contains(trigger->second))
      result.differences.push_back({object, "not declared"});
    else
      result.undeclared.push_back(object);
  }
  result.undeclared.insert(result.undeclared.end(), live.unmodelled.begin(), live.unmodelled.end());
  return result;
}

session::Identity recorded_facts(const ledger::Identity& identity) {
  session::Identity facts;
  for (const auto& fact : identity.facts)
    if (fact.size() == 2) facts.emplace_back(fact[0], fact[1]);
  return facts;
}

std::string place_of(const ledger::Identity& identity) {
  std::string database, server;
  for (const auto& [name, value] : recorded_facts(identity)) {
    if (name == "path") return "at " + value;
    if (name == "database") database = value;
    if (name == "system_identifier") server = value;
  }
  return database.empty() ? "on another server" : "'" + database + "' on the server with the identifier " + server;
}

std::vector<std::vector<std::string>> facts_of(session::Session& session) {
  std::vector<std::vector<std::string>> facts;
  for (const auto& [name, value] : session.place().identity()) facts.push_back({name, value});
  return facts;
}

void record_prints(ledger::Ledger& ledger, const Live& live, const dialects::Dialect& dialect, bool moving) {
  std::vector<std::vector<std::string>> prints;
  for (const auto& row : ledger.objects()) {
    if ((row.print && !row.print->starts_with(ledger::declared_mark)) || row.state.empty()) continue;
    if (row.object.starts_with(whole) && !live.database.object_called(row.object)) {
      if (is_listed(live, row.object)) prints.push_back({row.object, std::string(named)});
      continue;
    }
    with(live.database, row.object, [&](const auto& object) {
      if (model::state_of(object) == row.state || is_reworded(row, live, dialect) ||
          (moving && is_unseen(row, dialect)))
        prints.push_back({row.object, plan::canonical(object)});
    });
  }
  ledger.put_prints(prints);
}

std::string in_words(const std::vector<Difference>& differences) {
  constexpr std::size_t most = 6;
  std::string text;
  for (std::size_t i = 0; i < differences.size() && i < most; ++i)
    text += (i ? ", " : "") + differences[i].object + " (" + in_words(differences[i]) + ")";
  if (differences.size() > most) text += " and " + std::to_string(differences.size() - most) + " more";
  return text;
}

}  // namespace dmc::executor
