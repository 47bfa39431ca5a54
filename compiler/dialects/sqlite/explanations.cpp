// The long forms of what this folder reports.
#include <array>

#include "compiler/dialects/sqlite/check.hpp"

namespace dmc::dialects::sqlite {

namespace {

constexpr std::array<grammar::Explanation, 19> table{{
    {"E0401", "a name that is not free on SQLite",
     "SQLite keeps names that begin with 'sqlite_' for its own tables and refuses them to everybody else. Names that\n"
     "begin with '_dmc_' are for what dmc itself makes in a database: its ledger, copies that a rebuild fills, "
     "backups.\n"
     "Neither is ever inspected or changed as a part of yours."},
    {"E0402", "two objects of one name",
     "The tables, views and indexes of a SQLite database share one set of names, in which letter case does not count:\n"
     "an index cannot be called like a table. Triggers have a set of their own.\n"
     "\n"
     "    index users_email_idx (email);      the table's name in front keeps index names apart"},
    {"E0403", "something that the declared version of SQLite does not have",
     "The version behind `on sqlite` is the oldest one that the plan must work on. Generated columns came with 3.31,\n"
     "strict tables with 3.37. Declare a newer version, if every program that opens the database has one:\n"
     "\n"
     "    database shop on sqlite 3.37 { … }"},
    {"E0404", "comments that SQLite cannot keep",
     "Other engines store comments with the objects they are about; SQLite has no place for them. They stay in the\n"
     "source, where people read them, and are no difference between source and database."},
    {"E0405", "a schema on SQLite",
     "A SQLite database is one file with one namespace, 'main', which needs no word. What would lie in another schema\n"
     "lies beside it under a name of its own, or in a database of its own."},
    {"E0406", "an unknown setting of a table",
     "A SQLite table has two properties, each a clause of its own, and no other settings:\n"
     "\n"
     "    strict;             values must have the type of their column\n"
     "    without rowid;      rows lie in the primary key itself"},
    {"E0407", "too many columns, or none that holds a value",
     "SQLite takes at most 2000 columns, and a table needs at least one that is not generated."},
    {"E0408", "a type that a strict table does not know",
     "A strict table takes int, integer, real, text, blob and any, and each column must have one. Portable types are\n"
     "translated (bool to INTEGER, timestamp to TEXT, bytes to BLOB); a type passed through with `native` is not."},
    {"E0409", "a default that is not constant",
     "A default is computed when a row is inserted, before the row exists: it sees no column and may hold no "
     "subquery.\n"
     "A value that follows from other columns is a generated column; one that needs a query is a trigger."},
    {"E0410", "a generated column that cannot be",
     "A generated column is computed from the other columns of its row, each time anew. So it may depend neither on\n"
     "the clock nor on chance, nor on itself, and it cannot be in the primary key."},
    {"E0411", "an identity that SQLite cannot count",
     "SQLite counts in the rowid. An identity is therefore the one integer column that is the whole primary key, of a\n"
     "table that has a rowid:\n"
     "\n"
     "    id integer primary key identity;\n"
     "\n"
     "A value that a program gives is always taken: `identity always` cannot be kept."},
    {"E0412", "a table without rowid and without a primary key",
     "In a table without rowid the rows lie in the primary key. Declare one, or leave the setting out."},
    {"E0413", "an index or a key that SQLite cannot build",
     "SQLite has one kind of index, a tree over columns and expressions, with `where` and collations. It has no "
     "`using`,\n"
     "`include`, operator classes or `nulls first`; and `primary key` and `unique` take columns alone, while a unique\n"
     "index takes expressions too:\n"
     "\n"
     "    unique index users_email_key (lower(email));"},
    {"E0414", "an expression that must stay what it is",
     "A check and an index see one row and nothing else: no subquery. In an index nothing may depend on the clock or "
     "on\n"
     "chance, because the stored value would no longer be the computed one."},
    {"E0415", "a collation that SQLite does not have by itself",
     "BINARY, NOCASE and RTRIM are built in; others are registered by the application for each connection. dmc runs\n"
     "without the application, so whatever has to compare such values fails: a rebuild of the table, a new index."},
    {"E0416", "a materialized view on SQLite",
     "SQLite computes a view when it is read. A view says the same; a table that triggers keep up to date stores it."},
    {"E0417", "a view that is no query",
     "A view is one query: it begins with select, with or values, and has no parameters."},
    {"E0418", "a trigger that SQLite cannot fire",
     "A SQLite trigger fires on one event, for each row, and holds its statements itself:\n"
     "\n"
     "    trigger users_touch after update on users as $$\n"
     "      update users set changed_at = datetime('now') where id = new.id;\n"
     "    $$;\n"
     "\n"
     "It cannot assign to `new`: what it changes, it changes with insert, update or delete. A select calls raise()."},
    {"E0419", "a text that SQLite does not accept",
     "SQL is SQLite's own language. Each text that is new is shown to SQLite before anything is planned, in an empty\n"
     "database that has the tables of the model, and its own words tell what is wrong: a name that nothing has, a\n"
     "syntax that it does not know. What only an application could know, such as its own functions in a view, is not\n"
     "refused."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::dialects::sqlite
