/* The list: without a search all customers by id, skipping from one to the next in the index of
 * touches; with one, those of whom a word begins with each of the words asked for. They are walked
 * in the order of the words that begin with the rarest of them; each customer stands where the
 * first of its words does that begins so. */
#include "feature/customer/customer_part.h"
#include "feature/customer/words.h"

#include <stdlib.h>

enum section { BY_WORD = 1, BY_ID, SECTIONS };
enum {
    READ_AT_ONCE = 200,
    WALKED_MOST = 2000, /* of words, for one answer: the next goes on from there */
    COUNTED_MOST = 500  /* of words, to tell which is the rarest */
};

struct place { /* behind that one */
    int64_t section;
    struct text key, id;
};
struct list {
    const struct identity *viewer;
    struct database *db;
    struct arena *arena;
    const struct kin *kin;
    bool searches;
    struct words asked;
    struct text rarest; /* of the words asked for */
    struct customer_view *views;
    size_t count, most, walked;
    struct place place;
    bool has_more;
};
struct candidate {
    struct text word;
    struct customer_row row;
};

/* SECTION.LENGTH.KEYID */
static struct text write_place(const struct list *l)
{
    return arena_printf(l->arena, "%d.%zu.%.*s%.*s", (int)l->place.section, l->place.key.len,
                        TEXT_ARG(l->place.key), TEXT_ARG(l->place.id));
}

static bool take_number(struct text *rest, int64_t *ret)
{
    const char *dot = rest->len ? memchr(rest->ptr, '.', rest->len) : NULL;
    if (!dot || !text_to_int64((struct text){rest->ptr, (size_t)(dot - rest->ptr)}, ret)) {
        return false;
    }
    size_t used = (size_t)(dot - rest->ptr) + 1;
    *rest = (struct text){rest->ptr + used, rest->len - used};
    return true;
}

static void begin(struct list *l, struct text q)
{
    l->asked.count = 0;
    l->searches = text_trim(q).len > 0;
    words_of(q, WORDS_ASKED_MAX, l->arena, &l->asked);
    l->place = (struct place){.section = l->searches ? BY_WORD : BY_ID};
}

static enum err read_place(struct list *l, struct text after, struct err_info *info)
{
    struct text rest = after;
    int64_t length = 0, section = l->place.section;
    if (!rest.len) {
        return ERR_NONE;
    }
    if (!take_number(&rest, &l->place.section) || l->place.section != section ||
        !take_number(&rest, &length) || length < 0 || (size_t)length > rest.len) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    l->place.key = (struct text){rest.ptr, (size_t)length};
    l->place.id = (struct text){rest.ptr + length, rest.len - (size_t)length};
    return text_utf8_valid(l->place.key) == l->place.key.len &&
                   text_utf8_valid(l->place.id) == l->place.id.len
               ? ERR_NONE
               : err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
}

/* -- all, by id -- */

/* The first that may come: one bound, as SQLite would seek by only one of two. No text has a byte
 * 0, so nothing lies between an id and the same with a byte 1 behind it. */
static struct text first_id(const struct list *l)
{
    return l->place.id.len ? arena_printf(l->arena, "%.*s\x01", TEXT_ARG(l->place.id))
                           : (struct text){0};
}

static enum err list_ids(struct list *l, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(l->db, &customer_sql[CUSTOMER_IDS]);
    query_bind_text(&q, 1, first_id(l));
    query_bind_text(&q, 2, customer_prefix_end((struct text){0}, l->arena));
    query_bind_int(&q, 3, (int64_t)l->most + 1);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        if (l->count == l->most) {
            l->has_more = true;
            return ERR_NONE;
        }
        l->place.id = arena_text(l->arena, query_text(&q, 0));
        l->views[l->count++].row.id = l->place.id;
    }
    return e;
}

/* -- by words -- */

static enum err count_word(struct list *l, struct text word, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(l->db, &customer_sql[CUSTOMER_WORD_COUNT]);
    query_bind_text(&q, 1, word);
    query_bind_text(&q, 2, customer_prefix_end(word, l->arena));
    query_bind_int(&q, 3, COUNTED_MOST);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    *ret = row ? query_int(&q, 0) : 0;
    return e;
}

/* Of equals the longest. Who goes on goes on with the same: their place is in its words. */
static enum err choose_rarest(struct list *l, struct err_info *info)
{
    int64_t least = INT64_MAX;
    enum err e = ERR_NONE;
    for (size_t i = 0; i < l->asked.count && !e; i++) {
        struct text word = l->asked.list[i];
        int64_t count = 0;
        if (l->place.key.len) {
            count = text_starts(l->place.key, word) ? 0 : INT64_MAX;
        } else if (l->asked.count > 1) {
            e = count_word(l, word, &count, info);
        }
        if (count < least || (count == least && word.len > l->rarest.len)) {
            least = count;
            l->rarest = word;
        }
    }
    return e;
}

