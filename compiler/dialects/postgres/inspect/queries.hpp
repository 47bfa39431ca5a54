// What the catalogs are asked: a fixed number of questions, each about all objects at once, whatever the size.
#pragma once

#include <string>

namespace dmc::dialects::postgres::reading {

/// The server's version, and with it: names are printed with their schema and values in one way from now on.
std::string server_question();
/// Each for the server of a major, because columns of the catalogs come and go.
std::string relations_question(int major);
std::string columns_question(int major);
std::string constraints_question(int major);
std::string indexes_question(int major);
std::string sequences_question();
std::string triggers_question(int major);
std::string rules_question();
std::string policies_question();
std::string types_question(int major);
std::string routines_question();
/// Schemas, extensions and everything that is rare.
std::string others_question(int major);
std::string grants_question();
std::string comments_question();
std::string dependencies_question();

}  // namespace dmc::dialects::postgres::reading
