/* inserts.c - what it costs to put an invoice of so many lines into the floor's database, and nothing else: one durable transaction of bare inserts.
 *
 *   bench_inserts FLOOR_DB LINES ROUNDS     prints the middle of the rounds in microseconds
 *
 * The tables have the product's columns and indexes of invoice and invoice_line, the file the product's encryption and durability; no guard, no
 * audit, no search terms, no sealing. */
#include "arena.h"
#include "id.h"
#include "time.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INVOICE_COLUMNS = 38, LINE_COLUMNS = 24, ROUNDS_MAX = 1000 };

static void die(const char *what, sqlite3 *db)
{
	fprintf(stderr, "bench_inserts: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
	exit(1);
}

static sqlite3 *open_db(const char *path)
{
	static const char key[] = "x'5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a'";
	static const char pragmas[] = "PRAGMA cipher_log_level = NONE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
				      "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864";
	sqlite3 *db;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    sqlite3_key(db, key, (int)strlen(key)) != SQLITE_OK || sqlite3_exec(db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		die("open", db);
	return db;
}

/* "c0" is the id, "c1" the reference that the indexes begin with, "c2" a time, the others texts and numbers. */
static void make_table(sqlite3 *db, const char *name, int columns, int indexes)
{
	char text[4000];
	size_t n = (size_t)snprintf(text, sizeof(text), "CREATE TABLE %s (tenant_id INTEGER NOT NULL, c0 BLOB NOT NULL", name);
	for (int i = 1; i < columns; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ", c%d", i);
	n += (size_t)snprintf(text + n, sizeof(text) - n, ", PRIMARY KEY (tenant_id, c0)) WITHOUT ROWID;");
	for (int i = 0; i < indexes; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "CREATE INDEX %s_%d ON %s (tenant_id, c%d, c2, c0);", name, i, name, i == 0 ? 2 : i == 1 ? 1 : 2 + i);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		die(text, db);
}

static sqlite3_stmt *prepare_insert(sqlite3 *db, const char *name, int columns)
{
	char text[1000];
	sqlite3_stmt *st;
	size_t n = (size_t)snprintf(text, sizeof(text), "INSERT INTO %s VALUES (1", name);
	for (int i = 0; i < columns; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ", ?");
	snprintf(text + n, sizeof(text) - n, ")");
	if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
		die(text, db);
	return st;
}

static void insert(sqlite3 *db, sqlite3_stmt *st, int columns, struct id id, struct id parent, int64_t at)
{
	static const char words[] = "Pressure valve 22 mm with isolator and drain cock, brass";
	sqlite3_bind_blob(st, 1, id.b, 16, SQLITE_STATIC);
	sqlite3_bind_blob(st, 2, parent.b, 16, SQLITE_STATIC);
	sqlite3_bind_int64(st, 3, at);
	for (int i = 3; i < columns; i++)
		if (i % 3 == 0)
			sqlite3_bind_int64(st, i + 1, at + i);
		else if (i % 9 == 1)
			sqlite3_bind_text(st, i + 1, words, -1, SQLITE_STATIC);
		else if (i % 3 == 1)
			sqlite3_bind_blob(st, i + 1, parent.b, 16, SQLITE_STATIC);
		else
			sqlite3_bind_null(st, i + 1);
	if (sqlite3_step(st) != SQLITE_DONE)
		die("insert", db);
	sqlite3_reset(st);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static double us[ROUNDS_MAX];
	if (argc != 4)
		die("usage: bench_inserts FLOOR_DB LINES ROUNDS", NULL);
	sqlite3 *db = open_db(argv[1]);
	int lines = atoi(argv[2]), rounds = atoi(argv[3]);
	make_table(db, "invoice", INVOICE_COLUMNS, 5);
	make_table(db, "invoice_line", LINE_COLUMNS, 4);
	sqlite3_stmt *head = prepare_insert(db, "invoice", INVOICE_COLUMNS), *line = prepare_insert(db, "invoice_line", LINE_COLUMNS);
	for (int r = 0; r < rounds && r < ROUNDS_MAX; r++) {
		struct timespec from, to;
		int64_t at = now().ms;
		struct id id = id_new(at), customer = id_new(at);
		clock_gettime(CLOCK_MONOTONIC, &from);
		if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
			die("begin", db);
		insert(db, head, INVOICE_COLUMNS, id, customer, at);
		for (int i = 0; i < lines; i++)
			insert(db, line, LINE_COLUMNS, id_new(at), id, at);
		if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
			die("commit", db);
		clock_gettime(CLOCK_MONOTONIC, &to);
		us[r] = (double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3;
	}
	qsort(us, (size_t)rounds, sizeof(us[0]), by_size);
	printf("%.0f\n", us[rounds / 2]);
	return 0;
}
