# shellcheck shell=bash
# The parts of the bench, each of them whole: figures and what stands beside them come from the same minutes.

# How a kind of database is called before people.
name_of() { [[ $1 == sqlite ]] && echo SQLite || echo PostgreSQL; }

# processor COMMAND…: milliseconds on the processor, the best of three
processor() {
  local i
  for i in 1 2 3; do
    { TIMEFORMAT='%U %S'; time "$@" >"$work/said"; } 2>&1 | tail -n 1 | awk '{ print ($1 + $2) * 1000 }'
  done | least
}

write_thousand_promises() {
  local i
  sed '/^promise /,$d' "$work/story.troth"
  for i in $(seq 1000); do
    printf 'promise p-%s under prompt\n  "Promise %s."\n  on message.received where size = %s\n  must message.sent by staff within %s hours\n' \
      "$i" "$i" "$i" "$((i % 40 + 1))"
  done
}

part_replay() {
  local spent largest
  section="Replay and check (on one core)"
  "$bin/replay" "${replay_threads[@]}" >"$work/replayed"
  awk -F '\t' -v OFS='\t' -v section="$section" '
    { size = $1; sub(/.*_/, "", size)
      kind = $1 ~ /sql/ ? "sql" : $1 ~ /first/ ? "first" : "known"
      label["sql"] = "  the same, beside SQL"
      label["first"] = "  the same, in memory new to the process"
      label["known"] = "replay in memory, ten promises, " size " touches"
      print $0, section, label[kind]
      if (kind == "known") print "replay", $2, $3, size, "", "", "growth", "replay in memory"
      if (kind == "first") print "replay_first", $2, $3, size, "", "", "growth", "replay in new memory" }' "$work/replayed" >>"$rows"
  largest=$(awk -F '\t' '$1 !~ /sql|first/ { v = $2 } END { print v }' "$work/replayed")
  "$bin/replay" write "$ndjson_threads" "$work"
  spent=$(processor "$troth" replay --code "$work/story.troth" --touches "$work/story.ndjson")
  figure replay_ndjson "$(calculate "$ndjson_threads * 10000 / $spent")" touches/s 500000 "the same in memory" "$largest" \
    "replay from NDJSON on disk, $((ndjson_threads * 10)) touches"
  rm "$work/story.ndjson"
  write_thousand_promises >"$work/many.troth"
  figure check_1000_promises "$(processor "$troth" check "$work/many.troth")" ms "<50" "a Code of ten promises" \
    "$(processor "$troth" check "$work/story.troth")" "check of a Code of 1,000 promises"
}

# The rows that the server has written, once more by the database alone.
# floor KIND NAME GROUP CLIENTS: touches a second
floor() {
  if [[ $1 == sqlite ]]; then
    "$bin/floor_rows" "$work/$2.db" "$3"
  else
    bench/floor_postgres "$2" "$3" "$4"
  fi
}

part_ingest() { # KIND
  local kind=$1 name place single half slow bytes group echo_floor one
  name=$(name_of "$kind")
  section="Ingest over HTTP, durable: $name"
  place=$(new_database "$kind" ingest)
  serve "$place"
  sleep 1
  figure "idle_resident_$kind" "$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/${servers[0]}/status")" MB "<30" "" "" \
    "memory of an idle server"
  read -r single half slow bytes < <("$bin/ingest" "$ports" "$token" single 64 "$seconds")
  group=$(calculate "int($(metric troth_clerk_batch_jobs_sum) / $(metric troth_clerk_batch_jobs_count) + 0.5)")
  stop
  ((group > 0)) || group=1
  figure "ingest_${kind}_single" "$single" touches/s "ratio 0.6" "the same rows without Troth, $group a commit" \
    "$(floor "$kind" ingest "$group" 1)" "a touch a request, 64 connections"
  if [[ $kind == sqlite ]]; then
    echo_floor=$("$bin/floor_http" 64 "$seconds" | sed 's/.*per_second": \([0-9]*\).*/\1/')
    figure ingest_sqlite_single_of_http "$single" touches/s "" "bare HTTP echo, suspended and resumed" "$echo_floor" \
      "  the same, beside HTTP alone"
    figure ingest_bytes_single "$bytes" bytes "" "" "" "  sent for a touch"
  else
    figure ingest_postgresql_single_of_16 "$single" touches/s "" "the same rows by pgbench, 16 clients, $group a commit" \
      "$(floor "$kind" ingest "$group" 16)" "  the same, beside 16 clients"
  fi
  figure "ingest_${kind}_half" "$half" ms "" "" "" "  half are answered within"
  figure "ingest_${kind}_99" "$slow" ms "" "" "" "  99 of 100 are answered within"
  figure "ingest_${kind}_touches_a_commit" "$group" touches "" "" "" "  taken in one commit"

  place=$(new_database "$kind" ingest)
  serve "$place"
  [[ $kind == sqlite ]] || one=$(postgres postgres -c 'SELECT pg_current_wal_lsn()')
  read -r single half slow bytes < <("$bin/ingest" "$ports" "$token" batch 4 "$seconds")
  if [[ $kind == postgresql ]]; then
    figure postgresql_wal_a_touch "$(postgres ingest -c \
      "SELECT round((pg_current_wal_lsn() - '$one'::pg_lsn) / count(*)) FROM touch")" bytes "" "" "" "  written ahead (WAL) for a touch"
  fi
  stop
  figure "ingest_${kind}_batch" "$single" touches/s "ratio 0.5" "the same rows without Troth, 1,000 a commit" \
    "$(floor "$kind" ingest 1000 1)" "batches of 1,000, 4 connections"
  if [[ $kind == sqlite ]]; then
    figure ingest_bytes_batch "$bytes" bytes "" "" "" "  sent for a touch"
    place=$(new_database "$kind" ingest)
    serve "$place"
    read -r single half slow bytes < <("$bin/ingest" "$ports" "$token" past 4 "$seconds")
    stop
    figure ingest_past "$single" touches/s "" "the same rows without Troth, 1,000 a commit" "$(floor "$kind" ingest 1000 1)" \
      "  of two years ago: overdue before it comes"
  else
    figure ingest_postgresql_batch_of_16 "$single" touches/s "" "the same rows by pgbench, 16 clients, 1,000 a commit" \
      "$(floor "$kind" ingest 1000 16)" "  the same, beside 16 clients"
  fi
  drop_database "$kind" ingest
}

