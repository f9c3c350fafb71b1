#include "log.h"

#include "json.h"

#include <unistd.h>

void log_line(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };
	with_arena struct arena *a = arena_new(64 * 1024);
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 4096);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_instant(&o, "at", now());
	jw_member_str(&o, "level", str_from(names[level]));
	jw_member_str(&o, "event", str_from(event));
	for (size_t i = 0; i < count; i++) {
		jw_key(&o, fields[i].name);
		if (fields[i].kind == LOG_INT)
			jw_int(&o, fields[i].i);
		else if (fields[i].kind == LOG_ID)
			jw_id(&o, fields[i].id);
		else
			jw_str(&o, str_from(fields[i].word));
	}
	jw_close(&o, '}');
	buf_char(&b, '\n');
	struct str line = buf_str(&b);
	/* One write: lines of several processes do not mix. A log that cannot be written must not stop the work. */
	ssize_t ignored = write(2, line.p, line.n);
	(void)ignored;
}
