// What a regular expression cannot tell: comments inside comments, SQL up to the bracket that closes it, dollar quotes.
#include <stdlib.h>
#include <string.h>

#include "tree_sitter/parser.h"

enum Token { BLOCK_COMMENT, SQL_TEXT, DOLLAR_OPEN, DOLLAR_TEXT, DOLLAR_CLOSE, ELEMENTS, NEVER };

enum { TAG_LIMIT = 63 };

// The tag of the dollar quote that is open, without its `$`; `open` is 0 outside of one.
typedef struct {
  unsigned char open;
  unsigned char length;
  char tag[TAG_LIMIT + 1];
} Scanner;

void *tree_sitter_mig_external_scanner_create(void) { return calloc(1, sizeof(Scanner)); }

void tree_sitter_mig_external_scanner_destroy(void *payload) { free(payload); }

unsigned tree_sitter_mig_external_scanner_serialize(void *payload, char *buffer) {
  const Scanner *scanner = payload;
  if (!scanner->open) return 0;
  memcpy(buffer, scanner->tag, scanner->length);
  buffer[scanner->length] = '$';
  return scanner->length + 1U;
}

void tree_sitter_mig_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *scanner = payload;
  memset(scanner, 0, sizeof *scanner);
  if (length == 0) return;
  scanner->open = 1;
  scanner->length = (unsigned char)(length - 1);
  memcpy(scanner->tag, buffer, length - 1);
}

