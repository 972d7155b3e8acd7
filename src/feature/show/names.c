#include "feature/show/names.h"

#include "feature/customer/customer_row.h"
#include "feature/demo/cast.h"

enum { AT_ONCE = 500 };

static struct text traits_of(uint32_t number, const struct cast_person *p, struct arena *arena)
{
    static const char *const roasts[] = {"light", "medium", "medium", "dark"};
    struct buf words CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&words);
    json_object_begin(&w);
    json_key(&w, "city");
    json_str(&w, p->city);
    if (number % 3 == 0) {
        json_key(&w, "favourite roast");
        json_str(&w, roasts[number % 4]);
    }
    json_object_end(&w);
    return arena_text(arena, buf_text(&words));
}

static enum err write_name(struct database *db, const struct customer_row *before, uint32_t number,
                           int64_t now_us, struct arena *arena, struct err_info *info)
{
    const struct cast_person p = cast_person(number);
    struct customer_row row = *before;
    row.name = arena_printf(arena, "%s %s%s%s", p.first, p.last, p.second[0] ? " " : "", p.second);
    row.email = row.id;
    row.traits = traits_of(number, &p, arena);
    row.revision = 1;
    row.changed_us = now_us;
    return customer_row_write(db, before, &row, info);
}

static enum err name_some(struct database *db, uint32_t first, size_t count, int64_t now_us,
                          struct arena *arena, struct err_info *info)
{
    struct customer_row *rows = ARENA_ARRAY(arena, struct customer_row, count);
    for (size_t i = 0; i < count; i++) {
        rows[i].id = cast_customer(first + (uint32_t)i, arena);
    }
    enum err e = customer_rows_find(db, rows, count, arena, info);
    for (size_t i = 0; i < count && !e; i++) {
        if (rows[i].revision == 0) {
            e = write_name(db, &rows[i], first + (uint32_t)i, now_us, arena, info);
        }
    }
    return e;
}

enum err show_name_customers(struct database *db, uint32_t first, uint32_t last, int64_t now_us,
                             struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    enum err e = ERR_NONE;
    while (!e && first <= last) {
        uint32_t left = last - first + 1, count = left < AT_ONCE ? left : AT_ONCE;
        arena_clear(&arena);
        e = name_some(db, first, count, now_us, &arena, info);
        first += count;
    }
    return e;
}
