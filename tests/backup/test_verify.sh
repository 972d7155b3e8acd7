#!/usr/bin/env bash
# A database is broken in each way, and what is said about it.
. "$(dirname "$0")/help.sh"

"$company" make "$room/company.db" 1000

# broken NAME SQL: a copy of the company, broken so
broken() { cp company.db "$1.db"; company sql "$1.db" "$2"; run db verify --db "$1.db"; ends_with 1; }
# only PART: nothing is said of other parts
only() { [[ -z $(grep -E '^(schema|references|counts|states|ledger):' <<<"$out" | grep -v "^$1:") ]] || wrong "only $1 is wrong"; }

test_a_sound_database_is_sound() {
  run db verify --db company.db; ends_with 0; prints "company.db is sound: 1000 touches"; complains_not
  [[ $out =~ \(([0-9]+)\ compared && ${BASH_REMATCH[1]} -gt 300 ]] || wrong "there is too little to compare"
  run db verify --db company.db --json; ends_with 0; prints '"sound":true,"findings":[],"notes":[]'; prints '"compared_until":null'
}
test_there_must_be_a_database_to_verify() {
  run db verify --db none.db; ends_with 2; complains "there is no database none.db"; absent none.db
  run db verify --db company.db --repair all; ends_with 2; complains "--repair is counts or states"
  run db vrify; ends_with 2; complains "there is no 'vrify'"
}

# -- schema --

test_a_missing_column_is_found() { broken column "ALTER TABLE touch DROP COLUMN role"; prints "schema: the column touch.role is missing"; only schema; }
test_a_table_of_someone_else_is_found() { broken table "CREATE TABLE mine (id INTEGER PRIMARY KEY)"; prints "schema: the column mine.id is not known"; }
test_an_older_schema_is_told() { broken older "DELETE FROM schema_migration WHERE number > 1"; prints "schema: the schema is 1"; prints "start the server once"; }
test_a_newer_schema_is_told() {
  broken newer "INSERT INTO schema_migration (number, name, hash, applied_us) VALUES (999, 'later', 1, 1)"
  prints "schema: the schema is 999"; prints "use the newer program"
}

# -- references --

test_an_entry_of_no_obligation_is_found() {
  broken orphan "DELETE FROM obligation WHERE id = (SELECT max(id) FROM obligation WHERE state = 2)"; prints "entries belong to no obligation"
  prints "restore a backup"
}
test_an_obligation_without_history_is_found() {
  broken history "DELETE FROM obligation_entry WHERE obligation_id = (SELECT max(id) FROM obligation)"; prints "1 obligations have no history"
}
test_an_obligation_of_no_code_is_found() { broken code "UPDATE obligation SET version_id = 17 WHERE state = 2"; prints "obligations name no published Code"; only references; }
test_a_file_of_no_code_is_found() {
  broken file "PRAGMA foreign_keys = OFF; INSERT INTO code_file (version_id, name, bytes) VALUES (99, 'lost.ics', x'00')"
  prints "1 files belong to no published Code, such as lost.ics"; only references
}
test_a_state_that_is_not_its_historys_is_found() {
  broken state "UPDATE obligation SET state = 3 WHERE id = (SELECT max(id) FROM obligation WHERE state = 2)"; prints "1 obligations are in another state than their history says"
}
test_a_missing_opening_touch_is_found() {
  broken touch "DELETE FROM touch WHERE external_id = (SELECT opening_id FROM obligation WHERE opening_source = 'test' AND state = 2 LIMIT 1)"
  prints "were opened by a touch that is not there"
}
test_a_key_of_no_touch_is_found() { broken key "UPDATE touch_key SET touch_id = 1 WHERE touch_id = (SELECT max(touch_id) FROM touch_key)"; prints "keys of touches name none (touch_key)"; only references; }
test_an_anywhere_of_no_touch_is_found() { broken anywhere "INSERT INTO touch_anywhere (touch_id) VALUES (1)"; prints "rows of touch_anywhere name no touch, such as 1"; only references; }
test_an_obligation_there_twice_is_found() {
  broken twice "INSERT INTO obligation SELECT id + 1, home_id, version_id, promise, key, opening_source, opening_id, n, thread, customer, channel, team, person, state, opened_us, due_us, warn_us, decided_us, fulfilled_us, day, owed_minor, owed_currency, owed_count FROM obligation WHERE state = 2 ORDER BY id DESC LIMIT 1"
  prints "obligations are there twice"
}
test_a_state_of_a_key_without_touches_is_found() { broken statekey "UPDATE key_state SET key = 'nobody' WHERE key = (SELECT max(key) FROM key_state WHERE lane = 'thread')"; prints "states are of keys without touches, such as nobody"; }
# staff NAME SQL WORDS: people and teams, and then the harm
staff() {
  broken "$1" "INSERT INTO staff (id, email, name, language, theme, created_us) VALUES (101, 'ana@shop.example', 'Ana', 'en', 'auto', 1);
    INSERT INTO role (id, name, permissions, created_us) VALUES (301, 'clerk', 'code:read', 1); INSERT INTO staff_role (staff_id, role_id) VALUES (101, 1), (101, 301);
    INSERT INTO team (id, name, parent_id, restricted, created_us) VALUES (201, 'house', NULL, 0, 1), (202, 'fraud', 201, 1, 1);
    INSERT INTO team_member (team_id, staff_id, lead) VALUES (202, 101, 0); $2"
  prints "1 $3"; only references
}
test_a_role_of_nobody_is_found() { staff nobody "INSERT INTO staff_role (staff_id, role_id) VALUES (102, 2)" "roles are held by nobody there is, such as 102"; }
test_a_role_that_is_gone_is_found() { staff role "DELETE FROM role" "roles that are held are not there, such as 301"; }
test_a_membership_of_no_team_is_found() { staff team "DELETE FROM team WHERE id = 202" "memberships name no team or nobody on the staff, such as 202"; }
test_a_team_within_none_is_found() { staff parent "DELETE FROM team WHERE id = 201" "teams lie within one that is not there, such as fraud"; }
test_a_session_of_nobody_is_found() { staff session "INSERT INTO session (id, hash, created_us, seen_us, expires_us, staff_id) VALUES (1, x'00', 1, 1, 1, 103)" "sessions are of nobody there is, such as 103"; }

# -- counts --

repaired() {
  run db verify --db "$1.db" --repair counts; ends_with 0; prints "is sound"
}
test_a_wrong_tally_is_found_and_repaired() { broken tally "UPDATE tally SET kept = kept + 1 WHERE rowid = (SELECT max(rowid) FROM tally)"; prints "(tally), such as"; prints "(tally_total), such as"; only counts; repaired tally; }
test_a_missing_tally_is_found_and_repaired() { broken missing "DELETE FROM tally WHERE promise = 'answer'; DELETE FROM tally_total WHERE promise = 'answer'"; prints "(tally), such as answer"; only counts; repaired missing; }
test_a_wrong_total_is_found_and_repaired() { broken total "UPDATE tally_total SET broken = broken - 1 WHERE rowid = 1"; prints "(tally_total), such as"; only counts; repaired total; }
test_a_wrong_hour_is_found_and_repaired() { broken hour "UPDATE tally_hour SET kept = kept + 1 WHERE rowid = 1"; prints "(tally_hour), such as"; only counts; repaired hour; }
test_hours_are_counted_beside_other_work_and_go_on_after_a_stop() {
  cp company.db hours.db
  company sql hours.db "CREATE TABLE half AS SELECT id FROM obligation ORDER BY id LIMIT 1 OFFSET (SELECT count(*) / 2 FROM obligation); DELETE FROM tally_hour;
    INSERT INTO backfill SELECT 'tally_hour', (SELECT id FROM half), max(id) FROM obligation;
    INSERT INTO tally_hour SELECT decided_us / 3600000000, promise, 0, sum(state = 2), sum(state = 3), sum(state = 4), sum(state = 5) FROM obligation
      WHERE state >= 2 AND id <= (SELECT id FROM half) GROUP BY 1, 2; DROP TABLE half"
  run db verify --db hours.db; ends_with 0
  start_server hours.db
  for _ in $(seq 100); do
    [[ $(company ask hours.db "SELECT count(*) FROM backfill WHERE name = 'tally_hour'") == 0 ]] && break
    sleep 0.1
  done
  run db verify --db hours.db; ends_with 0; prints "is sound"
  stop_server
  [[ $(company ask hours.db "SELECT count(*) FROM backfill WHERE name = 'tally_hour'") == 0 ]] || wrong "hours are left to be counted"
  [[ $(company ask hours.db "SELECT sum(kept) FROM tally_hour") == "$(company ask company.db "SELECT sum(kept) FROM tally_total")" ]] || wrong "hours hold other counts"
}
test_a_wrong_count_of_open_ones_is_found_and_repaired() { broken open "UPDATE tally_open SET open = open + 3 WHERE promise = 'answer'"; prints "(tally_open), such as answer"; only counts; repaired open; }
test_wrong_remedies_are_found_and_repaired() {
  broken owed "UPDATE tally_remedy SET owed = owed + 5 WHERE rowid = 1"; prints "remedies owed for answer"; only counts; repaired owed
  broken paid "UPDATE tally_remedy SET paid_count = paid_count + 1 WHERE rowid = 1"; prints "remedies paid for answer"; only counts; repaired paid
  broken none "DELETE FROM tally_remedy"; prints "counted as 0 in 0"; only counts; repaired none
}
test_counts_made_anew_are_those_that_were_kept() {
  cp company.db anew.db
  run db verify --db anew.db --repair counts; ends_with 0
  for sum in "sum(kept)||' '||sum(broken)||' '||sum(excused)||' '||sum(void)||' '||count(*) FROM tally WHERE kept+broken+excused+void<>0" \
    "sum(kept*day)||' '||sum(broken*day) FROM tally_total" "sum(kept*hour)||' '||sum(broken*hour) FROM tally_hour" "sum(open)||' '||sum(paused) FROM tally_open" "sum(owed)||' '||sum(paid)||' '||sum(paid*day) FROM tally_remedy"; do
    [[ $(company ask anew.db "SELECT $sum") == "$(company ask company.db "SELECT $sum")" ]] || wrong "$sum"
  done
}

# -- states --

# the server folds the dropped states anew
refolded() {
  run db verify --db "$1.db" --repair states; ends_with 0
  start_server "$1.db"
  for _ in $(seq 100); do
    run db verify --db "$1.db"
    [[ $status != 0 || $out != *note* ]] && break
    sleep 0.1
  done
  ends_with 0; prints_not "note"; prints "is sound"
  stop_server
}
test_a_lost_state_is_found_and_made_again() { broken lost "DELETE FROM key_state WHERE lane = 'thread'"; prints "the state of its key knows nothing of it"; prints "--repair states"; refolded lost; }
test_a_state_that_sleeps_too_long_is_found_and_made_again() { broken sleeps "UPDATE key_state SET next_us = next_us + 3600000000 WHERE next_us IS NOT NULL"; prints "wakes too late"; refolded sleeps; }

# -- ledger --

test_an_altered_decision_is_found() {
  broken decided "UPDATE obligation SET decided_us = decided_us + 1 WHERE id = (SELECT max(id) FROM obligation WHERE state = 2)"; prints "ledger: "; prints "a replay as kept"; only ledger
}
test_an_altered_due_is_found() { broken due "UPDATE obligation SET due_us = due_us - 1000000 WHERE id = (SELECT max(id) FROM obligation WHERE state = 3)"; prints "ledger: "; only ledger; }
test_an_altered_amount_is_found() {
  broken amount "UPDATE obligation SET owed_minor = 1001, owed_count = 1 WHERE id = (SELECT max(id) FROM obligation WHERE state = 3)"; prints "owed 1001 in 1; a replay as"
}
test_an_altered_touch_is_found() {
  broken altered "UPDATE touch SET occurred_us = occurred_us + 60000000 WHERE external_id IN (SELECT opening_id FROM obligation WHERE state = 3)"; prints "ledger: "
}
test_a_lost_touch_is_found() { broken silent "DELETE FROM touch WHERE event = 'message.sent'"; prints "ledger: "; prints "more obligations like these"; }
test_an_altered_ledger_is_corrected_by_its_server() {
  broken mended "UPDATE obligation SET decided_us = decided_us + 1 WHERE state = 2"; only ledger
  refolded mended
}

# Keys that wait for the clock since ten days before the end: the server was away, or was killed.
waiting() { cp company.db "$1.db"; company sql "$1.db" "UPDATE key_state SET next_us = (SELECT max(occurred_us) FROM touch) - 864000000000 WHERE next_us = (SELECT min(next_us) FROM key_state)"; }
test_a_ledger_with_waiting_keys_is_compared_as_of_the_instant_they_wait_for() {
  waiting waits
  run db verify --db waits.db; ends_with 0; prints "note: 1 keys wait for the clock or for what was heard anywhere since"
  prints "waits.db is sound, its ledger as far as 20"
  [[ $out =~ \(([0-9]+)\ compared && ${BASH_REMATCH[1]} -gt 150 ]] || wrong "there is too little to compare"
  run db verify --db waits.db --json; ends_with 0; prints '"compared_until":"20'
  company sql waits.db "UPDATE obligation SET decided_us = decided_us + 1 WHERE id = (SELECT min(id) FROM obligation WHERE state = 2)"
  run db verify --db waits.db; ends_with 1; prints "ledger: "; prints "a replay as kept"; only ledger
}
test_an_obligation_lost_before_keys_waited_is_found() {
  waiting gone
  company sql gone.db "DELETE FROM obligation_entry WHERE obligation_id = (SELECT min(id) FROM obligation WHERE state = 2); DELETE FROM obligation WHERE id = (SELECT min(id) FROM obligation WHERE state = 2)"
  run db verify --db gone.db; ends_with 1; prints "ledger: "; prints "the ledger has it as never opened"
}

# -- live --

test_a_running_server_is_verified() {
  start_server company.db
  run db verify --db company.db; ends_with 0; prints "is sound"; complains_not; absent company.db-snapshot
  run db verify --db company.db --repair counts; ends_with 2; complains "Another process uses company.db"
  stop_server
}

finish
