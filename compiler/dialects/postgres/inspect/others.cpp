// Schemas, extensions, collations, statistics, publications and what else there is one of now and then.
#include <algorithm>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

std::string collation_text(const Cells& row, const std::string& name) {
  const std::string &provider = row.text(5), &collate = row.text(6), &type = row.text(7), &locale = row.text(8);
  std::string text = "create collation " + name + " (";
  if (provider == "i") text += "provider = icu, ";
  if (provider == "b") text += "provider = builtin, ";
  if (provider == "c" && collate != type)
    text += "lc_collate = " + text_literal(collate) + ", lc_ctype = " + text_literal(type);
  else
    text += "locale = " + text_literal(locale.empty() ? collate : locale);
  if (row.text(9) == "false") text += ", deterministic = false";
  if (!row.text(10).empty()) text += ", rules = " + text_literal(row.text(10));
  return text + ")";
}

/// Statements in a row, each behind a semicolon.
void append(std::string& text, const std::string& statement) { text.append("; ").append(statement); }

class Others {
 public:
  explicit Others(Reading& reading) : reading_(reading) {}

  void read(const Cells& row) {
    const std::string& kind = row.text(0);
    if (row.text(3).starts_with("_dmc_")) return;
    const std::string name = written(row.text(2), row.text(3));
    if (kind == "schema") {
      const auto at =
          reading_.add(kind, row.text(3), "create schema " + quoted(row.text(3)), "drop schema " + quoted(row.text(3)));
      reading_.know("pg_namespace", row.oid(1), "schema " + quoted(row.text(3)), reading_.database().objects[at].name);
    } else if (kind == "extension") {
      const std::string schema = schema_of(row.text(2));
      const bool own = schema.empty() || schema == "pg_catalog";
      const std::string bare = quoted(row.text(3));
      keep("pg_extension", row, kind, bare, "create extension " + bare + (own ? "" : " schema " + quoted(schema)));
    } else if (kind == "operator class") {
      operator_class(row);
    } else if (kind == "collation") {
      const bool builtin = row.text(2) == "pg_catalog";
      reading_.collations.emplace(row.oid(1), builtin ? quoted(row.text(3)) : name);
      if (row.flag(4)) keep("pg_collation", row, kind, name, collation_text(row, name));
    } else if (kind == "statistics") {
      std::string create = row.text(4);
      if (!row.null(5)) append(create, "alter statistics " + name + " set statistics " + row.text(5));
      keep("pg_statistic_ext", row, kind, name, std::move(create));
    } else if (kind == "publication") {
      publication(row, name);
    } else if (kind == "event trigger") {
      event_trigger(row, name);
    } else if (kind == "operator") {
      an_operator(row);
    } else if (kind == "cast") {
      a_cast(row);
    } else {
      reading_.leave_out(kind, name, "dmc has no model of it; an object block can hold its statements");
    }
  }

 private:
  void keep(std::string_view catalog, const Cells& row, const std::string& kind, const std::string& name,
            std::string create, const std::string& dropped = {}) {
    const auto at =
        reading_.add(kind, name, std::move(create), "drop " + kind + " " + (dropped.empty() ? name : dropped));
    reading_.know(std::string(catalog), row.oid(1), kind + " " + name, reading_.database().objects[at].name);
  }

  void operator_class(const Cells& row) {
    const bool bare = row.text(2) == "pg_catalog" || row.text(2) == "public";
    OperatorClass each;
    each.name = bare ? quoted(row.text(3)) : written(row.text(2), row.text(3));
    each.is_default = row.flag(4);
    each.takes = static_cast<Oid>(row.number(5));
    each.keeps = static_cast<Oid>(row.number(6));
    each.method = row.text(7);
    reading_.operator_classes.emplace(row.oid(1), std::move(each));
  }

  void publication(const Cells& row, const std::string& name) {
    std::string create = "create publication " + name;
    std::string of;
    if (row.flag(4)) of = " for all tables";
    if (!row.text(7).empty()) of = " for table " + row.text(7);
    if (!row.text(8).empty()) of += (of.empty() ? " for " : ", ") + ("tables in schema " + row.text(8));
    create += of;
    std::string with;
    if (row.text(5) != "insert, update, delete, truncate") with = "publish = " + text_literal(row.text(5));
    if (row.flag(6)) with.append(with.empty() ? "" : ", ").append("publish_via_partition_root = true");
    if (!row.text(9).empty()) with.append(with.empty() ? "" : ", ").append("publish_generated_columns = stored");
    if (!with.empty()) create += " with (" + with + ")";
    keep("pg_publication", row, "publication", name, std::move(create));
  }

  void event_trigger(const Cells& row, const std::string& name) {
    std::string create = "create event trigger " + name + " on " + row.text(4);
    if (!row.text(5).empty()) create += " when tag in (" + row.text(5) + ")";
    create += " execute function " + row.text(6) + "()";
    if (row.text(7) == "D") append(create, "alter event trigger " + name + " disable");
    if (row.text(7) == "R") append(create, "alter event trigger " + name + " enable replica");
    if (row.text(7) == "A") append(create, "alter event trigger " + name + " enable always");
    keep("pg_event_trigger", row, "event trigger", name, std::move(create));
  }

  void an_operator(const Cells& row) {
    const std::string schema = schema_of(row.text(2));
    const std::string name = (schema.empty() ? "" : quoted(schema) + ".") + row.text(3);
    const auto side = [&](std::size_t at) { return row.null(at) ? std::string("none") : local_type(row.text(at)); };
    std::string create = "create operator " + name + " (function = " + row.text(6);
    if (!row.null(4)) create += ", leftarg = " + side(4);
    if (!row.null(5)) create += ", rightarg = " + side(5);
    if (!row.null(7)) create += ", commutator = " + row.text(7);
    if (!row.null(8)) create += ", negator = " + row.text(8);
    if (!row.text(9).empty()) create += ", " + row.text(9);
    keep("pg_operator", row, "operator", name + "(" + side(4) + ", " + side(5) + ")", create + ")",
         name + " (" + side(4) + ", " + side(5) + ")");
  }

  void a_cast(const Cells& row) {
    const std::string pair = "(" + local_type(row.text(3)) + " as " + local_type(row.text(4)) + ")";
    std::string create = "create cast " + pair;
    if (!row.text(6).empty())
      create += " with function " + row.text(6);
    else
      create += row.text(5) == "i" ? " with inout" : " without function";
    if (row.text(7) == "a") create += " as assignment";
    if (row.text(7) == "i") create += " as implicit";
    keep("pg_cast", row, "cast", pair, std::move(create));
  }

  Reading& reading_;
};

}  // namespace

void read_others(Reading& reading, const QueryRows& rows) {
  Others others(reading);
  for (const auto& row : rows) others.read(Cells(row));
}

}  // namespace dmc::dialects::postgres::reading
