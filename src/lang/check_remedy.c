#include "lang/check_part.h"

/* Currency and least amount of what is owed at the verdict; false when they depend on the touch. */
static bool base_money(const struct code *code, const struct amount *a, struct money *ret)
{
    if (a->kind == AMOUNT_FIXED) {
        *ret = a->money;
        return true;
    }
    if (a->kind != AMOUNT_TABLE || code->tables[a->table].row_count == 0 ||
        code->tables[a->table].gives != TABLE_AMOUNTS)
        return false;
    const struct table *t = &code->tables[a->table];
    *ret = t->rows[0].money;
    for (size_t i = 1; i < t->row_count; i++)
        if (t->rows[i].money.minor < ret->minor)
            ret->minor = t->rows[i].money.minor;
    return true;
}

static bool same_currency(struct money a, struct money b)
{
    return text_eq(text_of(a.currency), text_of(b.currency));
}

static void say_mixed(const struct remedy *r, struct money a, struct money b, struct diagnostics *d)
{
    diagnostic_add(d, SEVERITY_ERROR, "mixed-currencies", r->span,
                   "this remedy mixes %s and %s, which cannot be added", a.currency, b.currency);
    diagnostic_suggest(d, "give all its amounts in one currency");
}

static void check_amounts(const struct code *code, const struct remedy *r, struct diagnostics *d)
{
    struct money base = {0};
    bool has_base = base_money(code, &r->amount, &base);
    if (!r->accrues)
        return;
    if (has_base && !same_currency(base, r->step)) {
        say_mixed(r, base, r->step, d);
    } else if (r->has_cap && !same_currency(r->step, r->cap)) {
        say_mixed(r, r->step, r->cap, d);
    } else if (r->has_cap && has_base && base.minor >= r->cap.minor) {
        diagnostic_add(d, SEVERITY_ERROR, "cap-too-low", r->span,
                       "the first amount already reaches the cap: nothing is ever added");
        diagnostic_suggest(d, "raise the amount after \"up to\": it caps first amount and "
                              "additions together");
    }
}

static void check_accrual(const struct promise *p, struct diagnostics *d)
{
    if (!p->remedy.accrues || duty_can_be_late(&p->duty))
        return;
    diagnostic_add(d, SEVERITY_ERROR, "accrues-for-good", p->remedy.span,
                   "this remedy would grow for ever: what was broken here cannot be made good "
                   "later");
    diagnostic_suggest(d, "owe one amount: otherwise credit AMOUNT");
}

static void check_owner(const struct promise *p, struct diagnostics *d)
{
    if (!p->is_expectation || p->remedy.kind != REMEDY_CREDIT)
        return;
    diagnostic_add(d, SEVERITY_ERROR, "expectation-remedy", p->remedy.span,
                   "\"%.*s\" is asked of customers: Troth never charges them", TEXT_ARG(p->name));
    diagnostic_suggest(d, "give staff a task instead: otherwise task \"…\"");
}

static void check_amount_table(const struct code *code, const struct remedy *r,
                               struct diagnostics *d)
{
    static const char *const names[] = {
        [TABLE_DURATIONS] = "durations", [TABLE_AMOUNTS] = "amounts", [TABLE_SHARES] = "shares"};
    bool share = r->amount.kind == AMOUNT_TABLE_SHARE;
    enum table_gives needed = share ? TABLE_SHARES : TABLE_AMOUNTS;
    if ((!share && r->amount.kind != AMOUNT_TABLE) || code->tables[r->amount.table].gives == needed)
        return;
    const struct table *t = &code->tables[r->amount.table];
    diagnostic_add(d, SEVERITY_ERROR, "wrong-table", r->span,
                   "the table \"%.*s\" gives %s, and this remedy needs %s", TEXT_ARG(t->name),
                   names[t->gives], names[needed]);
    diagnostic_suggest(d, share ? "name a table whose rows are shares such as 25%%"
                                : "name a table whose rows are amounts; or, for shares, say of "
                                  "what: TABLE of ATTRIBUTE");
}

void check_remedy(const struct code *code, const struct promise *p, struct diagnostics *d)
{
    if (p->remedy.kind == REMEDY_NONE)
        return;
    check_owner(p, d);
    check_accrual(p, d);
    check_amount_table(code, &p->remedy, d);
    check_amounts(code, &p->remedy, d);
}
