#include "feature/outbox/letter.h"

#include "base/markup.h"

enum letter_language letter_language(struct text tag)
{
    if (text_starts(tag, TEXT("pt"))) {
        return LETTER_PORTUGUESE;
    }
    return text_starts(tag, TEXT("es")) ? LETTER_SPANISH : LETTER_ENGLISH;
}

static const struct letter_words *words_of(const struct outbox_mail *m)
{
    return &letter_words[letter_language(m->language)][m->letter];
}

static struct text brand_of(const struct outbox_mail *m)
{
    return m->brand.len ? m->brand : TEXT("Troth");
}

/* What stands for the name in braces at the beginning of t; its length goes to *ret_len. */
static bool slot(const struct outbox_mail *m, struct text t, struct text *ret, size_t *ret_len)
{
    const struct {
        struct text name, value;
    } slots[] = {
        {TEXT("{who}"), m->who},        {TEXT("{subject}"), m->subject},
        {TEXT("{brand}"), brand_of(m)}, {TEXT("{until}"), m->until},
        {TEXT("{body}"), m->body},
    };
    for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
        if (text_starts(t, slots[i].name)) {
            *ret = slots[i].value;
            *ret_len = slots[i].name.len;
            return true;
        }
    }
    return false;
}

typedef void add_words(struct buf *out, struct text words);

/* The words up to the first c, or all. */
static struct text up_to(struct text words, char c)
{
    const char *found = words.len ? memchr(words.ptr, c, words.len) : NULL;
    return (struct text){words.ptr, found ? (size_t)(found - words.ptr) : words.len};
}

static void add_html(struct buf *out, struct text words)
{
    while (words.len) {
        struct text line = up_to(words, '\n');
        size_t used = line.len < words.len ? line.len + 1 : line.len;
        markup_text(out, line);
        if (used > line.len) {
            buf_add_str(out, "<br>\n");
        }
        words = (struct text){words.ptr + used, words.len - used};
    }
}

/* The phrase with its slots filled. */
static void fill(const struct outbox_mail *m, const char *phrase, add_words *add, struct buf *out)
{
    struct text left = text_of(phrase), value;
    size_t len;
    while (left.len) {
        if (slot(m, left, &value, &len)) {
            add(out, value);
        } else {
            len = left.ptr[0] == '{' ? 1 : up_to(left, '{').len;
            add(out, (struct text){left.ptr, len});
        }
        left = (struct text){left.ptr + len, left.len - len};
    }
}

void letter_subject(const struct outbox_mail *mail, struct buf *out)
{
    fill(mail, words_of(mail)->subject, buf_add_text, out);
}

enum { LINES = sizeof(((struct letter_words *)0)->lines) / sizeof(char *) };

void letter_text(const struct outbox_mail *mail, struct buf *out)
{
    const struct letter_words *w = words_of(mail);
    for (size_t i = 0; i < LINES && w->lines[i]; i++) {
        fill(mail, w->lines[i], buf_add_text, out);
        buf_add_str(out, "\n\n");
    }
    if (mail->link.len) {
        fill(mail, w->link, buf_add_text, out);
        buf_add_str(out, ":\n");
        buf_add_text(out, mail->link);
        buf_add_str(out, "\n\n");
    }
    if (w->after) {
        fill(mail, w->after, buf_add_text, out);
        buf_add_str(out, "\n\n");
    }
    buf_add_str(out, "-- \n");
    buf_add_text(out, brand_of(mail));
    buf_add_char(out, '\n');
}

#define SERIF "Georgia,'Times New Roman',serif"
#define SANS "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

static void add_paragraph(const struct outbox_mail *mail, const char *phrase, const char *style,
                          struct buf *out)
{
    buf_addf(out, "<p style=\"margin:0 0 16px;%s\">", style);
    fill(mail, phrase, add_html, out);
    buf_add_str(out, "</p>\n");
}

static void add_link(const struct outbox_mail *mail, const char *phrase, struct buf *out)
{
    buf_add_str(out, "<p style=\"margin:24px 0\"><a href=\"");
    add_html(out, mail->link);
    buf_add_str(out,
                "\" style=\"display:inline-block;padding:12px 20px;border-radius:6px;background:");
    buf_add_text(out, mail->colour.len ? mail->colour : TEXT("#1f5f5b"));
    buf_add_str(out, ";color:#ffffff;text-decoration:none;font-weight:600\">");
    fill(mail, phrase, add_html, out);
    buf_add_str(out, "</a></p>\n<p style=\"margin:0 0 16px;font-size:13px;color:#5f6b6a;"
                     "word-break:break-all\">");
    add_html(out, mail->link);
    buf_add_str(out, "</p>\n");
}

void letter_html(const struct outbox_mail *mail, struct buf *out)
{
    static const char *const tags[] = {
        [LETTER_ENGLISH] = "en", [LETTER_PORTUGUESE] = "pt-BR", [LETTER_SPANISH] = "es"};
    const struct letter_words *w = words_of(mail);
    buf_addf(out,
             "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width\"></head>\n"
             "<body style=\"margin:0;padding:32px 16px;background:#f6f7f6;color:#1c2423;"
             "font:16px/1.5 " SANS "\">\n"
             "<div style=\"max-width:560px;margin:0 auto;padding:32px;background:#ffffff;"
             "border:1px solid #dfe4e2;border-radius:8px\">\n"
             "<p style=\"margin:0 0 24px;font:600 20px/1.3 " SERIF "\">",
             tags[letter_language(mail->language)]);
    add_html(out, brand_of(mail));
    buf_add_str(out, "</p>\n");
    for (size_t i = 0; i < LINES && w->lines[i]; i++) {
        add_paragraph(mail, w->lines[i], "", out);
    }
    if (mail->link.len) {
        add_link(mail, w->link, out);
    }
    if (w->after) {
        add_paragraph(mail, w->after, "font-size:14px;color:#5f6b6a", out);
    }
    buf_add_str(out, "</div>\n</body></html>\n");
}
