/* micro.c - what single operations cost: sealing, opening, a keyed hash, a password, a leaf of the log, a page of a document.
 *
 * Prints "name microseconds" a line. */
#include "card.h"
#include "limits.h"
#include "merkle.h"
#include "password.h"
#include "seal.h"
#include "time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct work {
	struct arena *a;
	struct key key;
	struct str plain, sealed, hash;
	struct seal_place place;
	struct frontier frontier;
};

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void one_seal(struct work *w)
{
	w->sealed = seal(w->a, &w->key, 1, &w->place, w->plain);
}

static void one_open(struct work *w)
{
	struct str out;
	if (seal_open(w->a, &w->key, &w->place, w->sealed, &out) != OK)
		abort();
}

static void one_hmac(struct work *w)
{
	uint8_t out[32];
	hmac_sha256(&w->key, &w->plain, 1, out);
}

static void one_leaf(struct work *w)
{
	struct merkle_node nodes[MERKLE_LEVELS];
	(void)merkle_append(&w->frontier, merkle_leaf(w->plain), nodes);
}

static void one_password(struct work *w)
{
	if (password_verify(w->a, &w->key, w->hash, STR("a long enough phrase 9472")) != OK)
		abort();
}

static void one_document(struct work *w)
{
	static const struct str company[] = { { "Example Plumbing", 16 } };
	struct pdf_check checks[12];
	struct str pdf;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		checks[i] = (struct pdf_check){ .text = STR("Test the geyser with the customer and note the pressure") };
	const struct pdf_part parts[] = { { .kind = PDF_TEXT, .heading = STR("Work"), .text = w->plain },
		                          { .kind = PDF_CHECKS, .heading = STR("Tasks"), .checks = checks, .check_count = ARRAY_LEN(checks) } };
	const struct pdf_doc doc = { .company = company, .company_count = 1, .title = STR("Job card"), .number = STR("J-00042"),
		                     .parts = parts, .part_count = ARRAY_LEN(parts) };
	if (pdf_render(w->a, &doc, &pdf) != OK)
		abort();
}

int main(void)
{
	static const struct {
		const char *name;
		void (*once)(struct work *w);
		size_t times;
	} figures[] = {
		{ "seal_60_bytes", one_seal, 100000 }, { "open_60_bytes", one_open, 100000 }, { "keyed_hash_60_bytes", one_hmac, 100000 },
		{ "audit_leaf_of_60_bytes", one_leaf, 100000 }, { "password", one_password, 10 }, { "job_card_pdf", one_document, 20 },
	};
	with_arena struct arena *kept = arena_new(MIB);
	struct work w = { .plain = STR("The tenant called 4711; please phone before you come. Thanks") };
	memset(&w.key, 0x33, sizeof(w.key));
	w.a = kept;
	one_seal(&w);
	if (password_hash(kept, &w.key, STR("a long enough phrase 9472"), &w.hash) != OK)
		return 1;
	struct str sealed = w.sealed;
	for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
		with_arena struct arena *a = arena_new(256 * MIB);
		w.a = a;
		w.sealed = sealed;
		int64_t from = now_ns();
		for (size_t n = 0; n < figures[i].times; n++) {
			figures[i].once(&w);
			if (n % 1000 == 999) {
				arena_reset(a);
				w.sealed = sealed;
			}
		}
		printf("%s %.2f\n", figures[i].name, (double)(now_ns() - from) / 1e3 / (double)figures[i].times);
	}
	return 0;
}
