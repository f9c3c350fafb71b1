#include "stmts.h"

#include <string.h>

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

static uint64_t hash_text(const char *text)
{
	size_t n = strlen(text);
	uint64_t h = n;
	for (; n >= 8; n -= 8, text += 8) {
		uint64_t v;
		memcpy(&v, text, 8);
		h = mix(h, v);
	}
	uint64_t v = 0;
	memcpy(&v, text, n);
	return mix(h, v);
}

void stmts_drop(struct stmts *s, struct stmt_slot *slot)
{
	if (slot->what)
		s->drop(s->owner, slot->what);
	*slot = (struct stmt_slot){ 0 };
}

struct stmt_slot *stmts_find(struct stmts *s, const char *text)
{
	uint64_t hash = hash_text(text);
	struct stmt_slot *set = &s->slots[mix(0, (uintptr_t)text) % STMTS_SETS * STMTS_WAYS];
	struct stmt_slot *found = &set[0];
	for (size_t i = 0; i < STMTS_WAYS; i++) {
		if (set[i].text == text) {
			found = &set[i];
			break;
		}
		if (set[i].used < found->used)
			found = &set[i];
	}
	if (found->text != text || found->hash != hash)
		stmts_drop(s, found);
	found->text = text;
	found->hash = hash;
	found->used = ++s->clock;
	return found;
}

void stmts_clear(struct stmts *s)
{
	for (size_t i = 0; i < STMTS_MAX; i++)
		stmts_drop(s, &s->slots[i]);
}
