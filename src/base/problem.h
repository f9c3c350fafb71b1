/* problem.h - what went wrong, in words, by audience (RFC 9457 for the outside).
 *
 * One struct problem per request collects the faults. `detail` and the faults are for the person at the screen; `log` is for the
 * operator's log alone and never leaves the server. Neither holds personal information: a fault names a field, not its value. */
#ifndef PROBLEM_H
#define PROBLEM_H

#include "str.h"

struct fault {
	struct fault *next;
	struct str pointer; /* JSON pointer into the request, "/title"; empty when it is about the whole */
	const char *code;   /* stable: required, unknown, type, too_long, too_short, range, choice, format, reference, unique, read_only */
	struct str detail;  /* a sentence */
};

struct problem {
	struct arena *arena;
	enum err err;
	struct str detail; /* a sentence that adds to err_info's title, or empty */
	struct str log;
	struct str extra;  /* further members of the problem as JSON text without the braces, or empty */
	int64_t retry_s;   /* after how many seconds it may be tried again; 0: not said */
	struct fault *faults;
	size_t fault_count;
};

void problem_init(struct problem *p, struct arena *a);
/* problem_set() - says what the error is about and returns it: `return problem_set(p, E_CONFLICT, "...")`. The first one stays. */
enum err problem_set(struct problem *p, enum err e, const char *format, ...) __attribute__((format(printf, 3, 4)));
#ifdef __clang_analyzer__ /* which does not see into problem.c that the error given is the one returned */
#define problem_set(p, e, ...) ((void)problem_set((p), (e), __VA_ARGS__), (e))
#endif
/* problem_fault() - adds one faulty field; problem_done() turns what was collected into OK or E_INVALID. */
void problem_fault(struct problem *p, struct str pointer, const char *code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
must_use enum err problem_done(struct problem *p);
void problem_log(struct problem *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str problem_field(struct problem *p, const char *field); /* "/field" */

#endif
