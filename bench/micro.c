/* micro.c - what single operations cost: sealing, opening, a keyed hash, a password, a leaf of the log, a page of a document, a long one,
 * what a request asks of the rights.
 *
 * Prints "name microseconds" a line. */
#include "card.h"
#include "document.h"
#include "limits.h"
#include "merkle.h"
#include "nouns.h"
#include "password.h"
#include "policy.h"
#include "seal.h"
#include "time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct work {
	struct arena *a;
	struct key key;
	struct str plain, sealed, hash;
	struct seal_place place;
	struct frontier frontier;
	struct ctx *ctx;  /* of a dispatcher */
	struct row *job;
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

static void invoice(struct work *w, size_t line_count, struct str text)
{
	static const struct str address[] = { { "4 Protea Road", 13 }, { "Cape Town 7700", 14 } };
	const struct pdf_tax tax = { .rate = STR("15 %"), .net = { 65000 }, .vat = { 9750 } };
	struct pdf_line *lines = ARENA_ARRAY(w->a, struct pdf_line, line_count);
	struct str pdf;
	for (size_t i = 0; i < line_count; i++)
		lines[i] = (struct pdf_line){ .text = text, .qty = { 3500 }, .unit = STR("h"), .price = { 6500000 + (int64_t)i }, .rate = STR("15 %"),
			                      .amount = { 227500 } };
	const struct pdf_document doc = {
		.kind = PDF_INVOICE, .vat_registered = true, .style = NUMBER_COMMA, .title = STR("Tax Invoice"), .number = STR("INV-00042"),
		.seller = { STR("Example Plumbing"), address, ARRAY_LEN(address), STR("4123456785"), STR("") },
		.buyer = { STR("Example Guest House"), address, ARRAY_LEN(address), STR("4987654321"), STR("") },
		.date = { 20780 }, .due = { 20810 }, .reference = STR("J-00017"), .lines = lines, .line_count = line_count, .taxes = &tax, .tax_count = 1,
		.totals = { .net = { 65000 }, .vat = { 9750 }, .total = { 74750 }, .due = { 74750 } },
		.bank = STR("Example Bank, account 62123456789"), .payment_reference = STR("INV-00042"), .terms = STR("Payable within 30 days."),
	};
	if (pdf_document_render(w->a, &doc, &pdf) != OK)
		abort();
}

static void one_invoice(struct work *w)
{
	invoice(w, 12, STR("Labour of a qualified plumber"));
}

/* As many lines as an invoice may have, five rows of text each. */
static void long_invoice(struct work *w)
{
	invoice(w, DOCUMENT_LINES_MAX, STR("Labour of a qualified plumber\nin the roof\nabove the bathroom\nwith an assistant\nafter hours"));
}

/* What signing a request in fills: a preset, and the lines of a company's own role. */
static void one_role(struct work *w)
{
	policy_preset(&w->ctx->actor, ROLE_DISPATCHER);
	policy_lines(&w->ctx->actor, STR("invoice.approve=all\ncost.read=all\nnote.delete=all\nquote.send=none\ncustomer.special=none\npayment.read=all"));
}

/* What a list of fifty rows with two references asks. */
static void one_list(struct work *w)
{
	struct id own;
	if (policy_own(w->ctx, &noun_job, &own) != OK || !policy_see(&w->ctx->actor, &noun_job).bits || !policy_see(&w->ctx->actor, &noun_customer).bits)
		abort();
	for (int i = 0; i < 100; i++)
		if (policy_row(w->ctx, NULL, w->job, "job.read") != OK)
			abort();
}

/* How much more memory the process holds after many large documents than after the first, in KiB. */
static long growth(void)
{
	struct rusage first, last;
	for (int i = 0; i < 6; i++) {
		with_arena struct arena *a = arena_new(256 * MIB);
		struct work w = { .a = a };
		long_invoice(&w);
		if (i == 0)
			getrusage(RUSAGE_SELF, &first);
	}
	getrusage(RUSAGE_SELF, &last);
	return last.ru_maxrss - first.ru_maxrss;
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
		{ "invoice_pdf", one_invoice, 20 }, { "invoice_pdf_200_pages", long_invoice, 1 },
		{ "rights_of_a_role", one_role, 100000 }, { "rights_of_a_list", one_list, 10000 },
	};
	with_arena struct arena *kept = arena_new(MIB);
	struct work w = { .plain = STR("The tenant called 4711; please phone before you come. Thanks") };
	memset(&w.key, 0x33, sizeof(w.key));
	w.a = kept;
	one_seal(&w);
	if (password_hash(kept, &w.key, STR("a long enough phrase 9472"), &w.hash) != OK)
		return 1;
	struct str sealed = w.sealed;
	struct ctx ctx = { .arena = kept };
	ctx.actor = (struct actor){ .catalogue = nouns_catalogue(kept), .signed_in = true, .fresh_until_ms = INT64_MAX };
	problem_init(&ctx.problem, kept);
	w.ctx = &ctx;
	w.job = row_new(kept, &noun_job);
	one_role(&w);
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
	printf("invoice_pdf_200_pages_growth %ld\n", growth());
	return 0;
}
