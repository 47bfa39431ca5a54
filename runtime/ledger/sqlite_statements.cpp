// The ledger's statements on SQLite: prefix `_dmc_`, strict tables, JSON and times as text, booleans as 0 and 1.
#include <array>

#include "runtime/ledger/statements.hpp"

namespace dmc::ledger {

namespace {

constexpr std::array<std::string_view, 10> create{
    R"(create table _dmc_target (
  only_one integer primary key default 1 check (only_one = 1),
  ledger_format integer not null,
  target_id text not null, project text not null, "database" text not null, cluster text not null, shard text not null,
  identity text not null,
  at_hash text not null, at_name text not null,
  moving_plan text, moving_to text, moving_forward integer, moving_stage integer, parked integer not null default 0,
  generation integer not null default 0,
  run_id text not null default '', scope_digest text not null default '',
  epoch integer not null default 0, holder text not null default '',
  index_seq integer not null default 0, index_hash text not null default '',
  seq integer not null default 0,
  fingerprint text not null, normaliser text not null,
  check ((moving_plan is null) = (moving_to is null) and (moving_plan is null) = (moving_forward is null)
         and (moving_plan is null) = (moving_stage is null))) strict)",
    R"(create table _dmc_step (
  generation integer not null, step text not null, host text not null default '', ordinal integer not null,
  state text not null check (state in ('absent','intended','done','found','undoing','in_doubt')),
  epoch integer not null, attempt integer not null default 0, kind text not null,
  seq integer,
  facts text not null default '{}',
  primary key (generation, step, host)) strict, without rowid)",
    R"(create table _dmc_attempt (
  generation integer not null, step text not null, host text not null default '', attempt integer not null, forward integer not null,
  epoch integer not null, pid integer not null, runner text not null, started text not null, ended text, outcome text, error text,
  primary key (generation, step, host, attempt, forward)) strict, without rowid)",
    R"(create table _dmc_history (
  seq integer primary key, move text not null,
  from_hash text, to_hash text, plan text, forward integer not null, generation integer not null, epoch integer not null,
  run_id text not null, actor text not null, at text not null, evidence text not null,
  previous text not null, hash text not null) strict)",
    "create table _dmc_plan (hash text primary key, bytes blob not null) strict",
    R"(create table _dmc_object (
  path text primary key, state text not null, print text, normaliser text not null, seq integer not null) strict, without rowid)",
    R"(create table _dmc_gate (
  generation integer not null, gate text not null, evidence text not null, valid_until text,
  primary key (generation, gate)) strict, without rowid)",
    R"(create table _dmc_leftover (
  generation integer not null, step text not null, kind text not null, name text not null, release text not null,
  primary key (kind, name)) strict, without rowid)",
    R"(create table _dmc_backup (
  artifact text primary key, generation integer not null, step text not null, plan text not null, source text not null,
  columns text not null, "rows" integer not null, at text not null) strict, without rowid)",
    R"(create table _dmc_flow (
  name text primary key, definition text not null, epoch integer not null, position text, paused_by text) strict, without rowid)"};

constexpr std::array<std::string_view, 2> upgrade{
    "alter table _dmc_target add column index_hash text not null default ''",
    "update _dmc_target set ledger_format = 2"};

constexpr std::array<std::string_view, 10> tables{"_dmc_attempt", "_dmc_backup",   "_dmc_flow",   "_dmc_gate",
                                                  "_dmc_history", "_dmc_leftover", "_dmc_object", "_dmc_plan",
                                                  "_dmc_step",    "_dmc_target"};

