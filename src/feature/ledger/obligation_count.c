/* How many obligations a question is about: from the counts that the ledger keeps where these have
 * what is asked for, else by looking at them, up to a bound. Of a team or a channel the counts have
 * the decided ones; only those still open, which are few beside them, are looked at. */
#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/obligation_walk.h"

enum { COUNT_LOOK_MOST = 50000, COUNT_LOOK_US = 120000, COUNT_PAGE = 2000 };

enum { COUNT_UNDECIDED, COUNT_DECIDED, COUNT_DECIDED_FINE, COUNT_STATEMENTS };
static const struct statement statements[COUNT_STATEMENTS] = {
    [COUNT_UNDECIDED] = {"obligation_count_undecided",
                         "SELECT promise, open, paused FROM tally_open", NULL},
    [COUNT_DECIDED] = {"obligation_count_decided",
                       "SELECT promise, '', '', CAST(sum(kept) AS BIGINT), CAST(sum(broken) AS "
                       "BIGINT), CAST(sum(excused) AS BIGINT), CAST(sum(void) AS BIGINT) FROM "
                       "tally_total WHERE day >= $1 AND day < $2 GROUP BY promise",
                       NULL},
    [COUNT_DECIDED_FINE] = {"obligation_count_decided_fine",
                            "SELECT promise, channel, team, CAST(sum(kept) AS BIGINT), "
                            "CAST(sum(broken) AS BIGINT), CAST(sum(excused) AS BIGINT), "
                            "CAST(sum(void) AS BIGINT) FROM tally WHERE day >= $1 AND day < $2 "
                            "GROUP BY promise, channel, team",
                            NULL},
};
const struct statement_table obligation_count_statements = {statements, COUNT_STATEMENTS};

struct counting {
    struct database *db;
    const struct book *book;
    const struct obligation_question *q;
    int64_t states[QUESTION_STATES];
    bool is_least; /* there are that many, and more */
};

static bool is_whole(struct period p)
{
    return p.from_us == MOMENT_BEFORE_ALL && p.until_us == MOMENT_NEVER;
}

static bool begins_day(const struct book *book, int64_t us)
{
    return us == MOMENT_BEFORE_ALL || us == MOMENT_NEVER ||
           book_day(book, us) != book_day(book, us - 1);
}

/* More than the promise is asked of counts, if only to leave out what is hidden. */
static bool is_fine(const struct obligation_question *q)
{
    return q->team.is_given || q->channel.is_given || q->viewer->hidden_team_count;
}

/* Counts know promise, channel, team and the day of the verdict; of open ones the promise alone. */
static bool is_counted(const struct counting *c)
{
    const struct obligation_question *q = c->q;
    return !q->key.len && !q->customer.len && !q->about.len && !q->person.is_given &&
           is_whole(q->opened) && is_whole(q->due) && begins_day(c->book, q->decided.from_us) &&
           begins_day(c->book, q->decided.until_us) && q->weekday < 0 && q->hour < 0;
}

static void add(struct counting *c, enum state state, int64_t count)
{
    if (question_has_state(c->q, (int)state)) {
        c->states[state] += count;
    }
}

static bool is_of(const struct chosen *chosen, struct text value)
{
    return !chosen->is_given || text_eq(chosen->value, value);
}

static enum err add_undecided(struct counting *c, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(c->db, &statements[COUNT_UNDECIDED]);
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            return e;
        }
        if (question_has_promise(c->q, query_text(&q, 0))) {
            add(c, STATE_OPEN, query_int(&q, 1));
            add(c, STATE_PAUSED, query_int(&q, 2));
        }
    }
}

static int32_t day_of(const struct book *book, int64_t us)
{
    return us == MOMENT_BEFORE_ALL ? INT32_MIN
           : us == MOMENT_NEVER    ? INT32_MAX
                                   : book_day(book, us);
}

static enum err add_decided(struct counting *c, struct err_info *info)
{
    const struct obligation_question *asked = c->q;
    struct query q CLEANUP(query_end) =
        query_begin(c->db, &statements[is_fine(asked) ? COUNT_DECIDED_FINE : COUNT_DECIDED]);
    query_bind_int(&q, 1, day_of(c->book, asked->decided.from_us));
    query_bind_int(&q, 2, day_of(c->book, asked->decided.until_us));
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            return e;
        }
        if (question_has_promise(asked, query_text(&q, 0)) &&
            is_of(&asked->channel, query_text(&q, 1)) && is_of(&asked->team, query_text(&q, 2)) &&
            identity_sees_team(asked->viewer, query_text(&q, 2))) {
            for (int i = 0; i < 4; i++) {
                add(c, (enum state)(STATE_KEPT + i), query_int(&q, 3 + i));
            }
        }
    }
}

static enum err look(struct counting *c, const struct obligation_question *q, struct arena *arena,
                     struct err_info *info)
{
    struct walk_place place = {0};
    const int64_t until_us = database_clock() + COUNT_LOOK_US;
    for (size_t looked = 0;;) {
        const struct walk_bounds bounds = {COUNT_PAGE, COUNT_LOOK_MOST - looked, until_us};
        struct walk_page page;
        enum err e = obligation_walk(c->db, q, &place, &bounds, arena, &page, info);
        for (size_t i = 0; i < page.count && !e; i++) {
            c->states[page.rows[i].state]++;
        }
        if (e || page.ended) {
            return e;
        }
        looked += page.looked;
        place = page.place;
        if (looked >= COUNT_LOOK_MOST || database_clock() > until_us) {
            c->is_least = true;
            return ERR_NONE;
        }
    }
}

static enum err look_at_undecided(struct counting *c, struct arena *arena, struct err_info *info)
{
    struct obligation_question undecided = *c->q;
    undecided.states &= STATES_UNDECIDED;
    undecided.order = ORDER_DUE;
    undecided.descending = false;
    return look(c, &undecided, arena, info);
}

static void write(const struct counting *c, struct reply *reply)
{
    struct json_writer w = reply_json(reply, 200);
    int64_t count = 0;
    json_object_begin(&w);
    for (int i = 0; i < QUESTION_STATES; i++) {
        count += c->states[i];
        json_key(&w, state_name((enum state)i));
        json_int(&w, c->states[i]);
    }
    json_key(&w, "count");
    json_int(&w, count);
    json_key(&w, "at_least");
    json_bool(&w, c->is_least);
    json_object_end(&w);
}

static enum err count(struct counting *c, struct arena *arena, struct err_info *info)
{
    unsigned states = c->q->states;
    if (!is_counted(c)) {
        return look(c, c->q, arena, info);
    }
    enum err e = states & STATES_DECIDED ? add_decided(c, info) : ERR_NONE;
    if (e || !(states & STATES_UNDECIDED)) {
        return e;
    }
    return is_fine(c->q) ? look_at_undecided(c, arena, info) : add_undecided(c, info);
}

enum err obligation_count(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct book *book CLEANUP(book_drop) = publisher_book(ledger_publisher(request_self(r)));
    struct obligation_question q;
    struct counting c = {.db = db, .book = book, .q = &q};
    enum err e = question_read(r, book, &q, info);
    if (e) {
        return e;
    }
    e = count(&c, request_arena(r), info);
    if (!e) {
        write(&c, reply);
    }
    return e;
}
