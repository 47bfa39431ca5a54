#include "compiler/dialects/postgres/sql/names.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/dialects/postgres/sql/parser.hpp"
#include "compiler/dialects/postgres/sql/uses.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

void gather(Dependencies& all, const std::vector<Use>& uses) {
  for (const Use& use : uses) {
    switch (use.what) {
      case Use::What::relation:
        all.relations.insert({use.schema, use.name});
        break;
      case Use::What::column:
        all.columns.insert({{use.of_schema, use.of}, use.name});
        break;
      case Use::What::function:
        all.functions.insert({use.schema, use.name, use.arguments});
        break;
      case Use::What::type:
        all.types.insert({use.schema, use.name});
        break;
      case Use::What::sequence:
        all.sequences.insert({use.schema, use.name});
        break;
      case Use::What::star:
        all.star = true;
        break;
      case Use::What::qualifier:
        break;
    }
  }
}

bool gather_statements(Dependencies& all, std::string_view text, const Surroundings& around) {
  const Parsed parsed = parse(text);
  const auto* statements = std::get_if<std::vector<ParsedStatement>>(&parsed);
  if (!statements) return false;
  for (const auto& statement : *statements) gather(all, uses_of(statement.tree, around));
  return true;
}

bool gather_expression(Dependencies& all, std::string_view text, const Surroundings& around) {
  const auto node = parse_expression(text);
  if (node) gather(all, uses_of(*node, around));
  return node.has_value();
}

/// Behind the `:=` or `=` of `target := value`; the whole text when it is no assignment.
std::string_view assigned(std::string_view text) {
  for (const auto& token : model::sql_tokens(text))
    if (token.kind == model::SqlToken::Kind::sign && token.text == ":=") return text.substr(token.end);
  return text;
}

void gather_plpgsql(Dependencies& all, std::string_view text, const Surroundings& around) {
  const auto parsed = parse_plpgsql(text);
  const auto* fragments = std::get_if<std::vector<Fragment>>(&parsed);
  if (!fragments) {
    all.complete = false;
    return;
  }
  for (const auto& fragment : *fragments) {
    const bool read = fragment.statement ? gather_statements(all, fragment.text, around)
                                         : gather_expression(all, assigned(fragment.text), around) ||
                                               gather_statements(all, fragment.text, around);
    if (!read) all.complete = false;
  }
}

/// A name as it must stand in a text.
std::string written(std::string_view name) {
  const bool plain =
      model::stands_unquoted(name) && std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (plain) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

bool is_name(const model::SqlToken& token) {
  return token.kind == model::SqlToken::Kind::word || token.kind == model::SqlToken::Kind::quoted_name;
}

/// Begin and end of the `part`-th name of the path that begins at `place`.
std::optional<std::pair<std::size_t, std::size_t>> find_part(const std::vector<model::SqlToken>& tokens,
                                                             std::size_t place, std::size_t part) {
  auto token = std::ranges::lower_bound(tokens, place, {}, &model::SqlToken::begin);
  for (std::size_t i = 0; token != tokens.end(); ++token) {
    if (!is_name(*token)) return std::nullopt;
    if (i++ == part) return std::pair(token->begin, token->end);
    if (++token == tokens.end() || token->text != ".") return std::nullopt;
  }
  return std::nullopt;
}

struct Edit {
  std::size_t begin, end;
  std::string text;
  auto operator<=>(const Edit&) const = default;
};

/// Whether a text holds the name, in whatever letter case: without quotes it is folded.
bool holds(std::string_view text, std::string_view name) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return !std::ranges::search(text, name, {}, folded, folded).empty();
}

/// The uses that a rename changes.
std::vector<Use> hits(const std::vector<Use>& uses, const Rename& rename, const Surroundings& around) {
  const auto means = [&](std::string_view schema, std::string_view name) {
    const std::string_view wanted = rename.schema.empty() ? std::string_view(around.schema) : rename.schema;
    return name == rename.relation && (schema.empty() ? std::string_view(around.schema) : schema) == wanted;
  };
  std::vector<Use> found;
  for (const Use& use : uses) {
    const bool own = use.of.empty() && !around.table.empty() && around.table == rename.relation;
    const bool hit =
        rename.column
            ? use.what == Use::What::column && use.name == *rename.column && (own || means(use.of_schema, use.of))
        : use.what == Use::What::relation ? means(use.schema, use.name)
                                          : use.what == Use::What::qualifier && means(use.of_schema, use.of);
    if (hit) found.push_back(use);
  }
  return found;
}

