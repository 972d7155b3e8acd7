#include "feature/page/obligation_page.h"
#include "feature/page/today_page.h"
#include "sample.h"

#define ANSWER "When you write to us, a person answers within four working hours."
#define CHAT "In chat, a person is with you within fifteen minutes, at any hour."
#define DISPATCH "What you order is freshly roasted and on its way within two working days."
#define PROGRESS "While your complaint is open, you hear from us every three working days."

static const char *const event_names[] = {"obligation.opened", "obligation.kept", NULL};

static struct today_page page_of(const struct sample *s)
{
    return (struct today_page){.company = TEXT("Quintal Coffee"),
                               .zone = s->zone,
                               .now_us = s->now_us,
                               .has_code = true,
                               .has_touches = true,
                               .events_address = "/events",
                               .part_address = "/today-part",
                               .event_names = event_names};
}

enum { ROWS = 11 };

static void fill(const struct sample *s, struct today_row rows[ROWS])
{
    const struct {
        struct text words, customer, key, channel;
        int64_t left_us;
        bool is_soon, is_paused;
    } in[ROWS] = {
        {TEXT(CHAT), TEXT("ana.souza@example.com"), TEXT("conversation-988422"), TEXT("chat"),
         3 * MINUTE_US + 12 * SECOND_US, true, false},
        {TEXT(ANSWER), TEXT("heitor.jardim@example.com"), TEXT("conversation-988391"),
         TEXT("email"), 12 * MINUTE_US, true, false},
        {TEXT(ANSWER), TEXT("olga.pacheco@example.com"), TEXT("conversation-988377"),
         TEXT("whatsapp"), 48 * MINUTE_US, true, false},
        {TEXT(DISPATCH), TEXT("tiago.horta2@example.com"), TEXT("order-984102"), TEXT(""),
         82 * MINUTE_US, true, false},
        {TEXT(ANSWER), TEXT("cecilia.noronha@example.com"), TEXT("conversation-988418"),
         TEXT("email"), 3 * HOUR_US + 5 * MINUTE_US, false, false},
        {TEXT(DISPATCH), TEXT("zeca.valente@example.com"), TEXT("order-984119"), TEXT(""),
         26 * HOUR_US, false, false},
        {TEXT("It arrives by the day we named, or the postage is on us."),
         TEXT("mirela.abreu@example.com"), TEXT("order-983804"), TEXT(""), 31 * HOUR_US, false,
         false},
        {TEXT(PROGRESS), TEXT("wagner.teles@example.com"), TEXT("conversation-987120"),
         TEXT("email"), 3 * DAY_US, false, false},
        {TEXT("What we owe you is on its way within a week."), TEXT("iris.fontes@example.com"),
         TEXT("iris.fontes@example.com"), TEXT(""), 5 * DAY_US, false, false},
        {TEXT(ANSWER), TEXT("paloma.evora@example.com"), TEXT("conversation-988203"), TEXT("email"),
         -1, false, true},
        {TEXT("Three working days after you say stop, we have stopped."),
         TEXT("joel.campos@example.com"), TEXT("joel.campos@example.com"), TEXT("email"), -1, false,
         false},
    };
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = (struct today_row){.words = in[i].words,
                                     .id = in[i].key,
                                     .address = TEXT("/obligation-open"),
                                     .customer = in[i].customer,
                                     .key = in[i].key,
                                     .channel = in[i].channel,
                                     .due_us = in[i].left_us < 0 ? MOMENT_NEVER
                                                                 : s->now_us + in[i].left_us,
                                     .is_soon = in[i].is_soon,
                                     .is_paused = in[i].is_paused};
    }
}

static const struct today_standing standings[] = {
    {TEXT(ANSWER), TEXT("/code#answer"), {4624, 188, 41}, 950000},
    {TEXT(CHAT), TEXT("/code#chat"), {271, 39, 0}, 900000},
    {TEXT(DISPATCH), TEXT("/code#dispatch"), {880, 20, 0}, 970000},
    {TEXT("You tell your story to two people at most."), TEXT("/code#one-story"), {64, 1, 0}, 0},
    {TEXT("Three working days after you say stop, we have stopped."),
     TEXT("/code#quiet"),
     {3, 0, 0},
     990000},
};

