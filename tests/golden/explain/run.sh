#!/usr/bin/env bash
# What `troth explain` says, in each language, of everything that has a name in these Codes. run.sh TROTH compares; UPDATE=1 run.sh TROTH
# rewrites what is expected: read every change as a user would.
set -euo pipefail
troth=$(realpath "$1")
cd "$(dirname "$0")"
failed=0
for code in *.troth ../codes/harbour-city.troth; do
  names=$(awk '/^(calendar|group|table|principle|promise|expect|allow) / { print $2 }' "$code" | sort -u)
  for language in en pt es; do
    said=$(for name in $names; do
      "$troth" explain "$code" "$name" --on 2025-01-17 --language $language 2>&1 || echo "exit $?"
      echo
    done)
    expected=$(basename "$code" .troth).$language.expected
    if [[ ${UPDATE:-} == 1 ]]; then
      printf '%s\n' "$said" >"$expected"
    else
      diff -u --label "$expected" --label now "$expected" <(printf '%s\n' "$said") || failed=1
    fi
  done
done
exit $failed
