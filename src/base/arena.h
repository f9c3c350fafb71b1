/* arena.h - memory that lives exactly as long as one request.
 *
 * An arena hands out zeroed memory and takes it all back at once; nobody frees. It is not for things that outlive a request, and
 * not for anything shared between threads that run at the same time.
 *
 * Running out is sticky, not fatal: past its limit an arena still answers (so that callers need no error path), remembers it, and
 * whoever owns the request asks arena_over() before he commits or answers and gives E_MEMORY instead. All input is bounded, so
 * meeting four times the limit is a defect of ours and stops the process.
 *
 * What is not memory (a file, a jansson value) is given to arena_defer(), which undoes it when the arena goes. */
#ifndef ARENA_H
#define ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* arena_new() - an empty arena that may hand out `limit` bytes. Never NULL: without memory the process stops. */
struct arena *arena_new(size_t limit);
void arena_free(struct arena *a);
/* arena_reset() - runs what was deferred (last first) and forgets everything, keeping one block for the next use. */
void arena_reset(struct arena *a);
/* arena_alloc() - `count * size` zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *a, size_t count, size_t size)
	__attribute__((malloc, alloc_size(2, 3), returns_nonnull, warn_unused_result));
/* arena_defer() - runs undo(what) at reset or free. */
void arena_defer(struct arena *a, void (*undo)(void *), void *what);
size_t arena_used(const struct arena *a);
bool arena_over(const struct arena *a);

/* Scope-bound, for start-up, tools and tests: `with_arena struct arena *a = arena_new(MIB);` */
static inline void arena_freep(struct arena **a)
{
	arena_free(*a);
	*a = NULL;
}
#define with_arena __attribute__((cleanup(arena_freep)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_alloc((a), (count), sizeof(type)))

#endif
