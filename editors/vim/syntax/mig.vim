" Colours of .mig files (dmc). SQL in parentheses and dollar quotes is coloured as SQL.
if exists('b:current_syntax')
  finish
endif
syn case match
syn iskeyword @,48-57,_

syn include @migSqlWords syntax/sql.vim
unlet! b:current_syntax
syn case match
syn sync fromstart

syn match migOperator "<>\|<=\|>=\|[=<>]"
syn match migQuoted +"\([^"]\|""\)*"+
syn match migNumber "\<-\?\d[0-9_]*\(\.[0-9_]\+\)*\(%\|\(KiB\|MiB\|GiB\|ms\|[smhd]\)\>\)\?"

" A word behind or in front of a dot is part of a name.
syn keyword migDeclaration project database change pattern policy cluster replica reconcile invariant table view materialized
syn keyword migDeclaration function procedure trigger extension enum domain sequence schema row grant object index projection
syn keyword migDeclaration partition column constraint value
syn keyword migStatement rename drop retype rebuild backfill copy cutover verify gate run apply accept adopt forget use do
syn keyword migStatement undo deny warn require
syn keyword migConstant true false null none nothing
syn keyword migKeyword abort action after alias all always approval approvers as asc assume at attestation backoff backup
syn keyword migKeyword batch because before best_effort bit blocked both breach by cache called cascade cascaded char
syn keyword migKeyword character check codec collate columns comment compression conflict cost create cursor cycle data day
syn keyword migKeyword default deferrable deferred definer delete desc deterministic disabled disposable distinct double
syn keyword migKeyword duration each edition empty enabled engine env ephemeral eventual every except exclude execute fail
syn keyword migKeyword failed fenced file first follow for foreign from full generated granularity halt hash history hold
syn keyword migKeyword hour identity ignore immediate immutable in include increment inherit initially input insert instead
syn keyword migKeyword interval invoker is json keeping key lag language last late latest leakproof list local lock map
syn keyword migKeyword match maxvalue minute minvalue mismatch mismatches modifies month most name national native new no
syn keyword migKeyword not nulls number of old on operator option or order outside owned parallel partial pause permissive
syn keyword migKeyword precision primary range rate reads ready references referencing registry reject rejects repair
syn keyword migKeyword replace restrict restricted restrictive retry returns revert review rollback rowid rows safe sample
syn keyword migKeyword second secrets security select sequences serial set setof settings shard shards signed simple skip
syn keyword migKeyword source sql stable start statement statistics storage stored strict strong sync tables tag tags
syn keyword migKeyword target text time timeout to transaction truncate ttl type under unique unsafe unsigned update upsert
syn keyword migKeyword using valid varying version virtual volatile wave when where window wins with without writes year
syn keyword migKeyword zerofill zone
syn match migKeyword "\<contains\>"
syn match migPath "\<\h\w*\(\.\h\w*\)\+"
syn match migHazard "\(\<\(accept\|deny\|warn\)\)\@<=\s\+[a-z_]\+\(\.[a-z_]\+\)\?"

" What is declared, behind the word that declares it. The match begins with the blanks, because at its own first byte a keyword would win.
syn match migObject "\(\<\(database\|schema\|project\|cluster\|table\|view\|enum\|domain\|sequence\|function\|procedure\|pattern\|trigger\|column\)\)\@<=\s\+\h\w*\(\.\h\w*\)*"
syn match migEngine "\(\<on\)\@<=\s\+\h\w*\ze\(\s\+[0-9.]\+\)\?\s*{"

syn region migText start=+'+ skip=+''+ end=+'+ oneline contains=migSplice
syn match migSplice "${\(env \)\?\h\w*}" containedin=ALLBUT,migComment,migBlockComment
syn match migComment "--.*$" contains=migTodo
syn region migBlockComment start="/\*" end="\*/" contains=migBlockComment,migTodo
syn keyword migTodo TODO FIXME XXX contained

