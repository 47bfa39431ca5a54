// Files as whole texts: read with an answer to every failure, written so that a reader meets the old text or the new
// one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace dmc::cli {

/// The bytes of a file; a Refusal names it as `shown` when it cannot be read.
std::string read_file(const std::filesystem::path& path, const std::string& shown);

/// None when there is no such file.
std::optional<std::string> read_file_if_there(const std::filesystem::path& path, const std::string& shown);

/// Written beside its place, flushed to the disk and renamed into it; folders are created. A Refusal when that fails.
void write_file(const std::filesystem::path& path, std::string_view bytes, const std::string& shown);

}  // namespace dmc::cli
