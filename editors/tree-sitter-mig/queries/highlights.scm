; Colours. A word is a keyword only where the grammar reads it as one: a column called `name` stays a name.
(line_comment) @comment
(block_comment) @comment

; what is declared
[
  "change" "cluster" "column" "constraint" "database" "domain" "enum" "extension" "function" "grant" "index"
  "invariant" "materialized" "object" "partition" "pattern" "policy" "procedure" "project" "projection" "reconcile"
  "replica" "row" "schema" "sequence" "table" "trigger" "value" "view"
] @keyword

; what a change does
[
  "accept" "adopt" "apply" "backfill" "copy" "cutover" "do" "drop" "forget" "gate" "rebuild" "rename" "retype" "run"
  "undo" "use" "verify"
] @keyword

; everything else that the grammar names
[
  "abort" "action" "after" "alias" "all" "always" "approval" "approvers" "as" "asc" "assume" "at" "attestation"
  "backoff" "backup" "batch" "because" "before" "best_effort" "bit" "blocked" "both" "breach" "by" "cache" "called"
  "cascade" "cascaded" "char" "character" "check" "codec" "collate" "columns" "comment" "compression" "conflict"
  "contains" "cost" "create" "cursor" "cycle" "data" "day" "default" "deferrable" "deferred" "definer" "delete" "deny"
  "desc" "deterministic" "disabled" "disposable" "distinct" "double" "duration" "each" "edition" "empty" "enabled"
  "engine" "env" "ephemeral" "eventual" "every" "except" "exclude" "execute" "fail" "failed" "fenced" "file" "first"
  "follow" "for" "foreign" "from" "full" "generated" "granularity" "halt" "hash" "history" "hold" "hour" "identity"
  "ignore" "immediate" "immutable" "in" "include" "increment" "inherit" "initially" "input" "insert" "instead"
  "interval" "invoker" "is" "json" "keeping" "key" "lag" "language" "last" "late" "latest" "leakproof" "list" "local"
  "lock" "map" "match" "maxvalue" "minute" "minvalue" "mismatch" "mismatches" "modifies" "month" "most" "name"
  "national" "native" "new" "no" "none" "not" "nothing" "null" "nulls" "number" "of" "old" "on" "operator" "option"
  "or" "order" "outside" "owned" "parallel" "partial" "pause" "permissive" "precision" "primary" "range" "rate"
  "reads" "ready" "references" "referencing" "registry" "reject" "rejects" "repair" "replace" "require" "restrict"
  "restricted" "restrictive" "retry" "returns" "revert" "review" "rollback" "rowid" "rows" "safe" "sample" "second"
  "secrets" "security" "select" "sequences" "serial" "set" "setof" "settings" "shard" "shards" "signed" "simple"
  "skip" "source" "sql" "stable" "start" "statement" "statistics" "storage" "stored" "strict" "strong" "sync" "tables"
  "tag" "tags" "target" "text" "time" "timeout" "to" "transaction" "truncate" "ttl" "type" "under" "unique" "unsafe"
  "unsigned" "update" "upsert" "using" "valid" "varying" "version" "virtual" "volatile" "warn" "wave" "when" "where"
  "window" "wins" "with" "without" "writes" "year" "zerofill" "zone"
] @keyword

[
  "true" "false"
] @boolean

(null) @constant.builtin
(boolean) @boolean
(text) @string
[(number) (version)] @number
[(percent) (size) (duration)] @number
[(comparison_sign) (operator)] @operator
(hazard) @constant
(spliced_name) @variable.parameter
(env name: _ @constant)

(type) @type
(enum_value) @constant
(operator_class) @type
(function_name) @function
(call (function_name) @function)

(project name: _ @module)
(database name: _ @module)
(schema name: _ @module)
(cluster name: _ @module)
(table name: (path) @type)
(view name: (path) @type)
(materialized_view name: (path) @type)
(enumeration name: (path) @type)
(domain name: (path) @type)
(sequence name: (path) @type)
(function name: (path) @function)
(procedure name: (path) @function)
(trigger name: _ @function)
(pattern name: _ @function)
(use pattern: (path) @function)
(parameter name: _ @variable.parameter)
(column name: _ @property)
(assignment column: _ @property)
(map_item column: _ @property)

(sql ["(" ")"] @punctuation.bracket)
["{" "}" "(" ")" "[" "]"] @punctuation.bracket
[";" "," "." ":"] @punctuation.delimiter
