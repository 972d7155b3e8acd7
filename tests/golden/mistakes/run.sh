#!/usr/bin/env bash
# Each Code here holds one mistake (or a few on purpose); beside it stands exactly what `troth check` says.
# run.sh TROTH compares; UPDATE=1 run.sh TROTH rewrites what is expected: read every change as a user would.
set -euo pipefail
troth=$(realpath "$1")
cd "$(dirname "$0")"
failed=0 count=0
for code in *.troth; do
  name=${code%.troth}
  count=$((count + 1))
  said=$("$troth" check "$code" 2>&1) && status=0 || status=$?
  said+=$'\n'"exit $status"
  if [[ $said == *"no mistakes found"* ]]; then
    echo "$name: nothing was found"
    failed=1
  fi
  if [[ ${UPDATE:-} == 1 ]]; then
    printf '%s\n' "$said" >"$name.expected"
  elif ! diff -u --label "$name expected" --label "$name now" "$name.expected" <(printf '%s\n' "$said"); then
    failed=1
  fi
done
for expected in *.expected; do
  [[ -e ${expected%.expected}.troth ]] || { echo "$expected belongs to no Code"; failed=1; }
done
((count >= 40)) || { echo "only $count mistakes"; failed=1; }
echo "$count mistakes"
exit $failed
