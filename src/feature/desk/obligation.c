/* The page /obligation/{id}. */
#include "feature/desk/desk_pages.h"
#include "feature/page/frame.h"
#include "feature/page/obligation_page.h"

static enum err add_touch(struct database *db, const struct entry_row *entry, struct arena *arena,
                          struct obligation_step *step, struct err_info *info)
{
    if (entry->cause_id.len == 0) {
        return ERR_NONE;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &desk_list[DESK_TOUCH_BEHIND]);
    query_bind_text(&q, 1, entry->cause_source);
    query_bind_text(&q, 2, entry->cause_id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && row) {
        step->event = arena_text(arena, query_text(&q, 0));
        step->person = arena_text(arena, query_text(&q, 1));
        step->channel = arena_text(arena, query_text(&q, 2));
        step->actor = (enum actor)query_int(&q, 3);
        step->touch_us = query_int(&q, 4);
    }
    return e;
}

static enum err read_steps(struct database *db, const struct ledger_row *row, struct arena *arena,
                           struct obligation_page *page, struct err_info *info)
{
    struct entry_row *entries;
    size_t count;
    enum err e = entry_row_of(db, row->id, row->home_id, arena, &entries, &count, info);
    if (e) {
        return e;
    }
    struct obligation_step *steps = ARENA_ARRAY(arena, struct obligation_step, count);
    for (size_t i = 0; i < count && !e; i++) {
        const struct entry_row *entry = &entries[i];
        steps[i] = (struct obligation_step){
            .kind = entry->kind,
            .at_us = entry->at_us,
            .source = entry->cause_source,
            .id = entry->cause_id,
            .amount = {.minor = entry->amount_minor},
            .task = entry->task,
            .due_us = entry->due_us,
        };
        if (entry->currency.len == 3) {
            memcpy(steps[i].amount.currency, entry->currency.ptr, 3);
        }
        e = add_touch(db, entry, arena, &steps[i], info);
    }
    page->steps = steps;
    page->step_count = count;
    return e;
}

static void add_promise(struct obligation_page *page, const struct book *book,
                        const struct ledger_row *row)
{
    const struct code *code;
    const struct promise *promise = desk_promise(book, row, &code);
    if (!promise) {
        page->words = row->promise;
        return;
    }
    page->words = promise->words;
    if (promise->principle >= 0) {
        page->principle = code->principles[promise->principle].title;
    }
    if (promise->duty.limit.kind == LIMIT_DURATION) {
        page->limit = promise->duty.limit.duration.words;
    }
}

enum err desk_obligation(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    if (!request_may(r, "ledger:read")) {
        sign_in_page(reply_body(reply, 401, "text/html; charset=utf-8"));
        return ERR_NONE;
    }
    struct desk *desk = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(desk->publisher);
    struct ledger_row row;
    int64_t id;
    if (!id_parse(request_text(r, "id"), "obl", &id)) {
        id = 0;
    }
    enum err e = ledger_row_find(db, id, request_arena(r), &row, info);
    if (!e && !identity_sees_team(request_identity(r), row.team)) {
        e = ERR_NOT_FOUND;
    }
    if (e) {
        return e == ERR_NOT_FOUND ? err_set(info, e, "There is no such obligation.") : e;
    }
    struct obligation_page page = {
        .promise = row.promise,
        .key = row.key,
        .customer = row.customer,
        .channel = row.channel,
        .zone = book_zone(book),
        .state = row.state,
        .opened_us = row.opened_us,
        .due_us = row.due_us,
        .decided_us = row.decided_us,
        .fulfilled_us = row.fulfilled_us,
        .now_us = moment_now(),
    };
    page.is_soon = row.state == STATE_OPEN && row.warn_us <= page.now_us;
    add_promise(&page, book, &row);
    e = read_steps(db, &row, request_arena(r), &page, info);
    if (!e) {
        obligation_page(&page, reply_body(reply, 200, "text/html; charset=utf-8"));
    }
    return e;
}
