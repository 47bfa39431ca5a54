" :make compiles the project that the working directory is in; its diagnostics fill the quickfix list.
if exists('current_compiler')
  finish
endif
let current_compiler = 'dmc'

let s:dmc = get(g:, 'dmc_path', 'dmc')
execute 'CompilerSet makeprg=' . escape(s:dmc . ' compile $*', ' \|"')
" error[E0203]: what is wrong
"   --> schema/shop.mig:3:5
CompilerSet errorformat=%Eerror[%.%#]:\ %m,%Wwarning[%.%#]:\ %m,%C\ %#-->\ %f:%l:%c,%-G%.%#
