// Privileges: what was given beyond the server's own, and what was taken away of those.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

/// One privilege that somebody has; `column` is empty for the whole object.
struct Privilege {
  std::string grantee;
  std::string word;
  std::string column;
  bool grantable = false;
  auto operator<=>(const Privilege&) const = default;
};

struct Granted {
  std::string on;   ///< "table orders"
  std::string all;  ///< the privileges that `all` means, in one text; empty: there is only one
  std::string label;
  std::set<Privilege> has;
  std::set<Privilege> had;  ///< by itself, without any grant
  std::set<std::string> owners;
  std::string prefix;  ///< "alter default privileges for role r in schema s"
  std::string kinds;   ///< what default privileges call its kind: "tables"
  std::string schema;
};

std::string all_of(std::string_view kind, int major) {
  if (kind == "table" || kind == "tables")
    return major >= 17 ? "delete, insert, maintain, references, select, trigger, truncate, update"
                       : "delete, insert, references, select, trigger, truncate, update";
  if (kind == "sequence" || kind == "sequences") return "select, update, usage";
  if (kind == "schema" || kind == "schemas") return "create, usage";
  return {};
}

/// `insert, select (a, b)`, sorted; `all` where it is all of them.
std::string words_of(const std::vector<Privilege>& privileges, const std::string& all) {
  std::map<std::string, std::set<std::string>> columns;
  for (const auto& each : privileges) columns[each.word].insert(each.column);
  std::string whole, parts;
  for (const auto& [word, names] : columns) {
    if (names.contains("")) whole.append(whole.empty() ? "" : ", ").append(word);
  }
  if (!all.empty() && whole == all) whole = "all";
  for (const auto& [word, names] : columns) {
    std::string list;
    for (const auto& name : names)
      if (!name.empty()) list.append(list.empty() ? "" : ", ").append(quoted(name));
    if (!list.empty()) parts.append(", ").append(word).append(" (").append(list).append(")");
  }
  if (whole.empty()) parts.erase(0, 2);
  return whole + parts;
}

class Grants {
 public:
  explicit Grants(Reading& reading) : reading_(reading) {}

  void read(const Cells& row) {
    if (row.text(4).starts_with("_dmc_")) return;
    auto& granted = granted_for(row);
    Privilege privilege{row.text(7), row.text(8), row.text(0) == "column" ? row.text(5) : std::string(), row.flag(9)};
    if (row.flag(10)) granted.owners.insert(privilege.grantee);
    (row.flag(6) ? granted.had : granted.has).insert(std::move(privilege));
  }

