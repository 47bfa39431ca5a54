// What each hazard means, in the words of `dmc explain`.
#include <array>

#include "compiler/lint/hazard_ids.hpp"
#include "compiler/lint/lint.hpp"

namespace dmc::lint {

namespace {

using grammar::Explanation;

constexpr std::array texts{
    Explanation{
        "backfill.fires_triggers", "triggers fire for the rows that a step fills or deletes",
        "They stay in force, so that what they keep (search indexes, sums, logs) stays true for what applications "
        "write "
        "meanwhile too. What they do is theirs: an undo brings the rows back without firing them, and leaves it. Drop "
        "the trigger in the same change and declare it again in the next where that is not wanted."},
    Explanation{
        "backfill.unguarded", "a backfill that rows written meanwhile can escape",
        "The change makes the column not null, but a row that a program writes after the backfill has passed its key "
        "stays empty, and then the tightening stops the run. Say `follow` on the backfill, give the column a default,"
        " or put a gate before it when every writer fills the column."},
    Explanation{
        "ch.fixed_key", "a change of a ClickHouse key that cannot be altered",
        "ClickHouse keeps sorting and partition keys for ever. The table has to be copied: declare `rebuild table`."},
    Explanation{"ch.if_not_exists_type", "IF NOT EXISTS over a column of another type",
                "ClickHouse takes the column that is there, whatever its type, and says nothing."},
    Explanation{"ch.mutation_inflight", "a mutation is already under way",
                "A second one waits behind it, and a failing one blocks both. Wait until it is done, or end it."},
    Explanation{
        "ch.on_cluster_replicated", "ON CLUSTER on replicated tables",
        "The statement runs on every replica and is replicated as well; a host that was away executes it later, even "
        "after an undo."},
    Explanation{
        "compat.authz", "a change of grants or row policies",
        "Programs may see less than before, or more than they should. Read the statement as an attacker and as the "
        "program would."},
    Explanation{"compat.cached_plan", "prepared statements that select every column",
                "A prepared `select *` fails once after the columns changed."},
    Explanation{
        "compat.column_order", "a column goes behind all others",
        "A second column takes its place, and PostgreSQL gives every new column the last place; an undo leaves it "
        "there. `insert into t values (…)` and `copy t` without a list of columns put values into others than "
        "before, and `select *` answers in another order. Name the columns in programs first."},
    Explanation{"compat.default_change", "another default",
                "Inserts that leave the column out get another value from the change on; rows that exist keep theirs."},
    Explanation{"compat.enum_in_tx", "a new enum value used in its own transaction",
                "PostgreSQL refuses to use the value before the transaction that added it has ended."},
    Explanation{"compat.enum_order", "an enum value without a place",
                "The value sorts behind all others unless it says before or after."},
    Explanation{"compat.extension_upgrade", "another version of an extension",
                "Its functions and operators may behave differently from then on."},
    Explanation{"compat.not_valid_breaks_writers", "a check that old programs do not satisfy",
                "From the moment it is there, old versions of the program fail when they write, also while rows are "
                "still unproven."},
    Explanation{
        "compat.rename_column", "programs that say the old name of a column fail",
        "Between the rename and the last program that was updated somebody fails. `keeping both` keeps the old name "
        "working where the engine allows; else rename in a stage behind a gate."},
    Explanation{
        "compat.rename_enum_value", "programs that say the old enum value fail",
        "`rename value mood.glad to happy;` takes a moment and carries the new name into defaults, checks, indexes, "
        "views, policies and conditions of triggers; bodies of functions and programs say the old one until "
        "they are changed. Where that may not be, add the new value, move rows and programs over, and keep the "
        "old one until nobody says it."},
    Explanation{"compat.rename_schema", "programs that say the old schema fail",
                "Everything inside moves at once. Prefer to move programs first, by search path."},
    Explanation{
        "compat.rename_table", "programs that say the old name of a table fail",
        "Between the rename and the last program that was updated somebody fails. `keeping both` keeps the old name "
        "working where the engine allows; else rename in a stage behind a gate."},
    Explanation{"compat.replica_identity", "another replica identity",
                "What logical replication sends for updates and deletes changes; consumers must be ready."},
    Explanation{
        "compat.required_column", "inserts that leave the column out fail",
        "The column is not null and nothing fills it. Programs of the old version cannot insert any more; a default "
        "or a gate behind their deployment helps."},
    Explanation{
        "compat.untrackable_deps", "dependencies that cannot be seen",
        "What functions, extensions and unowned sequences depend on stands in texts that nobody can follow. Say it "
        "with `after`."},
    Explanation{
        "data.ch_collapse", "rows of one key become one",
        "The engine leaves one row of several with the same sorting key when it merges their parts, whenever that is, "
        "and only within a partition. What is merged away does not come back; the old table keeps every row until a "
        "purge. Queries must bear both: all of them, and one (`final`, or an aggregate, makes sure)."},
    Explanation{"data.ch_constraint_unvalidated", "a check that never looked at old rows",
                "ClickHouse applies a constraint to new rows alone. Prove the old ones with a verify."},
    Explanation{"data.ch_default_drift", "a new default rewrites history",
                "Rows whose column was never stored answer the new default. Materialise the column first."},
    Explanation{
        "data.ch_mv_rename", "a rename under a materialized view",
        "The view goes on saying the old name: inserts fail, or pass it by. Write the new name into its text in "
        "the same change: then it goes in front of the rename and comes back behind it, and only rows that are "
        "inserted between do not reach it."},
    Explanation{"data.ch_ttl", "a lifetime that deletes",
                "Rows older than the new lifetime go at the next merge and do not come back."},
    Explanation{"data.drop_check", "a check constraint goes",
                "Rows that it kept out can come in, and making it again fails until they are gone."},
    Explanation{
        "data.drop_column", "a column goes, with every value in it",
        "The values do not come back by themselves. `with backup` keeps them in an artifact that is read back before "
        "anything is dropped. The statement is its own acceptance, unless a policy denies it."},
    Explanation{"data.drop_database", "a database goes", "Nothing of it comes back by itself."},
    Explanation{"data.drop_fk", "a foreign key goes",
                "Rows that point nowhere can come in, and making it again fails until they are gone."},
    Explanation{"data.drop_not_null", "a column may be null from now on",
                "Readers that never met a null do now. Taking it back fails while there are nulls."},
    Explanation{"data.drop_rows", "rows go, and a copy of them is kept",
                "An undo brings them back, until a purge lets the copy go. The statement is its own acceptance."},
    Explanation{"data.drop_schema", "a schema goes, with everything in it",
                "Say `with backup` or `without backup`; what points at it from outside needs its own drop."},
    Explanation{
        "data.drop_table", "a table goes, with every row in it",
        "The rows do not come back by themselves. `with backup` keeps them in an artifact that is read back before "
        "anything is dropped. The statement is its own acceptance, unless a policy denies it."},
    Explanation{"data.drop_unique", "a unique key goes",
                "Equal rows can come in, and making it again fails until they are gone."},
    Explanation{"data.implicit_default", "not null without a default fills in zeroes",
                "The engine writes its own zero value into every row. Say the default that is meant."},
    Explanation{"data.no_backup", "something is dropped or overwritten and nothing kept",
                "Undo cannot bring the values back. Say `with backup`, or know that they are worthless."},
    Explanation{
        "data.not_null_may_fail", "rows may hold a null",
        "The column becomes not null. A pre-check proves that every row fits before the step runs; when one does not,"
        " the run stops and names the query that shows it."},
    Explanation{"data.replace_or_ignore_copy", "a copy that swallows conflicts",
                "INSERT IGNORE and REPLACE lose rows at a new unique key without a word."},
    Explanation{"data.sequence_drop", "a sequence goes, with the number it stood at",
                "Made again it begins anew and hands out numbers twice."},
    Explanation{
        "data.stale_results", "a function that answers otherwise, under what keeps its answers",
        "Indexes, stored columns, checks and partitions hold what the function gave when a row was written; the "
        "server takes `immutable` at its word and computes none of it anew. From then on an index may find other "
        "rows than a scan does. Behind the change: `reindex index concurrently …`; for a stored column, write its "
        "rows once (`backfill`, or `rebuild table`); drop a check and make it again to have rows looked at."},
    Explanation{
        "data.sqlite_rebuild_cascade", "a rebuild of a table that others point at",
        "SQLite cannot alter this in place. Dropping the old table would delete the rows that reference it if foreign"
        " keys were on, so dmc switches them off outside the transaction, reads that back, and compares the number of"
        " rows of every child before and after."},
    Explanation{"data.truncate", "a table is emptied",
                "The rows do not come back by themselves; `drop rows of` with a backup does the same in chunks."},
    Explanation{"data.truncate_cascade", "a table and all that point at it are emptied",
                "The rows do not come back by themselves, and the list of tables is not in the statement."},
    Explanation{"data.unenforced_reference", "a foreign key that the engine ignores",
                "This engine reads an inline REFERENCES and does nothing. Declare it as a constraint of the table."},
    Explanation{
        "data.unique_may_fail", "rows may be equal",
        "A unique key comes. A pre-check proves that no two rows are equal before the step runs; when some are, the "
        "run stops and names the query that shows them."},
    Explanation{"fk.parent", "other tables point at this one", "A copy of the table has to keep them in mind."},
    Explanation{"fk.present", "the table has foreign keys", "A copy of the table has to keep them in mind."},
    Explanation{"lock.after_ax", "more statements behind an exclusive lock",
                "Every statement of the transaction lengthens the time in which nobody reads or writes the table."},
    Explanation{"lock.cic_corruption_14", "CREATE INDEX CONCURRENTLY on PostgreSQL 14.0 to 14.3",
                "These versions can build an index that misses rows. Upgrade first."},
    Explanation{"lock.cic_if_not_exists", "IF NOT EXISTS hides an index that is not valid",
                "What a failed build left behind has the name and no use."},
    Explanation{"lock.cic_lock_timeout", "a lock timeout on a concurrent index build",
                "Its last wait counts as a lock wait: a short timeout cancels the build and leaves an index that is "
                "not valid."},
    Explanation{"lock.concurrent_in_tx", "CONCURRENTLY inside a transaction", "The engine refuses it."},
    Explanation{"lock.constraint_not_valid", "a constraint that scans under an exclusive lock",
                "Add it NOT VALID and validate it in a second step."},
    Explanation{"lock.detach_not_concurrent", "a partition is detached under an exclusive lock",
                "PostgreSQL 14 and later detach concurrently."},
    Explanation{"lock.domain_check", "a constraint of a domain",
                "Every table that uses the domain is locked and scanned."},
    Explanation{"lock.exclusion", "an exclusion constraint",
                "It can only be built under an exclusive lock, for as long as the table is long."},
    Explanation{"lock.fk_drop_parent", "dropping a foreign key locks both tables",
                "The referenced table is locked exclusively as well."},
    Explanation{"lock.index_drop_not_concurrent", "an index is dropped under an exclusive lock",
                "Drop it concurrently."},
    Explanation{"lock.index_not_concurrent", "an index is built while nobody can write", "Build it concurrently."},
    Explanation{"lock.inline_column_constraint", "a new column with a constraint of its own",
                "The whole table is scanned under an exclusive lock. Add the column first, the constraint after it."},
    Explanation{"lock.instant_mixed", "an instant change together with one that is not",
                "The engine copies the whole table then. Split the statement."},
    Explanation{"lock.instant_version_cap", "too many instant changes",
                "The table nears the number of row versions at which the engine falls back to a copy."},
    Explanation{"lock.multi_fk", "several foreign keys in one step",
                "Several tables are locked at once; do one at a time."},
    Explanation{"lock.multi_fk_unvalidated", "a foreign key that was never checked",
                "With checks off the engine believes what nobody proved."},
    Explanation{"lock.multiple_alter", "several ALTERs where one would do", "Each of them locks or copies again."},
    Explanation{"lock.mysql_copy", "the engine copies the table while writers wait",
                "Use an online algorithm, or a copy that is swapped in."},
    Explanation{"lock.mysql_guard_ignored", "a guard that the engine ignores",
                "Partitioning copies the whole table even where INSTANT was demanded."},
    Explanation{"lock.mysql_guard_missing", "an ALTER without ALGORITHM and LOCK",
                "The engine chooses silently, and may choose a copy."},
    Explanation{"lock.mysql_lock", "writers wait for the ALTER", "Use LOCK=NONE, or a copy that is swapped in."},
    Explanation{"lock.no_stmt_timeout", "no limit on how long a statement may take",
                "Set `statement timeout` in the policy."},
    Explanation{"lock.no_timeout", "no limit on how long a lock may be waited for",
                "Everybody queues behind a waiting exclusive lock. Set `lock timeout` in the policy."},
    Explanation{"lock.not_null_scan", "NOT NULL scans under an exclusive lock",
                "Prove it with a check constraint first, then set it without a scan."},
    Explanation{"lock.partition_of", "creating a partition locks its parent", "Create the table, then attach it."},
    Explanation{"lock.pk_nullable", "a primary key over nullable columns scans", "Make the columns not null first."},
    Explanation{"lock.reindex_not_concurrent", "an index is rebuilt while nobody can write",
                "Rebuild it concurrently."},
    Explanation{"lock.table_option_mix", "options and columns in one ALTER", "The slower of the two decides for both."},
    Explanation{"lock.unique_constraint", "a key is built under an exclusive lock",
                "Build the unique index concurrently and attach it."},
    Explanation{"lock.validate_same_tx", "validated in the transaction that added it",
                "The first lock stays until the end, so nothing was won."},
    Explanation{"meta.order", "history that is not a line", "Two changes claim the same number, or one was left out."},
    Explanation{"meta.unused_ignore", "an acceptance of something that is not there",
                "The statement can go. If it was meant for something else, the object or the hazard has another name."},
    Explanation{"mongo.collmod_ttl", "a lifetime that deletes",
                "Documents older than the lifetime go within a minute and do not come back."},
    Explanation{"mongo.unique_build", "a unique index over equal documents",
                "Its build fails half-way; look for duplicates first."},
    Explanation{"mongo.validator_strict", "a validator that old documents do not satisfy",
                "Updates of such documents fail from then on."},
    Explanation{"name.case", "names that differ by letter case", "They are the same on one system and two on another."},
    Explanation{"name.convention", "a name that the policy does not want",
                "The policy has a pattern for names of this kind. Rename it, or change the rule."},
    Explanation{"name.reserved", "a name that the engine reserves", "It has to be quoted wherever it is said."},
    Explanation{"name.schema_qualified", "a name without its schema",
                "What it means depends on a setting of the session."},
    Explanation{"name.too_long", "a name longer than the engine keeps",
                "The engine cuts it, and two names may become one."},
    Explanation{"perf.alignment", "an order of columns that wastes space",
                "Wide fixed columns first, narrow ones after them."},
    Explanation{"perf.analyze", "statistics are gathered", "It reads part of the table and makes load."},
    Explanation{"perf.datetime_index_pos", "a time column in front of an index",
                "Everything behind it in the index is of little use for ranges."},
    Explanation{"perf.dupe_index", "two indexes over the same columns", "Every write pays for both. Drop one."},
    Explanation{
        "perf.fk_unindexed", "a foreign key without an index",
        "Each delete or update of a key in the referenced table looks at every row of this one. Add an index that "
        "begins with these columns."},
    Explanation{"perf.index_build", "an index is built", "Writers may wait, and the load shows."},
    Explanation{"perf.index_dropped", "an index goes", "Queries that used it scan from then on."},
    Explanation{"perf.index_wide", "an index over many columns",
                "It is large and slow to write; look whether a shorter one does."},
    Explanation{"perf.invisible_first", "an index is dropped without being invisible first",
                "Hide it first: bringing it back is then instant."},
    Explanation{"perf.redundant", "an index that another one begins with",
                "Every write pays for it, and the longer one answers the same queries. Drop it unless it is unique."},
    Explanation{"pk.missing", "a table without a primary key",
                "Rows cannot be told apart: no backfill by key, no copy, no replica. Give it one."},
    Explanation{"plan.snapshot_across_concurrently", "a step that holds a snapshot beside a concurrent build",
                "The build waits for the snapshot, for ever."},
    Explanation{"raw.execute", "statements that dmc does not understand",
                "They are hashed, verified and undone as written, and nothing else is known of them."},
    Explanation{"raw.unparsed", "an object that is declared as text",
                "dmc sees that it is there and whether its text changed; it cannot see what it does."},
    Explanation{"rewrite.ch_key", "a ClickHouse key changes", "The table is copied and exchanged."},
    Explanation{"rewrite.charset", "another character set",
                "Every row is written anew, and texts that differed may become equal."},
    Explanation{"rewrite.constrained_domain_column", "a new column of a constrained domain",
                "Every row is written anew under an exclusive lock."},
    Explanation{"rewrite.enum", "an enum loses or moves values", "Rows that hold them must be rewritten first."},
    Explanation{"rewrite.full", "the whole table is written anew under lock", "Nobody reads or writes meanwhile."},
    Explanation{"rewrite.partition_by", "a table is partitioned anew", "Every row is written anew."},
    Explanation{"rewrite.serial", "a new counting column", "Every row is numbered, so every row is written."},
    Explanation{
        "rewrite.stored_generated", "a stored generated column",
        "Its value is computed for every row, so the table is written anew. `virtual` computes it when it is read."},
    Explanation{"rewrite.type_change", "another type",
                "The engine cannot change it in place: the table is written anew."},
    Explanation{"rewrite.type_narrowing", "a type that holds less than before",
                "A pre-check proves that every value fits before the step runs; what does not fit stops the run."},
    Explanation{"rewrite.type_timezone", "a type with or without time zone",
                "Values shift with the time zone of the session unless the conversion says which is meant."},
    Explanation{"rewrite.under_lock", "a table is written anew while everybody waits",
                "Prefer a copy that is swapped in, or an hour in which nobody minds."},
    Explanation{"rewrite.volatile_default", "a default that differs for every row",
                "The table is written anew to store it. Add the column empty, then backfill it."},
    Explanation{"secret.in_server_log", "a secret that the server may log",
                "The statement reaches the server's log with its value."},
    Explanation{
        "secret.literal", "a secret that stands as text",
        "Sources, plans and ledgers are read by many. Write `${env NAME}` in SQL and `env NAME` in settings: the plan"
        " then holds the name alone."},
    Explanation{"space.unknown", "nobody knows whether there is room",
                "The engine cannot say how much space is free, and no budget is declared."},
    Explanation{"tx.duplicate_assign", "a column that is assigned twice",
                "Which one wins depends on the engine. Say it once."},
    Explanation{"tx.nesting", "a statement that begins or ends a transaction",
                "A step is one transaction of its own. Leave the word out, or say `outside transaction`."},
    Explanation{"tx.non_robust", "statements that cannot be run again", "After a crash nobody could finish them."},
    Explanation{"tx.uncommitted", "a transaction that is never ended", "What it did would be lost."},
    Explanation{"type.auto_inc_capacity", "a counter near its end", "The column's type will be full soon."},
    Explanation{"type.bigint_pk", "a key of a small type",
                "It is full sooner than one thinks, and widening it rewrites everything that points at it."},
    Explanation{"type.char", "char(n) pads with blanks", "text does the same without surprises."},
    Explanation{"type.charset", "a character set that the policy does not list", "Choose one of the list."},
    Explanation{"type.compression", "a compression that the policy does not list", "Choose one of the list."},
    Explanation{"type.definer", "code that runs with somebody else's rights",
                "Choose whose rights it needs, and say so."},
    Explanation{"type.display_width", "a display width", "It changes nothing and misleads readers."},
    Explanation{"type.engine", "a table engine that the policy does not list", "Choose one of the list."},
    Explanation{"type.enum", "an enum column", "Changing its values is a change of the schema."},
    Explanation{"type.fk_mismatch", "a foreign key between different types",
                "Comparisons convert, indexes are not used, and values may not fit."},
    Explanation{"type.float", "a floating number", "Sums of money and counts drift. Use decimal or integers."},
    Explanation{"type.has_timestamp", "a time type that the policy does not want", "Choose the one of the list."},
    Explanation{"type.identity", "serial where identity would do",
                "identity belongs to the column and to the standard."},
    Explanation{"type.json", "json where jsonb would do", "json keeps the text, jsonb can be searched."},
    Explanation{"type.pedantic", "columns of one name and different types",
                "Joins convert, and readers are surprised."},
    Explanation{"type.text_over_varchar", "varchar(n) where text would do",
                "A longer limit is a change of the schema; a check is easier to change."},
    Explanation{"type.timestamptz", "a time without its zone", "Nobody knows later which one was meant."},
    Explanation{"type.zero_date", "a date of zeroes", "Other engines and most programs refuse it."},
    Explanation{
        "E0350", "SQL of a change names dmc's own ledger",
        "Tables that begin with `_dmc_`, and the schema `dmc`, hold what dmc remembers of a target. A step that wrote"
        " there could make a run believe what is not so. They change by `dmc run`, `dmc undo` and `dmc adopt` alone; "
        "`dmc status` shows what they hold."}};

static_assert(texts.size() == hazard_ids.size() + 1);

}  // namespace

std::span<const Explanation> explanations() { return texts; }

}  // namespace dmc::lint