static enum err read_candidates(struct list *l, struct candidate *list, size_t most, size_t *ret,
                                struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(l->db, &customer_sql[CUSTOMER_BY_WORD]);
    query_bind_text(&q, 1, l->place.key.len ? l->place.key : l->rarest);
    query_bind_text(&q, 2, l->place.id);
    query_bind_text(&q, 3, customer_prefix_end(l->rarest, l->arena));
    query_bind_int(&q, 4, (int64_t)most);
    bool row;
    enum err e;
    for (*ret = 0; !(e = query_row(&q, &row, info)) && row; ++*ret) {
        list[*ret].word = arena_text(l->arena, query_text(&q, 0));
        list[*ret].row.id = arena_text(l->arena, query_text(&q, 1));
    }
    return e;
}

static bool fits(const struct list *l, const struct candidate *one)
{
    struct words words;
    words_of_customer(&one->row, l->arena, &words);
    for (size_t i = 0; i < l->asked.count; i++) {
        if (!words_beginning(&words, l->asked.list[i]).len) {
            return false;
        }
    }
    return text_eq(words_beginning(&words, l->rarest), one->word);
}

static enum err read_rows(struct list *l, struct candidate *list, size_t count,
                          struct err_info *info)
{
    struct customer_row *rows = ARENA_ARRAY(l->arena, struct customer_row, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i].id = list[i].row.id;
    }
    enum err e = customer_rows_find(l->db, rows, count, l->arena, info);
    for (size_t i = 0; i < count; i++) {
        list[i].row = rows[i];
    }
    return e;
}

/* Those that fit, until there are enough; leaves the place behind the last one looked at. */
static void take_fitting(struct list *l, const struct candidate *list, size_t count)
{
    for (size_t i = 0; i < count && !l->has_more; i++) {
        bool is_one = fits(l, &list[i]);
        l->has_more = is_one && l->count == l->most;
        if (is_one && !l->has_more) {
            l->views[l->count++].row.id = list[i].row.id;
        }
        if (!l->has_more) {
            l->place.key = list[i].word;
            l->place.id = list[i].row.id;
        }
    }
}

static enum err list_words(struct list *l, struct err_info *info)
{
    struct candidate *list = ARENA_ARRAY(l->arena, struct candidate, READ_AT_ONCE);
    enum err e = choose_rarest(l, info);
    while (!e && l->rarest.len && !l->has_more) {
        size_t wanted = l->asked.count > 1 ? READ_AT_ONCE : l->most - l->count + 1, count = 0;
        wanted = wanted < READ_AT_ONCE ? wanted : READ_AT_ONCE;
        e = read_candidates(l, list, wanted, &count, info);
        e = e ? e : read_rows(l, list, count, info);
        if (e || count == 0) {
            return e;
        }
        take_fitting(l, list, count);
        l->walked += count;
        l->has_more = l->has_more || (count == wanted && l->walked >= WALKED_MOST);
        if (count < wanted) {
            return ERR_NONE;
        }
    }
    return e;
}

/* -- both -- */

static void drop_unseen(struct list *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->count; i++) {
        if (l->views[i].is_seen) {
            l->views[kept++] = l->views[i];
        }
    }
    l->count = kept;
}

static enum err list_all(struct list *l, struct err_info *info)
{
    enum err e = l->searches ? list_words(l, info) : list_ids(l, info);
    e = e ? e : customers_look(l->db, l->viewer, l->kin, l->arena, l->views, l->count, info);
    drop_unseen(l);
    return e;
}

enum err customer_search(const struct identity *viewer, struct database *db, const struct kin *kin,
                         struct text q, size_t most, struct arena *arena,
                         struct customer_view *views, size_t *ret_count, struct err_info *info)
{
    struct list l = {.viewer = viewer, .db = db, .arena = arena, .kin = kin, .most = most};
    l.views = views;
    begin(&l, q);
    enum err e = list_all(&l, info);
    *ret_count = l.count;
    return e;
}

enum err customer_page_read(struct customers *customers, struct database *db,
                            const struct customer_question *question, struct arena *arena,
                            struct customer_page *ret, struct err_info *info)
{
    struct kin kin CLEANUP(kin_close) = {0};
    struct list l = {
        .viewer = question->viewer, .db = db, .arena = arena, .kin = &kin, .most = question->most};
    begin(&l, question->q);
    l.views = ARENA_ARRAY(arena, struct customer_view, l.most + 1);
    enum err e = read_place(&l, question->after, info);
    e = e ? e : kin_read(customers->kin, db, arena, &kin, info);
    e = e ? e : list_all(&l, info);
    if (!e) {
        *ret = (struct customer_page){.views = l.views, .count = l.count};
        ret->next = l.has_more ? write_place(&l) : (struct text){0};
    }
    return e;
}

static void write_page(const struct customer_page *page, struct reply *reply)
{
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < page->count; i++) {
        json_object_begin(&w);
        customer_view_members(&w, &page->views[i]);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "next");
    if (page->next.len) {
        json_text(&w, page->next);
    } else {
        json_null(&w);
    }
    json_object_end(&w);
}

enum err customer_get_list(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    const struct customer_question question = {.q = request_text(r, "q"),
                                               .after = request_text(r, "after"),
                                               .most = (size_t)request_int(r, "limit", 50),
                                               .viewer = request_identity(r)};
    struct customer_page page;
    enum err e = customer_page_read(request_self(r), db, &question, request_arena(r), &page, info);
    if (!e) {
        write_page(&page, reply);
    }
    return e;
}