void sample_today_full(struct sample *s, struct buf *out)
{
    struct today_row rows[ROWS];
    fill(s, rows);
    struct today_page page = page_of(s);
    page.rows = rows + 1;
    page.row_count = ROWS - 1;
    page.open_count = 214;
    page.since_yesterday = (struct tally){214, 3, 1};
    page.standings = standings;
    page.standing_count = sizeof standings / sizeof *standings;
    today_page(&page, out);
}

void sample_today_part(struct sample *s, struct buf *out)
{
    struct today_row rows[ROWS];
    fill(s, rows);
    struct today_page page = page_of(s);
    page.rows = rows;
    page.row_count = ROWS;
    page.open_count = 215;
    page.since_yesterday = (struct tally){214, 3, 1};
    page.standings = standings;
    page.standing_count = sizeof standings / sizeof *standings;
    today_part(&page, out);
}

void sample_today_nothing_open(struct sample *s, struct buf *out)
{
    struct today_page page = page_of(s);
    today_page(&page, out);
}

void sample_today_no_code(struct sample *s, struct buf *out)
{
    struct today_page page = page_of(s);
    page.company = TEXT("Troth");
    page.has_code = page.has_touches = false;
    today_page(&page, out);
}

void sample_today_no_touches(struct sample *s, struct buf *out)
{
    struct today_page page = page_of(s);
    page.has_touches = false;
    today_page(&page, out);
}

void sample_today_extreme(struct sample *s, struct buf *out)
{
    const struct today_row rows[] = {
        {TEXT(NASTY), TEXT(NASTY), TEXT("/obligation-extreme"), TEXT(NASTY), TEXT(NASTY),
         TEXT(NASTY), s->now_us - DAY_US, true, false},
        {TEXT(LONG LONG), TEXT(LONG), TEXT("/obligation-extreme"), TEXT(LONG LONG), TEXT(LONG),
         TEXT(LONG), s->now_us + 4000 * DAY_US, false, true},
    };
    const struct today_standing standing[] = {
        {TEXT(NASTY), TEXT(NASTY), {UINT64_C(99999999999), 1, 0}, 999999},
        {TEXT(LONG), TEXT("/code#b"), {0, UINT64_C(99999999999), 0}, 1},
        {TEXT(LONG), TEXT("/code#c"), {5, 0, 0}, 1000000},
    };
    struct today_page page = page_of(s);
    page.company = TEXT(NASTY);
    page.rows = rows;
    page.row_count = 2;
    page.open_count = UINT64_C(18446744073709551615);
    page.since_yesterday = (struct tally){UINT64_C(123456789), UINT64_C(987654321), 0};
    page.standings = standing;
    page.standing_count = 3;
    today_page(&page, out);
}

/* -- obligations -- */

static int64_t ago(const struct sample *s, int64_t minutes)
{
    return s->now_us - minutes * MINUTE_US;
}

static struct obligation_step step(enum entry_kind kind, int64_t at_us, const char *event,
                                   enum actor actor, const char *person, int64_t due_us)
{
    return (struct obligation_step){.kind = kind,
                                    .at_us = at_us,
                                    .event = text_of(event),
                                    .source = TEXT("shop"),
                                    .id = TEXT("69aa2fa6-88412"),
                                    .person = text_of(person),
                                    .channel = TEXT("email"),
                                    .actor = actor,
                                    .touch_us = at_us,
                                    .due_us = due_us};
}

static struct obligation_page letter(const struct sample *s)
{
    return (struct obligation_page){.words = TEXT(ANSWER),
                                    .promise = TEXT("answer"),
                                    .principle = TEXT("We treat you as a person"),
                                    .limit = TEXT("4 working hours"),
                                    .key = TEXT("conversation-988391"),
                                    .customer = TEXT("heitor.jardim@example.com"),
                                    .channel = TEXT("email"),
                                    .zone = s->zone,
                                    .now_us = s->now_us,
                                    .decided_us = MOMENT_NEVER,
                                    .fulfilled_us = MOMENT_NEVER};
}

