# Sourced behind e2e.sh: a ZooKeeper and two shards × two replicas of Debian's ClickHouse 18.16, all on loopback with folders of their own, ended by
# their process numbers. Hosts are called 11, 12, 21, 22: shard, then replica. Without one of the programs the script is skipped, visibly.
#   cluster_or_skip NAME      starts all of it; host_url HOST is then the address of a host without a database
#   at HOST SQL               rows as plain lines, of the database shop; at_is WHAT WANTED HOST SQL; everywhere SQL
#   cluster_project SECONDS   a project shop in $work with an inventory of all hosts
#   host_start, host_stop, host_kill, host_freeze, host_thaw HOST;  keeper_start, keeper_stop
hosts="11 12 21 22"
declare -A host_port host_tcp host_between host_pid
cl_folder= keeper_pid= keeper_port= cl_taken= cl_port=
cl_free_port() { local port; while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || [[ " $cl_taken " == *" $port "* ]]; do :; done; cl_taken="$cl_taken $port"; cl_port=$port; }
cl_end() { [ -z "${1:-}" ] || { kill -CONT "$1"; kill -9 "$1"; wait "$1"; } 2>/dev/null; }
cl_all_gone() { local host; for host in $hosts; do cl_end "${host_pid[$host]:-}"; done; cl_end "$keeper_pid"; }
cl_send() { curl -s "http://127.0.0.1:${host_port[$1]}/?database=$2" --data-binary @-; }
at() { printf '%s' "$2" | cl_send "$1" shop; }
at_is() { ok "$1" "$2" "$(at "$3" "$4" 2>&1)"; }
everywhere() { local host; for host in $hosts; do at "$host" "$1"; done; }
host_url() { echo "clickhouse://127.0.0.1:${host_port[$1]}"; }

keeper_start() {  # what is written need not survive the machine
  java -Xmx128m -Dzookeeper.forceSync=no -Dzookeeper.log.dir="$cl_folder/keeper" -cp "/usr/share/java/zookeeper.jar:/usr/share/java/*" \
    org.apache.zookeeper.server.quorum.QuorumPeerMain "$cl_folder/keeper/zoo.cfg" >"$cl_folder/keeper/out" 2>&1 &
  keeper_pid=$!
  local waited
  for waited in $(seq 400); do (exec 3<>"/dev/tcp/127.0.0.1/$keeper_port") 2>/dev/null && return; sleep 0.05; done
  echo "ZooKeeper did not start:" >&2; tail -5 "$cl_folder/keeper/out" >&2; return 1
}
keeper_stop() { cl_end "$keeper_pid"; keeper_pid=; }

host_begin() {
  /usr/sbin/clickhouse-server --config-file="$cl_folder/$1/config.xml" >"$cl_folder/$1/out" 2>&1 &
  host_pid[$1]=$!
}
host_answers() {
  local waited
  for waited in $(seq 400); do
    [ "$(printf 'select 1' | cl_send "$1" default 2>/dev/null)" = 1 ] && return 0
    kill -0 "${host_pid[$1]}" 2>/dev/null || break
    sleep 0.05
  done
  echo "host $1 did not start:" >&2; tail -5 "$cl_folder/$1/errors" >&2; return 1
}
host_start() { host_begin "$1" && host_answers "$1"; }
host_kill() { cl_end "${host_pid[$1]}"; host_pid[$1]=; }
host_stop() { kill "${host_pid[$1]}"; wait "${host_pid[$1]}" 2>/dev/null; host_pid[$1]=; }
host_freeze() { kill -STOP "${host_pid[$1]}"; }
host_thaw() { kill -CONT "${host_pid[$1]}"; }

