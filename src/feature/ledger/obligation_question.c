#include "feature/ledger/obligation_question.h"

#include "base/moment.h"
#include "engine/engine.h"

const char *const question_orders[] = {"due", "decided", "opened", NULL};
const char *const question_directions[] = {"up", "down", NULL};

bool question_has_state(const struct obligation_question *q, int state)
{
    return (q->states & 1U << state) != 0;
}

bool question_has_promise(const struct obligation_question *q, struct text promise)
{
    for (size_t i = 0; i < q->promise_count; i++) {
        if (text_eq(q->promises[i], promise)) {
            return true;
        }
    }
    return q->any_promise;
}

static bool has_hours(const struct obligation_question *q)
{
    return q->weekday >= 0 || q->hour >= 0;
}

bool question_has_hour(const struct obligation_question *q, int64_t decided_us)
{
    if (!has_hours(q)) {
        return true;
    }
    int64_t local_us = zone_to_local(q->zone, decided_us);
    int64_t day = floor_div(local_us, DAY_US);
    return (q->weekday < 0 || date_weekday(day) + 1 == q->weekday) &&
           (q->hour < 0 || floor_mod(local_us, DAY_US) / HOUR_US == q->hour);
}

bool question_is_narrow(const struct obligation_question *q)
{
    return q->team.is_given || q->channel.is_given || q->person.is_given || !q->any_promise ||
           q->viewer->hidden_team_count || has_hours(q);
}

/* The next of a list with commas; false: no more. */
static bool next_word(struct text *list, struct text *ret)
{
    if (list->len == 0) {
        return false;
    }
    const char *comma = memchr(list->ptr, ',', list->len);
    size_t len = comma ? (size_t)(comma - list->ptr) : list->len;
    *ret = text_trim((struct text){list->ptr, len});
    len += comma ? 1 : 0;
    *list = (struct text){list->ptr + len, list->len - len};
    return true;
}

static enum err read_states(const struct request *r, unsigned *ret, struct err_info *info)
{
    struct text list = request_text(r, "state"), word;
    unsigned states = 0;
    while (next_word(&list, &word)) {
        int state = 0;
        while (state < QUESTION_STATES && !text_is(word, state_name((enum state)state))) {
            state++;
        }
        if (state == QUESTION_STATES) {
            return err_field(info, ERR_INVALID, "state",
                             "state must be of open, paused, kept, broken, excused and void.");
        }
        states |= 1U << state;
    }
    *ret = states ? states : STATES_ALL;
    return ERR_NONE;
}

static bool is_under(const struct book *book, struct text promise, struct text principle)
{
    size_t number, lane;
    const struct plan *plan = book_plan(book);
    if (!plan_find_promise(plan, promise, &number, &lane)) {
        return false;
    }
    struct promise_info found = plan_promise_at(plan, number, moment_now());
    return found.latest->principle >= 0 &&
           text_eq(found.code->principles[found.latest->principle].name, principle);
}

static bool is_listed(struct text list, struct text name)
{
    struct text word;
    while (next_word(&list, &word)) {
        if (text_eq(word, name)) {
            return true;
        }
    }
    return false;
}

/* Those named, those of the principle, or both: all of the Code are looked at, so that a name that
 * was never promised finds nothing. */
static void choose_promises(struct request *r, const struct book *book,
                            struct obligation_question *q)
{
    struct text named = request_text(r, "promise"), principle = request_text(r, "principle");
    const struct plan *plan = book_plan(book);
    size_t count = plan_promise_count(plan);
    struct text *list = ARENA_ARRAY(request_arena(r), struct text, count);
    q->any_promise = !named.len && !principle.len;
    q->promises = list;
    for (size_t i = 0; i < count && !q->any_promise; i++) {
        struct text name = arena_text(request_arena(r), plan_promise(plan, i).name);
        bool is_wanted = (!named.len || is_listed(named, name)) &&
                         (!principle.len || is_under(book, name, principle));
        for (size_t k = 0; k < q->promise_count && is_wanted; k++) {
            is_wanted = !text_eq(list[k], name);
        }
        if (is_wanted) {
            list[q->promise_count++] = name;
        }
    }
}

static struct chosen read_chosen(const struct request *r, const char *field)
{
    return (struct chosen){request_has(r, field), request_text(r, field)};
}

static struct period read_period(const struct request *r, const char *after, const char *before)
{
    return (struct period){request_moment(r, after, MOMENT_BEFORE_ALL),
                           request_moment(r, before, MOMENT_NEVER)};
}

static enum err choose_order(const struct request *r, struct obligation_question *q,
                             struct err_info *info)
{
    bool undecided = !(q->states & STATES_DECIDED), decided = !(q->states & STATES_UNDECIDED);
    enum obligation_order usual = undecided ? ORDER_DUE : decided ? ORDER_DECIDED : ORDER_OPENED;
    q->order = (enum obligation_order)request_choice(r, "sort", usual);
    if (q->key.len || q->customer.len) {
        q->order = ORDER_OPENED;
    } else if (q->about.len) {
        q->order = ORDER_KEY;
    } else if (q->order == ORDER_DUE && !undecided) {
        return err_field(info, ERR_INVALID, "sort",
                         "By due come open and paused ones: add state=open,paused, or sort by "
                         "decided.");
    } else if (q->order == ORDER_DECIDED && !decided) {
        return err_field(info, ERR_INVALID, "sort",
                         "By decided come decided ones: add state=kept,broken,excused,void, or "
                         "sort by due.");
    }
    size_t direction = q->order == ORDER_DUE || q->key.len || q->about.len ? 0 : 1;
    q->descending = request_choice(r, "direction", direction) == 1 && !q->key.len && !q->about.len;
    q->descending = q->descending || q->customer.len;
    return ERR_NONE;
}

enum err question_read(struct request *r, const struct book *book, struct obligation_question *ret,
                       struct err_info *info)
{
    struct obligation_question q = {
        .team = read_chosen(r, "team"),
        .channel = read_chosen(r, "channel"),
        .person = read_chosen(r, "person"),
        .customer = request_text(r, "customer"),
        .key = request_text(r, "key"),
        .about = request_text(r, "about"),
        .opened = read_period(r, "opened_after", "opened_before"),
        .due = read_period(r, "due_after", "due_before"),
        .decided = read_period(r, "decided_after", "decided_before"),
        .weekday = (int)request_int(r, "weekday", -1),
        .hour = (int)request_int(r, "hour", -1),
        .viewer = request_identity(r),
    };
    enum err e = read_states(r, &q.states, info);
    if (e) {
        return e;
    }
    if (has_hours(&q)) {
        struct zone *zone;
        e = zone_load(request_arena(r), zone_name(book_zone(book)), &zone, info);
        if (e) {
            return e;
        }
        q.zone = zone; /* the book is given back before the question is answered */
    }
    if (q.decided.from_us != MOMENT_BEFORE_ALL || q.decided.until_us != MOMENT_NEVER ||
        has_hours(&q)) {
        q.states &= STATES_DECIDED; /* no other has been decided */
        if (!q.states) {
            return err_field(info, ERR_INVALID, "decided_after",
                             "Open and paused ones are not decided yet: leave out state or "
                             "decided_after and decided_before.");
        }
    }
    choose_promises(r, book, &q);
    e = choose_order(r, &q, info);
    if (!e) {
        *ret = q;
    }
    return e;
}
