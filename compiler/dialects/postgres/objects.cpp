// The texts have one form (the dialect's check and its inspection both write it), so tokens are enough to read them.
#include "compiler/dialects/postgres/objects.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Object;
using model::SqlToken;
using Tokens = std::vector<SqlToken>;

bool says(const SqlToken& token, std::string_view text) {
  return token.text == text && token.kind != SqlToken::Kind::string && token.kind != SqlToken::Kind::quoted_name;
}

std::string_view text_between(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t until) {
  return from >= until ? std::string_view()
                       : text.substr(tokens[from].begin, tokens[until - 1].end - tokens[from].begin);
}

/// The place of a word outside brackets, from `from` on; the end when there is none.
std::size_t find_word(const Tokens& tokens, std::string_view word, std::size_t from = 0) {
  int depth = 0;
  for (std::size_t i = from; i < tokens.size(); ++i) {
    if (says(tokens[i], "(") || says(tokens[i], "[")) ++depth;
    if (says(tokens[i], ")") || says(tokens[i], "]")) --depth;
    if (depth == 0 && says(tokens[i], word)) return i;
  }
  return tokens.size();
}

std::string unquoted(std::string_view name) {
  if (name.size() < 2 || name.front() != '"') return std::string(name);
  std::string out;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    if (name[i] == '"') ++i;
    out += name[i];
  }
  return out;
}

/// Schema (public, where none is written) and name, without quotes.
std::pair<std::string, std::string> schema_and_name(std::string_view name) {
  bool inside = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '"') inside = !inside;
    if (name[i] == '.' && !inside) return {unquoted(name.substr(0, i)), unquoted(name.substr(i + 1))};
  }
  return {"public", unquoted(name)};
}

std::string in_namespace(std::string_view catalog, std::string_view prefix, std::string_view name) {
  const auto [schema, bare] = schema_and_name(name);
  return fmt::format(
      "select 1 from pg_catalog.{0} c join pg_catalog.pg_namespace n on n.oid = c.{1}namespace where n.nspname = {2} "
      "and "
      "c.{1}name = {3}",
      catalog, prefix, text_literal(schema), text_literal(bare));
}

}  // namespace

std::string_view table_of(const Object& object) {
  const auto on = model::last_outside_quotes(object.name, " on ");
  return on == std::string::npos ? std::string_view() : std::string_view(object.name).substr(on + 4);
}

std::string_view bare_name(const Object& object) {
  std::string_view name = object.name;
  if (name.starts_with(object.type + " ")) name.remove_prefix(object.type.size() + 1);
  return name.substr(0, model::last_outside_quotes(name, " on "));
}

std::string object_query(const Object& object) {
  const auto name = std::string(bare_name(object));
  const auto& type = object.type;
  const auto by_oid = [&](std::string_view catalog, std::string_view function) {
    return fmt::format("select 1 from pg_catalog.{} where oid = pg_catalog.{}({})", catalog, function,
                       text_literal(name));
  };
  const auto on_table = [&](std::string_view catalog, std::string_view own, std::string_view owner) {
    return fmt::format("select 1 from pg_catalog.{} where {} = {} and {} = pg_catalog.to_regclass({})", catalog, own,
                       text_literal(unquoted(name)), owner, text_literal(table_of(object)));
  };
  const auto named = [&](std::string_view catalog, std::string_view column) {
    return fmt::format("select 1 from pg_catalog.{} where {} = {}", catalog, column, text_literal(unquoted(name)));
  };
  if (type == "function" || type == "procedure" || type == "aggregate") return by_oid("pg_proc", "to_regprocedure");
  if (type == "enum" || type == "domain" || type == "type") return in_namespace("pg_type", "typ", name);
  if (type == "sequence") return in_namespace("pg_class", "rel", name);
  // A schema's name stands as it is stored: quotes in it are its own.
  if (type == "schema")
    return fmt::format("select 1 from pg_catalog.pg_namespace where nspname = {}", text_literal(name));
  if (type == "extension") return named("pg_extension", "extname");
  if (type == "row policy") return on_table("pg_policy", "polname", "polrelid");
  if (type == "rule") return on_table("pg_rewrite", "rulename", "ev_class");
  if (type == "statistics") return in_namespace("pg_statistic_ext", "stx", name);
  if (type == "collation") return in_namespace("pg_collation", "coll", name);
  if (type == "publication") return named("pg_publication", "pubname");
  if (type == "event trigger") return named("pg_event_trigger", "evtname");
  return {};
}

std::vector<std::string> enum_values(std::string_view create) {
  std::vector<std::string> values;
  for (const auto& token : model::sql_tokens(create))
    if (token.kind == SqlToken::Kind::string) values.emplace_back(token.text);
  return values;
}

