/* Promises and expectations: their clauses. */
#include "lang/parse.h"

/* -- on -- */

bool parse_promise_key(struct parser *p, struct promise_reading *reading)
{
    size_t first = p->next;
    struct key key;
    if (!parse_key(p, &key)) {
        return false;
    }
    struct key *known = &reading->promise->key;
    if (reading->has_key &&
        (known->kind != key.kind || !text_eq(known->attribute, key.attribute))) {
        return parse_fail(p, "two-keys", parse_span_from(p, first),
                          "this promise is already kept per %.*s", TEXT_ARG(known->attribute));
    }
    *known = key;
    reading->has_key = true;
    return true;
}

static bool parse_on(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    struct promise *promise = reading->promise;
    promise->on_every = parse_accept(p, "every");
    return parse_event(p, EVENT_FREE, &promise->on) &&
           (!parse_accept(p, "per") || parse_promise_key(p, reading));
}

/* -- what may happen on the way -- */

static bool parse_pair(struct parser *p, struct promise *promise, struct pair *pair)
{
    size_t first = p->next - 1;
    pair->most.calendar = -1;
    if (!parse_expect(p, "while") || !parse_event(p, EVENT_FREE, &pair->start)) {
        return false;
    }
    p->heard_anywhere = pair->start->anywhere; /* declared once for all, it ends once for all */
    bool ended = !parse_accept(p, "until") || parse_event(p, EVENT_FREE, &pair->end);
    p->heard_anywhere = false;
    if (!ended) {
        return false;
    }
    if (pair->kind == PAIR_PAUSE && parse_accept(p, "for")) {
        pair->has_most = true;
        if (!parse_expect(p, "at") || !parse_expect(p, "most") ||
            !parse_duration(p, DURATION_COUNTED, &pair->most)) {
            return false;
        }
    }
    pair->span = parse_span_from(p, first);
    struct pair *pairs =
        parse_list_grow(p, promise->pairs, promise->pair_count, sizeof(struct pair));
    pairs[promise->pair_count++] = *pair;
    promise->pairs = pairs;
    return true;
}

static bool parse_pause(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    return parse_pair(p, reading->promise, &(struct pair){.kind = PAIR_PAUSE});
}

static bool parse_excused(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    return parse_pair(p, reading->promise, &(struct pair){.kind = PAIR_EXCUSE});
}

static bool parse_void(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    struct event *first, *last;
    if (!parse_expect(p, "when") || !parse_event_chain(p, EVENT_FREE, &first, &last)) {
        return false;
    }
    if (reading->last_void) {
        reading->last_void->or = first;
    } else {
        reading->promise->void_when = first;
    }
    reading->last_void = last;
    return true;
}

static bool parse_times(struct parser *p, struct extension *extension)
{
    if (parse_accept(p, "once")) {
        extension->times = 1;
        return true;
    }
    if (parse_peek(p).kind != TOKEN_NUMBER) {
        return true;
    }
    struct span span = parse_peek(p).span;
    if (!parse_count(p, "how many times", &extension->times) || !parse_expect(p, "times")) {
        return false;
    }
    return extension->times > 0 ||
           parse_fail(p, "bad-count", span, "an extension of 0 times is none");
}

static bool parse_extend(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    struct promise *promise = reading->promise;
    size_t first = p->next - 1;
    struct extension extension = {0};
    if (!parse_expect(p, "by") || !parse_duration(p, DURATION_COUNTED, &extension.by) ||
        !parse_times(p, &extension) || !parse_expect(p, "when") ||
        !parse_event(p, EVENT_FREE, &extension.when)) {
        return false;
    }
    extension.span = parse_span_from(p, first);
    struct extension *extensions =
        parse_list_grow(p, promise->extensions, promise->extension_count, sizeof(struct extension));
    extensions[promise->extension_count++] = extension;
    promise->extensions = extensions;
    return true;
}

/* -- target, warn, applies, words -- */

static bool parse_target(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    struct promise *promise = reading->promise;
    size_t first = p->next - 1;
    promise->has_target = true;
    if (!parse_percent(p, &promise->target_ppm) || !parse_expect(p, "each") ||
        !parse_each(p, &promise->target_window)) {
        return false;
    }
    promise->target_span = parse_span_from(p, first);
    return true;
}

