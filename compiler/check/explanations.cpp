// One entry per code; tests/unit/check/cases shows each of them.
#include "compiler/check/explanations.hpp"

#include <array>

namespace dmc::check {

namespace {

constexpr auto table = std::to_array<grammar::Explanation>({
    {"E0200", "no file declares the project",
     R"(A project is the folder with a file that says so, by custom project.mig:

    project shop { edition 1; })"},
    {"E0201", "a second project",
     R"(All files of a compile belong to one project. Two `project` items mean that two projects were read together.)"},
    {"E0202", "a project without an edition, or of one that is not known",
     R"(The edition fixes what the words of the language mean, so that a later dmc reads old sources as they were meant.
This dmc knows edition 1.)"},
    {"E0203", "two changes of one number",
     R"(Every version has exactly one change. Two people who worked at the same time have both taken the next number: the one
whose change has not shipped takes the next free number and compiles again.)"},
    {"E0204", "numbers of changes that do not follow each other",
     R"(Changes are numbered 1, 2, 3 …; change N leads from catalog N-1 to catalog N. Changes that shipped long ago may be
deleted, oldest first, but none may be missing between two that are there.)"},
    {"E0205", "a file of changes/ without a change",
     R"(Each file of changes/ is one version. What should be belongs into schema/.)"},
    {"E0206", "something else than a cluster among the clusters",
     R"(Files of clusters/ say where plans run. They belong to whoever operates the databases and are no input of a compile, so a
table or a change there would silently not count.)"},

    {"E0210", "a name that is taken",
     R"(Tables, views and indexes of a schema share their names on every engine; triggers, objects, the columns of a table and
its constraints each have names of their own. Blocks of one database may stand in several files, but a table stands in one.)"},
    {"E0211", "a name reserved for dmc",
     R"(Each target remembers what was done to it in tables whose names begin with `_dmc_`, and rebuilds use such names for a
moment. They are left out of inspections and comparisons.)"},
    {"E0212", "a name that is too long",
     R"(The engine would cut the name off without a word, and two long names could become one.)"},
    {"E0213", "an unquoted name with upper case",
     R"(The engine folds unquoted names to lower case. A name in a source stands as the engine stores it, so that it is the same
in the catalog, in the plan and in the database:

    table users { … }        table "Users" { … })"},
    {"E0214", "two names that letter case alone tells apart", R"(On this engine they are one name, quoted or not.)"},
    {"E0215", "an engine that is not known",
     R"(A database names its engine after `on`. The language has words for more engines than a build may have dialects for; the
message says which ones there are.)"},
    {"E0216", "a database without an engine, or with two",
     R"(A database may be opened in several files. One of its blocks names the engine and the oldest version to support; others
may repeat it, and must not say something else.)"},
    {"E0217", "a version that is not supported, or not known yet",
     R"(The oldest version of a database decides which statements a plan may use. Versions older than the dialect supports are
refused; one that is newer than it knows is taken for the newest that it knows.)"},
    {"E0218", "a schema where the engine has none",
     R"(Schemas are namespaces inside a database. Where the engine has only one, it is not written.)"},
    {"E0219", "a name with too many parts",
     R"(A name is read from the right: name, schema.name, database.schema.name.)"},

    {"E0220", "an unknown type, or one that cannot be read",
     R"(The engine's own type names are valid in its databases, and so are the portable ones everywhere: bool, smallint, int, bigint,
uint8 to uint64, float32, float64, decimal(p,s), text, varchar(n), bytes, date, time, timestamp, timestamptz, uuid, json.

A type that dmc does not know can be passed through unread:  place native 'geometry(Point,4326)';)"},
    {"E0221", "a type that would lose values",
     R"(The engine has no type that holds every value of this one. The message says what would be lost, and which type keeps it.)"},
    {"E0222", "options of a column that exclude each other",
     R"(A column may be null or not; and its values come from the application with a default for where it says nothing, from an
identity, or from a generated expression.)"},
    {"E0223", "something that may stand once stands twice",
     R"(The second one would silently replace the first, or be ignored. Keep the one that is meant.)"},
    {"E0224", "a column that is not there",
     R"(Keys, indexes, foreign keys and `update of` name columns of a table as it should be, not as it is. If a column was renamed
in the table, it is renamed there too.)"},
    {"E0225", "a table, view, trigger or object that is not there",
     R"(The name is looked up among everything that the blocks of the database declare, in any file and any order.)"},
    {"E0226", "a name that can mean several things",
     R"(Parts of a name may be left out while exactly one object matches. Write the schema, or the schema and the database.)"},
    {"E0227", "a foreign key with another number of columns than its target",
     R"(Each column of a foreign key points at one column. Without a list, the target is the primary key, all of it.)"},
    {"E0228", "a foreign key to a table without a primary key",
     R"(`references users` means the primary key of users. Where there is none, the columns are written:

    user_email text references users (email))"},
    {"E0229", "two primary keys", R"(A key of several columns is one clause of the table:  primary key (tenant, id);)"},
    {"E0230", "a column twice in a list", R"(A key, an index or a list of columns names each column once.)"},
    {"E0231", "a table without columns", R"(Most engines cannot make one, and none could hold anything in it.)"},
    {"E0232", "a name of something else", R"(Foreign keys point at tables; triggers are on tables and views.)"},
    {"E0233", "a foreign key whose target is no key",
     R"(The columns that a foreign key points at must tell the rows apart, or one row would point at many. Most engines refuse it
when it is declared, SQLite when the first row is written.

    table users { …  unique (email); })"},
    {"E0234", "a trigger at a time that its table or view does not have",
     R"(Rows of a table change before and after. A view has no rows of its own: `instead of` says what a change of it means.)"},
    {"E0237", "a constraint or an index that is declared twice",
     R"(Both say the same, so the engine would keep and check it twice. One without a name gets it from what it is, and both would
get the same name.)"},

    {"E0240", "rows would be lost, and the statement does not say whether they are kept",
     R"(What holds rows or values says what becomes of them when it is dropped.

    drop table sessions with backup;       written to a file, read back and compared; then dropped. `dmc undo` restores it.
    drop table sessions without backup;    gone for good)"},
    {"E0241", "a backup of what holds no rows",
     R"(A view, an index, a trigger or a constraint is made again from its declaration, which stays in the catalog.)"},
    {"E0242", "a run that does not say how it is undone",
     R"(dmc cannot know what a statement of yours does, so you say how to take it back, or that nothing is to be taken back.

    undo (drop index tmp_idx);
    undo nothing;)"},
    {"E0243", "a run or a query that is not one thing",
     R"(Each `do`, `verify` and `undo` holds one statement, which is sent by itself: then the message of an error, the ledger and an
undo can say which one it was. Several statements are several `do`.

A query that is checked begins with select, values, with, explain or pragma and changes nothing: also one that would answer
the rows it deletes is refused here, before it is refused on the target.)"},
    {"E0244", "a pace that never gets anywhere", R"(Batches, workers and rows a second are at least 1.)"},
    {"E0245", "a database that is not there",
     R"(After `on` stands the name of a `database` block of the project, not of a target: a plan knows databases, never addresses.)"},
    {"E0246", "a rename that is none",
     R"(A rename gives another name. An object that is declared whole has its name in its own statements: dmc does not read them.)"},
    {"E0247", "a path that cannot name such a thing",
     R"(A table is [database.][schema.]table; a column, a constraint, an index or a trigger is that and its name. Columns and
constraints always need the table, because other tables have columns and constraints of that name.)"},
    {"E0248", "'keeping both' where it has no meaning",
     R"(The old name goes on working for a table, as a view, or for a column, kept equal by triggers. Nothing reads or writes
through the name of an index or a constraint.)"},
    {"E0249", "a column set twice", R"(One of the two values would be lost, and engines disagree which.)"},
    {"E0250", "a comparison with null",
     R"(Null is equal to null here, and different from everything else. It is not more or less than anything.)"},
    {"E0251", "a gate that cannot be told from another",
     R"(A gate is passed by its text: `dmc run PLAN --through 'app 4.2 is deployed'`. Two of one text in one change would be
passed by one word.)"},
    {"E0252", "a whole family of hazards accepted",
     R"(`accept` takes one hazard on one object, so that a reviewer sees what is accepted. Policies may name families.)"},
    {"E0253", "an unknown hazard",
     R"(Hazards are called family.name, as in data.drop_table. `dmc explain data.drop_table` says what one means.)"},
    {"E0254", "a hazard accepted without a reason",
     R"(The reason stands in the plan, for those who approve it and for those who look at it when something went wrong.)"},
    {"E0255", "an expression that RE2 cannot read",
     R"(Names are compared, whole, with a regular expression of RE2: no look-around, no back-references, and matching takes a time
that is linear in the length of the name.)"},
    {"E0256", "a rule that nothing could follow",
     R"(Deadlines are more than 0, an approval is by at least one person, a back-off grows, and a wave takes one target at a time
or more and halts at one that failed or more.)"},
    {"E0257", "an address with a password",
     R"(Sources are committed, copied and shown in reviews. The address of a target comes from the environment or from a file:

    shard eu1 at env SHOP_EU1_URL;
    shard eu1 at file '/run/secrets/eu1';)"},

    {"E0260", "a kind of object that the engine does not have",
     R"(The message says the engine's own way where there is one.)"},
    {"E0261", "an option or a clause that the engine does not have",
     R"(dmc does not leave out what an engine cannot do: the database would not be what the source says.)"},

    {"E0270", "an unknown pattern",
     R"(A pattern is declared anywhere in the project, or belongs to the standard library: std.updated_at, std.soft_delete,
std.audit_log, std.tenant_key, std.archive_table, std.lookup_table.)"},
    {"E0271", "two patterns of one name",
     R"(One name is given once, or once per engine: the database of the use decides which one is meant.)"},
    {"E0272", "a pattern used in the wrong place",
     R"(A pattern says after `in` where its items can stand: in a table, a database, a change, or at the top of a file.)"},
    {"E0273", "a wrong number of arguments", R"(Every parameter gets one argument, in order. There are no defaults.)"},
    {"E0274", "an argument of the wrong kind",
     R"(table, column, database   a name:  users
sql                       SQL in parentheses:  (lower(email))
text, number, duration    a value:  'people'  42  30s)"},
    {"E0275", "an unknown parameter in a pattern",
     R"(`${name}` stands for an argument. A secret of the environment is `${env NAME}`.)"},
    {"E0276", "a parameter that nothing uses",
     R"(Whoever uses the pattern would think that the argument makes a difference.)"},
    {"E0277", "a pattern that uses itself",
     R"(Patterns are replaced by what they say until none is left; one that leads back to itself would never end.)"},
    {"E0278", "an argument in a place where it cannot stand",
     R"(Tables, columns, databases, texts and numbers can be part of a name. SQL can stand in SQL and in texts. A duration can stand
where the language has durations, and in texts.)"},
    {"E0279", "no variant of a pattern for this engine",
     R"(The pattern is declared `on` other engines only. A variant without `on` is for all that have none of their own.)"},
    {"E0280", "not supported by this version",
     R"(The language has it, so that sources need not change when dmc learns it. This version refuses it rather than leave it out.)"},
    {"E0281", "a secret where it would be kept",
     R"(What tables, views and defaults say is written into the catalog and into the database. A secret, `${env NAME}`, stands in
statements that are only sent: those of `run` and of `object`. The plan holds its name, and the runner binds its value as a
literal.)"},
    {"E0282", "an argument that would end the text it is put into",
     R"(The pattern puts the argument into a text in dollar quotes, and the argument holds a dollar quote itself.)"},
    {"E0283", "two parameters of one name", R"(`${name}` could stand for either.)"},
    {"E0284", "a use that never seems to end",
     R"(Patterns that use each other twice double with every step. A use may bring 1000 others.)"},
    {"E0286", "a secret that is only part of a text",
     R"(The value of a secret is sent as one escaped literal, so that it can never be read as SQL. Write '${env NAME}' with
nothing else between the quotes; the engine's own functions join texts.)"},
    {"E0339", "'adopt' or 'forget' behind a gate",
     R"(A database remembers which objects are managed, and that changes with the first step of a change, not in the middle:
no statement is sent for it. Behind a gate it would be so too early, and what the database is at the gate would not be what
the catalog of that stage says. Write the statement before the first gate.)"},
});

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::check
