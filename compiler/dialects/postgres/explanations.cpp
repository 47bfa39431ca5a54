// The long forms of what this folder reports.
#include <array>

#include "compiler/dialects/postgres/check.hpp"

namespace dmc::dialects::postgres {

namespace {

constexpr std::array<grammar::Explanation, 24> explained{{
    {"E0870", "a name that is not free on PostgreSQL",
     "Schemas that begin with 'pg_' and 'information_schema' belong to PostgreSQL, 'dmc' holds the ledger, and names\n"
     "that begin with '_dmc_' are for what dmc itself makes: indexes under construction, copies, backups. A column\n"
     "cannot be called like a system column (ctid, xmin, xmax, cmin, cmax, tableoid), quoted or not."},
    {"E0871", "two objects of one name in a schema",
     "Tables, views, sequences and indexes of a schema share one set of names, and the indexes behind primary keys,\n"
     "unique constraints and exclusions are among them.\n"
     "\n"
     "    index users_email_idx (email);      the table's name in front keeps index names apart"},
    {"E0872", "something that the declared version of PostgreSQL does not have",
     "The version behind `on postgres` is the oldest one that the plan must work on. Compression of a column came "
     "with\n"
     "14, nulls not distinct and security_invoker with 15, generated columns that are not stored with 18. Declare a\n"
     "newer version, if every server has one:\n"
     "\n"
     "    database shop on postgres 15 { … }"},
    {"E0873", "a text that is no SQL",
     "Every text is read by PostgreSQL's own parser before anything is planned, and its words say what is wrong. Its\n"
     "grammar is that of PostgreSQL 15; where a database is declared for a newer server, a text that it cannot read "
     "is\n"
     "left to the server."},
    {"E0874", "an identity that PostgreSQL cannot count",
     "An identity takes its values from a sequence, which counts in smallint, integer or bigint. It is its own "
     "default\n"
     "and can have no other:\n"
     "\n"
     "    id bigint primary key identity;"},
    {"E0875", "a key that a partitioned table cannot keep",
     "Each partition keeps its own rows unique, and no index spans them all. Two rows of one key can therefore only "
     "be\n"
     "kept apart when they are bound to lie in one partition: the columns of `partition by` must be in every primary\n"
     "key and unique constraint.\n"
     "\n"
     "    primary key (id, at);\n"
     "    partition by range (at) { … }"},
    {"E0876", "a generated column that cannot be",
     "A generated column is computed from the other columns of its row, and must come out the same each time: no\n"
     "subquery, nothing that depends on the clock, the session or chance, and no other generated column."},
    {"E0877", "an expression that sees more than it may",
     "A default is computed before its row exists: it sees no column. Checks, indexes and defaults hold no subquery.\n"
     "What an index keeps must not change by itself, so that nothing in it may depend on the clock or on chance."},
    {"E0878", "an unknown setting of a table or a view",
     "Settings are PostgreSQL's storage parameters (fillfactor, autovacuum_…, toast.autovacuum_…), and what else a\n"
     "table has as a whole:\n"
     "\n"
     "    settings row_security = 'on';             or 'forced': its owner is no exception\n"
     "    settings replica_identity = 'full';       or 'nothing', or 'index NAME'\n"
     "    settings unlogged = true;\n"
     "\n"
     "A view has two; a materialized view has the storage parameters of a table:\n"
     "\n"
     "    view own_orders settings security_barrier = true, security_invoker = true as (…);"},
    {"E0879", "a foreign key between types that cannot be compared",
     "PostgreSQL compares the values of both sides, and knows no way to compare, say, a text with a number. Give both\n"
     "columns one type."},
    {"E0880", "an index that its method cannot build",
     "btree keeps an order and can keep values unique; hash takes one column; gin and brin take no `include`; only\n"
     "btree takes asc, desc and nulls. An exclusion needs a method that finds one row at a time: gist, spgist, btree\n"
     "or hash. Methods of extensions are not judged."},
    {"E0882", "a trigger that PostgreSQL cannot fire",
     "A trigger calls a function:\n"
     "\n"
     "    function touch() returns trigger language plpgsql as $$ begin new.changed_at := now(); return new; end $$;\n"
     "    trigger users_touch before update on users for each row execute touch();\n"
     "\n"
     "`instead of` is for views and each row; on truncate a trigger fires once; a constraint trigger fires after, for\n"
     "each row, and only such a one can be deferred; `referencing` needs `after`."},
    {"E0883", "too many columns",
     "PostgreSQL takes at most 1600 columns in a table and 32 in a key or an index, those of `include` counted."},
    {"E0884", "a name in SQL that nothing has",
     "A check, an index, a query names a column that no table it reads has. PostgreSQL would say so when the plan "
     "runs.\n"
     "Where a source is not known whole, as a view, a sub-query, a function in `from`, nothing is said. A table that "
     "is\n"
     "not declared but is called much like one that is, is a warning: it may be there all the same."},
    {"E0900", "a table that cannot be brought over into a new one",
     "Whether and by what a table is partitioned is decided when it is created. `rebuild table` makes another one "
     "beside "
     "it,\n"
     "lets a trigger write there whatever is written here, brings the rows over in batches, proves the two equal and "
     "lets\n"
     "them change places in one transaction, with keys, foreign keys in both directions, indexes, policies, triggers, "
     "grants,\n"
     "counters and views. It needs a key that both tables have. What holds on to the table by itself and cannot point "
     "at\n"
     "another one is named in the message: a materialized view, inheritance, a key that is checked late, a sequence of "
     "its\n"
     "own name, a publication."},
    {"E0902", "a column that is to be generated no longer",
     "`alter column … drop expression` came with PostgreSQL 13, and the database is declared to run on 12. Add a "
     "plain\n"
     "column, fill it, and drop the generated one; or declare `on postgres 13`."},
    {"E0903", "a type that changes in a partitioned table",
     "A type that only rows can be brought to is changed by a second column that takes the place of the first; the\n"
     "indexes of a partitioned table cannot be built beside the old ones in one piece. With a copy of the table the "
     "type\n"
     "comes along: a trigger writes there whatever is written here, the rows are brought over in batches, and the two\n"
     "change places in one transaction. That takes the room of the table once more, so it is done where it is said:\n"
     "\n"
     "    retype events.kind;\n"
     "    rebuild table events;"},
    {"E0904", "a type that changes under something that does not move",
     "The new values are written to a second column, which takes the place of the first in one moment, with its\n"
     "indexes, keys, checks, defaults, views, triggers and the foreign keys that reference it, where those can\n"
     "reference both types (integers of any width). Exclusions and generated columns do not move along: with a copy "
     "of\n"
     "the whole table (`rebuild table T;` in the same change) they come too. Foreign keys that cannot reference both\n"
     "types do not, nor a check that compares the column with what the new type does not compare with: drop them in\n"
     "this version, and declare them anew in the next one. Nor does a publication that "
     "names\n"
     "the column, in its list or its condition: drop it in a version before. Grants on the column and statistics over\n"
     "it come along; the statistics are empty until the next ANALYZE. A row policy, rule or "
     "trigger\n"
     "that is declared in other words in the same change gets them in the transaction in which the type comes, and "
     "its\n"
     "old ones in the one in which the way back takes the type away: there is never a moment without it. Where its "
     "new\n"
     "words name what comes only later in the change, that is for a version before; or `drop` it in front of the "
     "retype,\n"
     "and it is missing until its declaration is reached."},
    {"E0905", "a type that cannot be altered",
     "PostgreSQL alters composite types, enums and domains; a range type stays as it is for as long as columns have\n"
     "it. Declare another one and retype the columns. An enum that loses values or has them in another order, and a\n"
     "domain over another type, are made anew with the columns that have them, which the server refuses while a\n"
     "generated column reads one of them or a table is divided by one; a function that takes or gives it, a composite\n"
     "type and a domain of it stay with the old one. Drop what the message names in a version before, and declare it\n"
     "anew in the one behind."},
    {"E0906", "a backup that could not be given back",
     "`backfill … with backup` keeps the old values beside the key of their row. A table without a primary key, or a\n"
     "unique key whose columns are not null, has nothing by which they could find their rows again: what else the rows "
     "hold\n"
     "may be alike. Give the table a key first, or say `without backup`. (Columns and rows that are dropped with a "
     "backup\n"
     "need none: of rows that are alike in all that is left one is as good as the other.)"},
    {"E0907", "a column that could not be two",
     "`keeping both` keeps two columns equal by a trigger before each row that is written. A trigger of the author's "
     "that\n"
     "reads or sets one of them before the row is written, or fires for one of them alone, would act on half of the "
     "writes;\n"
     "so would a rule, and a grant on the column would be about one name. A generated column takes no value, and\n"
     "partitioned tables and inheritance have rows that the trigger does not see.\n"
     "\n"
     "Let the trigger go in a version before, or rename in one moment, without `keeping both`."},
    {"E0908", "a key that foreign keys hold",
     "The server drops no primary key, unique key or unique index by which a foreign key finds its rows. Let the\n"
     "foreign key go in this version (`drop constraint`, before the key changes), and declare it anew in the next one, "
     "when another key\n"
     "has the columns that it references."},
    {"E0909", "a sequence that would be there twice",
     "A serial column brings its sequence and takes it along. In the desired state it is a plain column whose default\n"
     "takes from a sequence of that very name, declared by itself: as a type that was changed by hand leaves it, with "
     "a\n"
     "sequence that still counts in the old type. Say `identity serial`; the sequence then changes with the column."},
    {"E0911", "a function that something holds",
     "`create or replace` keeps what a function gives and what its arguments are called: with another result or other\n"
     "names it is dropped and made anew in one transaction, with the views, policies, rules, triggers and defaults "
     "that\n"
     "call it. An index, a check, an exclusion, a generated column, a domain or another object that calls it would be\n"
     "dropped with it, and its results written anew under a lock. Let that go in a version before, or declare the new\n"
     "function under another name and change over to it."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return explained; }

}  // namespace dmc::dialects::postgres