syn cluster migTop contains=migOperator,migQuoted,migNumber,migDeclaration,migStatement,migConstant,migKeyword,migPath,migHazard,migObject,migEngine,migText,migSplice,migComment,migBlockComment,migBlock,migTable,migParens,migSql,migBody

" Columns: the first word of a line inside of a table, unless it begins a clause.
syn region migBlock start="{" end="}" fold transparent
syn region migTable matchgroup=migBrace start="\(\<table\s\+[^;{}()]*\)\@<={" end="}" fold contains=@migTop,migColumn
syn match migColumn #\(^\|[;{]\)\@<=\s*\(\(constraint\|primary\|unique\|foreign\|check\|exclude\|index\|projection\|use\)\>\|comment\s*['$]\|engine\s*=\|\(ttl\|with\)\s*(\|without\s\+rowid\|strict\s*;\|\(order\|partition\|sample\)\s\+by\>\|settings\s\+[0-9A-Za-z_.]\+\s*=\)\@!\("[^"]*"\|\h\w*\)\ze\s\+\S# contained nextgroup=migType skipwhite
syn match migType "\(\<\(not\|null\|default\|primary\|references\|check\|identity\)\>\)\@!\h\w*\(\.\h\w*\)*" contained

" SQL: behind these words, behind `=`, and behind the name of a database.
syn region migParens start="(" end=")" contains=migParens,migCall,migText,migQuoted,migComment,migBlockComment,migNumber,migSplice,migSort,migOperator
syn region migCall matchgroup=migFunction start="\<\h\w*(" end=")" contains=@migSql contained
syn keyword migSort asc desc nulls first last collate with contained
syn cluster migSql contains=@migSqlWords,migSqlParens,migSqlText,migSqlName,migComment,migBlockComment,migSplice,migDollarInSql
syn region migSqlParens start="(" end=")" contains=@migSql contained transparent
syn region migSqlText start=+'+ skip=+''+ end=+'+ contained contains=migSplice
syn region migSqlText start=+\<[eE]'+ skip=+\\.\|''+ end=+'+ contained
syn region migSqlName start=+"+ skip=+""+ end=+"+ contained
syn region migSqlName start=+`+ end=+`+ contained
syn region migDollarInSql start="\w\@<!\z(\$\(\h\w*\)\?\$\)" end="\z1" contained
syn region migSql matchgroup=migDelimiter fold
  \ start="\(\<\(as\|check\|where\|using\|default\|generated\|materialized\|alias\|ephemeral\|ttl\|with\|when\|create\|replace\|drop\|do\|verify\|undo\|registry\|\(order\|sample\|partition\)\s\+by\(\s\+\(range\|list\|hash\)\)\?\|on\s\+update\|projection\s\+\h\w*\)\_s*\|=\s*\)\@<=(" end=")" contains=@migSql
syn region migSql matchgroup=migDelimiter fold start="\(\<on\s\+\h\w*\s*\)\@<=(\ze\s*\(select\|with\|values\)\>" end=")" contains=@migSql
syn region migSql matchgroup=migDelimiter fold start="(\ze\(from\|in\|with\|default\)\>" end=")" contains=@migSql
syn region migBody matchgroup=migDelimiter fold keepend start="\z(\$\(\h\w*\)\?\$\)" end="\z1" contains=@migSqlWords,migSqlText,migComment,migBlockComment,migSplice

hi def link migDeclaration Structure
hi def link migStatement Statement
hi def link migKeyword Keyword
hi def link migSort Keyword
hi def link migConstant Constant
hi def link migObject Identifier
hi def link migColumn Identifier
hi def link migEngine Special
hi def link migType Type
hi def link migHazard Special
hi def link migFunction Function
hi def link migCall Normal
hi def link migNumber Number
hi def link migText String
hi def link migSqlText String
hi def link migDollarInSql String
hi def link migSqlName Normal
hi def link migQuoted Normal
hi def link migSplice PreProc
hi def link migOperator Operator
hi def link migDelimiter Delimiter
hi def link migComment Comment
hi def link migBlockComment Comment
hi def link migTodo Todo

let b:current_syntax = 'mig'
