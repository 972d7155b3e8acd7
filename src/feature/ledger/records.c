/* What a job changes in the ledger, gathered by obligation and written once. */
#include "feature/ledger/job.h"
#include "store/home.h"

#include <stdlib.h>
#include <string.h>

static size_t slot_of(uint64_t hash, size_t slots)
{
    return (hash * UINT64_C(0x9e3779b97f4a7c15)) >> 20 & (slots - 1);
}

static void rehash(struct job *job)
{
    job->record_slot_count = job->record_slot_count ? job->record_slot_count * 2 : 64;
    job->record_slots = ARENA_ARRAY(&job->arena, uint32_t, job->record_slot_count);
    for (size_t i = 0; i < job->record_count; i++) {
        size_t at = slot_of((uint64_t)job->records[i].row.id, job->record_slot_count);
        while (job->record_slots[at]) {
            at = (at + 1) & (job->record_slot_count - 1);
        }
        job->record_slots[at] = (uint32_t)i + 1;
    }
}

struct record *record_find(struct job *job, int64_t id)
{
    if (!job->record_slot_count) {
        return NULL;
    }
    size_t at = slot_of((uint64_t)id, job->record_slot_count);
    while (job->record_slots[at]) {
        struct record *record = &job->records[job->record_slots[at] - 1];
        if (record->row.id == id) {
            return record;
        }
        at = (at + 1) & (job->record_slot_count - 1);
    }
    return NULL;
}

struct record *record_add(struct job *job, const struct ledger_row *row, bool is_new)
{
    if (job->record_count == job->record_capacity) {
        size_t capacity = job->record_capacity ? job->record_capacity * 2 : 16;
        job->records = arena_grow(&job->arena, job->records, job->record_count, capacity,
                                  sizeof(*job->records));
        job->record_capacity = capacity;
    }
    struct record *record = &job->records[job->record_count++];
    *record = (struct record){.row = *row,
                              .is_new = is_new,
                              .stored_state = row->state,
                              .stored_channel = row->channel,
                              .stored_team = row->team,
                              .stored_day = row->day,
                              .stored_decided_us = row->decided_us};
    if (job->record_count * 2 > job->record_slot_count) {
        rehash(job);
    } else {
        size_t at = slot_of((uint64_t)row->id, job->record_slot_count);
        while (job->record_slots[at]) {
            at = (at + 1) & (job->record_slot_count - 1);
        }
        job->record_slots[at] = (uint32_t)job->record_count;
    }
    return record;
}

static struct text field_text(const struct obligation *o, const char *name)
{
    struct value v = bound_field(o->opening, text_of(name));
    return v.type == VALUE_TEXT ? v.text : (struct text){0};
}

void record_fill(struct job *job, struct ledger_row *row, const struct obligation *o)
{
    const struct code *code;
    plan_form(job->plan, o->form, &code);
    const struct version *version = book_version_of(job->keeper->book, code);
    struct arena *a = &job->arena;
    *row = (struct ledger_row){
        .home_id = home_of(o->key),
        .version_id = version ? version->id : 0,
        .promise = plan_promise(job->plan, o->promise).name,
        .key = arena_text(a, o->key),
        .opening_source = arena_text(a, o->opening_source),
        .opening_id = arena_text(a, o->opening_id),
        .n = o->n,
        .thread = arena_text(a, field_text(o, "thread")),
        .customer = arena_text(a, field_text(o, "customer")),
        .channel = arena_text(a, field_text(o, "channel")),
        .team = arena_text(a, field_text(o, "team")),
        .person = arena_text(a, field_text(o, "person")),
        .fulfilled_us = MOMENT_NEVER,
        .decided_us = MOMENT_NEVER,
    };
}

void record_state(struct job *job, struct record *record, const struct obligation *o,
                  struct text team, struct text person)
{
    struct ledger_row *row = &record->row;
    record->changed = true;
    row->state = o->state;
    row->opened_us = o->opened_us;
    row->due_us = o->due_us;
    row->warn_us = o->warn_us;
    row->decided_us = o->decided_us;
    row->fulfilled_us = o->fulfilled_us;
    row->has_day = o->decided_us != MOMENT_NEVER;
    row->day = row->has_day ? book_day(job->keeper->book, o->decided_us) : 0;
    if (team.len) {
        row->team = team;
    }
    if (person.len) {
        row->person = person;
    }
}

