/* companies.c - who is served here: for what is done for one company after another. */
#include "nouns.h"

#include <string.h>

enum { FIRST_COMPANIES = 256 };

struct listing {
	struct query q;
	struct page page;
};

static enum err list_page(struct tx *tx, void *arg)
{
	struct listing *l = arg;
	return store_list(tx, &l->q, &l->page);
}

/* A page at a time, so that thousands of companies need no more memory than their numbers. */
enum err companies_list(const struct run *system, struct company **ret, size_t *ret_count)
{
	struct listing l = { .q = { .noun = &noun_tenant, .sort = -1, .ascending = true, .limit = LIST_LIMIT_MAX } };
	struct company *list = ARENA_ARRAY(system->arena, struct company, FIRST_COMPANIES);
	size_t count = 0, room = FIRST_COMPANIES;
	do {
		with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
		struct run run = *system;
		run.arena = a;
		enum err e = store_read(&run, list_page, &l);
		problem_init(system->problem, system->arena); /* a transaction ties it to its own arena */
		TRY(e);
		if (count + l.page.count > room) {
			struct company *larger = ARENA_ARRAY(system->arena, struct company, 2 * room);
			memcpy(larger, list, count * sizeof(*list));
			list = larger;
			room *= 2;
		}
		for (size_t i = 0; i < l.page.count; i++)
			list[count++] = (struct company){ row_int(l.page.rows[i], TENANT_NUMBER), row_id(l.page.rows[i], F_ID_FIELD) };
		l.q.cursor = str_dup(system->arena, l.page.next_cursor);
	} while (l.q.cursor.n);
	*ret = list;
	*ret_count = count;
	return OK;
}
