// The kinds of node that a parse can make; every construct of the language has one, with its children named beside it.
#pragma once

#include <cstdint>
#include <string_view>

namespace dmc::grammar {

/// How to read the comments: children in order; `x?` at most one, `x*` any number, `x+` at least one, `a | b` one of
/// them. `option*` means the option kinds of that section in any order. `value` is one of text, number, percent, size,
/// duration, boolean, null, splice. `pace` is any of batch, parallel, rate, pause, in any order.
/// In the body of a pattern a `splice` may stand for any value, and every name may hold splices.
enum class Kind : std::uint8_t {
  // Roots and what every statement is made of
  file,        // declarations, or the items of the context for parse_items
  unknown,     // an item that did not parse: a leaf over its whole extent; its diagnostic is already reported
  block,       // `{ … }`: the items of the enclosing construct
  word,        // leaf: one keyword whose text decides (`desc`, `cascade`, `stored`); several words are several nodes
  name,        // leaf: one name, `"…"` with its quotes; Node::unquoted() undoes them
  path,        // name+ signature?        `[database.][schema.]table[.member]`, read from the right
  signature,   // type*                   the argument types that tell functions apart: `tax(numeric)`
  names,       // name+                   `(a, b)`
  kind,        // word+                   a KIND of §4: `table`, `materialized view`, `row policy`
  text,        // leaf: `'…'` with its quotes; Node::unquoted() undoes them
  number,      // leaf: `42`, `-1`, `10_000`, `0.5`
  percent,     // leaf: `0.1%`
  size,        // leaf: `64MiB`
  duration,    // leaf: `250ms`
  boolean,     // leaf: `true`, `false`
  null,        // leaf: `null` as a value
  splice,      // leaf: `${name}` in the place of a whole value (patterns)
  env,         // name                    `env NAME`
  version,     // leaf: `14`, `23.8`
  sql,         // leaf: `( … )` or `$tag$ … $tag$` with its delimiters; Node::inner() takes them off
  arguments,   // leaf: `( … )` of a type, engine, codec, function parameters; Node::inner() takes the parentheses off
  after,       // path+                   `after a, b`
  comparison,  // operator_sign value | empty | not_empty
  operator_sign,  // leaf: `=`, `<>`, `<`, `<=`, `>`, `>=`, or the operator of an `exclude` element
  empty,          // leaf: `is empty`
  not_empty,      // leaf: `is not empty`

  // Types
  type,         // (type_native | type_name) arguments? type_zone? word* array*      words: unsigned, signed, zerofill
  type_native,  // text                 `native '…'`
  type_name,    // name+ (a dotted name) | word+ (`double precision`, `interval year to month`)
  type_zone,    // word                 `with` or `without`, from `with time zone`
  array,        // number?              `[]`, `[3]`

  // Top level
  project,   // name block?             items: edition
  edition,   // number
  database,  // name engine? block      items: the object kinds, use, comment, settings, replica, reconcile, invariant
  engine,    // name version?           `on postgres 14`
  policy,    // block                   items: deny, warn, require_approval, name_rule, lock_timeout, statement_timeout
  use,       // path use_argument*      `use std.updated_at(users);`, wherever items stand
  use_argument,  // path | value | sql

  // Objects of a database
  schema,             // name block       items as in a database
  extension,          // name extension_version? extension_schema?
  extension_version,  // text
  extension_schema,   // name
  enumeration,        // path enum_value*
  enum_value,         // name | text
  domain,    // path type option*           options: not_null, null_allowed, default_value, check, collate, constraint
  sequence,  // path type? sequence_option*
  sequence_option,  // word+ (number | path)?      `start 10`, `no cycle`, `owned by users.id`
  object,           // text path object_create object_replace? object_drop after?
  object_create,    // sql
  object_replace,   // sql
  object_drop,      // sql

