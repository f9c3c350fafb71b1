#include "slab.h"

#include "limits.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { WAYS = 4 };

struct memory {
	struct key own[SLAB_OWN];
	struct key slots[KEY_CACHE_SLOTS];
};

struct entry {
	struct slab_name name; /* kind 0: free */
	int64_t expires_ms;
};

struct slab {
	struct memory *memory;
	bool locked;
	struct entry *entries; /* one for each slot */
};

static void slab_undo(void *what)
{
	struct slab *s = what;
	OPENSSL_cleanse(s->memory, sizeof(*s->memory));
	munmap(s->memory, sizeof(*s->memory));
}

struct slab *slab_new(struct arena *a)
{
	struct slab *s = ARENA_NEW(a, struct slab);
	void *p = mmap(NULL, sizeof(*s->memory), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		abort();
	/* Advice that an old kernel refuses costs nothing but the advice. */
	(void)madvise(p, sizeof(*s->memory), MADV_DONTDUMP);
	(void)madvise(p, sizeof(*s->memory), MADV_WIPEONFORK);
	s->memory = p;
	/* Each page is locked when it is first written, so that a small company does not pay for the keys of thousands. */
	s->locked = mlock2(p, sizeof(*s->memory), MLOCK_ONFAULT) == 0;
	s->entries = ARENA_ARRAY(a, struct entry, KEY_CACHE_SLOTS);
	arena_defer(a, slab_undo, s);
	return s;
}

bool slab_locked(const struct slab *s)
{
	return s->locked;
}

struct key *slab_own(struct slab *s)
{
	return s->memory->own;
}

/* Names are random ids of ours or small numbers, so a plain mix is enough. */
static size_t first_way(const struct slab_name *name)
{
	uint64_t parts[2], h = (uint64_t)name->tenant * 0x9e3779b97f4a7c15u + name->kind;
	memcpy(parts, name->id.b, sizeof(parts));
	h = (h ^ parts[0]) * 0xff51afd7ed558ccdu;
	h = (h ^ parts[1] ^ h >> 29) * 0xc4ceb9fe1a85ec53u;
	return (size_t)(h >> 32) % (KEY_CACHE_SLOTS / WAYS) * WAYS;
}

static bool same_name(const struct slab_name *a, const struct slab_name *b)
{
	return a->tenant == b->tenant && a->kind == b->kind && id_eq(a->id, b->id);
}

static struct entry *entry_find(const struct slab *s, const struct slab_name *name)
{
	struct entry *e = &s->entries[first_way(name)];
	for (size_t i = 0; i < WAYS; i++)
		if (same_name(&e[i].name, name))
			return &e[i];
	return NULL;
}

static struct key *entry_key(const struct slab *s, const struct entry *e)
{
	return &s->memory->slots[e - s->entries];
}

static void entry_wipe(struct slab *s, struct entry *e)
{
	key_wipe(entry_key(s, e));
	*e = (struct entry){ 0 };
}

bool slab_get(struct slab *s, const struct slab_name *name, int64_t now_ms, struct key *ret)
{
	struct entry *e = entry_find(s, name);
	if (!e)
		return false;
	if (e->expires_ms <= now_ms) {
		entry_wipe(s, e);
		return false;
	}
	*ret = *entry_key(s, e);
	return true;
}

/* Free entries expire at 0, so they are the first to be taken. */
static struct entry *entry_take(struct slab *s, const struct slab_name *name)
{
	struct entry *known = entry_find(s, name), *e = &s->entries[first_way(name)], *first = e;
	if (known)
		return known;
	for (size_t i = 1; i < WAYS; i++)
		if (e[i].expires_ms < first->expires_ms)
			first = &e[i];
	return first;
}

void slab_put(struct slab *s, const struct slab_name *name, int64_t expires_ms, const struct key *key)
{
	struct entry *e = entry_take(s, name);
	*e = (struct entry){ *name, expires_ms };
	*entry_key(s, e) = *key;
}

void slab_drop(struct slab *s, const struct slab_name *name)
{
	struct entry *e = entry_find(s, name);
	if (e)
		entry_wipe(s, e);
}

void slab_sweep(struct slab *s, int64_t now_ms)
{
	for (size_t i = 0; i < KEY_CACHE_SLOTS; i++)
		if (s->entries[i].name.kind != 0 && s->entries[i].expires_ms <= now_ms)
			entry_wipe(s, &s->entries[i]);
}
