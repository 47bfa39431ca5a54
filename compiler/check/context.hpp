// What all parts of one check share.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/ast.hpp"
#include "compiler/check/broken.hpp"
#include "compiler/dialects/dialect.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"

namespace dmc::check {

/// Everything that was built from text, kept because the parts of it that are looked at are lent.
struct Syntax {
  std::deque<ast::File> files;
  std::deque<ast::ExpandedTable> tables;
  std::deque<ast::ExpandedDatabase> databases;
  std::deque<ast::ExpandedChange> changes;
  std::deque<ast::ExpandedProject> projects;
};

struct Context {
  grammar::Sources& sources;
  const dialects::Dialects& dialects;
  grammar::Diagnostics& diagnostics;
  Broken broken;
  Syntax syntax;

  grammar::Diagnostic& error(std::string_view code, grammar::Span span, std::string message, std::string label = {}) {
    return diagnostics.error(code, span, std::move(message), std::move(label));
  }
};

/// Adds `did you mean …?`; when nothing is near, the candidates themselves if they are few.
void offer(grammar::Diagnostic& diagnostic, std::string_view word, const std::vector<std::string_view>& candidates);

/// `a`, `a or b`, `a, b or c`, each in single quotes.
std::string alternatives(const std::vector<std::string>& words);

}  // namespace dmc::check
