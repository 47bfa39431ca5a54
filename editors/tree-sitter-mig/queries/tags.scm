; What a list of symbols shows.
(database name: _ @name) @definition.module
(schema name: _ @name) @definition.module
(table name: (path) @name) @definition.class
(view name: (path) @name) @definition.class
(materialized_view name: (path) @name) @definition.class
(function name: (path) @name) @definition.function
(procedure name: (path) @name) @definition.function
(pattern name: _ @name) @definition.function
(change name: (text) @name) @definition.method
