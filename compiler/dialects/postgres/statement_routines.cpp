// `create function`, `create procedure`, and what `create aggregate` and its kin define.
#include <algorithm>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/scope.hpp"
#include "compiler/dialects/postgres/sql/compare.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/statement.hpp"

namespace dmc::dialects::postgres {

namespace {

using sql::Node;

const Node* option_of(const std::vector<Node>& options, std::string_view name) {
  const auto found = std::ranges::find_if(options, [&](const Node& option) { return option.text("defname") == name; });
  return found == options.end() ? nullptr : found->child("arg");
}

/// Settings whose value is a list of names; of all others it is one text.
bool is_list(std::string_view setting) {
  return setting == "search_path" || setting == "temp_tablespaces" || setting.ends_with("_preload_libraries");
}

std::string setting_text(const Node& set) {
  const auto name = set.text("name");
  std::string text = " set " + std::string(name);
  if (set.text("kind") == "VAR_SET_CURRENT") return text + " from current";
  std::string values;
  for (const auto& value : set.list("args")) {
    const std::string plain = plain_value(value);
    if (is_list(name))
      values.append(values.empty() ? "" : ", ").append(text_literal(plain));
    else
      values.append(values.empty() ? "" : ", ").append(plain);
  }
  return text + " to " + (is_list(name) ? values : text_literal(values));
}

struct Parameters {
  std::string written;  ///< as they stand in the statement
  std::string types;    ///< of those that go in
  std::string table;    ///< of `returns table (…)`
  bool go_out = false;
};

Parameters parameters_of(const std::vector<Node>& list, Scope& scope) {
  Parameters all;
  for (const auto& parameter : list) {
    const auto mode = parameter.text("mode");
    const auto* type_name = parameter.child("arg_type");
    const std::string type = type_name ? type_text(*type_name, false) : std::string();
    const auto name = parameter.text("name");
    std::string text = name.empty() ? type : quoted(name) + " " + type;
    if (mode == "FUNC_PARAM_TABLE") {
      all.table.append(all.table.empty() ? "" : ", ").append(text);
      continue;
    }
    if (mode == "FUNC_PARAM_OUT") text = std::string("out ").append(text);
    if (mode == "FUNC_PARAM_INOUT") text = std::string("inout ").append(text);
    if (mode == "FUNC_PARAM_VARIADIC") text = std::string("variadic ").append(text);
    if (mode == "FUNC_PARAM_OUT" || mode == "FUNC_PARAM_INOUT") all.go_out = true;
    if (mode != "FUNC_PARAM_OUT") all.types.append(all.types.empty() ? "" : ", ").append(type);
    if (const auto* value = parameter.child("defexpr")) text += " default " + expression_text(*value, scope, "", type);
    all.written.append(all.written.empty() ? "" : ", ").append(text);
  }
  return all;
}

bool is_on(const Node* option) { return option && plain_value(*option) == "true"; }

/// Everything behind the result, in one order, without what is the server's own choice.
std::string options_text(const Node& statement, bool is_set) {
  const auto& options = statement.list("options");
  std::string text;
  const auto language = option_of(options, "language");
  const std::string name = language ? plain_value(*language) : "sql";
  text += " language " + quoted(name);
  if (is_on(option_of(options, "window"))) text += " window";
  if (const auto* volatility = option_of(options, "volatility"))
    if (plain_value(*volatility) != "volatile") text += " " + plain_value(*volatility);
  if (is_on(option_of(options, "leakproof"))) text += " leakproof";
  if (is_on(option_of(options, "strict"))) text += " strict";
  if (is_on(option_of(options, "security"))) text += " security definer";
  if (const auto* parallel = option_of(options, "parallel"))
    if (plain_value(*parallel) != "unsafe") text += " parallel " + plain_value(*parallel);
  if (const auto* cost = option_of(options, "cost"))
    if (plain_value(*cost) != (name == "c" || name == "internal" ? "1" : "100")) text += " cost " + plain_value(*cost);
  if (const auto* rows = option_of(options, "rows"))
    if (is_set && plain_value(*rows) != "1000") text += " rows " + plain_value(*rows);
  if (const auto* support = option_of(options, "support")) text += " support " + plain_value(*support);
  std::vector<std::string> settings;
  for (const auto& option : options)
    if (option.text("defname") == "set" && option.child("arg")) settings.push_back(setting_text(*option.child("arg")));
  std::ranges::sort(settings);
  for (const auto& setting : settings) text += setting;
  return text;
}

/// `sfunc = f`: a definition's options in the order in which they are compared.
std::string definition_text(const std::vector<Node>& options) {
  std::string text;
  for (const auto& option : options) {
    const auto* value = option.child("arg");
    const auto name = option.text("defname");
    text.append(text.empty() ? "" : ", ").append(name);
    if (!value) continue;
    const std::string plain = plain_value(*value);
    if (value->is("TypeName")) {
      // Functions and operators are read as types here.
      text.append(" = ").append(name.ends_with("type") ? plain : path_of(value->list("names")));
    } else if (value->is("List")) {
      text.append(" = operator(").append(plain).append(")");
    } else if (value->is("String")) {
      text.append(" = ").append(text_literal(plain));
    } else {
      text.append(" = ").append(plain);
    }
  }
  return text;
}

}  // namespace

std::optional<Written> write_routine(const Node& statement, Scope& scope) {
  if (option_of(statement.list("options"), "transform")) return std::nullopt;
  const auto* body = option_of(statement.list("options"), "as");
  const bool is_sql = statement.child("sql_body") != nullptr;
  if (!is_sql && (!body || !body->is("List"))) return std::nullopt;
  const auto sql_body = is_sql ? sql::normal_atomic(statement, scope.anywhere()) : std::nullopt;
  if (is_sql && !sql_body) return std::nullopt;
  const auto parameters = parameters_of(statement.list("parameters"), scope);
  const bool procedure = statement.flag("is_procedure");
  const std::string path = path_of(statement.list("funcname"));
  Written written;
  written.type = procedure ? "procedure" : "function";
  written.name = path + "(" + parameters.types + ")";
  written.drop = "drop " + written.type + " " + written.name;
  written.create = "create " + written.type + " " + path + "(" + parameters.written + ")";
  const auto* result = statement.child("return_type");
  const bool is_set = result && result->flag("setof");
  if (!parameters.table.empty())
    written.create += " returns table(" + parameters.table + ")";
  else if (result && (is_set || !parameters.go_out))
    written.create += " returns " + type_text(*result, false);
  written.create += options_text(statement, is_set || !parameters.table.empty());
  if (sql_body) {
    written.create += " " + *sql_body;
    return written;
  }
  written.create += " as ";
  const auto& parts = body->list("items");
  for (const auto& part : parts)
    written.create.append(&part == &parts.front() ? "" : ", ").append(dollar_quoted(plain_value(part)));
  return written;
}

std::optional<Written> write_definition(const Node& statement) {
  const auto kind = statement.text("kind");
  const std::string path = path_of(statement.list("defnames"));
  const auto& options = statement.list("definition");
  Written written;
  if (kind == "OBJECT_TYPE" && options.empty()) {
    written = {"type", path, "create type " + path, "drop type " + path};
    return written;
  }
  if (kind != "OBJECT_AGGREGATE" || statement.flag("oldstyle")) return std::nullopt;
  // The arguments: a list of parameters, and how many of them stand before `order by`.
  const auto& args = statement.list("args");
  if (args.empty()) return std::nullopt;
  std::string types, with_names;
  const std::vector<Node> nothing;
  const auto& parameters = args.front().is("List") ? args.front().list("items") : nothing;
  if (args.size() > 1 && args[1].number("ival") >= 0) return std::nullopt;
  for (const auto& parameter : parameters) {
    const auto* type_name = parameter.child("arg_type");
    if (!type_name) return std::nullopt;
    const std::string type = type_text(*type_name, false);
    const bool repeats = parameter.text("mode") == "FUNC_PARAM_VARIADIC";
    types.append(types.empty() ? "" : ", ").append(type);
    with_names.append(with_names.empty() ? "" : ", ").append(repeats ? "variadic " : "");
    if (!parameter.text("name").empty()) with_names.append(quoted(parameter.text("name"))).append(" ");
    with_names.append(type);
  }
  const std::string arguments = parameters.empty() ? "*" : types;
  written.type = "aggregate";
  written.name = path + "(" + types + ")";
  written.drop = "drop aggregate " + path + "(" + arguments + ")";
  written.create = "create aggregate " + path + "(" + (parameters.empty() ? "*" : with_names) + ") (" +
                   definition_text(options) + ")";
  return written;
}

}  // namespace dmc::dialects::postgres
