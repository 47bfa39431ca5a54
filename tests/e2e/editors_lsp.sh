#!/usr/bin/env bash
# dmc lsp as a process: messages in pieces and in one piece, no project, a broken one, a large file, a client that goes away.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/e2e.sh
message() { local LC_ALL=C; printf 'Content-Length: %d\r\n\r\n%s' "${#1}" "$1"; }
# begin FOLDER: a server there; what is said to it goes to descriptor 3, what it says to $work/out.
begin() {
  rm -f "$work/in"; mkfifo "$work/in"; : >"$work/out"
  (cd "$1" && exec "$DMC" lsp <"$work/in" >"$work/out" 2>"$work/err") &
  server=$!
  exec 3>"$work/in"
  message "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"rootUri\":\"file://$1\"}}" >&3
  message '{"jsonrpc":"2.0","method":"initialized","params":{}}' >&3
}
# told WHAT PATTERN [SECONDS]: the server says it, soon.
told() {
  local tries=$((${3:-20} * 10))
  while [ $tries -gt 0 ] && ! grep -qaE "$2" "$work/out"; do sleep 0.1; tries=$((tries - 1)); done
  ok "$1" yes "$([ $tries -gt 0 ] && echo yes)"
  [ $tries -gt 0 ] || tail -c 600 "$work/out"
}
end() {
  message '{"jsonrpc":"2.0","id":99,"method":"shutdown"}' >&3
  message '{"jsonrpc":"2.0","method":"exit"}' >&3
  exec 3>&-
  wait $server
  ok "$1: ends with" 0 $?
  ok "$1: nothing else was said" "" "$(cat "$work/err")"
}
open() { printf '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file://%s","languageId":"mig","version":1,"text":"%s"}}}' "$1" "$2"; }

(cd "$work" && "$DMC" new shop >/dev/null)
begin "$work/shop"
told "it introduces itself" '"serverInfo":\{"name":"dmc"'
# A message in three pieces, then two in one.
text=$(message "$(open "$work/shop/schema/shop.mig" 'database shop on sqlite 3.26 { table t { id int,; } }')")
printf '%s' "${text:0:9}" >&3; sleep 0.2; printf '%s' "${text:9:60}" >&3; sleep 0.2; printf '%s' "${text:69}" >&3
told "a mistake is told" 'publishDiagnostics.*"code":"E0100"'
printf '%s%s' "$(message '{"jsonrpc":"2.0","id":2,"method":"workspace/symbol","params":{"query":"t"}}')" "$(message '{"jsonrpc":"2.0","id":3,"method":"nothing"}')" >&3
told "the first of two in one piece is answered" '"id":2,"result"'
told "the second, too" '"id":3,"error":\{"code":-32601'
message "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"uri\":\"file://$work/shop/schema/shop.mig\"},\"contentChanges\":[{\"text\":\"database shop on sqlite 3.26 { table t { id integr; } }\"}]}}" >&3
told "the check says what only it can know" '"code":"E02[0-9]+".*integr'
printf 'Hello there\r\n\r\nContent-Length: 5\r\n\r\n{"a":' >&3
told "what is no message is answered" '"code":-32700'
message '{"jsonrpc":"2.0","id":4,"method":"workspace/symbol","params":{"query":"zzz"}}' >&3
told "and the conversation goes on" '"id":4,"result":\[\]'
end "a project"

mkdir "$work/empty"
begin "$work/empty"
message "$(open "$work/empty/a.mig" 'project x;')" >&3
message "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"textDocument/hover\",\"params\":{\"textDocument\":{\"uri\":\"file://$work/empty/a.mig\"},\"position\":{\"line\":0,\"character\":0}}}" >&3
told "in an empty folder questions are answered" '"id":5,"result":null'
end "an empty folder"

mkdir -p "$work/broken/schema" && printf 'project {' >"$work/broken/project.mig" && printf '\377\376\0' >"$work/broken/schema/bytes.mig"
begin "$work/broken"
told "a broken project file is told" 'project.mig","diagnostics":\[\{'
told "bytes that are no text, too" 'bytes.mig","diagnostics":\[\{'
end "a broken project"

# 50 MB in one file.
cp -r "$work/shop" "$work/large" && rm "$work/large/schema/shop.mig"
{ echo 'database shop on sqlite 3.26 {'; yes '  -- a long story, told in a comment that nobody reads to its end, and that is what this file is made of' | head -c 50000000 | sed '$d'; echo '  table customers { id integer primary key,; }'; echo '}'; } >"$work/large/schema/shop.mig"
begin "$work/large"
told "a mistake in 50 MB is told" 'shop.mig","diagnostics":\[.*E0100' 60
message '{"jsonrpc":"2.0","id":6,"method":"workspace/symbol","params":{"query":"zzz"}}' >&3
told "beside it, questions are answered" '"id":6,"result":\[\]'
end "a large file"
# Not comments this time, but declarations.
{ echo 'database shop on sqlite 3.26 {'; yes '  table t { id integer primary key; a text; b text; }' | head -n 200000; echo '}'; } >"$work/large/schema/shop.mig"
begin "$work/large"
told "what would take some GB is not begun, and that is said" 'project.mig","diagnostics":\[.*lsp.large_project'
end "too many declarations"

begin "$work/shop"
exec 3>&-
wait $server
ok "a client that goes away" 1 $?

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
