#!/usr/bin/env bash
# The worked example of README.md, replayed: every file it shows is written, every command is run, and where it shows an answer, the
# answer must be that. A command without an answer in the page must succeed.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/play"
ln -s "$DMC" "$work/bin/dmc"
export PATH=$work/bin:$PATH LC_ALL=C.UTF-8
cd "$work/play" || exit 1
passed=0 failed=0

check() {  # runs $command and compares with $wanted, when there is one
  [ -n "$command" ] || return
  local answer
  answer=$(bash -c "$command" 2>&1)
  local code=$?
  if [ -n "$wanted" ] && [ "$answer" != "${wanted%$'\n'}" ]; then
    failed=$((failed + 1))
    echo "FAILED: $command"
    diff <(printf '%s' "${wanted%$'\n'}") <(printf '%s' "$answer")
  elif [ -z "$wanted" ] && [ "$code" -ne 0 ]; then
    failed=$((failed + 1))
    printf 'FAILED with exit code %s: %s\n%s\n' "$code" "$command" "$answer"
  else
    passed=$((passed + 1))
  fi
  command='' wanted=''
}

command='' wanted='' block=''
while IFS= read -r line; do
  case $block:$line in
    :'```console') block=console ;;
    :'```mig '*) block=file file=${line#'```mig '} && mkdir -p "$(dirname "$file")" && : >"$file" ;;
    :*) ;;
    console:'```') check; block='' ;;
    *:'```') block='' ;;
    console:'$ '*) check; command=${line#'$ '} ;;
    console:*) wanted+=$line$'\n' ;;
    file:*) printf '%s\n' "$line" >>"$file" ;;
  esac
done < <(sed -n '/<!-- replay -->/,$p' "$here/README.md")
[ "$passed" -ge 5 ] || { echo "FAILED: the page shows fewer commands than expected"; failed=$((failed + 1)); }
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
