#!/usr/bin/env bash
# While the server runs.
. "$(dirname "$0")/help.sh"

"$company" make "$room/company.db" 400

test_a_running_server_is_backed_up_without_a_trace() {
  start_server company.db
  run backup --db company.db --to live.backup; ends_with 0; complains_not
  absent company.db-snapshot
  run backup --db company.db --to live2.backup; ends_with 0
  stop_server
  run restore live.backup --db live.db; ends_with 0
  same_content company.db live.db
}
test_a_backup_that_was_killed_does_not_stand_in_the_way() {
  start_server company.db
  for hundredths in 1 3 6 10; do
    kill_after "$hundredths" "$troth" backup --db company.db --to k$hundredths.backup
  done
  run backup --db company.db --to after.backup; ends_with 0
  stop_server
  absent company.db-snapshot
}
test_two_backups_at_once_do_not_disturb_each_other() {
  start_server company.db
  local n
  for n in 1 2 3 4; do "$troth" backup --db company.db --to both$n.backup >/dev/null 2>both$n.err & pids[n]=$!; done
  for n in 1 2 3 4; do
    if wait "${pids[n]}"; then
      run restore both$n.backup --verify; ends_with 0
    else
      grep -q "under way already" both$n.err || wrong "$(<both$n.err)"
      absent both$n.backup
    fi
  done
  run backup --db company.db --to both.backup; ends_with 0
  stop_server
}
test_a_server_does_not_begin_on_a_place_that_is_being_restored() {
  "$troth" backup --db company.db --to begin.backup >/dev/null
  exec 7>begin.db-lock; flock 7
  run restore begin.backup --db begin.db; ends_with 2; complains "another process uses begin.db"
  exec 7>&-
}

finish
