#include "problem.h"

#include <stdarg.h>
#include <stdio.h>

void problem_init(struct problem *p, struct arena *a)
{
	*p = (struct problem){ .arena = a };
}

static struct str format_words(struct arena *a, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

static struct str format_words(struct arena *a, const char *format, va_list args)
{
	char words[1000];
	int n = vsnprintf(words, sizeof(words), format, args);
	if (n < 0)
		return STR("");
	return str_dup(a, (struct str){ words, (size_t)n < sizeof(words) ? (size_t)n : sizeof(words) - 1 });
}

enum err (problem_set)(struct problem *p, enum err e, const char *format, ...)
{
	if (p->err != OK)
		return p->err;
	va_list args;
	va_start(args, format);
	p->detail = format_words(p->arena, format, args);
	va_end(args);
	p->err = e;
	return e;
}

void problem_fault(struct problem *p, struct str pointer, const char *code, const char *format, ...)
{
	struct fault *f = ARENA_NEW(p->arena, struct fault);
	va_list args;
	va_start(args, format);
	f->detail = format_words(p->arena, format, args);
	va_end(args);
	f->pointer = pointer;
	f->code = code;
	struct fault **at = &p->faults;
	while (*at)
		at = &(*at)->next;
	*at = f;
	p->fault_count++;
}

enum err problem_done(struct problem *p)
{
	if (p->err == OK && p->faults)
		p->err = E_INVALID;
	return p->err;
}

void problem_log(struct problem *p, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	p->log = format_words(p->arena, format, args);
	va_end(args);
}

struct str problem_field(struct problem *p, const char *field)
{
	return str_fmt(p->arena, "/%s", field);
}
