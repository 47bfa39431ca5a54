#!/usr/bin/env bash
# Hazards on their way out: of SQL that an author wrote by hand, at the words they are about; accepted, avoided and denied ones; as text, JSON,
# SARIF and Markdown; of the sources and of a plan. What is said stands in lint.txt; DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
said=$work/said.txt
says() {  # exit code, arguments…
  local wanted=$1 code=0
  shift
  "$DMC" "$@" >"$work/answer" 2>&1 || code=$?
  ok "dmc $*" "$wanted" "$code"
  { echo "== dmc $*"; sed -E 's/"version":"[0-9.]+"/"version":"VERSION"/' "$work/answer"; echo; } >>"$said"
}
mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
cat >schema/shop.mig <<'END'
database shop on postgres 14 {
  table users {
    id     bigint  primary key;
    email  text;
    index users_email_idx (email);
  }
}
END
echo "change 1 'first';" >changes/0001_first.mig
says 0 compile
says 0 lint
cat >changes/0002_by_hand.mig <<'END'
change 2 'by hand' {
  run 'slow things' on shop {
    do (update users set email = lower(email));
    do (create index users_lower_idx on users (lower(email)));
    do (
      alter table users
        alter column email type varchar(20)
    );
    undo nothing;
  }
}
END
says 1 compile
says 1 lint
says 1 lint --format json
says 1 lint --format sarif
says 1 lint --format markdown
sed -i "s/^}$/  accept rewrite.type_narrowing on users.email because 'no address is longer, see OPS-12';\n}/" changes/0002_by_hand.mig
says 0 compile --format markdown
says 0 lint
says 0 lint plans/0002.plan.json
says 0 lint plans/0002.plan.json --format sarif
echo "policy { deny perf.index_build; warn raw.execute; }" >policy.mig
mv policy.mig schema/policy.mig
says 1 lint
says 2 lint catalog/0001.json
says 2 lint plans/0007.plan.json
[ -z "${DMC_ACCEPT:-}" ] || cp "$said" "$here/lint.txt"
diff "$here/lint.txt" "$said"; ok "what is said" 0 $?
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
