// SQLite's pages, and the file system that they lie on; ClickHouse's parts and disks.
#include "runtime/session/space.hpp"

#include <filesystem>
#include <sys/statvfs.h>
#include <unistd.h>

namespace dmc::session {

namespace {

std::optional<std::int64_t> number(Session& session, const char* sql) {
  const auto rows = session.query(sql).rows;
  const auto* value = rows.empty() || rows.front().empty() ? nullptr : std::get_if<std::int64_t>(&rows.front().front());
  return value ? std::optional(*value) : std::nullopt;
}

/// The folder counts too: the engine's journal comes to lie beside the database.
Space of_sqlite(const std::string& path, Session* session) {
  Space space;
  const auto parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  struct statvfs facts {};
  if (::statvfs(folder.c_str(), &facts) == 0)
    space.free = static_cast<std::int64_t>(facts.f_bavail) * static_cast<std::int64_t>(facts.f_frsize);
  space.writable = ::access(folder.c_str(), W_OK) == 0 && (!session || ::access(path.c_str(), W_OK) == 0);
  if (!session) {
    space.used = 0;
    return space;
  }
  const auto pages = number(*session, "pragma page_count"), size = number(*session, "pragma page_size");
  if (pages && size) space.used = *pages * *size;
  return space;
}

/// What is free on the fullest of the server's disks; before 20.x a server does not know its disks.
Space of_clickhouse(Session* session) {
  Space space;
  if (!session) return space;
  space.used = number(
      *session, "select toInt64(sum(bytes_on_disk)) from system.parts where active and database = currentDatabase()");
  if (number(*session, "exists table system.disks") == 1)
    space.free = number(*session, "select toInt64(min(free_space)) from system.disks where free_space > 0");
  return space;
}

}  // namespace

Space space_of(const Url& url, Session* session) {
  if (url.engine == "clickhouse") return of_clickhouse(session);
  if (url.engine == "sqlite") return of_sqlite(url.location, session);
  return {};
}

}  // namespace dmc::session
