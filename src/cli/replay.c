/* troth replay: touches in, the whole ledger out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/replay_compare.h"
#include "cli/replay_ledger.h"

enum form { FORM_TEXT, FORM_JSON, FORM_CSV, FORM_HTML };

struct job {
    const struct command *command;
    struct file_names codes, against, touches;
    const char *mapping, *until, *ledger;
    enum form form;
    struct arena arena;
    struct progress progress;
    struct replay_touches input;
    int64_t until_us; /* as asked, MOMENT_NEVER: to the last touch */
};

static void job_release(struct job *j)
{
    for (size_t i = 0; i < j->input.replay_count; i++) {
        replay_free(j->input.replays[i]);
    }
    arena_release(&j->arena);
}

static void take_files(const struct arguments *a, const char *option, struct file_names *ret)
{
    for (size_t i = 0; i < a->given_count; i++) {
        if (strcmp(a->given[i].option->name, option) == 0) {
            ret->items[ret->count++] = a->given[i].value;
        }
    }
}

static enum exit_status take_arguments(const struct arguments *a, struct job *j)
{
    static const char *const forms[] = {
        [FORM_TEXT] = NULL, [FORM_JSON] = "json", [FORM_CSV] = "csv", [FORM_HTML] = "html"};
    j->command = a->command;
    take_files(a, "code", &j->codes);
    take_files(a, "against", &j->against);
    take_files(a, "touches", &j->touches);
    for (size_t i = 0; i < a->operand_count; i++) {
        if (j->touches.count == REPLAY_FILES_MAX) {
            return command_usage_error(a->command, "more than %d files", REPLAY_FILES_MAX);
        }
        j->touches.items[j->touches.count++] = a->operands[i];
    }
    j->mapping = argument_value(a, "map");
    j->until = argument_value(a, "until");
    j->ledger = argument_value(a, "ledger");
    for (int f = FORM_JSON; f <= FORM_HTML; f++) {
        if (argument_given(a, forms[f])) {
            if (j->form != FORM_TEXT) {
                return command_usage_error(a->command, "one of --json, --csv and --html at a time");
            }
            j->form = (enum form)f;
        }
    }
    if (j->codes.count == 0 || j->touches.count == 0) {
        return command_usage_error(a->command, "it needs --code FILE and --touches FILE");
    }
    if (j->ledger && j->against.count) {
        return command_usage_error(a->command, "--ledger and --against do not go together");
    }
    return EXIT_OK;
}

/* A date is midnight in the Code's zone. */
static enum exit_status read_until(struct job *j, const struct plan *p)
{
    struct date date;
    struct zone *zone;
    struct err_info info;
    j->until_us = MOMENT_NEVER;
    if (!j->until || moment_parse(text_of(j->until), &j->until_us)) {
        return EXIT_OK;
    }
    if (!date_parse(text_of(j->until), &date)) {
        return command_usage_error(
            j->command, "--until is a date like 2025-11-01 or a moment like 2025-11-01T12:00:00Z");
    }
    struct text zone_name = plan_promise_count(p) ? plan_promise(p, 0).code->zone : TEXT("UTC");
    if (zone_load(&j->arena, zone_name, &zone, &info)) {
        return command_failed(j->command, "%s", info.text);
    }
    j->until_us = zone_to_utc(zone, date_to_days(date) * DAY_US);
    return EXIT_OK;
}

static bool on_progress(void *context, double share)
{
    progress_show(context, "replaying", share);
    return true;
}

static int64_t effective_until(const struct job *j)
{
    if (j->until_us != MOMENT_NEVER) {
        return j->until_us;
    }
    return j->input.intake.taken ? j->input.last_us + 1 : 0;
}

static struct replay_options base_options(struct job *j)
{
    return (struct replay_options){
        .until_us = effective_until(j), .progress = on_progress, .progress_context = &j->progress};
}

static enum exit_status print_out(const struct job *j, const struct buf *out)
{
    fwrite(out->ptr, 1, out->len, stdout);
    return j->input.intake.refused ? EXIT_FOUND : EXIT_OK;
}

/* -- one Code -- */

static enum exit_status run_with_tally(struct job *j, struct tally *tally,
                                       struct promise_result **ret)
{
    struct sink sink = tally_sink(tally);
    struct ledger ledger;
    struct replay_options options = base_options(j);
    struct err_info info;
    options.sink = &sink;
    if (j->ledger) {
        if (!ledger_begin(&ledger, j->ledger, tally)) {
            return command_failed(j->command, "%s cannot be written: %s", j->ledger,
                                  strerror(errno));
        }
        options.each = ledger_add;
        options.each_context = &ledger;
    }
    enum err e = replay_run(j->input.replays[0], &options, &j->arena, ret, &info);
    progress_end(&j->progress);
    tally_end(tally);
    if (j->ledger && !ledger_end(&ledger)) {
        return command_failed(j->command, "%s could not be written whole", j->ledger);
    }
    return e ? command_failed(j->command, "%s", info.text) : EXIT_OK;
}

