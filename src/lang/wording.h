/* What the explainer says around a Code's own words, in each language: one table of sentences a
 * language (wording_english.c, …). {0}, {1} … are the places of values (words/pattern.h); a name
 * of the Code stands as the company wrote it. No sentence ends in a full stop unless it is said
 * whole.
 *
 * Limits differ from language to language: English says "within 2 days", "for 2 days", "by the end
 * of 2 days"; others make them a term: "no prazo de 2 dias". So a limit is one phrase that fits
 * behind whatever the language puts before it. The same holds for moments, which have a second
 * form behind "de". */
#ifndef TROTH_LANG_WORDING_H
#define TROTH_LANG_WORDING_H

#include "base/text.h"
#include "words/language.h"

/* What a row of an explanation is about. */
enum about {
    ABOUT_BEGINS,
    ABOUT_KEPT,
    ABOUT_BROKEN,
    ABOUT_PAUSES,
    ABOUT_EXCUSED,
    ABOUT_EXTENDED,
    ABOUT_VOID,
    ABOUT_WARNS,
    ABOUT_OWED,
    ABOUT_TARGET,
    ABOUT_APPLIES,
    ABOUT_EXAMPLE,
    ABOUT_OPEN,
    ABOUT_CLOSED,
    ABOUT_ZONE,
    ABOUT_HOLDS,
    ABOUT_SAYS,
    ABOUTS
};

struct wording {
    const char *abouts[ABOUTS];

    /* -- lists and values -- */
    const char *last_and, *last_or;     /* before the last of a list: " and " */
    const char *last_and_i, *last_or_o; /* before a word that begins with that sound; NULL */
    const char *list_and;               /* before the last of several phrases: ", and " */
    const char *nothing, *yes, *no;     /* values of a touch */
    const char *share;                  /* "{0}%" */
    char decimal_mark;

    /* -- times -- */
    const char *first_of_month; /* instead of 1; NULL: as it is */
    const char *date, *yearly;  /* {0} day, {1} month, {2} year */
    const char *clock;          /* {0} weekday, {1} day, {2} month, {3} year, {4} time */
    bool is_clock_short;        /* its weekday and month have three letters */
    const char *days_alone[7];  /* on Mondays, … */
    const char *days_range;     /* {0} to {1}, each the weekday's name */
    const char *days_pair;      /* {0} and {1}, each of days_alone */
    const char *of_calendar;    /* {0} a span of time, {1} the calendar's name */
    const char *each[5];        /* day, week, month, quarter, year */
    const char *each_year_from; /* {0} the day, as in `yearly` */
    const char *in_any;         /* {0} a span of time */
    const char *once, *twice;   /* how often */
    const char *times;          /* {0} times */
    const char *from, *until;   /* dates: from {0}; until the end of {0} */
    const char *from_until;     /* {0} both of them, {1} */

    /* -- moments: {0} as it stands; behind "of" -- */
    const char *beginning[2];
    const char *literal_date[2];
    const char *literal_moment[2];
    const char *its[2];         /* {0} an attribute */
    const char *shifted[2];     /* {0} what follows */
    const char *before, *after; /* {0} a span of time, {1} a moment behind "of" */

    /* -- limits -- */
    const char *limit;       /* {0} a span of time */
    const char *limit_end;   /* the end of it */
    const char *limit_table; /* {0} the table, {1} its rows */
    const char *limit_table_end;
    const char *counted_from; /* {0} a calendar */

    /* -- conditions -- */
    const char *compare[6]; /* by enum compare_op: {0} a field, {1} what with */
    const char *contains;
    const char *given, *missing; /* {0} a field */
    const char *opens_thread;
    const char *comes_before;    /* {0} a span of time, {1} a moment behind "of" */
    const char *comes_within;    /* {0} a limit */
    const char *comes_within_of; /* {1} a moment behind "of" */
    const char *negated;         /* {0} a condition */
    const char *where, *unless;  /* {0} conditions */

