/* Verdicts that promises hear of each other. A promise hears another when one of its events is a
 * verdict touch that the other can give and no `where promise = …` excludes it. The engine decides
 * promises in the order of what they hear, so hearing must not run in a circle. */
#include "lang/check_part.h"
#include "lang/names.h"

static const struct text verdicts[] = {{"promise.kept", 12},
                                       {"promise.broken", 14},
                                       {"promise.excused", 15},
                                       {"remedy.owed", 11},
                                       {"remedy.withdrawn", 16}};
enum { VERDICTS = sizeof verdicts / sizeof verdicts[0], FIRST_OF_REMEDY = 3, WITHDRAWN = 4 };

/* Place in verdicts, or -1. */
static int verdict_of(struct text event)
{
    for (int i = 0; i < VERDICTS; i++)
        if (text_eq(event, verdicts[i]))
            return i;
    return -1;
}

/* What a condition can come to when only the promise of the verdict is known. */
struct outcome {
    bool hold, fail;
};

static struct outcome outcome_of(bool holds)
{
    return (struct outcome){holds, !holds};
}

static struct outcome judge_one(const struct cond *c, struct text promise)
{
    struct outcome either = {true, true};
    if (!text_is(c->field, "promise"))
        return either;
    if (c->kind == COND_GIVEN || c->kind == COND_MISSING)
        return outcome_of(c->kind == COND_GIVEN);
    if (c->kind == COND_IN) {
        for (size_t i = 0; i < c->value_count; i++)
            if (c->values[i].type == VALUE_TEXT && text_eq(c->values[i].text, promise))
                return outcome_of(true);
        return outcome_of(false);
    }
    if (c->kind != COND_COMPARE || c->operand.kind != OPERAND_VALUE ||
        c->operand.value.type != VALUE_TEXT)
        return either;
    bool same = text_eq(c->operand.value.text, promise);
    if (c->op == COMPARE_EQ)
        return outcome_of(same);
    return c->op == COMPARE_NE ? outcome_of(!same) : either;
}

static struct outcome judge(const struct cond *c, struct text promise)
{
    if (!c)
        return outcome_of(true);
    if (c->kind != COND_AND && c->kind != COND_OR && c->kind != COND_NOT)
        return judge_one(c, promise);
    struct outcome left = judge(c->left, promise);
    if (c->kind == COND_NOT)
        return (struct outcome){left.fail, left.hold};
    struct outcome right = judge(c->right, promise);
    if (c->kind == COND_AND)
        return (struct outcome){left.hold && right.hold, left.fail || right.fail};
    return (struct outcome){left.hold || right.hold, left.fail && right.fail};
}

static bool hears(const struct event *e, int verdict, const struct promise *other)
{
    return (verdict < FIRST_OF_REMEDY || other->remedy.kind != REMEDY_NONE) &&
           judge(e->where, other->name).hold;
}

/* -- the graph -- */

struct ear { /* one event by which a promise hears verdicts */
    const struct event *event;
    int verdict;
    struct text only; /* the promise that its `where` asks for; empty: any */
    struct ear *next;
};

enum colour { UNSEEN, ON_PATH, DONE };

struct chains {
    const struct code *code;
    struct diagnostics *d;
    struct names names;   /* of promises: the first form of each */
    size_t *next_forms;   /* by promise: its next form, or the count */
    struct ear **ears;    /* by promise */
    enum colour *colours; /* by promise */
    size_t *path;         /* promises from the root of the search to the present one */
    size_t path_length;
};

/* The one promise that a condition demands; the empty text if it names none, or several. */
static struct text demanded(const struct cond *c)
{
    struct text none = {"", 0};
    if (c && c->kind == COND_AND) {
        struct text left = demanded(c->left);
        return left.len > 0 ? left : demanded(c->right);
    }
    bool names_one = c && c->kind == COND_COMPARE && c->op == COMPARE_EQ &&
                     text_is(c->field, "promise") && c->operand.kind == OPERAND_VALUE &&
                     c->operand.value.type == VALUE_TEXT;
    return names_one ? c->operand.value.text : none;
}

static void collect_ear(void *context, const struct promise *p, const struct event *e)
{
    struct chains *k = context;
    int verdict = verdict_of(e->name);
    if (verdict < 0)
        return;
    struct ear *ear = ARENA_NEW(k->d->arena, struct ear);
    size_t index = (size_t)(p - k->code->promises);
    *ear = (struct ear){e, verdict, demanded(e->where), k->ears[index]};
    k->ears[index] = ear;
}

/* The first promise from index on that the ear hears, else the count. Most ears name one promise:
 * only its forms are looked at, so that a thousand promises in a row cost a thousand steps. */
static size_t heard_from(const struct chains *k, const struct ear *ear, size_t index)
{
    size_t count = k->code->promise_count;
    while (index < count && !hears(ear->event, ear->verdict, &k->code->promises[index]))
        index = ear->only.len > 0 ? k->next_forms[index] : index + 1;
    return index;
}

static size_t first_heard(const struct chains *k, const struct ear *ear)
{
    int first = ear->only.len > 0 ? names_look_up(&k->names, ear->only) : 0;
    return first < 0 ? k->code->promise_count : heard_from(k, ear, (size_t)first);
}

static size_t next_heard(const struct chains *k, const struct ear *ear, size_t index)
{
    return heard_from(k, ear, ear->only.len > 0 ? k->next_forms[index] : index + 1);
}

