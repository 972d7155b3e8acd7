/* Lists of obligations. */
#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_api.h"
#include "feature/ledger/ledger_json.h"
#include "feature/ledger/obligation_walk.h"

/* A quick question may take 250 ms; what is not found by half of it is looked for by the next. */
enum { LIST_LOOK_MOST = 20000, LOOK_US = 120000 };

static enum err read_question(struct request *r, struct obligation_question *q,
                              struct walk_place *from, struct err_info *info)
{
    struct book *book CLEANUP(book_drop) = publisher_book(ledger_publisher(request_self(r)));
    enum err e = question_read(r, book, q, info);
    if (e) {
        return e;
    }
    struct text after = request_text(r, "after");
    *from = (struct walk_place){0};
    return after.len == 0 || walk_place_read(after, request_arena(r), from)
               ? ERR_NONE
               : err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
}

/* How far a search has come that gave up before its page was full. */
static void write_searched(struct json_writer *w, const struct obligation_question *q,
                           const struct walk_page *page, size_t most)
{
    json_key(w, "searched_until");
    bool is_short = !page->ended && page->count < most;
    bool has_time = q->order == ORDER_DUE || q->order == ORDER_DECIDED;
    json_moment(w, is_short && has_time && page->place.section == 1 ? page->place.number
                                                                    : MOMENT_NEVER);
    json_key(w, "searched");
    json_int(w, (int64_t)page->looked);
}

enum err obligation_list(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct obligation_question q;
    struct walk_place from;
    enum err e = read_question(r, &q, &from, info);
    if (e) {
        return e;
    }
    const struct walk_bounds bounds = {.most = (size_t)request_int(r, "limit", LIST_USUAL),
                                       .look_most = LIST_LOOK_MOST,
                                       .until_us = database_clock() + LOOK_US};
    struct walk_page page;
    e = obligation_walk(db, &q, &from, &bounds, request_arena(r), &page, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < page.count; i++) {
        obligation_to_json(&w, &page.rows[i]);
        request_reads_team(r, "obligations.listed", page.rows[i].team, page.rows[i].team);
    }
    json_array_end(&w);
    json_key(&w, "next");
    if (page.ended) {
        json_null(&w);
    } else {
        json_text(&w, walk_place_write(&page.place, request_arena(r)));
    }
    write_searched(&w, &q, &page, bounds.most);
    json_object_end(&w);
    return ERR_NONE;
}
