// What an editor offers as the type of a column is a type.
#include <string>

#include <doctest/doctest.h>

#include "compiler/dialects/dialect.hpp"
#include "grammar/expected.hpp"

namespace dmc::lsp {
namespace {

TEST_CASE("every engine knows the types that it names") {
  const dialects::Dialects dialects;
  for (const auto& dialect : dialects.all()) {
    CHECK(dialect->description().types.size() > 20);
    for (const auto type : dialect->description().types) {
      dialects::TypeText text;
      text.text = std::string(type);
      text.name = grammar::lower_case(type);
      const bool unknown = std::holds_alternative<dialects::UnknownType>(dialect->type(text));
      CHECK_MESSAGE(!unknown, dialect->description().name << " does not know " << type);
    }
  }
}

}  // namespace
}  // namespace dmc::lsp
