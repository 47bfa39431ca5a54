; A pattern is a scope of its own: its parameters are what `${name}` stands for.
(pattern) @local.scope
(parameter name: (_) @local.definition)
(spliced_name) @local.reference
