# Sourced behind e2e.sh: a ClickHouse server of the script's own, gone with it. Without one the script is skipped, visibly.
#   clickhouse_or_skip NAME    starts Debian's 18.16, or ends the script as skipped; ch_url is then the address without a database
#   chdb_server_here           starts 26.x out of libchdb behind the same interface instead; false where it cannot be had
#   ch SQL                     rows as plain lines, of the database shop
#   ch_is WHAT WANTED SQL      a row of it
#   ch_stop, ch_kill, ch_start to end the server, as a power cut does, and to have it again
#   ch_declare ITEMS           they are the desired state of the shop, from the version in $declared on
#   ch_shop WHAT ITEMS         the database and a project anew, where commands run from then on, and they live there as its first version
ch_folder= ch_pid= ch_kind=
ch_stop() { [ -z "$ch_pid" ] || { kill -9 "$ch_pid"; wait "$ch_pid"; } 2>/dev/null; ch_pid=; }
ch_kill() { ch_stop; }
# Below the ports that clients get: one that a client has just left is free to look at, and refused to a server.
ch_free_port() { local port; while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done; echo "$port"; }
ch_send() { curl -s "http://127.0.0.1:$ch_port/?database=$1" --data-binary @-; }
ch() { printf '%s' "$1" | ch_send shop; }
ch_declare() { printf 'database shop on clickhouse %s { %s }\n' "$declared" "$1" >schema/shop.mig; }
ch_shop() {
  ch_send default <<<'drop database if exists shop'
  ch_send default <<<'create database shop'
  rm -rf "$work/shop"
  mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
  echo "project shop { edition 1; }" >project.mig
  ch_declare "$2"
  echo "change 1 'first';" >changes/0001.mig
  quiet 0 "$1: the first compiles" compile
  quiet 0 "$1: and runs" run plans/0001.plan.json --on "$on" --yes --no-progress
}
ch_is() { ok "$1" "$2" "$(ch "$3" 2>&1)"; }
ch_answers() {
  local waited
  for waited in $(seq 600); do
    [ "$(printf 'select 1' | ch_send default 2>/dev/null)" = 1 ] && return 0
    kill -0 "$ch_pid" 2>/dev/null || return 1
    sleep 0.05
  done
  return 1
}

ch_start() {
  [ "$ch_kind" = debian ] || { chdb_start; return; }
  /usr/sbin/clickhouse-server --config-file="$ch_folder/config.xml" >"$ch_folder/out" 2>&1 &
  ch_pid=$!
  ch_answers || { echo "the server did not start:" >&2; cat "$ch_folder/errors" >&2; return 1; }
}
chdb_start() {
  "$(dirname "$DMC")/chdb_server" "$ch_library" "$ch_folder/engine" >"$ch_folder/port" 2>"$ch_folder/out" &
  ch_pid=$!
  local waited
  for waited in $(seq 600); do [ -s "$ch_folder/port" ] && break; sleep 0.05; done
  ch_port=$(cat "$ch_folder/port")
  ch_url=clickhouse://127.0.0.1:$ch_port
  ch_answers
}

ch_new_folder() {
  ch_stop
  ch_folder=$(mktemp -d /tmp/dmc-ch-XXXXXX) || exit 1
  ch_folders="${ch_folders:-} $ch_folder"
  trap 'ch_stop; rm -rf "$work" $ch_folders' EXIT
}

ch_write_config() {
  ch_port=$(ch_free_port)
  ch_url=clickhouse://127.0.0.1:$ch_port
  cat >"$ch_folder/users.xml" <<END
<yandex><profiles><default/></profiles><users><default><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users><quotas><default/></quotas></yandex>
END
  cat >"$ch_folder/config.xml" <<END
<yandex><logger><level>error</level><log>$ch_folder/log</log><errorlog>$ch_folder/errors</errorlog></logger>
<http_port>$ch_port</http_port><tcp_port>$(ch_free_port)</tcp_port><listen_host>127.0.0.1</listen_host>
<path>$ch_folder/data/</path><tmp_path>$ch_folder/tmp/</tmp_path><user_files_path>$ch_folder/files/</user_files_path><format_schema_path>$ch_folder/schemas/</format_schema_path>
<users_config>$ch_folder/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database><mark_cache_size>100000000</mark_cache_size></yandex>
END
}

clickhouse_or_skip() {
  if [ ! -x /usr/sbin/clickhouse-server ]; then
    echo "SKIPPED $1: no ClickHouse server here (Debian: clickhouse-server)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
  fi
  ch_kind=debian
  ch_new_folder
  mkdir "$ch_folder/data" "$ch_folder/tmp" "$ch_folder/files" "$ch_folder/schemas"
  local tries
  for tries in 1 2 3 4 5; do
    ch_write_config
    ch_start 2>"$ch_folder/why" && return
    grep -q 'already in use' "$ch_folder/why" || break
  done
  cat "$ch_folder/why" >&2
  exit 1
}

chdb_server_here() {
  ch_library=${DMC_CHDB_LIBRARY:-${XDG_CACHE_HOME:-$HOME/.cache}/dmc/libchdb.so}
  [ -r "$ch_library" ] && [ -x "$(dirname "$DMC")/chdb_server" ] || { echo "SKIPPED 26.x: no libchdb.so here (tests/support/chdb.sh), or no chdb_server"; skipped=$((${skipped:-0} + 1)); return 1; }
  ch_kind=chdb
  ch_new_folder
  chdb_start
}
