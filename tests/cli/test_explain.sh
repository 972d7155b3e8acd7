#!/usr/bin/env bash
. "$(dirname "$0")/help.sh"

test_promise_is_told_in_plain_words_with_an_example() {
  run explain good.troth answer --on 2015-01-16; ends_with 0
  prints '"We answer within a working day."'
  prints 'If "message sent" by staff happens within 1 working day of shop.'
  prints 'One that begins on Fri 16 Jan 2015 10:00 is due on Sat 17 Jan 2015'
}
test_example_takes_a_moment_too() {
  run explain good.troth answer --on 2015-01-17T20:00:00Z; ends_with 0
  prints 'One that begins on Sat 17 Jan 2015 20:00 is due on Tue 20 Jan 2015'
}
test_calendar_principle_and_unknown_name() {
  run explain good.troth shop; ends_with 0; prints "Monday to Saturday 09:00 to 18:00."
  run explain good.troth care; ends_with 0; prints 'answer: "We answer within a working day."'
  run explain good.troth anwser; ends_with 2; complains 'did you mean "answer"?'
}
test_every_form_of_a_promise_has_its_own_example() {
  sed 's/^  on .*/&\n  applies until 2016-01-01/' good.troth >forms.troth
  sed -n '/^promise/,$p' good.troth | sed 's/^  on .*/&\n  applies from 2016-01-01/; s/1 working day/3 working days/' >>forms.troth
  run explain forms.troth answer --on 2015-06-01; ends_with 0
  prints "One that begins on Mon 1 Jun 2015 10:00 is due on Tue 2 Jun 2015"
  prints "One that begins on Fri 1 Jan 2016 10:00 is due on Tue 5 Jan 2016"
}
test_language_is_that_of_the_terminal_or_the_one_named() {
  says_in() { out=$(env LC_ALL= "$1" "$troth" explain good.troth answer "${@:3}"); prints "$2"; }
  says_in LANG=pt_BR.UTF-8 'Prometido sob o princípio'
  says_in LANG=fr_FR.UTF-8 'Promised under'
  says_in LC_MESSAGES=es_AR.UTF-8 'Prometido bajo el principio'
  says_in LANG=pt_BR.UTF-8 'Prometido bajo el principio' --language es
  run explain good.troth answer --language fr; ends_with 2; complains 'give en, pt or es'
}
test_json_holds_name_and_words() {
  run explain good.troth shop --json; ends_with 0
  [[ $out == '{"name":"shop","words":"shop\n  A calendar: '* ]] || wrong "another shape"
}
test_wrong_code_is_not_explained() { run explain wrong.troth answer; ends_with 1; complains 'there is no calendar "shoq"'; }
test_wrong_day_is_refused() { run explain good.troth answer --on tomorrow; ends_with 2; complains "2015-01-16"; }
test_both_file_and_name_are_needed() { run explain good.troth; ends_with 2; complains "it needs FILE NAME"; }

finish
