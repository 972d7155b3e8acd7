#include "feature/verify/owed.h"

#include "feature/ledger/touch_list.h"
#include "feature/ledger/touch_row.h"

enum { TOUCHES = 2000 };

static const struct statement entries = {
    "verify_owed_entries",
    "SELECT o.promise, e.obligation_id, e.kind, e.at_us, e.amount_minor, e.currency, e.task "
    "FROM obligation_entry e JOIN obligation o ON o.id = e.obligation_id "
    "WHERE e.kind IN ($1, $2) ORDER BY e.obligation_id, e.id",
    NULL};

struct owed_row *owed_at(struct owed *all, struct text promise, int32_t day, struct text currency)
{
    uint64_t hash = (text_hash(promise) + (uint64_t)day) * UINT64_C(0x9e3779b97f4a7c15);
    struct owed_row **slot = &all->slots[(hash ^ text_hash(currency)) % OWED_SLOTS];
    for (struct owed_row *row = *slot; row; row = row->next_in_slot) {
        if (row->day == day && text_eq(row->promise, promise) && text_eq(row->currency, currency)) {
            return row;
        }
    }
    struct owed_row *row = ARENA_NEW(all->arena, struct owed_row);
    row->promise = arena_text(all->arena, promise);
    row->currency = arena_text(all->arena, currency);
    row->day = day;
    row->next = all->first;
    row->next_in_slot = *slot;
    all->first = *slot = row;
    return row;
}

void owed_sum_add(struct owed_sum *sum, const struct owed_sum *more)
{
    sum->owed += more->owed;
    sum->owed_count += more->owed_count;
    sum->paid += more->paid;
    sum->paid_count += more->paid_count;
}

struct debt { /* of the present obligation, not withdrawn so far */
    struct debt *next;
    struct owed_row *row;
    int64_t minor;
};

static enum err read_entries(struct database *db, const struct book *book, struct owed *all,
                             struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct query q CLEANUP(query_end) = query_begin(db, &entries);
    struct debt *debts = NULL;
    int64_t obligation = 0;
    bool more;
    enum err e;
    query_bind_int(&q, 1, ENTRY_OWED);
    query_bind_int(&q, 2, ENTRY_WITHDRAWN);
    while (!(e = query_row(&q, &more, info)) && more) {
        if (query_int(&q, 1) != obligation) {
            obligation = query_int(&q, 1);
            debts = NULL;
            arena_clear(&arena);
        }
        if (query_int(&q, 2) == ENTRY_WITHDRAWN) {
            for (; debts; debts = debts->next) {
                debts->row->sum.owed -= debts->minor;
                debts->row->sum.owed_count--;
            }
            continue;
        }
        bool is_task = query_text(&q, 6).len != 0;
        struct debt *debt = ARENA_NEW(&arena, struct debt);
        debt->next = debts;
        debt->minor = is_task ? 0 : query_int(&q, 4);
        debt->row = owed_at(all, query_text(&q, 0), book_day(book, query_int(&q, 3)),
                            is_task ? (struct text){0} : query_text(&q, 5));
        debt->row->sum.owed += debt->minor;
        debt->row->sum.owed_count++;
        debts = debt;
    }
    return e;
}

struct reading {
    const struct book *book;
    struct owed *all;
    int64_t last;
    size_t count;
};

static bool read_payment(void *context, const struct touch *t)
{
    struct reading *r = context;
    struct text promise;
    struct money amount;
    r->last = (int64_t)t->place;
    r->count++;
    if (touch_payment(t, &promise, &amount)) {
        struct owed_sum *sum =
            &owed_at(r->all, promise, book_day(r->book, t->occurred_us), text_of(amount.currency))
                 ->sum;
        sum->paid += amount.minor;
        sum->paid_count++;
    }
    return true;
}

enum err owed_read(struct database *db, const struct book *book, struct owed *all,
                   struct err_info *info)
{
    enum err e = read_entries(db, book, all, info);
    struct reading r = {.book = book, .all = all, .count = TOUCHES};
    while (!e && r.count == TOUCHES) {
        r.count = 0;
        e = touch_row_after(db, r.last, TOUCHES, read_payment, &r, info);
    }
    return e;
}
