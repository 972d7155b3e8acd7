/* What stands on the public pages besides the Code's own words, in each language. {0}, {1} … are
 * the places of pattern_fill()'s values; each text is markup. */
#ifndef TROTH_FEATURE_PAGE_WORDS_H
#define TROTH_FEATURE_PAGE_WORDS_H

#include "feature/page/language.h"
#include "words/pattern.h"

struct page_words {
    const char *skip;
    const char *languages;
    const char *customer_code;
    const char *scope;
    const char *lead;
    const char *contents;
    const char *one_promise;
    const char *promises;
    const char *our_aim;
    const char *when_broken;
    const char *since;
    const char *each_day;
    const char *each_week;
    const char *each_month;
    const char *each_quarter;
    const char *each_year;
    const char *in_any;
    const char *share_of;
    const char *amount_by;
    const char *for_every;
    const char *and_then;
    const char *up_to;
    const char *at_most;
    const char *if_claimed;
    const char *unasked;
    const char *said_of_it;
    const char *a_customer;
    const char *our_answer;
    const char *comment_link;
    const char *expectations;
    const char *permissions;
    const char *grant;
    const char *conversation;
    const char *customer;
    const char *complain;
    const char *tell_us;
    const char *reach_us;
    const char *last_and;
    const char *no_proof;
    const char *version;
    const char *published;
    const char *in_force_from;
    const char *reviewed_every;
    const char *excuses_head, *second_person;
    const char *answers_for_it;
    const char *counted_until;
    const char *how_to_read;
    const char *last_month;
    const char *so_far_in;
    const char *kept_every_time;
    const char *kept_never;
    const char *kept_of_hundred;
    const char *one_broken;
    const char *broken;
    const char *one_excused;
    const char *excused;
    const char *paid;
    const char *one_too_few;
    const char *too_few;
    const char *too_few_to_say;
    const char *no_record;
    const char *published_today;
    const char *what_counts;
    const char *as_table;
    const char *by_month;
    const char *month;
    const char *kept_head;
    const char *broken_head;
    const char *excused_head;
    const char *share_head;
    const char *interval_head;
    const char *so_far;
    const char *aim;
    const char *plot;
    const char *plot_with_aim;
    const char *nothing_published;
    const char *comes_later;
    const char *comment_title;
    const char *comment_words;
    const char *comment_name;
    const char *comment_contact;
    const char *leave_empty;
    const char *comment_is_read;
    const char *send;
    const char *thank_you;
    const char *thanks;
    const char *back_to_code;
    const char *sign_in;
    const char *enter_line;
    const char *enter_refused;
    const char *enter_refused_line;
    const char *enter_again;
    const char *with_password;
    const char *read_code;
};
extern const struct page_words page_words_english, page_words_portuguese, page_words_spanish;

const struct page_words *page_words(enum language l);

#endif
