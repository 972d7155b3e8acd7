# Sourced by the tests of this folder with the program as $1 and company as $2. Each test is a function test_…
# shellcheck source=tests/cli/help.sh
. "$(dirname "${BASH_SOURCE[0]}")/../cli/help.sh"
company=$(realpath "$2")
status=0 out="" err=""

# sums BACKUP [OPTION…]: a line for each table: name, rows, checksum
sums() { "$troth" restore "$1" --verify --json "${@:2}" | sed -e 's/"taken".*//' -e 's/},{/\n/g'; }
# content PLACE: the same of a database
content() {
  local file; file=$(mktemp -u content.XXXXXX)
  "$troth" backup --db "$1" --to "$file" >/dev/null && sums "$file"
  rm -f "$file"
}
same_content() { [[ -n $(content "$1") && $(content "$1") == "$(content "$2")" ]] || wrong "$1 and $2 should hold the same"; }
absent() { [[ ! -e $1 ]] || wrong "$1 should not be there"; }
company() { "$company" "$@" || wrong "company $*"; }

# start_server PLACE: its process in $server
start_server() {
  : >"$room/served" # what an earlier one said is not taken for this one's
  "$troth" serve --db "$1" --listen 127.0.0.1:0 >"$room/served" 2>"$room/server.log" &
  server=$!
  for _ in $(seq 600); do
    grep -q "Sign in" "$room/served" && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  wrong "the server does not start: $(<"$room/server.log")"
}
stop_server() { kill "$server" && wait "$server" || wrong "the server did not end well: $(<"$room/server.log")"; }

# kill_after HUNDREDTHS COMMAND…: kills it with SIGKILL after so many hundredths of a second, unless it has ended
kill_after() {
  local hundredths=$1 pid
  shift
  "$@" >/dev/null 2>&1 &
  pid=$!
  sleep "$(printf '0.%02d' "$hundredths")"
  kill -9 "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}
