/* The Code as a whole: finds the blocks and their names first, so that any order of blocks will
 * do, then reads them one by one. */
#include "lang/parse.h"

#include "lang/check.h"

enum block_kind {
    BLOCK_CODE,
    BLOCK_CALENDAR,
    BLOCK_GROUP,
    BLOCK_TABLE,
    BLOCK_PRINCIPLE,
    BLOCK_PROMISE,
    BLOCK_EXPECT,
    BLOCK_ALLOW,
    BLOCK_KINDS,
    BLOCK_UNKNOWN = BLOCK_KINDS
};

static const char *const block_words[BLOCK_KINDS] = {"code",      "calendar", "group",  "table",
                                                     "principle", "promise",  "expect", "allow"};

struct found_block {
    enum block_kind kind;
    int index; /* in the Code's array of its kind */
    size_t header, end;
};

/* -- all blocks -- */

static struct names *names_of(struct parser *p, enum block_kind kind)
{
    switch (kind) {
    case BLOCK_CALENDAR:
        return &p->calendars;
    case BLOCK_GROUP:
        return &p->groups;
    case BLOCK_TABLE:
        return &p->tables;
    case BLOCK_PRINCIPLE:
        return &p->principles;
    case BLOCK_PROMISE:
    case BLOCK_EXPECT:
        return &p->promises;
    case BLOCK_ALLOW:
        return &p->permissions;
    case BLOCK_CODE:
    case BLOCK_KINDS:
        break;
    }
    return NULL;
}

static size_t *count_of(struct parser *p, enum block_kind kind)
{
    struct code *code = p->code;
    switch (kind) {
    case BLOCK_CALENDAR:
        return &code->calendar_count;
    case BLOCK_GROUP:
        return &code->group_count;
    case BLOCK_TABLE:
        return &code->table_count;
    case BLOCK_PRINCIPLE:
        return &code->principle_count;
    case BLOCK_PROMISE:
    case BLOCK_EXPECT:
        return &code->promise_count;
    case BLOCK_ALLOW:
        return &code->permission_count;
    case BLOCK_CODE:
    case BLOCK_KINDS:
        break;
    }
    return &p->code_blocks;
}

static enum block_kind kind_of_header(struct parser *p, const struct line *line)
{
    struct token t = p->lexed->tokens[line->first];
    struct text word = parse_text_of(p, t);
    struct text known[BLOCK_KINDS];
    for (int i = 0; i < BLOCK_KINDS; i++) {
        if (t.kind == TOKEN_WORD && text_is(word, block_words[i])) {
            return (enum block_kind)i;
        }
        known[i] = text_of(block_words[i]);
    }
    if (!line->bad) {
        parse_fail(p, "unknown-block", t.span,
                   "a block begins with code, calendar, group, table, principle, promise, expect "
                   "or allow");
        diagnostic_suggest_name(p->d, word, known, BLOCK_KINDS);
    }
    return BLOCK_UNKNOWN;
}

/* Remembers the name in a header. Only promises may share one: their successive forms. */
static void note_name(struct parser *p, const struct found_block *f)
{
    const struct line *line = &p->lexed->lines[f->header];
    struct names *names = names_of(p, f->kind);
    if (!names || line->count < 2 || p->lexed->tokens[line->first + 1].kind != TOKEN_WORD) {
        return;
    }
    struct token t = p->lexed->tokens[line->first + 1];
    struct text name = parse_text_of(p, t);
    if (names_look_up(names, name) < 0) {
        names_put(p->scratch, names, name, f->index);
    } else if (names != &p->promises) {
        diagnostic_add(p->d, SEVERITY_ERROR, "duplicate-name", t.span,
                       "there is already a %s \"%.*s\"", block_words[f->kind], TEXT_ARG(name));
        diagnostic_suggest(p->d, "give one of them another name");
    }
}

static bool within_bounds(struct parser *p, const struct line *header, enum block_kind kind)
{
    struct span span = p->lexed->tokens[header->first].span;
    if ((kind == BLOCK_PROMISE || kind == BLOCK_EXPECT) &&
        p->code->promise_count == CODE_PROMISES_MAX) {
        if (!p->too_many) {
            parse_fail(p, "too-many-promises", span, "a Code has at most %d promises",
                       CODE_PROMISES_MAX);
        }
        p->too_many = true;
        return false;
    }
    if (kind == BLOCK_CODE && p->code_blocks == 1) {
        return parse_fail(p, "duplicate-name", span, "there is already a code block");
    }
    return true;
}

static struct found_block *find_blocks(struct parser *p, size_t *ret_count)
{
    const struct lexed *lexed = p->lexed;
    struct found_block *blocks = NULL;
    size_t count = 0, room = 0;
    for (size_t i = 0; i < lexed->line_count; i++) {
        const struct line *line = &lexed->lines[i];
        if (line->kind != LINE_HEADER || line->count == 0) {
            continue;
        }
        enum block_kind kind = kind_of_header(p, line);
        struct found_block f = {.kind = kind, .header = i};
        if (kind != BLOCK_UNKNOWN && !within_bounds(p, line, kind)) {
            f.kind = BLOCK_UNKNOWN;
        }
        if (f.kind != BLOCK_UNKNOWN) {
            f.index = (int)(*count_of(p, kind))++;
            note_name(p, &f);
        }
        if (count == room) {
            room = room ? room * 2 : 64;
            blocks = arena_grow(p->scratch, blocks, count, room, sizeof(*blocks));
        }
        blocks[count++] = f;
    }
    *ret_count = count;
    return blocks;
}

