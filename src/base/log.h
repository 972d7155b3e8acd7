/* Log: one key=value line per event on stderr, written with one write(2), so that lines of several
 * threads never mix. Values are quoted where needed. Only floors 3 and up log; libraries below
 * return errors instead. Customers' words never stand above LOG_DEBUG. */
#ifndef TROTH_BASE_LOG_H
#define TROTH_BASE_LOG_H

#include "base/text.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_SILENT };

enum { LOG_LINE_MAX = 2048 }; /* bytes; a longer line is cut */

/* The lowest level that is written; LOG_INFO until set. Any thread may call it. */
void log_set_level(enum log_level least);
/* Whether a line of this level would be written: to save the work of composing it. */
bool log_wants(enum log_level level);

/* One line under construction. Keys are words of ours ([a-z_]); values are escaped.
 *   struct log_line line = log_begin(LOG_INFO, "request");
 *   log_int(&line, "status", 200);
 *   log_end(&line); */
struct log_line {
    bool wanted;
    size_t len;
    char bytes[LOG_LINE_MAX];
};
struct log_line log_begin(enum log_level level, const char *event);
void log_text(struct log_line *line, const char *key, struct text value);
void log_str(struct log_line *line, const char *key, const char *value);
void log_int(struct log_line *line, const char *key, int64_t value);
void log_end(struct log_line *line);

/* A whole line in one call: event and words. */
void log_say(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
