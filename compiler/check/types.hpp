// The types of columns, as the engine spells them.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "compiler/check/draft.hpp"

namespace dmc::check {

/// Asks the dialect once per spelling, because tables repeat the same few types.
class Types {
 public:
  struct Place {
    bool strict_table = false;
    bool identity_key = false;
    std::string_view column{};  ///< whose type it is, where its name stands without quotes
  };

  explicit Types(const DatabaseDraft& database) : database_(database), dialect_(database.dialect) {}

  /// The native type, or an error and nothing.
  const std::string* read(Context& context, const ast::Type& type, Place place);
  /// The type around it whose values may be null, where the engine says that by a type.
  const std::string* read_nullable(Context& context, const ast::Type& type);

 private:
  const dialects::TypeAnswer& answer(const ast::Type& type, Place place);
  /// Reports an answer that is no type.
  const std::string* said(Context& context, const ast::Type& type, const dialects::TypeAnswer& found,
                          std::string_view column = {}) const;
  /// A type that the database itself declares: an enum, a domain, a table.
  std::optional<std::string> declared(const ast::Type& type) const;

  const DatabaseDraft& database_;
  const dialects::Dialect& dialect_;
  std::unordered_map<std::string_view, dialects::TypeAnswer> answers_[4];
  std::unordered_map<std::string_view, dialects::TypeAnswer> nullable_;
};

/// What a dialect reads: words lower-cased, white space folded, arguments apart.
dialects::TypeText type_text(const ast::Type& type);

}  // namespace dmc::check
