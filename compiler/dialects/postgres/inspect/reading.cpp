// The small things that all readers use.
#include "compiler/dialects/postgres/inspect/reading.hpp"

#include <algorithm>
#include <charconv>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/types.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::postgres::reading {

std::int64_t Cells::number(std::size_t at) const {
  std::int64_t value = 0;
  const auto& digits = text(at);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::vector<std::int64_t> Cells::numbers(std::size_t at) const {
  std::vector<std::int64_t> found;
  const auto& list = text(at);
  const char* end = list.data() + list.size();
  for (const char* next = list.data(); next < end;) {
    std::int64_t value = 0;
    const auto read = std::from_chars(next, end, value);
    if (read.ptr == next) {
      ++next;
      continue;
    }
    found.push_back(value);
    next = read.ptr;
  }
  return found;
}

std::vector<std::string> Cells::parts(std::size_t at, char separator) const {
  std::vector<std::string> found;
  std::string_view rest = text(at);
  while (!rest.empty()) {
    const auto end = rest.find(separator);
    found.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return found;
}

const Attribute* Relation::attribute(std::int64_t number) const {
  const auto found = std::ranges::lower_bound(attributes, number, {}, &Attribute::number);
  return found != attributes.end() && found->number == number ? &*found : nullptr;
}

model::Table* Reading::table(Oid oid) {
  const auto* found = relation(oid);
  return found && found->table ? &database().tables[*found->table] : nullptr;
}

model::View* Reading::view(Oid oid) {
  const auto* found = relation(oid);
  return found && found->view ? &database().views[*found->view] : nullptr;
}

const Relation* Reading::relation(Oid oid) const {
  const auto found = relations.find(oid);
  return found == relations.end() ? nullptr : &found->second;
}

std::string Reading::host(const Relation& of) const {
  const auto* at = &of;
  while (at->partition && !at->parents.empty()) {
    const auto* parent = relation(at->parents.front());
    if (!parent) break;
    at = parent;
  }
  const auto found = named.find({"pg_class", at->oid});
  return found == named.end() ? at->path() : found->second.label;
}

void Reading::leave_out(std::string_view kind, std::string_view name, std::string_view why) {
  std::string text(kind);
  text.append(" ").append(name).append(": ").append(why);
  result.unmodelled.push_back(grammar::escaped(text));
}

std::size_t Reading::add(std::string type, const std::string& name, std::string create, std::string drop) {
  model::Object object;
  object.name = type + " " + name;
  object.type = std::move(type);
  object.create.text = std::move(create);
  object.drop.text = std::move(drop);
  database().objects.push_back(std::move(object));
  return database().objects.size() - 1;
}

void Reading::know(std::string catalog, Oid oid, std::string words, std::string label) {
  named[{std::move(catalog), oid}] = {std::move(words), std::move(label)};
}

std::string schema_of(const std::string& name) { return name == "public" ? std::string() : name; }

std::string written(std::string_view schema, std::string_view name) {
  if (schema.empty() || schema == "public") return quoted(name);
  return quoted(schema) + "." + quoted(name);
}

std::string written(const Relation& relation) { return written(relation.schema, relation.name); }

std::string local_type(std::string_view text) {
  if (text.starts_with("public.")) text.remove_prefix(std::string_view("public.").size());
  return std::string(text);
}

}  // namespace dmc::dialects::postgres::reading
