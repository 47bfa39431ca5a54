; SQL stands in parentheses and in dollar quotes. A body says its language; what editors have no grammar for is shown as SQL.
((sql_text) @injection.content
  (#set! injection.language "sql"))

((sql (dollar_text) @injection.content)
  (#set! injection.language "sql"))

([(line_comment) (block_comment)] @injection.content
  (#set! injection.language "comment"))
