// Every object is read from the statement that the server shows for it, which all versions have.
#include "compiler/dialects/clickhouse/inspect/inspect.hpp"

#include <algorithm>
#include <array>
#include <exception>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/inspect/create.hpp"
#include "compiler/dialects/clickhouse/normal.hpp"
#include "compiler/dialects/clickhouse/secrets.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/dialects/clickhouse/version.hpp"

namespace dmc::dialects::clickhouse {

namespace {

/// What only some versions list, and only for some users; by name.
struct Listed {
  std::string_view table;  ///< of the database `system`
  std::string_view what;
  std::string_view column = "name";
  std::string_view where = "1";
  std::string_view why;
};
constexpr auto listings = std::to_array<Listed>({
    {"named_collections", "named collection", "name", "1", "its values are secrets of the server"},
    {"users", "user", "name", "storage not in ('users_xml', 'users.xml')", "users are not modelled"},
    {"roles", "role", "name", "storage not in ('users_xml', 'users.xml')", "roles are not modelled"},
    {"quotas", "quota", "name", "storage not in ('users_xml', 'users.xml')", "quotas are not modelled"},
    {"row_policies", "row policy", "name", "database = currentDatabase()",
     "row policies of ClickHouse are not modelled"},
});

class Inspection {
 public:
  explicit Inspection(const Query& query) : query_(query) {}

  Inspected inspected() {
    read_server();
    for (const auto& listed : listings) read_listed(listed);
    read_functions();
    for (const auto& row : query_("select name, engine, create_table_query from system.tables where database = "
                                  "currentDatabase() and not is_temporary and not startsWith(name, '_dmc_') and not "
                                  "startsWith(name, '.inner') order by name"))
      read(*row[0], *row[1], without_secrets(row[2].value_or("")));
    normalise(result_.database, database_);
    std::ranges::sort(result_.unmodelled);
    std::ranges::sort(result_.names);
    return std::move(result_);
  }

 private:
  void read_server() {
    const auto server = query_("select version(), currentDatabase()").at(0);
    database_ = *server[1];
    result_.database.name = database_;
    result_.database.engine = "clickhouse";
    const auto version = version_of(*server[0]);
    result_.database.oldest_version = fmt::format("{}.{}", version.major, version.minor);
    for (const auto& row : query_("select name from system.tables where database = 'system' and name in "
                                  "('functions', 'named_collections', 'users', 'roles', 'quotas', 'row_policies')"))
      there_.push_back(*row[0]);
    has_own_functions_ = version >= own_functions;
  }

  bool is_there(std::string_view table) const { return std::ranges::find(there_, table) != there_.end(); }

  /// Who may not see them does not learn of them.
  QueryRows if_allowed(const std::string& question) const {
    try {
      return query_(question);
    } catch (const std::exception&) {
      return {};
    }
  }

  void read_listed(const Listed& listed) {
    if (!is_there(listed.table)) return;
    for (const auto& row : if_allowed(
             fmt::format("select {} from system.{} where {} order by 1", listed.column, listed.table, listed.where)))
      leave_out(listed.what, *row[0], listed.why);
  }

  void read_functions() {
    if (!is_there("functions") || !has_own_functions_) return;
    for (const auto& row : if_allowed("select name, create_query from system.functions where origin = 'SQLUserDefined' "
                                      "and not startsWith(name, '_dmc_') order by name"))
      result_.database.objects.push_back({"function",
                                          *row[0],
                                          {without_secrets(row[1].value_or(""))},
                                          std::nullopt,
                                          {"DROP FUNCTION " + name_text(*row[0])},
                                          {},
                                          {}});
  }

  void leave_out(std::string_view what, const std::string& name, std::string_view why) {
    result_.unmodelled.push_back(fmt::format("{} {}: {}", what, name, why));
  }

  void read(const std::string& name, const std::string& engine, const std::string& statement) {
    result_.names.push_back(name);
    const bool is_writable =
        std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (!is_writable) return leave_out("table", name, "its name holds a character that .mig has no way to write");
    if (statement.empty())
      return leave_out("table", name, fmt::format("the server shows no statement for its engine {}", engine));
    Created created = read_create(statement, database_);
    if (created.kind == "dictionary") {
      result_.database.objects.push_back(
          {"dictionary", name, {statement}, std::nullopt, {"DROP DICTIONARY " + name_text(name)}, {}, {}});
      return;
    }
    if (!created.unread.empty()) return leave_out(created.kind, name, created.unread);
    if (created.kind == "table") {
      created.table.name = name;
      result_.database.tables.push_back(std::move(created.table));
    } else if (created.kind == "view" || created.kind == "materialized view") {
      result_.database.views.push_back(view_of(name, std::move(created)));
    } else {
      leave_out(created.kind, name, "this kind of view is not modelled");
    }
  }

  static model::View view_of(const std::string& name, Created created) {
    model::View view;
    view.name = name;
    view.query = std::move(created.query);
    view.materialized = created.kind == "materialized view";
    view.comment = std::move(created.table.comment);
    view.to = std::move(created.to);
    view.storage = std::move(created.table.storage);
    view.settings = std::move(created.table.settings);
    return view;
  }

  static constexpr Version own_functions{21, 11};

  const Query& query_;
  Inspected result_;
  std::string database_;
  std::vector<std::string> there_;
  bool has_own_functions_ = false;
};

}  // namespace

Inspected inspect(const Query& query) { return Inspection(query).inspected(); }

}  // namespace dmc::dialects::clickhouse
