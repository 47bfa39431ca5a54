// Each kind of declaration as the statement that makes it.
#include "compiler/check/declared.hpp"

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/objects.hpp"
#include "compiler/check/settings.hpp"
#include "compiler/check/words.hpp"
#include "compiler/model/print_words.hpp"

namespace dmc::check {

namespace {

/// Always in quotes: which words an engine reserves is the dialect's to know, and its form drops what can be dropped.
std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text + "\"";
}

std::string quoted(const ast::Path& path) {
  std::string text;
  for (const ast::Name& part : path.parts) text += (text.empty() ? "" : ".") + quoted(part.text);
  return text;
}

using model::in_dollars;

std::string arguments_of(const std::vector<ast::Argument>& arguments) {
  std::string list;
  for (const ast::Argument& argument : arguments) list += (list.empty() ? "" : ", ") + std::string(argument.text);
  return list;
}

std::string names_of(const std::vector<ast::Name>& names) {
  std::string list;
  for (const ast::Name& name : names) list += (list.empty() ? "" : ", ") + quoted(name.text);
  return list;
}

class Builder {
 public:
  Builder(Context& context, const DatabaseDraft& database, Types& types, std::string_view schema,
          std::vector<model::Object>& objects)
      : context_(context), database_(database), types_(types), schema_(schema), objects_(objects) {}

  void operator()(const ast::Sequence* syntax) {
    std::string create = "create sequence " + home(syntax->name);
    if (syntax->type)
      if (const auto* type = types_.read(context_, *syntax->type, {})) create += " as " + *type;
    for (const ast::SequenceOption& option : syntax->options) create += " " + option_text(option);
    add("sequence", plain(syntax->name), std::move(create), syntax->head);
  }

  void operator()(const ast::Enum* syntax) {
    std::string values;
    for (const ast::Name& value : syntax->values) values += (values.empty() ? "" : ", ") + quoted_text(value.text);
    add("enum", plain(syntax->name), fmt::format("create type {} as enum ({})", home(syntax->name), values),
        syntax->head);
  }

  void operator()(const ast::Domain* syntax) {
    const auto* type = types_.read(context_, syntax->type, {});
    if (!type) return;
    std::string create = fmt::format("create domain {} as {}", home(syntax->name), *type);
    for (const ast::ColumnOption& option : syntax->options) {
      if (const auto* rule = std::get_if<ast::Default>(&option)) {
        if (const auto* literal = std::get_if<ast::Literal>(&rule->value)) create += " default " + sql_of(*literal);
        if (const auto* sql = std::get_if<ast::Sql>(&rule->value)) create += fmt::format(" default ({})", sql->text);
      } else if (std::holds_alternative<ast::NotNull>(option)) {
        create += " not null";
      } else if (const auto* collate = std::get_if<ast::Collate>(&option)) {
        create += " collate " + quoted(collate->collation);
      } else if (const auto* check = std::get_if<ast::Check>(&option)) {
        if (check->name) create += " constraint " + quoted(check->name->text);
        create += fmt::format(" check ({})", check->condition.text);
      } else if (!std::holds_alternative<ast::Nullable>(option)) {
        context_.error("E0280", syntax->head, "a domain cannot have this option",
                       "expected: not null, null, default, collate or check");
      }
    }
    add("domain", plain(syntax->name), std::move(create), syntax->head);
  }

  void operator()(const ast::Routine* syntax) {
    const std::string_view word = syntax->kind == ast::RoutineKind::function ? "function" : "procedure";
    std::string create = fmt::format("create {} {}({})", word, home(syntax->name), arguments_of(syntax->parameters));
    if (syntax->returns) create += fmt::format(" returns {}", syntax->returns->text);
    for (const ast::RoutineOption& option : syntax->options)
      create += fmt::format(" {}", context_.sources.text(option.span));
    if (const auto* sql = std::get_if<ast::Sql>(&syntax->body)) {
      create += " as " + in_dollars(sql->text);
    } else if (const auto* text = std::get_if<ast::Text>(&syntax->body)) {
      create += " as " + in_dollars(text->value);
    } else {
      const auto& library = std::get<ast::LibraryBody>(syntax->body);
      create += fmt::format(" as {}, {}", quoted_text(library.library.value), quoted_text(library.symbol.value));
    }
    auto& object = add(word, plain(syntax->name) + "()", std::move(create), syntax->head);
    object.after = read_after(context_, database_, syntax->after);
  }

