" A block is one step deeper, and so is what goes on of an unfinished statement. SQL and comments stay as they are.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1
setlocal indentexpr=MigIndent(v:lnum)
setlocal indentkeys=0{,0},!^F,o,O
let b:undo_indent = 'setlocal indentexpr< indentkeys<'

if exists('*MigIndent')
  finish
endif

" Whether the line begins inside of SQL, a list in parentheses, or a comment that takes several lines.
function! s:IsInside(lnum)
  for l:id in synstack(a:lnum, 1)
    if synIDattr(l:id, 'name') =~# '^mig\%(Sql\|Body\|Parens\|BlockComment\|Dollar\)'
      return !s:Opens(a:lnum)
    endif
  endfor
  return 0
endfunction

" Whether the first byte of the line is what opens it.
function! s:Opens(lnum)
  return getline(a:lnum) =~# '^\%((\|\$\|/\*\)'
endfunction

function! s:Code(lnum)
  return substitute(getline(a:lnum), '\s*--.*$', '', '')
endfunction

" The line of code before, without those that are comments or lie inside of SQL.
function! s:Before(lnum)
  let l:lnum = prevnonblank(a:lnum - 1)
  while l:lnum > 0 && (s:IsInside(l:lnum) && s:Code(l:lnum) !~# '[;{}]\s*$' || s:Code(l:lnum) =~# '^\s*$')
    let l:lnum = prevnonblank(l:lnum - 1)
  endwhile
  return l:lnum
endfunction

" Where the statement begins that ends on the line.
function! s:Start(lnum)
  let l:lnum = a:lnum
  while l:lnum > 1
    let l:before = s:Before(l:lnum)
    if l:before == 0 || (!s:IsInside(l:lnum) && s:Code(l:before) =~# '[;{}]\s*$')
      break
    endif
    let l:lnum = l:before
  endwhile
  return l:lnum
endfunction

function! MigIndent(lnum)
  if s:IsInside(a:lnum)
    return -1
  endif
  let l:before = s:Before(a:lnum)
  if l:before == 0
    return 0
  endif
  let l:code = s:Code(l:before)
  let l:indent = indent(s:Start(l:before))
  if l:code =~# '{\s*$'
    let l:indent += shiftwidth()
  elseif l:code !~# '[;}]\s*$'
    let l:indent += shiftwidth()
  endif
  return getline(a:lnum) =~# '^\s*}' ? l:indent - shiftwidth() : l:indent
endfunction