static bool is_name_part(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

// Past the rest of a comment whose first bytes were read; false when it does not end.
static bool past_comment(TSLexer *lexer) {
  unsigned depth = 1;
  while (!lexer->eof(lexer)) {
    const int32_t c = lexer->lookahead;
    advance(lexer);
    if (c == '*' && lexer->lookahead == '/') {
      advance(lexer);
      if (--depth == 0) return true;
    } else if (c == '/' && lexer->lookahead == '*') {
      advance(lexer);
      ++depth;
    }
  }
  return false;
}

static void past_quoted(TSLexer *lexer, int32_t quote, bool escapes) {
  advance(lexer);
  while (!lexer->eof(lexer)) {
    const int32_t c = lexer->lookahead;
    advance(lexer);
    if (c == '\\' && escapes) {
      advance(lexer);
    } else if (c == quote) {
      if (lexer->lookahead != quote) return;
      advance(lexer);
    }
  }
}

// Reads `name$` behind a `$` that was read. Answers its length, or -1 when it is no tag.
static int read_tag(TSLexer *lexer, char *tag) {
  int length = 0;
  while (is_name_part(lexer->lookahead) && length < TAG_LIMIT) {
    if (length == 0 && lexer->lookahead >= '0' && lexer->lookahead <= '9') return -1;
    tag[length++] = (char)lexer->lookahead;
    advance(lexer);
  }
  if (lexer->lookahead != '$') return -1;
  advance(lexer);
  return length;
}

// Past the text of a dollar quote up to its closing tag. The end of the token is marked in front of that tag.
static bool past_dollar_text(TSLexer *lexer, const char *tag, int length, bool mark) {
  while (!lexer->eof(lexer)) {
    if (lexer->lookahead != '$') {
      advance(lexer);
      continue;
    }
    if (mark) lexer->mark_end(lexer);
    char found[TAG_LIMIT + 1];
    int size = 0;
    advance(lexer);
    while (is_name_part(lexer->lookahead) && size < TAG_LIMIT) {
      found[size++] = (char)lexer->lookahead;
      advance(lexer);
    }
    // The `$` is read only where it closes: behind another tag it may open the right one.
    if (lexer->lookahead == '$' && size == length && memcmp(found, tag, (size_t)size) == 0) {
      advance(lexer);
      return true;
    }
  }
  return false;
}

// SQL up to the bracket that closes the one in front of it. Where columns may stand as well, only what has an operator
// outside of all inner brackets is SQL.
static bool read_sql(TSLexer *lexer, bool elements) {
  unsigned depth = 0;
  bool some = false, operators = false;
  int32_t before = 0, before_that = 0;
  while (!lexer->eof(lexer)) {
    const int32_t c = lexer->lookahead;
    if (c == ')' || c == ']' || c == '}') {
      if (depth == 0) {
        lexer->mark_end(lexer);
        return some && (!elements || operators);
      }
      --depth;
      advance(lexer);
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
      advance(lexer);
    } else if (c == ';' && depth == 0) {
      return false;
    } else if (c == '\'' || c == '"' || c == '`') {
      past_quoted(lexer, c, c == '\'' && (before == 'e' || before == 'E') && !is_name_part(before_that));
    } else if (c == '-' || c == '/') {
      advance(lexer);
      if (c == '-' && lexer->lookahead == '-') {
        while (lexer->lookahead != '\n' && !lexer->eof(lexer)) advance(lexer);
      } else if (c == '/' && lexer->lookahead == '*') {
        advance(lexer);
        if (!past_comment(lexer)) return false;
      } else if (depth == 0) {
        operators = true;
      }
    } else if (c == '$') {
      advance(lexer);
      char tag[TAG_LIMIT + 1];
      if (!is_name_part(before) && (lexer->lookahead == '$' || is_name_part(lexer->lookahead))) {
        const int length = read_tag(lexer, tag);
        if (length >= 0 && !past_dollar_text(lexer, tag, length, false)) return false;
      }
    } else {
      if (depth == 0 && c < 128 && c > ' ' && strchr("+*%<>=|!?:&^~", (char)c) != NULL) operators = true;
      advance(lexer);
    }
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') some = true;
    before_that = before;
    before = c;
  }
  return false;
}

bool tree_sitter_mig_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Scanner *scanner = payload;
  // While the parser recovers from an error everything is valid; then only comments are read.
  const bool recovering = valid[NEVER];

  if (scanner->open && !recovering) {
    if (valid[DOLLAR_TEXT] && lexer->lookahead != 0) {
      lexer->result_symbol = DOLLAR_TEXT;
      lexer->mark_end(lexer);
      if (lexer->lookahead != '$') return past_dollar_text(lexer, scanner->tag, scanner->length, true);
    }
    if (valid[DOLLAR_TEXT] || valid[DOLLAR_CLOSE]) {
      char tag[TAG_LIMIT + 1];
      if (lexer->lookahead != '$') return false;
      lexer->mark_end(lexer);
      advance(lexer);
      const int length = read_tag(lexer, tag);
      if (length == scanner->length && memcmp(tag, scanner->tag, (size_t)length) == 0) {
        if (!valid[DOLLAR_CLOSE]) return false;
        lexer->mark_end(lexer);
        lexer->result_symbol = DOLLAR_CLOSE;
        scanner->open = 0;
        return true;
      }
      if (!valid[DOLLAR_TEXT]) return false;
      lexer->result_symbol = DOLLAR_TEXT;
      return past_dollar_text(lexer, scanner->tag, scanner->length, true);
    }
  }

  if (valid[SQL_TEXT] && !recovering) {
    lexer->result_symbol = SQL_TEXT;
    return read_sql(lexer, valid[ELEMENTS]);
  }

  while (lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\n' || lexer->lookahead == '\r' ||
         lexer->lookahead == 0xFEFF) {
    lexer->advance(lexer, true);
  }
  if (lexer->lookahead == '/' && valid[BLOCK_COMMENT]) {
    advance(lexer);
    if (lexer->lookahead != '*') return false;
    advance(lexer);
    if (!past_comment(lexer)) return false;
    lexer->mark_end(lexer);
    lexer->result_symbol = BLOCK_COMMENT;
    return true;
  }
  if (lexer->lookahead == '$' && valid[DOLLAR_OPEN] && !recovering) {
    advance(lexer);
    const int length = read_tag(lexer, scanner->tag);
    if (length < 0) return false;
    scanner->open = 1;
    scanner->length = (unsigned char)length;
    lexer->mark_end(lexer);
    lexer->result_symbol = DOLLAR_OPEN;
    return true;
  }
  return false;
}