void record_owed(struct job *job, struct record *record, int64_t at_us, struct money amount,
                 bool task, int count)
{
    struct ledger_row *row = &record->row;
    record->changed = true;
    row->owed_count = (uint32_t)((int64_t)row->owed_count + count);
    if (!task) {
        row->owed_minor += amount.minor;
        row->owed_currency = arena_text(&job->arena, text_of(amount.currency));
    }
    tally_remedy_owed(&job->tally, row->promise, book_day(job->keeper->book, at_us),
                      task ? (struct text){0} : row->owed_currency, amount.minor, count);
}

void record_history(struct job *job, const struct record *record, struct entry_row *entry)
{
    if (job->history_count == job->history_capacity) {
        size_t capacity = job->history_capacity ? job->history_capacity * 2 : 64;
        job->history = arena_grow(&job->arena, job->history, job->history_count, capacity,
                                  sizeof(*job->history));
        job->history_capacity = capacity;
    }
    entry->id = id_next(&job->keeper->entry_ids, job->now_us);
    entry->obligation_id = record->row.id;
    entry->home_id = record->row.home_id;
    entry->due_us = record->row.due_us;
    entry->state = record->row.state;
    struct told *told = &job->history[job->history_count++];
    *told = (struct told){*entry, record->row, (size_t)(record - job->records)};
    told->entry.cause_source = arena_text(&job->arena, entry->cause_source);
    told->entry.cause_id = arena_text(&job->arena, entry->cause_id);
    told->entry.currency = arena_text(&job->arena, entry->currency);
}

/* One that this job has not seen: what changes is noted, the rest of the row is read in the end. */
static struct record *record_unread(struct job *job, int64_t id, const struct obligation *o)
{
    const struct ledger_row row = {
        .id = id, .home_id = home_of(o->key), .promise = plan_promise(job->plan, o->promise).name};
    struct record *record = record_add(job, &row, false);
    record->unread = true;
    return record;
}

/* A late touch may have shown that it was not to be opened, which made it void; now it is after
 * all, by the clock or a verdict. One that an outside touch of this job opens cannot have been
 * there. */
static const struct ledger_row *find_taken_back(struct job *job, const struct ledger_row *row)
{
    if (job_ref(job, row->opening_source, row->opening_id)) {
        return NULL;
    }
    if (!job->voids_read) {
        job->failed = ledger_row_void(job->db, row->key, &job->arena, &job->voids, &job->void_count,
                                      job->info);
        job->voids_read = !job->failed;
    }
    for (size_t i = 0; i < job->void_count && !job->failed; i++) {
        const struct ledger_row *known = &job->voids[i];
        if (known->n == row->n && text_eq(known->promise, row->promise) &&
            text_eq(known->opening_id, row->opening_id) &&
            text_eq(known->opening_source, row->opening_source) && !record_find(job, known->id)) {
            return known;
        }
    }
    return NULL;
}

static struct record *record_of(struct job *job, const struct entry *e)
{
    struct ledger_row row;
    if (*e->tag == 0) {
        record_fill(job, &row, e->obligation);
        const struct ledger_row *known = find_taken_back(job, &row);
        row.id = *e->tag = known ? known->id : keeper_next_id(job->keeper);
        return job->failed ? NULL : record_add(job, known ? known : &row, !known);
    }
    struct record *record = record_find(job, *e->tag);
    return record ? record : record_unread(job, *e->tag, e->obligation);
}

void job_entry(void *context, const struct entry *e)
{
    struct job *job = context;
    struct record *record = job->failed ? NULL : record_of(job, e);
    if (!record) {
        return;
    }
    const struct touch_ref *ref = job_ref(job, e->cause_source, e->cause_id);
    bool verdict = e->kind == ENTRY_KEPT || e->kind == ENTRY_BROKEN || e->kind == ENTRY_EXCUSED;
    record_state(job, record, e->obligation, ref && verdict ? ref->team : (struct text){0},
                 ref && verdict ? ref->person : (struct text){0});
    if (e->kind == ENTRY_OWED) {
        record_owed(job, record, e->at_us, e->amount, e->task.len != 0, 1);
    }
    struct entry_row row = {.kind = e->kind,
                            .at_us = e->at_us,
                            .cause_source = e->cause_source,
                            .cause_id = e->cause_id,
                            .amount_minor = e->amount.minor,
                            .currency = text_of(e->amount.currency),
                            .task = e->task,
                            .unit = e->unit};
    record_history(job, record, &row);
}

