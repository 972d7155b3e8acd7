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

test_a_snapshot_that_a_killed_command_left_goes_at_the_next_start() {
  "$company" make left.db 20
  echo x >left.db-snapshot; echo x >left.db-snapshot-wal
  start_server left.db; absent left.db-snapshot; absent left.db-snapshot-wal; stop_server
}
test_a_snapshot_that_a_killed_command_left_goes_at_the_next_command() {
  "$company" make alone.db 20
  echo x >alone.db-snapshot
  run db verify --db alone.db; ends_with 0; absent alone.db-snapshot
}
test_a_snapshot_that_is_being_read_stays_at_the_next_start() {
  "$company" make read.db 20
  echo x >read.db-snapshot
  exec 8>read.db-backup-lock; flock 8
  start_server read.db; [[ -e read.db-snapshot ]] || wrong "the snapshot was taken away"; stop_server
  exec 8>&-
}

finish
