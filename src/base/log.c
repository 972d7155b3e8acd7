#include "base/log.h"

#include "base/moment.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The one variable of the program: how loud it is. */
static _Atomic(int) least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
    atomic_store_explicit(&least_level, (int)least, memory_order_relaxed);
}

bool log_wants(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&least_level, memory_order_relaxed);
}

/* The last byte is kept for the line feed. */
static void add(struct log_line *line, const char *bytes, size_t len)
{
    size_t room = LOG_LINE_MAX - 1 - line->len;
    size_t n = len < room ? len : room;
    memcpy(line->bytes + line->len, bytes, n);
    line->len += n;
}

static void add_key(struct log_line *line, const char *key)
{
    if (line->len) {
        add(line, " ", 1);
    }
    add(line, key, strlen(key));
    add(line, "=", 1);
}

struct log_line log_begin(enum log_level level, const char *event)
{
    static const char *const names[] = {
        [LOG_DEBUG] = "debug",
        [LOG_INFO] = "info",
        [LOG_WARNING] = "warning",
        [LOG_ERROR] = "error",
    };
    struct log_line line;
    line.len = 0;
    line.wanted = level < LOG_SILENT && log_wants(level);
    if (line.wanted) {
        char now[MOMENT_TEXT_SIZE];
        log_str(&line, "time", moment_format(moment_now(), now));
        log_str(&line, "level", names[level]);
        log_str(&line, "event", event);
    }
    return line;
}

/* Bytes that may stand without quotes; bytes over 127 are left as they are (UTF-8). */
static bool is_plain(unsigned char c)
{
    return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7f;
}

static void add_escaped(struct log_line *line, unsigned char c)
{
    if (c == '"' || c == '\\') {
        char pair[2] = {'\\', (char)c};
        add(line, pair, 2);
    } else if (c == '\n') {
        add(line, "\\n", 2);
    } else if (c < ' ' || c == 0x7f) {
        char hex[5];
        snprintf(hex, sizeof(hex), "\\x%02x", c);
        add(line, hex, 4);
    } else {
        add(line, (const char *)&c, 1);
    }
}

void log_text(struct log_line *line, const char *key, struct text value)
{
    if (!line->wanted) {
        return;
    }
    add_key(line, key);
    size_t plain = 0;
    while (plain < value.len && is_plain((unsigned char)value.ptr[plain])) {
        plain++;
    }
    if (value.len && plain == value.len) {
        add(line, value.ptr, value.len);
        return;
    }
    add(line, "\"", 1);
    for (size_t i = 0; i < value.len; i++) {
        add_escaped(line, (unsigned char)value.ptr[i]);
    }
    add(line, "\"", 1);
}

void log_str(struct log_line *line, const char *key, const char *value)
{
    log_text(line, key, text_of(value));
}

void log_int(struct log_line *line, const char *key, int64_t value)
{
    char digits[24];
    snprintf(digits, sizeof(digits), "%lld", (long long)value);
    log_str(line, key, digits);
}

void log_end(struct log_line *line)
{
    if (!line->wanted) {
        return;
    }
    line->bytes[line->len] = '\n';
    /* Where stderr is gone there is nobody left to tell. */
    ssize_t written = write(STDERR_FILENO, line->bytes, line->len + 1);
    (void)written;
    line->wanted = false;
}

void log_say(enum log_level level, const char *event, const char *format, ...)
{
    struct log_line line = log_begin(level, event);
    if (!line.wanted) {
        return;
    }
    char words[LOG_LINE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof(words), format, args);
    va_end(args);
    log_str(&line, "say", words);
    log_end(&line);
}
