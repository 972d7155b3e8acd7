/* A customer's comment: a page with a form, without script. A hidden field that people do not fill
 * in, a bound for each address, and that someone reads every one keep it clean. */
#include "base/markup.h"
#include "feature/comment/comment_part.h"
#include "feature/page/frame.h"
#include "feature/page/reader.h"
#include "feature/page/words.h"

static void begin(struct buf *out, enum language l, const char *title, const struct promise *p)
{
    frame_begin(&(struct frame){.language = l, .title = text_of(title)}, out);
    buf_addf(out, "<div class=\"gate\">\n<h1>%s</h1>\n", title);
    if (p) {
        buf_add_str(out, "<blockquote class=\"promise-words\">");
        markup_text(out, p->words);
        buf_add_str(out, "</blockquote>\n");
    }
}

static void end(struct buf *out, enum language l)
{
    buf_addf(out, "<p><a href=\"/code?lang=%s\">%s</a></p>\n</div>\n", language_tag(l),
             page_words(l)->back_to_code);
    frame_end(out);
}

static void line(struct buf *out, const char *name, const char *label, const char *fills_in)
{
    buf_addf(out,
             "<p><label for=\"%s\">%s</label>\n"
             "<input id=\"%s\" name=\"%s\" maxlength=\"%d\" autocomplete=\"%s\"></p>\n",
             name, label, name, name, COMMENT_NAME_MAX, fills_in);
}

static void form(struct buf *out, enum language l, const struct promise *p)
{
    const struct page_words *w = page_words(l);
    buf_addf(out,
             "<form class=\"comment-form\" method=\"post\" action=\"/code/comment\">\n"
             "<input type=\"hidden\" name=\"lang\" value=\"%s\">\n"
             "<input type=\"hidden\" name=\"promise\" value=\"",
             language_tag(l));
    markup_text(out, p->name);
    buf_addf(out,
             "\">\n<p><label for=\"words\">%s</label>\n"
             "<textarea id=\"words\" name=\"words\" rows=\"6\" required maxlength=\"%d\">"
             "</textarea></p>\n",
             w->comment_words, COMMENT_WORDS_MAX);
    line(out, "name", w->comment_name, "name");
    line(out, "contact", w->comment_contact, "email");
    buf_addf(out,
             "<p class=\"other\" aria-hidden=\"true\"><label for=\"website\">%s</label>\n"
             "<input id=\"website\" name=\"website\" tabindex=\"-1\" autocomplete=\"off\"></p>\n"
             "<p class=\"muted\">%s</p>\n<p><button type=\"submit\">%s</button></p>\n</form>\n",
             w->leave_empty, w->comment_is_read, w->send);
}

enum err comment_form(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    (void)db;
    struct comments *comments = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(comments->publisher);
    const struct version *v;
    const struct promise *p = comments_promise(book, request_text(r, "promise"), &v);
    if (!p) {
        return err_set(info, ERR_NOT_FOUND, "There is no such promise in the Code.");
    }
    enum language l = reader_language(r, request_text(r, "lang"), reply);
    struct buf *out = reply_body(reply, 200, "text/html; charset=utf-8");
    begin(out, l, page_words(l)->comment_title, p);
    form(out, l, p);
    end(out, l);
    return ERR_NONE;
}

/* False: that address, or everybody together, has sent enough for now. */
static bool may_post(struct comments *comments, struct text client, int64_t now_us)
{
    uint64_t address = text_hash(client);
    size_t of_one = 0, of_all = 0;
    for (size_t i = 0; i < POSTS_KEPT; i++) {
        bool is_late = comments->posts[i].at_us > now_us - POSTS_TIME_US;
        of_all += is_late;
        of_one += is_late && comments->posts[i].address == address;
    }
    if (of_one >= POSTS_OF_ONE || of_all >= POSTS_KEPT) {
        return false;
    }
    comments->posts[comments->next] = (struct post){address, now_us};
    comments->next = (comments->next + 1) % POSTS_KEPT;
    return true;
}

static enum err thanks(const struct request *r, struct reply *reply)
{
    enum language l = reader_language(r, request_text(r, "lang"), reply);
    struct buf *out = reply_body(reply, 200, "text/html; charset=utf-8");
    begin(out, l, page_words(l)->thank_you, NULL);
    buf_addf(out, "<p>%s</p>\n", page_words(l)->thanks);
    end(out, l);
    return ERR_NONE;
}

enum err comment_public_post(struct request *r, struct database *db, struct reply *reply,
                             struct err_info *info)
{
    struct comments *comments = request_self(r);
    struct book *book CLEANUP(book_drop) = publisher_book(comments->publisher);
    const struct version *v = NULL;
    const struct promise *p = comments_promise(book, request_text(r, "promise"), &v);
    struct text words = text_trim(request_text(r, "words"));
    int64_t now_us = moment_now();
    if (!p) {
        return err_set(info, ERR_NOT_FOUND, "There is no such promise in the Code.");
    }
    if (request_text(r, "website").len) {
        request_changed_nothing(r);
        return thanks(r, reply); /* a program: it need not know */
    }
    if (!words.len) {
        return err_set(info, ERR_INVALID, "There was nothing in it. Go back and write something.");
    }
    if (!may_post(comments, request_client(r), now_us)) {
        return err_set(info, ERR_BUSY, "That is a lot at once. Try again in an hour.");
    }
    const struct comment c = {.id = keeper_next_id(ledger_keeper(comments->ledger)),
                              .version_id = v->id,
                              .promise = p->name,
                              .by_customer = true,
                              .name = text_trim(request_text(r, "name")),
                              .contact = text_trim(request_text(r, "contact")),
                              .words = words,
                              .written_us = now_us,
                              .state = COMMENT_HELD,
                              .answered_us = MOMENT_NEVER};
    enum err e = comment_add(db, &c, info);
    request_changed_thing(r, &comment_noun, "comment.written", c.id, NULL, &c);
    return e ? e : thanks(r, reply);
}
