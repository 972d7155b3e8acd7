#!/usr/bin/env bash
. "$(dirname "$0")/help.sh"
cd "$room"

cat >promise.troth <<'CODE'
code "Corner shop"
  zone Europe/Lisbon

principle care "We care"

promise answer under care
  "We answer within four hours."
  on        message.received
  must      message.sent by staff within 4 hours
  otherwise credit 10.00 EUR
  target    80% each month

promise paid under care
  "What we owe is paid within a day."
  on   remedy.owed where promise = answer
  must remedy.paid within 1 day
CODE
sed 's/within 4 hours/within 2 hours/' promise.troth >draft.troth

touch() { # ID EVENT TIME THREAD [ACTOR]
  printf '{"source":"desk","id":"%s","event":"%s","occurred":"2025-%s:00Z","thread":"%s"%s}\n' \
    "$1" "$2" "$3" "$4" "${5:+,\"actor\":\"$5\"}"
}
# Eight messages: five answered in one hour, one in three, one a day late, one never. The end is a month later.
{
  for i in 1 2 3 4 5; do
    touch "in-$i" message.received "03-0${i}T09:00" "t$i" customer
    touch "out-$i" message.sent "03-0${i}T10:00" "t$i" staff
  done
  touch in-6 message.received 03-06T09:00 t6 customer
  touch out-6 message.sent 03-06T12:00 t6 staff
  touch in-7 message.received 03-07T09:00 t7 customer
  touch out-7 message.sent 03-08T14:30 t7 staff
  touch pay-7 remedy.paid 03-08T09:00 t7
  touch in-8 message.received 03-31T22:30 =8 customer
  touch end shop.closed 04-30T00:00 none
} >touches.ndjson

