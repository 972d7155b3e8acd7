#!/usr/bin/env bash
. "$(dirname "$0")/help.sh"

test_good_code_ends_with_0() { run check good.troth; ends_with 0; prints_exactly "good.troth: no mistakes found in 1 promise"; }
test_error_ends_with_1_and_shows_its_place() {
  run check wrong.troth; ends_with 1
  prints 'wrong.troth:12:56: error: there is no calendar "shoq"'
  prints 'did you mean "shop"?'; prints "wrong.troth: 1 error, 0 warnings"
}
test_warning_alone_ends_with_0() { run check doubtful.troth; ends_with 0; prints "warning: a target of 0%"; }
test_strict_takes_warnings_as_errors() { run check --strict doubtful.troth; ends_with 1; }
test_missing_file_ends_with_2_and_is_named() {
  run check nowhere.troth; ends_with 2; complains "cannot read nowhere.troth: No such file or directory"
}
test_folder_is_no_file() { mkdir -p folder; run check folder; ends_with 2; complains "cannot read folder"; }
test_without_a_file_it_says_what_it_needs() { run check; ends_with 2; complains "it needs FILE…"; }
test_standard_input_is_read() {
  out=$("$troth" check - <good.troth 2>"$room/err") && status=0 || status=$?
  err=$(<"$room/err"); ends_with 0; prints "standard input: no mistakes found"
}
test_several_files_are_all_checked() {
  run check good.troth wrong.troth doubtful.troth; ends_with 1
  prints "good.troth: no mistakes"; prints "wrong.troth: 1 error"; prints "doubtful.troth: 0 errors, 1 warning"
}
test_unreadable_file_does_not_hide_the_others() {
  run check nowhere.troth wrong.troth; ends_with 2; prints "wrong.troth: 1 error"
}
test_json_has_the_same_shape_for_every_file() {
  run check --json wrong.troth good.troth; ends_with 1
  prints '[{"file":"wrong.troth","errors":1,"warnings":0,"left_out":0,"findings":[{"severity":"error","rule":"unknown-calendar","line":12,"column":56,"length":4,'
  prints '{"file":"good.troth","errors":0,"warnings":0,"left_out":0,"findings":[]}]'
}
test_more_findings_than_shown_are_counted() {
  { cat good.troth; for i in {1..30}; do printf '  what%d ever\n' "$i"; done; } >many.troth
  run check --json many.troth; ends_with 1
  [[ $(grep -o '"rule"' <<<"$out" | wc -l) == 20 ]] || wrong "should show 20"
  prints '"errors":30'; prints '"left_out":10'
}
test_no_colour_when_not_on_a_terminal() { run check wrong.troth; prints_not $'\033'; }
test_empty_file_is_no_code() { : >empty.troth; run check empty.troth; ends_with 1; prints "there is no code block"; }
test_file_over_the_bound_is_refused() {
  head -c 1100000 /dev/zero | tr '\0' '#' >huge.troth; run check huge.troth; ends_with 2; complains "larger than 1048576 bytes"
}
test_file_beside_the_code_is_found_from_another_folder() {
  mkdir -p sub
  printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20150101\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n' >sub/days.ics
  sed 's/^  open.*/&\n  closed from "days.ics"/' good.troth >sub/code.troth
  run check sub/code.troth; ends_with 0
  rm sub/days.ics; run check sub/code.troth; ends_with 1; prints "cannot read sub/days.ics"
}
test_file_outside_the_folder_is_not_read() {
  sed 's/^  open.*/&\n  closed from "..\/days.ics"/' good.troth >outside.troth
  run check outside.troth; ends_with 1; prints "beside the Code"
}

finish
