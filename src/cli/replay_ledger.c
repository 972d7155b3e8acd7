#include "cli/replay_ledger.h"

#include <string.h>

#include "base/csv_cell.h"

bool ledger_begin(struct ledger *l, const char *name, const struct tally *t)
{
    *l = (struct ledger){.tally = t};
    l->file = strcmp(name, "-") == 0 ? stdout : fopen(name, "we");
    if (!l->file) {
        return false;
    }
    fputs("promise,key,opening,n,opened,due,state,decided,late_seconds,owed,source\n", l->file);
    return true;
}

static void moment(struct buf *row, int64_t us)
{
    char words[MOMENT_TEXT_SIZE];
    buf_add_char(row, ',');
    if (us != MOMENT_NEVER) {
        buf_add_str(row, moment_format(us, words));
    }
}

void ledger_add(void *context, const struct obligation *o)
{
    struct ledger *l = context;
    struct buf *row = &l->row;
    buf_clear(row);
    csv_cell(row, plan_promise(l->tally->plan, o->promise).name);
    buf_add_char(row, ',');
    csv_cell(row, o->key);
    buf_add_char(row, ',');
    csv_cell(row, o->opening_id);
    buf_addf(row, ",%u", o->n);
    moment(row, o->opened_us);
    moment(row, o->due_us);
    buf_addf(row, ",%s", state_name(o->state));
    moment(row, o->decided_us);
    buf_add_char(row, ',');
    if (o->fulfilled_us != MOMENT_NEVER && o->state == STATE_BROKEN && o->due_us != MOMENT_NEVER) {
        int64_t late_us = o->fulfilled_us - o->due_us;
        buf_addf(row, "%lld", (long long)(late_us / SECOND_US));
        if (late_us % SECOND_US) {
            buf_addf(row, ".%06lld", (long long)(late_us % SECOND_US));
        }
    }
    buf_add_char(row, ',');
    csv_cell(row, tally_owed(l->tally, o->tag));
    buf_add_char(row, ',');
    csv_cell(row, o->opening_source);
    buf_add_char(row, '\n');
    fwrite(row->ptr, 1, row->len, l->file);
}

bool ledger_end(struct ledger *l)
{
    bool is_whole = fflush(l->file) == 0 && !ferror(l->file);
    buf_release(&l->row);
    return l->file == stdout ? is_whole : fclose(l->file) == 0 && is_whole;
}
