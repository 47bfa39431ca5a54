// The ledger's statements on PostgreSQL, from 12 on: schema `dmc`. JSON and times are text, because the hash chain
// covers their bytes. Names are qualified: the search path of a session of ours is empty.
#include <array>

#include "runtime/ledger/statements.hpp"

namespace dmc::ledger {

namespace {

/// gen_random_uuid() came with 13. What makes it differ from every other one is the server, the transaction, the time.
#define DMC_DRAWN                                                                                                   \
  "md5(concat(random(), ' ', clock_timestamp(), ' ', txid_current(), ' ', pg_backend_pid(), ' ', (select oid from " \
  "pg_database where datname = current_database())))"

constexpr std::array<std::string_view, 13> create{"create schema dmc",
                                                  "revoke all on schema dmc from public",
                                                  "create sequence dmc.seq",
                                                  R"(create table dmc.target (
  only_one boolean primary key default true check (only_one),
  ledger_format integer not null,
  target_id text not null, project text not null, database text not null, cluster text not null, shard text not null,
  identity text not null,
  at_hash text not null, at_name text not null,
  moving_plan text, moving_to text, moving_forward boolean, moving_stage bigint, parked boolean not null default false,
  generation bigint not null default 0,
  run_id text not null default '', scope_digest text not null default '',
  epoch bigint not null default 0, holder text not null default '',
  index_seq bigint not null default 0, index_hash text not null default '',
  fingerprint text not null, normaliser text not null,
  check ((moving_plan is null) = (moving_to is null) and (moving_plan is null) = (moving_forward is null)
         and (moving_plan is null) = (moving_stage is null))))",
                                                  R"(create table dmc.step (
  generation bigint not null, step text not null, host text not null default '', ordinal bigint not null,
  state text not null check (state in ('absent','intended','done','found','undoing','in_doubt')),
  epoch bigint not null, attempt bigint not null default 0, kind text not null,
  seq bigint,
  facts text not null default '{}',
  primary key (generation, step, host)))",
                                                  R"(create table dmc.attempt (
  generation bigint not null, step text not null, host text not null default '', attempt bigint not null, forward boolean not null,
  epoch bigint not null, pid bigint not null, runner text not null, started text not null, ended text, outcome text, error text,
  primary key (generation, step, host, attempt, forward)))",
                                                  R"(create table dmc.history (
  seq bigint primary key, move text not null,
  from_hash text, to_hash text, plan text, forward boolean not null, generation bigint not null, epoch bigint not null,
  run_id text not null, actor text not null, at text not null, evidence text not null,
  previous text not null, hash text not null))",
                                                  "create table dmc.plan (hash text primary key, bytes bytea not null)",
                                                  R"(create table dmc.object (
  path text primary key, state text not null, print text, normaliser text not null, seq bigint not null))",
                                                  R"(create table dmc.gate (
  generation bigint not null, gate text not null, evidence text not null, valid_until text,
  primary key (generation, gate)))",
                                                  R"(create table dmc.leftover (
  generation bigint not null, step text not null, kind text not null, name text not null, release text not null,
  primary key (kind, name)))",
                                                  R"(create table dmc.backup (
  artifact text primary key, generation bigint not null, step text not null, plan text not null, source text not null,
  columns text not null, rows bigint not null, at text not null))",
                                                  R"(create table dmc.flow (
  name text primary key, definition text not null, epoch bigint not null, position text, paused_by text))"};

constexpr std::array<std::string_view, 10> tables{"attempt",  "backup", "flow", "gate", "history",
                                                  "leftover", "object", "plan", "step", "target"};
constexpr std::array<std::string_view, 1> names{"dmc"};