# One, two and three servers on one PostgreSQL database; the client's connections are dealt out over them.
part_servers() {
  local count place single half slow bytes first=
  section="Several servers on one PostgreSQL database"
  for count in 1 2 3; do
    place=$(new_database postgresql several)
    if ! serve "$place" "$count"; then
      stop
      note "$count servers on one database are left out: this version of Troth does not start them."
      break
    fi
    read -r single half slow bytes < <("$bin/ingest" "$ports" "$token" single 64 "$seconds")
    first=${first:-$single}
    figure "servers_${count}_single" "$single" touches/s "" "one server" "$first" "$count: a touch a request, 64 connections"
    read -r single half slow bytes < <("$bin/ingest" "$ports" "$token" batch 6 "$seconds")
    [[ $count != 1 ]] || one_batch=$single
    figure "servers_${count}_batch" "$single" touches/s "" "one server" "$one_batch" "$count: batches of 1,000, 6 connections"
    stop
  done
  drop_database postgresql several
}

# Of a database with a past: its size, how long a server needs to start, what reading costs, and how fast it takes more.
measure_at() { # KIND NAME SIZE
  local kind=$1 size=$3 name place i bytes started=() adherence list batch single half slow sent
  name=$(name_of "$kind")
  place=$([[ $kind == sqlite ]] && echo "$work/$2.db" || postgres_url "$2")
  bytes=$(database_bytes "$kind" "$2")
  for i in 1 2 3; do
    start "$place"
    started+=("$waited_ms")
    [[ $i == 3 ]] || stop
  done
  make_token "$place"
  started_ms=$(printf '%s\n' "${started[@]}" | least)
  adherence=$(quickest 20 "/api/v1/adherence?by=promise-month")
  list=$(quickest 20 "/api/v1/obligations?state=broken")
  empty=$(quickest 20 /healthz)
  read -r single half slow sent < <("$bin/ingest" "$ports" "$token" single 64 "$short")
  read -r batch half slow sent < <("$bin/ingest" "$ports" "$token" batch 4 "$short")
  growth "bytes_a_touch_$kind" "$size" "$(calculate "$bytes / $size")" bytes "$name: disk for a touch, with its obligations and indexes"
  growth "start_$kind" "$size" "$started_ms" ms "$name: start"
  growth "adherence_$kind" "$size" "$adherence" ms "$name: adherence by promise and month"
  growth "list_$kind" "$size" "$list" ms "$name: 50 broken obligations"
  growth "single_$kind" "$size" "$single" touches/s "$name: ingest, a touch a request"
  growth "batch_$kind" "$size" "$batch" touches/s "$name: ingest, batches of 1,000"
  growth "resident_$kind" "$size" "$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/${servers[0]}/status")" MB \
    "$name: memory of the server afterwards"
  stop
}

part_growth() { # KIND SIZE…
  local kind=$1 size place begun
  for size in "${@:2}"; do
    begun=$SECONDS
    if ((size <= 100000)); then
      place=$(new_database "$kind" "past$size")
      "$bin/past" "$place" $((size / 10)) >"$work/past"
      growth "past_$kind" "$size" "$(<"$work/past")" touches/s "$(name_of "$kind"): a past written by the ledger itself"
      place=$(new_database "$kind" grown "past$size")
      [[ $size == 100000 ]] || drop_database "$kind" "past$size"
    else
      place=$(new_database "$kind" grown past100000)
      "$bin/fill" "$place" $((size / 100000))
    fi
    say "$(name_of "$kind"), $size touches: written in $((SECONDS - begun)) s"
    measure_at "$kind" grown "$size"
  done
  drop_database "$kind" grown
  drop_database "$kind" past100000
  section="A year of $size touches, $(calculate "1.73 * $size") obligations: $(name_of "$kind")"
  figure "start_$kind" "$started_ms" ms "<100" "" "" "start, until it listens (best of 3)"
  largest adherence "<10" "adherence by promise and month"
  largest list "<10" "50 broken obligations"
}
largest() { # NAME GOAL WHAT: the last one of the growth rows, as a figure
  figure "$1_$kind" "$(awk -F '\t' -v name="$1_$kind" '$1 == name { v = $2 } END { print v }' "$rows")" ms "$2" \
    "a request for nothing" "$empty" "$3"
}
