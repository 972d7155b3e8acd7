#!/usr/bin/env bash
. "$(dirname "$0")/help.sh"

test_prints_the_usual_layout() {
  run format unlaid.troth; ends_with 0; prints "  must     message.sent by staff within 1 working day of shop"
}
test_laying_out_twice_changes_nothing() {
  run format unlaid.troth; printf '%s\n' "$out" >once.troth
  run format once.troth; [[ $out == "$(<once.troth)" ]] || wrong "changed"
}
test_standard_input_is_read() {
  out=$("$troth" format - <unlaid.troth 2>"$room/err") && status=0 || status=$?
  err=$(<"$room/err"); ends_with 0; prints 'code "Corner shop"'
}
test_check_only_tells() {
  cp unlaid.troth told.troth; run format --check told.troth; ends_with 1; prints "told.troth: not laid out"
  cmp -s unlaid.troth told.troth || wrong "was changed"
}
test_write_changes_the_file_and_keeps_its_mode() {
  cp unlaid.troth kept.troth; chmod 640 kept.troth
  run format --write kept.troth; ends_with 0; prints "kept.troth: laid out anew"
  [[ $(stat -c %a kept.troth) == 640 ]] || wrong "mode changed"
  run format --check kept.troth; ends_with 0; prints_exactly ""
  run format --write kept.troth; ends_with 0; prints_exactly ""
}
test_write_leaves_nothing_beside_the_file() {
  mkdir -p alone && cp unlaid.troth alone/ && run format --write alone/unlaid.troth
  [[ $(ls alone) == unlaid.troth ]] || wrong "something is left"
}
test_wrong_text_is_left_as_it_is() {
  printf 'code "x\n' >torn.troth; run format --write torn.troth; ends_with 1; complains "no closing quote"
  [[ $(<torn.troth) == 'code "x' ]] || wrong "was changed"
}
test_several_files_need_check_or_write() {
  run format good.troth unlaid.troth; ends_with 2; complains "give --check or --write"
}
test_check_and_write_exclude_each_other() { run format --check --write good.troth; ends_with 2; }
test_standard_input_cannot_be_written() { run format --write -; ends_with 2; complains "cannot be written back"; }
test_missing_file_ends_with_2() { run format nowhere.troth; ends_with 2; complains "cannot read nowhere.troth"; }

finish