static enum exit_status replay_alone(struct job *j, const struct plan *p)
{
    static void (*const print[])(const struct report *, struct buf *) = {report_text, report_json,
                                                                         report_csv, report_html};
    struct tally tally CLEANUP(tally_release) = {0};
    struct promise_result *results;
    struct err_info info;
    if (tally_begin(&j->arena, p, effective_until(j), j->ledger != NULL, &tally, &info)) {
        return command_failed(j->command, "%s", info.text);
    }
    enum exit_status status = run_with_tally(j, &tally, &results);
    if (status != EXIT_OK) {
        return status;
    }
    struct report report = {p, results, &tally, &j->input, effective_until(j), j->until != NULL};
    struct buf out CLEANUP(buf_release) = {0};
    print[j->form](&report, &out);
    return print_out(j, &out);
}

/* -- a draft against the current Code -- */

static enum exit_status run_side(struct job *j, size_t number, const struct plan *p,
                                 struct side *side)
{
    struct err_info info;
    enum err e = side_run(side, p, j->input.replays[number], base_options(j), &j->arena, &info);
    progress_end(&j->progress);
    return e ? command_failed(j->command, "%s", info.text) : EXIT_OK;
}

static enum exit_status compare(struct job *j, const struct plan *draft_plan,
                                const struct plan *current_plan)
{
    static void (*const print[])(const struct compare_report *, struct buf *) = {
        compare_text, compare_json, compare_csv, compare_html};
    struct side draft CLEANUP(side_release) = {0}, current CLEANUP(side_release) = {0};
    enum exit_status status = run_side(j, 0, draft_plan, &draft);
    if (status == EXIT_OK) {
        status = run_side(j, 1, current_plan, &current);
    }
    if (status != EXIT_OK) {
        return status;
    }
    struct comparison comparison CLEANUP(comparison_release) = {0};
    comparison_make(&j->arena, &current, &draft, &comparison);
    struct compare_report report = {&comparison, &j->input, effective_until(j)};
    struct buf out CLEANUP(buf_release) = {0};
    print[j->form](&report, &out);
    return print_out(j, &out);
}

static enum exit_status run(const struct arguments *a)
{
    struct job j CLEANUP(job_release) = {.progress = progress_begin()};
    struct plan *plan = NULL, *against = NULL;
    enum exit_status status = take_arguments(a, &j);
    if (status == EXIT_OK) {
        status = replay_code_load(a->command, &j.arena, &j.codes, &plan);
    }
    if (status == EXIT_OK && j.against.count) {
        status = replay_code_load(a->command, &j.arena, &j.against, &against);
    }
    if (status == EXIT_OK) {
        status = read_until(&j, plan);
    }
    if (status != EXIT_OK) {
        return status;
    }
    j.input.progress = &j.progress;
    j.input.replays[j.input.replay_count++] = replay_new(plan);
    if (against) {
        j.input.replays[j.input.replay_count++] = replay_new(against);
    }
    status = replay_touches_read(a->command, &j.arena, &j.input, j.mapping, &j.touches);
    if (status != EXIT_OK) {
        return status;
    }
    return against ? compare(&j, plan, against) : replay_alone(&j, plan);
}

static const struct command_option options[] = {
    {"code", 'c', "FILE", "the Customer Code; once for each of its versions"},
    {"touches", 't', "FILE", "touches: NDJSON, a JSON array, or CSV with --map; gzip; - for stdin"},
    {"map", 'm', "FILE", "the touches are CSV, read by this mapping (docs/touches.md)"},
    {"until", 'u', "TIME", "judge what lies before: 2025-11-01 or 2025-11-01T12:00:00Z"},
    {"ledger", 'l', "FILE", "write every obligation there as CSV; - for standard output"},
    {"against", 'a', "FILE", "compare with this Code: what would change, and for whom"},
    {"json", 0, NULL, "print the report as JSON"},
    {"csv", 0, NULL, "print the report as CSV, one promise a row"},
    {"html", 0, NULL, "print the report as one page"},
    {0},
};

const struct command command_replay = {
    .name = "replay",
    .operands = "[TOUCHES…]",
    .summary = "Judge past touches by a Customer Code",
    .details =
        "Reads all touches, and says of each promise how often it was kept, with the 95 % "
        "interval,\n"
        "what is owed, and the worst breaches. Without --until it judges up to the last touch.\n"
        "Touches may stand in any order: each is judged in its place, and what comes out is the\n"
        "final history, without the corrections that a running server appends.\n"
        "With --against the two Codes are compared over the obligations that both decide, pair by\n"
        "pair; those that one of them alone decides are counted apart.\n"
        "Lines that cannot be read are told on standard error and counted, and the rest goes on.\n"
        "Ends with 1 when lines were refused or a Code has mistakes, 2 when it could not run.",
    .options = options,
    .operands_least = 0,
    .operands_most = COMMAND_OPERANDS_ANY,
    .run = run,
};
