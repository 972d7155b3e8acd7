/* Which obligations are asked for: the filters that lists, counts and exports share, as they stand
 * in an address. */
#ifndef TROTH_FEATURE_LEDGER_OBLIGATION_QUESTION_H
#define TROTH_FEATURE_LEDGER_OBLIGATION_QUESTION_H

#include "feature/code/book.h"
#include "http/route.h"

enum obligation_order {
    ORDER_DUE,     /* open ones by due instant, then those without, then paused ones */
    ORDER_DECIDED, /* by the instant of the verdict */
    ORDER_OPENED,  /* as they came into the ledger */
    ORDER_KEY      /* by key, for a search by its first letters */
};
enum { QUESTION_STATES = 6, STATES_UNDECIDED = 0x03, STATES_DECIDED = 0x3c, STATES_ALL = 0x3f };

struct period { /* half-open */
    int64_t from_us, until_us;
};
struct chosen { /* a column's value; given and empty: those without one */
    bool is_given;
    struct text value;
};
struct obligation_question {
    unsigned states; /* a bit for each enum state; never 0 */
    enum obligation_order order;
    bool descending;
    const struct text *promises; /* of the promise or the principle asked for */
    size_t promise_count;
    bool any_promise; /* none was asked for */
    struct chosen team, channel, person;
    struct text customer, key, about; /* about: the first letters of a key. Empty: any */
    struct period opened, due, decided;
    int weekday, hour;             /* of the verdict: 1 Monday … 7 Sunday, 0 … 23; -1: any */
    const struct zone *zone;       /* the company's, for these two */
    const struct identity *viewer; /* what belongs to teams hidden from them is left out */
};

/* For the field tables of routes. */
#define QUESTION_FIELD(field, kind, words)                                          \
    {                                                                               \
        .name = (field), .place = FIELD_QUERY, .type = FIELD_##kind, .doc = (words) \
    }
#define QUESTION_FIELDS                                                                          \
    QUESTION_FIELD("state", TEXT,                                                                \
                   "One or more of open, paused, kept, broken, excused, void, "                  \
                   "with commas between them; all unless given."),                               \
        QUESTION_FIELD("promise", TEXT, "Names in the Code, with commas between them."),         \
        QUESTION_FIELD("principle", TEXT, "Of the promises under this principle."),              \
        QUESTION_FIELD("team", TEXT, "That decided, or of the opening touch; empty: none."),     \
        QUESTION_FIELD("channel", TEXT, "Of the opening touch; empty: none."),                   \
        QUESTION_FIELD("person", TEXT, "Who decided, or of the opening touch; empty: nobody."),  \
        QUESTION_FIELD("customer", TEXT, "Of the opening touch; the newest come first."),        \
        QUESTION_FIELD("key", TEXT,                                                              \
                       "Thread, customer or attribute under which the promise is "               \
                       "kept; the oldest come first."),                                          \
        QUESTION_FIELD("about", TEXT, "The first letters of the key, which give the order."),    \
        QUESTION_FIELD("opened_after", MOMENT, "Opened then or later."),                         \
        QUESTION_FIELD("opened_before", MOMENT, "Opened before."),                               \
        QUESTION_FIELD("due_after", MOMENT, "Due then or later."),                               \
        QUESTION_FIELD("due_before", MOMENT, "Due before."),                                     \
        QUESTION_FIELD("decided_after", MOMENT, "Decided then or later."),                       \
        QUESTION_FIELD("decided_before", MOMENT, "Decided before."),                             \
        {.name = "weekday",                                                                      \
         .place = FIELD_QUERY,                                                                   \
         .type = FIELD_INTEGER,                                                                  \
         .least = 1,                                                                             \
         .most = 7,                                                                              \
         .doc = "Decided on that day of the week, 1 Monday … 7 Sunday, in the company's zone."}, \
        {.name = "hour",                                                                         \
         .place = FIELD_QUERY,                                                                   \
         .type = FIELD_INTEGER,                                                                  \
         .least = 0,                                                                             \
         .most = 23,                                                                             \
         .doc = "Decided in that hour of a day, in the company's zone."},                        \
        {.name = "sort",                                                                         \
         .place = FIELD_QUERY,                                                                   \
         .type = FIELD_CHOICE,                                                                   \
         .choices = question_orders,                                                             \
         .doc = "Unless given: open and paused ones by due, decided ones by decided, else by "   \
                "opened."},                                                                      \
    {                                                                                            \
        .name = "direction", .place = FIELD_QUERY, .type = FIELD_CHOICE,                         \
        .choices = question_directions,                                                          \
        .doc = "Unless given: by due the earliest come first, else the latest."                  \
    }
enum { QUESTION_FIELD_COUNT = 19 };
extern const char *const question_orders[];
extern const char *const question_directions[];

/* ERR_INVALID, with the field, what makes no sense. Texts live as long as the request. */
enum err question_read(struct request *r, const struct book *book, struct obligation_question *ret,
                       struct err_info *info);
bool question_has_state(const struct obligation_question *q, int state);
bool question_has_promise(const struct obligation_question *q, struct text promise);
/* Whether a verdict at that instant is in the hour and on the day of the week asked for. */
bool question_has_hour(const struct obligation_question *q, int64_t decided_us);
/* Something beyond state, promise and time, so that a walk in their order meets rows that are not
 * wanted. */
bool question_is_narrow(const struct obligation_question *q);

#endif