void sample_obligation_open(struct sample *s, struct buf *out)
{
    int64_t due = s->now_us + 12 * MINUTE_US;
    const struct obligation_step steps[] = {
        step(ENTRY_OPENED, ago(s, 290), "message.received", ACTOR_CUSTOMER, "", ago(s, 50)),
        step(ENTRY_PAUSED, ago(s, 220), "customer.asked", ACTOR_STAFF, "livia", MOMENT_NEVER),
        step(ENTRY_RESUMED, ago(s, 158), "message.received", ACTOR_CUSTOMER, "", due),
        step(ENTRY_WARNED, ago(s, 48), "", ACTOR_UNKNOWN, "", due),
    };
    struct obligation_page page = letter(s);
    page.state = STATE_OPEN;
    page.is_soon = true;
    page.opened_us = ago(s, 290);
    page.due_us = due;
    page.steps = steps;
    page.step_count = 4;
    obligation_page(&page, out);
}

void sample_obligation_broken(struct sample *s, struct buf *out)
{
    int64_t opened = ago(s, 3 * 1440), due = opened + 4 * HOUR_US, done = due + 125 * MINUTE_US;
    struct obligation_step steps[] = {
        step(ENTRY_OPENED, opened, "message.received", ACTOR_CUSTOMER, "", due - 2 * HOUR_US),
        step(ENTRY_EXTENDED, opened + 90 * MINUTE_US, "message.sent", ACTOR_STAFF, "otto", due),
        step(ENTRY_WARNED, due - HOUR_US, "", ACTOR_UNKNOWN, "", due),
        step(ENTRY_BROKEN, due, "", ACTOR_UNKNOWN, "", due),
        step(ENTRY_OWED, due, "", ACTOR_UNKNOWN, "", due),
        step(ENTRY_FULFILLED, done, "message.sent", ACTOR_STAFF, "otto", due),
        step(ENTRY_CORRECTED, done + HOUR_US, "message.sent", ACTOR_STAFF, "livia", due),
    };
    steps[4].amount = (struct money){1000, "BRL"};
    steps[6].touch_us = done - DAY_US;
    struct obligation_page page = letter(s);
    page.state = STATE_BROKEN;
    page.opened_us = opened;
    page.due_us = page.decided_us = due;
    page.fulfilled_us = done;
    page.steps = steps;
    page.step_count = 7;
    obligation_page(&page, out);
}

void sample_obligation_extreme(struct sample *s, struct buf *out)
{
    struct obligation_step steps[] = {
        step(ENTRY_OPENED, s->now_us, NASTY, ACTOR_CUSTOMER, NASTY, s->now_us),
        step(ENTRY_BROKEN, s->now_us, LONG, ACTOR_STAFF, LONG, s->now_us),
        step(ENTRY_OWED, s->now_us, NASTY, ACTOR_SYSTEM, "", s->now_us),
    };
    for (size_t i = 0; i < 3; i++) {
        steps[i].source = steps[i].id = steps[i].channel = TEXT(NASTY);
    }
    steps[2].task = TEXT(NASTY);
    struct obligation_page page = {.words = TEXT(NASTY LONG LONG),
                                   .promise = TEXT(NASTY),
                                   .principle = TEXT(NASTY),
                                   .limit = TEXT(NASTY),
                                   .key = TEXT(NASTY),
                                   .customer = TEXT(LONG),
                                   .channel = TEXT(NASTY),
                                   .zone = s->zone,
                                   .state = STATE_BROKEN,
                                   .opened_us = s->now_us,
                                   .due_us = s->now_us,
                                   .decided_us = s->now_us,
                                   .fulfilled_us = MOMENT_NEVER,
                                   .now_us = s->now_us,
                                   .steps = steps,
                                   .step_count = 3};
    obligation_page(&page, out);
}