static bool parse_warn(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    struct promise *promise = reading->promise;
    size_t first = p->next - 1;
    promise->has_warn = true;
    if (!parse_expect(p, "at") || !parse_percent(p, &promise->warn_ppm)) {
        return false;
    }
    promise->warn_span = parse_span_from(p, first);
    return true;
}

static bool parse_applies(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    return parse_dates(p, &reading->promise->applies);
}

static bool parse_excuses(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    size_t first = p->next - 1;
    reading->promise->second_person = parse_second_person(p);
    reading->promise->second_person_span = parse_span_from(p, first);
    return reading->promise->second_person;
}

static bool parse_words(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    if (parse_peek(p).kind == TOKEN_TEXT && reading->promise->words.len) {
        return parse_fail(p, "duplicate-clause", parse_peek(p).span,
                          "this promise already has its words");
    }
    return parse_quoted(p, "a clause of a promise", &reading->promise->words);
}

static const struct clause_kind clause_kinds[] = {
    {"on", NULL, true, parse_on},
    {"must", NULL, true, parse_must},
    {"at", "most", true, parse_at_most},
    {"at", "least", true, parse_at_least},
    {"pause", NULL, false, parse_pause},
    {"excused", NULL, false, parse_excused},
    {"void", NULL, false, parse_void},
    {"extend", NULL, false, parse_extend},
    {"otherwise", NULL, true, parse_otherwise},
    {"target", NULL, true, parse_target},
    {"warn", NULL, true, parse_warn},
    {"applies", NULL, true, parse_applies},
    {"excuses", NULL, true, parse_excuses},
};
enum { CLAUSE_ON = 0, CLAUSE_FIRST_DUTY = 1, CLAUSE_LAST_DUTY = 3 };

static bool parse_header(struct parser *p, struct promise *promise)
{
    struct text name;
    if (!parse_accept(p, "under")) {
        return parse_expect_end(p);
    }
    if (!parse_name(p, "the name of a principle", &name)) {
        return false;
    }
    promise->principle = names_look_up(&p->principles, name);
    if (promise->principle < 0) {
        parse_unknown(p, "unknown-principle", "principle", parse_last_span(p), &p->principles);
    }
    return parse_expect_end(p);
}

/* One duty a promise, and an `on` where the duty wants one. */
static void check_whole(struct parser *p, struct block *b, const struct clauses *c,
                        const struct promise *promise)
{
    int duties = 0;
    for (int i = CLAUSE_FIRST_DUTY; i <= CLAUSE_LAST_DUTY; i++) {
        duties += c->seen[i] != 0;
    }
    bool has_on = c->seen[CLAUSE_ON] != 0;
    if (duties > 1) {
        parse_fail(p, "two-duties", promise->duty.span, "a promise has one duty");
        diagnostic_suggest(p->d, "make a second promise of the other");
        return;
    }
    if (promise->words.len == 0) {
        parse_missing(p, b, "the published words", "write them in quotes under the header");
    }
    if (duties == 0) {
        parse_missing(p, b, "a duty", "say what must happen: must EVENT within 4 hours");
    } else if (promise->duty.kind == DUTY_AT_MOST && has_on) {
        parse_fail(p, "unexpected-on", promise->on ? promise->on->span : b->name_span,
                   "\"at most\" counts at all times: it takes no \"on\"");
    } else if (!has_on && promise->duty.kind != DUTY_AT_MOST &&
               promise->duty.kind != DUTY_AT_LEAST) {
        parse_missing(p, b, "an \"on\" clause", "say when the promise applies: on EVENT");
    }
}

void parse_promise_block(struct parser *p, struct block *b, struct promise *promise)
{
    promise->name = b->name;
    promise->span = b->name_span;
    struct promise_reading reading = {.promise = promise};
    struct clauses clauses = {
        .kinds = clause_kinds,
        .count = sizeof(clause_kinds) / sizeof(clause_kinds[0]),
        .of = "a promise",
        .other = parse_words,
        .context = &reading,
    };
    promise->principle = -1;
    promise->duty.limit =
        (struct limit){.table = -1, .from_next_opening_of = -1, .duration = {.calendar = -1}};
    promise->duty.from.by.calendar = promise->duty.by.by.calendar = -1;
    promise->duty.window.rolling.calendar = -1;
    promise->remedy.amount.table = -1;
    b->broken = b->broken || !parse_header(p, promise);
    parse_clauses(p, b, &clauses);
    if (!b->broken) {
        check_whole(p, b, &clauses, promise);
    }
}
