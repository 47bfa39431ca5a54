// What each construct is called towards people.
#include "grammar/expected.hpp"

#include <array>

namespace dmc::grammar {

namespace {

struct Phrase {
  Kind kind;
  std::string_view text;
};

constexpr auto phrases = std::to_array<Phrase>({
    {Kind::project, "a project"},
    {Kind::database, "a database"},
    {Kind::policy, "a policy"},
    {Kind::use, "a use of a pattern"},
    {Kind::schema, "a schema"},
    {Kind::extension, "an extension"},
    {Kind::enumeration, "an enum"},
    {Kind::domain, "a domain"},
    {Kind::sequence, "a sequence"},
    {Kind::object, "an object"},
    {Kind::table, "a table"},
    {Kind::column, "a column"},
    {Kind::constraint, "a constraint"},
    {Kind::primary_key, "a primary key"},
    {Kind::unique, "a unique constraint"},
    {Kind::foreign_key, "a foreign key"},
    {Kind::check, "a check"},
    {Kind::exclude, "an exclude constraint"},
    {Kind::references, "a reference"},
    {Kind::index, "an index"},
    {Kind::projection, "a projection"},
    {Kind::settings, "settings"},
    {Kind::partition_by, "a partitioning"},
    {Kind::partition, "a partition"},
    {Kind::view, "a view"},
    {Kind::materialized_view, "a materialized view"},
    {Kind::function, "a function"},
    {Kind::procedure, "a procedure"},
    {Kind::trigger, "a trigger"},
    {Kind::row_policy, "a row policy"},
    {Kind::grant, "a grant"},
    {Kind::change, "a change"},
    {Kind::rename, "a rename"},
    {Kind::drop, "a drop"},
    {Kind::drop_rows, "a drop of rows"},
    {Kind::retype, "a retype"},
    {Kind::rebuild, "a rebuild"},
    {Kind::backfill, "a backfill"},
    {Kind::verify, "a verify"},
    {Kind::gate, "a gate"},
    {Kind::run, "a run"},
    {Kind::apply, "an apply"},
    {Kind::accept, "an accept"},
    {Kind::adopt, "an adopt"},
    {Kind::forget, "a forget"},
    {Kind::pattern, "a pattern"},
    {Kind::parameter, "a parameter"},
    {Kind::replica, "a replica"},
    {Kind::reconcile, "a reconcile"},
    {Kind::copy, "a copy"},
    {Kind::cutover, "a cutover"},
    {Kind::invariant, "an invariant"},
    {Kind::cluster, "a cluster"},
    {Kind::cluster_database, "a database of a cluster"},
    {Kind::shard, "a shard"},
    {Kind::shard_replica, "a replica of a shard"},
    {Kind::wave, "a wave"},
});

}  // namespace

std::string_view phrase(Kind kind) {
  for (const Phrase& each : phrases) {
    if (each.kind == kind) return each.text;
  }
  return {};
}

std::string lower_case(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace dmc::grammar
