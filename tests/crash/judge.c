#include "judge.h"

#include "base/moment.h"
#include "ledgers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK, NEXT, TOUCHES, EVENTS };
static const struct statement statements[] = {
    [CHECK] = {"judge_check", "PRAGMA integrity_check", NULL},
    [NEXT] = {"judge_next", "SELECT min(next_us) FROM key_state", NULL},
    [TOUCHES] = {"judge_touches",
                 "SELECT id, external_id, event, occurred_us, thread, customer, channel, person, "
                 "team FROM touch WHERE source = $1 ORDER BY id",
                 NULL},
    [EVENTS] = {"judge_events", "SELECT id FROM obligation_entry ORDER BY id", NULL},
};

/* Each finds rows only where a count is not what counting anew gives. */
static const struct statement recounts[] = {
    {"judge_tally",
     "SELECT promise, day, channel, team, sum(kept), sum(broken), sum(excused), sum(void) FROM ("
     "SELECT promise, day, channel, team, kept, broken, excused, void FROM tally UNION ALL "
     "SELECT promise, day, coalesce(channel, ''), coalesce(team, ''), -(state = 2), -(state = 3), "
     "-(state = 4), -(state = 5) FROM obligation WHERE state >= 2) GROUP BY 1, 2, 3, 4 "
     "HAVING sum(kept) <> 0 OR sum(broken) <> 0 OR sum(excused) <> 0 OR sum(void) <> 0",
     NULL},
    {"judge_tally_open",
     "SELECT promise, sum(open), sum(paused) FROM (SELECT promise, open, paused FROM tally_open "
     "UNION ALL SELECT promise, -(state = 0), -(state = 1) FROM obligation) GROUP BY 1 "
     "HAVING sum(open) <> 0 OR sum(paused) <> 0",
     NULL},
    {"judge_tally_owed",
     "SELECT promise, sum(owed), sum(owed_count) FROM (SELECT promise, owed, owed_count FROM "
     "tally_remedy UNION ALL SELECT promise, -owed_minor, -owed_count FROM obligation) GROUP BY 1 "
     "HAVING sum(owed) <> 0 OR sum(owed_count) <> 0",
     NULL},
    {"judge_tally_paid",
     "SELECT sum(paid), sum(paid_count) FROM (SELECT paid, paid_count FROM tally_remedy UNION ALL "
     "SELECT -1000, -1 FROM touch WHERE event = 'remedy.paid') HAVING sum(paid) <> 0 OR "
     "sum(paid_count) <> 0",
     NULL},
    {"judge_entry_of_none",
     "SELECT id FROM obligation_entry WHERE obligation_id NOT IN (SELECT id FROM obligation)",
     NULL},
    {"judge_obligation_twice", /* one taken back is void and may come again */
     "SELECT promise, key, opening_id, n FROM obligation WHERE state <> 5 GROUP BY promise, key, "
     "opening_source, opening_id, n HAVING count(*) > 1",
     NULL},
};

static void say(struct judgement *j, const char *what, const char *words)
{
    if (!j->wrong[0]) {
        snprintf(j->wrong, sizeof(j->wrong), "%s: %s", what, words);
    }
}

static enum err check_file(struct database *db, struct judgement *j, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CHECK]);
    struct query next CLEANUP(query_end) = query_begin(db, &statements[NEXT]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && (!row || !text_is(query_text(&q, 0), "ok"))) {
        struct text words = query_text(&q, 0);
        char copy[200];
        snprintf(copy, sizeof(copy), "%.*s", TEXT_ARG(words));
        say(j, "integrity_check", copy);
    }
    e = e ? e : query_row(&next, &row, info);
    j->next_us = !e && row && !query_is_null(&next, 0) ? query_int(&next, 0) : MOMENT_NEVER;
    return e;
}

static bool is_same(const struct query *q, const struct touch *t)
{
    return text_eq(query_text(q, 2), t->event) && query_int(q, 3) == t->occurred_us &&
           text_eq(query_text(q, 4), t->thread) && text_eq(query_text(q, 5), t->customer) &&
           text_eq(query_text(q, 6), t->channel) && text_eq(query_text(q, 7), t->person) &&
           text_eq(query_text(q, 8), t->team);
}