  // Tables
  table,       // path on_cluster? block       items: column, the table clauses, comment, use
  on_cluster,  // text
  column,      // name type option*            options: the column options below, constraint, unique, primary_key, check
  not_null,    // conflict?
  null_allowed,        // `null`
  default_value,       // value | sql | env
  identity,            // word? sequence_option*       word: always, serial
  generated,           // sql word?                    word: stored, virtual
  collate,             // path
  codec,               // arguments
  ttl,                 // sql                          column option and table clause
  storage,             // name
  compression,         // name
  statistics,          // number | arguments
  materialized,        // sql                          ClickHouse column
  alias,               // sql                          ClickHouse column
  ephemeral,           // sql?                         ClickHouse column
  on_update_value,     // sql                          MySQL column
  comment,             // text                         column option, table clause, item of a database or schema
  references,          // path names? reference_option*        column option and part of foreign_key
  on_delete,           // word+ names?                 `cascade`, `set null (a)`, `set default`, `restrict`, `no action`
  on_update,           // word+ names?
  match,               // word                         full, partial, simple
  deferrable,          // word+                        `deferrable`, `not deferrable`, `deferrable initially deferred`
  conflict,            // word                         SQLite `on conflict replace`
  constraint,          // name (primary_key | unique | foreign_key | check | exclude | references | not_null)
  primary_key,         // column: word? conflict?      word: asc, desc
                       // clause: (elements | sql) include? deferrable? conflict?      sql: ClickHouse's expressions
  unique,              // column: nulls_not_distinct? conflict?
                       // clause: nulls_not_distinct? elements include? deferrable? conflict?
  foreign_key,         // names references
  check,               // sql no_inherit? | assumed sql
  no_inherit,          // `no inherit`
  assumed,             // `assume`                     ClickHouse
  exclude,             // using? elements include? where? deferrable?
  nulls_not_distinct,  // `nulls not distinct`
  include,             // names
  elements,            // element+
  element,  // (name | call | sql) collate? operator_class? word* element_operator?     words: asc desc nulls first last
  call,     // leaf: `lower(email)`
  operator_class,    // path arguments?
  element_operator,  // operator_sign                `with &&`
  index,         // word? name? using? elements include? nulls_not_distinct? where? index_type? granularity? settings?
                 // comment?                     word: unique
  using_method,  // name                         `using btree`
  index_type,    // name arguments?              ClickHouse `type minmax`
  granularity,   // number
  projection,    // name sql
  table_engine,  // name arguments?              `engine = MergeTree`
  settings,      // setting+
  setting,       // path (value | name | env)    `fillfactor = 80`
  with_parameters,  // sql                          `with (fillfactor = 80)`
  partition_by,     // word? sql block?             word: range, list, hash; items: partition
  partition,        // path sql partition_by?       `log_2026 (from … to …)`
  order_by,         // sql
  sample_by,        // sql
  without_rowid,    // `without rowid`
  strict,           // `strict`

  // Views and code
  view,               // path names? settings? sql check_option? after? block?        items: index, comment
  check_option,       // word?                        `with [local|cascaded] check option`
  materialized_view,  // path names? (on_cluster | view_target)* option* sql after? block?
                      // options: table_engine, order_by, partition_by, settings; items: index, comment
  view_target,        // path                         `to hits_daily`
  function,           // path arguments returns? function_option* function_body after?
  procedure,          // path arguments function_option* function_body after?
  returns,            // word? (type | arguments)     word: setof; `table` before arguments
  function_option,    // word+ (name | number | text | setting)?   `language plpgsql`, `security definer`, `set
                      // search_path = x`
  function_body,      // sql | text text
  trigger,            // name word+ trigger_event+ path option* (trigger_call | function_body) firing? after?
                      // words: before, after, `instead of`; options: transition, for_each, when, deferrable
  trigger_event,      // word names?                  `insert`, `update of (a, b)`, `truncate`
  transition,         // word word name               `referencing old table as o`
  for_each,           // word                         row, statement
  when,               // sql
  trigger_call,       // path arguments               `execute touch()`
  firing,             // word+                        `disabled`, `enabled always`, `enabled replica`
  row_policy,     // name path word? policy_action? roles? using_expression? with_check?   word: permissive, restrictive
  policy_action,  // word                         all, select, insert, update, delete
  roles,          // name+
  using_expression,  // sql
  with_check,        // sql
  grant,             // privilege+ grant_object roles grant_option?
  privilege,         // word+ names?                 `select (a, b)`, `all privileges`
  grant_object,      // kind? path+                  `on schema audit`, `on orders`
  grant_option,      // `with grant option`

