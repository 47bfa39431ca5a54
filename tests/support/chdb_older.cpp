#include "tests/support/chdb_older.hpp"

#include <string>

namespace dmc::tests {

namespace {

using namespace session::chdb;

/// As the header of those versions has it.
struct OldResult {
  char* bytes;
  std::size_t length;
  void* owner;
  double elapsed;
  std::uint64_t rows_read;
  std::uint64_t bytes_read;
  char* error;
};

struct Old {
  void** (*connect)(int, char**) = nullptr;
  OldResult* (*query)(void*, const char*, const char*) = nullptr;
  void (*destroy)(OldResult*) = nullptr;
};
Old old;

Connection* connect(int count, char** words) { return reinterpret_cast<Connection*>(old.connect(count, words)); }

/// Texts there end with a zero.
Result* query(Connection connection, const char* sql, std::size_t length, const char* format,
              std::size_t format_length) {
  const std::string words(sql, length), as(format, format_length);
  return reinterpret_cast<Result*>(old.query(connection, words.c_str(), as.c_str()));
}
OldResult* of(Result* result) { return reinterpret_cast<OldResult*>(result); }
void destroy(Result* result) {
  if (result) old.destroy(of(result));
}
char* buffer(Result* result) { return result ? of(result)->bytes : nullptr; }
std::size_t length(Result* result) { return result ? of(result)->length : 0; }
const char* error(Result* result) { return result ? of(result)->error : nullptr; }

}  // namespace

bool find_older(void* library, Api& api) {
  const auto fill = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
    return function != nullptr;
  };
  if (!fill(old.connect, "connect_chdb") || !fill(old.query, "query_conn") || !fill(old.destroy, "free_result_v2"))
    return false;
  api = {};
  api.connect = connect;
  api.query = query;
  api.destroy = destroy;
  api.buffer = buffer;
  api.length = length;
  api.error = error;
  return true;
}

}  // namespace dmc::tests