  void operator()(const ast::Extension* syntax) {
    std::string create = "create extension " + quoted(syntax->name.text);
    if (syntax->schema) create += " schema " + quoted(syntax->schema->text);
    if (syntax->version) create += " version " + quoted_text(syntax->version->value);
    add("extension", std::string(syntax->name.text), std::move(create), syntax->head);
  }

  void operator()(const ast::Schema* syntax) {
    add("schema", std::string(syntax->name.text), "create schema " + quoted(syntax->name.text), syntax->head);
  }

  void operator()(const ast::RowPolicy* syntax) {
    const Met met = database_.directory.find(context_, syntax->table, "table");
    if (!met.entity) return;
    std::string create = fmt::format("create policy {} on {}", quoted(syntax->name.text), entity(*met.entity));
    if (syntax->kind == ast::RowPolicyKind::restrictive) create += " as restrictive";
    constexpr std::string_view commands[] = {"", "all", "select", "insert", "update", "delete"};
    const auto command = commands[static_cast<std::size_t>(syntax->command)];
    if (!command.empty()) create += fmt::format(" for {}", command);
    if (!syntax->roles.empty()) create += " to " + names_of(syntax->roles);
    if (syntax->using_expression) create += fmt::format(" using ({})", syntax->using_expression->text);
    if (syntax->with_check) create += fmt::format(" with check ({})", syntax->with_check->text);
    add("row policy", fmt::format("{} on {}", syntax->name.text, Directory::path_of(*met.entity)), std::move(create),
        syntax->head);
  }

  void operator()(const ast::Grant* syntax) {
    std::string privileges;
    for (const ast::Privilege& privilege : syntax->privileges) {
      privileges += (privileges.empty() ? "" : ", ") + std::string(privilege.words);
      if (!privilege.columns.empty()) privileges += fmt::format(" ({})", names_of(privilege.columns));
    }
    const std::string kind(syntax->object_kind.empty() ? "table" : syntax->object_kind);
    for (const ast::Path& path : syntax->objects) {
      std::string written = quoted(path), plain = text_of(path);
      if (kind == "table" || kind == "sequence") {
        const Met met = database_.directory.find(context_, path, kind);
        if (!met.entity) continue;
        written = entity(*met.entity);
        plain = Directory::path_of(*met.entity);
      }
      if (path.has_arguments) {
        std::string list;
        for (const ast::Type& type : path.arguments) list += (list.empty() ? "" : ", ") + type_text(type).text;
        written += fmt::format("({})", list);
        plain += fmt::format("({})", list);
      }
      for (const ast::Name& role : syntax->roles) {
        const std::string_view option = syntax->with_grant_option ? " with grant option" : "";
        add("grant", fmt::format("on {} {} to {}{}", kind, plain, role.text, option),
            fmt::format("grant {} on {} {} to {}{}", privileges, kind, written,
                        role.text == "public" ? "public" : quoted(role.text), option),
            syntax->head);
      }
    }
  }

 private:
  std::string home(const ast::Path& name) const {
    const std::string last = quoted(name.parts.back().text);
    return schema_.empty() ? last : quoted(schema_) + "." + last;
  }
  std::string plain(const ast::Path& name) const {
    const std::string last(name.parts.back().text);
    return schema_.empty() ? last : std::string(schema_) + "." + last;
  }
  static std::string entity(const Entity& entity) {
    return entity.schema.empty() ? quoted(entity.name) : quoted(entity.schema) + "." + quoted(entity.name);
  }

  model::Object& add(std::string_view type, const std::string& name, std::string create, grammar::Span head) {
    model::Object object;
    object.type = type;
    object.name = fmt::format("{} {}", type, name);
    object.create = {std::move(create)};
    object.origin.span = head;
    return objects_.emplace_back(std::move(object));
  }

  Context& context_;
  const DatabaseDraft& database_;
  Types& types_;
  std::string_view schema_;
  std::vector<model::Object>& objects_;
};

}  // namespace

void build_declared(Context& context, const DatabaseDraft& database, Types& types, const Declared& declared,
                    std::vector<model::Object>& objects) {
  std::visit(Builder(context, database, types, declared.schema, objects), declared.syntax);
}

}  // namespace dmc::check
