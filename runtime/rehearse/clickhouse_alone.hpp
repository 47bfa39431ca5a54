// A plan for several hosts, carried out on one server that knows no cluster and no ZooKeeper.
#pragma once

#include <memory>
#include <string>

#include "runtime/session/session.hpp"

namespace dmc::rehearse {

/// What a host has of such tables by itself. A Replicated table is a plain one of its kind, a Distributed one reads the
/// table of this host; both say in the words of the plan what they would be, so that it reads back what it made. Asked
/// about replicas, their queue and clusters, the server answers as the one host of a shard where nothing is on its way.
std::unique_ptr<session::Session> alone_on_clickhouse(std::unique_ptr<session::Session> session);

/// Its parts, for tests: what is sent, and what a server's answer means.
std::string sent_alone(std::string sql);
std::string read_alone(std::string statement);

}  // namespace dmc::rehearse