constexpr Statements postgres{
    .engine = "postgres",
    // No longer: the locks of several steps add up.
    .sharing = Sharing{.lock_ms = 20, .takes_settings_back = true, .catalog = "pg_catalog"},
    .server_version = "select current_setting('server_version')",
    .lock_timeout = "set lock_timeout = {}",
    .statement_timeout = "set statement_timeout = {}",
    // Unless the address gives the session a name of its own.
    .announce =
        R"(select set_config('application_name', $1, false) where current_setting('application_name') ~ '^dmc(/|$)')",
    .exists =
        R"(select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'dmc'
  and c.relkind = 'r' and c.relname in ('attempt', 'backup', 'flow', 'gate', 'history', 'leftover', 'object', 'plan', 'step', 'target'))",
    .create = create,
    .tables = tables,
    .names = names,

    .insert_target = R"(insert into dmc.target
  (ledger_format, target_id, project, database, cluster, shard, identity, at_hash, at_name, fingerprint, normaliser)
  values ($1, )" DMC_DRAWN R"(, $2, $3, $4, $5, $6, $7, $8, $9, $10))",
    .target =
        R"(select ledger_format, target_id, project, database, cluster, shard, identity, at_hash, at_name, moving_plan, moving_to,
  moving_forward, moving_stage, parked, generation, run_id, scope_digest, epoch, holder,
  (select case when is_called then last_value else 0 end from dmc.seq), fingerprint, normaliser, index_seq,
  index_hash from dmc.target)",
    .take_over = "update dmc.target set epoch = epoch + 1, holder = $1 where epoch = $2 returning epoch, ledger_format",
    .upgrade = {},  // no ledger of format 1 was ever kept here
    .fence = "select 1 from dmc.target where epoch = $1 and generation = $2 for share",
    .next_seq = "select nextval('dmc.seq')",
    .begin =
        R"(update dmc.target set moving_plan = $3, moving_to = $4, moving_forward = true, moving_stage = 1, parked = false,
  generation = generation + 1, run_id = )" DMC_DRAWN
        R"(, scope_digest = $5, index_seq = coalesce($6::bigint, index_seq),
  index_hash = coalesce($7::text, index_hash)
  where epoch = $1 and at_hash = $2 and moving_plan is null
    and ($6::bigint is null or index_seq < $6::bigint or (index_seq = $6::bigint and index_hash in ('', $7::text))))",
    .begin_undo =
        R"(update dmc.target set moving_plan = $3, moving_to = $4, moving_forward = false, moving_stage = $5, parked = false,
  run_id = )" DMC_DRAWN R"(, scope_digest = $7, index_seq = coalesce($8::bigint, index_seq),
  index_hash = coalesce($9::text, index_hash)
  where epoch = $1 and at_hash = $2 and generation = $6 and moving_plan is null
    and ($8::bigint is null or index_seq < $8::bigint or (index_seq = $8::bigint and index_hash in ('', $9::text))))",
    .release =
        R"(update dmc.target set moving_plan = null, moving_to = null, moving_forward = null, moving_stage = null,
  parked = false, generation = generation - $4::integer
  where epoch = $1 and moving_plan = $2 and generation = $3 and moving_forward = ($4::integer = 1)
    and not exists (select 1 from dmc.step where generation = $3
                    and (($4::integer = 1 and (state <> 'absent' or attempt > 0))
                         or ($4::integer = 0 and state not in ('done', 'found')))))",
    .rescope = "update dmc.target set scope_digest = $4 where epoch = $1 and moving_plan = $2 and generation = $3",
    .end =
        R"(update dmc.target set at_hash = moving_to, at_name = $5, moving_plan = null, moving_to = null, moving_forward = null,
  moving_stage = null, parked = false, fingerprint = $6, normaliser = $7
  where epoch = $1 and moving_plan = $2 and moving_forward = ($3::integer = 1) and generation = $4
    and not exists (select 1 from dmc.step where generation = $4
                    and (($3::integer = 1 and state not in ('done', 'found')) or ($3::integer = 0 and state <> 'absent'))))",
    .park = R"(update dmc.target set parked = true, fingerprint = $5, normaliser = $6
  where epoch = $1 and moving_plan = $2 and generation = $3 and moving_stage = $4 and moving_forward and not parked)",
    .reopen = R"(update dmc.target set moving_stage = $5, parked = true
  where epoch = $1 and moving_plan = $2 and generation = $3 and moving_stage = $4 and moving_forward)",
    .settle =
        R"(update dmc.target set at_hash = $6, at_name = $5, moving_plan = null, moving_to = null, moving_forward = null,
  moving_stage = null, parked = false, fingerprint = $6, normaliser = $7
  where epoch = $1 and moving_plan = $2 and generation = $3 and moving_stage = $4 and moving_forward and parked
    and not exists (select 1 from dmc.step where generation = $3 and state not in ('done', 'found', 'absent')))",
    .stage = R"(update dmc.target set moving_stage = $5, parked = false
  where epoch = $1 and moving_plan = $2 and generation = $3 and moving_stage = $4 and moving_forward)",
    .turn =
        R"(update dmc.target set moving_forward = not moving_forward, moving_to = $5, moving_stage = $6, parked = false
  where epoch = $1 and moving_plan = $2 and generation = $3 and moving_forward = ($4::integer = 1)
    and not exists (select 1 from dmc.step where generation = $3 and state = 'in_doubt'))",
    .rebind = R"(update dmc.target set identity = $2, target_id = coalesce($3, )" DMC_DRAWN R"(), cluster = $4,
  shard = $5 where epoch = $1)",

    .insert_steps = R"(insert into dmc.step (generation, step, ordinal, state, epoch, kind, facts)
  select $1, one->>0, (one->>1)::bigint, 'absent', $2, one->>2, $3 from json_array_elements($4::json) one)",
    .drop_steps = "delete from dmc.step where generation = $1",
    .steps =
        R"(select step, ordinal, state, epoch, attempt, kind, seq, facts from dmc.step where generation = $1 order by ordinal)",
    .step =
        R"(select step, ordinal, state, epoch, attempt, kind, seq, facts from dmc.step where generation = $1 and step = $2)",
    .move_step = R"(update dmc.step set state = $4, epoch = $5, attempt = attempt + $6
  where generation = $1 and step = $2 and state = $3)",
    .set_facts = R"(update dmc.step set facts = $5, seq = coalesce($6, seq)
  where generation = $1 and step = $2 and state = $3 and epoch = $4)",
    .claim_steps = R"(with held as (select 1 from dmc.target where epoch = $1 and generation = $2 for share)
  update dmc.step s set state = one->>2, epoch = $1, attempt = attempt + 1 from json_array_elements($3::json) one
  where s.generation = $2 and s.step = one->>0 and s.state = one->>1 and exists (select 1 from held))",
    .record_steps = R"(with numbered as (select one, nextval('dmc.seq') as seq from
    (select one from json_array_elements($3::json) with ordinality r (one, nth) order by nth) o),
  recorded as (
    update dmc.step s set facts = one->>2, seq = numbered.seq from numbered
    where s.generation = $2 and s.step = one->>0 and s.state = one->>1 and s.epoch = $1 returning s.seq, one),
  tried as (insert into dmc.attempt
    (generation, step, attempt, forward, epoch, pid, runner, started, ended, outcome, error)
    select $2, one->>0, (one->>3)::bigint, one->>4 = '1', $1, (one->>5)::bigint, one->>6, one->>7, one->>8, one->>9,
      one->>10 from recorded
    on conflict (generation, step, host, attempt, forward) do update set
      epoch = excluded.epoch, pid = excluded.pid, runner = excluded.runner, started = excluded.started,
      ended = excluded.ended, outcome = excluded.outcome, error = excluded.error)
  select seq from recorded order by seq)",
    .insert_attempt = R"(insert into dmc.attempt
  (generation, step, attempt, forward, epoch, pid, runner, started, ended, outcome, error)
  values ($1, $2, $3, $4::integer = 1, $5, $6, $7, $8, $9, $10, $11)
  on conflict (generation, step, host, attempt, forward) do update set
    epoch = excluded.epoch, pid = excluded.pid, runner = excluded.runner, started = excluded.started, ended = excluded.ended,
    outcome = excluded.outcome, error = excluded.error)",
    .end_attempt = R"(update dmc.attempt set ended = $5, outcome = $6, error = $7
  where generation = $1 and step = $2 and attempt = $3 and forward = ($4::integer = 1))",
    .attempts = R"(select step, attempt, forward, pid, runner, started, ended, outcome, error from dmc.attempt
  where generation = $1 order by started, step, attempt)",

    // Only who still holds the target adds to its history, and waits for a takeover that is under way.
    .insert_move = R"(with held as (select 1 from dmc.target where epoch = $8 for share)
  insert into dmc.history
  (seq, move, from_hash, to_hash, plan, forward, generation, epoch, run_id, actor, at, evidence, previous, hash)
  select $1::bigint, $2, $3, $4, $5, $6::integer = 1, $7::bigint, $8, $9, $10, $11, $12, $13, $14 from held)",
    .moves =
        R"(select seq, move, from_hash, to_hash, plan, forward, generation, epoch, run_id, actor, at, evidence, previous, hash
  from dmc.history order by seq)",
    .last_move_hash = "select hash from dmc.history order by seq desc limit 1",

    .put_plan = "insert into dmc.plan (hash, bytes) values ($1, $2) on conflict (hash) do nothing",
    .plan = "select bytes from dmc.plan where hash = $1",

    .put_object = R"(insert into dmc.object as o (path, state, normaliser, seq, print) values ($1, $2, $3, $4, $5)
  on conflict (path) do update set
    print = coalesce(excluded.print, case when o.state = excluded.state then o.print end), state = excluded.state,
    normaliser = excluded.normaliser, seq = excluded.seq)",
    .put_objects = R"(insert into dmc.object as o (path, state, normaliser, seq, print)
  select one->>0, one->>1, one->>2, (one->>3)::bigint, one->>4 from json_array_elements($1::json) one
  on conflict (path) do update set
    print = coalesce(excluded.print, case when o.state = excluded.state then o.print end), state = excluded.state,
    normaliser = excluded.normaliser, seq = excluded.seq)",
    .drop_objects = "delete from dmc.object where path in (select json_array_elements_text($1::json))",
    .put_prints = R"(update dmc.object set print = one->>1 from json_array_elements($1::json) one
  where path = one->>0)",
    .drop_object = "delete from dmc.object where path = $1",
    .objects = "select path, state, print from dmc.object order by path collate \"C\"",

    .put_gate = R"(insert into dmc.gate (generation, gate, evidence, valid_until) values ($1, $2, $3, $4)
  on conflict (generation, gate) do update set evidence = excluded.evidence, valid_until = excluded.valid_until)",
    .gates = "select gate, evidence, valid_until from dmc.gate where generation = $1 order by gate collate \"C\"",
    .drop_gate = "delete from dmc.gate where generation = $1 and gate = $2",
    .put_leftover = R"(insert into dmc.leftover (generation, step, kind, name, release) values ($1, $2, $3, $4, $5)
  on conflict (kind, name) do update set generation = excluded.generation, step = excluded.step, release = excluded.release)",
    .drop_leftover = "delete from dmc.leftover where kind = $1 and name = $2",
    .leftovers =
        R"(select generation, step, kind, name, release from dmc.leftover order by kind collate "C", name collate "C")",
    .put_backup = R"(insert into dmc.backup (artifact, generation, step, plan, source, columns, rows, at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (artifact) do update set generation = excluded.generation, step = excluded.step, plan = excluded.plan,
    source = excluded.source, columns = excluded.columns, rows = excluded.rows, at = excluded.at)",
    .drop_backup = "delete from dmc.backup where artifact = $1",
    .backups =
        R"(select artifact, generation, step, plan, source, columns, rows, at from dmc.backup order by artifact collate "C")",
};

#undef DMC_DRAWN

}  // namespace

const Statements& postgres_statements() { return postgres; }

}  // namespace dmc::ledger
