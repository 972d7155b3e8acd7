#!/usr/bin/env bash
# test_fish.sh FOLDER: what fish completes after "troth …".
set -euo pipefail
command -v fish >/dev/null || { echo "skipped: fish is not installed"; exit 77; }
folder=$(realpath "$1")
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
export HOME=$room
touch shop.troth
failed=0

# completes "LINE" EXPECTED…
completes() {
  local got wanted
  got=$(fish --no-config -c "source '$folder/troth.fish'; complete -C '$1'" | cut -f 1 | sort)
  wanted=$(printf '%s\n' "${@:2}" | sort)
  if [[ $got == "$wanted" ]]; then echo "ok $1"; else echo "not ok $1: $got"; failed=1; fi
}
completes "troth che" check
completes "troth check --s" --strict
completes "troth check s" shop.troth
completes "troth serve --db s" shop.troth
completes "troth token re" revoke
completes "troth openapi s" ""
exit "$failed"