cl_write_host() {
  local host=$1 folder=$cl_folder/$1 shard
  mkdir -p "$folder/data" "$folder/tmp" "$folder/files" "$folder/schemas"
  cat >"$folder/users.xml" <<END
<yandex><profiles><default><replication_alter_columns_timeout>4</replication_alter_columns_timeout></default></profiles><users><default><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users><quotas><default/></quotas></yandex>
END
  {
    echo "<yandex><logger><level>error</level><log>$folder/log</log><errorlog>$folder/errors</errorlog></logger>"
    echo "<http_port>${host_port[$host]}</http_port><tcp_port>${host_tcp[$host]}</tcp_port><listen_host>127.0.0.1</listen_host>"
    echo "<interserver_http_port>${host_between[$host]}</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>"
    echo "<path>$folder/data/</path><tmp_path>$folder/tmp/</tmp_path><user_files_path>$folder/files/</user_files_path><format_schema_path>$folder/schemas/</format_schema_path>"
    echo "<users_config>$folder/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database><mark_cache_size>100000000</mark_cache_size><merge_tree><zookeeper_session_expiration_check_period>1</zookeeper_session_expiration_check_period></merge_tree>"
    echo "<zookeeper><node><host>127.0.0.1</host><port>$keeper_port</port></node><session_timeout_ms>${keeper_session_ms:-3000}</session_timeout_ms></zookeeper>"
    echo "<macros><shard>0${host:0:1}</shard><replica>r${host:1:1}</replica></macros><distributed_ddl><path>/clickhouse/task_queue/ddl</path></distributed_ddl>"
    echo "<remote_servers incl=\"none\"><events>"
    for shard in 1 2; do
      echo "<shard><internal_replication>true</internal_replication>"
      echo "<replica><host>127.0.0.1</host><port>${host_tcp[${shard}1]}</port></replica><replica><host>127.0.0.1</host><port>${host_tcp[${shard}2]}</port></replica></shard>"
    done
    echo "</events></remote_servers></yandex>"
  } >"$folder/config.xml"
}

# All of it, on ports that were free a moment ago.
cl_begin() {
  local host
  cl_free_port; keeper_port=$cl_port
  mkdir -p "$cl_folder/keeper/data"
  printf 'tickTime=500\ndataDir=%s\nclientPort=%s\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\nminSessionTimeout=1000\n' \
    "$cl_folder/keeper/data" "$keeper_port" >"$cl_folder/keeper/zoo.cfg"
  for host in $hosts; do
    cl_free_port; host_port[$host]=$cl_port
    cl_free_port; host_tcp[$host]=$cl_port
    cl_free_port; host_between[$host]=$cl_port
  done
  keeper_start || return 1
  for host in $hosts; do cl_write_host "$host"; host_begin "$host"; done
  for host in $hosts; do host_answers "$host" || return 1; done
}

cluster_or_skip() {
  local lacking= host
  [ -x /usr/sbin/clickhouse-server ] || lacking="ClickHouse server (Debian: clickhouse-server)"
  [ -r /usr/share/java/zookeeper.jar ] && command -v java >/dev/null || lacking="ZooKeeper (Debian: zookeeper)"
  if [ -n "$lacking" ]; then
    echo "SKIPPED $1: no $lacking here"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
  fi
  cl_folder=$(mktemp -d /tmp/dmc-cl-XXXXXX) || exit 1
  trap 'cl_all_gone; rm -rf "$work" "$cl_folder"' EXIT
  local tries
  for tries in 1 2 3 4 5; do
    cl_begin 2>"$cl_folder.why" && { rm -f "$cl_folder.why"; return; }
    cl_all_gone
    grep -q 'already in use' "$cl_folder.why" || break
    rm -rf "${cl_folder:?}"/*
  done
  cat "$cl_folder.why" >&2
  rm -f "$cl_folder.why"
  exit 1
}

# A project shop with an inventory of all hosts, whose addresses stand in HOST11 … HOST22 too; seconds that a statement may take.
cluster_project() {
  local host
  for host in $hosts; do
    printf 'create database shop' | cl_send "$host" default
    export "HOST$host=$(host_url "$host")/shop?timeout=$1"
  done
  mkdir -p "$work/shop/schema" "$work/shop/changes" "$work/shop/clusters" && cd "$work/shop" || exit 1
  echo "project shop { edition 1; }" >project.mig
  cat >clusters/prod.mig <<END
cluster prod {
  disposable;
  database shop {
    shard s1 { replica a at '$HOST11'; replica b at '$HOST12'; }
    shard s2 { replica a at '$HOST21'; replica b at '$HOST22'; }
  }
}
END
}
