#include "lang/diagnostic.h"

#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 0))) static struct text words(struct arena *arena,
                                                               const char *format, va_list args)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_vaddf(&out, format, args);
    return arena_text(arena, buf_text(&out));
}

void diagnostic_add(struct diagnostics *d, enum severity severity, const char *rule,
                    struct span span, const char *format, ...)
{
    d->errors += severity == SEVERITY_ERROR;
    if (d->count == CODE_DIAGNOSTICS_MAX) {
        d->left_out++;
        return;
    }
    va_list args;
    va_start(args, format);
    d->items[d->count++] = (struct diagnostic){
        .severity = severity,
        .rule = rule,
        .span = span,
        .message = words(d->arena, format, args),
    };
    va_end(args);
}

/* Once one finding is left out, all later ones are: then the last kept is not the last added. */
static bool last_was_kept(const struct diagnostics *d)
{
    return d->count > 0 && d->left_out == 0;
}

void diagnostic_suggest(struct diagnostics *d, const char *format, ...)
{
    if (!last_was_kept(d)) {
        return;
    }
    va_list args;
    va_start(args, format);
    d->items[d->count - 1].suggestion = words(d->arena, format, args);
    va_end(args);
}

void diagnostic_suggest_name(struct diagnostics *d, struct text name, const struct text *names,
                             size_t count)
{
    if (!last_was_kept(d)) {
        return; /* comparing with every name costs something: not for what nobody will read */
    }
    struct text near = name_nearest(name, names, count);
    if (near.len) {
        diagnostic_suggest(d, "did you mean \"%.*s\"?", TEXT_ARG(near));
    }
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance, row by row; names longer than CODE_NAME_MAX are never near. */
static size_t slips(struct text a, struct text b)
{
    size_t row[3][CODE_NAME_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) {
        row[0][j] = j;
        row[1][j] = row[2][j] = 0;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = up[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
            now[j] = smaller(change, smaller(up[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1]) {
                now[j] = smaller(now[j], up2[j - 2] + 1);
            }
        }
    }
    return row[a.len % 3][b.len];
}

struct text name_nearest(struct text name, const struct text *names, size_t count)
{
    struct text best = {"", 0};
    size_t fewest = (name.len + 2) / 3 + 1;
    if (name.len > CODE_NAME_MAX) {
        return best;
    }
    for (size_t i = 0; i < count; i++) {
        size_t longer = names[i].len > name.len ? names[i].len - name.len : 0;
        if (names[i].len > CODE_NAME_MAX || longer >= fewest) {
            continue;
        }
        size_t n = slips(name, names[i]);
        if (n < fewest && n < names[i].len) {
            fewest = n;
            best = names[i];
        }
    }
    return best;
}

void diagnostics_sort(struct diagnostics *d)
{
    for (size_t i = 1; i < d->count; i++) {
        struct diagnostic moving = d->items[i];
        size_t j = i;
        for (; j > 0 && d->items[j - 1].span.offset > moving.span.offset; j--) {
            d->items[j] = d->items[j - 1];
        }
        d->items[j] = moving;
    }
}

struct span span_join(struct span a, struct span b)
{
    a.length = b.offset + b.length - a.offset;
    return a;
}
