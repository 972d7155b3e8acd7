#!/usr/bin/env bash
# test_pages.sh TROTH FOLDER: the man pages say what --help says, no more and no less, and are well-formed.
set -euo pipefail
export LC_ALL=C.UTF-8
troth=$1 folder=$2 failed=0

wrong() { echo "not ok $1"; failed=1; }
page() { mandoc -Tutf8 -O width=900 "$folder/$1" | sed 's/.\x08//g'; }
# What stands with dashes at the head of a line (of --help or of a page), with its value, one a line.
options() { sed -nE 's/^ +((-[A-Za-z], )?--[a-z-]+( [A-Z][A-Z:|-]*)?)(  .*| [^A-Z].*)?$/\1/p' | sort; }
words() { tr -s ' \n' '\n' | sed -E 's/[.]$//' | sort -u; }

commands=$("$troth" help | sed -n '/^Commands:/,/^$/p' | awk 'NR > 1 && NF && $1 != "help" { print $1 }')
[[ -n $commands ]] || wrong "troth help lists commands"
# shellcheck disable=SC2086 # a word each
for command in $commands; do
  help=$("$troth" "$command" --help)
  said=$(page "troth-$command.1")
  if difference=$(diff <(sed -n '/^Options:/,$p' <<<"$help" | options) <(options <<<"$said")); then
    echo "ok troth-$command(1) has the options of --help and no others"
  else
    wrong "troth-$command(1) and --help have other options: $difference"
  fi
  missing=$(comm -23 <(sed -e '/^Usage:/d; /^Options:/d; /^Environment:/d' <<<"$help" | words) <(words <<<"$said"))
  [[ -z $missing ]] || wrong "troth-$command(1) lacks words of --help: $missing"
  page troth.1 | grep -q "^ *troth-$command(1)$" || wrong "troth(1) names troth-$command(1)"
done

pages=$(cd "$folder" && ls troth*.[0-9])
# shellcheck disable=SC2086
expected=$({ printf 'troth-%s.1\n' $commands; printf 'troth.1\ntroth-code.5\n'; } | LC_ALL=C sort)
[[ $(LC_ALL=C sort <<<"$pages") == "$expected" ]] || wrong "a page a command: $pages"
for name in $pages; do
  if said=$(mandoc -Tlint -W warning "$folder/$name"); then echo "ok $name: mandoc finds nothing"; else wrong "$name: $said"; fi
done

example=$(mktemp)
trap 'rm -f "$example"' EXIT
sed -n '/^\.EX/,/^\.EE/p' "$folder/troth-code.5" | sed '/^\.E[EX]/d' >"$example"
if "$troth" check --strict "$example"; then echo "ok the example of troth-code(5) has no mistakes"; else wrong "the example of troth-code(5)"; fi
exit "$failed"
