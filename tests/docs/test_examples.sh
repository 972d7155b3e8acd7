#!/usr/bin/env bash
# Checks every example of a document. test_examples.sh TROTH DOCUMENT [AT-LEAST]
#   ```troth        a whole Code: no mistakes. It is kept as shop.troth for the commands below it.
#   ```troth wrong  the same, with mistakes
#   ```troth part   blocks that are checked under a small Code of their own; `part code` brings its own code block
#   ```console      "$ troth …", run in the same folder; what follows is exactly what it prints
set -uo pipefail
troth=$(realpath "$1") document=$(realpath "$2")
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir "$room/bin" && ln -s "$troth" "$room/bin/troth"
export PATH="$room/bin:$PATH" NO_COLOR=1 LC_ALL=C
cd "$room"
awk '/^```/ { if (file) { close(file); file = ""; next }
              kind = substr($0, 4); gsub(" ", "-", kind); file = sprintf("%03d.%s", ++n, kind == "" ? "plain" : kind)
              printf "%s %d\n", file, NR > "list"; next }
     file { print > file }' "$document"

principle='principle care "We care"'
calendar=$'calendar office\n  open  mon..fri 09:00-17:00'
code=$'code "Examples"\n  zone     Europe/Lisbon\n  channels email, chat, phone'
failed=0 count=0
fail() { echo "$(basename "$document"):$line: $1"; failed=1; }

while read -r file line; do
  case ${file#*.} in
  troth)
    cp "$file" shop.troth
    said=$(troth check --strict shop.troth) || fail "$said" ;;
  troth-wrong)
    cp "$file" shop.troth
    troth check shop.troth >/dev/null && fail "is not wrong" ;;
  troth-part*)
    [[ $file == *-code ]] && first='' || first=$code
    printf '%s\n\n%s\n\n%s\n\n%s\n' "$first" "$calendar" "$principle" "$(<"$file")" >part.troth
    said=$(troth check part.troth) || fail "$said"
    [[ $said != *"did you mean"* ]] || fail "$said" ;;
  console)
    command=$(sed -n '1s/^\$ //p' "$file")
    [[ $command == troth\ * ]] || { fail "no command"; continue; }
    diff -u --label document --label "$command" <(sed 1d "$file") <(bash -c "$command" 2>&1) || fail "prints something else" ;;
  *) continue ;;
  esac
  count=$((count + 1))
done <list
((count >= ${3:-1})) || { echo "only $count examples found"; failed=1; }
echo "$count examples"
exit $failed
