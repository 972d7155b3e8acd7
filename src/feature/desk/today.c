/* The page / and its changing part. */
#include "feature/desk/desk_pages.h"
#include "feature/ledger/ledger.h"
#include "feature/measure/measure.h"
#include "feature/page/frame.h"
#include "feature/page/today_page.h"

static const char *const event_names[] = {"obligation.opened",
                                          "obligation.warned",
                                          "obligation.kept",
                                          "obligation.broken",
                                          "obligation.excused",
                                          "obligation.void",
                                          "obligation.paused",
                                          "obligation.resumed",
                                          "obligation.extended",
                                          "obligation.corrected",
                                          NULL};

struct filling {
    struct today_page page;
    struct today_row rows[TODAY_ROWS_MAX];
    const struct book *book;
    struct arena *arena;
    struct database *db;
    struct err_info *info;
    const struct identity *viewer;
};

static void add_row(struct filling *f, const struct ledger_row *row)
{
    char words[ID_TEXT_SIZE];
    const struct code *code;
    const struct promise *promise = desk_promise(f->book, row, &code);
    struct text id = arena_text(f->arena, text_of(id_format(row->id, "obl", words)));
    f->rows[f->page.row_count++] = (struct today_row){
        .words = promise ? promise->words : row->promise,
        .id = id,
        .address = arena_printf(f->arena, "/obligation/%s", id.ptr),
        .customer = row->customer,
        .key = row->key,
        .channel = row->channel,
        .due_us = row->due_us,
        .is_soon = row->warn_us <= f->page.now_us,
        .is_paused = row->state == STATE_PAUSED,
    };
}

static enum err add_rows(struct filling *f, int statement)
{
    struct query q CLEANUP(query_end) = query_begin(f->db, &desk_list[statement]);
    int parameter = 1;
    if (statement == DESK_OPEN_BY_DUE) {
        query_bind_int(&q, parameter++, MOMENT_BEFORE_ALL);
    }
    query_bind_int(&q, parameter, (int64_t)(TODAY_ROWS_MAX - f->page.row_count));
    for (;;) {
        bool any;
        struct ledger_row row;
        enum err e = query_row(&q, &any, f->info);
        if (e || !any) {
            return e;
        }
        ledger_row_read(&q, f->arena, &row);
        if (identity_sees_team(f->viewer, row.team)) {
            add_row(f, &row);
        }
    }
}

static enum err any_touch(struct filling *f)
{
    struct query q CLEANUP(query_end) = query_begin(f->db, &desk_list[DESK_ANY_TOUCH]);
    return query_row(&q, &f->page.has_touches, f->info);
}

/* Everything decided since yesterday, and what is open now. */
static enum err add_counts(struct filling *f, int32_t today)
{
    struct measured *groups;
    size_t count;
    struct measure_question since = {
        .by = MEASURE_BY_PROMISE, .from_day = today - 1, .until_day = INT32_MAX};
    enum err e = measure_read(f->db, f->book, &since, f->arena, &groups, &count, f->info);
    for (size_t i = 0; i < count && !e; i++) {
        f->page.since_yesterday.kept += (uint64_t)groups[i].kept;
        f->page.since_yesterday.broken += (uint64_t)groups[i].broken;
        f->page.since_yesterday.excused += (uint64_t)groups[i].excused;
        f->page.open_count += (uint64_t)(groups[i].open + groups[i].paused);
    }
    return e;
}

static enum err add_standings(struct filling *f, int32_t today)
{
    struct measured *groups;
    size_t count;
    struct date first = date_of_days(today);
    first.day = 1;
    struct measure_question month = {
        .by = MEASURE_BY_PROMISE, .from_day = (int32_t)date_to_days(first), .until_day = INT32_MAX};
    enum err e = measure_read(f->db, f->book, &month, f->arena, &groups, &count, f->info);
    if (e) {
        return e;
    }
    struct today_standing *list = ARENA_ARRAY(f->arena, struct today_standing, count);
    const struct plan *plan = book_plan(f->book);
    for (size_t i = 0; i < count; i++) {
        size_t number, lane;
        if (!plan_find_promise(plan, groups[i].promise, &number, &lane) ||
            groups[i].kept + groups[i].broken + groups[i].excused == 0) {
            continue;
        }
        const struct promise *promise = plan_promise(plan, number).latest;
        list[f->page.standing_count++] = (struct today_standing){
            .words = promise->words,
            .address = arena_printf(f->arena, "/code#%.*s", TEXT_ARG(promise->name)),
            .tally = {(uint64_t)groups[i].kept, (uint64_t)groups[i].broken,
                      (uint64_t)groups[i].excused},
            .target_ppm = promise->has_target ? promise->target_ppm : 0,
        };
    }
    f->page.standings = list;
    return ERR_NONE;
}

static enum err fill(struct filling *f)
{
    const struct version *current = book_current(f->book, f->page.now_us);
    int32_t today = book_day(f->book, f->page.now_us);
    f->page.company = current ? current->code->title : TEXT("Troth");
    f->page.has_code = current != NULL;
    f->page.zone = book_zone(f->book);
    f->page.rows = f->rows;
    f->page.events_address = "/api/v1/events";
    f->page.part_address = "/today";
    f->page.event_names = event_names;
    enum err e = add_rows(f, DESK_OPEN_BY_DUE);
    if (!e && f->page.row_count < TODAY_ROWS_MAX) {
        e = add_rows(f, DESK_PAUSED);
    }
    e = e ? e : any_touch(f);
    e = e ? e : add_counts(f, today);
    return e ? e : add_standings(f, today);
}

static enum err answer(struct request *r, struct database *db, struct reply *reply,
                       void (*draw)(const struct today_page *page, struct buf *out),
                       struct err_info *info)
{
    struct desk *desk = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(desk->publisher);
    struct filling *f = ARENA_NEW(request_arena(r), struct filling);
    f->book = book;
    f->arena = request_arena(r);
    f->viewer = request_identity(r);
    f->db = db;
    f->info = info;
    f->page.now_us = moment_now();
    enum err e = fill(f);
    if (!e) {
        draw(&f->page, reply_body(reply, 200, "text/html; charset=utf-8"));
    }
    return e;
}

enum err desk_today(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    if (!request_may(r, "ledger:read")) {
        sign_in_page(reply_body(reply, 401, "text/html; charset=utf-8"));
        return ERR_NONE;
    }
    return answer(r, db, reply, today_page, info);
}

enum err desk_today_part(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    return answer(r, db, reply, today_part, info);
}
