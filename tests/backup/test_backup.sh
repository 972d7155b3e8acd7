#!/usr/bin/env bash
. "$(dirname "$0")/help.sh"

"$company" make "$room/company.db" 600
cp "$room/company.db" "$room/still.db"

test_a_restored_database_holds_the_same() {
  run backup --db company.db --to whole.backup; ends_with 0; prints "whole.backup: taken 20"; complains_not
  run restore whole.backup --db elsewhere/new.db; ends_with 2; complains "elsewhere/new.db"
  mkdir elsewhere
  run restore whole.backup --db elsewhere/new.db; ends_with 0; prints " tables, taken "
  same_content company.db elsewhere/new.db
  [[ $(company ask company.db 'SELECT count(*) FROM obligation') -gt 100 ]] || wrong "there is too little to see"
}
test_a_backup_may_go_through_a_pipe() {
  "$troth" backup --db company.db --to - >piped.backup || wrong "backup --to -"
  "$troth" restore - --db piped.db <piped.backup >/dev/null || wrong "restore -"
  same_content company.db piped.db
}
test_without_a_name_a_backup_is_called_by_its_time() {
  mkdir named && cd named || return
  run backup --db ../company.db; ends_with 0
  [[ $(echo *) =~ ^troth-[0-9]{8}-[0-9]{6}\.backup$ ]] || wrong "$(ls)"
}
test_nothing_is_written_over() {
  echo mine >taken.backup
  run backup --db company.db --to taken.backup; ends_with 2; complains "taken.backup is there already"
  [[ $(<taken.backup) == mine ]] || wrong "it was written over"
  run backup --db company.db --to over.backup; ends_with 0
  "$company" make other.db 60 7
  local before; before=$(content other.db)
  run restore over.backup --db other.db; ends_with 2; complains "other.db is there already"
  [[ $(content other.db) == "$before" ]] || wrong "it was written over"
}
test_there_must_be_a_database() {
  run backup --db nothing.db --to n.backup; ends_with 2; complains "there is no database nothing.db"; absent nothing.db; absent n.backup
  absent n.backup.part
  : >empty.db
  run backup --db empty.db --to n.backup; ends_with 2; absent n.backup
  echo "something else, rather long so that SQLite looks at it as a header of a file of its own" >text.db
  run backup --db text.db --to n.backup; ends_with 2; absent n.backup
  run restore text.db --db n.db; ends_with 2; complains "not a backup of Troth"; absent n.db
  run restore missing.backup --db n.db; ends_with 2; complains "missing.backup cannot be read"
}
test_a_database_of_a_newer_version_is_left_to_it() {
  cp still.db newer.db
  company sql newer.db "INSERT INTO schema_migration (number, name, hash, applied_us) VALUES (999, 'later', 1, 1)"
  run backup --db newer.db --to newer.backup; ends_with 2; complains "made by a newer Troth (schema 999"; absent newer.backup
}

# -- encryption --

