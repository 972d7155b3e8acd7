#!/usr/bin/env bash
# test_bash.sh FOLDER: what bash completes after "troth …".
set -euo pipefail
# shellcheck source=/dev/null
. "$1/troth.bash"
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
touch shop.troth "two words.troth"
mkdir data
failed=0

# completes "WORD …" EXPECTED…: the last word is the one under the cursor
completes() {
  local -a line expected=("${@:2}")
  local got wanted
  read -ra line <<<"$1"
  [[ $1 == *' ' ]] && line+=("")
  COMP_WORDS=("${line[@]}") COMP_CWORD=$((${#line[@]} - 1)) COMPREPLY=()
  _troth || true
  got=$(printf '%s\n' "${COMPREPLY[@]}" | sort)
  wanted=$(printf '%s\n' "${expected[@]}" | sort)
  if [[ $got == "$wanted" ]]; then echo "ok $1"; else echo "not ok $1: $got"; failed=1; fi
}

[[ $(complete -p troth) == "complete -F _troth troth" ]] || { echo "not ok: troth is not completed"; failed=1; }
completes "troth che" check
completes "troth check --" --json --strict --help
completes "troth check s" shop.troth
completes "troth check " shop.troth "two words.troth" data
completes "troth serve --l" --listen
completes "troth serve --db s" shop.troth
completes "troth serve --db = s" shop.troth # bash splits --db=s at the sign
completes "troth serve -d s" shop.troth
completes "troth serve --listen s"
completes "troth token re" revoke
completes "troth token revoke s"
completes "troth help ser" serve
completes "troth openapi s"
completes "troth nothing s"
exit "$failed"