static void link_forms(struct chains *k)
{
    size_t count = k->code->promise_count;
    size_t *last = ARENA_ARRAY(k->d->arena, size_t, count);
    for (size_t i = 0; i < count; i++) {
        int first = names_look_up(&k->names, k->code->promises[i].name);
        k->next_forms[i] = count;
        if (first < 0)
            names_put(k->d->arena, &k->names, k->code->promises[i].name, (int)i);
        else
            k->next_forms[last[first]] = i;
        last[first < 0 ? i : (size_t)first] = i;
    }
}

static void say_cycle(const struct chains *k, const struct event *heard, size_t first)
{
    struct buf names CLEANUP(buf_release) = {0};
    size_t start = 0;
    while (k->path[start] != first)
        start++;
    for (size_t i = k->path_length; i > start; i--)
        buf_addf(&names, "%.*s, then ", TEXT_ARG(k->code->promises[k->path[i - 1]].name));
    size_t last = k->path[k->path_length - 1];
    buf_addf(&names, "%.*s again", TEXT_ARG(k->code->promises[last].name));
    diagnostic_add(k->d, SEVERITY_ERROR, "endless-chain", heard->span,
                   "verdicts would run in a circle: %s", names.ptr);
    /* A condition that lets every promise through names none. */
    bool names_one = !judge(heard->where, (struct text){"", 0}).hold;
    if (names_one)
        diagnostic_suggest(k->d, "let one of them begin with something else than a verdict");
    else
        diagnostic_suggest(k->d, "hear only the promise that you mean: %.*s where promise = NAME",
                           TEXT_ARG(heard->name));
}

static void search(struct chains *k, size_t promise)
{
    k->colours[promise] = ON_PATH;
    k->path[k->path_length++] = promise;
    for (const struct ear *ear = k->ears[promise]; ear; ear = ear->next) {
        bool said = false; /* one circle for each event is enough to mend it */
        for (size_t i = first_heard(k, ear); i < k->code->promise_count && !said;
             i = next_heard(k, ear, i)) {
            if (k->colours[i] == ON_PATH) {
                say_cycle(k, ear->event, i);
                said = true;
            } else if (k->colours[i] == UNSEEN && k->ears[i]) {
                search(k, i);
            }
        }
    }
    k->path_length--;
    k->colours[promise] = DONE;
}

/* -- what can never be heard -- */

static void check_heard(struct chains *k, const struct promise *p)
{
    for (const struct event *e = p->on; e; e = e->or) {
        struct ear ear = {e, verdict_of(e->name), demanded(e->where), NULL};
        if (ear.verdict < 0 || first_heard(k, &ear) < k->code->promise_count)
            continue;
        diagnostic_add(k->d, SEVERITY_ERROR, "never-opens", e->span,
                       "no promise that this names can give \"%.*s\"", TEXT_ARG(e->name));
        diagnostic_suggest(k->d, ear.verdict >= FIRST_OF_REMEDY
                                     ? "give that promise a remedy: otherwise credit AMOUNT"
                                     : "name a promise of this Code after \"promise =\"");
    }
}

/* When a remedy is withdrawn depends on when something was learnt, not on what happened: nothing
 * can be judged by it. */
static void check_withdrawals(struct chains *k, const struct promise *p)
{
    for (const struct ear *ear = k->ears[p - k->code->promises]; ear; ear = ear->next) {
        if (ear->verdict != WITHDRAWN)
            continue;
        diagnostic_add(k->d, SEVERITY_ERROR, "withdrawal-heard", ear->event->span,
                       "no promise hears \"%.*s\"", TEXT_ARG(ear->event->name));
        diagnostic_suggest(k->d,
                           "leave it out: with the remedy, its \"remedy.owed\" is taken back, "
                           "and what that had opened is void");
    }
}

struct name_check {
    struct chains *chains;
    bool unknown;
};

static void check_promise_name(void *context, const struct cond *c)
{
    struct name_check *k = context;
    if (c->kind != COND_COMPARE || !text_is(c->field, "promise") ||
        c->operand.kind != OPERAND_VALUE || c->operand.value.type != VALUE_TEXT)
        return;
    const struct names *names = &k->chains->names;
    struct diagnostics *d = k->chains->d;
    struct text name = c->operand.value.text;
    if (names_look_up(names, name) >= 0)
        return;
    k->unknown = true;
    diagnostic_add(d, SEVERITY_ERROR, "unknown-promise", c->span,
                   "there is no promise \"%.*s\" in this Code", TEXT_ARG(name));
    diagnostic_suggest_name(d, name, names->list, names->count);
}

/* True if every promise that the verdict events of p name exists. */
static bool names_exist(struct chains *k, const struct promise *p)
{
    struct name_check context = {k, false};
    for (const struct ear *ear = k->ears[p - k->code->promises]; ear; ear = ear->next)
        cond_visit(ear->event->where, check_promise_name, &context);
    return !context.unknown;
}

void check_chains(const struct code *code, struct diagnostics *d)
{
    struct chains k = {.code = code,
                       .d = d,
                       .next_forms = ARENA_ARRAY(d->arena, size_t, code->promise_count),
                       .ears = ARENA_ARRAY(d->arena, struct ear *, code->promise_count),
                       .colours = ARENA_ARRAY(d->arena, enum colour, code->promise_count),
                       .path = ARENA_ARRAY(d->arena, size_t, code->promise_count)};
    link_forms(&k);
    for (size_t i = 0; i < code->promise_count; i++)
        promise_visit_events(&code->promises[i], collect_ear, &k);
    for (size_t i = 0; i < code->promise_count; i++) {
        if (!k.ears[i])
            continue;
        check_withdrawals(&k, &code->promises[i]);
        if (names_exist(&k, &code->promises[i]))
            check_heard(&k, &code->promises[i]);
        if (k.colours[i] == UNSEEN)
            search(&k, i);
    }
}
