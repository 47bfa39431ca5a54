# Sourced: replays a page. Every file that it shows behind '<!-- replay -->' (```mig PATH) is written, every command of a ```console block
# is run in one folder, where 'cd' stays, and where the page shows an answer, the answer must be that. A command without one must succeed.
# What another moment or machine makes otherwise (durations, times of day, hashes, free space, the version of SQLite, how many places a
# rehearsal broke a run off at) is compared as such.

moment() {
  sed -E 's/[0-9]+ ms\b/N ms/g; s/in [0-9.]+ s\b/in N ms/g; s/20[0-9]{2}-[0-9-]{5}T[0-9:]{8}Z/TIME/g; s/[0-9a-f]{64}|\b[0-9a-f]{12}\b/HASH/g
          s/[0-9,]+ ([MGT]iB) free/N \1 free/; s/sqlite 3\.[0-9]+\.[0-9]+/sqlite VERSION/; s/[0-9,]+ of [0-9,]+ crash points/N crash points/'
}

check() {  # runs $command and compares with $wanted, when there is one
  [ -n "$command" ] || return
  local answer code
  case $command in
    'cd '*) cd "${command#cd }" 2>"$place/cd"; code=$? answer=$(cat "$place/cd") ;;
    *) answer=$(bash -c "$command" 2>&1); code=$? ;;
  esac
  if [ -n "$wanted" ] && [ "$(moment <<<"$answer")" != "$(moment <<<"${wanted%$'\n'}")" ]; then
    failed=$((failed + 1))
    echo "FAILED: $command"
    diff <(moment <<<"${wanted%$'\n'}") <(moment <<<"$answer")
  elif [ -z "$wanted" ] && [ "$code" -ne 0 ]; then
    failed=$((failed + 1))
    printf 'FAILED with exit code %s: %s\n%s\n' "$code" "$command" "$answer"
  else
    passed=$((passed + 1))
  fi
  command='' wanted=''
}

# replay PAGE FOLDER AT_LEAST: counts into passed and failed; fewer than AT_LEAST commands are a failure.
replay() {
  local place=$2 line block='' file='' command='' wanted='' before=$((passed + failed))
  mkdir -p "$place/play"
  cd "$place/play" || return
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
  done < <(sed -n '/<!-- replay -->/,$p' "$1")
  [ $((passed + failed - before)) -ge "$3" ] || { echo "FAILED: $1 shows fewer commands than expected"; failed=$((failed + 1)); }
}