test_adherence_is_shown_with_its_interval() {
  run replay --code promise.troth --touches touches.ndjson
  ends_with 0; complains_not
  prints "Corner shop"
  prints "17 touches from 2025-03-01 09:00 to 2025-04-30 01:00 (Europe/Lisbon)"
  prints "answer   75.0 % (40.9-92.9)"
  prints "80 % each month: met in 1 of 2"
  prints "paid     too few to say"
}
test_remedies_and_worst_breaches_are_told_in_words() {
  run replay --code promise.troth touches.ndjson
  prints "answer   20.00 EUR in 2"
  prints "answer   28 days 21 hours late, still not done: =8, due 2025-04-01 03:30"
  prints "answer   1 day 1 hour late: t7, due 2025-03-07 13:00"
}
test_ledger_has_every_obligation_in_order() {
  run replay --code promise.troth --touches touches.ndjson --ledger ledger.csv
  ends_with 0
  [[ $(head -1 ledger.csv) == promise,key,opening,n,opened,due,state,decided,late_seconds,owed,source ]] || wrong "header"
  [[ $(wc -l <ledger.csv) == 11 ]] || wrong "$(wc -l <ledger.csv) rows"
  grep -qx 'answer,t1,in-1,0,2025-03-01T09:00:00Z,2025-03-01T13:00:00Z,kept,2025-03-01T10:00:00Z,,,desk' ledger.csv || wrong "t1: $(cat ledger.csv)"
  grep -qx 'answer,t7,in-7,0,2025-03-07T09:00:00Z,2025-03-07T13:00:00Z,broken,2025-03-07T13:00:00Z,91800,10.00 EUR,desk' ledger.csv || wrong "t7: $(cat ledger.csv)"
  grep -q '^paid,t7,.*,kept,2025-03-08T09:00:00Z,,,troth$' ledger.csv || wrong "paid: $(cat ledger.csv)"
}
test_formulas_in_the_ledger_are_neutralised() {
  run replay --code promise.troth --touches touches.ndjson --ledger -
  prints "answer,'=8,in-8,0,"
}
test_until_leaves_later_dues_open() {
  run replay --code promise.troth --touches touches.ndjson --until 2025-04-01
  ends_with 0; prints "judged until 2025-04-01 00:00"
  prints "answer   85.7 % (48.7-97.4)           7"
  run replay --code promise.troth --touches touches.ndjson --until yesterday
  ends_with 2; complains "--until is a date"
}
test_json_holds_the_same_figures() {
  run replay --code promise.troth --touches touches.ndjson --json
  ends_with 0
  prints '"promise":"answer","words":"We answer within four hours."'
  prints '"kept":6,"broken":2,"excused":0,"void":0,"open":0,"paused":0,"fulfilled_late":1,"n":8,"share":0.75'
  prints '"target":0.8,"windows":[{"from":"2025-03-01T00:00:00Z","kept":6,"broken":1,"met":true}'
  prints '"amount":"20.00 EUR","minor":2000,"currency":"EUR","count":2'
  prints '"n":2,"share":null'
}
test_csv_has_one_promise_a_row() {
  run replay --code promise.troth --touches touches.ndjson --csv
  prints "answer,8,0.750000,0.40"
  prints ",6,2,0,0,0,0,1,0.800000,2,1,20.00 EUR in 2"
}
test_html_stands_alone() {
  run replay --code promise.troth --touches touches.ndjson --html
  prints "<!doctype html>"; prints "We answer within four hours."; prints "75.0 % (40.9-92.9)"
  prints_not "<script"; prints_not "http://"; prints_not "https://"
}
test_refused_lines_are_told_and_counted() {
  { echo '{"source":1}'; cat touches.ndjson; echo '{"thraed":1}'; sed -n 1p touches.ndjson; } >bad.ndjson
  run replay --code promise.troth --touches bad.ndjson
  ends_with 1
  complains "bad.ndjson:1: source must be a text"
  complains 'bad.ndjson:19: unknown field "thraed"'
  prints "2 lines refused"; prints "1 touch was there before: taken once"
  for i in $(seq 30); do echo x; done >worse.ndjson
  run replay --code promise.troth --touches worse.ndjson
  ends_with 1; complains "worse.ndjson:20:"; complains "and 10 more lines refused"
  [[ $(grep -c ^worse.ndjson <<<"$err") == 20 ]] || wrong "not 20 shown"
}
test_gzip_standard_input_and_several_files_are_read() {
  head -5 touches.ndjson | gzip >first.gz; tail -n +6 touches.ndjson >rest.ndjson
  out=$("$troth" replay --code promise.troth first.gz - <rest.ndjson 2>&1) && status=0 || status=$?
  ends_with 0; prints "17 touches"; prints "75.0 % (40.9-92.9)"
}
test_batch_of_cloud_events_is_read() {
  echo '[{"specversion":"1.0","source":"s","id":"1","type":"message.received","time":"2025-03-01T09:00:00Z","subject":"t"},
         {"specversion":"1.0","source":"s","id":"2","type":"message.sent","time":"2025-03-01T10:00:00Z","subject":"t","data":{"actor":"staff"}}]' >batch.json
  run replay --code promise.troth --touches batch.json --csv
  ends_with 0; prints "answer,1,,,,1,0,"
}
test_csv_is_read_through_a_mapping() {
  printf 'no;came;out;late\n1;01.03.2025 09:00;01.03.2025 10:00;\n2;02.03.2025 09:00;01.03.2025 10:00;\n3;03.03.2025;;\n' >desk.csv
  cat >desk.mapping <<'MAP'
mapping "Desk"
  source "desk"
  zone Europe/Lisbon
  time "%d.%m.%Y %H:%M"
  delimiter ";"
  key no
touch message.received
  occurred came
  thread no
touch message.sent when out is given
  occurred out at the earliest came "answered before it came"
  thread no
  actor "staff"
MAP
  run replay --code promise.troth --map desk.mapping desk.csv
  ends_with 1; complains 'desk.csv:4: occurred: "03.03.2025" is no time in the formats of the mapping'
  prints "1 time taken as the earliest: answered before it came"; prints "4 touches"
  sed -i 's/zone/zoen/' desk.mapping
  run replay --code promise.troth --map desk.mapping desk.csv
  ends_with 1; complains 'desk.mapping:3:3: error:'; complains 'did you mean "zone"?'; prints_exactly ""
}
test_draft_is_compared_with_the_current_code() {
  run replay --code draft.troth --against promise.troth --touches touches.ndjson
  ends_with 0
  prints "75.0 % (40.9-92.9), n 8"; prints "62.5 % (30.6-86.3), n 8"; prints "-12.5 points (-41.3 to +19.2)"
  prints "20.00 EUR in 2"; prints "30.00 EUR in 3"; prints "answer  t6  kept -> broken"
  prints "paid  t6  none -> broken"
  prints "too few to say; judged by both 2, by the current alone 0, by the draft alone 1"
  run replay --code draft.troth --against promise.troth --touches touches.ndjson --json
  prints '"key":"t6","opening":"in-6","source":"desk","n":0,"current":"kept","draft":"broken"'
  prints '"paired":true},"pairs":{"kept_by_both":5,"lost":1,"gained":0,"broken_by_both":2},"current_alone":0,"draft_alone":0}'
  run replay --code draft.troth --against promise.troth --touches touches.ndjson --csv
  prints ",-0.125000,-0.412781,0.191595,yes,5,1,0,2,0,0"
  run replay --code draft.troth --against promise.troth --touches touches.ndjson --html
  prints "-12.5 points (-41.3 to +19.2)</td>"
}
test_draft_that_opens_elsewhere_is_not_paired() {
  sed '/^promise answer/,/^$/ { s/on        message.received/on        message.sent/; s/message.sent by staff within/message.received within/ }' \
    promise.troth >moved.troth
  run replay --code moved.troth --against promise.troth --touches touches.ndjson
  ends_with 0
  prints "as of separate samples; judged by both 0, by the current alone 8, by the draft alone 7"
}
test_mistaken_code_and_missing_files_end_the_run() {
  sed 's/4 hours/4 hous/' promise.troth >torn.troth
  run replay --code torn.troth --touches touches.ndjson
  ends_with 1; complains "torn.troth has mistakes"; prints_exactly ""
  run replay --code nowhere.troth --touches touches.ndjson; ends_with 2; complains "nowhere.troth"
  run replay --code promise.troth --touches nowhere.ndjson; ends_with 2; complains "cannot open nowhere.ndjson"
  run replay --code promise.troth; ends_with 2; complains "it needs --code FILE and --touches FILE"
  run replay --code promise.troth --json --csv touches.ndjson; ends_with 2; complains "at a time"
  run replay --code promise.troth --touches touches.ndjson --ledger nowhere/l.csv
  ends_with 2; complains "cannot be written"
}

finish
