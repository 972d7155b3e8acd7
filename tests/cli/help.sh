# Sourced by the tests of this folder with the program as $1. Each test is a function test_…; finish runs them all.
set -uo pipefail
export LC_ALL=C # English where a test names no other language
troth=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

# run ARGUMENT…: what it printed is in $out and $err, how it ended in $status.
run() {
  out=$("$troth" "$@" 2>"$room/err") && status=0 || status=$?
  err=$(<"$room/err")
}

wrong() {
  echo "  ${FUNCNAME[2]}: $1"
  echo "  status $status"
  echo "  out: $out"
  echo "  err: $err"
  failed=1
}
ends_with() { [[ $status == "$1" ]] || wrong "should end with $1"; }
prints() { [[ $out == *"$1"* ]] || wrong "should print: $1"; }
prints_exactly() { [[ $out == "$1" ]] || wrong "should print exactly: $1"; }
complains() { [[ $err == *"$1"* ]] || wrong "should complain: $1"; }
complains_not() { [[ -z $err ]] || wrong "should not complain"; }
prints_not() { [[ $out != *"$1"* ]] || wrong "should not print: $1"; }

finish() {
  local any=0
  for t in $(compgen -A function | grep ^test_); do
    failed=0
    (cd "$room" && "$t" && exit $failed) && echo "ok $t" || { echo "not ok $t"; any=1; }
  done
  exit $any
}

# good.troth has no mistakes, wrong.troth one error, doubtful.troth one warning, unlaid.troth another layout.
cat >"$room/good.troth" <<'CODE'
code "Corner shop"
  zone Europe/Lisbon

calendar shop
  open mon..sat 09:00-18:00

principle care "We care"

promise answer under care
  "We answer within a working day."
  on     message.received
  must   message.sent by staff within 1 working day of shop
  target 95% each month
CODE
sed 's/day of shop/day of shoq/' "$room/good.troth" >"$room/wrong.troth"
sed 's/target 95%/target 0%/' "$room/good.troth" >"$room/doubtful.troth"
sed 's/^  /     /' "$room/good.troth" >"$room/unlaid.troth"