Domain domain_of(std::string_view create) {
  Domain domain;
  const auto tokens = model::sql_tokens(create);
  auto at = find_word(tokens, "as");
  if (at == tokens.size()) return domain;
  const auto begins = [&](std::size_t i) {
    return says(tokens[i], "default") || says(tokens[i], "constraint") || says(tokens[i], "check") ||
           (says(tokens[i], "not") && i + 1 < tokens.size() && says(tokens[i + 1], "null"));
  };
  /// Up to where the next clause begins, outside brackets.
  const auto clause_end = [&](std::size_t from) {
    int depth = 0;
    for (std::size_t i = from; i < tokens.size(); ++i) {
      if (depth == 0 && begins(i)) return i;
      if (says(tokens[i], "(") || says(tokens[i], "[")) ++depth;
      if (says(tokens[i], ")") || says(tokens[i], "]")) --depth;
    }
    return tokens.size();
  };
  auto i = clause_end(++at);
  domain.base = text_between(create, tokens, at, i);
  while (i < tokens.size()) {
    if (says(tokens[i], "default")) {
      const auto end = clause_end(i + 1);
      domain.default_value = text_between(create, tokens, i + 1, end);
      i = end;
    } else if (says(tokens[i], "not")) {
      domain.not_null = true;
      i += 2;
    } else {
      Part part;
      if (says(tokens[i], "constraint") && i + 1 < tokens.size()) {
        part.name = create.substr(tokens[i + 1].begin, tokens[i + 1].end - tokens[i + 1].begin);
        i += 2;
      }
      const auto end = i < tokens.size() ? clause_end(i + 1) : i;
      part.text = text_between(create, tokens, i, end);
      domain.constraints.push_back(std::move(part));
      i = end;
    }
  }
  return domain;
}

std::optional<std::vector<Part>> attributes_of(std::string_view create) {
  const auto tokens = model::sql_tokens(create);
  const auto as = find_word(tokens, "as");
  if (as + 1 >= tokens.size() || !says(tokens[as + 1], "(")) return std::nullopt;
  std::vector<Part> parts;
  std::size_t from = as + 2;
  int depth = 1;
  for (std::size_t i = from; i < tokens.size(); ++i) {
    if (says(tokens[i], "(") || says(tokens[i], "[")) ++depth;
    if (says(tokens[i], ")") || says(tokens[i], "]")) --depth;
    if (depth > 1 || (depth == 1 && !says(tokens[i], ","))) continue;
    if (i > from)
      parts.push_back({std::string(create.substr(tokens[from].begin, tokens[from].end - tokens[from].begin)),
                       std::string(text_between(create, tokens, from + 1, i))});
    from = i + 1;
    if (depth == 0) break;
  }
  return parts;
}

bool counts_the_other_way(std::string_view before, std::string_view after) {
  const auto down = [](std::string_view create) {
    const auto tokens = model::sql_tokens(create);
    const auto at = find_word(tokens, "increment");
    return at + 2 < tokens.size() && (says(tokens[at + 1], "-") || says(tokens[at + 2], "-"));
  };
  return down(before) != down(after);
}

std::string alter_sequence(std::string_view before, std::string_view create) {
  const auto tokens = model::sql_tokens(create);
  std::size_t i = find_word(tokens, "sequence") + 1;
  const auto begin = i;
  const auto is_name = [&](std::size_t at) {
    return at == begin || says(tokens[at], ".") || (at > begin && says(tokens[at - 1], "."));
  };
  while (i < tokens.size() && is_name(i)) ++i;
  const auto name = text_between(create, tokens, begin, i);
  std::string type = "bigint", increment = "1", minimum, maximum, start, cache = "1", owner = "none";
  bool cycles = false;
  const auto number = [&](std::size_t& at) {
    while (at < tokens.size() && (says(tokens[at], "by") || says(tokens[at], "with"))) ++at;
    const auto from = at;
    if (at < tokens.size() && says(tokens[at], "-")) ++at;
    ++at;
    return std::string(text_between(create, tokens, from, std::min(at, tokens.size())));
  };
  while (i < tokens.size()) {
    const auto word = tokens[i++].text;
    if (word == "as" && i < tokens.size()) type = tokens[i++].text;
    if (word == "increment") increment = number(i);
    if (word == "minvalue") minimum = number(i);
    if (word == "maxvalue") maximum = number(i);
    if (word == "start") start = number(i);
    if (word == "cache") cache = number(i);
    if (word == "no") ++i;
    if (word == "cycle") cycles = true;
    if (word == "owned") {
      if (i < tokens.size() && says(tokens[i], "by")) ++i;
      const auto from = i;
      while (i < tokens.size() && (i == from || says(tokens[i], ".") || says(tokens[i - 1], "."))) ++i;
      owner = text_between(create, tokens, from, i);
    }
  }
  const bool down = increment.starts_with("-");
  if (start.empty()) start = down ? (maximum.empty() ? "-1" : maximum) : (minimum.empty() ? "1" : minimum);
  return fmt::format("alter sequence {} as {} increment {} {} {} start {}{} cache {} {}cycle owned by {}", name, type,
                     increment, minimum.empty() ? "no minvalue" : "minvalue " + minimum,
                     maximum.empty() ? "no maxvalue" : "maxvalue " + maximum, start,
                     counts_the_other_way(before, create) ? " restart" : "", cache, cycles ? "" : "no ", owner);
}

}  // namespace dmc::dialects::postgres