/// `rows`: `new` and `old` are the table's.
std::optional<std::string> renamed(std::string_view text, const Node& node, const Rename& rename,
                                   const Surroundings& around, bool rows = false) {
  const auto tokens = model::sql_tokens(text);
  std::vector<Edit> edits;
  for (const Use& use : hits(uses_of(node, around, rows), rename, around)) {
    if (!use.sure) return std::nullopt;
    const auto place = find_part(tokens, use.place, use.part);
    if (!place) return std::nullopt;
    std::string to = written(rename.to);
    std::size_t begin = place->first;
    if (rename.to_schema && (use.what == Use::What::relation || use.part > 0)) {
      begin = find_part(tokens, use.place, 0)->first;
      if (!rename.to_schema->empty()) to = written(*rename.to_schema) + "." + to;
    }
    if (rename.column && use.bare_output) to.append(" AS ").append(written(*rename.column));
    edits.push_back({begin, place->second, std::move(to)});
  }
  std::ranges::sort(edits);
  edits.erase(std::unique(edits.begin(), edits.end()), edits.end());
  std::string out;
  std::size_t at = 0;
  for (const auto& edit : edits) {
    out.append(text.substr(at, edit.begin - at)).append(edit.text);
    at = edit.end;
  }
  return out.append(text.substr(at));
}

/// Surroundings of a statement, which is about no table but that of a rule.
Surroundings around_statement(const Node& statement, const Surroundings& around) {
  Surroundings query = around;
  query.table.clear();
  query.row.clear();
  if (const auto* table = statement.is("RuleStmt") ? statement.child("relation") : nullptr)
    query.table = table->text("relname");
  return query;
}

}  // namespace

Dependencies names_in_expression(std::string_view text, const Surroundings& around) {
  Dependencies all;
  all.complete = gather_expression(all, text, around);
  return all;
}

Dependencies names_in_statements(std::string_view text, const Surroundings& around) {
  Dependencies all;
  all.complete = gather_statements(all, text, around);
  return all;
}

Dependencies names_in_function(std::string_view create_function, const Surroundings& around) {
  Dependencies all;
  const auto node = parse_statement(create_function);
  if (!node || !node->is("CreateFunctionStmt")) {
    all.complete = false;
    return all;
  }
  gather(all, uses_of(*node, around));
  std::string_view language, body;
  for (const Node& option : node->list("options")) {
    const auto* value = option.child("arg");
    if (!value) continue;
    if (option.text("defname") == "language") language = name_of(*value);
    if (option.text("defname") == "as" && !value->list("items").empty()) body = name_of(value->list("items").front());
  }
  if (body.empty()) return all;
  if (language == "plpgsql")
    gather_plpgsql(all, create_function, around);
  else if (language == "sql")
    all.complete = gather_statements(all, body, around) && all.complete;
  return all;
}

std::optional<std::string> renamed_expression(std::string_view text, const Rename& rename, const Surroundings& around) {
  const auto node = parse_expression(text);
  return node ? renamed(text, *node, rename, around) : std::nullopt;
}

std::optional<std::string> renamed_query(std::string_view text, const Rename& rename, const Surroundings& around) {
  const auto node = parse_statement(text);
  if (!node) return std::nullopt;
  return renamed(text, *node, rename, around_statement(*node, around), node->is("RuleStmt"));
}

std::optional<std::vector<model::SqlMention>> mentions_of(std::string_view text, const Rename& rename,
                                                          const Surroundings& around) {
  // What stands in a table is an expression; `(select …)` is that and a statement.
  auto node = around.table.empty() ? std::nullopt : parse_expression(text);
  const bool is_statement = !node;
  if (!node) node = parse_statement(text);
  if (!node) return std::nullopt;
  const auto inside = is_statement ? around_statement(*node, around) : around;
  const auto tokens = model::sql_tokens(text);
  const std::string& wanted = rename.column ? *rename.column : rename.relation;
  std::vector<model::SqlMention> found;
  for (const Use& use : hits(uses_of(*node, inside, node->is("RuleStmt")), rename, inside)) {
    auto place = find_part(tokens, use.place, use.part);
    const bool is_there = place && holds(text.substr(place->first, place->second - place->first), wanted);
    if (!is_there) {  // what stands in a `using` has no place of its own
      const auto token = std::ranges::find_if(tokens, [&](const auto& one) {
        return is_name(one) && one.text.size() == wanted.size() && holds(one.text, wanted);
      });
      if (token == tokens.end()) continue;
      place = {token->begin, token->end};
    }
    found.push_back({place->first, place->second, use.sure && is_there, rename.column && use.bare_output});
  }
  std::ranges::sort(found, {}, &model::SqlMention::begin);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace dmc::dialects::postgres::sql
