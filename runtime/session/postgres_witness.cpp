// A claim on a table covers what belongs to it: indexes, TOAST, partitions, own sequences. Where nothing is claimed a
// statement may still lock as every reader and writer does, who keep out none of each other; and what a transaction
// itself made is in nobody's way.
#include "runtime/session/postgres_witness.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/session/postgres_modes.hpp"
#include "runtime/session/postgres_rows.hpp"
#include "runtime/session/readable.hpp"

namespace dmc::session {

namespace {

constexpr std::int64_t between_samples_ms = 250;
constexpr std::size_t most_told = 3;

constexpr std::size_t row_exclusive = postgres_strength("row exclusive", &PostgresMode::claimed);

/// How much of a relation is written anew: 2 all of it, 1 its indexes.
int renewal_of(std::string_view work) { return work == "rewrite" ? 2 : work == "index" ? 1 : 0; }

// In queries over `pg_class c` and `pg_namespace n`.
const std::string named =
    "case c.relkind when 'v' then 'view ' when 'm' then 'materialized view ' when 'S' then 'sequence ' when 'i' then "
    "'index ' when 'I' then 'index ' else 'table ' end || case n.nspname when 'public' then '' else n.nspname || '.' "
    "end || c.relname";
/// A relation that applications know, not a temporary one and none of dmc's own.
const std::string is_somebodys =
    "c.oid >= 16384 and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I') and c.relpersistence <> 't' and "
    "n.nspname not in ('pg_toast', 'dmc', 'dmc_backup')";
const std::string in_this_database =
    "(select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())";

/// Every relation that a claim covers, a row for each claim that covers it. The file of a sequence says nothing, it is
/// one row in any case, and that of a TOAST table no more than its table's. `offset 0` keeps the server from reading
/// all of its catalog for a few rows of it.
const std::string covered = R"(with recursive family (oid, claim) as (
  select c.oid, w.claim
  from rows from (pg_catalog.unnest($1::name[]), pg_catalog.unnest($2::name[]), pg_catalog.unnest($3::bigint[]))
    w (schema, name, claim)
  join pg_catalog.pg_namespace n on n.nspname = w.schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.name
  union
  select part.oid, f.claim from family f cross join lateral (
    select inhrelid from pg_catalog.pg_inherits where inhparent = f.oid
    union all select indexrelid from pg_catalog.pg_index where indrelid = f.oid
    union all select reltoastrelid from pg_catalog.pg_class where oid = f.oid and reltoastrelid <> 0
    union all select objid from pg_catalog.pg_depend where refclassid = 1259 and refobjid = f.oid and classid = 1259
      and deptype in ('a', 'i')) part (oid))
select f.oid, f.claim, r.* from family f cross join lateral (
  select )" + named + R"(, x.indexrelid is not null,
    case when c.relkind <> 'S' and n.nspname <> 'pg_toast' then pg_catalog.pg_relation_filenode(c.oid) end,
    coalesce(x.indisvalid and x.indisready, true),
    coalesce(k.proven, ''), coalesce(k.unproven, '')
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_index x on x.indexrelid = c.oid
  left join lateral (
    select pg_catalog.string_agg(k.oid || ' ' || k.conname, E'\n') filter (where k.convalidated),
      pg_catalog.string_agg(k.oid || ' ' || k.conname, E'\n') filter (where not k.convalidated)
    from pg_catalog.pg_constraint k
    where k.conrelid = c.oid and c.relkind in ('r', 'p', 'f')) k (proven, unproven) on true
  where c.oid = f.oid offset 0) r)";

const std::string own_locks =
    "select l.relation, l.mode from pg_catalog.pg_locks l where l.pid = pg_catalog.pg_backend_pid() and l.locktype = "
    "'relation' and l.relation >= 16384 and l.database = " +
    in_this_database;

/// Of a session at work: an index that is on its way out is opened by nobody any more.
const std::string locks_at_work = "select l.relation, l.mode, " + named +
                                  R"( from pg_catalog.pg_locks l
  join pg_catalog.pg_class c on c.oid = l.relation join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_index x on x.indexrelid = c.oid
where l.pid = $1 and l.locktype = 'relation' and coalesce(x.indislive, true) and l.database = )" +
                                  in_this_database + " and " + is_somebodys;

const std::string as_others_see =
    "select c.oid, " + named +
    " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = any "
    "($1::oid[]) and " +
    is_somebodys;

