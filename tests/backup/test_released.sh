#!/usr/bin/env bash
# Backups that earlier versions made: each is restored for ever after. One is kept for each schema that was released.
. "$(dirname "$0")/help.sh"
released=$(cd "$(dirname "${BASH_SOURCE[0]}")/released" && pwd)

# its_rows PLACE: what every version must find in schema-2.backup
its_rows() { company ask "$1" "SELECT (SELECT count(*) FROM touch) || ' ' || (SELECT count(*) FROM obligation) || ' ' || (SELECT count(*) FROM obligation_entry) || ' ' || (SELECT sum(owed_minor) FROM obligation) || ' ' || (SELECT sum(kept) FROM tally_total) || ' ' || (SELECT max(name) FROM token)"; }

test_a_backup_of_an_earlier_version_is_restored_and_sound() {
  local file name
  for file in "$released"/*.backup; do
    name=$(basename "$file" .backup)
    run restore "$file" --verify; ends_with 0; prints "schema ${name#schema-}"
    run restore "$file" --db "$name.db"; ends_with 0
    run db verify --db "$name.db"; ends_with 0; prints "is sound"
  done
}
test_what_it_held_is_all_there() {
  run restore "$released/schema-2.backup" --db rows.db; ends_with 0
  [[ $(its_rows rows.db) == "220 64 173 24000 8 t" ]] || wrong "$(its_rows rows.db)"
}
test_it_is_served_and_goes_on() {
  "$troth" restore "$released/schema-2.backup" --db served.db >/dev/null || wrong "restore"
  start_server served.db
  for _ in $(seq 100); do
    run db verify --db served.db
    [[ $status != 0 || $out != *"keys wait"* ]] && break
    sleep 0.1
  done
  ends_with 0; prints "is sound"
  stop_server
}
test_customers_of_before_are_found_by_words() {
  local found all
  "$troth" restore "$released/schema-2.backup" --db words.db >/dev/null || wrong "restore"
  for _ in $(seq 20); do
    start_server words.db
    sleep 0.2
    stop_server
    found=$(company ask words.db "SELECT count(DISTINCT customer) FROM customer_word")
    all=$(company ask words.db "SELECT count(DISTINCT customer) FROM touch")
    [[ $found == "$all" ]] && break
  done
  [[ $found == "$all" && $all -gt 0 ]] || wrong "$found of $all"
}

finish
