# shellcheck shell=bash
# What the parts of the bench share: figures, databases of either kind, servers that start and stop.
# $work: a folder of this run. $rows: the figures of the part under way, a line each, cells divided by tabs:
#   name, value, unit, goal, beside (its name), value of that, section, what it is
# A goal is "5000000" (at least), "<100" (at most) or "ratio 0.6" (at least so much of what stands beside it).

bin=build/release/bench troth=build/release/troth
servers=() heard=() ports=

say() { printf '%s … %s\n' "$(date +%T)" "$1" >&2; }
figure() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" "$6" "$section" "$7" >>"$rows"; }
# growth NAME SIZE VALUE UNIT WHAT: a row of the second table
growth() { printf '%s\t%s\t%s\t%s\t\t\tgrowth\t%s\n' "$1" "$3" "$4" "$2" "$5" >>"$rows"; }
note() { printf '\t\t\t\t\t\tnote\t%s\n' "$1" >>"$rows"; }
least() { sort -g | head -n 1; }
calculate() { awk "BEGIN { printf \"%.6g\", $1 }"; }
now_us() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }

# -- databases --

postgres_url() { printf '%s' "${TROTH_TEST_POSTGRES/\/postgres\?//$1?}"; }
postgres() { psql -qAtX -v ON_ERROR_STOP=1 "$(postgres_url "$1")" "${@:2}"; }
# new_database KIND NAME [OF]: an empty one, or a copy; its place
new_database() {
  drop_database "$1" "$2"
  if [[ $1 == sqlite ]]; then
    [[ -z ${3:-} ]] || cp "$work/$3.db" "$work/$2.db"
    printf '%s' "$work/$2.db"
  else
    postgres postgres -c "CREATE DATABASE $2 ${3:+TEMPLATE $3}"
    postgres_url "$2"
  fi
}
drop_database() {
  if [[ $1 == sqlite ]]; then
    rm -f "$work/$2.db" "$work/$2.db"-*
  else
    postgres postgres -c "DROP DATABASE IF EXISTS $2" 2>/dev/null
  fi
}
database_bytes() {
  if [[ $1 == sqlite ]]; then
    cat "$work/$2.db"* | wc -c
  else
    postgres postgres -c CHECKPOINT -c "SELECT pg_database_size('$2')"
  fi
}

# -- servers --

# start PLACE: one more server. Adds to servers and ports; sets waited_ms (until it listens). Fails when it does not start.
start() {
  local fd line begun
  begun=$(now_us)
  exec {fd}< <(exec "$troth" serve --db "$1" --listen 127.0.0.1:0 --rate 0 2>>"$work/log")
  servers+=($!)
  heard+=("$fd")
  read -r line <&"$fd" || return 1
  waited_ms=$(calculate "($(now_us) - $begun) / 1000")
  ports+=${ports:+,}${line##*:}
}
# stop: asks all servers to end, and waits until they have: their output is then closed. (One that is told to end still
# writes; a program that opens its database meanwhile finds it locked.)
stop() {
  local i
  for i in "${!servers[@]}"; do
    kill "${servers[i]}" 2>/dev/null || true
  done
  for i in "${!servers[@]}"; do
    cat <&"${heard[i]}" >/dev/null
    eval "exec ${heard[i]}<&-"
  done
  servers=() heard=() ports=
}
api() { # METHOD PATH [curl options]: of the first server
  curl -sf -X "$1" -H "Authorization: Bearer $token" "http://127.0.0.1:${ports%%,*}$2" "${@:3}"
}
# serve PLACE [COUNT]: servers under the story's Code, with a token; fails when not all of them start
serve() {
  local i
  start "$1" || return 1
  make_token "$1"
  api POST /api/v1/code -o "$work/published" -H 'Content-Type: text/plain' --data-binary @"$work/story.troth" || true
  for ((i = 1; i < ${2:-1}; i++)); do
    start "$1" || return 1
  done
}
make_token() { # PLACE [SCOPES]
  token=$("$troth" token create --db "$1" --name bench --scope "${2:-touch:write code:write code:read measure:read ledger:read}")
}
metric() { # NAME
  api GET /metrics | awk -v name="$1" '$1 == name { print $2 }'
}
# quickest TIMES PATH: milliseconds of the quickest answer
quickest() {
  local i
  for ((i = 0; i < $1; i++)); do
    api GET "$2" -o "$work/answer" -w '%{time_total}\n'
  done | awk '{ print $1 * 1000 }' | least
}
