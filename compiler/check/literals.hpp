// Values of the language as the database's SQL writes them.
#pragma once

#include <string>

#include "compiler/ast/ast.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::check {

/// `'text'`, `42`, `0.5`, `true`, `null`.
std::string sql_of(const ast::Literal& literal);

inline model::Sql sql_of(const ast::Sql& sql) { return {std::string(sql.text)}; }

/// `start 10`, `no cycle`, `owned by users.id`.
std::string option_text(const ast::SequenceOption& option);

/// A path with dots between its parts.
std::string text_of(const ast::Path& path);

/// As SQL calls it: a name that its author put into quotes keeps them.
std::string called(const ast::Path& path);

/// `Delta, ZSTD(1)`.
std::string text_of(const std::vector<ast::Argument>& arguments);

/// `ReplicatedMergeTree('/path', '{replica}')`.
std::string text_of(const ast::Engine& engine);

}  // namespace dmc::check
