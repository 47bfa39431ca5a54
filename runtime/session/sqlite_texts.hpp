// Texts in double quotes: an old mistake of SQLite, which reads a name that it does not know as a text. New statements
// do without; what an old schema says keeps its meaning.
#pragma once

#include <string>
#include <string_view>

#include <sqlite3.h>

namespace dmc::session {

/// What the statements of this connection say in double quotes is a name and nothing else.
void refuse_double_quoted_texts(sqlite3* connection);

/// While it lives, double quotes may hold texts.
class DoubleQuotedTexts {
 public:
  explicit DoubleQuotedTexts(sqlite3* connection);
  ~DoubleQuotedTexts();
  DoubleQuotedTexts(const DoubleQuotedTexts&) = delete;
  DoubleQuotedTexts& operator=(const DoubleQuotedTexts&) = delete;

 private:
  sqlite3* connection_;
};

/// `alter table … rename` and `alter table … drop`: they read the whole schema again, and say nothing but names.
bool only_moves_names(std::string_view sql);

/// A statement that could store or define nothing: select, insert, update, delete, explain.
bool defines_nothing(std::string_view sql);

/// The statement with its double-quoted names in backticks, in which SQLite sees names alone.
std::string with_backticks(std::string_view sql);

}  // namespace dmc::session
