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

/// Fills in every function; answers the name of the first that the library does not have, else null.
inline const char* find(void* library, Api& api) {
  const auto has = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
    return function != nullptr;
  };
  if (!has(api.connect, "chdb_connect")) return "chdb_connect";
  if (!has(api.close, "chdb_close_conn")) return "chdb_close_conn";
  if (!has(api.query, "chdb_query_n")) return "chdb_query_n";
  if (!has(api.stream, "chdb_stream_query_n")) return "chdb_stream_query_n";
  if (!has(api.fetch, "chdb_stream_fetch_result")) return "chdb_stream_fetch_result";
  if (!has(api.cancel, "chdb_stream_cancel_query")) return "chdb_stream_cancel_query";
  if (!has(api.destroy, "chdb_destroy_query_result")) return "chdb_destroy_query_result";
  if (!has(api.buffer, "chdb_result_buffer")) return "chdb_result_buffer";
  if (!has(api.length, "chdb_result_length")) return "chdb_result_length";
  if (!has(api.rows_written, "chdb_result_rows_written")) return "chdb_result_rows_written";
  if (!has(api.error, "chdb_result_error")) return "chdb_result_error";
  if (!has(api.insert, "chdb_stream_insert_n")) return "chdb_stream_insert_n";
  if (!has(api.append, "chdb_stream_append")) return "chdb_stream_append";
  if (!has(api.done, "chdb_stream_done")) return "chdb_stream_done";
  if (!has(api.cancel_insert, "chdb_stream_cancel_insert")) return "chdb_stream_cancel_insert";
  if (!has(api.insert_error, "chdb_stream_insert_error")) return "chdb_stream_insert_error";
  if (!has(api.destroy_insert, "chdb_destroy_insert_stream")) return "chdb_destroy_insert_stream";
  return nullptr;
}

}  // namespace dmc::session::chdb