  // Change
  change,          // number text block?
  rename,          // kind subject path keeping_both?         subject: path, text, or endpoint for replica and reconcile
  keeping_both,    // `keeping both`
  drop,            // kind (subject | grant) (with_backup | without_backup)?
  drop_rows,       // path where (with_backup | without_backup)? pace
  with_backup,     // `with backup`
  without_backup,  // `without backup`
  retype,          // path using_expression? undo? keeping_both? pace
  rebuild,         // path pace
  backfill,        // path assignment* where? follow? (with_backup | without_backup)? pace
  assignment,      // name (sql | value)             `set c = (…)`
  where,           // sql
  follow,          // `follow`
  batch,           // number | size
  parallel,        // number
  rate,            // number
  pause,           // duration
  verify,          // text name sql comparison               statement; in a run: sql comparison
  gate,            // text gate_query? gate_validity?
  gate_query,      // name sql comparison duration?
  gate_validity,   // duration
  run,             // text name run_for? block       items: action, verify, undo, outside_transaction
  run_for,         // kind subject
  action,          // sql                            `do (…)`
  undo,            // sql | nothing
  nothing,         // `nothing`
  outside_transaction,  // `outside transaction`
  apply,                // kind subject
  accept,               // hazard path text
  hazard,               // leaf: `rewrite.stored_generated`, `data`
  adopt,                // name (a database) | kind subject
  forget,               // kind subject

  // Patterns
  pattern,          // name parameter* pattern_context engine? block
  parameter,        // name word                         words: table column sql text number duration database
  pattern_context,  // word                           table, database, change, project

  // Data that moves
  endpoint,            // path names?                      `front.hits`, `trading (trades, positions)`
  replica,             // endpoint endpoint block          target, source; items: the movement clauses and pace
  reconcile,           // endpoint endpoint block
  copy,                // endpoint endpoint block
  cutover,             // endpoint block
  invariant,           // text name sql comparison
  key,                 // names
  columns,             // names
  columns_except,      // names
  map,                 // block                            items: map_item
  map_item,            // name sql
  sync,                // word                             strong, eventual, best_effort
  history,             // word | where                     all, none
  lag,                 // duration                         `lag under 5m`
  every,               // duration
  cursor,              // names duration?                  `cursor (ts) late 10m`
  reject,              // text sql
  rejects,             // number | percent                 `rejects at most 0.1%`
  on_conflict,         // word                             upsert, skip, fail
  on_mismatch,         // word+ name?                      `source wins`, `target wins`, `latest by updated_at`
  repair,              // number | percent                 `repair at most 100`
  require_mismatches,  // percent | number
  require_lag,         // duration
  reads,               // share+
  share,               // percent duration?                `10% for 1h`
  writes,              // word                             fenced
  hold,                // duration
  on_breach,           // word                             revert

  // Policy
  deny,               // hazard+
  warn,               // hazard+
  require_approval,   // number hazard*                policy and cluster
  name_rule,          // kind text
  lock_timeout,       // duration number? backoff?     number: retries
  backoff,            // duration duration?
  statement_timeout,  // duration

  // Where it runs
  cluster,           // name block                    items: the kinds below, require_approval
  approvers,         // text
  attestation,       // name
  secrets,           // name+
  disposable,        // `disposable`
  cluster_database,  // name block                    items: shard, shards
  shard,             // name location? tags? shard_gate? block?   items: shard_replica
  shard_replica,     // name location
  location,          // env | file_text | text        `at env X`, `at file './x'`, `at 'sqlite:./x.db'`
  file_text,         // text                          `file '…'`
  tags,              // name+
  shard_gate,        // word                          ready, review, blocked
  shards_json,       // text
  shards_registry,   // sql
  wave,              // name option*                  options: wave_tag, parallel, approval, halt
  wave_tag,          // name
  approval,          // number
  halt,              // number
};

/// The enumerator's own name, for tests and tools.
std::string_view kind_name(Kind kind);

}  // namespace dmc::grammar
