#include "words/said.h"

#include <string.h>

enum {
    VALUES_MAX = 9,
    DEPTH_MAX = 3 /* a sentence within a sentence */
};

const struct sayings *const all_sayings[] = {
    &said_http,  &said_store, &said_code,     &said_ledger,
    &said_staff, &said_entry, &said_settings, NULL,
};

struct found {
    const struct saying *saying;
    struct text values[VALUES_MAX];
    size_t count;
    size_t letters; /* of the format's own, which the sentence has as well */
};

/* Length of the conversion that begins at f; 0: there is none ("%%" is a letter). */
static size_t conversion(const char *f, bool *ret_is_text)
{
    if (f[0] != '%' || f[1] == '%') {
        return 0;
    }
    size_t len = 1 + strspn(f + 1, "0123456789.*-+ #lhzjt");
    *ret_is_text = f[len] == 's' || f[len] == 'c';
    return f[len] ? len + 1 : 0;
}

static size_t number_at(struct text t, size_t at)
{
    size_t end = at;
    while (end < t.len && memchr("-0123456789.", t.ptr[end], 12)) {
        end++;
    }
    /* The full stop behind a number is the sentence's. */
    return end - at - (end > at && t.ptr[end - 1] == '.');
}

/* The part of a format up to its next text, or its end, against the sentence from *at on. */
static bool part_fits(const char **f, struct text t, size_t *at, struct found *found)
{
    bool is_text = false;
    while (**f) {
        size_t len = conversion(*f, &is_text);
        if (len && is_text) {
            return true;
        }
        if (len) {
            size_t digits = number_at(t, *at);
            if (!digits || found->count == VALUES_MAX) {
                return false;
            }
            found->values[found->count++] = (struct text){t.ptr + *at, digits};
            *at += digits;
            *f += len;
            continue;
        }
        *f += **f == '%';
        if (*at == t.len || t.ptr[*at] != **f) {
            return false;
        }
        ++*at, ++*f, found->letters++;
    }
    return true;
}

/* The text at *f is as short as what follows allows. */
static bool text_fits(const char **f, struct text t, size_t *at, struct found *found)
{
    bool is_text;
    const char *behind = *f + conversion(*f, &is_text);
    size_t slot = found->count, letters = found->letters;
    if (slot == VALUES_MAX) {
        return false;
    }
    for (size_t end = *at; end <= t.len; end++) {
        const char *next = behind;
        size_t next_at = end;
        found->count = slot + 1;
        found->letters = letters;
        if (part_fits(&next, t, &next_at, found) && (*next || next_at == t.len)) {
            found->values[slot] = (struct text){t.ptr + *at, end - *at};
            *f = next;
            *at = next_at;
            return true;
        }
    }
    return false;
}

static bool fits(const struct saying *saying, struct text t, struct found *found)
{
    *found = (struct found){.saying = saying};
    const char *f = saying->english;
    size_t at = 0;
    if (!part_fits(&f, t, &at, found)) {
        return false;
    }
    while (*f) {
        if (!text_fits(&f, t, &at, found)) {
            return false;
        }
    }
    return at == t.len;
}

/* Of several formats the one that leaves the least to values. */
static struct found find(struct text t)
{
    struct found best = {0}, one;
    for (const struct sayings *const *s = all_sayings; *s; s++) {
        for (size_t i = 0; i < (*s)->count; i++) {
            if (fits(&(*s)->list[i], t, &one) && (!best.saying || one.letters > best.letters)) {
                best = one;
            }
        }
    }
    return best;
}

static void say_within(struct buf *out, enum language l, struct text english, int depth)
{
    struct found found = {0};
    /* A value of one word is a name or a number. */
    if (l != LANGUAGE_ENGLISH && depth < DEPTH_MAX &&
        (depth == 0 || (english.len && memchr(english.ptr, ' ', english.len)))) {
        found = find(english);
    }
    if (!found.saying) {
        buf_add_text(out, english);
        return;
    }
    const char *words = l == LANGUAGE_PORTUGUESE ? found.saying->portuguese : found.saying->spanish;
    for (const char *c = words; *c; c++) {
        bool is_value = c[0] == '{' && c[1] >= '1' && c[1] <= '9' && c[2] == '}';
        if (!is_value) {
            buf_add_char(out, *c);
            continue;
        }
        size_t value = (size_t)(c[1] - '1');
        if (value < found.count) {
            say_within(out, l, found.values[value], depth + 1);
        }
        c += 2;
    }
}

void say(struct buf *out, enum language l, struct text english)
{
    say_within(out, l, english, 0);
}
