/* The small blocks: code, group, principle and allow. */
#include "lang/parse.h"

#include <string.h>

/* -- code -- */

bool parse_zone_name(struct parser *p, struct text *ret, struct span *ret_span)
{
    struct token t = parse_peek(p);
    if (t.kind != TOKEN_WORD) {
        return parse_expected(p, "a time zone such as America/New_York");
    }
    p->next++;
    *ret = parse_text_of(p, t);
    *ret_span = t.span;
    return true;
}

static bool parse_owner(struct parser *p, void *context)
{
    struct code *code = context;
    return parse_quoted(p, "who answers for the Code, in quotes", &code->owner);
}

static bool parse_contact(struct parser *p, void *context)
{
    struct code *code = context;
    return parse_quoted(p, "an address in quotes", &code->contact);
}

static bool parse_scope(struct parser *p, void *context)
{
    struct code *code = context;
    return parse_quoted(p, "for whom the Code is, in quotes", &code->scope);
}

static bool parse_zone(struct parser *p, void *context)
{
    struct code *code = context;
    return parse_zone_name(p, &code->zone, &code->zone_span);
}

/* `a, b, c`: names, or texts in quotes. */
static bool parse_name_list(struct parser *p, const char *what, const struct text **list,
                            size_t *count)
{
    do {
        struct text name;
        bool quoted = parse_peek(p).kind == TOKEN_TEXT;
        if (!(quoted ? parse_quoted(p, what, &name) : parse_name(p, what, &name))) {
            return false;
        }
        struct text *names = parse_list_grow(p, *list, *count, sizeof(struct text));
        names[(*count)++] = name;
        *list = names;
    } while (parse_accept(p, ","));
    return true;
}

static bool parse_channels(struct parser *p, void *context)
{
    struct code *code = context;
    size_t first = p->next - 1;
    bool ok = parse_name_list(p, "a channel such as email", &code->channels, &code->channel_count);
    code->channels_span = parse_span_from(p, first);
    return ok;
}

static bool parse_applies(struct parser *p, void *context)
{
    struct code *code = context;
    return parse_dates(p, &code->applies);
}

static bool parse_review(struct parser *p, void *context)
{
    struct code *code = context;
    code->has_review = true;
    return parse_expect(p, "every") && parse_duration(p, DURATION_OR_UNIT, &code->review);
}

bool parse_second_person(struct parser *p)
{
    return parse_expect(p, "need") && parse_expect(p, "a") && parse_expect(p, "second") &&
           parse_expect(p, "person");
}

static bool parse_excuses(struct parser *p, void *context)
{
    struct code *code = context;
    return code->second_person = parse_second_person(p);
}

static const struct clause_kind code_clauses[] = {
    {"owner", NULL, true, parse_owner},       {"contact", NULL, true, parse_contact},
    {"scope", NULL, true, parse_scope},       {"zone", NULL, true, parse_zone},
    {"channels", NULL, true, parse_channels}, {"applies", NULL, true, parse_applies},
    {"review", NULL, true, parse_review},     {"excuses", NULL, true, parse_excuses},
};

void parse_code_block(struct parser *p, struct block *b)
{
    struct code *code = p->code;
    struct clauses clauses = {
        .kinds = code_clauses,
        .count = sizeof(code_clauses) / sizeof(code_clauses[0]),
        .of = "the code block",
        .context = code,
    };
    size_t first = p->next - 1;
    b->broken = b->broken || !parse_quoted(p, "the title of the Code in quotes", &code->title) ||
                !parse_expect_end(p);
    code->span = parse_span_from(p, first);
    parse_clauses(p, b, &clauses);
}

/* -- group -- */

void parse_group_block(struct parser *p, struct block *b, struct group *group)
{
    group->name = b->name;
    group->span = b->name_span;
    b->broken = b->broken || !parse_expect(p, "=") ||
                !parse_name_list(p, "a name", &group->members, &group->member_count) ||
                !parse_expect_end(p);
}

/* -- principle -- */

static bool parse_principle_words(struct parser *p, void *context)
{
    struct principle *principle = context;
    if (parse_peek(p).kind == TOKEN_TEXT && principle->words.len) {
        return parse_fail(p, "duplicate-clause", parse_peek(p).span,
                          "this principle already has its words");
    }
    return parse_quoted(p, "the words of the principle in quotes", &principle->words);
}

void parse_principle_block(struct parser *p, struct block *b, struct principle *principle)
{
    principle->name = b->name;
    principle->span = b->name_span;
    struct clauses clauses = {
        .of = "a principle", .other = parse_principle_words, .context = principle};
    b->broken = b->broken ||
                !parse_quoted(p, "the title of the principle in quotes", &principle->title) ||
                !parse_expect_end(p);
    parse_clauses(p, b, &clauses);
}

/* -- allow -- */

static bool parse_grant(struct parser *p, struct permission *permission)
{
    size_t first = p->next;
    struct grant grant = {0};
    if (!parse_name(p, "what may be given, such as refund, or the published words in quotes",
                    &grant.act) ||
        !parse_expect(p, "up") || !parse_expect(p, "to") || !parse_money(p, &grant.up_to)) {
        return false;
    }
    if (parse_accept(p, "per") && !parse_key(p, &grant.key)) {
        return false;
    }
    if (!parse_expect(p, "by") || !parse_name(p, "a role", &grant.role)) {
        return false;
    }
    grant.span = parse_span_from(p, first);
    struct grant *grants =
        parse_list_grow(p, permission->grants, permission->grant_count, sizeof(struct grant));
    grants[permission->grant_count++] = grant;
    permission->grants = grants;
    return true;
}

static bool parse_permission_clause(struct parser *p, void *context)
{
    struct permission *permission = context;
    if (parse_peek(p).kind != TOKEN_TEXT) {
        return parse_grant(p, permission);
    }
    if (permission->words.len) {
        return parse_fail(p, "duplicate-clause", parse_peek(p).span,
                          "this permission already has its words");
    }
    return parse_quoted(p, "the published words in quotes", &permission->words);
}

void parse_permission_block(struct parser *p, struct block *b, struct permission *permission)
{
    permission->name = b->name;
    permission->span = b->name_span;
    struct clauses clauses = {
        .of = "a permission", .other = parse_permission_clause, .context = permission};
    b->broken = b->broken || !parse_expect_end(p);
    parse_clauses(p, b, &clauses);
    if (permission->grant_count == 0) {
        parse_missing(p, b, "what may be given",
                      "write it so: refund up to 50.00 EUR per thread by agent");
    }
}
