#!/usr/bin/env bash
# test_zsh.sh FOLDER: what an interactive zsh, in a terminal of its own, makes of "troth …" and the tab key.
set -euo pipefail
command -v zsh >/dev/null || { echo "skipped: zsh is not installed"; exit 77; }
folder=$(realpath "$1")
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cp "$folder/_troth" "$room"
mkdir "$room/files"
touch "$room/files/shop.troth"
failed=0

# completes "LINE" EXPECTED: the line after the tab key, printed instead of run
completes() {
  local got
  got=$(cd "$room/files" && HOME=$room zsh -f -c '
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PS1= PS2= RPS1=; unsetopt zle_bracketed_paste 2>/dev/null; fpath=('"$room"' \$fpath); autoload -Uz compinit; compinit -D -u"
    zpty -w shell "report() { print -r -- \"<<\$BUFFER>>\"; exit; }; zle -N report; bindkey \"^T\" report; print ready to go"
    zpty -r shell line "*ready to go*ready to go*"
    zpty -w -n shell "$1"$'"'\\t\\C-t'"'
    zpty -r shell line "*>>*" && print -r -- "${line##*<<}"
  ' zsh "$1" 2>/dev/null | head -n 1) || true
  got=${got%%>>*}
  if [[ $got == "$2" ]]; then echo "ok $1"; else echo "not ok $1: $got"; failed=1; fi
}
completes "troth che" "troth check "
completes "troth check --st" "troth check --strict "
completes "troth check s" "troth check shop.troth "
completes "troth serve --db s" "troth serve --db shop.troth "
completes "troth serve --lis" "troth serve --listen "
completes "troth token rev" "troth token revoke "
completes "troth help ser" "troth help serve "
exit "$failed"