test_a_key_encrypts_and_decrypts() {
  run backup --new-key key; ends_with 0
  [[ $(stat -c %a key) == 600 ]] || wrong "others may read the key"
  run backup --new-key key; ends_with 2; complains "key cannot be written"
  run backup --db company.db --encrypt-with key --to sealed.backup; ends_with 0
  run restore sealed.backup --decrypt-with key --db opened.db; ends_with 0
  same_content company.db opened.db
  grep -q th17 sealed.backup && wrong "it can be read"
  run restore sealed.backup --db no.db; ends_with 2; complains "encrypted with a key"; absent no.db
  "$troth" backup --new-key other >/dev/null
  run restore sealed.backup --decrypt-with other --db no.db; ends_with 2; complains "the secret is not that of this backup"; absent no.db
}
test_a_passphrase_may_come_from_a_file_or_the_environment() {
  echo "correct horse" >phrase
  run backup --db company.db --encrypt-with phrase --to phrase.backup; ends_with 0
  export SECRET="correct horse" WRONG="correct hors"
  run restore phrase.backup --verify --decrypt-with env:SECRET; ends_with 0
  run restore phrase.backup --verify --decrypt-with env:WRONG; ends_with 1; complains "the secret is not that of this backup"
  run restore phrase.backup --verify --decrypt-with env:MISSING; ends_with 1; complains "the environment has no MISSING"
  run restore phrase.backup --verify; ends_with 1; complains "encrypted with a passphrase"
}
test_a_secret_must_be_one() {
  : >nothing; echo "troth-key-1:1234" >short; head -c 2000 /dev/zero | tr '\0' a >long
  run backup --db company.db --encrypt-with nothing --to s.backup; ends_with 2; complains "1 to 1024 bytes"
  run backup --db company.db --encrypt-with short --to s.backup; ends_with 2; complains "64 hexadecimal digits"
  run backup --db company.db --encrypt-with long --to s.backup; ends_with 2; complains "larger than"
  run backup --db company.db --to plain.backup
  run restore plain.backup --verify --decrypt-with short; ends_with 1; complains "64 hexadecimal"
  echo x >phrase1
  run restore plain.backup --verify --decrypt-with phrase1; ends_with 1; complains "not encrypted"
}

# -- damage --

refused() {
  run restore "$1" --db damaged.db "${@:2}"; ends_with 2; complains "troth restore:"; absent damaged.db; absent damaged.db.restoring
}
test_a_backup_cut_off_anywhere_is_refused() {
  "$troth" backup --new-key cutkey; local size at
  "$troth" backup --db company.db --to cut.backup >/dev/null
  "$troth" backup --db company.db --encrypt-with cutkey --to cutsealed.backup >/dev/null
  for kind in "cut.backup" "cutsealed.backup --decrypt-with cutkey"; do
    # shellcheck disable=SC2086
    set -- $kind
    size=$(stat -c %s "$1")
    for at in 0 1 15 16 17 39 40 60 100 $((size / 2)) $((size - 30)) $((size - 4)) $((size - 1)); do
      head -c "$at" "$1" >shorter.backup
      refused shorter.backup "${@:2}"
    done
    { cat "$1"; printf x; } >longer.backup
    refused longer.backup "${@:2}"
    { cat "$1" "$1"; } >twice.backup
    refused twice.backup "${@:2}"
  done
}
test_a_changed_byte_is_noticed() {
  "$troth" backup --db company.db --to sound.backup >/dev/null
  local size at; size=$(stat -c %s sound.backup)
  for at in 3 8 9 12 20 200 $((size / 3)) $((size / 2)) $((size - 60)) $((size - 2)); do
    cp sound.backup flipped.backup
    printf '\xa5' | dd of=flipped.backup bs=1 seek="$at" conv=notrunc status=none
    cmp -s sound.backup flipped.backup && continue
    refused flipped.backup
    run restore flipped.backup --verify; ends_with 1
  done
}

# -- kill -9, disk full --

test_a_killed_backup_leaves_no_file_that_looks_like_one() {
  for hundredths in 1 3 6 10 20; do
    kill_after "$hundredths" "$troth" backup --db company.db --to killed.backup
    [[ -e killed.backup ]] && { run restore killed.backup --verify; ends_with 0; rm killed.backup; }
  done
  run backup --db company.db --to killed.backup; ends_with 0; absent killed.backup.part
}
test_a_killed_restore_leaves_no_database_and_can_be_done_again() {
  "$troth" backup --db company.db --to again.backup >/dev/null
  for hundredths in 2 5 10 20 30; do
    kill_after "$hundredths" "$troth" restore again.backup --db again.db
    [[ -e again.db ]] && { same_content company.db again.db; rm again.db*; }
  done
  run restore again.backup --db again.db; ends_with 0; absent again.db.restoring
  same_content company.db again.db
}
test_a_full_disk_is_told() {
  "$troth" backup --db company.db --to - >/dev/full 2>err && wrong "it should not succeed"
  grep -q "cannot be written: No space left" err || wrong "$(<err)"
}

finish