    /* -- who, behind an event -- */
    const char *by_staff, *by_customer, *by_bot, *by_system;
    const char *by_role;         /* {0} the role */
    const char *by_another;      /* than whoever did what began it */
    const char *by_another_than; /* {0} an event */
    const char *anywhere;

    /* -- how a promise begins -- */
    const char *begins_first, *begins_every, *begins_when; /* {0} events */
    const char *begins_always;
    const char *judged; /* {0} one of those, {1} a key */
    const char *thread, *customer;
    const char *several_at_once, *one_at_a_time;

    /* -- what keeps it: {0} events -- */
    const char *kept_within, *kept_by_end; /* {1} a limit */
    const char *kept_by;                   /* {1} a moment, {2} the same behind "of" */
    const char *kept_from_by; /* {1} a moment behind "of", {2}, {3} as {1}, {2} of kept_by */
    const char *kept_every;   /* {1} a limit, {2} until */
    const char *kept_before;  /* {1} a span of time */
    const char *kept_be;      /* {0} conditions */
    const char *kept_not;     /* {1} until */
    const char *kept_not_for, *kept_not_after; /* {1} a limit, {2} until */
    const char *kept_never;                    /* {1} a window, {2} until */
    const char *kept_at_most, *kept_at_least;  /* {1} how often, {2} a window, {3} until */
    const char *until_event;

    /* -- what breaks it -- */
    const char *broken_late, *broken_otherwise, *broken_at_once, *broken_beyond, *broken_fewer;
    const char *broken_beyond_once; /* {0} a window of the calendar */

    /* -- what changes it: {0}, {1} events -- */
    const char *pauses, *pauses_until, *excused, *excused_until;
    const char *excused_break, *excused_break_until; /* of what no time runs out for */
    const char *excused_by_hand;                     /* when it takes two */
    const char *most_in_all;                         /* {0} a span of time */
    const char *extended_each, *extended_once;       /* {0} a span of time, {1} events */
    const char *extended_times;                      /* {2} how often */
    const char *voided;

    /* -- what follows -- */
    const char *warns, *target; /* {0} a share, {1} a window */
    const char *task;
    const char *owed;           /* {0} what */
    const char *share_of;       /* {0} a share, {1} an attribute */
    const char *table_share_of; /* {0} an attribute, {1} rows */
    const char *accrues;        /* {0} an amount, {1} a span of time */
    const char *accrues_more;   /* {0} what is owed anyway, {1}, {2} as above */
    const char *cap;            /* {0} an amount */
    const char *most;           /* {0} how often, {1} a window */
    const char *claimed;        /* {0} a span of time */

    /* -- the example: {0}, {1} moments -- */
    const char *example_due, *example_forbids_from, *example_forbids_until;
    const char *by_last_row; /* {0} a table */

    /* -- what has a name -- */
    const char *promised, *asked;             /* of customers */
    const char *promised_under, *asked_under; /* {0} title, {1} name of the principle */
    const char *principle;                    /* {0} the title */
    const char *shown_by, *shown_by_none;
    const char *table;          /* {0} what it says, {1} by what */
    const char *table_gives[3]; /* by enum table_gives */
    const char *by_weekday;
    const char *row_is; /* {0} what it gives, {1} an attribute, {2} a value */
    const char *row_up_to, *row_under;
    const char *row_on; /* {1} days */
    const char *row_else;
    const char *row_end_of; /* {0} a span of time */
    const char *calendar;
    const char *always;
    const char *spell;      /* {0} days, {1} from, {2} until */
    const char *season;     /* {0} a date, {1} a spell */
    const char *every_year; /* {0} a date */
    const char *date_to;    /* {0}, {1} dates */
    const char *days_in;    /* {0} files */
    const char *group;
    const char *permission;
    const char *grant; /* {0} role, {1} act, {2} amount, {3} key */

    /* -- the head of the Code -- */
    const char *owner, *contact, *scope, *zone, *channels; /* {0} what is written there */
    const char *applies;                                   /* {0} dates */
    const char *reviewed;                                  /* {0} a span of time */
    const char *second_person;
};
extern const struct wording wording_english, wording_portuguese, wording_spanish;

const struct wording *wording_of(enum language l);

#endif
