// Absence is marked by an object key that no message has.
#include "editors/lsp/json.hpp"

#include <algorithm>

namespace dmc::lsp {

namespace {

constexpr std::string_view absence = "\x01";

bool is_absent(const Json& value) {
  const auto* object = std::get_if<JsonObject>(&value.value);
  return object != nullptr && object->size() == 1 && object->front().first == absence;
}

void write(std::string& out, const Json& value) {
  if (const auto* text = std::get_if<std::string>(&value.value)) {
    plan::write_string(out, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value.value)) {
    plan::write_integer(out, *number);
  } else if (const auto* truth = std::get_if<bool>(&value.value)) {
    out += *truth ? "true" : "false";
  } else if (const auto* items = std::get_if<JsonArray>(&value.value)) {
    out += '[';
    for (const Json& item : *items) {
      if (&item != items->data()) out += ',';
      write(out, item);
    }
    out += ']';
  } else if (const auto* object = std::get_if<JsonObject>(&value.value); object != nullptr && !is_absent(value)) {
    out += '{';
    for (const auto& entry : *object) {
      if (&entry != object->data()) out += ',';
      plan::write_string(out, entry.first);
      out += ':';
      write(out, entry.second);
    }
    out += '}';
  } else {
    out += "null";
  }
}

}  // namespace

Json json(std::string_view text) { return {std::string(text)}; }
Json json(std::int64_t number) { return {number}; }
Json json_bool(bool value) { return {value}; }
Json json_array(JsonArray items) { return {std::move(items)}; }

Json json_object(JsonObject pairs) {
  std::erase_if(pairs, [](const auto& pair) { return is_absent(pair.second); });
  return {std::move(pairs)};
}

Json absent() { return {JsonObject{{std::string(absence), Json{}}}}; }

const Json* find(const Json& from, std::string_view path) {
  const auto* object = std::get_if<JsonObject>(&from.value);
  if (object == nullptr) return nullptr;
  const auto dot = path.find('.');
  const auto found = std::ranges::find(*object, path.substr(0, dot), &JsonObject::value_type::first);
  if (found == object->end()) return nullptr;
  return dot == std::string_view::npos ? &found->second : find(found->second, path.substr(dot + 1));
}

std::string text_at(const Json& from, std::string_view path) {
  const Json* found = find(from, path);
  const auto* text = found ? std::get_if<std::string>(&found->value) : nullptr;
  return text ? *text : std::string();
}

std::optional<std::int64_t> number_at(const Json& from, std::string_view path) {
  const Json* found = find(from, path);
  const auto* number = found ? std::get_if<std::int64_t>(&found->value) : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

bool is_true(const Json& from, std::string_view path) {
  const Json* found = find(from, path);
  const auto* truth = found ? std::get_if<bool>(&found->value) : nullptr;
  return truth != nullptr && *truth;
}

const JsonArray& list_at(const Json& from, std::string_view path) {
  static const JsonArray none;
  const Json* found = find(from, path);
  const auto* list = found ? std::get_if<JsonArray>(&found->value) : nullptr;
  return list ? *list : none;
}

std::string write(const Json& value) {
  std::string out;
  write(out, value);
  return out;
}

}  // namespace dmc::lsp
