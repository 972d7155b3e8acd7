#!/usr/bin/env bash
. "$(dirname "$0")/help.sh"

test_without_a_command_the_help_is_shown() { run; ends_with 2; prints "Usage: troth COMMAND"; }
test_help_lists_every_command() {
  run help; ends_with 0; complains_not
  for c in check format explain demo; do prints "  $c"; done
}
test_help_option_and_help_command_say_the_same() {
  run --help; ends_with 0; local first=$out
  run help; prints_exactly "$first"
}
test_every_command_explains_itself() {
  local names name
  run help
  names=$(sed -n '/^Commands:/,/^$/p' <<<"$out" | awk 'NR > 1 && NF { print $1 }' | grep -v '^help$')
  [[ -n $names ]] || wrong "no commands"
  for name in $names; do
    run "$name" --help; ends_with 0; complains_not; prints "Usage: troth $name"; local long=$out
    run help "$name"; ends_with 0; prints_exactly "$long"
    run "$name" -h; ends_with 0
  done
}
test_version_is_a_line_of_name_and_number() {
  run --version; ends_with 0
  [[ $out =~ ^troth\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || wrong "not a version"
}
test_unknown_command_is_refused() { run chekc; ends_with 2; complains "there is no command 'chekc'"; }
test_unknown_option_is_refused() {
  run check --jsno good.troth; ends_with 2; complains "unknown option '--jsno'"; complains "Try 'troth check --help'"
}
test_unknown_letter_is_refused() { run check -x good.troth; ends_with 2; complains "unknown option '-x'"; }
test_option_without_its_value_is_refused() {
  run explain good.troth answer --on; ends_with 2; complains "option '--on' needs a value"
}
test_value_for_an_option_that_takes_none_is_refused() {
  run check --json=yes good.troth; ends_with 2; complains "takes no value"
}
test_options_may_follow_the_files() { run check good.troth --json; ends_with 0; prints '"errors":0'; }
test_two_dashes_end_the_options() { run check -- --json; ends_with 2; complains "cannot read --json"; }
test_output_that_cannot_be_written_is_no_success() {
  out=$("$troth" help 2>"$room/err" >/dev/full) && status=0 || status=$?
  err=$(<"$room/err"); ends_with 2; complains "could not be written"
}
test_a_mistyped_database_is_not_made() {
  for what in "token list" "token revoke tok_0000000000000" "staff list" "staff link ana@shop.example"; do
    # shellcheck disable=SC2086
    run $what --db none.db; ends_with 2; complains none.db
    [[ ! -e none.db ]] || wrong "$what made none.db"
  done
}
test_the_environment_stands_for_options_that_are_not_given() {
  export TROTH_LISTEN=nowhere
  run serve; ends_with 2; complains "--listen is ADDR:PORT"
  run serve --help; prints "TROTH_LISTEN               stands for --listen"
  TROTH_DB=$room/none/of.db TROTH_LISTEN='' run serve; ends_with 2; complains "$room/none/of.db"; [[ $err != *--listen* ]] || wrong "an empty variable is none"
  TROTH_DB=$room/none/of.db run serve --db "$room/nor/this.db" --listen 0; ends_with 2; complains "$room/nor/this.db"
}

finish
