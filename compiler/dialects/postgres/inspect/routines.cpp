// Functions, procedures and aggregates.
#include <algorithm>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

/// `integer, public.state` without the default schema.
std::string local_types(std::string_view list) {
  std::string out;
  while (true) {
    const auto comma = list.find(", ");
    out += local_type(list.substr(0, comma));
    if (comma == std::string_view::npos) return out;
    out += ", ";
    list.remove_prefix(comma + 2);
  }
}

std::string_view parallel_word(char sign) { return sign == 's' ? "safe" : sign == 'r' ? "restricted" : "unsafe"; }

std::string_view modify_word(char sign) { return sign == 'r' ? "read_only" : sign == 's' ? "shareable" : "read_write"; }

/// `create aggregate`, of which the server has no print.
std::string aggregate_text(const Cells& row, const std::string& name) {
  const char kind = row.sign(8);
  const char own_modify = kind == 'n' ? 'r' : 'w';
  std::string arguments = row.text(7);
  if (arguments.empty()) arguments = "*";
  std::string text = "create aggregate " + name + "(" + arguments + ") (sfunc = " + row.text(9) +
                     ", stype = " + local_type(row.text(10));
  const auto add = [&](std::string_view word, const std::string& value) {
    if (!value.empty()) text.append(", ").append(word).append(" = ").append(value);
  };
  const auto add_text = [&](std::string_view word, std::size_t at) {
    if (!row.null(at)) add(word, text_literal(row.text(at)));
  };
  if (row.number(11) != 0) add("sspace", row.text(11));
  add("finalfunc", row.text(12));
  if (row.flag(13)) text += ", finalfunc_extra";
  if (!row.text(12).empty() && row.sign(14) != own_modify)
    add("finalfunc_modify", std::string(modify_word(row.sign(14))));
  add("combinefunc", row.text(15));
  add("serialfunc", row.text(16));
  add("deserialfunc", row.text(17));
  add_text("initcond", 18);
  add("msfunc", row.text(19));
  add("minvfunc", row.text(20));
  add("mstype", local_type(row.text(21)));
  if (row.number(22) != 0) add("msspace", row.text(22));
  add("mfinalfunc", row.text(23));
  if (row.flag(24)) text += ", mfinalfunc_extra";
  if (!row.text(23).empty() && row.sign(25) != own_modify)
    add("mfinalfunc_modify", std::string(modify_word(row.sign(25))));
  add_text("minitcond", 26);
  add("sortop", row.text(27));
  if (row.sign(28) != 'u') add("parallel", std::string(parallel_word(row.sign(28))));
  if (kind == 'h') text += ", hypothetical";
  return text + ")";
}

}  // namespace

void read_routines(Reading& reading, const QueryRows& rows) {
  for (const auto& each : rows) {
    const Cells row(each);
    if (row.text(2).starts_with("_dmc_")) continue;
    const char kind = row.sign(3);
    const std::string type = kind == 'p' ? "procedure" : kind == 'a' ? "aggregate" : "function";
    const std::string bare = written(row.text(1), row.text(2));
    const std::string name = bare + "(" + local_types(row.text(4)) + ")";
    reading.result.names.push_back(schema_of(row.text(1)).empty() ? row.text(2) : row.text(1) + "." + row.text(2));
    std::string create = row.text(5), words = type + " " + name;
    if (kind == 'a') {
      create = aggregate_text(row, bare);
      words = "aggregate " + bare + "(" + (row.text(7).empty() ? std::string("*") : row.text(7)) + ")";
    }
    const auto at = reading.add(type, name, std::move(create), "drop " + words);
    reading.know("pg_proc", row.oid(0), words, reading.database().objects[at].name);
  }
}

}  // namespace dmc::dialects::postgres::reading
