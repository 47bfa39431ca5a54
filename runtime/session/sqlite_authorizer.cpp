// A check may look and nothing else: `pragma query_only` stops writes, but not `commit`, `attach` or another pragma.
#include "runtime/session/sqlite_authorizer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace dmc::session {

namespace {

/// Pragmas that answer a question whatever their argument is.
constexpr std::array asking{
    std::string_view{"collation_list"},    std::string_view{"compile_options"},  std::string_view{"database_list"},
    std::string_view{"foreign_key_check"}, std::string_view{"foreign_key_list"}, std::string_view{"function_list"},
    std::string_view{"index_info"},        std::string_view{"index_list"},       std::string_view{"index_xinfo"},
    std::string_view{"integrity_check"},   std::string_view{"module_list"},      std::string_view{"pragma_list"},
    std::string_view{"quick_check"},       std::string_view{"table_info"},       std::string_view{"table_list"},
    std::string_view{"table_xinfo"}};

/// Pragmas that answer a question when they have no argument, and set something when they have one.
constexpr std::array asking_without_argument{
    std::string_view{"application_id"}, std::string_view{"auto_vacuum"},        std::string_view{"busy_timeout"},
    std::string_view{"data_version"},   std::string_view{"encoding"},           std::string_view{"foreign_keys"},
    std::string_view{"freelist_count"}, std::string_view{"journal_mode"},       std::string_view{"legacy_alter_table"},
    std::string_view{"max_page_count"}, std::string_view{"page_count"},         std::string_view{"page_size"},
    std::string_view{"query_only"},     std::string_view{"recursive_triggers"}, std::string_view{"schema_version"},
    std::string_view{"secure_delete"},  std::string_view{"synchronous"},        std::string_view{"trusted_schema"},
    std::string_view{"user_version"}};

bool asks(const char* name, const char* argument) {
  std::string lower(name ? name : "");
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (std::find(asking.begin(), asking.end(), lower) != asking.end()) return true;
  return !argument && std::find(asking_without_argument.begin(), asking_without_argument.end(), lower) !=
                          asking_without_argument.end();
}

}  // namespace

int authorize(void* permissions, int action, const char* first, const char* second, const char*, const char*) {
  const auto& allowed = *static_cast<const Permissions*>(permissions);
  if (action == SQLITE_TRANSACTION) return allowed.transaction_verbs ? SQLITE_OK : SQLITE_DENY;
  if (!allowed.read_only) return SQLITE_OK;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_PRAGMA:
      return asks(first, second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_UPDATE:
      // Declaring a table-valued function is shown as a change of this table; a real one is stopped by `query_only`.
      return std::string_view(first ? first : "") == "sqlite_master" ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

}  // namespace dmc::session
