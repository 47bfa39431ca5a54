" How .mig files are edited.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=--\ %s
setlocal comments=s1:/*,mb:*,ex:*/,:--
setlocal formatoptions-=t formatoptions+=croql
setlocal expandtab shiftwidth=2 softtabstop=2
setlocal iskeyword=@,48-57,_
setlocal matchpairs=(:),{:},[:]
setlocal suffixesadd=.mig
let b:match_words = '{:}'
if executable(get(g:, 'dmc_path', 'dmc'))
  let &l:formatprg = get(g:, 'dmc_path', 'dmc') . ' fmt -'
endif
if !exists('current_compiler')
  compiler dmc
endif

let b:undo_ftplugin = 'setlocal commentstring< comments< formatoptions< expandtab< shiftwidth< softtabstop< iskeyword<'
      \ . ' matchpairs< suffixesadd< formatprg< makeprg< errorformat< | unlet! b:match_words'