constexpr std::string_view index_at_work = R"(select phase, blocks_done, blocks_total, tuples_done, tuples_total,
  lockers_done, lockers_total, current_locker_pid from pg_catalog.pg_stat_progress_create_index where pid = $1)";

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// `{"a","b"}`
class ArrayText {
 public:
  void add(std::string_view item) {
    text_ += text_.empty() ? "{\"" : ",\"";
    for (const char c : item) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

struct Relation {
  std::string name;
  bool is_index = false;
  std::optional<std::int64_t> file;
  bool valid = true;
  std::set<std::string> proven, unproven;  ///< constraints, "NUMBER NAME"
  std::size_t strength = 0;                ///< that is claimed
  int renewal = 0;
};
using Relations = std::map<std::int64_t, Relation>;

class PostgresWitness : public Witness {
 public:
  PostgresWitness(std::shared_ptr<PostgresLink> link, const std::optional<std::vector<Claim>>& claims, TellHowFar tell)
      : link_(std::move(link)),
        claims_(claims.value_or(std::vector<Claim>())),
        compares_(claims.has_value()),
        tell_(std::move(tell)),
        outside_(link_->transaction() == PostgresTransaction::none) {
    if (compares_) before_ = now();
    link_->while_busy([this](std::int64_t since_ms) { look(since_ms); });
  }
  ~PostgresWitness() override { link_->while_busy({}); }

  std::optional<std::string> excess() override {
    link_->while_busy({});
    if (!compares_) return std::nullopt;
    const auto after = now();
    std::set<std::string> found;
    compare_files(after, found);
    compare_validity(after, found);
    compare_locks(after, found);
    if (found.empty()) return std::nullopt;
    std::string text;
    std::size_t told = 0;
    for (const auto& one : found) {
      if (told == most_told) break;
      text.append(told++ ? "; " : "").append(one);
    }
    if (found.size() > told) text += "; and " + std::to_string(found.size() - told) + " more";
    return readable(text);
  }

 private:
  Relations now() const {
    ArrayText schemas, names, numbers;
    const auto add = [&](std::string_view schema, std::string_view name, std::size_t claim) {
      schemas.add(schema);
      names.add(name);
      numbers.add(std::to_string(claim));
    };
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      // A name may hold dots too: it is then claimed under every reading.
      const auto path = std::string_view(claims_[i].object).substr(claims_[i].object.find(' ') + 1);
      add("public", path, i);
      for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1))
        add(path.substr(0, dot), path.substr(dot + 1), i);
    }
    Relations relations;
    if (claims_.empty()) return relations;
    for (const auto& row :
         link_->run(covered, {schemas.text(), names.text(), numbers.text()}, PostgresReading::once).rows.rows) {
      auto& relation = relations[number_in(row, 0)];
      const auto& claim = claims_.at(static_cast<std::size_t>(number_in(row, 1)));
      relation.name = text_in(row, 2);
      relation.is_index = number_in(row, 3) != 0;
      if (const auto* file = std::get_if<std::int64_t>(&row.at(4))) relation.file = *file;
      relation.valid = number_in(row, 5) != 0;
      relation.proven = lines_of(text_in(row, 6));
      relation.unproven = lines_of(text_in(row, 7));
      relation.strength = std::max(relation.strength, postgres_strength(claim.mode, &PostgresMode::claimed));
      relation.renewal = std::max(relation.renewal, renewal_of(claim.work));
    }
    return relations;
  }

  /// A table that is written anew takes its indexes along, which then say nothing more.
  void compare_files(const Relations& after, std::set<std::string>& found) const {
    const auto compare = [&](bool indexes) {
      for (const auto& [oid, was] : before_) {
        const auto is = after.find(oid);
        if (was.is_index != indexes || is == after.end() || !was.file || is->second.file == was.file) continue;
        if (std::max(was.renewal, is->second.renewal) >= (indexes ? 1 : 2)) continue;
        found.insert(was.name + (indexes ? " was built anew" : " was written anew") +
                     " (it lies in another file), and the plan claims no '" + (indexes ? "index" : "rewrite") +
                     "' of it");
      }
    };
    compare(false);
    if (found.empty()) compare(true);
  }

  void compare_validity(const Relations& after, std::set<std::string>& found) const {
    for (const auto& [oid, was] : before_) {
      const auto is = after.find(oid);
      if (is == after.end()) continue;
      if (was.valid && !is->second.valid) found.insert(was.name + " was valid, and is not any more");
      for (const auto& constraint : was.proven)
        if (is->second.unproven.contains(constraint))
          found.insert("constraint " + constraint.substr(constraint.find(' ') + 1) + " of " + was.name +
                       " was proven, and is not any more");
    }
  }

  void compare_locks(const Relations& after, std::set<std::string>& found) {
    if (!outside_)
      for (const auto& row : link_->run(own_locks, {}, PostgresReading::once).rows.rows)
        saw(number_in(row, 0), text_in(row, 1));
    const auto claimed = [&](std::int64_t oid) -> std::optional<std::size_t> {
      std::optional<std::size_t> strongest;
      for (const Relations& relations : {std::cref(before_), std::cref(after)})
        if (const auto known = relations.find(oid); known != relations.end())
          strongest = std::max(strongest.value_or(0), known->second.strength);
      return strongest;
    };
    std::erase_if(seen_, [&](const auto& lock) { return lock.second <= claimed(lock.first).value_or(row_exclusive); });
    if (seen_.empty()) return;
    if (!outside_) name_as_others_do();
    for (const auto& [oid, strength] : seen_) {
      const auto name = names_.find(oid);
      if (name == names_.end()) continue;
      const auto plan = claimed(oid);
      found.insert(name->second + " was locked '" + std::string(postgres_modes[strength].claimed) +
                   "', and the plan claims " +
                   (plan ? "'" + std::string(postgres_modes[*plan].claimed) + "'" : "nothing of it"));
    }
  }

  void saw(std::int64_t oid, const std::string& mode) {
    auto& strongest = seen_[oid];
    strongest = std::max(strongest, postgres_strength(mode, &PostgresMode::seen));
  }

  /// Under the names from before the transaction; what others do not see it made itself.
  void name_as_others_do() {
    ArrayText oids;
    for (const auto& [oid, strength] : seen_) oids.add(std::to_string(oid));
    const Value list = oids.text();
    const auto rows = link_->bystander().ask(as_others_see, std::span<const Value>(&list, 1));
    for (const auto& row : rows.value_or(Rows()).rows) names_[number_in(row, 0)] = text_in(row, 1);
  }

  void look(std::int64_t since_ms) {
    const bool another = since_ms < since_ms_;
    since_ms_ = since_ms;
    if (!another && since_ms < next_ms_) return;
    next_ms_ = since_ms + between_samples_ms;
    const Value pid = static_cast<std::int64_t>(link_->pid());
    const std::span<const Value> parameters(&pid, 1);
    if (outside_ && compares_)
      if (const auto rows = link_->bystander().ask(locks_at_work, parameters))
        for (const auto& row : rows->rows) {
          saw(number_in(row, 0), text_in(row, 1));
          names_.try_emplace(number_in(row, 0), text_in(row, 2));
        }
    if (!tell_) return;
    const auto rows = link_->bystander().ask(index_at_work, parameters);
    if (rows && !rows->rows.empty()) tell(rows->rows.front());
  }

  void tell(const Row& row) const {
    HowFar far{.phase = text_in(row, 0), .unit = "blocks", .done = number_in(row, 1), .total = number_in(row, 2)};
    if (far.phase.starts_with("waiting")) {
      far.unit = "sessions";
      far.done = number_in(row, 5), far.total = number_in(row, 6);
      if (const auto pid = number_in(row, 7)) far.phase += ", process " + std::to_string(pid);
    } else if (far.phase.find("tuples") != std::string::npos) {
      far.unit = "tuples";
      far.done = number_in(row, 3), far.total = number_in(row, 4);
    }
    if (far.total == 0) far.total.reset();
    tell_(far);
  }

  std::shared_ptr<PostgresLink> link_;
  std::vector<Claim> claims_;
  bool compares_;
  TellHowFar tell_;
  bool outside_;  ///< any transaction
  Relations before_;
  std::map<std::int64_t, std::size_t> seen_;  ///< the strongest lock on each relation
  std::map<std::int64_t, std::string> names_;
  std::int64_t since_ms_ = 0, next_ms_ = 0;
};

}  // namespace

std::unique_ptr<Witness> postgres_witness(std::shared_ptr<PostgresLink> link,
                                          const std::optional<std::vector<Claim>>& claims, TellHowFar tell) {
  return std::make_unique<PostgresWitness>(std::move(link), claims, std::move(tell));
}

}  // namespace dmc::session