static enum err check_touches(struct database *db, const struct sent *list, size_t count,
                              struct judgement *j, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOUCHES]);
    query_bind_text(&q, 1, TEXT(SENDER_SOURCE));
    struct arena arena CLEANUP(arena_release) = {0};
    unsigned *seen = ARENA_ARRAY(&arena, unsigned, count + 1);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        int64_t number;
        j->stored++;
        if (!text_to_int64(query_text(&q, 1), &number) || number < 0 || (size_t)number >= count) {
            j->altered++;
            continue;
        }
        j->doubled += seen[number]++ > 0;
        j->altered += !is_same(&q, &list[number].touch);
    }
    for (size_t i = 0; i < count && !e; i++) {
        j->lost += list[i].acknowledged && !seen[i];
    }
    return e;
}

static enum err recount(struct database *db, struct judgement *j, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < sizeof(recounts) / sizeof(recounts[0]) && !e; i++) {
        struct query q CLEANUP(query_end) = query_begin(db, &recounts[i]);
        bool row;
        e = query_row(&q, &row, info);
        if (!e && row) {
            say(j, "counts differ from the rows", recounts[i].name);
        }
    }
    return e;
}

static enum err compare(struct database *db, struct judgement *j, struct err_info *info)
{
    struct book *book CLEANUP(book_drop) = NULL;
    struct ledger_lines stored CLEANUP(ledger_lines_release) = {0};
    struct ledger_lines replayed CLEANUP(ledger_lines_release) = {0};
    enum err e = book_load(db, &book, info);
    int64_t until_us = j->next_us == MOMENT_NEVER ? moment_now() : j->next_us;
    e = e ? e : ledger_lines_stored(db, &stored, info);
    e = e ? e : ledger_lines_replayed(db, book, SENDER_SOURCE, until_us, &replayed, info);
    j->obligations = stored.count;
    j->entries = stored.entries;
    j->corrected = stored.corrected;
    char words[JUDGE_WORDS - 40];
    if (!e && !ledger_lines_equal(&stored, &replayed, words, sizeof(words))) {
        say(j, "ledger differs", words);
    }
    return e;
}

struct judgement judge(const char *place, const struct sent *list, size_t count)
{
    struct judgement j = {.next_us = MOMENT_NEVER};
    struct database *db CLEANUP(database_close) = NULL;
    struct err_info info = {0};
    struct database_config config = {.place = place, .mode = DATABASE_READ};
    enum err e = database_open(&config, &db, &info);
    e = e ? e : check_file(db, &j, &info);
    e = e ? e : check_touches(db, list, count, &j, &info);
    e = e ? e : recount(db, &j, &info);
    e = e ? e : compare(db, &j, &info);
    if (e) {
        say(&j, info.text, info.detail);
        for (size_t i = 0; i < count && j.stored == 0; i++) {
            j.lost += list[i].acknowledged; /* it cannot even be read */
        }
    }
    return j;
}

/* -- the event stream -- */

/* Counts what is not in order, and leaves the others, each greater than the one before. */
static size_t drop_repeated(const int64_t *heard, size_t count, int64_t *ret, struct judgement *j)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept && heard[i] <= ret[kept - 1]) {
            j->repeated++;
        } else {
            ret[kept++] = heard[i];
        }
    }
    return kept;
}

static enum err compare_events(struct database *db, const int64_t *heard, size_t count,
                               struct judgement *j, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[EVENTS]);
    size_t at = 0;
    bool row;
    enum err e;
    j->last_heard = count ? heard[count - 1] : 0;
    while (!(e = query_row(&q, &row, info)) && row) {
        j->last_event = query_int(&q, 0);
        for (; at < count && heard[at] < j->last_event; at++) {
            j->unfounded++;
        }
        if (at < count && heard[at] == j->last_event) {
            at++;
        } else {
            j->missed += at < count; /* else it may come yet */
        }
    }
    j->unfounded += e ? 0 : count - at;
    return e;
}

void judge_events(const char *place, const int64_t *heard, size_t count, struct judgement *j)
{
    struct database *db CLEANUP(database_close) = NULL;
    struct err_info info = {0};
    struct database_config config = {.place = place, .mode = DATABASE_READ};
    struct arena arena CLEANUP(arena_release) = {0};
    int64_t *in_order = ARENA_ARRAY(&arena, int64_t, count + 1);
    j->heard = count;
    count = drop_repeated(heard, count, in_order, j);
    enum err e = database_open(&config, &db, &info);
    e = e ? e : compare_events(db, in_order, count, j, &info);
    if (e) {
        say(j, info.text, info.detail);
    }
}
