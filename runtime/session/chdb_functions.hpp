// The functions of libchdb that dmc calls, as its own header declares them, found at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <type_traits>

namespace dmc::session::chdb {

struct Result;
struct ConnectionBody;
struct InsertBody;
using Connection = ConnectionBody*;
using Insert = InsertBody*;

struct Api {
  Connection* (*connect)(int, char**) = nullptr;
  void (*close)(Connection*) = nullptr;
  Result* (*query)(Connection, const char*, std::size_t, const char*, std::size_t) = nullptr;
  Result* (*stream)(Connection, const char*, std::size_t, const char*, std::size_t) = nullptr;
  Result* (*fetch)(Connection, Result*) = nullptr;
  void (*cancel)(Connection, Result*) = nullptr;
  void (*destroy)(Result*) = nullptr;
  char* (*buffer)(Result*) = nullptr;
  std::size_t (*length)(Result*) = nullptr;
  std::uint64_t (*rows_written)(Result*) = nullptr;
  const char* (*error)(Result*) = nullptr;
  Insert (*insert)(Connection, const char*, std::size_t, const char*, std::size_t) = nullptr;
  int (*append)(Insert, const void*, std::size_t) = nullptr;
  Result* (*done)(Insert) = nullptr;
  void (*cancel_insert)(Insert) = nullptr;
  const char* (*insert_error)(Insert) = nullptr;
  void (*destroy_insert)(Insert) = nullptr;
};

/// Fills in every function that the library has; answers the name of the first that it does not have, else null.
inline const char* find(void* library, Api& api) {
  const char* missing = nullptr;
  const auto fill = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
    if (!function && !missing) missing = name;
  };
  fill(api.connect, "chdb_connect");
  fill(api.close, "chdb_close_conn");
  fill(api.query, "chdb_query_n");
  fill(api.stream, "chdb_stream_query_n");
  fill(api.fetch, "chdb_stream_fetch_result");
  fill(api.cancel, "chdb_stream_cancel_query");
  fill(api.destroy, "chdb_destroy_query_result");
  fill(api.buffer, "chdb_result_buffer");
  fill(api.length, "chdb_result_length");
  fill(api.rows_written, "chdb_result_rows_written");
  fill(api.error, "chdb_result_error");
  fill(api.insert, "chdb_stream_insert_n");
  fill(api.append, "chdb_stream_append");
  fill(api.done, "chdb_stream_done");
  fill(api.cancel_insert, "chdb_stream_cancel_insert");
  fill(api.insert_error, "chdb_stream_insert_error");
  fill(api.destroy_insert, "chdb_destroy_insert_stream");
  return missing;
}

}  // namespace dmc::session::chdb
