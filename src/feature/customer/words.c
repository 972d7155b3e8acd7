#include "feature/customer/words.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

bool words_have(const struct words *words, struct text word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (text_eq(words->list[i], word)) {
            return true;
        }
    }
    return false;
}

/* No letter is cut in two. */
static struct text shorten(struct text word)
{
    if (word.len > WORD_BYTES_MAX) {
        word.len = text_utf8_valid((struct text){word.ptr, WORD_BYTES_MAX});
    }
    return word;
}

static void add(struct words *words, size_t most, struct text word)
{
    word = shorten(word);
    if (word.len && words->count < most && !words_have(words, word)) {
        words->list[words->count++] = word;
    }
}

/* "Éric" and "ＥＲＩＣ" are both "eric". */
static struct text fold(struct text typed, struct arena *arena)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)typed.ptr, (utf8proc_ssize_t)typed.len, &folded,
                     (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                                         UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE));
    struct text kept = {0};
    if (len > 0) {
        kept = arena_text(arena, (struct text){(const char *)folded, (size_t)len});
    }
    free(folded);
    return kept;
}

static bool is_in_words(utf8proc_int32_t letter)
{
    utf8proc_category_t kind = utf8proc_category(letter);
    return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
           (kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO);
}

void words_of(struct text typed, size_t most, struct arena *arena, struct words *ret)
{
    struct text all = fold(typed, arena);
    size_t begun = 0, at = 0;
    while (at < all.len) {
        utf8proc_int32_t letter = 0;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)all.ptr + at,
                                                 (utf8proc_ssize_t)(all.len - at), &letter);
        if (used <= 0) {
            break;
        }
        if (!is_in_words(letter)) {
            add(ret, most, (struct text){all.ptr + begun, at - begun});
            begun = at + (size_t)used;
        }
        at += (size_t)used;
    }
    add(ret, most, (struct text){all.ptr + begun, at - begun});
}

/* "+55 (11) 98765-4321": 5511987654321, 11987654321, 987654321, 4321; and its last eight to eleven
 * digits, where nobody set them apart. */
static void add_number(struct words *words, struct text phone, struct arena *arena)
{
    static const size_t ends[] = {4, 8, 9, 10, 11};
    struct text written = fold(phone, arena);
    char *digits = arena_alloc(arena, written.len + 1);
    size_t count = 0;
    for (size_t i = 0; i < written.len; i++) {
        if (written.ptr[i] >= '0' && written.ptr[i] <= '9') {
            digits[count++] = written.ptr[i];
        }
    }
    size_t before = 0;
    for (size_t i = 0; i < written.len; i++) {
        bool is_digit = written.ptr[i] >= '0' && written.ptr[i] <= '9';
        bool follows = i > 0 && written.ptr[i - 1] >= '0' && written.ptr[i - 1] <= '9';
        if (is_digit && !follows) {
            add(words, WORDS_WRITTEN_MAX, (struct text){digits + before, count - before});
        }
        before += is_digit;
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && ends[i] < count; i++) {
        add(words, WORDS_WRITTEN_MAX, (struct text){digits + count - ends[i], ends[i]});
    }
}

static int compare(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

void words_of_customer(const struct customer_row *row, struct arena *arena, struct words *ret)
{
    ret->count = 0;
    words_of(row->id, WORDS_WRITTEN_MAX, arena, ret);
    words_of(row->name, WORDS_WRITTEN_MAX, arena, ret);
    words_of(row->email, WORDS_WRITTEN_MAX, arena, ret);
    add_number(ret, row->phone, arena);
    qsort(ret->list, ret->count, sizeof(ret->list[0]), compare);
}

struct text words_beginning(const struct words *words, struct text letters)
{
    for (size_t i = 0; i < words->count; i++) {
        if (text_starts(words->list[i], letters)) {
            return words->list[i];
        }
    }
    return (struct text){0};
}
