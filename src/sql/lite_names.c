/* lite_names.c - which constraint refused a statement, by the name that PostgreSQL would say.
 *
 * SQLite tells it in words ("UNIQUE constraint failed: <columns>", "CHECK constraint failed: <name>"), and of a foreign key not
 * even that. This runs only after a failure, when the transaction can no longer commit. */
#include "lite.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The index over exactly these columns. `columns` is what SQLite says: "job.tenant_id, job.number". */
static void name_index(sqlite3 *db, const char *columns, char *ret, size_t size)
{
	static const char find[] =
		"SELECT CASE l.origin WHEN 'pk' THEN ?1 || '_pkey' WHEN 'u' THEN ?1 || '_' || group_concat(i.name, '_') || '_key' "
		"ELSE l.name END, group_concat(?1 || '.' || i.name, ', ') AS columns "
		"FROM pragma_index_list(?1) l, pragma_index_info(l.name) i GROUP BY l.name HAVING columns = ?2";
	const char *dot = strchr(columns, '.');
	sqlite3_stmt *s = NULL;
	if (!dot || sqlite3_prepare_v2(db, find, -1, &s, NULL) != SQLITE_OK)
		return;
	sqlite3_bind_text(s, 1, columns, (int)(dot - columns), SQLITE_STATIC);
	sqlite3_bind_text(s, 2, columns, -1, SQLITE_STATIC);
	if (sqlite3_step(s) == SQLITE_ROW)
		snprintf(ret, size, "%s", (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
}

/* "CHECK constraint failed: name"; a constraint without a name is said by its expression, and that is no name. */
static void name_check(const char *name, char *ret, size_t size)
{
	size_t n = 0;
	while (isalnum((unsigned char)name[n]) || name[n] == '_')
		n++;
	if (name[n] == '\0')
		snprintf(ret, size, "%s", name);
}

/* The word after CONSTRAINT before FOREIGN KEY (columns) in the text of the table; else what PostgreSQL makes of the columns. */
static void name_in_text(const char *text, const char *table, const char *columns, char *ret, size_t size)
{
	char clause[300], name[64] = "";
	snprintf(clause, sizeof(clause), "FOREIGN KEY (%s)", columns);
	const char *at = strstr(text, clause), *from = NULL;
	for (const char *p = text; at && (p = strstr(p, "CONSTRAINT ")) != NULL && p < at; p += strlen("CONSTRAINT "))
		from = p + strlen("CONSTRAINT ");
	if (from && sscanf(from, "%63[A-Za-z0-9_]", name) == 1 && strspn(from + strlen(name), " \n\t") == (size_t)(at - from) - strlen(name)) {
		snprintf(ret, size, "%s", name);
		return;
	}
	int n = snprintf(ret, size, "%s_", table);
	for (const char *p = columns; *p && n > 0 && (size_t)n + 7 < size; p++)
		if (*p != ' ')
			ret[n++] = *p == ',' ? '_' : *p;
	snprintf(ret + n, size - (size_t)n, "_fkey");
}

/* Asks of each foreign key whether the row has a parent. Column 0 of `keys` is the question, column 1 the key's columns. */
static bool lacks_parent(sqlite3 *db, const char *question, int64_t tenant, const struct id *id)
{
	sqlite3_stmt *s = NULL;
	if (sqlite3_prepare_v2(db, question, -1, &s, NULL) != SQLITE_OK)
		return false;
	sqlite3_bind_int64(s, 1, tenant);
	sqlite3_bind_blob(s, 2, id->b, sizeof(id->b), SQLITE_STATIC);
	bool lacks = sqlite3_step(s) == SQLITE_ROW;
	sqlite3_finalize(s);
	return lacks;
}

static void find_key(sqlite3 *db, const struct guard_row *row, char *ret, size_t size)
{
	static const char list[] =
		"SELECT 'SELECT 1 FROM main.\"' || ?1 || '\" c WHERE c.tenant_id = ?1 AND c.id = ?2 AND NOT EXISTS (SELECT 1 FROM main.\"' "
		"|| \"table\" || '\" p WHERE ' || group_concat('p.\"' || coalesce(\"to\", \"from\") || '\" = c.\"' || \"from\" || '\"', ' AND ') "
		"|| ')' || group_concat(' AND c.\"' || \"from\" || '\" IS NOT NULL', ''), group_concat(\"from\", ', '), "
		"(SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1) "
		"FROM (SELECT * FROM pragma_foreign_key_list(?1) ORDER BY id, seq) GROUP BY id, \"table\"";
	sqlite3_stmt *keys = NULL;
	bool found = false;
	if (sqlite3_prepare_v2(db, list, -1, &keys, NULL) != SQLITE_OK)
		return;
	sqlite3_bind_text(keys, 1, row->table, -1, SQLITE_STATIC);
	while (!found && sqlite3_step(keys) == SQLITE_ROW) {
		found = lacks_parent(db, (const char *)sqlite3_column_text(keys, 0), row->tenant, &row->id);
		if (found)
			name_in_text((const char *)sqlite3_column_text(keys, 2), row->table, (const char *)sqlite3_column_text(keys, 1),
			             ret, size);
	}
	sqlite3_finalize(keys);
}

/* Does the statement once more with foreign keys put off, so that the row is there to be asked. What it changes goes with the
 * transaction, which has failed. A row that is still referred to has no name here. */
static void name_foreign_key(struct lite *conn, sqlite3_stmt *s, char *ret, size_t size)
{
	struct guard_row row;
	if (!guard_last_row(conn->guard, &row))
		return;
	sqlite3_reset(s);
	sqlite3_exec(conn->db, "PRAGMA defer_foreign_keys = ON", NULL, NULL, NULL);
	while (sqlite3_step(s) == SQLITE_ROW)
		;
	find_key(conn->db, &row, ret, size);
	sqlite3_exec(conn->db, "PRAGMA defer_foreign_keys = OFF", NULL, NULL, NULL);
}

void lite_name_constraint(struct lite *conn, sqlite3_stmt *s, enum err e, char *ret, size_t size)
{
	static const char unique[] = "UNIQUE constraint failed: ", check[] = "CHECK constraint failed: ";
	char words[500];
	snprintf(words, sizeof(words), "%s", sqlite3_errmsg(conn->db));
	guard_trust(conn->guard, true);
	if (strncmp(words, unique, sizeof(unique) - 1) == 0)
		name_index(conn->db, words + sizeof(unique) - 1, ret, size);
	else if (strncmp(words, check, sizeof(check) - 1) == 0)
		name_check(words + sizeof(check) - 1, ret, size);
	else if (e == E_REFERENCE)
		name_foreign_key(conn, s, ret, size);
	guard_trust(conn->guard, false);
}
