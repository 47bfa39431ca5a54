#include "runtime/session/postgres_bystander.hpp"

namespace dmc::session {

std::optional<Rows> PostgresBystander::ask(std::string_view sql, std::span<const Value> parameters) {
  if (given_up_) return std::nullopt;
  try {
    if (!connection_) {
      auto address = address_;
      address.parameters["connect_timeout"] = "2";
      address.parameters["application_name"] = "dmc watch";
      connection_ = std::make_unique<PostgresConnection>(address);
      connection_->run("select pg_catalog.set_config('search_path', '', false)");
    }
    return connection_->run(sql, parameters).rows;
  } catch (const std::exception&) {
    given_up_ = true;
    return std::nullopt;
  }
}

}  // namespace dmc::session
