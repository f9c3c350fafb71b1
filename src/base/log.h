/* log.h - one line of JSON on stderr per event. No personal information: fields are ids, numbers and fixed words; there is no way to
 * hand in a row's text. Logs stay on this machine (S-111, S-113). */
#ifndef LOG_H
#define LOG_H

#include "id.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
	const char *name;
	enum { LOG_END, LOG_INT, LOG_ID, LOG_WORD } kind;
	int64_t i;
	struct id id;
	const char *word; /* a constant of the program, or text that was checked to be harmless */
};
#define LOG_I(n, v) ((struct log_field){ .name = (n), .kind = LOG_INT, .i = (v) })
#define LOG_U(n, v) ((struct log_field){ .name = (n), .kind = LOG_ID, .id = (v) })
#define LOG_W(n, v) ((struct log_field){ .name = (n), .kind = LOG_WORD, .word = (v) })

void log_line(enum log_level level, const char *event, const struct log_field *fields, size_t count);
#define LOG(level, event, ...)                                                                     \
	log_line((level), (event), (const struct log_field[]){ __VA_ARGS__ },                      \
	         sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

#endif
