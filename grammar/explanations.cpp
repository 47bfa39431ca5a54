// One entry per code; a unit test compares them with the list in expected.hpp and with the goldens.
#include "grammar/explanations.hpp"

#include <array>

namespace dmc::grammar {

namespace {

constexpr auto table = std::to_array<Explanation>({
    {"E0100", "a word or symbol that cannot stand here",
     "The text beside the caret says what can. The first word of an item decides what the item is, so a misspelt word\n"
     "in front may be the reason for a complaint further on: in a table any other word is the name of a column."},
    {"E0101", "a statement without its ';'",
     "Every statement ends with ';'. Where a word that begins an item stands first on its line, no deeper than the "
     "item\n"
     "before, it is read as the next item, and never as more of the one before:\n"
     "\n"
     "    email text\n"
     "    unique (email);        the ';' after text is missing\n"
     "\n"
     "    email text\n"
     "      unique;              deeper: an option of the column"},
    {"E0102", "an item begins with a word that no item of this list begins with",
     "What a database holds stands in `database NAME { … }`, the way to get there in `change N '…' { … }`, and where "
     "it\n"
     "runs in `cluster NAME { … }`. Statements of SQL are not written on their own: `run` holds them."},
    {"E0103", "a comment that is never closed",
     "A comment that begins with '/*' ends with '*/'; comments may stand inside each other, and each needs its own "
     "end.\n"
     "The rest of the line was passed over, and reading went on with the next one."},
    {"E0104", "a text that is never closed",
     "A text in single quotes ends on the line where it begins. A quote inside it is doubled: 'it''s'.\n"
     "\n"
     "A comment of more than one line stands in dollar quotes: comment $$ … $$;"},
    {"E0105", "a quoted name that is never closed",
     "A name in double quotes ends on the line where it begins. A quote inside it is doubled."},
    {"E0106", "a dollar quote that is never closed",
     "A text that begins with $$ ends with $$, one that begins with $tag$ ends with the same $tag$, letter for "
     "letter."},
    {"E0107", "a bracket that is never closed",
     "Brackets inside SQL are counted, also where the database would not mind. Brackets in strings, quoted names and\n"
     "comments do not count. The place shown is the bracket that is still open where the statement ends."},
    {"E0108", "a block that is never closed",
     "Every '{' needs its '}'. Where the braces of a file do not match each other, the indentation is taken to show "
     "what\n"
     "was meant: a line that stands no deeper than the statement of a block is no longer inside it."},
    {"E0109", "a bracket or brace that closes nothing",
     "There is one too many here, or the one that opens is missing further up."},
    {"E0110", "a keyword with capital letters",
     "Keywords are lower case, so that they can be told from names. A column that is called like a clause of a table "
     "is\n"
     "written in double quotes:\n"
     "\n"
     "    \"Index\" int;"},
    {"E0112", "a column without a type",
     "A column is a name and a type, then its options. A word that begins an option (not, default, check, …) is never "
     "a\n"
     "type. A column of SQLite that has none is written with an empty one:\n"
     "\n"
     "    payload native '';"},
    {"E0113", "bytes that are not UTF-8",
     "Files are UTF-8. The byte named does not belong to any character; most often the file was saved in another\n"
     "encoding, such as Latin-1."},
    {"E0114", "a NUL byte",
     "No text holds the byte 0. A file that was saved as UTF-16 has one beside every letter; save it as UTF-8. "
     "Nothing\n"
     "in the file was read."},
    {"E0115", "a backslash before a quote inside SQL",
     "Some databases take \\' for a quote inside the string, others for a backslash and the end of it. What a text "
     "means\n"
     "must not depend on that. Double the quote, or write $$ … $$ in place of the parentheses: there the quotes are "
     "the\n"
     "embedded language's own. In E'…' a backslash has one meaning and is allowed."},
    {"E0116", "a ';' inside ( … )",
     "SQL in parentheses is one statement or expression, and so is SQL in dollar quotes that stands in their place.\n"
     "Statements that hold a ';' themselves stand in the dollar quotes of a `do` or of a body; several have a `do` "
     "each:\n"
     "\n"
     "    do (update a …); do (update b …);"},
    {"E0117", "a line break in a string inside ( … )",
     "A string in parenthesised SQL ends on its line, so that a quote that was forgotten is found where it is "
     "missing.\n"
     "In $$ … $$ strings may hold line breaks."},
    {"E0118", "nesting deeper than 64",
     "Blocks inside blocks and brackets inside brackets may be 64 deep, which is more than anybody can read."},
    {"E0119", "a token longer than 16 MiB, or a file longer than 4 GiB",
     "Schemas are text that people read. Data of this size belongs into the database, or into a file that a run "
     "reads."},
    {"E0120", "a splice outside a pattern",
     "${name} is filled in where the body of a pattern is expanded. Elsewhere there is nothing to fill it in with. A\n"
     "secret that is bound at run time is ${env NAME}, inside SQL, and env NAME in settings."},
    {"E0121", "a splice that is not ${name}",
     "Between the braces stands the name of a parameter and nothing else, not even a space; or env and the name of a\n"
     "variable of the environment."},
    {"E0122", "a name with letters beyond ASCII, without quotes",
     "Unquoted names are made of A to Z, a to z, 0 to 9 and '_', because databases disagree on how to fold the rest. "
     "In\n"
     "double quotes a name can hold any letter."},
    {"E0123", "a number that is not written as the language writes numbers",
     "Numbers have digits, single '_' between digits, and at most one '.' with digits on both sides. There is no\n"
     "exponent; inside SQL the database's own forms are allowed.\n"
     "\n"
     "    units:  %  ·  KiB MiB GiB  ·  ms s m h d        attached: 0.1%, 64MiB, 5m"},
    {"E0124", "SQL without its parentheses",
     "Text that belongs to the database stands in ( … ) or $$ … $$, so that it can be told from the language:\n"
     "\n"
     "    created_at timestamp default (now());"},
    {"E0125", "the wrong kind of quotes",
     "As in SQL, single quotes hold a text and double quotes hold a name. Other quotes are not used."},
    {"E0126", "an empty name", "A name has at least one character between its quotes."},
    {"E0127", "a character that the language does not use",
     "Comments begin with '--' or stand in /* … */. Quotes copied from a document are often typographic ones, and a\n"
     "space copied from a web page may be one that does not break; both look right and are other characters."},
    {"E0128", "brackets that do not match each other",
     "The innermost bracket that is open must be closed first, and by its own kind: ( ) [ ] { }."},
    {"E0129", "an invisible character that changes the direction of the text",
     "Such characters can make a line read differently from what it says. Nothing is wrong with the statement itself;\n"
     "remove the character unless it is meant to be there."},
    {"E0130", "a statement without its block",
     "This statement holds others: { … } must follow, even when it is empty."},
    {"E0131", "a ';' that ends nothing", "A block ends with its '}' alone. A statement ends with one ';'."},
    {"E0132", "so many mistakes that the rest of the file was not read",
     "Of one file at most 200 mistakes are told. Mend those, or see whether this is a source of dmc at all."},
});

}  // namespace

std::span<const Explanation> explanations() { return table; }

}  // namespace dmc::grammar
