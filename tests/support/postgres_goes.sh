# Sourced behind postgres.sh, by scripts that compare what dmc does with what PostgreSQL's own statements do.
# goes NAME BEFORE AFTER [CHANGE]: BEFORE makes the one database, AFTER leads from it to the other; CHANGE where no draft may say it
# acts WHAT COMMAND…: how it runs and is taken back; a script may have something else go on meanwhile
acts() { quiet 0 "$@"; }
goes() {
  local name=$1
  pg_sql postgres "drop database if exists shop" "drop database if exists wanted" "create database shop" 2>/dev/null
  pg_sql shop "$2" 2>&1 | grep -v -e '^WARNING' -e '^HINT'
  pg_sql postgres "create database wanted template shop"
  pg_sql wanted "$3"
  rm -rf "$work/shop" && mkdir "$work/shop" && cd "$work/shop" || exit 1
  local before wanted
  before=$(pg_shape shop) wanted=$(pg_shape wanted)
  quiet 0 "$name: adopted" adopt shop --from "$(pg_url shop)"
  "$DMC" inspect "$(pg_url wanted)" --name shop >schema/shop.mig
  if [ -n "${4:-}" ]; then echo "change 2 'x' { $4 }" >changes/0002_x.mig; else "$DMC" draft --accept-all >"$work/answer" 2>&1; fi
  quiet 0 "$name: compiles" compile
  acts "$name: runs" run plans/0002.plan.json --on "shop=$(pg_url shop)" --yes --no-progress
  ok "$name: as PostgreSQL's own statements leave it" "$wanted" "$(pg_shape shop -N dmc_backup)"
  quiet 0 "$name: nothing is left to do" compile --check
  acts "$name: taken back" undo plans/0002.plan.json --on "shop=$(pg_url shop)" --yes --no-progress --lossy all
  ok "$name: as it was" "$before" "$(pg_shape shop)"
}
