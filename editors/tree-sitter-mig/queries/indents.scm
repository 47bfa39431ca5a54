; What stands in braces is one step deeper; the brace that closes is not.
[
  (database_block)
  (project_block)
  (table_block)
  (change_block)
  (run_block)
  (view_block)
  (partition_block)
  (movement_block)
  (map_block)
  (cutover_block)
  (policy_block)
  (cluster_block)
  (shard_block)
  (replica_block)
  (enum_values)
  (project)
] @indent.begin

"}" @indent.branch @indent.end

; The lines of SQL are the author's own.
[(sql) (block_comment)] @indent.auto