constexpr Statements sqlite{
    .engine = "sqlite",
    .sharing = Sharing{.lock_ms = std::nullopt, .with_end = true},
    .server_version = "select sqlite_version()",
    .lock_timeout = "pragma busy_timeout = {}",
    .statement_timeout = "",
    .announce = "",
    .exists =
        R"(select name from sqlite_schema where type = 'table' and name in ('_dmc_attempt', '_dmc_backup', '_dmc_flow', '_dmc_gate',
  '_dmc_history', '_dmc_leftover', '_dmc_object', '_dmc_plan', '_dmc_step', '_dmc_target'))",
    .create = create,
    .tables = tables,
    .names = tables,

    .insert_target = R"(insert into _dmc_target
  (ledger_format, target_id, project, "database", cluster, shard, identity, at_hash, at_name, fingerprint, normaliser)
  values (?1, lower(hex(randomblob(16))), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))",
    .target =
        R"(select ledger_format, target_id, project, "database", cluster, shard, identity, at_hash, at_name, moving_plan, moving_to,
  moving_forward, moving_stage, parked, generation, run_id, scope_digest, epoch, holder, seq, fingerprint, normaliser, index_seq,
  (select index_hash from _dmc_target) from _dmc_target cross join (select '' as index_hash))",  // format 1 has no such
                                                                                                 // column
    .take_over =
        "update _dmc_target set epoch = epoch + 1, holder = ?1 where epoch = ?2 returning epoch, ledger_format",
    .upgrade = upgrade,
    .fence = "select 1 from _dmc_target where epoch = ?1 and generation = ?2",
    .next_seq = "update _dmc_target set seq = seq + 1 returning seq",
    .begin =
        R"(update _dmc_target set moving_plan = ?3, moving_to = ?4, moving_forward = 1, moving_stage = 1, parked = 0,
  generation = generation + 1, run_id = lower(hex(randomblob(16))), scope_digest = ?5,
  index_seq = coalesce(?6, index_seq), index_hash = coalesce(?7, index_hash)
  where epoch = ?1 and at_hash = ?2 and moving_plan is null
    and (?6 is null or index_seq < ?6 or (index_seq = ?6 and index_hash in ('', ?7))))",
    .begin_undo =
        R"(update _dmc_target set moving_plan = ?3, moving_to = ?4, moving_forward = 0, moving_stage = ?5, parked = 0,
  run_id = lower(hex(randomblob(16))), scope_digest = ?7, index_seq = coalesce(?8, index_seq), index_hash = coalesce(?9, index_hash)
  where epoch = ?1 and at_hash = ?2 and generation = ?6 and moving_plan is null
    and (?8 is null or index_seq < ?8 or (index_seq = ?8 and index_hash in ('', ?9))))",
    .release =
        R"(update _dmc_target set moving_plan = null, moving_to = null, moving_forward = null, moving_stage = null,
  parked = 0, generation = generation - ?4
  where epoch = ?1 and moving_plan = ?2 and generation = ?3 and moving_forward = ?4
    and not exists (select 1 from _dmc_step where generation = ?3
                    and ((?4 = 1 and (state <> 'absent' or attempt > 0)) or (?4 = 0 and state not in ('done', 'found')))))",
    .rescope = "update _dmc_target set scope_digest = ?4 where epoch = ?1 and moving_plan = ?2 and generation = ?3",
    .end =
        R"(update _dmc_target set at_hash = moving_to, at_name = ?5, moving_plan = null, moving_to = null, moving_forward = null,
  moving_stage = null, parked = 0, fingerprint = ?6, normaliser = ?7
  where epoch = ?1 and moving_plan = ?2 and moving_forward = ?3 and generation = ?4
    and not exists (select 1 from _dmc_step where generation = ?4
                    and ((?3 = 1 and state not in ('done', 'found')) or (?3 = 0 and state <> 'absent'))))",
    .park = R"(update _dmc_target set parked = 1, fingerprint = ?5, normaliser = ?6
  where epoch = ?1 and moving_plan = ?2 and generation = ?3 and moving_stage = ?4 and moving_forward = 1 and parked = 0)",
    .reopen = R"(update _dmc_target set moving_stage = ?5, parked = 1
  where epoch = ?1 and moving_plan = ?2 and generation = ?3 and moving_stage = ?4 and moving_forward = 1)",
    .settle =
        R"(update _dmc_target set at_hash = ?6, at_name = ?5, moving_plan = null, moving_to = null, moving_forward = null,
  moving_stage = null, parked = 0, fingerprint = ?6, normaliser = ?7
  where epoch = ?1 and moving_plan = ?2 and generation = ?3 and moving_stage = ?4 and moving_forward = 1 and parked = 1
    and not exists (select 1 from _dmc_step where generation = ?3 and state not in ('done', 'found', 'absent')))",
    .stage = R"(update _dmc_target set moving_stage = ?5, parked = 0
  where epoch = ?1 and moving_plan = ?2 and generation = ?3 and moving_stage = ?4 and moving_forward = 1)",
    .turn = R"(update _dmc_target set moving_forward = 1 - moving_forward, moving_to = ?5, moving_stage = ?6, parked = 0
  where epoch = ?1 and moving_plan = ?2 and generation = ?3 and moving_forward = ?4
    and not exists (select 1 from _dmc_step where generation = ?3 and state = 'in_doubt'))",
    .rebind =
        R"(update _dmc_target set identity = ?2, target_id = coalesce(?3, lower(hex(randomblob(16)))), cluster = ?4,
  shard = ?5 where epoch = ?1)",

    .insert_steps = R"(insert into _dmc_step (generation, step, ordinal, state, epoch, kind, facts)
  select ?1, json_extract(value, '$[0]'), cast(json_extract(value, '$[1]') as integer), 'absent', ?2,
    json_extract(value, '$[2]'), ?3 from json_each(?4))",
    .drop_steps = "delete from _dmc_step where generation = ?1",
    .steps =
        R"(select step, ordinal, state, epoch, attempt, kind, seq, facts from _dmc_step where generation = ?1 order by ordinal)",
    .step =
        R"(select step, ordinal, state, epoch, attempt, kind, seq, facts from _dmc_step where generation = ?1 and step = ?2)",
    .move_step = R"(update _dmc_step set state = ?4, epoch = ?5, attempt = attempt + ?6
  where generation = ?1 and step = ?2 and state = ?3)",
    .set_facts = R"(update _dmc_step set facts = ?5, seq = coalesce(?6, seq)
  where generation = ?1 and step = ?2 and state = ?3 and epoch = ?4)",
    .insert_attempt = R"(insert into _dmc_attempt
  (generation, step, attempt, forward, epoch, pid, runner, started, ended, outcome, error)
  values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
  on conflict (generation, step, host, attempt, forward) do update set
    epoch = excluded.epoch, pid = excluded.pid, runner = excluded.runner, started = excluded.started, ended = excluded.ended,
    outcome = excluded.outcome, error = excluded.error)",
    .end_attempt = R"(update _dmc_attempt set ended = ?5, outcome = ?6, error = ?7
  where generation = ?1 and step = ?2 and attempt = ?3 and forward = ?4)",
    .attempts = R"(select step, attempt, forward, pid, runner, started, ended, outcome, error from _dmc_attempt
  where generation = ?1 order by started, step, attempt)",

    .insert_move = R"(insert into _dmc_history
  (seq, move, from_hash, to_hash, plan, forward, generation, epoch, run_id, actor, at, evidence, previous, hash)
  values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14))",
    .moves =
        R"(select seq, move, from_hash, to_hash, plan, forward, generation, epoch, run_id, actor, at, evidence, previous, hash
  from _dmc_history order by seq)",
    .last_move_hash = "select hash from _dmc_history order by seq desc limit 1",

    .put_plan = "insert into _dmc_plan (hash, bytes) values (?1, ?2) on conflict (hash) do nothing",
    .plan = "select bytes from _dmc_plan where hash = ?1",

    .put_object = R"(insert into _dmc_object (path, state, normaliser, seq, print) values (?1, ?2, ?3, ?4, ?5)
  on conflict (path) do update set
    print = coalesce(excluded.print, case state when excluded.state then print end), state = excluded.state,
    normaliser = excluded.normaliser, seq = excluded.seq)",
    .put_prints = R"(update _dmc_object set print = json_extract(one.value, '$[1]') from json_each(?1) one
  where _dmc_object.path = json_extract(one.value, '$[0]'))",
    .drop_object = "delete from _dmc_object where path = ?1",
    .objects = "select path, state, print from _dmc_object order by path",

    .put_gate = R"(insert into _dmc_gate (generation, gate, evidence, valid_until) values (?1, ?2, ?3, ?4)
  on conflict (generation, gate) do update set evidence = excluded.evidence, valid_until = excluded.valid_until)",
    .gates = "select gate, evidence, valid_until from _dmc_gate where generation = ?1 order by gate",
    .drop_gate = "delete from _dmc_gate where generation = ?1 and gate = ?2",
    .put_leftover = R"(insert into _dmc_leftover (generation, step, kind, name, release) values (?1, ?2, ?3, ?4, ?5)
  on conflict (kind, name) do update set generation = excluded.generation, step = excluded.step, release = excluded.release)",
    .drop_leftover = "delete from _dmc_leftover where kind = ?1 and name = ?2",
    .leftovers = "select generation, step, kind, name, release from _dmc_leftover order by kind, name",
    .put_backup = R"(insert into _dmc_backup (artifact, generation, step, plan, source, columns, "rows", at)
  values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
  on conflict (artifact) do update set generation = excluded.generation, step = excluded.step, plan = excluded.plan,
    source = excluded.source, columns = excluded.columns, "rows" = excluded."rows", at = excluded.at)",
    .drop_backup = "delete from _dmc_backup where artifact = ?1",
    .backups =
        R"(select artifact, generation, step, plan, source, columns, "rows", at from _dmc_backup order by artifact)",
};

}  // namespace

const Statements& sqlite_statements() { return sqlite; }

}  // namespace dmc::ledger