/* Where each block ends: at the next header, of whatever kind, read or not. */
static void find_ends(const struct lexed *lexed, struct found_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t end = blocks[i].header + 1;
        while (end < lexed->line_count && lexed->lines[end].kind != LINE_HEADER) {
            end++;
        }
        blocks[i].end = end;
    }
}

static void make_lists(struct parser *p)
{
    struct code *code = p->code;
    code->calendars = p->calendar_list =
        ARENA_ARRAY(p->arena, struct calendar_def, code->calendar_count);
    code->groups = p->group_list = ARENA_ARRAY(p->arena, struct group, code->group_count);
    code->tables = p->table_list = ARENA_ARRAY(p->arena, struct table, code->table_count);
    code->principles = p->principle_list =
        ARENA_ARRAY(p->arena, struct principle, code->principle_count);
    code->promises = p->promise_list = ARENA_ARRAY(p->arena, struct promise, code->promise_count);
    code->permissions = p->permission_list =
        ARENA_ARRAY(p->arena, struct permission, code->permission_count);
}

static void parse_block(struct parser *p, const struct found_block *f)
{
    struct block b = {.header = f->header, .end = f->end};
    if (f->kind == BLOCK_UNKNOWN) {
        return;
    }
    /* a group is all header: its names may go on over deeper lines */
    parse_begin_block(p, f->kind == BLOCK_GROUP ? f->end : f->header + 1, f->kind != BLOCK_CODE,
                      &b);
    switch (f->kind) {
    case BLOCK_CODE:
        parse_code_block(p, &b);
        break;
    case BLOCK_CALENDAR:
        parse_calendar_block(p, &b, &p->calendar_list[f->index]);
        break;
    case BLOCK_GROUP:
        parse_group_block(p, &b, &p->group_list[f->index]);
        break;
    case BLOCK_TABLE:
        parse_table_block(p, &b, &p->table_list[f->index]);
        break;
    case BLOCK_PRINCIPLE:
        parse_principle_block(p, &b, &p->principle_list[f->index]);
        break;
    case BLOCK_PROMISE:
    case BLOCK_EXPECT:
        p->promise_list[f->index].is_expectation = f->kind == BLOCK_EXPECT;
        parse_promise_block(p, &b, &p->promise_list[f->index]);
        break;
    case BLOCK_ALLOW:
        parse_permission_block(p, &b, &p->permission_list[f->index]);
        break;
    case BLOCK_KINDS:
        break;
    }
}

/* Groups first: conditions hold copies of their members. */
static void parse_all(struct parser *p, const struct found_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (blocks[i].kind == BLOCK_GROUP) {
            parse_block(p, &blocks[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (blocks[i].kind != BLOCK_GROUP) {
            parse_block(p, &blocks[i]);
        }
    }
    for (size_t i = 0; i < p->code->calendar_count; i++) {
        if (p->calendar_list[i].zone.len == 0) {
            p->calendar_list[i].zone = p->code->zone;
        }
    }
}

/* Bounds and encoding: what must hold before a single line is read. */
static bool source_is_fit(struct parser *p, struct text source)
{
    struct span start = {.line = 1, .column = 1};
    if (source.len > CODE_BYTES_MAX) {
        return parse_fail(p, "too-large", start, "a Code has at most %d bytes", CODE_BYTES_MAX);
    }
    size_t wrong = text_utf8_valid(source);
    if (wrong == source.len) {
        return true;
    }
    start.offset = (uint32_t)wrong;
    start.length = 1;
    for (size_t i = 0; i < wrong; i++) {
        start.column += ((unsigned char)source.ptr[i] & 0xc0) != 0x80;
        if (source.ptr[i] == '\n') {
            start.line++;
            start.column = 1;
        }
    }
    parse_fail(p, "bad-encoding", start, "from here on the text is not UTF-8");
    diagnostic_suggest(p->d, "save the file as UTF-8");
    return false;
}

struct code *code_read(struct arena *arena, struct arena *scratch, struct text source,
                       struct diagnostics *d, const struct lexed **ret_lexed, size_t *ret_errors)
{
    struct code *code = ARENA_NEW(arena, struct code);
    struct parser p = {.arena = arena, .scratch = scratch, .d = d, .code = code};
    code->span = (struct span){.line = 1, .column = 1};
    p.lexed = ARENA_NEW(scratch, struct lexed);
    if (source_is_fit(&p, source)) {
        p.source = code->source = arena_text(arena, source);
        p.lexed = lex(scratch, p.source, d);
        size_t count;
        struct found_block *blocks = find_blocks(&p, &count);
        find_ends(p.lexed, blocks, count);
        make_lists(&p);
        parse_all(&p, blocks, count);
        if (p.code_blocks == 0 && p.errors + p.lexed->errors == 0) {
            parse_fail(&p, "missing-code", code->span, "there is no code block");
            diagnostic_suggest(d, "begin with: code \"The name of your Code\"");
        }
    }
    *ret_lexed = p.lexed;
    *ret_errors = p.errors + p.lexed->errors;
    return code;
}

struct code *code_parse(struct arena *arena, struct text source,
                        struct diagnostics *ret_diagnostics)
{
    struct arena scratch CLEANUP(arena_release) = {0};
    const struct lexed *lexed;
    size_t errors;
    *ret_diagnostics = (struct diagnostics){.arena = arena};
    struct code *code = code_read(arena, &scratch, source, ret_diagnostics, &lexed, &errors);
    if (ret_diagnostics->errors == 0) {
        code_check(code, ret_diagnostics);
    }
    diagnostics_sort(ret_diagnostics);
    return code;
}
