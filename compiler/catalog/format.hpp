// What the files of a catalog have in common: a format by name and version, and bytes that are canonical. Internal to
// this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "compiler/plan/canonical.hpp"

namespace dmc::catalog {

/// Refuses with E0307 what is not the format `File{}` has, before any unknown field is complained about.
template <class File>
bool known_format(const plan::Json& json, std::string_view what, plan::JsonError& error) {
  const File ours;
  const auto* object = std::get_if<plan::JsonObject>(&json.value);
  const std::string* format = nullptr;
  const std::int64_t* version = nullptr;
  if (object)
    for (const auto& [key, value] : *object) {
      if (key == "format") format = std::get_if<std::string>(&value.value);
      if (key == "version") version = std::get_if<std::int64_t>(&value.value);
    }
  if (!format || *format != ours.format || !version) {
    error = {"E0307", "format", "this is no " + std::string(what) + " of dmc"};
    return false;
  }
  if (*version == ours.version) return true;
  error = {"E0307", "version",
           "the " + std::string(what) + " has format " + std::to_string(*version) + ", this version reads format " +
               std::to_string(ours.version)};
  return false;
}

/// Accepts only the canonical bytes of a `File`.
template <class File>
std::optional<File> parse_file(std::string_view bytes, std::string_view what, plan::JsonError& error) {
  const File ours;
  std::optional<File> file(std::in_place);
  const bool is_ours = bytes.size() <= plan::json_size_limit && plan::read_canonical(bytes, *file) &&
                       file->format == ours.format && file->version == ours.version;
  if (is_ours) return file;
  // Once more, slowly, to say why not.
  const auto json = plan::read_json(bytes, error);
  if (json && known_format<File>(*json, what, error) && plan::read(*json, *file, error))
    error = {"E0308", "", "the bytes are not the ones that dmc writes: the file was edited or laid out anew"};
  return std::nullopt;
}

}  // namespace dmc::catalog
