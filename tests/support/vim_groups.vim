" Reads lines "LINE TEXT GROUP" and writes them with the group that the first byte of TEXT in that line has.
function! MigGroups(wanted, found) abort
  let l:lines = []
  for l:line in readfile(a:wanted)
    let [l:all, l:lnum, l:text, l:group; l:rest] = matchlist(l:line, '^\(\d\+\) \(.*\) \(\w*\)$')
    let l:at = stridx(getline(str2nr(l:lnum)), l:text) + 1
    call add(l:lines, l:lnum . ' ' . l:text . ' ' . (l:at > 0 ? synIDattr(synID(str2nr(l:lnum), l:at, 1), 'name') : 'absent'))
  endfor
  call writefile(l:lines, a:found)
endfunction