static void count(struct job *job, const struct record *record)
{
    const struct ledger_row *row = &record->row;
    struct tally *t = &job->tally;
    if (!record->is_new) {
        tally_state(t, row->promise, record->stored_state, -1);
        tally_verdict(t, row->promise, record->stored_day, record->stored_channel,
                      record->stored_team, record->stored_state, -1);
    }
    if (hours_has(&job->keeper->hours, row->id)) {
        if (!record->is_new) {
            tally_hour(t, row->promise, record->stored_decided_us, record->stored_state, -1);
        }
        tally_hour(t, row->promise, row->decided_us, row->state, 1);
    }
    tally_state(t, row->promise, row->state, 1);
    tally_verdict(t, row->promise, row->day, row->channel, row->team, row->state, 1);
}

/* What was noted of it, laid on the row as it was. */
static struct ledger_row lay_on(const struct ledger_row *stored, const struct ledger_row *noted)
{
    struct ledger_row row = *stored;
    row.state = noted->state;
    row.opened_us = noted->opened_us;
    row.due_us = noted->due_us;
    row.warn_us = noted->warn_us;
    row.decided_us = noted->decided_us;
    row.fulfilled_us = noted->fulfilled_us;
    row.has_day = noted->has_day;
    row.day = noted->day;
    row.team = noted->team.len ? noted->team : stored->team;
    row.person = noted->person.len ? noted->person : stored->person;
    row.owed_minor += noted->owed_minor;
    row.owed_count += noted->owed_count;
    row.owed_currency = noted->owed_currency.len ? noted->owed_currency : stored->owed_currency;
    return row;
}

/* The rows of those that are changed without having been looked at. */
enum err records_read(struct job *job)
{
    struct ledger_row *rows = ARENA_ARRAY(&job->arena, struct ledger_row, job->record_count);
    struct ledger_row **stored = ARENA_ARRAY(&job->arena, struct ledger_row *, job->record_count);
    size_t count = 0;
    for (size_t i = 0; i < job->record_count; i++) {
        if (job->records[i].unread) {
            stored[i] = &rows[count];
            rows[count].id = job->records[i].row.id;
            rows[count++].home_id = job->records[i].row.home_id;
        }
    }
    enum err e = count ? ledger_rows_read(job->db, rows, count, &job->arena, job->info) : ERR_NONE;
    for (size_t i = 0; i < job->history_count && !e; i++) {
        struct told *told = &job->history[i];
        if (stored[told->record]) {
            told->row = lay_on(stored[told->record], &told->row);
        }
    }
    for (size_t i = 0; i < job->record_count && !e; i++) {
        struct record *record = &job->records[i];
        if (stored[i]) {
            record->row = lay_on(stored[i], &record->row);
            record->unread = false;
            record->stored_state = stored[i]->state;
            record->stored_channel = stored[i]->channel;
            record->stored_team = stored[i]->team;
            record->stored_day = stored[i]->day;
            record->stored_decided_us = stored[i]->decided_us;
        }
    }
    return e;
}

static enum err write_rows(struct job *job)
{
    const struct ledger_row **list =
        ARENA_ARRAY(&job->arena, const struct ledger_row *, job->record_count);
    size_t added = 0, changed = 0;
    for (size_t i = 0; i < job->record_count; i++) {
        if (job->records[i].is_new) {
            count(job, &job->records[i]);
            list[added++] = &job->records[i].row;
        }
    }
    enum err e = added ? ledger_rows_add(job->db, list, added, job->info) : ERR_NONE;
    for (size_t i = 0; i < job->record_count; i++) {
        if (job->records[i].changed && !job->records[i].is_new) {
            count(job, &job->records[i]);
            list[changed++] = &job->records[i].row;
        }
    }
    return e || !changed ? e : ledger_rows_update(job->db, list, changed, job->info);
}

static enum err write_history(struct job *job)
{
    const struct entry_row **list =
        ARENA_ARRAY(&job->arena, const struct entry_row *, job->history_count);
    for (size_t i = 0; i < job->history_count; i++) {
        list[i] = &job->history[i].entry;
    }
    return job->history_count ? entry_rows_add(job->db, list, job->history_count, job->info)
                              : ERR_NONE;
}

enum err records_write(struct job *job)
{
    enum err e = write_rows(job);
    e = e ? e : write_history(job);
    return e ? e : tally_write(&job->tally, job->db, job->info);
}
