#include "engine.h"
#include "limits.h"
#include "text.h"

enum err sql_admin_open(const char *url, const struct key *page_key, bool create, struct problem *problem,
                        struct sql_admin **ret)
{
	static const struct sql_admin_engine *const engines[] = { &admin_sqlite, &admin_pgsql };
	return engines[url_is_postgres(url)]->open(url, page_key, create, problem, ret);
}

void sql_admin_close(struct sql_admin *admin)
{
	if (admin)
		admin->engine->close(admin);
}

enum err sql_admin_provision(struct sql_admin *admin, struct arena *a, struct problem *problem, struct str *ret_url)
{
	return admin->engine->provision(admin, a, problem, ret_url);
}

enum err sql_admin_script(struct sql_admin *admin, const char *script, struct problem *problem)
{
	struct str text = str_from(script);
	with_arena struct arena *a = arena_new(20 * text.n + MIB);
	return admin->engine->script(admin, text_typed(a, text, admin->engine->words), problem);
}

enum err sql_admin_protect(struct sql_admin *admin, const struct sql_table *tables, size_t count, const char *audit_table,
                           struct problem *problem)
{
	return admin->engine->protect(admin, tables, count, audit_table, problem);
}

enum err sql_admin_query(struct sql_admin *admin, struct arena *a, const char *text, const struct sql_val *args, size_t count,
                         struct sql_result *ret)
{
	struct sql_result result = { 0 };
	TRY(admin->engine->query(admin, a, text, args, count, &result));
	if (ret)
		*ret = result;
	return OK;
}
