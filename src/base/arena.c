#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_MIN = 16384, HARD_FACTOR = 4 };

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(max_align_t) unsigned char data[];
};

struct deferred {
	struct deferred *next;
	void (*undo)(void *);
	void *what;
};

struct arena {
	struct block *head;
	struct deferred *deferred;
	size_t used, limit;
};

static _Noreturn void out_of_memory(const char *why)
{
	fprintf(stderr, "arena: %s\n", why);
	abort();
}

struct arena *arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));
	if (!a)
		out_of_memory("no memory");
	a->limit = limit;
	return a;
}

static void run_deferred(struct arena *a)
{
	while (a->deferred) {
		struct deferred *d = a->deferred;
		a->deferred = d->next;
		d->undo(d->what);
	}
}

void arena_reset(struct arena *a)
{
	run_deferred(a);
	struct block *keep = NULL;
	for (struct block *b = a->head, *next; b; b = next) {
		next = b->next;
		if (!keep && b->size == BLOCK_MIN)
			keep = b;
		else
			free(b);
	}
	if (keep) {
		memset(keep->data, 0, keep->used);
		keep->used = 0;
		keep->next = NULL;
	}
	a->head = keep;
	a->used = 0;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	run_deferred(a);
	for (struct block *b = a->head, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static struct block *add_block(struct arena *a, size_t n)
{
	size_t want = n > BLOCK_MIN ? n : BLOCK_MIN;
	struct block *b = calloc(1, sizeof(*b) + want);
	if (!b)
		out_of_memory("no memory");
	b->size = want;
	/* A large block goes behind the current one, so that what is left of that one is still used. */
	if (a->head && n > BLOCK_MIN) {
		b->next = a->head->next;
		a->head->next = b;
	} else {
		b->next = a->head;
		a->head = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t n;
	const size_t align = _Alignof(max_align_t);
	if (__builtin_mul_overflow(count, size, &n) || n > SIZE_MAX / 2)
		out_of_memory("a size that cannot be");
	n = (n + align - 1) & ~(align - 1);
	if (n > HARD_FACTOR * a->limit || a->used + n > HARD_FACTOR * a->limit)
		out_of_memory("a request far beyond its limit");
	struct block *b = a->head;
	if (!b || b->size - b->used < n)
		b = add_block(a, n);
	void *p = b->data + b->used;
	b->used += n;
	a->used += n;
	return p;
}

void arena_defer(struct arena *a, void (*undo)(void *), void *what)
{
	struct deferred *d = ARENA_NEW(a, struct deferred);
	d->undo = undo;
	d->what = what;
	d->next = a->deferred;
	a->deferred = d;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

bool arena_over(const struct arena *a)
{
	return a->used > a->limit;
}
