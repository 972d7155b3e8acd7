/* What is owed when a promise is broken: `otherwise …`. */
#include "lang/parse.h"

static bool parse_share_of(struct parser *p, struct amount *amount)
{
    amount->kind = AMOUNT_SHARE;
    return parse_percent(p, &amount->share_ppm) && parse_expect(p, "of") &&
           parse_name(p, "the attribute that holds the amount", &amount->attribute);
}

static bool parse_table_amount(struct parser *p, struct amount *amount)
{
    struct text name;
    if (!parse_name(p, "an amount such as 10.00 EUR, a share such as 25% of price, or a table",
                    &name)) {
        return false;
    }
    amount->kind = AMOUNT_TABLE;
    amount->table = names_look_up(&p->tables, name);
    if (amount->table < 0) {
        parse_unknown(p, "unknown-table", "table", parse_last_span(p), &p->tables);
    }
    if (!parse_accept(p, "of")) {
        return true;
    }
    amount->kind = AMOUNT_TABLE_SHARE;
    return parse_name(p, "the attribute that holds the amount", &amount->attribute);
}

static bool parse_amount(struct parser *p, struct amount *amount)
{
    if (parse_peek(p).kind != TOKEN_NUMBER) {
        return parse_table_amount(p, amount);
    }
    if (parse_at_ahead(p, 1, "%")) {
        return parse_share_of(p, amount);
    }
    amount->kind = AMOUNT_FIXED;
    return parse_money(p, &amount->money);
}

static bool parse_accrual(struct parser *p, struct remedy *remedy)
{
    remedy->accrues = true;
    if (!parse_money(p, &remedy->step) || !parse_expect(p, "per") ||
        !parse_duration(p, DURATION_OR_UNIT, &remedy->step_per)) {
        return false;
    }
    remedy->has_cap = parse_accept_two(p, "up", "to");
    return !remedy->has_cap || parse_money(p, &remedy->cap);
}

static bool parse_most(struct parser *p, struct remedy *remedy)
{
    struct span span = parse_peek(p).span;
    if (!parse_count(p, "a number", &remedy->most) || !parse_window(p, &remedy->most_window)) {
        return false;
    }
    return remedy->most > 0 ||
           parse_fail(p, "bad-count", span, "a remedy owed at most 0 times is none");
}

static bool parse_claim(struct parser *p, struct remedy *remedy)
{
    remedy->if_claimed = true;
    return parse_expect(p, "claimed") && parse_expect(p, "within") &&
           parse_duration(p, DURATION_COUNTED, &remedy->claim_within);
}

/* `plus …`, `at most …` and `if claimed …`, each at most once, in any order. */
static bool parse_terms(struct parser *p, struct remedy *remedy)
{
    for (;;) {
        bool ok;
        if (!remedy->accrues && parse_accept(p, "plus")) {
            ok = parse_accrual(p, remedy);
        } else if (!remedy->most && parse_accept_two(p, "at", "most")) {
            ok = parse_most(p, remedy);
        } else if (!remedy->if_claimed && parse_accept(p, "if")) {
            ok = parse_claim(p, remedy);
        } else {
            return true;
        }
        if (!ok) {
            return false;
        }
    }
}

bool parse_otherwise(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    struct remedy *remedy = &reading->promise->remedy;
    size_t first = p->next - 1;
    bool ok;
    remedy->amount.table = remedy->step_per.calendar = remedy->claim_within.calendar = -1;
    if (parse_accept(p, "task")) {
        remedy->kind = REMEDY_TASK;
        ok = parse_quoted(p, "what is to be done, in quotes", &remedy->task);
    } else if (parse_accept(p, "credit")) {
        remedy->kind = REMEDY_CREDIT;
        ok = parse_amount(p, &remedy->amount) && parse_terms(p, remedy);
    } else if (parse_at(p, "plus")) {
        remedy->kind = REMEDY_CREDIT;
        ok = parse_terms(p, remedy);
    } else {
        return parse_expected(p, "\"credit\" and an amount, \"plus\" and an amount, or \"task\"");
    }
    remedy->span = parse_span_from(p, first);
    return ok;
}
