// One entry per code.
#include "compiler/diff/explanations.hpp"

#include <array>

namespace dmc::diff {

namespace {

constexpr std::array<grammar::Explanation, 14> table{{
    {"E0207", "something disappears, or is called otherwise, and no statement says so",
     "What is in the catalog and no longer in the sources would have to be dropped. dmc never concludes that from a "
     "missing\n"
     "line: the line may be missing because it was renamed, moved or deleted by mistake, and dropping a column to add "
     "one\n"
     "of another name loses every value silently.\n"
     "\n"
     "Say which it is, in the change:\n"
     "\n"
     "    drop column users.nickname with backup;\n"
     "    rename column users.nickname to full_name;\n"
     "\n"
     "Indexes, constraints, views and triggers hold no rows; they need the statement all the same, without the word "
     "backup."},
    {"E0208", "a column changes its type, and no statement says so or says how",
     "Another type means that the values which are there have to be read anew. Declare it:\n"
     "\n"
     "    retype users.age;                             every value survives as it is\n"
     "    retype users.age using (cast(age as int));    some do not: say how they are read\n"
     "\n"
     "A collation, and the expression of a stored generated column, are changed by the same statement."},
    {"E0209", "a new column is not null, and the rows that exist have no value for it",
     "The table may hold rows. They need a value before the column can refuse to be empty. Give it a default in the\n"
     "desired state, make it an identity or generated, or fill it in the change:\n"
     "\n"
     "    backfill users set slug = (lower(name)) follow;\n"
     "\n"
     "The column is then added empty, filled, and made not null at the end. `follow` also fills the rows that are "
     "written\n"
     "meanwhile."},
    {"E0290", "not supported by this version",
     "The language has it, this version of dmc does not carry it out. Nothing was ignored: the change does not compile "
     "until\n"
     "the statement is gone. Often `run` says the same in the database's own words."},
    {"E0291", "a statement names something that is not there",
     "Statements run in the order in which they stand, and each sees what the ones before it left. A table that an "
     "earlier\n"
     "statement renamed is met under its new name; what an earlier statement dropped is gone."},
    {"E0292", "a path can mean more than one thing",
     "Parts of a path may be left out as long as exactly one object fits. Here several do: write one part more."},
    {"E0293", "a name is taken, or borne already",
     "Two things cannot bear one name at one time. Drop or rename the one that is in the way first; statements run in "
     "the\n"
     "order in which they stand. As a warning: the statement is done already and can go."},
    {"E0294", "a statement contradicts the desired state",
     "The desired state says what should be in the end, the statements say how to get there. Here they lead to "
     "different\n"
     "places: something is dropped that is still declared just as it is, renamed to what nobody declares, or retyped "
     "to "
     "the\n"
     "type it has. Change one of the two."},
    {"E0295", "something that stays points at what is to go",
     "A foreign key, a view, a trigger or an index would be left pointing at nothing. What lives inside an object goes "
     "with\n"
     "it; what points at it from outside needs a statement of its own before this one, or another definition in the "
     "desired\n"
     "state, which then comes first by itself."},
    {"E0296", "a table has to be written anew, and no statement says so",
     "A primary key, or an option such as `strict`, is how the rows are stored. Changing it copies the whole table, "
     "which\n"
     "takes time and space:\n"
     "\n"
     "    rebuild table users;\n"
     "\n"
     "All other differences of that table then happen in the same copy."},
    {"E0297", "it is not said whether a backup is wanted, or there is nothing to back up",
     "What holds rows or values (a table, a column, rows that are deleted or overwritten) says `with backup` or "
     "`without\n"
     "backup`. `with backup` writes a copy first and reads it back before anything goes. What holds no rows says "
     "neither."},
    {"E0298", "there is no place for it in the change",
     "Additions run as early as every name in them exists. Either two of them need each other, or a statement uses "
     "something\n"
     "before it can be there, or `apply` asks for what cannot run yet. Move the statement behind the one that brings "
     "the\n"
     "name; cut a circle by taking one name out of a text or out of an `after`."},
    {"E0299", "the steps would not lead to what is declared",
     "After planning, dmc applies every step to its own picture of the database and compares the outcome with the "
     "desired\n"
     "state. They must be the same, and here they are not: that is a mistake in dmc. Nothing was written and nothing "
     "was run.\n"
     "\n"
     "Please report it with the sources. Splitting the change in two often leads around it."},
    {"E0351", "the next change is written already",
     "`dmc draft` writes the change that comes after the newest catalog. That one exists, so there is nothing to "
     "draft: "
     "`dmc\n"
     "compile --check` prints each statement that it still lacks."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::diff
