/* vault.c - what the tests need that the product does not offer: a look into the encrypted file with its own key, past every guard,
 * and the destruction of a person's key. Built by CMake for tests alone; nothing installs it.
 *
 *   vault sql DATA STATEMENT           runs it on DATA/fieldward.db; rows as JSON, one a line, blobs as hex
 *   vault destroy DATA TENANT KEY_ID   destroys a person's key in DATA/keys */
#include "keystore.h"
#include "limits.h"
#include "lite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_json(const unsigned char *p, int n)
{
	putchar('"');
	for (int i = 0; i < n; i++) {
		if (p[i] == '"' || p[i] == '\\' || p[i] < 0x20)
			printf("\\u%04x", p[i]);
		else
			putchar(p[i]);
	}
	putchar('"');
}

static void print_row(sqlite3_stmt *s)
{
	putchar('{');
	for (int i = 0; i < sqlite3_column_count(s); i++) {
		printf("%s\"%s\":", i ? "," : "", sqlite3_column_name(s, i));
		const unsigned char *p = sqlite3_column_blob(s, i);
		int n = sqlite3_column_bytes(s, i);
		switch (sqlite3_column_type(s, i)) {
		case SQLITE_NULL: printf("null"); break;
		case SQLITE_INTEGER: printf("%lld", (long long)sqlite3_column_int64(s, i)); break;
		case SQLITE_BLOB:
			putchar('"');
			for (int k = 0; k < n; k++)
				printf("%02x", p[k]);
			putchar('"');
			break;
		default: print_json(sqlite3_column_text(s, i), n);
		}
	}
	printf("}\n");
}

static int run_sql(struct keystore *keys, const char *data, const char *text)
{
	char path[4096];
	struct key page;
	struct problem problem;
	sqlite3 *db;
	with_arena struct arena *a = arena_new(MIB);
	problem_init(&problem, a);
	snprintf(path, sizeof(path), "%s/fieldward.db", data);
	if (keystore_page_key(keys, &page) != OK || lite_open_raw(path, &page, &problem, &db) != OK)
		return 1;
	int rc = SQLITE_OK;
	sqlite3_busy_timeout(db, 5000);
	while (rc == SQLITE_OK && *text) {
		sqlite3_stmt *s;
		rc = sqlite3_prepare_v2(db, text, -1, &s, &text);
		if (rc != SQLITE_OK || !s)
			break;
		while ((rc = sqlite3_step(s)) == SQLITE_ROW)
			print_row(s);
		rc = sqlite3_finalize(s);
	}
	if (rc != SQLITE_OK)
		fprintf(stderr, "%s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
	return rc == SQLITE_OK ? 0 : 1;
}

static int destroy(struct keystore *keys, const char *tenant, const char *key_id)
{
	struct id id;
	if (id_parse(str_from(key_id), &id) != OK)
		return 2;
	return keystore_person_destroy(keys, strtoll(tenant, NULL, 10), id) == OK ? 0 : 1;
}

int main(int argc, char **argv)
{
	char dir[4096];
	struct keystore *keys;
	struct problem problem;
	with_arena struct arena *a = arena_new(MIB);
	problem_init(&problem, a);
	if (argc < 4)
		return 2;
	snprintf(dir, sizeof(dir), "%s/keys", argv[2]);
	if (keystore_open(dir, &problem, &keys) != OK) {
		fprintf(stderr, "keys: " STR_FMT "\n", STR_ARG(problem.detail));
		return 1;
	}
	int code = strcmp(argv[1], "sql") == 0 && argc == 4     ? run_sql(keys, argv[2], argv[3]) :
	           strcmp(argv[1], "destroy") == 0 && argc == 5 ? destroy(keys, argv[3], argv[4]) :
	                                                          2;
	keystore_close(keys);
	return code;
}
