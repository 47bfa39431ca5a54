// JSON as messages have it: values of compiler/plan/json.hpp, made and looked into with little ado.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/plan/json.hpp"

namespace dmc::lsp {

using plan::Json;
using plan::JsonArray;
using plan::JsonObject;

Json json(std::string_view text);
Json json(std::int64_t number);
Json json_bool(bool value);
Json json_array(JsonArray items = {});
/// The pairs whose value is not `absent()`.
Json json_object(JsonObject pairs = {});
/// What json_object leaves out; everywhere else `null`.
Json absent();

/// The value at a path of keys, "textDocument.uri"; null when one of them is missing.
const Json* find(const Json& from, std::string_view path);
/// Empty when there is no text there.
std::string text_at(const Json& from, std::string_view path);
std::optional<std::int64_t> number_at(const Json& from, std::string_view path);
bool is_true(const Json& from, std::string_view path);
/// Empty when there is no list there.
const JsonArray& list_at(const Json& from, std::string_view path);

std::string write(const Json& value);

}  // namespace dmc::lsp
