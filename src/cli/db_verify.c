/* troth db verify */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/moment.h"
#include "cli/db.h"
#include "cli/progress.h"
#include "cli/standing.h"
#include "feature/verify/verify.h"

static void show(void *context, const char *what, double share)
{
    progress_show(context, what, share);
}

static void show_snapshot(void *context, double share)
{
    progress_show(context, "the server makes a snapshot", share);
}

static void print_json(const struct report *r)
{
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer j = json_writer(&out);
    json_object_begin(&j);
    json_key(&j, "sound");
    json_bool(&j, r->finding_count == 0);
    json_key(&j, "findings");
    json_array_begin(&j);
    for (size_t i = 0; i < r->finding_count; i++) {
        json_object_begin(&j);
        json_key(&j, "part");
        json_str(&j, verify_part_name(r->findings[i].part));
        json_key(&j, "what");
        json_text(&j, r->findings[i].words);
        json_key(&j, "remedy");
        json_str(&j, r->findings[i].remedy);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_key(&j, "notes");
    json_array_begin(&j);
    for (size_t i = 0; i < r->note_count; i++) {
        json_text(&j, r->notes[i]);
    }
    json_array_end(&j);
    json_key(&j, "touches");
    json_int(&j, r->touches);
    json_key(&j, "obligations");
    json_int(&j, r->obligations);
    json_key(&j, "compared");
    json_int(&j, r->compared);
    json_key(&j, "compared_until");
    json_moment(&j, r->compared_until_us);
    json_key(&j, "entries");
    json_int(&j, r->entries);
    json_object_end(&j);
    printf("%s\n", out.ptr);
}

static void print_words(const struct report *r, const char *place)
{
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct finding *f = &r->findings[i];
        printf("%s: %.*s\n  %s\n", verify_part_name(f->part), TEXT_ARG(f->words), f->remedy);
    }
    for (size_t i = 0; i < r->note_count; i++) {
        printf("note: %.*s\n", TEXT_ARG(r->notes[i]));
    }
    if (r->finding_count == 0) {
        char as_of[64 + MOMENT_TEXT_SIZE] = "";
        if (r->compared && r->compared_until_us != MOMENT_NEVER) {
            char until[MOMENT_TEXT_SIZE];
            snprintf(as_of, sizeof(as_of), ", its ledger as far as %s",
                     moment_format(r->compared_until_us, until));
        }
        printf("%s is sound%s%s: %" PRId64 " touches, %" PRId64 " obligations (%" PRId64
               " compared with a replay), %" PRId64 " entries\n",
               place, r->compared || !r->note_count ? "" : " but for its ledger", as_of, r->touches,
               r->obligations, r->compared, r->entries);
    }
}

static enum err repair_place(const char *place, const char *what, struct err_info *info)
{
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config config = {.place = place, .mode = DATABASE_WRITE};
    bool counts = strcmp(what, "counts") == 0;
    enum err e = standing_exists(place, info);
    e = e ? e : database_open(&config, &db, info);
    return e ? e : repair(db, counts ? REPAIR_COUNTS : REPAIR_STATES, info);
}

enum exit_status db_verify(const struct arguments *a)
{
    const char *given = argument_value(a, "db"), *what = argument_value(a, "repair");
    const char *place = given ? given : "troth.db";
    struct err_info info = {0};
    struct progress progress = progress_begin();
    struct verify_watch watch = {show, &progress};
    struct standing standing CLEANUP(standing_close) = {.lock = -1};
    struct report report CLEANUP(report_release) = {0};
    if (what && strcmp(what, "counts") != 0 && strcmp(what, "states") != 0) {
        return command_usage_error(a->command, "--repair is counts or states");
    }
    enum err e = what ? repair_place(place, what, &info) : ERR_NONE;
    e = e ? e : standing_open(place, show_snapshot, &progress, &standing, &info);
    e = e ? e : verify(standing.db, &watch, &report, &info);
    progress_end(&progress);
    if (e) {
        return command_failed(a->command, "%s", info.text);
    }
    if (argument_given(a, "json")) {
        print_json(&report);
    } else {
        print_words(&report, place);
    }
    return report.finding_count ? EXIT_FOUND : EXIT_OK;
}
