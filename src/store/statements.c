/* statements.c - the texts that are composed from descriptors, each kept once.
 *
 * Only names out of the dictionary and fixed words go into them; values are always bound. */
#include "store_private.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 512 };

struct text {
	struct text *next;
	size_t n;
	char p[];
};

struct statements {
	pthread_mutex_t lock;
	struct text *bucket[BUCKETS];
	size_t count;
};

struct statements *statements_new(void)
{
	struct statements *s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void statements_free(struct statements *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct text *t = s->bucket[i], *next; t; t = next) {
			next = t->next;
			free(t);
		}
	}
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static size_t bucket_of(struct str text)
{
	uint64_t h = text.n;
	for (; text.n >= 8; text = str_slice(text, 8, text.n)) {
		uint64_t v;
		memcpy(&v, text.p, 8);
		h = (h ^ v) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	for (size_t i = 0; i < text.n; i++)
		h = (h ^ (unsigned char)text.p[i]) * 1099511628211u;
	return (h ^ h >> 32) % BUCKETS;
}

const char *statements_intern(struct statements *s, struct str text)
{
	struct text **at = &s->bucket[bucket_of(text)];
	pthread_mutex_lock(&s->lock);
	struct text *t = *at;
	while (t && !str_eq((struct str){ t->p, t->n }, text))
		t = t->next;
	if (!t) {
		t = malloc(sizeof(*t) + text.n + 1);
		if (!t)
			abort();
		memcpy(t->p, text.p, text.n);
		t->p[text.n] = 0;
		t->n = text.n;
		t->next = *at;
		*at = t;
		s->count++;
	}
	pthread_mutex_unlock(&s->lock);
	return t->p;
}
