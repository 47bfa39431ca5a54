// Text to typed syntax in one call, for the tests of this folder.
#pragma once

#include <string>

#include <doctest/doctest.h>

#include "compiler/ast/build.hpp"
#include "grammar/parse.hpp"

namespace dmc::ast::test {

/// A source, its syntax, and what was wrong with it. Neither moves nor is copied, because the syntax views into the
/// source.
struct Built {
  explicit Built(std::string text) {
    const auto id = sources.add("test.mig", std::move(text));
    const auto tree = grammar::parse(sources, id, diagnostics);
    file = build(tree, sources, diagnostics);
  }
  Built(const Built&) = delete;
  Built& operator=(const Built&) = delete;

  /// What was reported, one `code text` a line, where `text` is the source under the caret.
  std::string report() const {
    std::string result;
    for (const auto& diagnostic : diagnostics.sorted()) {
      result += diagnostic.code + ' ' + std::string(diagnostic.span ? sources.text(*diagnostic.span) : "") + '\n';
    }
    return result;
  }

  template <typename Item>
  const Item& item(std::size_t index = 0) const {
    REQUIRE(report() == "");
    REQUIRE(file.items.size() > index);
    return std::get<Item>(file.items[index]);
  }

  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  File file;
};

/// The alternative of a variant, boxed or not.
template <typename Wanted, typename... Alternatives>
const Wanted& alternative(const std::variant<Alternatives...>& value) {
  if constexpr ((std::is_same_v<Wanted, Alternatives> || ...)) {
    return std::get<Wanted>(value);
  } else {
    return *std::get<Boxed<Wanted>>(value);
  }
}

/// The only item of a database.
template <typename Item>
struct InDatabase : Built {
  explicit InDatabase(const std::string& text) : Built("database shop on sqlite 3.35 {\n" + text + "\n}\n") {}
  const Item& operator*() const { return alternative<Item>(this->template item<Database>().items.at(0).value); }
  const Item* operator->() const { return &**this; }
};

/// A table with that body.
struct InTable : InDatabase<Table> {
  explicit InTable(const std::string& body) : InDatabase("table t {\n" + body + "\n}") {}
  const TableBody& body() const { return (**this).body; }
  const Column& column(std::size_t index = 0) const { return body().columns.at(index); }
  template <typename Option>
  const Option& option(std::size_t index = 0) const {
    return std::get<Option>(column().options.at(index));
  }
  template <typename Clause>
  const Clause& clause(std::size_t index = 0) const {
    return alternative<Clause>(body().clauses.at(index));
  }
};

/// The statements of a change.
struct InChange : Built {
  explicit InChange(const std::string& text) : Built("change 7 'title' {\n" + text + "\n}\n") {}
  template <typename Kind>
  const Kind& statement(std::size_t index = 0) const {
    return std::get<Kind>(item<Change>().statements.at(index));
  }
};

/// Names with a space between them; quoted ones in quotes.
inline std::string words(const std::vector<Name>& names) {
  std::string result;
  for (const Name& name : names) {
    if (!result.empty()) result += ' ';
    result += name.quoted ? '"' + std::string(name.text) + '"' : std::string(name.text);
  }
  return result;
}

inline std::string words(const Path& path) { return words(path.parts); }

inline std::string words(const std::vector<Argument>& arguments) {
  std::string result;
  for (const Argument& argument : arguments) result += '[' + std::string(argument.text) + ']';
  return result;
}

}  // namespace dmc::ast::test
