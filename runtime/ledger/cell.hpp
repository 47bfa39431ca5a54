// Cells of the ledger's rows, read with a complaint instead of a crash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/ledger/ledger.hpp"

namespace dmc::ledger {

inline std::int64_t integer(const session::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  throw LedgerError("the ledger holds something else where a number belongs; it was edited by hand or is damaged");
}

inline std::string text(const session::Value& value) {
  if (const auto* found = std::get_if<std::string>(&value)) return *found;
  if (const auto* blob = std::get_if<session::Blob>(&value)) return blob->bytes;
  throw LedgerError("the ledger holds something else where a text belongs; it was edited by hand or is damaged");
}

inline std::optional<std::string> text_or_none(const session::Value& value) {
  if (std::holds_alternative<std::nullptr_t>(value)) return std::nullopt;
  return text(value);
}

inline session::Value value_or_null(const std::optional<std::string>& text) {
  return text ? session::Value(*text) : session::Value(nullptr);
}

inline session::Value number(bool flag) { return static_cast<std::int64_t>(flag ? 1 : 0); }

/// A cell that holds canonical JSON of a struct of ours, or of a list of texts.
template <class T>
T read_cell(const session::Value& value, const char* what) {
  T result;
  const auto bytes = text(value);
  if (plan::read_canonical(bytes, result)) return result;
  // Once more, slowly, to say why not.
  plan::JsonError error;
  const auto json = plan::read_json(bytes, error);
  if (!json || !plan::read(*json, result, error))
    throw LedgerError(std::string("the ledger's ") + what + " cannot be read (" +
                      (error.where.empty() ? "" : error.where + ": ") + error.message +
                      "); it was written by another version or edited by hand");
  return result;
}

}  // namespace dmc::ledger
