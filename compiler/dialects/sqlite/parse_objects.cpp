// CREATE INDEX, CREATE VIEW and CREATE TRIGGER as SQLite keeps them.
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/reader.hpp"

namespace dmc::dialects::sqlite {

std::variant<ParsedIndex, Unread> parse_index(std::string_view sql) {
  Reader in(sql);
  ParsedIndex parsed;
  in.expect("create");
  parsed.index.unique = in.accept("unique");
  in.expect("index");
  parsed.index.name = in.last_name();
  in.expect("on");
  parsed.table = in.name();
  parsed.index.elements = in.elements();
  if (in.accept("where")) parsed.index.where = model::Sql{in.rest()};
  in.accept_sign(";");
  if (!in.at_end()) in.fail();
  if (in.failed()) return in.unread();
  return parsed;
}

std::variant<model::View, Unread> parse_view(std::string_view sql) {
  Reader in(sql);
  model::View view;
  in.expect("create");
  in.expect("view");
  view.name = in.last_name();
  if (in.sees_sign("(")) view.columns = in.names();
  in.expect("as");
  view.query.text = in.rest();
  if (in.failed() || view.query.text.empty()) return in.unread();
  return view;
}

std::variant<model::Trigger, Unread> parse_trigger(std::string_view sql) {
  Reader in(sql);
  model::Trigger trigger;
  in.expect("create");
  in.expect("trigger");
  trigger.name = in.last_name();
  trigger.timing = "before";
  if (in.accept("after"))
    trigger.timing = "after";
  else if (in.accept_all({"instead", "of"}))
    trigger.timing = "instead of";
  else
    in.accept("before");
  if (in.accept("update")) {
    trigger.events = {"update"};
    if (in.accept("of")) do
        trigger.of_columns.push_back(in.name());
      while (in.accept_sign(","));
  } else if (in.accept("insert")) {
    trigger.events = {"insert"};
  } else {
    in.expect("delete");
    trigger.events = {"delete"};
  }
  in.expect("on");
  trigger.table = in.last_name();
  if (in.accept("for")) {
    in.expect("each");
    in.expect("row");
  }
  if (in.accept("when")) trigger.when = model::Sql{in.until({"begin"}, {})};
  in.expect("begin");
  trigger.body = model::Sql{trigger_body(in.body())};
  if (in.failed()) return in.unread();
  return trigger;
}

}  // namespace dmc::dialects::sqlite