  void place() {
    for (auto& [key, granted] : all_) place(granted);
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;

  Granted& granted_for(const Cells& row) {
    std::string kind = row.text(0) == "column" ? "table" : row.text(0);
    if (kind == "default") {
      auto& granted = all_[{row.text(4), row.text(5), row.text(3)}];
      if (!granted.on.empty()) return granted;
      granted.on = row.text(5);
      granted.all = all_of(row.text(5), reading_.major);
      granted.prefix = "for role " + row.text(4);
      if (!row.null(3)) granted.prefix += " in schema " + quoted(row.text(3));
      return granted;
    }
    auto& granted = all_[{kind, row.text(2), std::string()}];
    if (!granted.on.empty()) return granted;
    std::string name = kind == "schema" ? quoted(row.text(4)) : written(row.text(3), row.text(4));
    if (kind == "function" || kind == "procedure") {
      std::string types;
      std::string_view rest = row.text(5);
      while (true) {
        const auto comma = rest.find(", ");
        types += local_type(rest.substr(0, comma));
        if (comma == std::string_view::npos) break;
        types += ", ";
        rest.remove_prefix(comma + 2);
      }
      name += "(" + types + ")";
    }
    granted.on = kind + " " + name;
    granted.kinds = (kind == "procedure" ? "function" : kind == "domain" ? "type" : kind) + "s";
    granted.schema = row.text(3);
    granted.all = all_of(kind, reading_.major);
    const char* catalog = kind == "function" || kind == "procedure" ? "pg_proc"
                          : kind == "type" || kind == "domain"      ? "pg_type"
                          : kind == "schema"                        ? "pg_namespace"
                                                                    : "pg_class";
    if (const auto* relation = reading_.relation(row.oid(2))) granted.label = reading_.host(*relation);
    if (const auto found = reading_.named.find({catalog, row.oid(2)}); found != reading_.named.end())
      granted.label = found->second.label;
    return granted;
  }

  /// Roles to which default privileges give something, and that have nothing here.
  std::set<std::string> passed_over(const Granted& granted) const {
    std::set<std::string> roles;
    if (granted.kinds.empty()) return roles;
    const auto owns = [&](const std::string& role) { return granted.owners.contains(role); };
    for (const auto& owner : granted.owners)
      for (const auto& schema : {granted.schema, std::string()}) {
        const auto found = all_.find({owner, granted.kinds, schema});
        if (found == all_.end()) continue;
        for (const auto& each : found->second.has)
          if (!found->second.had.contains(each) && !owns(each.grantee)) roles.insert(each.grantee);
      }
    for (const auto& each : granted.has) roles.erase(each.grantee);
    return roles;
  }

  void place(const Granted& granted) {
    const bool whose = !granted.prefix.empty() && granted.had.empty();  // of a schema: nothing is there by itself
    std::map<std::pair<std::string, bool>, std::vector<Privilege>> given;
    std::map<std::string, std::vector<Privilege>> taken;
    for (const auto& each : granted.has)
      if (!granted.had.contains(each) && (whose || !granted.owners.contains(each.grantee)))
        given[{each.grantee, each.grantable}].push_back(each);
    for (auto each : granted.had) {
      if (granted.has.contains(each)) continue;
      // Where somebody else owns the schema, what its first owner had went along: owners are not managed.
      if (each.grantee == "pg_database_owner" && !granted.owners.contains(each.grantee)) continue;
      auto more = each;
      more.grantable = true;
      if (!granted.has.contains(more)) taken[each.grantee].push_back(std::move(each));
    }
    for (const auto& [who, privileges] : taken) add(granted, who, false, privileges, true);
    for (const auto& [who, privileges] : given) add(granted, who.first, who.second, privileges, false);
    for (const auto& role : passed_over(granted)) {
      const auto& all = granted.all.empty() ? granted.kinds == "functions" ? "execute" : "usage" : "all";
      const std::string on = " on " + granted.on;
      const auto at = reading_.add("no grant", "on " + granted.on + " to " + role,
                                   std::string("revoke ") + all + on + " from " + role, "");
      if (!granted.label.empty()) reading_.database().objects[at].after = {granted.label};
    }
  }

  void add(const Granted& granted, const std::string& grantee, bool grantable, const std::vector<Privilege>& privileges,
           bool taken) {
    const std::string words = words_of(privileges, granted.all) + " on " + granted.on;
    const std::string option = grantable ? " with grant option" : "";
    std::string give = "grant " + words + " to " + grantee + option, take = "revoke " + words + " from " + grantee;
    std::string type = taken ? "revoke" : "grant";
    std::string name = "on " + granted.on;
    if (!granted.prefix.empty()) {
      give = "alter default privileges " + granted.prefix + " " + give;
      take = "alter default privileges " + granted.prefix + " " + take;
      type = "default privileges";
      name = "for " + granted.prefix.substr(std::string_view("for role ").size()) + " " + name;
    }
    name += (taken ? " from " : " to ") + grantee + option;
    const auto at = reading_.add(type, name, taken ? take : give, taken ? give : take);
    if (!granted.label.empty()) reading_.database().objects[at].after = {granted.label};
  }

  Reading& reading_;
  std::map<Key, Granted> all_;
};

}  // namespace

void read_grants(Reading& reading, const QueryRows& rows) {
  Grants grants(reading);
  for (const auto& row : rows) grants.read(Cells(row));
  grants.place();
}

}  // namespace dmc::dialects::postgres::reading
