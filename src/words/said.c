#include "words/said.h"

#include <string.h>

enum {
    VALUES_MAX = 9,
    DEPTH_MAX = 3 /* a sentence within a sentence */
};

const struct sayings *const all_sayings[] = {
    &said_http,  &said_store,    &said_code,     &said_ledger, &said_staff,
    &said_entry, &said_settings, &said_mistakes, &said_advice, NULL,
};

struct found {
    const struct saying *saying;
    struct text values[VALUES_MAX];
    size_t count;
    size_t letters; /* of the format's own, which the sentence has as well */
};

/* Length of the conversion that begins at f; 0: there is none ("%%", "25% of"). */
static size_t conversion(const char *f, bool *ret_is_text)
{
    if (f[0] != '%') {
        return 0;
    }
    size_t len = 1 + strspn(f + 1, "0123456789.*lz");
    *ret_is_text = f[len] == 's';
    return f[len] && strchr("sdufx", f[len]) ? len + 1 : 0;
}

static bool is_digit_at(struct text t, size_t at)
{
    return at < t.len && t.ptr[at] >= '0' && t.ptr[at] <= '9';
}

/* Length of "-20", "3.2": a point without a digit behind it is the sentence's. */
static size_t number_at(struct text t, size_t at)
{
    size_t end = at + (at < t.len && t.ptr[at] == '-');
    while (is_digit_at(t, end) ||
           (end > at && end < t.len && t.ptr[end] == '.' && is_digit_at(t, end + 1))) {
        end++;
    }
    return is_digit_at(t, end - (end > at)) ? end - at : 0;
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
        *f += (*f)[0] == '%' && (*f)[1] == '%';
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

/* "{2}" or "{2w}" in a translation: its length, which value, and whether it is a word of ours. */
static size_t value_at(const char *c, size_t *ret_which, bool *ret_is_word)
{
    if (c[0] != '{' || c[1] < '1' || c[1] > '9') {
        return 0;
    }
    *ret_which = (size_t)(c[1] - '1');
    *ret_is_word = c[2] == 'w';
    size_t len = *ret_is_word ? 4 : 3;
    return c[len - 1] == '}' ? len : 0;
}

static void say_found(struct buf *out, enum language l, const struct found *found, int depth);

static void say_within(struct buf *out, enum language l, struct text english, int depth)
{
    struct found found = depth < DEPTH_MAX ? find(english) : (struct found){0};
    if (found.saying) {
        say_found(out, l, &found, depth);
    } else {
        buf_add_text(out, english);
    }
}

static void say_found(struct buf *out, enum language l, const struct found *found, int depth)
{
    const struct saying *saying = found->saying;
    const char *c = l == LANGUAGE_PORTUGUESE ? saying->portuguese : saying->spanish;
    while (*c) {
        size_t which;
        bool is_word;
        size_t len = value_at(c, &which, &is_word);
        if (!len) {
            buf_add_char(out, *c++);
            continue;
        }
        c += len;
        struct text value = which < found->count ? found->values[which] : TEXT("");
        if (is_word || (value.len && memchr(value.ptr, ' ', value.len))) {
            say_within(out, l, value, depth + 1);
        } else {
            buf_add_text(out, value);
        }
    }
}

void say(struct buf *out, enum language l, struct text english)
{
    if (l == LANGUAGE_ENGLISH) {
        buf_add_text(out, english);
    } else {
        say_within(out, l, english, 0);
    }
}

void say_json(struct json_writer *w, enum language l, struct text english)
{
    struct buf words CLEANUP(buf_release) = {0};
    say(&words, l, english);
    json_text(w, buf_text(&words));
}
