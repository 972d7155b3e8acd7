#!/usr/bin/env bash
# A company moves from one database to another. Where PostgreSQL is there (TROTH_TEST_POSTGRES), to it and back as well.
. "$(dirname "$0")/help.sh"

"$company" make "$room/company.db" 1200

# new_place KIND: a place that is free, in $place
new_place() {
  local name; name=$(basename "$(mktemp -u place_XXXXXXXX | tr '[:upper:]' '[:lower:]')")
  place=$PWD/$name.db
  if [[ -n ${TROTH_TEST_POSTGRES:-} && ${1:-} == postgres ]]; then
    psql -q "$TROTH_TEST_POSTGRES" -c "CREATE DATABASE $name" || wrong "no database"
    place=${TROTH_TEST_POSTGRES/\/postgres?/\/$name?}
  fi
}
kinds() { echo file; [[ -z ${TROTH_TEST_POSTGRES:-} ]] || echo postgres; }

test_a_stopped_company_is_copied_whole() {
  for kind in $(kinds); do
    new_place "$kind"
    run db copy company.db "$place"; ends_with 0; prints " tables, counts and checksums equal"; prints "do not serve it again"; complains_not
    same_content company.db "$place"
    run db verify --db "$place"; ends_with 0; prints "is sound: 1200 touches"
    local there=$place
    new_place file
    run db copy "$there" "$place"; ends_with 0
    same_content company.db "$place"
  done
}
test_a_copied_company_is_served() {
  for kind in $(kinds); do
    new_place "$kind"
    "$troth" db copy company.db "$place" >/dev/null || wrong "copy"
    start_server "$place"; stop_server
    run db verify --db "$place"; ends_with 0
  done
}
test_a_running_company_is_copied_up_to_the_last_step() {
  cp company.db live.db
  for kind in $(kinds); do
    new_place "$kind"
    start_server live.db
    run db copy live.db "$place"; ends_with 1; prints "is not finished. Stop the server"
    err=$(timeout 20 "$troth" serve --db "$place" --listen 127.0.0.1:0 2>&1) && status=0 || status=$?
    ends_with 2; complains "was begun and not finished"
    run backup --db "$place" --to unfinished.backup; ends_with 2; complains "begun and not finished"; absent unfinished.backup
    run db verify --db "$place"; ends_with 1; prints "go on with it (troth db copy)"
    stop_server
    company add live.db 100 "$RANDOM"
    company sql live.db "DELETE FROM key_state WHERE lane = 'thread' AND key = 'th0'; UPDATE token SET name = 'x'"
    run db copy live.db "$place"; prints "counts and checksums equal"
    same_content live.db "$place"
    company sql live.db "DELETE FROM key_state"
    run db verify --db live.db --repair states; ends_with 0
    start_server live.db; stop_server
  done
}
test_a_copy_waits_for_the_server_to_stop_and_loses_nothing() {
  cp company.db waits.db
  for kind in $(kinds); do
    new_place "$kind"
    start_server waits.db
    local url token i
    url=$(sed -n 's/.* at \(http:[^ ]*\).*/\1/p' served | head -n 1)
    token=$("$troth" token create --db waits.db --name t --scope touch:write)
    "$troth" db copy waits.db "$place" --wait >copied 2>&1 & local copying=$!
    for i in $(seq 60); do
      curl -sf -H "Authorization: Bearer $token" -H "Content-Type: application/json" "$url/api/v1/touches" \
        -d "{\"source\":\"late\",\"id\":\"$kind-$i\",\"event\":\"order.placed\",\"occurred\":\"$(date -u +%FT%TZ)\",\"attributes\":{\"order\":\"late$i\"}}" >/dev/null || wrong "touch $i"
    done
    stop_server
    wait "$copying" || wrong "$(<copied)"
    grep -q "counts and checksums equal" copied || wrong "$(<copied)"
    same_content waits.db "$place"
    [[ $(company ask waits.db "SELECT count(*) FROM touch WHERE external_id LIKE '$kind-%'") == 60 ]] || wrong "touches are missing"
  done
}
test_a_killed_copy_goes_on() {
  for kind in $(kinds); do
    new_place "$kind"
    for hundredths in 5 10 20 30 40 60; do
      kill_after "$hundredths" "$troth" db copy company.db "$place"
    done
    for _ in 1 2 3 4 5; do # the session of a killed one may outlive it for a moment
      run db copy company.db "$place"
      [[ $err == *"Another process"* ]] || break
      sleep 1
    done
    [[ $status == 0 || $err == *"holds data already"* ]] || wrong "it does not go on"
    same_content company.db "$place"
    run db verify --db "$place"; ends_with 0
  done
}
test_what_stands_in_the_target_is_made_equal() {
  new_place file
  start_server company.db
  run db copy company.db "$place"; ends_with 1
  stop_server
  company sql "$place" "DELETE FROM touch WHERE id % 7 = 0; UPDATE obligation SET state = 5 WHERE id % 5 = 0; INSERT INTO tally_open (promise, open, paused) VALUES ('other', 1, 1); UPDATE touch SET id = id - 1000000000 WHERE id % 11 = 0"
  run db copy company.db "$place"; ends_with 0
  same_content company.db "$place"
}
test_a_company_is_not_copied_over_another() {
  "$company" make other.db 60 9
  local before; before=$(content other.db)
  run db copy company.db other.db; ends_with 2; complains "holds data already"
  [[ $(content other.db) == "$before" ]] || wrong "it was changed"
  run db copy company.db company.db; ends_with 2; complains "the same"
  run db copy none.db new.db; ends_with 2; complains "there is no database none.db"; absent new.db
  run db copy company.db; ends_with 2; complains "copy FROM TO"
}
test_an_older_schema_is_brought_up_to_date_first() {
  cp company.db older.db
  company sql older.db "DELETE FROM schema_migration WHERE number > 1"
  run db copy older.db newer.db; ends_with 2; complains "start the server on it once"; absent newer.db
}

finish
